"""What we write is what we read: templates, examples, drop-downs, round.toml; and text never becomes a formula."""

import io
import shutil
import unicodedata
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from support.console import SMALL

from coordinator.documents.cells import neutral, new_workbook, styles, write
from coordinator.documents.round_folder import read_round_folder
from coordinator.documents.templates import example_row, round_toml, template, write_template
from coordinator.documents.workbook_reading import read_upload, read_workbook
from coordinator.domain.columns import ALL_FORMS, DEPARTMENTS, NOTES_SHEET, REQUIRED_MARK, Kind, header_key, is_example
from coordinator.domain.ids import DepartmentId, RoundId
from coordinator.domain.intake import cells
from coordinator.domain.rounds import RoundHead, read_round


def test_a_template_read_again_has_every_declared_sheet_and_column_in_order(tmp_path: Path) -> None:
    write_template(tmp_path / "模板.xlsx")
    notes, *sheets = read_workbook(tmp_path / "模板.xlsx").sheets
    assert notes.name == NOTES_SHEET
    assert [sheet.name for sheet in sheets] == [form.name for form in ALL_FORMS]
    for sheet, form in zip(sheets, ALL_FORMS, strict=True):
        headers = [str(header) for header in sheet.rows[0]]
        assert [header_key(header) for header in headers] == [header_key(column.name) for column in form.columns]
        assert [header.startswith(REQUIRED_MARK) for header in headers] == [c.required for c in form.columns]


def test_a_template_holds_nothing_but_headers_and_marked_examples() -> None:
    for sheet, form in zip(read_upload("模板.xlsx", template()).sheets[1:], ALL_FORMS, strict=True):
        assert is_example(sheet.rows[1])
        assert tuple(value or "" for value in sheet.rows[1]) == example_row(form)
        assert len(sheet.rows) == 2


def test_a_template_for_a_department_already_holds_its_name() -> None:
    sheets = {sheet.name: sheet for sheet in read_upload("模板.xlsx", template("某县水利局")).sheets}
    assert sheets[DEPARTMENTS.name].rows[2][0] == "某县水利局"


def test_code_columns_are_text_so_that_no_digit_is_lost() -> None:
    workbook = load_workbook(io.BytesIO(template()))
    for form in ALL_FORMS:
        sheet = workbook[form.name]
        text_columns = {
            number
            for dimension in sheet.column_dimensions.values()
            for number in range(dimension.min or 0, (dimension.max or 0) + 1)
            if dimension.number_format == "@"
        }
        for number, column in enumerate(form.columns, start=1):
            if column.kind in {Kind.CODE, Kind.CODES}:
                assert sheet.cell(2, number).number_format == "@"
                assert number in text_columns


def test_every_code_list_is_a_drop_down_below_the_example() -> None:
    workbook = load_workbook(io.BytesIO(template()))
    for form in ALL_FORMS:
        offered = {
            str(rule.sqref): str(rule.formula1)
            for rule in workbook[form.name].data_validations.dataValidation
            if rule.type == "list"
        }
        wanted = {f'"{",".join(column.choices)}"' for column in form.columns if column.choices}
        assert set(offered.values()) == wanted
        assert all(place.split(":")[0].endswith("3") for place in offered)


def test_the_headings_stay_in_sight() -> None:
    workbook = load_workbook(io.BytesIO(template()))
    assert {workbook[form.name].freeze_panes for form in ALL_FORMS} == {"A2"}


def test_the_same_template_is_the_same_bytes() -> None:
    assert template("某县水利局") == template("某县水利局")


signs = st.characters(exclude_categories=["Cs"])
words = st.text(signs, max_size=20).map(cells.text)
names = words.filter(bool)


@given(words, names, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_round_toml_reads_back_to_the_round_it_was_written_for(name: str, coordinator: str, first_day: date) -> None:
    head = RoundHead(
        id=RoundId("某县-2026-Q1"),
        name=name,
        region="419999",
        year=first_day.year,
        first_day=first_day,
        last_day=date(2031, 1, 1),
        coordinator=DepartmentId(coordinator),
    )
    assert read_round(round_toml(head).encode()).round == head


@given(st.text(max_size=12), st.sampled_from("=+-@＝＋－＠\t\r"), st.sampled_from(["", " ", "\u3000", "\n"]))
def test_no_text_we_write_can_turn_into_a_formula(rest: str, sign: str, space: str) -> None:
    written = neutral(f"{space}{sign}{rest}")
    is_number = unicodedata.normalize("NFKC", written.strip()).strip("+-%.").replace(".", "", 1).isdigit()
    assert written.startswith("'") or is_number or not written.strip(" -\t\r\n\u3000\x1c\x1d\x1e\x1f\x85\xa0")
    assert written.endswith(rest)


def test_plain_text_numbers_and_dashes_are_left_as_they_are() -> None:
    for text in ("某县水利局", "-", "—", "-3.5", "+8", "10-20%", "2026-03-05", ""):
        assert neutral(text) == text


def test_formulas_arrive_as_text_in_the_file() -> None:
    content = io.BytesIO()
    workbook = new_workbook(content)
    sheet = workbook.add_worksheet("表")
    for row, text in enumerate(("=1+1", "＝1+1", "@SUM(A1)", "http://a.b/", "007")):
        write(sheet, (row, 0), text, styles(workbook).text)
    workbook.close()
    cells = [row[0] for row in load_workbook(io.BytesIO(content.getvalue()))["表"].iter_rows()]
    assert [cell.data_type for cell in cells] == ["s"] * 5
    assert [cell.value for cell in cells] == ["'=1+1", "'＝1+1", "'@SUM(A1)", "http://a.b/", "007"]
    assert all(cell.hyperlink is None for cell in cells)


def test_a_template_that_nobody_filled_in_is_no_part_of_a_round(tmp_path: Path) -> None:
    folder = shutil.copytree(SMALL, tmp_path / "round")
    before = read_round_folder(folder)
    write_template(folder / "部门模板.xlsx")
    assert read_round_folder(folder) == before
