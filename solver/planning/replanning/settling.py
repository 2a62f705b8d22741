"""Places for what could not stay: on tours of its own, then on standing tours, then by moving one visit for another.

Standing tours are left alone as long as that leaves nothing unserved. Which of them stand is standing.py's affair.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from solver.planning.calls import DivideDoors
from solver.planning.consolidate import Door, Doorway, consolidate, door
from solver.planning.crowding import cheapest_posts
from solver.planning.dispatch import join, squeeze, widen
from solver.planning.ground import bits
from solver.planning.ids import MatterId, TourId
from solver.planning.limits import Stop
from solver.planning.plan import Tour
from solver.planning.problem import Matter
from solver.planning.replanning.standing import Waiting, taken_out
from solver.planning.timetable import Stint, Timetable, TourNumber
from solver.planning.tours.cover import Effort
from solver.planning.tours.shards import Shard, driven, split
from solver.planning.workers import Workers

SHARD = 240
EFFORT = Effort(width=400, rounds=4, keep=1500, work=0.3)
MOST_SWAPS = 100
"""So many ways to make room are tried for one matter; each costs a few milliseconds."""

Doors = tuple[Door, ...]
Homes = Mapping[MatterId, int]
"""The half-day in which the old plan had each matter."""


def settle(timetable: Timetable, waiting: Waiting, workers: Workers, stop: Stop) -> None:
    """Send what is waiting out on tours of its own; what finds none goes along with others, in parts if need be."""
    ways = consolidate(timetable.ground, timetable.staffing, waiting.values())
    left = [
        each
        for tour in _tours(timetable, list(ways.values()), workers, stop)
        for each in _sent(timetable, tour, waiting)
    ]
    for each in sorted(
        left, key=lambda one: (not any(matter.key for matter in one.matters), one.half_days.bit_count())
    ):
        if stop():
            break
        missing = squeeze(timetable, each)
        for matter in each.matters:
            if matter not in missing:
                waiting.pop(matter.id)


def _tours(timetable: Timetable, ways: Sequence[Doorway], workers: Workers, stop: Stop) -> list[Doors]:
    parts = split(timetable.ground, ways, SHARD)
    calls = [DivideDoors(shard=Shard(ways=part, effort=EFFORT, seconds=None)) for part in parts]
    tours: list[Doors] = []
    for part, found in zip(parts, workers.each(calls, lambda _: None, stop), strict=True):
        tours += driven(part, found)
    return sorted(tours, key=lambda tour: (not any(m.key for each in tour for m in each.matters), _choice(tour)))


def _choice(tour: Sequence[Door]) -> tuple[int, str]:
    half_days = -1
    for each in tour:
        half_days &= each.half_days
    return (half_days.bit_count(), tour[0].matters[0].id)


def _sent(timetable: Timetable, tour: Sequence[Door], waiting: Waiting) -> list[Door]:
    """Place a tour, or else its doors one by one; returns the doors without a place."""
    if timetable.place(tour) is not None:
        taken_out(waiting, tour)
        return []
    left = [each for each in tour if timetable.place((each,)) is None]
    taken_out(waiting, [each for each in tour if each not in left])
    return left


def make_room(timetable: Timetable, waiting: Waiting, old: Homes, stop: Stop) -> bool:
    """For each matter still waiting move one visit, or one tour, to another time; whether any found a place."""
    found = False
    for matter in sorted(waiting.values(), key=lambda one: (not one.key, one.id)):
        if stop():
            break
        one = door(timetable.ground, timetable.staffing, (matter,))
        if not squeeze(timetable, one):
            taken_out(waiting, (one,))
            found = True
        elif _swapped_for(timetable, one, waiting, old, stop):
            found = True
    return found


def _swapped_for(timetable: Timetable, one: Door, waiting: Waiting, old: Homes, stop: Stop) -> bool:
    """Move the fewest visits that make room; a key matter takes the place of others even where they find none."""
    for may_lose in (False, True) if one.matters[0].key else (False,):
        for doors, gone in islice(_swaps(timetable, one, old), MOST_SWAPS):
            if stop():
                return False
            if may_lose and any(matter.key for each in gone for matter in each.matters):
                continue
            lost = _swap(timetable, doors, gone, one, may_lose=may_lose)
            if lost is not None:
                taken_out(waiting, (one,))
                waiting.update((matter.id, matter) for matter in lost)
                return True
    return False


def _swaps(timetable: Timetable, one: Door, old: Homes) -> list[tuple[Doors, Doors]]:
    """Tours with the visits that could make room for another: those first that move fewest visits from their home."""
    ways: list[tuple[int, int, Doors, Doors]] = []
    for half_day in bits(one.half_days):
        for stint in _in_the_way(timetable, one, half_day):
            at_home = [old.get(each.matters[0].id) == half_day for each in stint.doors]
            ways += [(at, 1, stint.doors, (each,)) for at, each in zip(at_home, stint.doors, strict=True)]
            if len(stint.doors) > 1:
                ways.append((sum(at_home), len(stint.doors), stint.doors, stint.doors))
    return [(doors, gone) for _, _, doors, gone in sorted(ways, key=lambda way: way[:2])]


def _in_the_way(timetable: Timetable, one: Door, half_day: int) -> list[Stint]:
    """The tours of a half-day that hold the target, the last car, or people without whom there are too few."""
    here = [timetable.stints[number] for number in timetable.at(half_day)]
    if timetable.visited(one.target) >> half_day & 1:
        return [stint for stint in here if any(each.target == one.target for each in stint.doors)]
    if timetable.tours_left(half_day) == 0:
        return here
    posts = cheapest_posts(timetable, one, half_day)
    short = timetable.shortage(half_day, posts) if posts else None
    reached = {claim.number for claim in short.claims} if short else set()
    return [stint for stint in here if not reached.isdisjoint(stint.seats)]


def _swap(
    timetable: Timetable, doors: Doors, gone: Sequence[Door], one: Door, *, may_lose: bool
) -> list[Matter] | None:
    """Put `one` in the half-day of the tour that `gone` leave; None, and all as it was, if that does not work.

    Returns what of `gone` has no place any more: nothing, unless they `may_lose` it.
    """
    before = dict(timetable.stints)
    here = 1 << timetable.remove(_number(timetable, doors)).half_day
    rest = tuple(each for each in doors if each not in gone)
    if _both(timetable, rest, one, here):
        if may_lose:
            return [matter for each in gone for matter in squeeze(timetable, each)]
        whole = len(gone) > 1 and timetable.place(gone) is not None
        if whole or all(_elsewhere(timetable, each) for each in gone):
            return []
    timetable.become(before)
    return None


def _both(timetable: Timetable, rest: Doors, one: Door, here: int) -> bool:
    """What remains of the tour and the newcomer: on a tour each, or on one together."""
    kept = timetable.place(rest, here) if rest else None
    if rest and kept is None:
        return False
    if timetable.place((one,), here) is not None:
        return True
    if kept is not None:
        timetable.remove(kept)
    return bool(rest) and timetable.place((*rest, one), here) is not None


def _elsewhere(timetable: Timetable, one: Door) -> bool:
    return timetable.place((one,)) is not None or widen(timetable, one) or join(timetable, one) is not None


def _number(timetable: Timetable, doors: Doors) -> TourNumber:
    """The tour that has just these doors; it may have been called off and restored under another number."""
    return next(number for number, stint in timetable.stints.items() if stint.doors is doors)


def come_back(timetable: Timetable, old: Sequence[Tour]) -> bool:
    """Return one visit to the half-day and tour it had, where others have made that possible; whether one did."""
    tours = {matter: tour for tour in old for visit in tour.visits for matter in visit.matters}
    visits = {matter: visit for tour in old for visit in tour.visits for matter in visit.matters}
    homes = _homes(timetable, old)
    for stint in list(timetable.stints.values()):
        for each in stint.doors:
            names = [matter.id for matter in each.matters]
            tour = tours.get(names[0])
            half_day = None if tour is None else timetable.ground.half_day.get(tour.half_day)
            if tour is None or half_day is None or not set(names) <= set(visits[names[0]].matters):
                continue
            home = homes.get(tour.id)
            if home is not stint.doors and _returned(timetable, stint.doors, each, home, half_day):
                return True
    return False


def _homes(timetable: Timetable, old: Sequence[Tour]) -> dict[TourId, Doors]:
    """For each old tour the one that holds most of its matters in its half-day."""
    names = {matter: tour.id for tour in old for visit in tour.visits for matter in visit.matters}
    half_days = {tour.id: timetable.ground.half_day.get(tour.half_day) for tour in old}
    shared: Counter[tuple[TourId, TourNumber]] = Counter()
    for number, stint in timetable.stints.items():
        for matter in (matter for each in stint.doors for matter in each.matters):
            if matter.id in names and half_days[names[matter.id]] == stint.half_day:
                shared[names[matter.id], number] += 1
    return {name: timetable.stints[number].doors for (name, number), _ in reversed(shared.most_common())}


def _returned(timetable: Timetable, doors: Doors, each: Door, home: Doors | None, half_day: int) -> bool:
    """Take a door off its tour and put it back on what is left of its old one; all as it was if that fails."""
    before = dict(timetable.stints)
    away = timetable.remove(_number(timetable, doors))
    rest = tuple(other for other in away.doors if other != each)
    left = not rest or timetable.place(rest, 1 << away.half_day) is not None
    if left and _rejoined(timetable, each, home, half_day):
        return True
    timetable.become(before)
    return False


def _rejoined(timetable: Timetable, each: Door, home: Doors | None, half_day: int) -> bool:
    doors: Doors = (each,)
    if home is not None:
        timetable.remove(_number(timetable, home))
        same = next((one for one in home if one.target == each.target), None)
        if same is None:
            doors = (*home, each)
        else:
            whole = door(timetable.ground, timetable.staffing, (*same.matters, *each.matters))
            doors = tuple(whole if one is same else one for one in home)
    most = timetable.ground.problem.policy.max_visits_per_tour
    possible = len(doors) <= most and all(one.half_days >> half_day & 1 for one in doors)
    return possible and timetable.place(doors, 1 << half_day) is not None
