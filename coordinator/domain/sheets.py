"""What a workbook holds, before anyone asks what it means: files, sheets, cells and where they stand.

Reading bytes is the documents' affair, finding headers and meaning that of `intake`.
"""

from datetime import date, datetime, time, timedelta

from msgspec import Struct

CellValue = str | int | float | bool | datetime | date | time | timedelta | None


class Sheet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sheet as a grid: `rows[0][0]` is cell A1, rows may differ in length, empty cells are None."""

    name: str
    rows: tuple[tuple[CellValue, ...], ...]
    percent_cells: frozenset[tuple[int, int]] = frozenset()
    """Numeric cells shown in a percent format, as 1-based (row, column)."""


class Workbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file as handed in; `file` is its name without a folder, `sha256` the digest of its bytes."""

    file: str
    sha256: str
    sheets: tuple[Sheet, ...]


def column_letters(column: int) -> str:
    """Name a 1-based column as a spreadsheet does: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Name a 1-based (row, column) as a spreadsheet does: (7, 2) is B7."""
    return f"{column_letters(column)}{row}"
