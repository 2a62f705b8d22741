"""The form as a real workbook: codes kept as text, guides that are passed over, and the way back."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pure.results.building import (
    CAUSED,
    DAM_ECOLOGY,
    ECOLOGY,
    FIRM_CAUSED,
    FIRM_ECOLOGY,
    FIRM_OWN,
    FIRM_WATER,
    JOINT,
    ROUND,
    TRADE,
    WATER,
    taken,
)

from coordinator.documents.result_forms import result_form
from coordinator.documents.workbook_reading import read_upload
from coordinator.domain.codes import PublicationChannel, ResultCode
from coordinator.domain.columns import RESULTS
from coordinator.domain.ids import DepartmentId
from coordinator.domain.result_forms import GUIDE_COLUMNS, HandedIn


def results_sheet(department: DepartmentId) -> Worksheet:
    return load_workbook(io.BytesIO(result_form(ROUND, department)))[RESULTS.name]


def filled_by_hand(department: DepartmentId) -> bytes:
    """Fill every row in as a person would: dates as dates, everything else typed."""
    workbook = load_workbook(io.BytesIO(result_form(ROUND, department)))
    sheet = workbook[RESULTS.name]
    places = {str(cell.value).lstrip("★"): cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for name, value in (
            ("检查日期", date(2026, 3, 12)),
            ("检查结果", "发现问题待后续处理"),
            ("立案", "是"),
            ("案件文号", f"罚〔2026〕{row}号"),
            ("立案日期", date(2026, 3, 20)),
            ("罚没金额(元)", 1000.1),
            ("公示渠道", "公示系统"),
            ("公示日期", date(2026, 4, 1)),
        ):
            sheet.cell(row, places[name], value)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def test_the_headings_stand_in_the_first_row_and_the_guides_behind_them() -> None:
    headings = [cell.value for cell in results_sheet(WATER)[1]]
    assert headings == [*(column.heading for column in RESULTS.columns), *GUIDE_COLUMNS]


def test_a_row_stands_for_each_task_that_asked_with_its_codes_as_text() -> None:
    rows = [[cell.value for cell in row[:4]] for row in results_sheet(WATER).iter_rows(min_row=2)]
    assert [JOINT, FIRM_WATER.target, None, "SL01"] in rows
    assert [FIRM_OWN.task, FIRM_OWN.target, None, "SL01"] in rows
    assert [FIRM_OWN.task, None, "坝-1", "SL02"] in rows
    cells = [cell for row in results_sheet(WATER).iter_rows(min_row=2, max_col=4) for cell in row]
    assert {cell.number_format for cell in cells} == {"@"}


def test_a_target_numbered_by_another_department_is_written_with_that_one_s_name() -> None:
    numbers = [row[2].value for row in results_sheet(ECOLOGY).iter_rows(min_row=2)]
    assert DAM_ECOLOGY.target in numbers


def test_a_caused_inspection_has_its_row_too() -> None:
    assert CAUSED in [row[0].value for row in results_sheet(ECOLOGY).iter_rows(min_row=2)]


def test_code_lists_are_offered_on_every_row() -> None:
    offered = {
        str(validation.sqref).split(":")[0]: validation.formula1
        for validation in results_sheet(WATER).data_validations.dataValidation
    }
    assert ResultCode.NO_PROBLEM.value in str(offered["F2"])
    assert PublicationChannel.WITHHELD.value in str(offered["M2"])


def test_an_untouched_form_comes_back_without_a_word() -> None:
    workbook = read_upload("x.xlsx", result_form(ROUND, WATER))
    (form,) = taken(HandedIn(workbook=workbook)).forms
    assert (form.department, form.new, form.findings) == (WATER, 0, ())


@pytest.mark.parametrize("department", [WATER, ECOLOGY])
def test_a_form_filled_in_by_hand_comes_back_whole(department: DepartmentId) -> None:
    workbook = read_upload("随便什么名字.xlsx", filled_by_hand(department))
    result = taken(HandedIn(workbook=workbook))
    expected = {each.key for each in ROUND.results_of(department)}
    assert {found.key for found in result.facts.findings} == expected
    assert {FIRM_ECOLOGY, FIRM_CAUSED} <= expected or department == WATER
    assert {found.case.fine_fen for found in result.facts.findings if found.case} == {100010}
    assert (result.refused_count, result.forms[0].findings) == (0, ())


def test_a_department_without_work_gets_an_empty_form() -> None:
    assert results_sheet(TRADE).max_row == 1


def test_the_same_round_gives_the_same_bytes() -> None:
    assert result_form(ROUND, WATER) == result_form(ROUND, WATER)
