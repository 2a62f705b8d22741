"""Neighbourhoods that can be planned apart from each other, and the planning of one: a value in, a value out.

A shard's job carries everything it needs but the problem, so it can run in any process that has laid the problem out.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from solver.planning.consolidate import Door
from solver.planning.geometry import Place, places
from solver.planning.ground import Ground, bits
from solver.planning.ids import TargetId
from solver.planning.staffing import Demand, Staffing, merged
from solver.planning.tours.cover import Column, Effort, Members, choose, generate
from solver.planning.tours.stops import Prices, Stops, lay_stops, lengths
from solver.planning.travel import Travel

TOO_FEW = 100
"""More than any tour costs: a door whose departments miss the team minimum by themselves should share a tour."""
DEAR = 1000
"""One unit of cost (an officer half-day) in minutes of travel: travel only breaks ties."""


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """Doors near each other, and how hard to look for their tours; `seconds`, if given, bounds the last step."""

    doors: tuple[Door, ...]
    effort: Effort
    seconds: float | None


def split(ground: Ground, doors: Sequence[Door], most: int) -> list[tuple[Door, ...]]:
    """Divide doors into neighbourhoods of at most `most`, halving the longer side again and again."""
    known = places(ground.problem)
    return _halved(list(doors), known, most)


def _halved(doors: list[Door], known: dict[TargetId, Place], most: int) -> list[tuple[Door, ...]]:
    if len(doors) <= max(1, most):
        return [tuple(doors)] if doors else []
    spots = [known.get(door.target) for door in doors]
    here = [(spot.lat, spot.lon) if spot else (0.0, 0.0) for spot in spots]
    spans = [max(axis) - min(axis) for axis in zip(*here, strict=True)]
    longer = 0 if spans[0] >= spans[1] else 1
    order = sorted(range(len(doors)), key=lambda row: (here[row][longer], here[row], doors[row].target, row))
    middle = len(order) // 2
    return [
        part for rows in (order[:middle], order[middle:]) for part in _halved([doors[row] for row in rows], known, most)
    ]


def tours_of(
    ground: Ground, staffing: Staffing, travel: Travel, shard: Shard, stop: Callable[[], bool]
) -> list[Members]:
    """Divide a shard's doors into tours; each tour lists positions in `shard.doors` in driving order."""
    if not shard.doors:
        return []
    stops = lay_stops(ground, travel, shard.doors)
    prices = Prices(
        worth=np.zeros(len(shard.doors)),
        wages=np.ones(len(stops.steps), dtype=np.float32),
        lengths=lengths(ground),
        least=ground.problem.policy.team_minimum,
    )
    most = min(ground.problem.policy.max_visits_per_tour, len(shard.doors))
    found = generate(stops, prices, shard.effort, most=most, stop=stop)
    columns = [column for each in found if (column := priced(ground, staffing, shard.doors, stops, each)) is not None]
    chosen = choose(len(shard.doors), columns, shard.effort.work, shard.seconds, stop)
    return [column.doors for column in chosen]


def priced(ground: Ground, staffing: Staffing, doors: Sequence[Door], stops: Stops, members: Members) -> Column | None:
    """What a tour costs in its best half-day, crews worked out exactly; None when no half-day has the people."""
    demands = merged(demand for member in members for demand in doors[member].demands)
    travel = sum(int(stops.travel[one, other]) for one, other in pairwise(members))
    length = travel + sum(doors[member].minutes for member in members)
    cost = _least_cost(ground, staffing, [doors[member] for member in members], demands, length)
    if cost is None and len(members) == 1:
        cost = TOO_FEW + sum(demand.officers for demand in demands)
    return None if cost is None else Column(members, DEAR * cost + travel)


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
