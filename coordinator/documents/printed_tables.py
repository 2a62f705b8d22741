"""Sheets made to be read and printed: a title, notes, one table; A4 landscape, headings repeated, rows high enough.

Forms that come back filled in are laid out by `templates` and its neighbours.
"""

import unicodedata
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from msgspec import Struct
from xlsxwriter import Workbook

from coordinator.documents.cells import CellContent, Styles, neutral, write

_A4 = 9
_LINE = 15.0
_HIGHEST_ROW = 400.0


class Heading(NamedTuple):
    """A column's heading and its width in characters."""

    text: str
    width: float


class PrintedTable(Struct, frozen=True, kw_only=True):
    """One sheet; texts may hold line breaks."""

    sheet: str
    title: str
    notes: tuple[str, ...]
    headings: tuple[Heading, ...]
    rows: tuple[tuple[CellContent, ...], ...]


def write_table(workbook: Workbook, formats: Styles, table: PrintedTable) -> None:
    """Add a sheet with its title, notes and table."""
    sheet = workbook.add_worksheet(table.sheet)
    last = len(table.headings) - 1
    for column, heading in enumerate(table.headings):
        sheet.set_column(column, column, heading.width)
    write(sheet, (0, 0), table.title, formats.title)
    sheet.set_row(0, 28)
    whole_width = sum(heading.width for heading in table.headings)
    for row, note in enumerate(table.notes, start=1):
        sheet.merge_range(row, 0, row, last, neutral(note), formats.note)
        sheet.set_row(row, _lines(note, whole_width) * _LINE + 4)
    head = len(table.notes) + 1
    for column, heading in enumerate(table.headings):
        sheet.write_string(head, column, heading.text, formats.heading)
    sheet.set_row(head, 24)
    for row, values in enumerate(table.rows, start=head + 1):
        for column, value in enumerate(values):
            style = formats.text if isinstance(value, str) else formats.number if _is_number(value) else formats.date
            write(sheet, (row, column), value, style)
        sheet.set_row(row, _height(values, table.headings))
    sheet.freeze_panes(head + 1, 0)
    sheet.autofilter(head, 0, max(head, head + len(table.rows)), last)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")


def _is_number(value: CellContent) -> bool:
    return isinstance(value, int | float)


def _height(values: Sequence[CellContent], headings: Sequence[Heading]) -> float:
    """Reckon a row's height ourselves: not every program does so when it opens a file."""
    lines = [
        _lines(value, heading.width) for value, heading in zip(values, headings, strict=True) if isinstance(value, str)
    ]
    return min(max(lines, default=1) * _LINE + 5, _HIGHEST_ROW)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes; a Chinese character is as wide as two digits."""
    return sum(max(1, ceil(_units(line) / (width - 1))) for line in text.split("\n"))


def _units(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)
