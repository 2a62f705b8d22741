"""Why a matter is not served, in words an office uses, and what can be done about it.

Two kinds of proof: rules that cannot hold together even if the matter were the only one (conflicts.py), and others who
leave too little beside them (crowding.py). Each reason comes with the remedies that would help, priced (remedies.py).
"""

from collections.abc import Iterable

from solver.planning.conflicts import CONTEXT, Conflict, Rule, Trial
from solver.planning.consolidate import visit_minutes
from solver.planning.crowding import crowded_out
from solver.planning.ground import Ground, bits
from solver.planning.plan import Reason, Unserved
from solver.planning.problem import Matter
from solver.planning.reasons import Code, Remedy, advice
from solver.planning.remedies import Remedies
from solver.planning.staffing import Staffing
from solver.planning.timetable import Timetable
from solver.planning.wording import day_called, department_called, kind_called, listed

__all__ = ["Code", "impossible", "unserved"]

MOST_PRICED = 60
"""For so many matters, key ones first, remedies are priced; the others are told what an office can do as such."""

_CODES = {
    Rule.WINDOW: Code.NO_HALF_DAY,
    Rule.CLOSED: Code.CLOSED,
    Rule.LENGTH: Code.TOO_LONG,
    Rule.CARS: Code.NO_TOUR_LEFT,
    Rule.VISITED: Code.TARGET_VISITED,
    Rule.OFFICERS: Code.TOO_FEW_OFFICERS,
    Rule.EXPERTISE: Code.NO_EXPERTISE,
    Rule.BARRED: Code.BARRED,
    Rule.REACH: Code.OUT_OF_REACH,
    Rule.UNAVAILABLE: Code.UNAVAILABLE,
    Rule.CEILING: Code.ENGAGED,
}

_HELP = {
    Rule.LENGTH: (Remedy.SPLIT,),
    Rule.CARS: (Remedy.ADD_CARS,),
    Rule.OFFICERS: (Remedy.BORROW, Remedy.SUPPORT),
    Rule.EXPERTISE: (Remedy.BORROW, Remedy.EXPERT, Remedy.SUPPORT),
    Rule.BARRED: (Remedy.BORROW, Remedy.SUPPORT),
    Rule.REACH: (Remedy.WIDEN_REACH, Remedy.BORROW, Remedy.SUPPORT),
    Rule.UNAVAILABLE: (Remedy.BORROW, Remedy.SUPPORT),
    Rule.CEILING: (Remedy.RAISE_CEILING, Remedy.BORROW, Remedy.SUPPORT),
}
"""What helps besides widening the window, which helps wherever the window is part of the conflict."""


def impossible(ground: Ground, staffing: Staffing, matter: Matter) -> tuple[Reason, ...]:
    """Why this matter could not be visited even if it were the only one; empty if it could."""
    return _by_itself(ground, Trial(ground, staffing), matter, None)


def unserved(timetable: Timetable, staffing: Staffing, left: Iterable[Matter]) -> tuple[Unserved, ...]:
    """Give every matter left without a visit its reasons, in the order of the problem.

    Remedies are tried in the timetable, which is given back as it was, but for who proves that posts can be filled.
    """
    waiting = {matter.id: matter for matter in left}
    trial = Trial(timetable.ground, staffing)
    ordered = [matter for matter in timetable.ground.problem.matters if matter.id in waiting]
    priced = sorted(ordered, key=lambda matter: not matter.key)[:MOST_PRICED]
    remedies = Remedies(timetable, trial, priced)
    helping = {matter.id: remedies for matter in priced}
    said = tuple(
        Unserved(
            matter=matter.id,
            reasons=_by_itself(timetable.ground, trial, matter, helping.get(matter.id))
            or crowded_out(timetable, matter, helping.get(matter.id)),
        )
        for matter in ordered
    )
    timetable.give_back()
    return said


def _by_itself(ground: Ground, trial: Trial, matter: Matter, remedies: Remedies | None) -> tuple[Reason, ...]:
    """A reason for each obstacle of each conflict; what the matter itself asks for is part of their words."""
    reasons: list[Reason] = []
    for conflict in trial.conflicts(matter):
        if not conflict:
            text = "本轮没有可安排的半天"
            return (Reason(code=Code.NO_HALF_DAY, text=text, remedy=Remedy.WIDEN),)
        for rule in sorted(conflict - CONTEXT or conflict, key=list(Rule).index):
            text = _text(ground, trial, matter, rule, conflict)
            helping = (*((Remedy.WIDEN,) if Rule.WINDOW in conflict else ()), *_HELP.get(rule, ()))
            reasons.append(
                Reason(code=_code(ground, matter, rule), text=text, remedy=advice(remedies, matter, *helping))
            )
    return tuple(reasons)


def _code(ground: Ground, matter: Matter, rule: Rule) -> Code:
    own = ground.of_department[ground.department[matter.department]]
    return Code.NO_CERTIFIED_OFFICER if rule is Rule.OFFICERS and not own & ground.certified else _CODES[rule]


_CALENDAR = {
    Rule.WINDOW: "没有可安排的半天",
    Rule.CLOSED: "该对象每个可用的半天都停业或不便受检",
    Rule.VISITED: "该对象可受检的半天都已有固定组次入企，同一半天只能入企一次",
    Rule.CARS: "每个可选半天的巡查组次（车辆）都已用完",
}


def _text(ground: Ground, trial: Trial, matter: Matter, rule: Rule, conflict: Conflict) -> str:
    span = (
        f"检查期限{day_called(matter.first_day)}至{day_called(matter.last_day)}内，" if Rule.WINDOW in conflict else ""
    )
    if rule in _CALENDAR:
        return f"{span or '本轮'}{_CALENDAR[rule]}"
    if rule is Rule.LENGTH:
        open_then = trial.half_days(matter, conflict - {Rule.LENGTH})
        longest = max((ground.capacity[each] for each in bits(open_then)), default=0)
        minutes = visit_minutes(ground, (matter,))
        return f"{span}一次检查需{minutes}分钟，超过可选半天里的最长可用时间{max(0, longest)}分钟"
    if rule in CONTEXT:
        return f"{span}{_missing(ground, matter, rule, conflict)}"
    return f"{span}{_people(ground, trial, matter, rule, conflict)}"


def _missing(ground: Ground, matter: Matter, rule: Rule, conflict: Conflict) -> str:
    """What the department does not have at all, on any day and for any target."""
    name = department_called(ground.problem, matter.department)
    own = ground.of_department[ground.department[matter.department]]
    officers = (own & ground.certified).bit_count()
    if conflict >= {Rule.OFFICERS, Rule.EXPERTISE}:
        return (
            f"{name}具备“{'、'.join(matter.expertise)}”专长的人员不论何时都凑不齐所需的{matter.officers}名持证人员及专长"
            "（同一人不能同时承担两个岗位）"
        )
    if rule is Rule.EXPERTISE:
        lacking = [each for each in matter.expertise if not own & ground.expert.get(each, 0)]
        return f"{name}没有具备“{'、'.join(lacking)}”专长的人员"
    if officers == 0:
        return f"{name}没有持执法证的人员（行政处罚法第四十二条要求不少于两人）"
    return f"{name}持执法证的人员只有{officers}人，该事项需要{matter.officers}人"


_OBSTACLES = {
    Rule.BARRED: "与该对象有利害关系须回避",
    Rule.REACH: "派出范围不含该对象所在区域",
    Rule.UNAVAILABLE: "在可用的半天里请假或另有安排",
    Rule.CEILING: "已被固定组次占用，或已达到工作量上限",
}


def _people(ground: Ground, trial: Trial, matter: Matter, rule: Rule, conflict: Conflict) -> str:
    """One rule that keeps people away; staff numbers of those whom it concerns, never names."""
    expertise = matter.expertise if Rule.EXPERTISE in conflict else ()
    kind = kind_called(expertise, certified=not expertise)
    who = f"{department_called(ground.problem, matter.department)}{kind}"
    away = listed(sorted(ground.inspectors[each].id for each in bits(trial.hindered(matter, rule, conflict))))
    return f"{who}中，{_OBSTACLES[rule]}的有{away}，其余人数不足"
