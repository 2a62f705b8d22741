"""What two tours near each other could make of their doors instead, for hardly more officers and travel.

Candidates only: whether people are free beside other tours, and which tours to make, is exchange.py's affair.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from solver.planning.consolidate import Door
from solver.planning.ground import Ground, bits
from solver.planning.limits import Stop
from solver.planning.staffing import Demand, Post, Staffing, merged
from solver.planning.tours.cover import Members
from solver.planning.travel import Travel

NEAR = 20
"""With so many tours nearest to it each tour shares its doors."""
MOST_DOORS = 8
"""Up to so many doors of two tours are divided in every way."""
DEARER, FARTHER = 1, 60
"""So much more officers (and thin roles) and minutes two tours may take: others may take less at the same time."""

BEST, MOST_WAYS = 8, 4000
"""So many divisions of two tours' doors are kept, and so many pairs of a tour and a half-day in all."""


class Tour(NamedTuple):
    """Doors in driving order, travel, and in each half-day that is possible the cheapest posts."""

    doors: Members
    travel: int
    cost: int
    """In the cheapest half-day."""
    ways: dict[int, tuple[Post, ...]]


class _Outline(NamedTuple):
    """What is soon known of a tour: officers at least, half-days long enough without travel, demands, who may go."""

    officers: int
    half_days: int
    demands: tuple[Demand, ...]
    allowed: int


class Tours:
    """Tours of these doors (positions, in order), each worked out once; None where none is possible."""

    def __init__(self, ground: Ground, staffing: Staffing, travel: Travel, doors: Sequence[Door]) -> None:
        self._ground, self._staffing, self._travel, self._doors = ground, staffing, travel, doors
        self._outlines: dict[Members, _Outline | None] = {}
        self._tours: dict[Members, Tour | None] = {}

    def tour(self, members: Members) -> Tour | None:
        """The tour that visits these doors."""
        if members not in self._tours:
            outline = self._outline(members)
            self._tours[members] = None if outline is None else self._worked_out(members, outline)
        return self._tours[members]

    def officers(self, members: Members) -> int | None:
        """The fewest officers that any crew of such a tour has, without looking at people."""
        outline = self._outline(members)
        return None if outline is None else outline.officers

    def near(self, tours: Sequence[Members]) -> list[tuple[int, int]]:
        """Pairs of tours (positions) of which one is among those nearest to the other."""
        pairs = set()
        for one, doors in enumerate(tours):
            ranked = sorted((self._apart(doors, there), other) for other, there in enumerate(tours) if other != one)
            pairs |= {(min(one, other), max(one, other)) for _, other in ranked[:NEAR]}
        return sorted(pairs)

    def _apart(self, some: Members, others: Members) -> int:
        minutes, doors = self._travel.minutes, self._doors
        return min(minutes(doors[one].target, doors[other].target) for one in some for other in others)

    def _outline(self, members: Members) -> _Outline | None:
        if members not in self._outlines:
            self._outlines[members] = self._outlined([self._doors[member] for member in members])
        return self._outlines[members]

    def _outlined(self, doors: Sequence[Door]) -> _Outline | None:
        policy = self._ground.problem.policy
        if len(doors) > policy.max_visits_per_tour or len({door.target for door in doors}) < len(doors):
            return None
        half_days, allowed = self._long_enough(-1, sum(door.minutes for door in doors)), -1
        for door in doors:
            half_days &= door.half_days
            allowed &= door.allowed
        if not half_days:
            return None
        demands = merged(demand for door in doors for demand in door.demands)
        officers = max(policy.team_minimum, sum(demand.officers for demand in demands))
        return _Outline(officers, half_days, demands, allowed)

    def _long_enough(self, half_days: int, minutes: int) -> int:
        return half_days & sum(1 << place for place, most in enumerate(self._ground.capacity) if minutes <= most)

    def _worked_out(self, members: Members, outline: _Outline) -> Tour | None:
        doors = [self._doors[member] for member in members]
        travel, order = self._travel.route([door.target for door in doors])
        half_days = self._long_enough(outline.half_days, travel + sum(door.minutes for door in doors))
        ways, costs = {}, []
        for half_day in bits(half_days):
            every = self._staffing.staff(outline.demands, outline.allowed & self._ground.free[half_day])
            if every is not None:
                ways[half_day] = tuple(post for crews in every for post in crews[0].posts)
                costs.append(sum(crews[0].cost for crews in every))
        return Tour(tuple(members[place] for place in order), travel, min(costs), ways) if ways else None


def swaps(tours: Tours, now: Sequence[Members], stop: Stop) -> list[Tour]:
    """The tours that are made now, as far as they are possible, and the best that two of them could make instead."""
    found = {members: tour for members in now if (tour := tours.tour(members)) is not None}
    ways = sum(len(tour.ways) for tour in found.values())
    for one, other in tours.near(now):
        if stop() or ways > MOST_WAYS:
            break
        pair = [tour for members in (now[one], now[other]) if (tour := tours.tour(members)) is not None]
        doors = tuple(sorted((*now[one], *now[other])))
        if len(doors) <= MOST_DOORS and len(pair) == 2:  # noqa: PLR2004 - two tours
            for made in sorted(_divided(tours, doors, pair), key=_merit)[:BEST]:
                for tour in made:
                    ways += 0 if tuple(sorted(tour.doors)) in found else len(tour.ways)
                    found[tuple(sorted(tour.doors))] = tour
    return list(found.values())


def _merit(made: Sequence[Tour]) -> tuple[int, int, list[Members]]:
    return (sum(tour.cost for tour in made), sum(tour.travel for tour in made), [tour.doors for tour in made])


def _divided(tours: Tours, doors: Members, pair: Sequence[Tour]) -> Iterator[list[Tour]]:
    """Every way to divide doors between two tours, or to send one to all of them, that is cheap and short enough."""
    most = sum(tour.cost for tour in pair) + DEARER
    longest = sum(tour.travel for tour in pair) + FARTHER
    for chosen in range(1 << (len(doors) - 1)):
        first = tuple(door for place, door in enumerate(doors) if place == 0 or chosen >> (place - 1) & 1)
        second = tuple(door for door in doors if door not in first)
        parts = (first, second) if second else (first,)
        officers = [tours.officers(part) for part in parts]
        if None in officers or sum(each or 0 for each in officers) > most:
            continue
        made = [tour for part in parts if (tour := tours.tour(part)) is not None]
        fits = sum(tour.cost for tour in made) <= most and sum(tour.travel for tour in made) <= longest
        if fits and len(made) == len(parts):
            yield made
