"""Matters: what has to be checked where, once the targets are drawn; one for each department, item and target.

Tasks that ask for the same thing share one matter while their windows meet, so that one visit answers them all. When
and by whom is the planner's and the lots' affair.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import Announcement, ItemWeight
from coordinator.domain.ids import CAUSED_TASK, DepartmentId, ItemCode, TargetId, TaskId
from coordinator.domain.rounds import Round
from coordinator.domain.submissions import CausedInspection, InspectionItem, LateCause, Submission
from coordinator.domain.targets import Target
from coordinator.domain.tasks import Task, item_applies
from coordinator.domain.workdays import Calendar
from solver.planning import problem as planning


class Window(NamedTuple):
    """First and last day, both included."""

    first_day: date
    last_day: date


class DrawnTarget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target that the draw selected for a task, in one of its batches."""

    task: TaskId
    target: TargetId
    batch: int


class DroppedMatter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a cooperating department does not check there, because its own yearly cap is reached (R22)."""

    task: TaskId
    department: DepartmentId
    target: TargetId
    items: tuple[ItemCode, ...]
    reason: str


class WantedMatter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item of one department at one target, with every task that asks for it; no visit needed: `desk`."""

    id: str
    department: DepartmentId
    target: TargetId
    item: InspectionItem
    tasks: tuple[TaskId, ...]
    window: Window
    caused: bool = False

    @property
    def desk(self) -> bool:
        return not self.item.needs_visit

    @property
    def key(self) -> bool:
        """Key items, and every caused inspection."""
        return self.caused or self.item.weight is ItemWeight.KEY

    @property
    def unannounced(self) -> bool:
        """Say whether a visit with this matter must not be told beforehand."""
        return self.caused or self.item.announcement is Announcement.UNANNOUNCED


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All matters of a round, what was dropped for a cap, and what somebody should know."""

    matters: tuple[WantedMatter, ...]
    dropped: tuple[DroppedMatter, ...]
    warnings: tuple[str, ...]


class _Claim(NamedTuple):
    """One task's wish for one item of one department at one target."""

    window: Window
    task: TaskId


_Place = tuple[DepartmentId, ItemCode, TargetId]


def batch_windows(task: Task, working_days: Sequence[date]) -> tuple[Window, ...]:
    """Cut a task's working days into its batches; the last takes the rest."""
    days = [day for day in working_days if task.first_day <= day <= task.last_day]
    length = len(days) // task.batches
    firsts = [days[length * batch] for batch in range(task.batches)]
    lasts = [days[length * (batch + 1) - 1] for batch in range(task.batches - 1)]
    return tuple(Window(first, last) for first, last in zip(firsts, [*lasts, days[-1]], strict=True))


def wanted_matters(
    round_: Round,
    calendar: Calendar,
    submissions: Sequence[Submission],
    tasks: Sequence[Task],
    targets: Mapping[TargetId, Target],
    drawn: Sequence[DrawnTarget],
) -> Wanted:
    """Work out every matter of the round from the drawn targets and the caused inspections."""
    items: dict[_Place, InspectionItem] = {}
    claims: dict[_Place, list[_Claim]] = defaultdict(list)
    dropped: list[DroppedMatter] = []
    windows = {task.id: batch_windows(task, round_.working_days(calendar)) for task in tasks}
    by_id = {task.id: task for task in tasks}
    for one in drawn:
        task, target = by_id[one.task], targets[one.target]
        for department, applying in _applying(task, target):
            reason = _at_cap(round_, task, department, target)
            if reason:
                dropped.append(_drop(task, department, target, applying, reason))
                continue
            for item in applying:
                place = (department, item.code, target.id)
                items[place] = item
                claims[place].append(_Claim(windows[task.id][one.batch - 1], task.id))
    joined, split = _joined(items, claims)
    caused, stranded = _caused(round_, submissions, targets)
    return Wanted(
        matters=tuple(_numbered([*joined, *caused])),
        dropped=tuple(sorted(dropped, key=lambda drop: (drop.task, drop.department, drop.target))),
        warnings=(*split, *stranded),
    )


def with_windows(wanted: Wanted, planned: Iterable[planning.Matter]) -> Wanted:
    """Let matters have the windows in which they were planned: those that were altered after the draw count."""
    windows = {str(each.id): Window(each.first_day, each.last_day) for each in planned}
    matters = (replace(each, window=windows.get(each.id, each.window)) for each in wanted.matters)
    return replace(wanted, matters=tuple(matters))


def _applying(task: Task, target: Target) -> Iterator[tuple[DepartmentId, tuple[InspectionItem, ...]]]:
    entry = target.entries[task.initiator]
    for department, items in task.items.items():
        applying = tuple(item for item in items if item_applies(item, entry))
        if applying:
            yield department, applying


def _at_cap(round_: Round, task: Task, department: DepartmentId, target: Target) -> str:
    cap, entry = round_.policy.cap_of(target.credit_risk), target.entries.get(department)
    if department == task.initiator or cap is None or entry is None or entry.inspected_count < cap:
        return ""
    return f"本部门本年已检查{entry.inspected_count}次，达到{target.credit_risk}级年度上限{cap}次"


def _drop(
    task: Task, department: DepartmentId, target: Target, items: Sequence[InspectionItem], reason: str
) -> DroppedMatter:
    codes = tuple(item.code for item in items)
    return DroppedMatter(task=task.id, department=department, target=target.id, items=codes, reason=reason)


def _joined(
    items: Mapping[_Place, InspectionItem], claims: Mapping[_Place, Sequence[_Claim]]
) -> tuple[list[WantedMatter], list[str]]:
    """Join claims in order of window start while the windows still meet; their intersection is the matter's."""
    matters: list[WantedMatter] = []
    warnings: list[str] = []
    for place in sorted(claims):
        department, code, target = place
        groups = list(_meeting(sorted(claims[place]), desk=not items[place].needs_visit))
        if len(groups) > 1:
            asked = "、".join(claim.task for claim in sorted(claims[place]))
            warnings.append(f"{target} 的 {department} {code} 被任务 {asked} 要求，时间不相交，须检查{len(groups)}次")
        for window, tasks in groups:
            matters.append(
                WantedMatter(id="", department=department, target=target, item=items[place], tasks=tasks, window=window)
            )
    return matters, warnings


def _meeting(claims: Sequence[_Claim], *, desk: bool) -> Iterator[tuple[Window, tuple[TaskId, ...]]]:
    """Group claims whose windows share a day; a desk matter stands once, whatever the windows."""
    if desk:
        window = Window(claims[0].window.first_day, max(claim.window.last_day for claim in claims))
        yield window, _asking(claims)
        return
    group, window = [claims[0]], claims[0].window
    for claim in claims[1:]:
        met = Window(max(window.first_day, claim.window.first_day), min(window.last_day, claim.window.last_day))
        if met.first_day <= met.last_day:
            group.append(claim)
            window = met
        else:
            yield window, _asking(group)
            group, window = [claim], claim.window
    yield window, _asking(group)


def _asking(claims: Sequence[_Claim]) -> tuple[TaskId, ...]:
    return tuple(sorted({claim.task for claim in claims}))


def _caused(
    round_: Round, submissions: Sequence[Submission], targets: Mapping[TargetId, Target]
) -> tuple[list[WantedMatter], list[str]]:
    """Make a matter of every caused inspection; one whose item or target stands on a refused row waits, and says so."""
    matters: list[WantedMatter] = []
    warnings: list[str] = []
    for submission in submissions:
        department = submission.department.id
        items = {item.code: item for item in submission.items}
        for caused in submission.caused:
            if caused.item not in items or caused.target not in targets:
                task = caused_task(department, caused)
                warnings.append(f"{task} 的事项或对象所在的行被退回，未能安排，请更正后另行检查")
                continue
            matters.append(caused_matter(round_, department, items[caused.item], caused))
    return matters, warnings


def caused_task(department: DepartmentId, caused: CausedInspection) -> TaskId:
    return TaskId(f"{CAUSED_TASK}{department}/{caused.number}")


def caused_matter(
    round_: Round, department: DepartmentId, item: InspectionItem, caused: CausedInspection
) -> WantedMatter:
    """What a caused inspection asks for; one that came late has its number already, and cannot begin before it came."""
    number, first_day = "", round_.round.first_day
    if isinstance(caused, LateCause):
        number, first_day = caused.matter, caused.first_day
    return WantedMatter(
        id=number,
        department=department,
        target=caused.target,
        item=item,
        tasks=(caused_task(department, caused),),
        window=Window(first_day, caused.last_day),
        caused=True,
    )


def _numbered(matters: Sequence[WantedMatter]) -> Iterator[WantedMatter]:
    """Number matters by department, item and target: M0001 on site, D0001 at the desk; what came late stands last."""
    yield from _counted(matter for matter in matters if not matter.id)
    yield from sorted((matter for matter in matters if matter.id), key=lambda matter: (len(matter.id), matter.id))


def _counted(matters: Iterable[WantedMatter]) -> Iterator[WantedMatter]:
    counts = {"M": 0, "D": 0}
    for matter in sorted(matters, key=lambda m: (m.department, m.item.code, m.target, m.caused, m.window, m.tasks)):
        letter = "D" if matter.desk else "M"
        counts[letter] += 1
        yield replace(matter, id=f"{letter}{counts[letter]:04}")
