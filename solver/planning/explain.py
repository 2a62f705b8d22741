"""Why a matter is not served, in words an office uses, and what can be done about it.

Two kinds of proof. A matter that could not be visited even if it were the only one: the least set of rules without
which it could, found by trying. A matter that others have crowded out: in each of its half-days the roster has shown
that nobody more can be sent while the rest of the plan stands; that is said as such and claims no more.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import combinations

import msgspec

from solver.planning.consolidate import demand_of, door, visit_minutes
from solver.planning.ground import Ground, bits
from solver.planning.plan import Reason, Unserved
from solver.planning.problem import Matter
from solver.planning.staffing import Staffing
from solver.planning.timetable import Timetable


class Code(StrEnum):
    """What stands in the way; the first five need no look at people."""

    NO_HALF_DAY = "no_half_day"
    CLOSED = "closed"
    TOO_LONG = "too_long"
    NO_TOUR_LEFT = "no_tour_left"
    TARGET_VISITED = "target_visited"
    NO_CERTIFIED_OFFICER = "no_certified_officer"
    TOO_FEW_OFFICERS = "too_few_officers"
    NO_EXPERTISE = "no_expertise"
    BARRED = "barred"
    OUT_OF_REACH = "out_of_reach"
    UNAVAILABLE = "unavailable"
    ENGAGED = "engaged"
    TEAM_TOO_SMALL = "team_too_small"
    CAPACITY = "capacity"


WIDEN = "放宽该事项的检查期限，或另选半天"
BORROW = "向相邻区域协商借调人员（相邻区域协商）"
SUPPORT = "申请上级协调人员"
BORROW_OR_SUPPORT = f"{BORROW}，或{SUPPORT}"

PEOPLE_RULES = (Code.BARRED, Code.OUT_OF_REACH, Code.UNAVAILABLE, Code.ENGAGED)
"""The rules about people that can be set aside one by one to see which of them stand in the way."""


class _Wording(msgspec.Struct, frozen=True):
    text: str
    remedy: str


_WORDS = {
    Code.BARRED: _Wording("{who}能承担的人员中，因与该对象有利害关系须回避的，使人数不足", BORROW_OR_SUPPORT),
    Code.OUT_OF_REACH: _Wording(
        "{who}能承担的人员中，派出范围包含该对象所在区域的人数不足", f"放宽人员派出范围，或{BORROW_OR_SUPPORT}"
    ),
    Code.UNAVAILABLE: _Wording(
        "{who}能承担的人员在期限内的可用半天里请假或另有安排，凑不齐人数", f"{WIDEN}，或{BORROW}"
    ),
    Code.ENGAGED: _Wording(
        "{who}能承担的人员已被固定组次占用，或已达到工作量上限", f"提高工作量上限，另选半天，或{BORROW_OR_SUPPORT}"
    ),
    Code.TEAM_TOO_SMALL: _Wording(
        "{who}的持证人员凑不齐政策规定的每组最少人数", f"调整每组最少人数，或{BORROW_OR_SUPPORT}"
    ),
}


def impossible(ground: Ground, staffing: Staffing, matter: Matter) -> tuple[Reason, ...]:
    """Why this matter could not be visited even if it were the only one; empty if it could."""
    if door(ground, staffing, (matter,)).half_days:
        return ()
    return _no_half_day(ground, matter) or _nobody(ground, staffing, matter)


def unserved(timetable: Timetable, staffing: Staffing, left: Iterable[Matter]) -> tuple[Unserved, ...]:
    """Give every matter left without a visit its reasons, in the order of the problem."""
    waiting = {matter.id for matter in left}
    return tuple(
        Unserved(
            matter=matter.id,
            reasons=impossible(timetable.ground, staffing, matter) or crowded_out(timetable, staffing, matter),
        )
        for matter in timetable.ground.problem.matters
        if matter.id in waiting
    )


def crowded_out(timetable: Timetable, staffing: Staffing, matter: Matter) -> tuple[Reason, ...]:
    """Why a possible matter found no place beside the others: half-day by half-day what the rest of the plan leaves."""
    alone = door(timetable.ground, staffing, (matter,))
    half_days = alone.half_days
    team = any(
        staffing.staff(alone.demands, alone.allowed & timetable.ground.free[each]) is not None
        for each in bits(half_days)
    )
    if not team:
        return (_people_reason(timetable.ground, matter, Code.TEAM_TOO_SMALL),)
    visited = half_days & timetable.visited(matter.target)
    no_car = sum(1 << each for each in bits(half_days & ~visited) if timetable.tours_left(each) == 0)
    busy = half_days & ~visited & ~no_car
    who = _who(timetable.ground, matter)
    reasons = []
    if busy:
        text = f"该事项单独安排可行；其余安排不变时，{who}在{_times(busy)}的人手已排满"
        reasons.append(Reason(code=Code.CAPACITY, text=text, remedy=f"{WIDEN}，或{BORROW_OR_SUPPORT}"))
    if no_car:
        text = f"其余安排不变时，{_times(no_car)}的巡查组次（车辆）已用完"
        reasons.append(Reason(code=Code.NO_TOUR_LEFT, text=text, remedy=f"增加每半天的组次上限，或{WIDEN}"))
    if visited:
        text = f"该对象在{_times(visited)}已有一次入企检查，该事项并入后时间或人手不够，而同一半天只能入企一次"
        reasons.append(Reason(code=Code.TARGET_VISITED, text=text, remedy=WIDEN))
    return tuple(reasons)


def _times(half_days: int) -> str:
    return f"可选的{half_days.bit_count()}个半天里"


def _who(ground: Ground, matter: Matter) -> str:
    name = next(each.name for each in ground.problem.departments if each.id == matter.department)
    return f"{name}具备“{'、'.join(matter.expertise)}”专长" if matter.expertise else name


def _no_half_day(ground: Ground, matter: Matter) -> tuple[Reason, ...]:
    """What the calendar alone forbids: window, closures, length, cars."""
    window = sum(
        1 << place
        for place, each in enumerate(ground.problem.half_days)
        if matter.first_day <= each.date <= matter.last_day
    )
    span = f"{matter.first_day}至{matter.last_day}"
    if not window:
        text = f"检查期限{span}内没有可安排的半天"
        return (Reason(code=Code.NO_HALF_DAY, text=text, remedy=WIDEN),)
    target = next(each for each in ground.problem.targets if each.id == matter.target)
    closed = sum(1 << ground.half_day[each] for each in set(target.closed))
    if not window & ~closed:
        text = f"检查期限{span}内，该对象每个半天都停业或不便受检"
        return (Reason(code=Code.CLOSED, text=text, remedy=WIDEN),)
    if not ground.open[matter.id]:
        text = f"检查期限{span}内，该对象可受检的半天都已有固定组次入企，同一半天只能入企一次"
        return (Reason(code=Code.TARGET_VISITED, text=text, remedy=WIDEN),)
    minutes = visit_minutes(ground, (matter,))
    longest = max(ground.capacity[each] for each in bits(ground.open[matter.id]))
    if minutes > longest:
        text = f"一次检查需{minutes}分钟，超过可选半天里的最长可用时间{max(0, longest)}分钟"
        return (Reason(code=Code.TOO_LONG, text=text, remedy="把该事项拆成几项，或安排更长的半天"),)
    if not any(ground.tours_left[each] and ground.capacity[each] >= minutes for each in bits(ground.open[matter.id])):
        text = f"检查期限{span}内，每个可选半天的巡查组次（车辆）都已用完"
        return (Reason(code=Code.NO_TOUR_LEFT, text=text, remedy=f"增加每半天的组次上限，或{WIDEN}"),)
    return ()


def _nobody(ground: Ground, staffing: Staffing, matter: Matter) -> tuple[Reason, ...]:
    """The calendar allows it, people do not: who is missing altogether, or the fewest rules that shut out the rest."""
    missing = _missing(ground, matter)
    if missing:
        return missing
    for size in range(1, len(PEOPLE_RULES) + 1):
        for aside in combinations(PEOPLE_RULES, size):
            if _possible_without(ground, staffing, matter, frozenset(aside)):
                return tuple(_people_reason(ground, matter, code) for code in aside)
    demand = demand_of(ground, matter)
    text = f"{_who(ground, matter)}的人员，不论何时都凑不齐所需的{demand.officers}名持证人员" + (
        "及所需专长（同一人不能同时承担两个岗位）" if demand.expertise else ""
    )
    return (Reason(code=Code.TOO_FEW_OFFICERS, text=text, remedy=BORROW_OR_SUPPORT),)


def _missing(ground: Ground, matter: Matter) -> tuple[Reason, ...]:
    """What the department does not have at all, on any day and for any target."""
    demand = demand_of(ground, matter)
    people = ground.of_department[demand.department]
    name = next(each.name for each in ground.problem.departments if each.id == matter.department)
    officers = (people & ground.certified).bit_count()
    reasons = []
    if officers == 0:
        text = f"{name}没有持执法证的人员（行政处罚法第四十二条要求不少于两人）"
        reasons.append(Reason(code=Code.NO_CERTIFIED_OFFICER, text=text, remedy=BORROW_OR_SUPPORT))
    elif officers < demand.officers:
        text = f"{name}持执法证的人员只有{officers}人，该事项需要{demand.officers}人"
        reasons.append(Reason(code=Code.TOO_FEW_OFFICERS, text=text, remedy=BORROW_OR_SUPPORT))
    for expertise in demand.expertise:
        if not people & ground.expert.get(expertise, 0):
            text = f"{name}没有具备“{expertise}”专长的人员"
            remedy = f"{BORROW_OR_SUPPORT}，或聘请专家"
            reasons.append(Reason(code=Code.NO_EXPERTISE, text=text, remedy=remedy))
    return tuple(reasons)


def _possible_without(ground: Ground, staffing: Staffing, matter: Matter, aside: frozenset[Code]) -> bool:
    """Whether the matter could be visited if these rules did not hold (all others do)."""
    demand = demand_of(ground, matter)
    everyone = (1 << len(ground.inspectors)) - 1
    barred = ground.barred.get(matter.target, 0)
    reach = everyone if Code.OUT_OF_REACH in aside else ground.reached[matter.target]
    allowed = reach if Code.BARRED in aside else reach & ~barred
    minutes = visit_minutes(ground, (matter,))
    for half_day in bits(ground.open[matter.id]):
        if minutes > ground.capacity[half_day] or not ground.tours_left[half_day]:
            continue
        there = everyone if Code.UNAVAILABLE in aside else ground.present[half_day]
        engaged = ground.present[half_day] & ~ground.free[half_day]
        people = there & allowed & (everyone if Code.ENGAGED in aside else ~engaged)
        if staffing.crews(demand, people):
            return True
    return False


def _people_reason(ground: Ground, matter: Matter, code: Code) -> Reason:
    """Word one rule that stands in the way; staff numbers of the few whom it concerns, never names."""
    wording = _WORDS[code]
    text = wording.text.format(who=_who(ground, matter))
    if code is Code.BARRED:
        barred = ground.barred.get(matter.target, 0) & ground.of_department[ground.department[matter.department]]
        text += f"（须回避：{'、'.join(sorted(ground.inspectors[each].id for each in bits(barred)))}）"
    return Reason(code=code, text=text, remedy=wording.remedy)
