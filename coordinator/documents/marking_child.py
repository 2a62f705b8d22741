"""The child process that marks one workbook: the request on the input as MessagePack, the marked bytes on the output.

Started by `marking` under limits, because openpyxl holds the whole workbook in memory. It changes nothing but fills
and comments of the cells in question, and the sheet 退回说明 in front.
"""

import io
import sys
import warnings
from collections import defaultdict

import msgspec
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from coordinator.documents.cells import neutral
from coordinator.documents.confined import confine_self
from coordinator.documents.marking import Request
from coordinator.documents.upload_checks import MEBIBYTE
from coordinator.domain.columns import RETURN_SHEET
from coordinator.domain.sheets import CellFinding, Severity, address, column_letters

MEMORY_BYTES = 2048 * MEBIBYTE
CPU_SECONDS = 60
# openpyxl writes each sheet to a temporary file first.
FILE_BYTES = 400 * MEBIBYTE

_AUTHOR = "一门查"
_ORIGINAL = "原批注："
_COLOURS = {Severity.ERROR: "FFFF9C9C", Severity.CONFIRM: "FFFFD27F", Severity.WARNING: "FFFFF2A8"}
_RANK = {Severity.ERROR: 0, Severity.CONFIRM: 1, Severity.WARNING: 2}
_HEADINGS = ("文件", "工作表", "单元格", "级别", "填的是", "问题", "怎样改")
_WIDTHS = (26, 18, 10, 9, 30, 46, 46)
_HEADING_ROW = 3
_MARKED = "有问题的单元格已标色并加批注：红色为错误，橙色为待确认，黄色为提醒。其余各行已接收，不用重填。"
_LIST_ONLY = "原表过大或结构特殊，系统无法在原表上标色；请对照下表在原表中修改。其余各行已接收，不用重填。"
_NO_FILL = PatternFill(fill_type=None)


def mark(request: Request) -> bytes:
    """Mark every cell in question, list all findings on a sheet in front, and give the workbook back as bytes."""
    if request.original is None:
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
    else:
        workbook = load_workbook(io.BytesIO(request.original), rich_text=True)
        _remove_old_marks(workbook)
        _mark_cells(workbook, request.findings)
    _write_list(workbook, request)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _mark_cells(workbook: Workbook, findings: tuple[CellFinding, ...]) -> None:
    by_cell: dict[tuple[str, int, int], list[CellFinding]] = defaultdict(list)
    for finding in findings:
        if finding.sheet in workbook.sheetnames and finding.row is not None:
            by_cell[finding.sheet, finding.row, finding.column or 1].append(finding)
    for (sheet, row, column), found in by_cell.items():
        _mark_cell(workbook[sheet], row, column, found)


def _remove_old_marks(workbook: Workbook) -> None:
    """A workbook that was returned before and corrected starts clean."""
    if RETURN_SHEET in workbook.sheetnames:
        del workbook[RETURN_SHEET]
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment = _original_comment(cell.comment.text)
                    cell.fill = _NO_FILL


def _original_comment(text: str) -> Comment | None:
    _ours, found, theirs = text.partition(_ORIGINAL)
    return Comment(theirs, "") if found else None


def _mark_cell(sheet: Worksheet, row: int, column: int, findings: list[CellFinding]) -> None:
    cell = _anchor(sheet, row, column)
    worst = min((finding.severity for finding in findings), key=_RANK.__getitem__)
    cell.fill = PatternFill("solid", start_color=_COLOURS[worst], end_color=_COLOURS[worst])
    texts = [f"{finding.severity}：{finding.message}{finding.remedy}" for finding in findings]
    if cell.comment is not None and cell.comment.author != _AUTHOR:
        texts.append(f"{_ORIGINAL}{cell.comment.text}")
    comment = Comment("\n".join(texts), _AUTHOR)
    comment.width, comment.height = 320, 40 + 40 * len(texts)
    cell.comment = comment


def _anchor(sheet: Worksheet, row: int, column: int) -> Cell:
    """Give the cell itself, or the top left one of the merged range it lies in."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    anchor = sheet.cell(merged.min_row, merged.min_col)
    if isinstance(anchor, MergedCell):
        raise TypeError(f"the merged range {merged} has no first cell")
    return anchor


def _write_list(workbook: Workbook, request: Request) -> None:
    sheet = workbook.create_sheet(RETURN_SHEET, 0)
    refused = sum(finding.severity is not Severity.WARNING for finding in request.findings)
    lines = (
        (f"{request.file}：共 {len(request.findings)} 处，其中 {refused} 处须改正或确认后重新提交。",),
        (_LIST_ONLY if request.original is None else _MARKED,),
        _HEADINGS,
        *(_line(request.file, finding) for finding in request.findings),
    )
    for row, texts in enumerate(lines, start=1):
        for column, text in enumerate(texts, start=1):
            _write_text(sheet, row, column, text)
    _dress(sheet)
    workbook.active = 0
    for other in workbook.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _line(file: str, finding: CellFinding) -> tuple[str, ...]:
    place = "" if finding.row is None else f"第{finding.row}行"
    if finding.row is not None and finding.column is not None:
        place = address(finding.row, finding.column)
    return (file, finding.sheet, place, finding.severity.value, finding.found, finding.message, finding.remedy)


def _write_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column, _printable(neutral(text)))
    cell.number_format = "@"
    if row >= _HEADING_ROW:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _printable(text: str) -> str:
    """Drop the control characters that no workbook may hold."""
    return "".join(character for character in text if character >= " " or character in "\t\n")


def _dress(sheet: Worksheet) -> None:
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[column_letters(column)].width = width
        sheet.cell(_HEADING_ROW, column).font = Font(bold=True)
    sheet.freeze_panes = f"A{_HEADING_ROW + 1}"


def main() -> None:
    """Answer the one request on standard input."""
    confine_self(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS, file_bytes=FILE_BYTES)
    # openpyxl warns of what it leaves out (e.g. extended drop-downs); nobody reads a child's warnings.
    warnings.simplefilter("ignore")
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(mark(request))


if __name__ == "__main__":
    main()
