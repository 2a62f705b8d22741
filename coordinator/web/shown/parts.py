"""The parts of a round's page: tasks, departments, what could not be served and why, rows sent back, ratios missed.

The page that they stand on is in `rounds`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from coordinator.actions.reading import RoundReading
from coordinator.domain.coverage import item_coverage
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, TaskId
from coordinator.domain.summaries import matter_words, unserved_groups
from coordinator.domain.tasks import Task
from coordinator.domain.wording import remedy_words


class TaskState(StrEnum):
    """How far a task has come."""

    WAITING = "waiting"
    DRAWN = "drawn"
    PLANNED = "planned"
    PARTLY = "partly"
    """Planned, but some of its matters could not be served."""


class TaskShown(Struct, frozen=True, kw_only=True):
    """`population` and `drawn` are null before the draw; `ratio` is as its department wrote it."""

    id: str
    name: str
    kind: str
    initiator: str
    cooperating: tuple[str, ...]
    ratio: str
    first_day: date
    last_day: date
    population: int | None
    drawn: int | None
    unserved: int
    state: TaskState


class DepartmentShown(Struct, frozen=True, kw_only=True):
    """What a department handed in, and what falls to it; the last two are null before planning."""

    name: str
    file: str
    items: int
    targets: int
    inspectors: int
    refused_rows: int
    visits: int | None
    officer_half_days: int | None


class RefusedRowShown(Struct, frozen=True, kw_only=True):
    department: str
    sheet: str
    row: int
    code: str
    reason: str


class ReasonShown(Struct, frozen=True, kw_only=True):
    text: str
    remedy: str


class UnservedMatter(Struct, frozen=True, kw_only=True):
    id: str
    target: str
    words: str


class UnservedShown(Struct, frozen=True, kw_only=True):
    """Matters that nobody will check in this round, together by their reasons."""

    matters: tuple[UnservedMatter, ...]
    reasons: tuple[ReasonShown, ...]


class LeftOutShown(Struct, frozen=True, kw_only=True):
    """How many targets stand outside a task's frame; `task` is `-` for rows of directories that were sent back."""

    task: str
    count: int


class CoverageShown(Struct, frozen=True, kw_only=True):
    """An item that has passed its highest ratio, or still owes targets to its lowest this year."""

    department: str
    item: str
    name: str
    drawn: int
    population: int
    debt: int
    exceeds_ceiling: bool


def tasks_shown(reading: RoundReading) -> tuple[TaskShown, ...]:
    """Show every accepted task with what the draw and the plan made of it."""
    population, drawn = Counter[str](), Counter[str]()
    for selection in reading.selections:
        population[selection.entry] += selection.population
        drawn[selection.entry] += selection.size
    unserved = _unserved_by_task(reading.dispatch or reading.part)
    return tuple(
        TaskShown(
            id=task.id,
            name=task.name,
            kind=task.kind,
            initiator=task.initiator,
            cooperating=tuple(department for department in task.items if department != task.initiator),
            ratio=_ratio_words(task),
            first_day=task.first_day,
            last_day=task.last_day,
            population=population[task.id] if reading.selections else None,
            drawn=drawn[task.id] if reading.selections else None,
            unserved=unserved[task.id],
            state=_state(reading, unserved[task.id]),
        )
        for task in reading.tasks
    )


def _state(reading: RoundReading, unserved: int) -> TaskState:
    if not reading.selections:
        return TaskState.WAITING
    if reading.dispatch is None and reading.part is None:
        return TaskState.PLANNED if reading.stored.is_planned else TaskState.DRAWN
    return TaskState.PARTLY if unserved else TaskState.PLANNED


def _ratio_words(task: Task) -> str:
    if task.ratio is not None:
        return task.ratio.text
    return "　".join(f"{credit_risk}级{ratio.text}" for credit_risk, ratio in task.class_ratios.items())


def _unserved_by_task(dispatch: Dispatch | None) -> Counter[TaskId]:
    missing = dispatch.unserved() if dispatch else frozenset()
    return Counter(task for matter in missing if dispatch for task in dispatch.matters[matter].tasks)


def departments_shown(reading: RoundReading) -> tuple[DepartmentShown, ...]:
    """Show every department, coordinator first."""
    files = {workbook.department: workbook for workbook in reading.workbooks}
    plan = reading.dispatch or reading.part
    visits, half_days = _loads(plan)
    return tuple(
        DepartmentShown(
            name=each.department.id,
            file=files[each.department.id].file,
            items=len(each.items),
            targets=len(each.targets),
            inspectors=len(each.inspectors),
            refused_rows=len(files[each.department.id].refused),
            visits=visits[each.department.id] if plan else None,
            officer_half_days=half_days[each.department.id] if plan else None,
        )
        for each in reading.submissions
    )


def _loads(dispatch: Dispatch | None) -> tuple[Counter[DepartmentId], Counter[DepartmentId]]:
    """How many visits each department takes part in, and how many officer half-days it sends."""
    visits, half_days = Counter[DepartmentId](), Counter[DepartmentId]()
    for tour in dispatch.plan.tours if dispatch else ():
        for visit in tour.visits:
            visits.update({dispatch.matters[matter].department for matter in visit.matters} if dispatch else ())
        for role in tour.roles:
            half_days[role.department] += role.need
    return visits, half_days


def refused_rows_shown(reading: RoundReading) -> tuple[RefusedRowShown, ...]:
    """Every row that was sent back, by department and place."""
    return tuple(
        RefusedRowShown(department=workbook.department, sheet=row.sheet, row=row.row, code=row.code, reason=row.reason)
        for workbook in reading.workbooks
        for row in workbook.refused
    )


def unserved_shown(dispatch: Dispatch) -> tuple[UnservedShown, ...]:
    """What could not be served and why, the largest group first."""
    return tuple(
        UnservedShown(
            matters=tuple(
                UnservedMatter(id=matter, target=dispatch.matters[matter].target, words=matter_words(dispatch, matter))
                for matter in group.matters
            ),
            reasons=tuple(
                ReasonShown(text=reason.text, remedy=remedy_words(reason.remedy)) for reason in group.reasons
            ),
        )
        for group in unserved_groups(dispatch.plan.unserved)
    )


def left_out_shown(reading: RoundReading) -> tuple[LeftOutShown, ...]:
    """Count the targets left out of the frame, by task."""
    targets: dict[str, set[str]] = defaultdict(set)
    for exclusion in reading.excluded:
        targets[exclusion.entry].add(exclusion.target)
    return tuple(LeftOutShown(task=task, count=len(targets[task])) for task in sorted(targets))


def coverage_shown(dispatch: Dispatch) -> Iterator[CoverageShown]:
    """Only the items that break a bound: a ceiling passed first, then debts, the largest first."""
    listed = [each for each in item_coverage(dispatch) if each.exceeds_ceiling or each.debt]
    for each in sorted(
        listed, key=lambda each: (not each.exceeds_ceiling, -each.debt, each.department, each.item.code)
    ):
        yield CoverageShown(
            department=each.department,
            item=each.item.code,
            name=each.item.name,
            drawn=each.drawn,
            population=each.population,
            debt=each.debt,
            exceeds_ceiling=each.exceeds_ceiling,
        )
