"""What changed between two workbooks of one department, sheet by sheet and cell by cell, as their author would say it.

Rows are compared as they are written, faulty ones too; what they mean is the intake's affair.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from coordinator.domain.columns import (
    ALL_FORMS,
    APART,
    AREAS,
    DEPARTMENTS,
    INSPECTORS,
    ITEMS,
    PLAN,
    RECUSALS,
    TARGETS,
    SheetForm,
)
from coordinator.domain.intake import cells
from coordinator.domain.intake.grid import Table, data_rows, lay_out, sheet_named
from coordinator.domain.sheets import CellValue, Workbook

MOST_ROWS = 200
"""So many changed rows of a sheet are kept to be shown; all are counted."""

CARRIED_OVER = (DEPARTMENTS, ITEMS, TARGETS, INSPECTORS, RECUSALS, APART, AREAS)
"""The sheets that hold from round to round; the plan and caused inspections belong to one round."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    DEPARTMENTS.name: ("部门名称",),
    ITEMS.name: ("事项编码",),
    TARGETS.name: ("统一社会信用代码", "对象编号"),
    INSPECTORS.name: ("人员编号",),
    PLAN.name: ("任务编号",),
    RECUSALS.name: ("人员编号", "统一社会信用代码", "对象编号"),
    AREAS.name: ("代码",),
    APART.name: ("人员编号", "互斥人员编号"),
}
"""By which cells a row is known again; a sheet without any is compared by its whole rows."""
_NAMES = ("检查对象名称", "抽查事项", "姓名", "任务名称", "名称")

Cells = Mapping[str, str]


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


class CellChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    column: str
    before: str
    now: str


class RowChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row that is not as it was; `row` is where it stands now, None where it is gone."""

    kind: ChangeKind
    row: int | None
    name: str
    cells: tuple[CellChange, ...] = ()


class SheetChanges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many rows of a sheet are new, changed, gone and as they were; `rows` are the first of those that differ."""

    sheet: str
    new: int
    changed: int
    gone: int
    same: int
    rows: tuple[RowChange, ...]

    @property
    def unlisted(self) -> int:
        return self.new + self.changed + self.gone - len(self.rows)


def changes_between(before: Workbook | None, now: Workbook) -> tuple[SheetChanges, ...]:
    """Compare two workbooks; without one before, everything is new. Sheets that are empty in both are left out."""
    compared = (_compare(form, _rows(before, form) if before else {}, _rows(now, form)) for form in ALL_FORMS)
    return tuple(each for each in compared if each.new + each.changed + each.gone + each.same)


def lists_carried_over(workbook: Workbook) -> dict[str, list[dict[str, CellValue]]]:
    """Give the rows of the sheets that hold from round to round, cell by column, to be filled into a template."""
    return {form.name: [*_written(workbook, form)] for form in CARRIED_OVER}


def _written(workbook: Workbook, form: SheetForm) -> Iterator[dict[str, CellValue]]:
    table = _table(workbook, form)
    for number, values in data_rows(table) if table else ():
        yield {name: _as_text(table, number, name, value) for name, value in _cells(table, values)}


def _as_text(table: Table | None, row: int, name: str, value: CellValue) -> CellValue:
    """A number shown as per cent goes on as the text that its author saw."""
    column = table.header.columns[name] if table and table.header else 0
    is_percent = table is not None and (row, column) in table.sheet.percent_cells
    return f"{value * 100:g}%" if is_percent and isinstance(value, int | float) else value


def _table(workbook: Workbook, form: SheetForm) -> Table | None:
    sheet = sheet_named(workbook, form.name)
    return lay_out(sheet, form) if sheet else None


def _cells(table: Table | None, values: Sequence[CellValue]) -> Iterator[tuple[str, CellValue]]:
    for name, column in table.header.columns.items() if table and table.header else ():
        yield name, values[column - 1] if column <= len(values) else None


def _rows(workbook: Workbook, form: SheetForm) -> dict[tuple[str, ...], tuple[int, Cells]]:
    """Every row by what it is known by; rows that share it are told apart by their order."""
    table = _table(workbook, form)
    found: dict[tuple[str, ...], tuple[int, Cells]] = {}
    twins = Counter[tuple[str, ...]]()
    for number, values in data_rows(table) if table else ():
        row = {name: _shown(value) for name, value in _cells(table, values)}
        key = _key(form, row)
        twins[key] += 1
        found[(*key, str(twins[key]))] = (number, row)
    return found


def _key(form: SheetForm, row: Cells) -> tuple[str, ...]:
    names = _KEYS.get(form.name)
    if form is TARGETS:
        return (row.get("统一社会信用代码") or row.get("对象编号", ""),)
    return tuple(row.get(name, "") for name in names) if names else tuple(row.values())


def _shown(value: CellValue) -> str:
    return unicodedata.normalize("NFC", cells.shown(value)).strip()


def _compare(
    form: SheetForm,
    before: Mapping[tuple[str, ...], tuple[int, Cells]],
    now: Mapping[tuple[str, ...], tuple[int, Cells]],
) -> SheetChanges:
    differing = [*_differing(before, now)]
    counts = Counter(each.kind for each in differing)
    return SheetChanges(
        sheet=form.name,
        new=counts[ChangeKind.NEW],
        changed=counts[ChangeKind.CHANGED],
        gone=counts[ChangeKind.GONE],
        same=len(now) - counts[ChangeKind.NEW] - counts[ChangeKind.CHANGED],
        rows=tuple(differing[:MOST_ROWS]),
    )


def _differing(
    before: Mapping[tuple[str, ...], tuple[int, Cells]], now: Mapping[tuple[str, ...], tuple[int, Cells]]
) -> Iterator[RowChange]:
    """What changed first, then what is gone, then what is new: new rows are many, and seldom a surprise."""
    for key, (number, row) in now.items():
        old = before[key][1] if key in before else row
        names = [name for name in {**old, **row} if old.get(name, "") != row.get(name, "")]
        if names:
            differ = tuple(CellChange(column=each, before=old.get(each, ""), now=row.get(each, "")) for each in names)
            yield RowChange(kind=ChangeKind.CHANGED, row=number, name=_name(key, row), cells=differ)
    for key in (each for each in before if each not in now):
        yield RowChange(kind=ChangeKind.GONE, row=None, name=_name(key, before[key][1]))
    for key in now:
        if key not in before:
            yield RowChange(kind=ChangeKind.NEW, row=now[key][0], name=_name(key, now[key][1]))


def _name(key: tuple[str, ...], row: Cells) -> str:
    """A row as people call it: what it is known by, and its name where it has one."""
    *known, _ = key
    name = next((row[each] for each in _NAMES if row.get(each)), "")
    return " ".join(dict.fromkeys([*(each for each in known if each), *([name] if name else [])]))
