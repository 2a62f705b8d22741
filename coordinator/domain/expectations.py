"""What a round leaves behind for its results: tasks, batches, and every result row that somebody owes.

`onedoor results` and `onedoor statistics` work from this value alone (OUT/round.json). What was found is in
`findings`; reading and writing the bytes is in `result_files`.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from coordinator.domain.codes import DepartmentLevel, TaskKind
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, ItemCode, RoundId, TargetId, TaskId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.targets import MARKET_ENTITIES, Target
from coordinator.domain.tasks import Task
from coordinator.domain.workdays import Calendar, Deadline, publication_deadline


class ResultKey(NamedTuple):
    """What one result row is about: a matter, for one of the tasks that asked for it."""

    task: TaskId
    department: DepartmentId
    target: TargetId
    item: ItemCode


class ExpectedDepartment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: DepartmentId
    level: DepartmentLevel


class ExpectedTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task whose results are due; a caused inspection's is not `drawn` and stands in no statistics table."""

    id: TaskId
    name: str
    kind: TaskKind
    initiator: DepartmentId
    level: DepartmentLevel
    last_day: date
    publication: Deadline
    drawn: bool = True


class ExpectedBatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch of a task as it was drawn; one without targets was not held and does not stand here."""

    task: TaskId
    number: Annotated[int, Meta(ge=1)]
    drawn_on: date
    targets: Annotated[tuple[TargetId, ...], Meta(min_length=1)]


class ExpectedTarget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target with the departments that have it in their directories."""

    id: TargetId
    name: str
    kind: str
    departments: tuple[DepartmentId, ...] = ()

    @property
    def is_market_entity(self) -> bool:
        return self.kind in MARKET_ENTITIES


class ExpectedItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    department: DepartmentId
    code: ItemCode
    name: str


class ExpectedResult(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of a department's result form; `planned_on` is the visit's day, or the last day for desk work."""

    task: TaskId
    department: DepartmentId
    target: TargetId
    item: ItemCode
    planned_on: date

    @property
    def key(self) -> ResultKey:
        return ResultKey(self.task, self.department, self.target, self.item)


class Expectations(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A round as its results need it; lists are sorted by their ids, results by day, target and item."""

    format: Literal["onedoor/round/1"] = "onedoor/round/1"
    round: RoundId
    name: str
    year: int
    region: str
    coordinator: DepartmentId
    rehearsal: bool = False
    departments: tuple[ExpectedDepartment, ...]
    tasks: tuple[ExpectedTask, ...]
    batches: tuple[ExpectedBatch, ...]
    targets: tuple[ExpectedTarget, ...]
    items: tuple[ExpectedItem, ...]
    results: tuple[ExpectedResult, ...]

    @cached_property
    def task_by_id(self) -> dict[TaskId, ExpectedTask]:
        return {task.id: task for task in self.tasks}

    @cached_property
    def target_by_id(self) -> dict[TargetId, ExpectedTarget]:
        return {target.id: target for target in self.targets}

    @cached_property
    def item_names(self) -> dict[tuple[DepartmentId, ItemCode], str]:
        return {(item.department, item.code): item.name for item in self.items}

    @cached_property
    def result_by_key(self) -> dict[ResultKey, ExpectedResult]:
        return {result.key: result for result in self.results}

    @cached_property
    def batch_of(self) -> dict[tuple[TaskId, TargetId], ExpectedBatch]:
        """The batch in which a target was drawn for a task."""
        return {(batch.task, target): batch for batch in self.batches for target in batch.targets}

    def results_of(self, department: DepartmentId) -> tuple[ExpectedResult, ...]:
        return tuple(result for result in self.results if result.department == department)

    def of_department(self, department: DepartmentId) -> "Expectations":
        """What one department owes, of what its part of the round shows."""
        return replace(self, results=self.results_of(department))

    @property
    def drawn_year(self) -> int:
        """The year in which the round's batches count; that of the round where nothing was drawn."""
        return min((batch.drawn_on.year for batch in self.batches), default=self.year)


def expectations_of(dispatch: Dispatch, drawn_on: date) -> Expectations:
    """Freeze what a round's results need; matters that nobody serves leave no row behind."""
    head = dispatch.round.round
    served = tuple(_served(dispatch))
    visited = {matter.target for matter, _ in served} | {drawn.target for drawn in dispatch.drawn}
    return Expectations(
        round=head.id,
        name=dispatch.name,
        year=head.year,
        region=head.region,
        coordinator=head.coordinator,
        rehearsal=dispatch.rehearsal,
        departments=tuple(
            sorted(
                (ExpectedDepartment(id=s.department.id, level=s.department.level) for s in dispatch.submissions),
                key=lambda department: department.id,
            )
        ),
        tasks=tuple(sorted((*_drawn_tasks(dispatch), *_caused_tasks(dispatch)), key=lambda task: task.id)),
        batches=tuple(_batches(dispatch, drawn_on)),
        targets=tuple(_target(dispatch.targets[target]) for target in sorted(visited)),
        items=tuple(_items(served)),
        results=tuple(_results(served)),
    )


def _served(dispatch: Dispatch) -> Iterator[tuple[WantedMatter, date]]:
    """Every matter that is checked, with the day planned for it."""
    days = {half_day.id: half_day.date for half_day in dispatch.problem.half_days}
    for tour, visit in dispatch.visits():
        for matter in dispatch.matters_of(visit):
            yield matter, days[tour.half_day]
    for desk in dispatch.plan.desk:
        matter = dispatch.matters[desk.id]
        yield matter, matter.window.last_day


def _drawn_tasks(dispatch: Dispatch) -> Iterator[ExpectedTask]:
    return (_drawn_task(task, dispatch.calendar) for task in dispatch.tasks)


def _drawn_task(task: Task, calendar: Calendar) -> ExpectedTask:
    return ExpectedTask(
        id=task.id,
        name=task.name,
        kind=task.kind,
        initiator=task.initiator,
        level=task.level,
        last_day=task.last_day,
        publication=publication_deadline(calendar, task.last_day),
    )


def _caused_tasks(dispatch: Dispatch) -> Iterator[ExpectedTask]:
    levels = {submission.department.id: submission.department.level for submission in dispatch.submissions}
    for matter in dispatch.wanted.matters:
        if matter.caused:
            yield ExpectedTask(
                id=matter.tasks[0],
                name=f"特别检查：{matter.item.name}",
                kind=TaskKind.SINGLE,
                initiator=matter.department,
                level=levels[matter.department],
                last_day=matter.window.last_day,
                publication=publication_deadline(dispatch.calendar, matter.window.last_day),
                drawn=False,
            )


def _batches(dispatch: Dispatch, drawn_on: date) -> Iterator[ExpectedBatch]:
    batches: dict[tuple[TaskId, int], set[TargetId]] = {}
    for drawn in dispatch.drawn:
        batches.setdefault((drawn.task, drawn.batch), set()).add(drawn.target)
    for task, number in sorted(batches):
        targets = tuple(sorted(batches[task, number]))
        yield ExpectedBatch(task=task, number=number, drawn_on=drawn_on, targets=targets)


def _target(target: Target) -> ExpectedTarget:
    return ExpectedTarget(id=target.id, name=target.name, kind=target.kind, departments=tuple(sorted(target.entries)))


def _items(served: tuple[tuple[WantedMatter, date], ...]) -> Iterator[ExpectedItem]:
    names = {(matter.department, matter.item.code): matter.item.name for matter, _ in served}
    for (department, code), name in sorted(names.items()):
        yield ExpectedItem(department=department, code=code, name=name)


def _results(served: tuple[tuple[WantedMatter, date], ...]) -> Iterator[ExpectedResult]:
    results = {
        ResultKey(task, matter.department, matter.target, matter.item.code): day
        for matter, day in served
        for task in matter.tasks
    }
    for key, day in sorted(results.items(), key=lambda each: (each[1], each[0].target, each[0].item, each[0])):
        yield ExpectedResult(task=key.task, department=key.department, target=key.target, item=key.item, planned_on=day)
