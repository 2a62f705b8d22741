"""Which tours of an old plan still stand: all that are lawful, and of the others as many visits as possible.

A tour that stands keeps its half-day, its visits in their order and its posts. What cannot stay is settled elsewhere
(settling.py), and who goes with which chance is written in writing.py.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, pairwise

from solver.planning.consolidate import Door, door
from solver.planning.ground import Ground, holding, union
from solver.planning.ids import MatterId
from solver.planning.plan import LeftOut, Role, Tour, Visit
from solver.planning.problem import Matter
from solver.planning.replanning.faults import PEOPLE, Faults
from solver.planning.staffing import Post, Staffing
from solver.planning.timetable import Stint, Timetable

MOST_WAYS = 200
"""So many ways to shorten one tour, or one visit, are tried before it is given up as a whole."""

Waiting = dict[MatterId, Matter]
"""Matters that look for a place; whoever finds one takes its matters out."""


def stand(timetable: Timetable, old: Sequence[Tour], found: Faults, waiting: Waiting) -> list[Tour]:
    """Let old tours stand, the lawful ones first; returns those lawful ones whose people announced tours tie up."""
    tied = [tour for tour in old if tour.id not in found.of_tour and not _resumed(timetable, tour, waiting)]
    keys = {matter for matter, one in waiting.items() if one.key}

    def weight(tour: Tour) -> tuple[int, int, str]:
        held = [matter for visit in tour.visits for matter in visit.matters]
        return (-len(keys.intersection(held)), -len(tour.visits), tour.id)

    for tour in sorted((tour for tour in old if tour.id in found.of_tour), key=weight):
        only_people = all(breach.rule == PEOPLE for breach in found.of_tour[tour.id])
        if not (only_people and _resumed(timetable, tour, waiting)):
            _stand_in_part(timetable, tour, waiting)
    return tied


def taken_out(waiting: Waiting, doors: Sequence[Door]) -> None:
    """These doors' matters have found a place."""
    for each in doors:
        for matter in each.matters:
            waiting.pop(matter.id, None)


def _resumed(timetable: Timetable, tour: Tour, waiting: Waiting) -> bool:
    """Whether the tour could go on as it was: the same visits in the same order, with posts of the same kind."""
    ground = timetable.ground
    half_day = ground.half_day.get(tour.half_day)
    if half_day is None or not all(matter in waiting for visit in tour.visits for matter in visit.matters):
        return False
    doors = tuple(
        door(ground, timetable.staffing, tuple(waiting[matter] for matter in visit.matters)) for visit in tour.visits
    )
    stint = as_it_was(timetable, tour, doors, half_day)
    if stint is None or timetable.resume(stint) is None:
        return False
    taken_out(waiting, doors)
    return True


def as_it_was(
    timetable: Timetable, tour: Tour, doors: tuple[Door, ...], half_day: int, *, strictly: bool = False
) -> Stint | None:
    """The stint that goes to these doors with the tour's own roles; None where that cannot be, people aside.

    `strictly` counts on nobody whom a role leaves out, for whatever reason.
    """
    ground = timetable.ground
    travel = sum(timetable.travel.minutes(one.target, other.target) for one, other in pairwise(doors))
    closed = any(not (each.half_days & ~timetable.visited(each.target)) >> half_day & 1 for each in doors)
    too_long = travel + sum(each.minutes for each in doors) > ground.capacity[half_day]
    if closed or too_long or timetable.tours_left(half_day) == 0:
        return None
    kept_out = _kept_out(ground, tour)
    people = ground.free[half_day] & ~kept_out
    for each in doors:
        people &= each.allowed
    spared = [union(ground.position[name] for name in role.left_out) if strictly else 0 for role in tour.roles]
    posts = tuple(_post(ground, role, people & ~some) for role, some in zip(tour.roles, spared, strict=True))
    if must_be_apart(ground, posts):
        return None
    return Stint(
        doors=doors,
        half_day=half_day,
        posts=posts,
        seats=(),
        kept_out=kept_out,
        officers=sum(post.need for post in posts),
        travel=travel,
    )


def _kept_out(ground: Ground, tour: Tour) -> int:
    names = {name for role in tour.roles for name, reason in role.left_out.items() if reason is LeftOut.APART}
    return union(ground.position[name] for name in names if name in ground.position)


def _post(ground: Ground, role: Role, people: int) -> Post:
    department = ground.department[role.department]
    pool = holding(ground, people & ground.of_department[department], role.expertise, certified=role.certified)
    return Post(department, role.need, role.certified, role.expertise, pool)


def must_be_apart(ground: Ground, posts: Sequence[Post]) -> bool:
    """Whether two who must stay apart could both be admitted to these posts."""
    together = 0
    for post in posts:
        together |= post.pool
    return any(together >> one & 1 and together >> other & 1 for one, other in ground.apart)


def _stand_in_part(timetable: Timetable, tour: Tour, waiting: Waiting) -> None:
    """Keep as many of a tour's visits as can stay in its half-day."""
    half_day = timetable.ground.half_day.get(tour.half_day)
    if half_day is None:
        return
    remaining = (_remaining(timetable, visit, half_day, waiting) for visit in tour.visits)
    doors = tuple(each for each in remaining if each is not None)
    for shorter in islice(_shortened(timetable, doors), MOST_WAYS):
        if timetable.place(shorter, 1 << half_day) is not None:
            taken_out(waiting, shorter)
            return


def _remaining(timetable: Timetable, visit: Visit, half_day: int, waiting: Waiting) -> Door | None:
    """What of a visit can still take place then: all of its matters, or those of as many departments as possible."""
    ground = timetable.ground
    here = tuple(
        waiting[matter]
        for matter in visit.matters
        if matter in waiting and waiting[matter].target == visit.target and ground.open[matter] >> half_day & 1
    )
    if timetable.visited(visit.target) >> half_day & 1:
        return None
    ways = (door(ground, timetable.staffing, some) for some in islice(_parts(here), MOST_WAYS))
    return next((each for each in ways if each.half_days >> half_day & 1), None)


def _parts(matters: tuple[Matter, ...]) -> Iterator[tuple[Matter, ...]]:
    """All of these matters, then those of fewer and fewer departments; separate ones alone at the end."""
    together = tuple(matter for matter in matters if not matter.separate)
    departments = tuple(dict.fromkeys(matter.department for matter in together))
    for size in range(len(departments), 0, -1):
        for some in combinations(departments, size):
            yield tuple(matter for matter in together if matter.department in some)
    yield from ((matter,) for matter in matters if matter.separate)


def _shortened(timetable: Timetable, doors: tuple[Door, ...]) -> Iterator[tuple[Door, ...]]:
    """The whole tour, then without one department or without some visits: those ways first that keep most visits."""
    departments = sorted({demand.department for each in doors for demand in each.demands})
    ways = [_without(timetable.ground, timetable.staffing, doors, department) for department in departments]
    for size in range(len(doors) - 1, 0, -1):
        ways += islice(combinations(doors, size), MOST_WAYS // max(1, len(doors)))
    if doors:
        yield doors
    yield from sorted(filter(None, ways), key=lambda way: (-len(way), -sum(len(each.matters) for each in way)))


def _without(ground: Ground, staffing: Staffing, doors: Sequence[Door], department: int) -> tuple[Door, ...]:
    """The visits with nothing of one department's in them."""
    name = ground.problem.departments[department].id
    left = (tuple(matter for matter in each.matters if matter.department != name) for each in doors)
    return tuple(door(ground, staffing, some) for some in left if some)
