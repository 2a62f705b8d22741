"""Directories as workbooks to be kept: the same lines as on the pages, texts that no spreadsheet takes for formulas.

What stands in them is read by actions/directories.py; workbooks to be filled in are made by `templates`.
"""

from collections.abc import Sequence
from io import BytesIO

from coordinator.documents.cells import CellContent, new_workbook, styles, write


def list_workbook(title: str, headings: Sequence[str], lines: Sequence[Sequence[CellContent]]) -> bytes:
    """Write one sheet with its headings and lines."""
    content = BytesIO()
    workbook = new_workbook(content)
    formats = styles(workbook)
    sheet = workbook.add_worksheet(title)
    for number, heading in enumerate(headings):
        sheet.set_column(number, number, 22)
        write(sheet, (0, number), heading, formats.heading)
    for row, line in enumerate(lines, start=1):
        for number, value in enumerate(line):
            write(sheet, (row, number), value or None, formats.text)
    sheet.freeze_panes(1, 0)
    # codes are text on purpose: no green corners
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    workbook.close()
    return content.getvalue()
