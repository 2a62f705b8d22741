"""Whether a tour finds people for one visit more without moving anybody: whoever is idle, and whoever it has already.

A yes is a proof; where there is no such proof, lifting.py seats the whole tour anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import NamedTuple

import msgspec

from solver.planning.consolidate import Door
from solver.planning.ground import Ground
from solver.planning.moving.board import Asked
from solver.planning.staffing import MOST_PARTITIONED, Demand, Post, merged
from solver.planning.timetable import Stint, Timetable


class Need(NamedTuple):
    """What one department asks for anew, and those who would do: idle, or seated on this tour for it."""

    demand: Demand
    people: int


class Entry(NamedTuple):
    """A tour with the visit put in where that costs least travel; the others keep their order."""

    doors: tuple[Door, ...]
    travel: int


def needs(
    timetable: Timetable, door: Door, half_day: int, stint: Stint | None, asked: Asked, doors: Sequence[Door]
) -> list[Need] | None:
    """What a tour (or none) needs for a door more if all others stay; None where that cannot be said simply."""
    seated = _seated(timetable, stint) if stint else {}
    redone = list(_redone(door, asked, seated))
    allowed = reduce(and_, (each.allowed for each in doors))
    kept = _kept(stint, redone) if stint else []
    if not _is_simple(timetable.ground, half_day, stint, kept, redone, allowed):
        return None
    idle = timetable.idle(half_day)
    own = timetable.ground.of_department
    return [
        Need(demand, (idle | seated.get(demand.department, 0)) & allowed & own[demand.department]) for demand in redone
    ]


def suffice(ground: Ground, found: Iterable[Need]) -> bool:
    """Whether there surely are crews: enough officers, one of them with every expertise asked for."""
    return all(_suffices(ground, need.demand, need.people) for need in found)


def joined(timetable: Timetable, door: Door, stint: Stint, entry: Entry, found: Sequence[Need]) -> Stint:
    """The tour with the visit, its posts as they were but for departments that ask for others now."""
    kept = _kept(stint, [need.demand for need in found])
    posts = [post._replace(pool=post.pool & door.allowed) for post in kept]
    for need in found:
        posts += timetable.staffing.crews(need.demand, need.people)[0].posts
    return msgspec.structs.replace(
        stint,
        doors=entry.doors,
        posts=tuple(sorted(posts, key=lambda post: post.department)),
        seats=(),
        officers=sum(post.need for post in posts),
        travel=entry.travel,
    )


def _redone(door: Door, asked: Asked, seated: dict[int, int]) -> Iterable[Demand]:
    """The departments that ask for more now, and those whose people may not all go to this target."""
    redone: dict[int, Demand] = {}
    for demand in door.demands:
        before = asked.get(demand.department)
        together = merged((before, demand))[0] if before else demand
        if together != before:
            redone[demand.department] = together
    for department, members in seated.items():
        if members & ~door.allowed:
            redone.setdefault(department, asked[department])
    return redone.values()


def _seated(timetable: Timetable, stint: Stint) -> dict[int, int]:
    """By department: who proves that the tour's posts can be filled."""
    seated: dict[int, int] = defaultdict(int)
    for post, members in zip(stint.posts, timetable.seated(stint), strict=True):
        seated[post.department] |= members
    return seated


def _kept(stint: Stint, redone: Iterable[Demand]) -> list[Post]:
    departments = {demand.department for demand in redone}
    return [post for post in stint.posts if post.department not in departments]


def _is_simple(
    ground: Ground, half_day: int, stint: Stint | None, kept: Sequence[Post], redone: Sequence[Demand], allowed: int
) -> bool:
    """Whether departments can be looked at one by one: nobody shared, nobody to keep apart, teams large enough."""
    officers = sum(post.need for post in kept if post.certified) + sum(demand.officers for demand in redone)
    if officers < ground.problem.policy.team_minimum or (len(redone) > 1 and ground.several):
        return False
    if not ground.apart:
        return True
    pool = 0
    for department in {*(post.department for post in kept), *(demand.department for demand in redone)}:
        pool |= ground.present[half_day] & allowed & ground.of_department[department]
    parted = any(pool >> one & 1 and pool >> other & 1 for one, other in ground.apart)
    return not parted and not (stint and stint.kept_out)


def _suffices(ground: Ground, demand: Demand, people: int) -> bool:
    officers = people & ground.certified
    if officers.bit_count() < demand.officers or len(demand.expertise) > MOST_PARTITIONED:
        return False
    return bool(reduce(and_, (ground.expert.get(each, 0) for each in demand.expertise), officers))
