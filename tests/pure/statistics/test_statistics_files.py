"""statistics.json has exactly the agreed shape, and the workbook looks like the annex."""

import io
import json
from datetime import date

import pytest
from msgspec.structs import replace
from openpyxl import Workbook, load_workbook
from pure.results.building import A_CASE, ECOLOGY, FIRM_ECOLOGY, FIRM_WATER, NO_PROBLEM, ROUND, WATER, a_form, taken

from coordinator.documents.statistics_workbook import NOTES, statistics_json, statistics_workbook
from coordinator.domain.ids import DepartmentId
from coordinator.domain.statistics import Statistics, statistics


@pytest.fixture(scope="module")
def made() -> Statistics:
    published = NO_PROBLEM | {"公示渠道": "专业系统", "公示日期": "2026-04-01"}
    water = a_form(WATER, {FIRM_WATER: published})
    ecology = a_form(ECOLOGY, {FIRM_ECOLOGY: A_CASE | {"罚没金额(元)": 123_450}})
    return statistics([taken(water, ecology).facts], 2026)


@pytest.fixture(scope="module")
def workbook(made: Statistics) -> Workbook:
    return load_workbook(io.BytesIO(statistics_workbook(made, date(2026, 12, 31))))


def test_the_json_has_exactly_the_agreed_shape(made: Statistics) -> None:
    tables = json.loads(statistics_json(made))["tables"]
    assert set(tables[0]) == {"unit", "year", "rows"}
    water = next(table for table in tables if table["unit"] == WATER)
    assert water["rows"][3] == {
        "section": "联合",
        "level": "县",
        "batches": 1,
        "targets": 1,
        "published": {"公示系统": 0, "专业系统": 1, "部门网站": 0},
        "cases": 0,
        "fines_wan": "0.00",
    }
    ecology = next(table for table in tables if table["unit"] == ECOLOGY)
    assert (ecology["rows"][3]["cases"], ecology["rows"][3]["fines_wan"]) == (1, "12.35")


def test_there_is_a_sheet_for_each_department_the_region_and_the_details(workbook: Workbook) -> None:
    names = sorted(department.id for department in ROUND.departments)
    assert workbook.sheetnames == [*names, ROUND.region, "明细"]


def test_the_sheet_says_what_the_annex_says(workbook: Workbook) -> None:
    sheet = workbook[WATER]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "“双随机、一公开”监管信息统计表" in said
    assert "（2026年度）" in said
    assert f"填报单位（盖章）：{WATER}" in said
    assert "填报时间：2026年12月31日" in said
    assert {"系统内双随机抽查", "部门联合抽查", "省辖市局抽查信息", "县（市、区）局抽查信息"} <= set(said)
    assert {"省辖市级有关部门联合抽查信息", "县（市、区）有关部门联合抽查信息", "备 注"} <= set(said)
    assert "\n".join(NOTES) in said
    assert {"经办人（签字）：", "联系电话："} <= set(said)


def test_the_publication_columns_are_grouped_and_the_sections_merged(workbook: Workbook) -> None:
    sheet = workbook[WATER]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"E4:G4", "A6:A7", "A8:A9", "A4:A5", "B10:I10"} <= merged
    assert sheet["E4"].value == "抽查结果公示数量（户）"
    assert [sheet.cell(5, column).value for column in (5, 6, 7)] == ["公示\n系统", "专业\n系统", "部门\n网站"]


def test_the_figures_stand_in_their_row(workbook: Workbook) -> None:
    assert [workbook[WATER].cell(9, column).value for column in range(3, 10)] == [1, 1, 0, 1, 0, 0, 0]
    assert [workbook[ECOLOGY].cell(9, column).value for column in (8, 9)] == [1, 12.35]
    assert workbook[ECOLOGY]["I9"].number_format == "0.00"


def test_the_day_of_reporting_is_left_open_where_nobody_gave_it(made: Statistics) -> None:
    sheet = load_workbook(io.BytesIO(statistics_workbook(made)))[WATER]
    assert sheet["F3"].value == "填报时间：    年  月  日"


def test_the_details_add_up_to_the_figures(workbook: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in workbook["明细"].iter_rows(min_row=2)]
    counted = [row for row in rows if row[5] is not None]
    assert [row[5] for row in counted if row[4] == "抽查数量"] == [1]
    assert [(row[0], row[5]) for row in counted if row[4] == "处罚金额（元）"] == [(ECOLOGY, 123_450)]
    assert len([row for row in rows if row[4] == "抽查数量"]) == 2


def test_units_whose_names_no_sheet_can_bear_get_sheets_all_the_same(made: Statistics) -> None:
    long = "某某某某某某某某某某某某某某某某某某某某某某某某某某某某某某某某市监局"
    names = (f"{long}一", f"{long}二", "甲/乙局", "甲:乙局", "明细")
    tables = tuple(replace(made.tables[0], unit=DepartmentId(name)) for name in names)
    sheets = load_workbook(io.BytesIO(statistics_workbook(replace(made, tables=tables)))).sheetnames
    assert sheets == [long[:31], f"{long[:28]}(2)", "甲_乙局", "甲_乙局(2)", "明细(2)", "明细"]
