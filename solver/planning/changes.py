"""What could be otherwise: a problem with wider windows, or with the people of a neighbouring area as borrowed help.

Nothing is planned here, and no problem that stands is changed: whoever asks "what if" plans the new one beside it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from solver.planning.ids import AreaId, HalfDayId
from solver.planning.problem import Area, HalfDay, Inspector, Matter, Problem, Reach

LENT = "·借调"
"""Marks the area from which people are lent: it has no targets, and reaches whatever it may lend to."""


def widened(problem: Problem, days: int, working_days: Iterable[date]) -> Problem:
    """Let every window end so many calendar days later.

    Where windows now reach beyond the round's last half-day, those of `working_days` that they reach get the half-days
    of the last day; everyone is available then and no target is closed.
    """
    matters = tuple(
        msgspec.structs.replace(each, last_day=each.last_day + timedelta(days=days)) for each in problem.matters
    )
    further = tuple(_further(problem.half_days, matters, working_days))
    return msgspec.structs.replace(problem, matters=matters, half_days=(*problem.half_days, *further))


def _further(
    half_days: tuple[HalfDay, ...], matters: Iterable[Matter], working_days: Iterable[date]
) -> Iterable[HalfDay]:
    last = max((each.date for each in half_days), default=None)
    reached = max((each.last_day for each in matters), default=None)
    if last is None or reached is None:
        return
    pattern = [each for each in half_days if each.date == last]
    for day in sorted(set(working_days)):
        if last < day <= reached:
            for number, each in enumerate(pattern, 1):
                name = each.id.replace(last.isoformat(), day.isoformat())
                identifier = f"{day}/{number}" if name == each.id else name
                yield msgspec.structs.replace(each, id=HalfDayId(identifier), date=day)


def lending(problem: Problem, area: AreaId) -> Problem:
    """Let the people of an area be borrowed by the areas next to it (named as neighbours in either direction).

    They reach their own area as before. Wherever they are sent they count as borrowed help, so a plan sends them only
    where the others do not suffice. With `reach` any nothing changes: everyone may be sent everywhere as it is.
    """
    if problem.policy.reach is Reach.ANY:
        return problem
    home = next(each for each in problem.areas if each.id == area)
    next_to = [*home.neighbours, *(each.id for each in problem.areas if area in each.neighbours)]
    reached = tuple(dict.fromkeys((area, *next_to)))
    lent = msgspec.structs.replace(home, id=AreaId(f"{area}{LENT}"), name=f"{home.name}{LENT}", neighbours=reached)
    alone = problem.policy.reach is Reach.AREA
    areas = (msgspec.structs.replace(each, neighbours=()) if alone else each for each in problem.areas)
    return msgspec.structs.replace(
        problem,
        areas=(*areas, lent),
        inspectors=tuple(_lent(each, area, lent) for each in problem.inspectors),
        policy=msgspec.structs.replace(problem.policy, reach=Reach.NEIGHBOURS),
    )


def _lent(inspector: Inspector, area: AreaId, lent: Area) -> Inspector:
    if inspector.area != area:
        return inspector
    return msgspec.structs.replace(inspector, area=lent.id, borrowed=True)
