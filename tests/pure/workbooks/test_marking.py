"""A returned workbook is the department's own, with its faults marked and nothing else changed."""

import io

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from pure.workbooks.building import saved

from coordinator.documents.marking import mark
from coordinator.documents.workbook_reading import read_upload
from coordinator.domain.columns import RETURN_SHEET
from coordinator.domain.sheets import CellFinding, Severity


def a_finding(
    row: int | None, column: int | None, message: str, severity: Severity = Severity.ERROR, sheet: str = "检查对象名录"
) -> CellFinding:
    return CellFinding(
        sheet=sheet, row=row, column=column, found="=3+4", message=message, remedy="请改正。", severity=severity
    )


def an_original() -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "检查对象名录"
    sheet["A1"] = "某县水利局检查对象名录"
    sheet.merge_cells("A1:C1")
    for row in (
        ("统一社会信用代码", "检查对象名称", "备注"),
        ("914199990000000000", "甲厂", "=1+1"),
        ("x", "乙厂", 0.3),
    ):
        sheet.append(row)
    sheet["C4"].number_format = "0%"
    sheet["B3"].font = Font(bold=True)
    sheet["B4"].fill = PatternFill("solid", start_color="FF00FF00")
    sheet["B4"].comment = Comment("本局的批注", "水利局")
    sheet.column_dimensions["B"].width = 33
    workbook.create_sheet("区划").sheet_state = "hidden"
    return saved(workbook)


def marked(*findings: CellFinding, original: bytes | None = None) -> Workbook:
    return load_workbook(io.BytesIO(mark("水利局.xlsx", original or an_original(), findings)))


def comment_at(workbook: Workbook, cell: str) -> str:
    comment = workbook["检查对象名录"][cell].comment
    return comment.text if comment else ""


def test_every_cell_in_question_is_coloured_and_says_all_that_was_found_there() -> None:
    workbook = marked(a_finding(3, 1, "校验位不对。"), a_finding(3, 1, "代码重复。"), a_finding(4, 3, "待确认。"))
    assert comment_at(workbook, "A3").splitlines() == ["错误：校验位不对。请改正。", "错误：代码重复。请改正。"]
    assert "待确认" in comment_at(workbook, "C4")
    assert workbook["检查对象名录"]["A3"].fill.start_color.rgb == "FFFF9C9C"


def test_the_worst_finding_of_a_cell_gives_its_colour() -> None:
    mild, severe = a_finding(3, 1, "请留意。", Severity.WARNING), a_finding(3, 1, "缺代码。", Severity.ERROR)
    assert marked(mild)["检查对象名录"]["A3"].fill.start_color.rgb == "FFFFF2A8"
    assert marked(mild, severe)["检查对象名录"]["A3"].fill.start_color.rgb == "FFFF9C9C"


def test_the_first_sheet_lists_every_finding_with_file_sheet_and_cell() -> None:
    findings = (
        a_finding(3, 1, "校验位不对。"),
        a_finding(4, None, "整行重复。"),
        a_finding(None, None, "缺表。", sheet="部门"),
    )
    sheet = marked(*findings).worksheets[0]
    assert sheet.title == RETURN_SHEET
    listed = list(sheet.iter_rows(min_row=4, values_only=True))
    assert listed[0] == ("水利局.xlsx", "检查对象名录", "A3", "错误", "'=3+4", "校验位不对。", "请改正。")
    assert [line[2] for line in listed] == ["A3", "第4行", None]


def test_nothing_else_is_changed() -> None:
    before, after = load_workbook(io.BytesIO(an_original())), marked(a_finding(3, 1, "校验位不对。"))
    old, new = before["检查对象名录"], after["检查对象名录"]
    assert after.sheetnames == [RETURN_SHEET, *before.sheetnames]
    assert [[cell.value for cell in row] for row in new] == [[cell.value for cell in row] for row in old]
    assert [[cell.number_format for cell in row] for row in new] == [
        [cell.number_format for cell in row] for row in old
    ]
    assert (new["B3"].font.bold, new["B4"].fill.start_color.rgb) == (True, "FF00FF00")
    assert comment_at(after, "B4") == "本局的批注"
    assert new.column_dimensions["B"].width == 33
    assert str(new.merged_cells) == "A1:C1"
    assert after["区划"].sheet_state == "hidden"


def test_a_finding_inside_a_merged_range_is_marked_where_it_can_be_seen() -> None:
    assert "标题" in comment_at(marked(a_finding(1, 3, "标题有误。")), "A1")


def test_a_department_s_own_comment_is_kept_beside_ours() -> None:
    assert comment_at(marked(a_finding(4, 2, "名称重复。")), "B4").endswith("原批注：本局的批注")


def test_a_workbook_returned_twice_carries_only_the_second_marks() -> None:
    first = mark("水利局.xlsx", an_original(), [a_finding(3, 1, "校验位不对。"), a_finding(4, 2, "名称重复。")])
    second = marked(a_finding(4, 1, "缺代码。"), original=first)
    assert second.sheetnames == [RETURN_SHEET, "检查对象名录", "区划"]
    assert [comment_at(second, cell) for cell in ("A3", "B4")] == ["", "本局的批注"]
    assert second["检查对象名录"]["A3"].fill.fill_type is None
    assert "缺代码" in comment_at(second, "A4")


def test_a_returned_workbook_can_be_read_again() -> None:
    sheets = read_upload("退回.xlsx", mark("水利局.xlsx", an_original(), [a_finding(3, 1, "校验位不对。")])).sheets
    assert [sheet.name for sheet in sheets] == [RETURN_SHEET, "检查对象名录", "区划"]
    assert sheets[1].rows[2][:2] == ("914199990000000000", "甲厂")
    assert sheets[1].percent_cells == {(4, 3)}


def test_a_workbook_that_cannot_be_marked_comes_back_as_the_list_which_says_so() -> None:
    workbook = load_workbook(io.BytesIO(mark("水利局.xlsx", b"PK", [a_finding(3, 1, "校验位不对。")])))
    assert workbook.sheetnames == [RETURN_SHEET]
    assert "无法在原表上标色" in str(workbook.worksheets[0]["A2"].value)
    assert workbook.worksheets[0]["F4"].value == "校验位不对。"
