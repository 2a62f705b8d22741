"""The intake as a whole: workbooks in, submissions and findings out; draws nothing and stores nothing.

Single rows are understood in `records`, what they say about each other in `references`.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import TaskRole
from coordinator.domain.columns import (
    APART,
    AREAS,
    CAUSED_INSPECTIONS,
    INSPECTORS,
    ITEMS,
    PLAN,
    RECUSALS,
    TARGETS,
    SheetForm,
)
from coordinator.domain.errors import Invalid
from coordinator.domain.frames import Exclusion, RefusedTask, task_frames
from coordinator.domain.ids import AreaId, DepartmentId
from coordinator.domain.intake.drafts import (
    Draft,
    Opening,
    code_as_written,
    is_empty_template,
    open_workbook,
    read_draft,
)
from coordinator.domain.intake.records import Context
from coordinator.domain.intake.references import check_references
from coordinator.domain.rounds import Round
from coordinator.domain.sheets import CellFinding, Severity, Workbook
from coordinator.domain.submissions import (
    ApartPair,
    Area,
    CausedInspection,
    InspectionItem,
    Inspector,
    PlanLine,
    Recusal,
    Submission,
    TargetEntry,
)
from coordinator.domain.workdays import Calendar

REFUSED_ROW = "-"
"""Stands in excluded.tsv in place of the task."""


class RefusedRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that does not count, by its code as written, or 第n行."""

    sheet: str
    row: int
    code: str
    reason: str


class Taken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One workbook after the intake: what stands, what does not, and what its author should know."""

    file: str
    submission: Submission
    findings: tuple[CellFinding, ...]
    refused: tuple[RefusedRow, ...]


def take_in(round_: Round, calendar: Calendar, workbooks: Sequence[Workbook]) -> tuple[Taken, ...]:
    """Read all departments' workbooks of a round together, coordinator first, then by department in byte order.

    Raises Invalid where a workbook does not say whose it is, or two claim the same department.
    """
    filled = [workbook for workbook in workbooks if not is_empty_template(workbook)]
    if not filled:
        raise Invalid("文件夹里的工作簿都还是空白模板。", remedy="请各部门填写后再运行。")
    taken = take_in_so_far(round_, calendar, filled)
    if taken[0].submission.department.id != round_.round.coordinator:
        raise Invalid(
            f"没有牵头部门“{round_.round.coordinator}”的工作簿。", remedy="请补交，或改正 round.toml 的 coordinator。"
        )
    return taken


def take_in_so_far(round_: Round, calendar: Calendar, workbooks: Sequence[Workbook]) -> tuple[Taken, ...]:
    """Read the workbooks of those who have handed in; the coordinator need not be among them yet.

    Areas are not checked before the coordinator's list of them is there. Raises Invalid as `take_in`.
    """
    openings = sorted(
        (open_workbook(workbook, round_) for workbook in workbooks), key=lambda each: _order(round_, each)
    )
    _refuse_double_departments(openings)
    coordinators = next((each for each in openings if each.department.id == round_.round.coordinator), None)
    areas = _area_index(coordinators) if coordinators else None
    drafts = [
        read_draft(
            opening,
            Context(round=round_, department=opening.department.id, areas=areas),
            with_areas=opening is coordinators,
        )
        for opening in openings
    ]
    check_references(drafts, round_, round_.working_days(calendar))
    _check_frames(drafts, round_)
    return tuple(_taken(draft) for draft in drafts)


def _check_frames(drafts: Sequence[Draft], round_: Round) -> None:
    """Note on the initiator's row what only a task's frame can show."""
    rows = {
        line.task: row
        for draft in drafts
        for row, line in draft.of(PLAN, PlanLine)
        if line.role is TaskRole.INITIATES and not row.refused
    }
    for frame in task_frames(round_, [_submission(draft) for draft in drafts]):
        if isinstance(frame, RefusedTask):
            rows[frame.task].note(frame.column, frame.message, frame.remedy)
        else:
            for warning in frame.warnings:
                rows[frame.task].note(None, warning, "", Severity.WARNING)


def refused_targets(department: DepartmentId, refused: Iterable[RefusedRow]) -> list[Exclusion]:
    """List a directory's refused rows, so that no firm escapes by a faulty row unnoticed."""
    return [
        Exclusion(entry=REFUSED_ROW, target=row.code, reason=f"{department}名录第{row.row}行被退回：{row.reason}")
        for row in refused
        if row.sheet == TARGETS.name
    ]


def _order(round_: Round, opening: Opening) -> tuple[bool, str]:
    return (opening.department.id != round_.round.coordinator, opening.department.id)


def _refuse_double_departments(openings: Sequence[Opening]) -> None:
    files: dict[DepartmentId, str] = {}
    for opening in openings:
        first = files.setdefault(opening.department.id, opening.workbook.file)
        if first != opening.workbook.file:
            raise Invalid(
                f"{first} 和 {opening.workbook.file} 填的都是“{opening.department.id}”。",
                remedy="请每个部门只留一个工作簿。",
            )


def _area_index(coordinator: Opening) -> dict[str, AreaId] | None:
    """Codes and names of the areas as written, refused rows included; None where the coordinator gave none."""
    index: dict[str, AreaId] = {}
    for row, area in ((entry.row, entry.record) for entry in coordinator.areas.entries):
        if isinstance(area, Area):
            index |= {row.written(name): area.id for name in ("名称", "代码") if row.written(name)}
    return index or None


def _taken(draft: Draft) -> Taken:
    rows = [entry.row for entries in draft.entries.values() for entry in entries]
    return Taken(
        file=draft.file,
        submission=_submission(draft),
        findings=tuple(sorted([*draft.findings, *(f for row in rows for f in row.findings)], key=_place)),
        refused=tuple(
            RefusedRow(
                sheet=row.form.name,
                row=row.number,
                code=code_as_written(row),
                reason="；".join(dict.fromkeys(f.message for f in row.findings if f.severity is not Severity.WARNING)),
            )
            for row in rows
            if row.refused
        ),
    )


def _place(finding: CellFinding) -> tuple[int, int, int]:
    return (_SHEET_ORDER.get(finding.sheet, 0), finding.row or 0, finding.column or 0)


def _submission(draft: Draft) -> Submission:
    return Submission(
        department=draft.department,
        items=draft.kept(ITEMS, InspectionItem),
        targets=draft.kept(TARGETS, TargetEntry),
        inspectors=draft.kept(INSPECTORS, Inspector),
        plan=draft.kept(PLAN, PlanLine),
        recusals=draft.kept(RECUSALS, Recusal),
        caused=tuple(
            replace(caused, number=number)
            for number, caused in enumerate(draft.kept(CAUSED_INSPECTIONS, CausedInspection), start=1)
        ),
        areas=draft.kept(AREAS, Area),
        apart=draft.kept(APART, ApartPair),
    )


_FORMS: tuple[SheetForm, ...] = (ITEMS, TARGETS, INSPECTORS, PLAN, RECUSALS, CAUSED_INSPECTIONS, AREAS, APART)
_SHEET_ORDER = {form.name: place for place, form in enumerate(_FORMS)}
