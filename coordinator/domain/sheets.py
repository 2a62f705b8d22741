"""What a workbook holds, before anyone asks what it means: files, sheets, cells and where they stand.

Reading bytes is the documents' affair, finding headers and meaning that of `intake`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

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


class Severity(StrEnum):
    """What a finding means for its row; the values are what the person reads."""

    ERROR = "错误"
    """The row is refused."""
    CONFIRM = "待确认"
    """The row is refused until a person has said what is meant."""
    WARNING = "提醒"
    """The row stands."""


class CellFinding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something about one cell, row or sheet that its author should know; row and column count from 1."""

    sheet: str
    row: int | None
    column: int | None
    """None: the finding is about the row as a whole, with row None about the sheet."""
    found: str
    message: str
    remedy: str
    severity: Severity
    of_others: bool = False
    """What another department hands in may settle it: no fault while others have still to hand in."""

    @property
    def is_of_whole_sheet(self) -> bool:
        """Whether nothing of a sheet could be taken: no row is refused, and yet everything is missing."""
        return self.row is None and self.severity is not Severity.WARNING


def place_of(finding: CellFinding) -> str:
    """Name a finding's place as a spreadsheet does: a cell, a row, or the whole sheet."""
    if finding.row is None:
        return "整张表"
    return address(finding.row, finding.column) if finding.column else f"第{finding.row}行"


def unread_sheets(file: str, findings: Iterable[CellFinding]) -> Iterator[str]:
    """Say which sheets of a workbook could not be taken at all, and what to do."""
    for finding in findings:
        if finding.is_of_whole_sheet:
            named = "" if finding.sheet in finding.message else f"的“{finding.sheet}”表"
            yield f"{file}{named}{finding.message}。{finding.remedy}"
