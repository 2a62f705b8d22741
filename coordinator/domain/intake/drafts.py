"""One workbook on its way in: its department, its readable rows, and what is wrong with the others.

Here every sheet is read for itself; what needs other sheets or other departments is checked in `references`.
"""

from collections.abc import Callable
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
from coordinator.domain.rounds import Round
from coordinator.domain.sheets import CellFinding, Severity, Workbook
from coordinator.domain.submissions import Department, Record

Kept = TypeVar("Kept", bound=Record)

MAIN_SHEETS = (ITEMS, TARGETS, INSPECTORS, PLAN)


class Entry(Struct, frozen=True):
    """A row and the record read from it; the record counts only while the row is not refused."""

    row: Row
    record: Record


class Rows(Struct, frozen=True, kw_only=True):
    """A sheet's rows, each that stands twice once, and what its author should know beside what its rows note."""

    entries: tuple[Entry, ...] = ()
    findings: tuple[CellFinding, ...] = ()


class Draft:
    """A workbook whose sheets have been read; entries that turn out faulty later are noted on their rows."""

    def __init__(self, file: str, department: Department) -> None:
        self.file, self.department = file, department
        self.findings: list[CellFinding] = []
        self.entries: dict[str, list[Entry]] = {}

    def take(self, form: SheetForm, rows: Rows) -> None:
        self.entries[form.name] = list(rows.entries)
        self.findings.extend(rows.findings)

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
    own_row: Rows
    areas: Rows


def is_empty_template(workbook: Workbook) -> bool:
    """Say whether a workbook is the template as it was given out; such a one is passed over."""
    sheets = [sheet_named(workbook, form.name) for form in ALL_FORMS]
    return all(
        sheet is not None and next(data_rows(lay_out(sheet, form)), None) is None
        for sheet, form in zip(sheets, ALL_FORMS, strict=True)
    )


def open_workbook(workbook: Workbook, round_: Round) -> Opening:
    """Find out whose workbook it is; one that does not say so for certain cannot be used at all.

    Another fault of the department's own row refuses that row alone: good rows go on.
    """
    own_row = _read_rows(workbook, DEPARTMENTS, lambda row: records.department(row, round_))
    if not own_row.entries:
        raise Invalid(f"{workbook.file} 没有填好的“部门”工作表。", remedy="请使用模板，在“部门”表中填写本部门一行。")
    if len(own_row.entries) > 1:
        number = own_row.entries[1].row.number
        raise Invalid(
            f"{workbook.file} 的“部门”工作表第{number}行是多余的，一个工作簿只能填一个部门。",
            remedy="请每个部门各交一个工作簿。",
        )
    department = own_row.entries[0].record
    if not isinstance(department, Department) or not department.id:
        raise Invalid(f"{workbook.file} 的“部门”工作表没有填部门名称。", remedy="请填写部门全称。")
    areas = _read_rows(workbook, AREAS, records.area)
    return Opening(workbook=workbook, department=department, own_row=own_row, areas=areas)


def read_draft(opening: Opening, context: Context, *, with_areas: bool) -> Draft:
    """Read every sheet of a workbook; areas count only where they are the coordinator's."""
    draft = Draft(opening.workbook.file, opening.department)
    draft.take(DEPARTMENTS, opening.own_row)
    for form, reader in _READERS:
        draft.take(form, _read_rows(opening.workbook, form, lambda row, reader=reader: reader(row, context)))  # type: ignore[misc]
    if with_areas:
        draft.take(AREAS, opening.areas)
    elif opening.areas.entries:
        draft.findings.append(
            _sheet_finding(AREAS, "“区划”表由牵头部门填写，这里的内容未采用", "不必填写。", Severity.WARNING)
        )
    return draft


def _read_rows(workbook: Workbook, form: SheetForm, reader: Callable[[Row], Record]) -> Rows:
    sheet = sheet_named(workbook, form.name)
    if sheet is None:
        return Rows(findings=_missing_sheet(form)) if form in MAIN_SHEETS else Rows()
    table = lay_out(sheet, form)
    findings = list(table.findings)
    missing = any(finding.severity is Severity.ERROR for finding in table.findings)
    entries: list[Entry] = []
    seen: dict[bytes, int] = {}
    for number, values in data_rows(table):
        row = Row(table, number, values)
        record = reader(row)
        if missing and not row.refused:
            row.note(None, "所在工作表缺少必填的列，这一行未采用", "请按模板补上缺少的列。")
        content = msgspec.json.encode(msgspec.structs.replace(record, row=0))
        twin = number if row.refused else seen.setdefault(content, number)
        if twin != number:
            row.note(None, f"与第{twin}行完全相同，只计一次", "可以删去这一行。", Severity.WARNING)
            findings.extend(row.findings)
            continue
        entries.append(Entry(row, record))
    return Rows(entries=tuple(entries), findings=tuple(findings))


def _missing_sheet(form: SheetForm) -> tuple[CellFinding, ...]:
    remedy = "请按模板补上；确实没有内容的，也请保留表头。"
    return (_sheet_finding(form, f"缺少工作表“{form.name}”", remedy, Severity.ERROR),)


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
