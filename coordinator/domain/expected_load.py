"""What a round will bring before anything is drawn: doors to expect, and each department's matters.

Exact expectations under the draw's own probabilities, not a sample of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from coordinator.domain.frames import TaskFrame
from coordinator.domain.ids import DepartmentId, TargetId, TaskId
from coordinator.domain.targets import Target
from coordinator.domain.tasks import Task, item_applies


class TaskLoad(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task: how many may be drawn, how many will be."""

    task: TaskId
    name: str
    initiator: DepartmentId
    population: int
    drawn: int


class DepartmentLoad(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department: its expected matters, and the minutes they take, in all tasks together."""

    department: DepartmentId
    matters: float
    minutes: float


class ExpectedLoad(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`doors` is the least expected number of different targets that the ratios allow, and what the draw reaches.

    All tasks rank targets by one number, so a target is drawn at all with the highest of its probabilities (R31).
    `doors_apart`: were every task drawn and visited for itself.
    """

    tasks: tuple[TaskLoad, ...]
    departments: tuple[DepartmentLoad, ...]
    doors: float
    doors_apart: int


def expected_load(
    tasks: Sequence[Task], frames: Sequence[TaskFrame], targets: Mapping[TargetId, Target]
) -> ExpectedLoad:
    """Work out the load to expect from the frames alone."""
    by_id = {task.id: task for task in tasks}
    highest: dict[TargetId, Fraction] = defaultdict(Fraction)
    matters: dict[DepartmentId, Fraction] = defaultdict(Fraction)
    minutes: dict[DepartmentId, Fraction] = defaultdict(Fraction)
    for frame in frames:
        task, chances = by_id[frame.task], _chances(frame)
        for stratum, target in frame.units:
            chance, entry = chances[stratum], targets[target].entries[task.initiator]
            highest[target] = max(highest[target], chance)
            for department, items in task.items.items():
                applying = [item for item in items if item_applies(item, entry)]
                matters[department] += chance * len(applying)
                minutes[department] += chance * sum(item.minutes for item in applying)
    loads = tuple(_task_load(by_id[frame.task], frame) for frame in frames)
    return ExpectedLoad(
        tasks=loads,
        departments=tuple(
            DepartmentLoad(
                department=department,
                matters=round(float(matters[department]), 1),
                minutes=round(float(minutes[department]), 1),
            )
            for department in sorted(matters)
        ),
        doors=round(float(sum(highest.values())), 1),
        doors_apart=sum(load.drawn for load in loads),
    )


def _chances(frame: TaskFrame) -> dict[str, Fraction]:
    populations = _populations(frame)
    return {
        rule.id: Fraction(rule.size(populations[rule.id]), populations[rule.id])
        for rule in frame.entry.strata
        if populations[rule.id]
    }


def _task_load(task: Task, frame: TaskFrame) -> TaskLoad:
    populations = _populations(frame)
    return TaskLoad(
        task=task.id,
        name=task.name,
        initiator=task.initiator,
        population=len(frame.units),
        drawn=sum(rule.size(populations[rule.id]) for rule in frame.entry.strata),
    )


def _populations(frame: TaskFrame) -> dict[str, int]:
    populations: dict[str, int] = defaultdict(int)
    for stratum, _ in frame.units:
        populations[stratum] += 1
    return populations
