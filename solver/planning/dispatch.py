"""Sending tours out: each to its half-day, and what finds no place door by door, then piece by piece.

Greedy and quick; rework.py improves the outcome. Never leaves a matter unserved that still has a place by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from solver.planning.consolidate import Door, door
from solver.planning.ids import TargetId
from solver.planning.problem import Matter
from solver.planning.staffing import THIN_COST
from solver.planning.timetable import Score, Timetable, TourNumber
from solver.planning.tours.block import schedule

MOST_TRIED = 6
"""How many tours are asked to take a door along before it gets one of its own."""
MOST_SCHEDULED, SCHEDULE_WORK = 20_000, 2.0
"""So many (tour, half-day) pairs are scheduled all at once, with so many deterministic seconds."""
MOST_DIVIDED = 4
"""Up to so many matters behind one door every part of them is tried; beyond, by department."""


def dispatch(timetable: Timetable, tours: Iterable[Sequence[Door]]) -> list[Matter]:
    """Place tours, those with least choice first, and what does not fit door by door, key matters first.

    Returns the matters that were left without a place.
    """
    ordered = sorted(tours, key=_choice)
    left = [door for tour in ordered if timetable.place(tour) is None for door in tour]
    if left and len(ordered) * len(timetable.ground.capacity) <= MOST_SCHEDULED:
        left = _scheduled(timetable, ordered, left)
    left.sort(key=lambda one: (not any(matter.key for matter in one.matters), _choice((one,))))
    return [matter for each in left for matter in squeeze(timetable, each)]


def _scheduled(timetable: Timetable, tours: Sequence[Sequence[Door]], left: list[Door]) -> list[Door]:
    """Try half-days that CP-SAT finds for all tours at once; kept if more doors find a place than one after another."""
    ground = timetable.ground
    before = [timetable.remove(number) for number in list(timetable.stints)]
    found = schedule(ground, timetable.staffing, timetable.travel, tours, SCHEDULE_WORK)
    placed = {number for number, half_day in found if timetable.place(tours[number], 1 << half_day) is not None}
    missing = [door for number, tour in enumerate(tours) if number not in placed for door in tour]
    if len(missing) < len(left):
        return missing
    for number in list(timetable.stints):
        timetable.remove(number)
    for stint in before:
        timetable.restore(stint)
    return left


def spread(timetable: Timetable) -> None:
    """Move each tour in turn to the half-day that suits it best now: draws stay wide where the rest leaves room."""
    for number in sorted(timetable.stints):
        stint = timetable.remove(number)
        if timetable.place(stint.doors) is None:
            timetable.restore(stint)


def reunite(timetable: Timetable) -> None:
    """Put the parts of a visit that once had to be divided behind one door again, where there is room by now."""
    visits: dict[TargetId, list[Door]] = defaultdict(list)
    for stint in timetable.stints.values():
        for each in stint.doors:
            visits[each.target].append(each)
    for target in sorted(target for target, doors in visits.items() if len(doors) > 1):
        for one, other in combinations(visits[target], 2):
            whole = door(timetable.ground, timetable.staffing, (*one.matters, *other.matters))
            if whole.half_days and _replaced(timetable, (one, other), whole):
                break


def _replaced(timetable: Timetable, visited: Sequence[Door], whole: Door) -> bool:
    """Take these doors off their tours and open one in their stead; all as it was if that finds no place."""
    numbers = [number for number, stint in timetable.stints.items() if any(each in stint.doors for each in visited)]
    old = [timetable.remove(number) for number in numbers]
    shorter = [
        timetable.place(rest, 1 << stint.half_day)
        for stint in old
        if (rest := tuple(each for each in stint.doors if each not in visited))
    ]
    if None not in shorter and join(timetable, whole) is not None:
        return True
    # by their doors: whoever was asked to take the whole along has a new number by now
    kept = [each for stint in old for each in stint.doors if each not in visited]
    for number in [number for number, stint in timetable.stints.items() if any(each in kept for each in stint.doors)]:
        timetable.remove(number)
    for stint in old:
        timetable.restore(stint)
    return False


def squeeze(timetable: Timetable, one: Door) -> list[Matter]:
    """Find a place for one door: behind another, alone, on another tour, in parts; returns what found none."""
    if widen(timetable, one) or (one.half_days and join(timetable, one) is not None):
        return []
    return _in_parts(timetable, one)


def widen(timetable: Timetable, one: Door) -> bool:
    """Put a door's matters behind one that is visited anyway, at the same target."""
    if not timetable.visited(one.target):
        return False
    for number, stint in sorted(timetable.stints.items()):
        for place, known in enumerate(stint.doors):
            if known.target != one.target:
                continue
            wider = door(timetable.ground, timetable.staffing, (*known.matters, *one.matters))
            if wider.half_days >> stint.half_day & 1:
                timetable.remove(number)
                doors = (*stint.doors[:place], wider, *stint.doors[place + 1 :])
                if timetable.place(doors, 1 << stint.half_day) is not None:
                    return True
                timetable.restore(stint)
    return False


def join(timetable: Timetable, one: Door) -> TourNumber | None:
    """Put a door on the tour that costs least more, or send a tour of its own."""
    alone = sum(demand.officers for demand in one.demands)
    for added, number in _hosts(timetable, one)[:MOST_TRIED]:
        if added >= alone:
            break
        joined = _onto(timetable, number, one)
        if joined is not None:
            return joined
    placed = timetable.place((one,))
    if placed is not None:
        return placed
    for _, number in _hosts(timetable, one):
        joined = _onto(timetable, number, one)
        if joined is not None:
            return joined
    return None


def score(timetable: Timetable, unserved: Iterable[Matter]) -> Score:
    """Judge a state in the order of the specification's "What a good plan is"."""
    left = tuple(unserved)
    stints = timetable.stints.values()
    strain = timetable.strains()
    return Score(
        unserved_key=sum(matter.key for matter in left),
        unserved=len(left),
        visits=sum(len(stint.doors) for stint in stints),
        borrowed=timetable.borrowed(),
        cost=sum(stint.officers for stint in stints) + THIN_COST * strain.thin,
        chanceless=strain.chanceless,
        travel=sum(stint.travel for stint in stints),
    )


def parts(timetable: Timetable, one: Door) -> list[Door]:
    """The lesser doors that hold some of a door's matters and could each be visited, most matters first."""
    units: list[tuple[Matter, ...]] = [(matter,) for matter in one.matters]
    if len(units) > MOST_DIVIDED:
        departments = dict.fromkeys(matter.department for matter in one.matters)
        units = [tuple(each for each in one.matters if each.department == name) for name in departments]
    sizes = range(len(units) - 1, 0, -1)
    if len(units) > MOST_DIVIDED:
        sizes = range(1, 0, -1)
    found = []
    for size in sizes:
        for some in combinations(units, size):
            part = door(timetable.ground, timetable.staffing, [matter for unit in some for matter in unit])
            if part.half_days:
                found.append(part)
    return found


def _choice(tour: Sequence[Door]) -> tuple[int, int, str]:
    """The least choice of half-days first, then the most people."""
    half_days = -1
    for each in tour:
        half_days &= each.half_days
    people = sum(demand.officers for each in tour for demand in each.demands)
    return (half_days.bit_count(), -people, tour[0].matters[0].id)


def _hosts(timetable: Timetable, one: Door) -> list[tuple[int, TourNumber]]:
    """Tours that have time for one more door, by the officers it would add."""
    ground, most = timetable.ground, timetable.ground.problem.policy.max_visits_per_tour
    hosts = []
    for number, stint in timetable.stints.items():
        if not one.half_days >> stint.half_day & 1 or len(stint.doors) >= most:
            continue
        if timetable.visited(one.target) >> stint.half_day & 1:
            continue
        least = min(timetable.travel.minutes(one.target, each.target) for each in stint.doors)
        length = sum(each.minutes for each in stint.doors) + stint.travel + one.minutes + least
        if length <= ground.capacity[stint.half_day]:
            sent = {post.department for post in stint.posts}
            added = sum(demand.officers for demand in one.demands if demand.department not in sent)
            hosts.append((added, number))
    return sorted(hosts)


def _onto(timetable: Timetable, number: TourNumber, one: Door) -> TourNumber | None:
    stint = timetable.remove(number)
    joined = timetable.place((*stint.doors, one), 1 << stint.half_day)
    if joined is None:
        timetable.restore(stint)
    return joined


def _in_parts(timetable: Timetable, one: Door) -> list[Matter]:
    left = list(one.matters)
    for part in parts(timetable, one):
        if not all(matter in left for matter in part.matters):
            continue
        if widen(timetable, part) or join(timetable, part) is not None:
            left = [matter for matter in left if matter not in part.matters]
    return left
