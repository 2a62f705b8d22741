"""Neighbourhoods that can be planned apart from each other, and the planning of one: a value in, a value out.

A shard's job carries everything it needs but the problem, so it can run in any process that has laid the problem out.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from solver.planning.consolidate import Door, Doorway
from solver.planning.geometry import places
from solver.planning.ground import Ground, bits
from solver.planning.staffing import Demand, Staffing, merged
from solver.planning.tours.cover import DEAR, Column, Effort, Found, Members, choose, enrich, generate, refine
from solver.planning.tours.field import SCALE
from solver.planning.tours.rows import lay_rows, stops_of
from solver.planning.tours.stops import Prices, Stops, lay_stops, lengths
from solver.planning.travel import Travel

TOO_FEW = 100
"""More than any tour costs: a door whose departments miss the team minimum by themselves should share a tour."""


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """Targets near each other, and how hard to look for their tours; `seconds`, if given, bounds the last step.

    Where more is known: what stops are `worth` (SCALE an officer half-day), tours at hand, and those driven now.
    """

    ways: tuple[Doorway, ...]
    effort: Effort
    seconds: float | None
    worth: tuple[int, ...] = ()
    known: tuple[Members, ...] = ()
    now: tuple[Members, ...] = ()


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A shard's tours, as positions among its stops in driving order; what stops and targets are worth (cover.py).

    `found` are all tours that were worth considering.
    """

    tours: tuple[Members, ...]
    worth: tuple[int, ...]
    values: tuple[int, ...]
    found: tuple[Members, ...] = ()


def split(ground: Ground, ways: Sequence[Doorway], most: int) -> list[tuple[Doorway, ...]]:
    """Divide targets into neighbourhoods of at most `most` visits, halving the longer side again and again."""
    known = places(ground.problem)
    spots = [known.get(way.doors[0].target) for way in ways]
    here = [(spot.lat, spot.lon) if spot else (0.0, 0.0) for spot in spots]
    return [tuple(ways[place] for place in part) for part in _halved(list(range(len(ways))), here, ways, most)]


def _halved(
    part: list[int], here: Sequence[tuple[float, float]], ways: Sequence[Doorway], most: int
) -> list[list[int]]:
    if len(part) <= 1 or sum(len(ways[place].doors) for place in part) <= most:
        return [part] if part else []
    spans = [max(axis) - min(axis) for axis in zip(*(here[place] for place in part), strict=True)]
    longer = 0 if spans[0] >= spans[1] else 1
    order = sorted(part, key=lambda place: (here[place][longer], here[place], ways[place].doors[0].target))
    middle = len(order) // 2
    return [half for some in (order[:middle], order[middle:]) for half in _halved(some, here, ways, most)]


def driven(ways: Sequence[Doorway], drawn: Drawn | None) -> list[tuple[Door, ...]]:
    """The tours themselves; door by door where none were drawn."""
    if drawn is None:
        return [(door,) for way in ways for door in way.doors]
    stops = stops_of(ways)
    return [tuple(stops[place] for place in members) for members in drawn.tours]


def tours_of(ground: Ground, staffing: Staffing, travel: Travel, shard: Shard, stop: Callable[[], bool]) -> Drawn:
    """Serve a shard's targets by tours, each with as few visits as can be."""
    doors = stops_of(shard.ways)
    if not doors:
        return Drawn(tours=(), worth=(), values=())
    stops = lay_stops(ground, travel, doors)
    prices = Prices(
        worth=np.zeros(len(doors)),
        wages=np.array([officers for _, officers in stops.steps], dtype=np.float32),
        lengths=lengths(ground),
        least=ground.problem.policy.team_minimum,
    )
    rows = lay_rows(shard.ways)
    most = min(ground.problem.policy.max_visits_per_tour, len(doors))

    def price(members: Members) -> Column | None:
        return priced(ground, staffing, doors, stops, members)

    if shard.worth:
        dear = msgspec.structs.replace(prices, worth=np.array(shard.worth, dtype=np.float64) / SCALE)
        found = Found(enrich(stops, dear, shard.known, shard.effort, most=most), np.array(shard.worth), ())
    else:
        found = generate(stops, rows, prices, shard.effort, most=most, stop=stop)
    now = [column for each in shard.now if (column := price(each)) is not None]
    columns = list(dict.fromkeys([*now, *(column for each in found.tours if (column := price(each)) is not None)]))
    if shard.effort.refined:
        columns = refine(stops, rows, prices, shard.effort, columns, price, most=most, stop=stop)
    chosen = choose(rows, columns, shard.effort.work, shard.seconds, stop, now)
    return Drawn(
        tours=tuple(column.doors for column in chosen),
        worth=tuple(found.worth.tolist()),
        values=found.values,
        found=tuple(found.tours),
    )


def priced(ground: Ground, staffing: Staffing, doors: Sequence[Door], stops: Stops, members: Members) -> Column | None:
    """What a tour costs in its best half-day, crews worked out exactly; None when no half-day has the people."""
    demands = merged(demand for member in members for demand in doors[member].demands)
    travel = sum(int(stops.travel[one, other]) for one, other in pairwise(members))
    length = travel + sum(doors[member].minutes for member in members)
    cost = _least_cost(ground, staffing, [doors[member] for member in members], demands, length)
    if cost is None and len(members) == 1:
        cost = TOO_FEW + sum(demand.officers for demand in demands)
    return None if cost is None else Column(members, DEAR * cost + travel)


def cost_of(ground: Ground, staffing: Staffing, travel: Travel, doors: Sequence[Door]) -> int | None:
    """The same for doors in any order, in officer half-days and thin roles; None when no half-day has the people."""
    demands = merged(demand for door in doors for demand in door.demands)
    minutes, _ = travel.route([door.target for door in doors])
    return _least_cost(ground, staffing, doors, demands, minutes + sum(door.minutes for door in doors))


def _least_cost(
    ground: Ground, staffing: Staffing, doors: Sequence[Door], demands: tuple[Demand, ...], length: int
) -> int | None:
    half_days, allowed = -1, -1
    for door in doors:
        half_days &= door.half_days
        allowed &= door.allowed
    least = sum(demand.officers for demand in demands)
    best: int | None = None
    for half_day in bits(half_days):
        if length > ground.capacity[half_day]:
            continue
        every = staffing.staff(demands, allowed & ground.free[half_day])
        if every is not None:
            cost = sum(crews[0].cost for crews in every)
            best = cost if best is None else min(best, cost)
            if best <= least:
                break
    return best
