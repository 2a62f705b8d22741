"""Where things stand on a sheet: the header under its title rows, columns in any order, rows that count.

What the cells mean is the affair of `rows`.
"""

import unicodedata
from collections.abc import Iterator

from msgspec import Struct

from coordinator.domain.columns import SheetForm, header_key, is_example
from coordinator.domain.intake.cells import is_blank, text
from coordinator.domain.sheets import CellFinding, CellValue, Severity, Sheet, Workbook

_HEADER_WITHIN = 30
_HEADERS_NEEDED = 2
_SUM_WORDS = {"合计", "总计", "小计", "共计"}


class Header(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The header row (1-based) and where each declared column stands (1-based)."""

    row: int
    columns: dict[str, int]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sheet whose header was found (None: an empty sheet), with what its author should know about it."""

    sheet: Sheet
    form: SheetForm
    header: Header | None
    findings: tuple[CellFinding, ...] = ()


def sheet_named(workbook: Workbook, name: str) -> Sheet | None:
    """Find a sheet by name; width and blanks do not count."""
    return next((sheet for sheet in workbook.sheets if unicodedata.normalize("NFKC", sheet.name).strip() == name), None)


def lay_out(sheet: Sheet, form: SheetForm) -> Table:
    """Find the header of a sheet and what is missing, doubled or unknown in it.

    The header is the row that names most columns, the first of equals: a row of groups above it may name some too.
    """
    header = max(_candidates(sheet, form), key=lambda candidate: len(candidate.columns), default=None)
    if header is not None and len(header.columns) >= _HEADERS_NEEDED:
        return Table(sheet=sheet, form=form, header=header, findings=tuple(_header_findings(sheet, form, header)))
    if all(is_blank(value) for row in sheet.rows for value in row):
        return Table(sheet=sheet, form=form, header=None)
    finding = _about(form, None, None, "", "找不到表头", "请使用模板中的表头，不要改动列名。", Severity.ERROR)
    return Table(sheet=sheet, form=form, header=None, findings=(finding,))


def data_rows(table: Table) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
    """Give the rows below the header that are data: not empty, no example, no sum."""
    if table.header is None:
        return
    used = list(table.header.columns.values())
    for number, values in enumerate(table.sheet.rows[table.header.row :], start=table.header.row + 1):
        cells = [values[column - 1] if column <= len(values) else None for column in used]
        if all(is_blank(cell) for cell in cells) or is_example(values) or _is_sum(values):
            continue
        yield number, values


def _candidates(sheet: Sheet, form: SheetForm) -> Iterator[Header]:
    known = {header_key(column.name): column.name for column in form.columns}
    for number, values in enumerate(sheet.rows[:_HEADER_WITHIN], start=1):
        columns: dict[str, int] = {}
        for place, value in enumerate(values, start=1):
            name = known.get(header_key(value)) if isinstance(value, str) else None
            if name is not None:
                columns.setdefault(name, place)
        yield Header(row=number, columns=columns)


def _header_findings(sheet: Sheet, form: SheetForm, header: Header) -> Iterator[CellFinding]:
    known = {header_key(column.name): column.name for column in form.columns}
    for place, value in enumerate(sheet.rows[header.row - 1], start=1):
        if is_blank(value):
            continue
        name = known.get(header_key(text(value)))
        if name is None:
            yield _about(
                form,
                header.row,
                place,
                text(value),
                "模板中没有这一列，内容未采用",
                "不需要的列可以删去。",
                Severity.WARNING,
            )
        elif header.columns[name] != place:
            yield _about(
                form,
                header.row,
                place,
                text(value),
                "这一列出现了两次，只采用第一列",
                "请删去多余的一列。",
                Severity.WARNING,
            )
    for column in form.columns:
        if column.required and column.name not in header.columns and (column.or_else or "") not in header.columns:
            yield _about(
                form, header.row, None, "", f"缺少必填的列“{column.name}”", "请按模板补上这一列。", Severity.ERROR
            )


def _is_sum(values: tuple[CellValue, ...]) -> bool:
    first = next((value for value in values if not is_blank(value)), None)
    return isinstance(first, str) and "".join(first.split()).rstrip(":：") in _SUM_WORDS


def _about(
    form: SheetForm, row: int | None, column: int | None, found: str, message: str, remedy: str, severity: Severity
) -> CellFinding:
    return CellFinding(
        sheet=form.name, row=row, column=column, found=found, message=message, remedy=remedy, severity=severity
    )
