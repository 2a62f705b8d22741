"""A visit moved after the lots, with the people who were drawn for it: chance has decided once and is not asked again.

A half-day holds one place for it: with a tour that these very people have there already, after its last visit, or as a
tour of its own. Nobody else's visit moves, not even by a minute. Who moves it names no one: the team follows from what
was drawn.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

import msgspec

from solver.planning.check.rescheduled import check_rescheduled
from solver.planning.check.teams import Drawn, unable
from solver.planning.check.verdict import Breach
from solver.planning.geometry import travel_minutes
from solver.planning.ids import DepartmentId, DeskMatterId, HalfDayId, InspectorId, MatterId, RoleId, TourId
from solver.planning.index import NOBODY, Index, index
from solver.planning.moving.obstacles import Obstacle
from solver.planning.plan import Plan, Role, Tour, Visit
from solver.planning.problem import HalfDay, Problem
from solver.planning.times import clock_time, minute_of
from solver.planning.wording import day_called, half_day_called

_PEOPLE = 5
"""The rule of who may go where."""
Team = frozenset[tuple[DepartmentId, InspectorId]]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Plan and teams as they stand after the lots.

    `published` gives, for each lot that the plan of the draw does not have, the lot of that plan whose people it has.
    """

    plan: Plan
    teams: Mapping[RoleId | DeskMatterId, tuple[InspectorId, ...]]
    published: Mapping[RoleId, RoleId] = {}


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A visit, named by one of its matters, goes to a half-day; there it joins a tour, or is one of this name."""

    matter: MatterId
    half_day: HalfDayId
    tour: TourId
    joins: bool


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """One half-day: how the visit would stand in it, or what forbids it."""

    shift: Shift
    start: str
    end: str
    obstacle: Obstacle | None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A visit in hand, named by one of its matters; `number` makes the name of a new tour one that was never used.

    `too_soon` is the last day to which nothing is moved any more.
    """

    problem: Problem
    standing: Standing
    matter: MatterId
    number: int
    too_soon: date


def found(plan: Plan, matter: MatterId) -> tuple[Tour, Visit] | None:
    """Give the visit that serves a matter, with its tour."""
    visits = ((tour, visit) for tour in plan.tours for visit in tour.visits)
    return next(((tour, visit) for tour, visit in visits if matter in visit.matters), None)


def shifted(problem: Problem, standing: Standing, shift: Shift) -> Standing:
    """Give plan and teams after a visit was moved; lawful or not is `alternatives`' to say."""
    return _shifted(index(problem), standing, shift)


def alternatives(held: Held) -> tuple[Alternative, ...]:
    """Say of every half-day but the visit's own whether it may go there."""
    turned = index(held.problem)
    tour, _ = _at(held.standing.plan, held.matter)
    return tuple(_alternative(held, turned, each) for each in held.problem.half_days if each.id != tour.half_day)


def alternative(held: Held, half_day: HalfDayId) -> Alternative | None:
    """Say it of one half-day; None where there is no such half-day to move to."""
    tour, _ = _at(held.standing.plan, held.matter)
    asked = next((each for each in held.problem.half_days if each.id == half_day != tour.half_day), None)
    return _alternative(held, index(held.problem), asked) if asked else None


def _alternative(held: Held, turned: Index, half_day: HalfDay) -> Alternative:
    shift = _place(held, turned, half_day.id)
    made = _shifted(turned, held.standing, shift)
    _, visit = _at(made.plan, held.matter)
    obstacle = _too_soon(held) if half_day.date <= held.too_soon else _obstacle(held, turned, made, shift)
    return Alternative(shift=shift, start=visit.start, end=visit.end, obstacle=obstacle)


def _place(held: Held, turned: Index, half_day: HalfDayId) -> Shift:
    """The one place of a half-day: with the tour of the same people, else alone."""
    standing = held.standing
    tour, visit = _at(standing.plan, held.matter)
    team = _people(standing, _going(turned, tour, visit))
    same = (each for each in standing.plan.tours if each.half_day == half_day)
    host = next((each for each in same if _people(standing, each.roles) == team), None)
    own = tour.id if len(tour.visits) == 1 else TourId(f"{tour.id}-{held.number}")
    return Shift(matter=held.matter, half_day=half_day, tour=host.id if host else own, joins=host is not None)


def _too_soon(held: Held) -> Obstacle:
    return Obstacle(rule=0, text=f"{day_called(held.too_soon)}和以前的日子来不及：改期要先告知来的人员和对象")


def _obstacle(held: Held, turned: Index, after: Standing, shift: Shift) -> Obstacle | None:
    """What the move breaks that was not broken before, rule by rule; of the team it is said who cannot be there."""
    tour, visit = _at(after.plan, shift.matter)
    source, _ = _at(held.standing.plan, shift.matter)
    near = _near(held.standing, after, source, tour)
    problem = _smaller(held.problem, after, near)
    made = _breaches(problem, after, near, tour.id, source.id)
    if not made:
        return None
    was_on = tour.id if shift.joins else source.id
    broken = {_said(each) for each in _breaches(problem, held.standing, near, was_on, source.id)}
    new = min((each for each in made if _said(each) not in broken), key=lambda each: each.rule, default=None)
    if new is None:
        return None
    away = _away(turned, after, tour, visit) if new.rule == _PEOPLE else None
    return away or Obstacle(rule=new.rule, text=new.text.rstrip("。"))


def _away(turned: Index, after: Standing, tour: Tour, visit: Visit) -> Obstacle | None:
    """Who of the team cannot be there then, and what keeps each of them."""
    roles = _going(turned, tour, visit)
    why = {one: said for role in roles for one, said in unable(turned, role, tour, after.teams[role.id]).items()}
    why |= dict.fromkeys(why.keys() & turned.unavailable.get(tour.half_day, NOBODY), "当时请假")
    going = {one for role in roles for one in after.teams[role.id]}
    others = (each for each in after.plan.tours if each.half_day == tour.half_day and each.id != tour.id)
    why |= {
        one: f"已在组次{other.id}"
        for other in others
        for role in other.roles
        for one in going.intersection(after.teams[role.id])
    }
    if not why:
        return None
    when = half_day_called(turned.half_days[tour.half_day])
    text = "；".join(f"{one}{said}" for one, said in sorted(why.items()))
    return Obstacle(rule=5, text=f"抽中的人员{when}不能都到：{text}", people=tuple(sorted(why)))


def _near(before: Standing, after: Standing, source: Tour, tour: Tour) -> frozenset[TourId]:
    """The tours that a move can have to do with: of that half-day, those left and joined, and the same people's."""
    team = {one for _, one in _people(after, tour.roles)}
    return frozenset(
        each.id
        for standing in (before, after)
        for each in standing.plan.tours
        if each.half_day == tour.half_day
        or each.id == source.id
        or not team.isdisjoint(one for role in each.roles for one in standing.teams[role.id])
    )


def _smaller(problem: Problem, standing: Standing, near: frozenset[TourId]) -> Problem:
    """The problem of these tours and their people alone: one half-day is looked at after another."""
    tours = [tour for tour in standing.plan.tours if tour.id in near]
    targets = {visit.target for tour in tours for visit in tour.visits}
    people = {one for tour in tours for role in tour.roles for one in standing.teams[role.id]}
    return msgspec.structs.replace(
        problem,
        targets=tuple(each for each in problem.targets if each.id in targets),
        matters=tuple(each for each in problem.matters if each.target in targets),
        inspectors=tuple(each for each in problem.inspectors if each.id in people),
        barred=tuple(each for each in problem.barred if each.target in targets and each.inspector in people),
        apart=(),
    )


def _breaches(
    problem: Problem, standing: Standing, near: frozenset[TourId], now_on: TourId, left: TourId
) -> tuple[Breach, ...]:
    tours = tuple(tour for tour in standing.plan.tours if tour.id in near)
    plan = msgspec.structs.replace(standing.plan, tours=tours, desk=())
    drawn: Drawn = {role.id: standing.teams[role.id] for tour in tours for role in tour.roles}
    return check_rescheduled(problem, plan, drawn, now_on=now_on, left=left)


def _said(breach: Breach) -> tuple[int, str]:
    """Breaches are the same whatever their place in the document."""
    return breach.rule, breach.text


def _shifted(turned: Index, standing: Standing, shift: Shift) -> Standing:
    source, visit = _at(standing.plan, shift.matter)
    rest = _without(turned, source, visit)
    host = next((tour for tour in standing.plan.tours if tour.id == shift.tour), None) if shift.joins else None
    made = _joined(turned, host, visit) if host else _alone(turned, source, visit, shift)
    tours = [each for tour in standing.plan.tours for each in _replaced(tour, source, rest, host, made)]
    if made.id not in {tour.id for tour in tours}:
        tours.append(made)
    new = {} if host else dict(_new_lots(made.roles, _going(turned, source, visit)))
    return Standing(
        plan=msgspec.structs.replace(standing.plan, tours=tuple(tours)),
        teams={**standing.teams, **{name: standing.teams[old] for name, old in new.items()}},
        published={**standing.published, **{name: standing.published.get(old, old) for name, old in new.items()}},
    )


def _new_lots(roles: tuple[Role, ...], old: tuple[Role, ...]) -> Iterator[tuple[RoleId, RoleId]]:
    """The lots that the tour of its own brings, with those whose people they have."""
    return ((role.id, before.id) for role, before in zip(roles, old, strict=True) if role.id != before.id)


def _replaced(tour: Tour, source: Tour, rest: Tour | None, host: Tour | None, made: Tour) -> tuple[Tour, ...]:
    """What stands in a tour's place after the move."""
    if host is not None and tour.id == host.id:
        return (made,)
    if tour.id != source.id:
        return (tour,)
    if rest is not None:
        return (rest,)
    return () if host is not None else (made,)


def _without(turned: Index, tour: Tour, visit: Visit) -> Tour | None:
    """What is left of a tour: the other visits when they were told, and the roles that have something to do there."""
    visits = tuple(each for each in tour.visits if each is not visit)
    if not visits:
        return None
    asked = {turned.matters[matter].department for each in visits for matter in each.matters}
    roles = tuple(role for role in tour.roles if role.department in asked)
    return msgspec.structs.replace(tour, visits=visits, roles=roles, travel_minutes=_travel(turned, visits))


def _joined(turned: Index, host: Tour, visit: Visit) -> Tour:
    last = host.visits[-1]
    begins = _minute(last.end) + _leg(turned, last, visit)
    visits = (*host.visits, _timed(visit, begins))
    return msgspec.structs.replace(host, visits=visits, travel_minutes=_travel(turned, visits))


def _alone(turned: Index, source: Tour, visit: Visit, shift: Shift) -> Tour:
    half_day = turned.half_days[shift.half_day]
    begins = _minute(half_day.start) + turned.policy.approach_minutes
    roles = tuple(
        msgspec.structs.replace(role, id=_renamed(role.id, source.id, shift.tour))
        for role in _going(turned, source, visit)
    )
    return Tour(id=shift.tour, half_day=shift.half_day, travel_minutes=0, visits=(_timed(visit, begins),), roles=roles)


def _renamed(role: RoleId, old: TourId, new: TourId) -> RoleId:
    """A role of the new tour, named after the old one's: `T007/水利局/1` becomes `T007-3/水利局/1`."""
    if old == new:
        return role
    return RoleId(f"{new}{role.removeprefix(old)}" if role.startswith(f"{old}/") else f"{new}/{role}")


def _going(turned: Index, tour: Tour, visit: Visit) -> tuple[Role, ...]:
    asked = {turned.matters[matter].department for matter in visit.matters}
    return tuple(role for role in tour.roles if role.department in asked)


def _people(standing: Standing, roles: tuple[Role, ...]) -> Team:
    return frozenset((role.department, one) for role in roles for one in standing.teams[role.id])


def _travel(turned: Index, visits: tuple[Visit, ...]) -> int:
    return sum(_leg(turned, one, other) for one, other in pairwise(visits))


def _leg(turned: Index, one: Visit, other: Visit) -> int:
    return travel_minutes(turned.places.get(one.target), turned.places.get(other.target), turned.policy)


def _timed(visit: Visit, begins: int) -> Visit:
    lasts = _minute(visit.end) - _minute(visit.start)
    return msgspec.structs.replace(visit, start=clock_time(begins), end=clock_time(begins + lasts))


def _minute(clock: str) -> int:
    minute = minute_of(clock)
    assert minute is not None, "a plan that was drawn has passed the checker"  # noqa: S101 - narrows the type
    return minute


def _at(plan: Plan, matter: MatterId) -> tuple[Tour, Visit]:
    at = found(plan, matter)
    assert at is not None, "callers look the visit up first"  # noqa: S101 - narrows the type
    return at
