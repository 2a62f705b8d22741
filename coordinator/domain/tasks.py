"""Tasks: one department's plan line, or the lines of several departments that go together (部门联合).

Who may be drawn for a task is decided in `frames`; what is then checked where, in `matters`.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import CreditRiskClass, DepartmentLevel, ItemWeight, TaskKind, TaskRole
from coordinator.domain.ids import DepartmentId, ItemCode, TaskId
from coordinator.domain.ratios import Ratio
from coordinator.domain.submissions import InspectionItem, PlanLine, Submission, TargetEntry


class Task(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task as its initiator set it; `items` by department, the initiator's first, then in byte order."""

    id: TaskId
    name: str
    kind: TaskKind
    initiator: DepartmentId
    level: DepartmentLevel
    row: int
    """Where the initiating line stands in its sheet."""
    items: dict[DepartmentId, tuple[InspectionItem, ...]]
    kinds: tuple[str, ...]
    scope: tuple[str, ...]
    """Industries, tags and areas; an area written by name stands here by its code too."""
    ratio: Ratio | None
    class_ratios: dict[CreditRiskClass, Ratio]
    first_day: date
    last_day: date
    batches: int
    unmatched: tuple[str, ...] = ()
    """What initiator and cooperating departments say differently of each other, in words."""

    @property
    def all_items(self) -> tuple[InspectionItem, ...]:
        return tuple(item for items in self.items.values() for item in items)

    @property
    def is_joint(self) -> bool:
        return self.kind is TaskKind.JOINT

    @property
    def has_key_item(self) -> bool:
        return any(item.weight is ItemWeight.KEY for item in self.all_items)

    @property
    def has_general_item(self) -> bool:
        return any(item.weight is ItemWeight.GENERAL for item in self.all_items)


def item_applies(item: InspectionItem, entry: TargetEntry) -> bool:
    """An item applies where its 检查对象类型 is empty, or names the target's 对象类型 or one of its 行业."""
    return not item.applies_to or entry.kind in item.applies_to or not set(item.applies_to).isdisjoint(entry.industries)


def tasks_of(submissions: Sequence[Submission]) -> tuple[Task, ...]:
    """Bring the accepted plan lines of all departments together, sorted by task."""
    lines = [(submission, line) for submission in submissions for line in submission.plan]
    areas = {area.name: area.id for submission in submissions for area in submission.areas}
    tasks = (
        _task(
            submission,
            replace(line, scope=(*line.scope, *(areas[name] for name in line.scope if name in areas))),
            [(other, its) for other, its in lines if its.task == line.task and other is not submission],
        )
        for submission, line in lines
        if line.role is TaskRole.INITIATES
    )
    return tuple(sorted(tasks, key=lambda task: task.id))


def _task(initiator: Submission, line: PlanLine, others: Sequence[tuple[Submission, PlanLine]]) -> Task:
    cooperating = sorted(others, key=lambda other: other[0].department.id)
    items = {submission.department.id: _items(submission, its.items) for submission, its in cooperating}
    return Task(
        id=line.task,
        name=line.name,
        kind=line.kind,
        initiator=initiator.department.id,
        level=initiator.department.level,
        row=line.row,
        items={initiator.department.id: _items(initiator, line.items)} | items,
        kinds=line.kinds,
        scope=line.scope,
        ratio=line.ratio,
        class_ratios=line.class_ratios,
        first_day=line.first_day,
        last_day=line.last_day,
        batches=line.batches,
        unmatched=tuple(_unmatched(line, list(items))),
    )


def _items(submission: Submission, codes: Sequence[ItemCode]) -> tuple[InspectionItem, ...]:
    """The items of a line that stand; a refused item was reported at its own row."""
    items = {item.code: item for item in submission.items}
    return tuple(items[code] for code in codes if code in items)


def _unmatched(line: PlanLine, cooperating: Sequence[DepartmentId]) -> list[str]:
    missing = [
        f"“{name}”被列为配合部门，但没有可用的配合行，它的事项不参加"
        for name in line.cooperating
        if name not in cooperating
    ]
    extra = [
        f"“{name}”填了配合，但发起部门没有列它，仍一并参加" for name in cooperating if name not in line.cooperating
    ]
    return missing + extra
