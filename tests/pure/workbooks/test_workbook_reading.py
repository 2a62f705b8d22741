"""Cells come out of a workbook with the value, the kind and the address that their author sees."""

from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from pure.workbooks.building import a_workbook, part_of, saved, with_parts

from coordinator.documents.workbook_reading import read_folder, read_upload
from coordinator.domain.sheets import CellValue, Sheet, address, column_letters

SHARED_ROUNDS = Path(__file__).parents[4] / "shared" / "data" / "rounds"
SHEET = "xl/worksheets/sheet1.xml"


def only_sheet(content: bytes) -> Sheet:
    (sheet,) = read_upload("表.xlsx", content).sheets
    return sheet


def value_of(value: object, number_format: str = "General") -> CellValue:
    workbook = Workbook()
    cell = workbook.worksheets[0].cell(1, 1)
    assert isinstance(cell, Cell)
    cell.value = value  # type: ignore[assignment]
    cell.number_format = number_format
    ((read,),) = only_sheet(saved(workbook)).rows
    return read


def test_empty_rows_and_columns_in_front_do_not_shift_addresses() -> None:
    workbook = Workbook()
    workbook.worksheets[0]["C5"] = "部门名称"
    sheet = only_sheet(saved(workbook))
    assert sheet.rows[4][2] == "部门名称"
    assert address(5, 3) == "C5"
    assert all(cell is None for row in sheet.rows[:4] for cell in row)


def test_columns_are_named_as_a_spreadsheet_does() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("written", "number_format", "read"),
    [
        (3, "General", 3),
        (3.0, "0.00", 3),
        (0.05, "General", 0.05),
        (True, "General", True),
        ("419999001", "General", "419999001"),
        ("=文字", "@", "=文字"),
        (datetime(2026, 3, 5), "yyyy-mm-dd", date(2026, 3, 5)),  # noqa: DTZ001 - cells have no time zone
        (46086, 'yyyy"年"m"月"d"日";@', date(2026, 3, 5)),
        (46086, '[DBNum1][$-804]yyyy"年"m"月"d"日";@', date(2026, 3, 5)),
        (46086.5, "yyyy/m/d h:mm", datetime(2026, 3, 5, 12)),  # noqa: DTZ001 - as above
        (0.5, "h:mm", time(12)),
        (46086, '0"号"', 46086),
    ],
)
def test_a_cell_has_the_kind_its_author_sees(written: object, number_format: str, read: CellValue) -> None:
    workbook = Workbook()
    cell = workbook.worksheets[0].cell(1, 1)
    cell.value = written  # type: ignore[assignment]
    cell.data_type = "s" if isinstance(written, str) else cell.data_type
    cell.number_format = number_format
    ((value,),) = only_sheet(saved(workbook)).rows
    assert (value, type(value)) == (read, type(read))


@pytest.mark.parametrize("built_in", [31, 57, 58])
def test_built_in_chinese_date_formats_are_dates(built_in: int) -> None:
    workbook = Workbook()
    workbook.worksheets[0]["A1"] = 46086
    workbook.worksheets[0]["A1"].number_format = "0.0000"
    content = saved(workbook)
    styles = part_of(content, "xl/styles.xml").replace(b'numFmtId="164"', f'numFmtId="{built_in}"'.encode())
    without_formats = styles.replace(b"<numFmts", b"<ignored").replace(b"</numFmts>", b"</ignored>")
    assert only_sheet(with_parts(content, {"xl/styles.xml": without_formats})).rows == ((date(2026, 3, 5),),)


def test_a_long_code_typed_as_a_number_stays_a_number_so_that_it_can_be_refused() -> None:
    assert isinstance(value_of(914199990000000000), float)
    assert value_of(41999900123) == 41999900123


def test_percent_cells_are_told_from_plain_numbers() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for place, number_format in (("B2", "0%"), ("C2", "0.00%"), ("D2", '0"%"'), ("E2", "General"), ("F2", '0.0%"约"')):
        sheet[place] = 0.3
        sheet[place].number_format = number_format
    sheet["G2"] = "30%"
    sheet["G2"].number_format = "0%"
    sheet["H2"].number_format = "0%"
    assert only_sheet(saved(workbook)).percent_cells == {(2, 2), (2, 3), (2, 6)}


def test_percent_cells_are_found_where_cells_carry_no_references() -> None:
    workbook = Workbook()
    workbook.worksheets[0].append([1, 0.3])
    workbook.worksheets[0]["B1"].number_format = "0%"
    content = saved(workbook)
    bare = part_of(content, SHEET).replace(b' r="A1"', b"").replace(b' r="B1"', b"").replace(b' r="1"', b"")
    sheet = only_sheet(with_parts(content, {SHEET: bare}))
    assert (sheet.rows, sheet.percent_cells) == (((1, 0.3),), frozenset({(1, 2)}))


def test_error_cells_and_formulas_never_calculated_are_not_read_as_empty() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet["A1"] = "标题"
    sheet["B2"] = "#N/A"
    sheet["B2"].data_type = "e"
    sheet["D4"] = "=A1&B2"
    rows = only_sheet(saved(workbook)).rows
    assert (rows[1][1], rows[3][3]) == ("#N/A", "=A1&B2")


def test_a_formula_with_a_calculated_value_is_read_as_that_value() -> None:
    content = a_workbook({"表": [["x"]]})
    cells = b'<c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="str"><f>""</f><v></v></c></row>'
    sheet = only_sheet(with_parts(content, {SHEET: part_of(content, SHEET).replace(b"</row>", cells)}))
    assert sheet.rows == (("x", 2, None),)


def test_a_sheet_formatted_down_to_its_last_row_is_still_read() -> None:
    workbook = Workbook()
    workbook.worksheets[0].append(["抽查比例", 0.3])
    workbook.worksheets[0]["B1"].number_format = "0%"
    content = saved(workbook)
    empty = b"".join(b'<row r="%d" ht="20" customHeight="1"/>' % row for row in range(2, 1_048_577))
    long = part_of(content, SHEET).replace(b"</sheetData>", empty + b"</sheetData>")
    sheet = only_sheet(with_parts(content, {SHEET: long}))
    assert (sheet.rows, sheet.percent_cells) == ((("抽查比例", 0.3),), frozenset({(1, 2)}))


def test_sheets_come_in_order_with_hidden_ones_and_without_charts() -> None:
    workbook = Workbook()
    workbook.worksheets[0].title = "部门"
    workbook.create_chartsheet("图表")
    workbook.create_sheet("区划").sheet_state = "hidden"
    assert [sheet.name for sheet in read_upload("表.xlsx", saved(workbook)).sheets] == ["部门", "区划"]


def test_a_workbook_knows_the_digest_of_its_bytes() -> None:
    content = a_workbook()
    assert read_upload("表.xlsx", content).sha256 == sha256(content).hexdigest()


@pytest.mark.skipif(not SHARED_ROUNDS.exists(), reason="the shared real rounds are not beside the project")
@pytest.mark.parametrize("round_name", ["wugang-2026-Q1", "pingdingshan-2026-Q1"])
def test_every_real_workbook_is_read(round_name: str) -> None:
    reading = read_folder(SHARED_ROUNDS / round_name)
    assert len(reading.workbooks) == 12
    assert reading.refused == ()
    assert all({"部门", "检查对象名录"} <= {sheet.name for sheet in book.sheets} for book in reading.workbooks)
