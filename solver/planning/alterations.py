"""One alteration of a problem that stands, as data: what an office can decide, or what has happened since.

No problem is changed, a new one is made. What an alteration would serve is worked out in offers.py, a plan for it in
replanning/; who may decide it is the caller's affair.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from solver.planning.changes import lending
from solver.planning.ids import AreaId, DepartmentId, HalfDayId, InspectorId, MatterId, TargetId
from solver.planning.problem import OFFICERS_BY_LAW, Barred, Matter, Problem, Reach, Target
from solver.planning.wording import day_called, department_called, half_day_called, listed

Some = Annotated[int, Meta(ge=1, le=1000)]
REACH_CALLED = {Reach.ANY: "全部对象", Reach.NEIGHBOURS: "本区域和相邻区域", Reach.AREA: "本区域"}


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="window"):
    """These matters may be checked until another day; from another day on, too, where `first_day` is given."""

    matters: tuple[MatterId, ...]
    last_day: date
    first_day: date | None = None


class Lend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="lend"):
    """The people of an area help out in those next to it."""

    area: AreaId


class MoreTours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="more_tours"):
    """So many tours (cars) more in each half-day."""

    more: Some


class HigherCeiling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="higher_ceiling"):
    """The people of a department can be sent so many half-days more."""

    department: DepartmentId
    more: Some


class WiderReach(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="wider_reach"):
    reach: Reach


class SmallerTeams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="smaller_teams"):
    """Teams of so many officers are enough; never fewer than the law asks for."""

    people: Annotated[int, Meta(ge=OFFICERS_BY_LAW, le=1000)]


class Away(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="away"):
    """Somebody cannot be sent in these half-days."""

    inspector: InspectorId
    half_days: tuple[HalfDayId, ...]


class Closed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="closed"):
    """A target cannot be visited in these half-days."""

    target: TargetId
    half_days: tuple[HalfDayId, ...]


class Opened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="opened"):
    """A target can be visited in these half-days after all."""

    target: TargetId
    half_days: tuple[HalfDayId, ...]


class Added(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="added"):
    """A matter came in addition; its target and who is barred there count where the problem does not know them."""

    matter: Matter
    target: Target
    barred: tuple[Barred, ...] = ()


Alteration = Window | Lend | MoreTours | HigherCeiling | WiderReach | SmallerTeams | Away | Closed | Opened | Added


def altered(problem: Problem, alteration: Alteration) -> Problem:  # noqa: PLR0911 - one way for each kind
    """Make the problem as it then is; equal to the one given where the alteration changes nothing."""
    match alteration:
        case Window():
            return _with_window(problem, alteration)
        case Lend(area=area):
            return lending(problem, area) if any(each.id == area for each in problem.areas) else problem
        case MoreTours(more=more):
            most = problem.policy.max_tours
            return _with_policy(problem, max_tours=None if most is None else most + more)
        case HigherCeiling():
            return _with_ceiling(problem, alteration)
        case WiderReach(reach=reach):
            return _with_policy(problem, reach=reach)
        case SmallerTeams(people=people):
            return _with_policy(problem, team_minimum=people)
        case Added():
            return _with_matter(problem, alteration)
        case _:
            return _with_half_days(problem, alteration)


def loosens(problem: Problem, alteration: Alteration) -> bool:
    """Whether it allows what a rule of the round forbade; what has happened, or narrows, loosens nothing."""
    match alteration:
        case Window(matters=matters):
            after = {each.id: each for each in altered(problem, alteration).matters}
            return any(
                after[each.id].first_day < each.first_day or after[each.id].last_day > each.last_day
                for each in problem.matters
                if each.id in matters
            )
        case Away() | Closed() | Added():
            return False
        case _:
            return True


def names_strangers(problem: Problem, alteration: Alteration) -> bool:
    """Whether it names matters or half-days that the problem does not have, beside others that it has."""
    match alteration:
        case Window(matters=matters):
            return not {*matters} <= {each.id for each in problem.matters}
        case Away(half_days=half_days) | Closed(half_days=half_days) | Opened(half_days=half_days):
            return not {*half_days} <= {each.id for each in problem.half_days}
        case _:
            return False


def called(problem: Problem, alteration: Alteration) -> str:  # noqa: PLR0911 - one sentence for each kind
    """Say in an office's words what is altered."""
    match alteration:
        case Window():
            return _window_called(problem, alteration)
        case Lend(area=area):
            return f"向相邻区域借调：{_area_called(problem, area)}的人员可派往相邻区域"
        case MoreTours(more=more):
            return f"每半天增加{more}个巡查组次（车辆）"
        case HigherCeiling(department=department, more=more):
            return f"{department_called(problem, department)}每人的工作量上限增加{more}个半天"
        case WiderReach(reach=reach):
            return f"人员派出范围放宽到{REACH_CALLED[reach]}"
        case SmallerTeams(people=people):
            return f"每组最少人数改为{people}人"
        case Added(matter=matter, target=target):
            return f"临时增加任务：{matter.department}到{target.name}检查{matter.item}，{day_called(matter.last_day)}前"
        case _:
            return _event_called(problem, alteration)


def _event_called(problem: Problem, alteration: Away | Closed | Opened) -> str:
    match alteration:
        case Away(inspector=inspector, half_days=half_days):
            return f"{inspector} {_half_days_called(problem, half_days)}不能出勤"
        case Closed(target=target, half_days=half_days):
            return f"{_target_called(problem, target)} {_half_days_called(problem, half_days)}停业或不便受检"
        case Opened(target=target, half_days=half_days):
            return f"{_target_called(problem, target)} {_half_days_called(problem, half_days)}可以受检"


def _with_window(problem: Problem, window: Window) -> Problem:
    named = set(window.matters)
    return replace(
        problem,
        matters=tuple(
            replace(each, first_day=window.first_day or each.first_day, last_day=window.last_day)
            if each.id in named
            else each
            for each in problem.matters
        ),
    )


def _with_matter(problem: Problem, added: Added) -> Problem:
    """Its matter stands last, so that all others keep their places; a firm of the plan is as the plan knows it."""
    if any(each.id == added.matter.id for each in problem.matters):
        return problem
    if any(each.id == added.target.id for each in problem.targets):
        return replace(problem, matters=(*problem.matters, added.matter))
    return replace(
        problem,
        targets=tuple(sorted((*problem.targets, added.target), key=lambda each: each.id)),
        matters=(*problem.matters, added.matter),
        barred=(*problem.barred, *added.barred),
    )


def _with_policy(problem: Problem, **values: object) -> Problem:
    return replace(problem, policy=replace(problem.policy, **values))


def _with_ceiling(problem: Problem, higher: HigherCeiling) -> Problem:
    return replace(
        problem,
        inspectors=tuple(
            replace(each, max_half_days=each.max_half_days + higher.more)
            if each.department == higher.department and each.max_half_days is not None
            else each
            for each in problem.inspectors
        ),
    )


def _with_half_days(problem: Problem, alteration: Away | Closed | Opened) -> Problem:
    match alteration:
        case Away(inspector=inspector, half_days=half_days):
            return replace(
                problem,
                inspectors=tuple(
                    replace(each, unavailable=_union(problem, (*each.unavailable, *half_days)))
                    if each.id == inspector
                    else each
                    for each in problem.inspectors
                ),
            )
        case Closed(target=target, half_days=half_days) | Opened(target=target, half_days=half_days):
            opened = set(half_days) if isinstance(alteration, Opened) else set()
            return replace(
                problem,
                targets=tuple(
                    replace(each, closed=_union(problem, {*each.closed, *half_days} - opened))
                    if each.id == target
                    else each
                    for each in problem.targets
                ),
            )


def _union(problem: Problem, half_days: Iterable[HalfDayId]) -> tuple[HalfDayId, ...]:
    """Those of the round, in its order."""
    named = set(half_days)
    return tuple(each.id for each in problem.half_days if each.id in named)


def _window_called(problem: Problem, window: Window) -> str:
    named = [each for each in problem.matters if each.id in set(window.matters)]
    targets = listed(dict.fromkeys(_target_called(problem, each.target) for each in named))
    until = day_called(window.last_day)
    until = f"放宽到{until}" if window.first_day is None else f"改为{day_called(window.first_day)}至{until}"
    return f"{targets}共{len(named)}项的检查期限{until}"


def _half_days_called(problem: Problem, half_days: tuple[HalfDayId, ...]) -> str:
    return listed(half_day_called(each) for each in problem.half_days if each.id in set(half_days))


def _target_called(problem: Problem, target: TargetId) -> str:
    return next((each.name for each in problem.targets if each.id == target), target)


def _area_called(problem: Problem, area: AreaId) -> str:
    return next((each.name for each in problem.areas if each.id == area), area)
