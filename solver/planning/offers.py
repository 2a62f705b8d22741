"""Remedies that can be taken as they are: alterations of the problem, each with the unserved matters it would serve.

Every price is a construction beside the plan as it stands: places are tried on its own laid-out state, or on one laid
out with the alteration. So an offer serves at least what it says; what serves nothing is not offered.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from solver.planning.alterations import (
    Alteration,
    HigherCeiling,
    Lend,
    MoreTours,
    SmallerTeams,
    WiderReach,
    Window,
    altered,
)
from solver.planning.conflicts import Trial
from solver.planning.consolidate import door
from solver.planning.explain import MOST_PRICED
from solver.planning.ids import AreaId, MatterId
from solver.planning.moving import Board, lay_out_plan
from solver.planning.plan import Plan
from solver.planning.problem import OFFICERS_BY_LAW, Area, Matter, Problem, Reach
from solver.planning.remedies import Remedies

MOST_AREAS = 6
"""So many areas, those with most people first, are asked what they could lend."""
MOST_DAYS = 4


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What could be altered, and whom it would serve at least."""

    alteration: Alteration
    serves: tuple[MatterId, ...]


def offers(problem: Problem, plan: Plan) -> tuple[Offer, ...]:
    """What would help the matters that a lawful plan leaves unserved, what serves most first."""
    gone = {entry.matter for entry in plan.unserved}
    left = sorted((each for each in problem.matters if each.id in gone), key=lambda each: not each.key)[:MOST_PRICED]
    if not left:
        return ()
    found = [*_windows(lay_out_plan(problem, plan), left)]
    for alteration in _others(problem, left):
        served = _served(lay_out_plan(altered(problem, alteration), plan), left)
        if served:
            found.append(Offer(alteration=alteration, serves=served))
    return tuple(sorted(found, key=lambda each: -len(each.serves)))


def _windows(board: Board, left: Sequence[Matter]) -> Iterator[Offer]:
    """Until which days windows would have to last, those of a day together; what serves most first."""
    remedies = Remedies(board.timetable, Trial(board.timetable.ground, board.timetable.staffing), left)
    by_day: dict[date, list[tuple[MatterId, ...]]] = defaultdict(list)
    for each in left:
        found = remedies.widen(each)
        if found is not None and found.day is not None:
            by_day[found.day].append(found.serves)
    for day, served in sorted(by_day.items(), key=lambda each: -max(map(len, each[1])))[:MOST_DAYS]:
        matters = tuple(dict.fromkeys(matter for serves in served for matter in serves))
        yield Offer(alteration=Window(matters=matters, last_day=day), serves=max(served, key=len))


def _others(problem: Problem, left: Sequence[Matter]) -> Iterator[Alteration]:
    policy = problem.policy
    if policy.max_tours is not None:
        yield MoreTours(more=1)
    for department in dict.fromkeys(each.department for each in left):
        if any(each.department == department and each.max_half_days is not None for each in problem.inspectors):
            yield HigherCeiling(department=department, more=1)
    if policy.reach is not Reach.ANY:
        yield from (Lend(area=area) for area in _neighbours(problem, left))
        yield WiderReach(reach=Reach.NEIGHBOURS if policy.reach is Reach.AREA else Reach.ANY)
    if policy.team_minimum > OFFICERS_BY_LAW:
        yield SmallerTeams(people=OFFICERS_BY_LAW)


def _neighbours(problem: Problem, left: Sequence[Matter]) -> list[AreaId]:
    """Areas next to those of the matters' targets, where their departments have most people first."""
    waiting, departments = {each.target for each in left}, {each.department for each in left}
    areas = {each.area for each in problem.targets if each.id in waiting}

    def helpers(area: Area) -> int:
        return sum(each.area == area.id and each.department in departments for each in problem.inspectors)

    near = {other for each in problem.areas if each.id in areas for other in each.neighbours}
    near |= {each.id for each in problem.areas if areas & {*each.neighbours}}
    able = [each for each in problem.areas if each.id in near and helpers(each)]
    return [each.id for each in sorted(able, key=lambda each: -helpers(each))][:MOST_AREAS]


def _served(board: Board, left: Sequence[Matter]) -> tuple[MatterId, ...]:
    """Which of these find a place beside everything that stands, one after another."""
    timetable = board.timetable
    return tuple(
        each.id
        for each in left
        if (own := door(timetable.ground, timetable.staffing, (each,))).half_days
        and timetable.place((own,), own.half_days) is not None
    )
