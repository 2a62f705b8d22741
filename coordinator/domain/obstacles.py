"""Why two visits to one target did not become one, as far as the problem itself shows it.

Each reason is a rule that every joint visit would break; where none is found, the words claim no more than that.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, InspectorId
from coordinator.domain.matters import WantedMatter, Window
from coordinator.domain.wording import span_words, together
from solver.planning.plan import Visit
from solver.planning.problem import HalfDay


class _Case(Struct, frozen=True, kw_only=True):
    """Two visits' matters taken together, the half-days in which all could be checked, and who may not come."""

    matters: tuple[WantedMatter, ...]
    window: Window
    half_days: tuple[HalfDay, ...]
    barred: frozenset[InspectorId]


def obstacle(dispatch: Dispatch, one: Visit, other: Visit) -> str:
    """Say in a half sentence why two visits to the same target were not merged."""
    matters = (*dispatch.matters_of(one), *dispatch.matters_of(other))
    if any(matter.caused for matter in matters):
        return "投诉举报等线索引起的检查单独进行，不与其他检查合并"
    window = Window(max(m.window.first_day for m in matters), min(m.window.last_day for m in matters))
    if window.first_day > window.last_day:
        return _never_meeting(matters)
    problem = dispatch.problem
    closed = next(target.closed for target in problem.targets if target.id == one.target)
    in_time = (half for half in problem.half_days if window.first_day <= half.date <= window.last_day)
    case = _Case(
        matters=matters,
        window=window,
        half_days=tuple(half for half in in_time if half.id not in closed),
        barred=frozenset(bar.inspector for bar in problem.barred if bar.target == one.target),
    )
    return _hindrance(dispatch, case)


def _never_meeting(matters: Sequence[WantedMatter]) -> str:
    early = min(matters, key=lambda matter: (matter.window.last_day, matter.id))
    late = max(matters, key=lambda matter: (matter.window.first_day, matter.id))
    return f"检查时间不相交：{_department_and_window(early)}，{_department_and_window(late)}"


def _department_and_window(matter: WantedMatter) -> str:
    return f"{matter.department}须在{span_words(*matter.window)}"


def _hindrance(dispatch: Dispatch, case: _Case) -> str:
    common = span_words(*case.window)
    if not case.half_days:
        return f"各部门都能来的{common}，对象不便检查或没有工作日"
    minutes, room = _minutes(dispatch, case.matters), _room(dispatch, case.half_days)
    if minutes > room:
        return f"合在一起要{minutes}分钟，半天最多{room}分钟"
    short = [
        department
        for department in sorted({matter.department for matter in case.matters})
        if not any(_can_staff(dispatch, case, department, half) for half in case.half_days)
    ]
    if short:
        return f"各部门都能来的{common}，{together(short)}没有足够的可派人员（回避、请假、专长所限）"
    return f"在{common}没有找到能合到一次的排法：人员或车程排不到同一个半天"


def _minutes(dispatch: Dispatch, matters: Iterable[WantedMatter]) -> int:
    """How long one visit for all would last (spec/planning.md, rule 2)."""
    by_department: dict[DepartmentId, int] = defaultdict(int)
    for matter in matters:
        by_department[matter.department] += matter.item.minutes
    return dispatch.problem.policy.setup_minutes + max(by_department.values())


def _room(dispatch: Dispatch, half_days: Iterable[HalfDay]) -> int:
    return max(half.minutes for half in half_days) - 2 * dispatch.problem.policy.approach_minutes


def _can_staff(dispatch: Dispatch, case: _Case, department: DepartmentId, half: HalfDay) -> bool:
    """Say whether enough certified people, each expertise among them, are there for one department at this target."""
    matters = [matter for matter in case.matters if matter.department == department]
    able = [
        person
        for person in dispatch.problem.inspectors
        if department in (person.department, *person.serves)
        and half.id not in person.unavailable
        and person.id not in case.barred
    ]
    wanted = {expertise for matter in matters for expertise in matter.item.expertise}
    known = {str(expertise) for person in able for expertise in person.expertise}
    officers = sum(person.certified for person in able)
    return officers >= max(matter.item.officers for matter in matters) and wanted <= known
