"""One workbook on its way in: its department, its readable rows, and what is wrong with the others.

Here every sheet is read for itself; what needs other sheets or other departments is checked in `references`.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec
from msgspec import Struct

from coordinator.domain.columns import (
    ALL_FORMS,
    APART,
    AREAS,
    CAUSED_INSPECTIONS,
    DEPARTMENTS,
    INSPECTORS,
    ITEMS,
    PLAN,
    RECUSALS,
    TARGETS,
    SheetForm,
)
from coordinator.domain.errors import Invalid
from coordinator.domain.intake import cells, records
from coordinator.domain.intake.grid import data_rows, lay_out, sheet_named
from coordinator.domain.intake.records import Context
from coordinator.domain.intake.rows import Row
from coordinator.domain.sheets import CellFinding, Severity, Workbook, address
from coordinator.domain.submissions import Department, Record

Kept = TypeVar("Kept", bound=Record)

MAIN_SHEETS = (ITEMS, TARGETS, INSPECTORS, PLAN)


class Entry(Struct, frozen=True):
    """A row and the record read from it; the record counts only while the row is not refused."""

    row: Row
    record: Record


class Draft:
    """A workbook whose sheets have been read; entries that turn out faulty later are noted on their rows."""

    def __init__(self, file: str, department: Department) -> None:
        self.file, self.department = file, department
        self.findings: list[CellFinding] = []
        self.entries: dict[str, list[Entry]] = {}

    def of(self, form: SheetForm, kind: type[Kept]) -> list[tuple[Row, Kept]]:
        """All rows of one sheet, refused ones too: a reference to a refused row is no error."""
        entries = self.entries.get(form.name, [])
        return [(entry.row, entry.record) for entry in entries if isinstance(entry.record, kind)]

    def kept(self, form: SheetForm, kind: type[Kept]) -> tuple[Kept, ...]:
        """The records of one sheet whose rows stand."""
        return tuple(record for row, record in self.of(form, kind) if not row.refused)


class Opening(Struct, frozen=True, kw_only=True):
    """A workbook of which only the department and its areas are known yet."""

    workbook: Workbook
    department: Department
    areas: tuple[Entry, ...]
    area_findings: tuple[CellFinding, ...]


def is_empty_template(workbook: Workbook) -> bool:
    """Say whether a workbook is the template as it was given out; such a one is passed over."""
    return all(
        sheet_named(workbook, form.name) is not None and next(_rows(workbook, form), None) is None for form in ALL_FORMS
    )


def open_workbook(workbook: Workbook) -> Opening:
    """Find out whose workbook it is; one that does not say so cannot be used at all."""
    rows = list(_rows(workbook, DEPARTMENTS))
    if not rows:
        raise Invalid(f"{workbook.file} 没有填好的“部门”工作表。", remedy="请使用模板，在“部门”表中填写本部门一行。")
    department = records.department(rows[0])
    if rows[0].refused or len(rows) > 1:
        raise Invalid(f"{workbook.file} 的“部门”工作表不能用：{_first_fault(rows)}", remedy="")
    sheet = sheet_named(workbook, AREAS.name)
    table = lay_out(sheet, AREAS) if sheet else None
    return Opening(
        workbook=workbook,
        department=department,
        areas=tuple(Entry(row, records.area(row)) for row in _rows(workbook, AREAS)),
        area_findings=table.findings if table else (),
    )


def read_draft(opening: Opening, context: Context, *, with_areas: bool) -> Draft:
    """Read every sheet of a workbook; areas count only where they are the coordinator's."""
    draft = Draft(opening.workbook.file, opening.department)
    for form, reader in _READERS:
        _read_sheet(draft, opening.workbook, form, lambda row, reader=reader: reader(row, context))  # type: ignore[misc]
    if with_areas:
        draft.entries[AREAS.name] = list(opening.areas)
        draft.findings.extend(opening.area_findings)
    elif opening.areas:
        draft.findings.append(
            _sheet_finding(AREAS, "“区划”表由牵头部门填写，这里的内容未采用", "不必填写。", Severity.WARNING)
        )
    return draft


def _read_sheet(draft: Draft, workbook: Workbook, form: SheetForm, reader: Callable[[Row], Record]) -> None:
    sheet = sheet_named(workbook, form.name)
    if sheet is None:
        if form in MAIN_SHEETS:
            draft.findings.append(
                _sheet_finding(
                    form, f"缺少工作表“{form.name}”", "请按模板补上；确实没有内容的，也请保留表头。", Severity.ERROR
                )
            )
        return
    table = lay_out(sheet, form)
    draft.findings.extend(table.findings)
    missing = any(finding.severity is Severity.ERROR for finding in table.findings)
    entries = draft.entries.setdefault(form.name, [])
    seen: dict[bytes, int] = {}
    for number, values in data_rows(table):
        row = Row(table, number, values)
        record = reader(row)
        twin = seen.setdefault(msgspec.json.encode(msgspec.structs.replace(record, row=0)), number)
        if twin != number and not row.refused:
            row.note(None, f"与第{twin}行完全相同，只计一次", "可以删去这一行。", Severity.WARNING)
            draft.findings.extend(row.findings)
            continue
        if missing and not row.refused:
            row.note(None, "所在工作表缺少必填的列，这一行未采用", "请按模板补上缺少的列。")
        entries.append(Entry(row, record))


def _rows(workbook: Workbook, form: SheetForm) -> Iterator[Row]:
    sheet = sheet_named(workbook, form.name)
    if sheet is None:
        return
    table = lay_out(sheet, form)
    for number, values in data_rows(table):
        yield Row(table, number, values)


def _first_fault(rows: list[Row]) -> str:
    if len(rows) > 1:
        return f"第{rows[1].number}行是多余的，一个工作簿只能填一个部门。请每个部门各交一个工作簿。"
    finding = next(finding for finding in rows[0].findings if finding.severity is not Severity.WARNING)
    place = address(finding.row or 1, finding.column) if finding.column else f"第{finding.row}行"
    return f"{place} {finding.message}。{finding.remedy}"


def _sheet_finding(form: SheetForm, message: str, remedy: str, severity: Severity) -> CellFinding:
    return CellFinding(
        sheet=form.name, row=None, column=None, found="", message=message, remedy=remedy, severity=severity
    )


def code_as_written(row: Row) -> str:
    """Name a row by its code as written, or by its number where it has none."""
    for name in ("统一社会信用代码", "对象编号"):
        if not cells.is_blank(row.value(name)):
            return " ".join(cells.shown(row.value(name)).split())
    return f"第{row.number}行"


_READERS: tuple[tuple[SheetForm, Callable[[Row, Context], Record]], ...] = (
    (ITEMS, records.item),
    (TARGETS, records.target),
    (INSPECTORS, records.inspector),
    (PLAN, records.plan_line),
    (RECUSALS, records.recusal),
    (CAUSED_INSPECTIONS, records.caused),
    (APART, records.apart),
)
