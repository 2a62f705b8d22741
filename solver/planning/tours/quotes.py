"""Prices for all that is to be served, and how far they are proven.

A price is proven when no lawful tour serves more than its officers cost at these prices. Prices come from shards that
know nothing of each other's doors; exact.py says by how much they are too high, and by so much they are lowered.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from solver.planning.consolidate import Door, Doorway
from solver.planning.ground import Ground
from solver.planning.ids import TargetId
from solver.planning.problem import Matter
from solver.planning.staffing import MOST_PARTITIONED
from solver.planning.tours.exact import overdone, teams
from solver.planning.tours.field import Quote, lay_field

ROUNDING = 1e-12
"""More than a division can be off by."""
LEADERS = 64
"""So many leaders are searched together: near each other, with the same departments."""


class Excess(msgspec.Struct, frozen=True, kw_only=True):
    """By what factor each quote is too high (1: not), as far as was looked; `unsettled` leaders were given up."""

    factors: tuple[float, ...]
    unsettled: tuple[int, ...]


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """What some leaders' worths had to be lowered by (by position among the quotes), and the tours for which."""

    lost: dict[int, int]
    tours: tuple[tuple[int, ...], ...]


def quotes_for(ground: Ground, ways: Sequence[Doorway], worth: Sequence[int]) -> list[Quote]:
    """The stops with what they are worth, less those worth nothing and targets of which not all divisions are known."""
    priced = iter(worth)
    return [
        Quote(
            target=door.target,
            minutes=door.minutes,
            half_days=_half_days(ground, door),
            asked=tuple((demand.department, demand.officers) for demand in door.demands),
            worth=price,
        )
        for way in ways
        for door, price in zip(way.choices, priced, strict=False)
        if price > 0 and sound(ground, way)
    ]


def excess(ground: Ground, quotes: Sequence[Quote], part: int, parts: int, stop: Callable[[], bool]) -> Excess:
    """By how much quotes are too high, as far as one part of the leaders says; how they are divided changes nothing."""
    field = lay_field(ground, quotes)
    worth = np.array([quote.worth for quote in quotes], dtype=np.int64)
    factors = np.ones(len(quotes))
    unsettled: list[int] = []
    for leaders in teams(field, LEADERS)[part::parts]:
        found = overdone(field, worth, leaders, stop)
        if found is None:
            unsettled += leaders.tolist()
        else:
            np.maximum.at(factors, found.rows, found.share)
    return Excess(factors=tuple(factors.tolist()), unsettled=tuple(unsettled))


def unsettled(ground: Ground, quotes: Sequence[Quote], unseen: Sequence[int], parts: int) -> Excess:
    """What is known of parts that nobody looked at: nothing."""
    leaders = teams(lay_field(ground, quotes), LEADERS) if unseen else []
    rows = [row for part in unseen for some in leaders[part::parts] for row in some.tolist()]
    return Excess(factors=(1.0,) * len(quotes), unsettled=tuple(rows))


def proven(values: Mapping[TargetId, int], quotes: Sequence[Quote], found: Sequence[Excess]) -> dict[TargetId, int]:
    """What serving each target costs at least, given that all targets are served in as few visits as can be.

    `values` are what targets served whole are worth at the quotes. Lowering the prices of a target by the greatest
    excess of its doors proves them: a tour worth more than its officers by some factor has lost at least that factor
    on each of its doors. What was not settled is worth nothing.
    """
    factor = dict.fromkeys(values, 1.0)
    for each in found:
        for quote, too_high in zip(quotes, each.factors, strict=True):
            factor[quote.target] = max(factor[quote.target], too_high)
        for row in each.unsettled:
            factor[quotes[row].target] = np.inf
    return {
        target: value if factor[target] <= 1 else int(value / factor[target] * (1 - ROUNDING))
        for target, value in values.items()
        if value > 0
    }


def settled(
    ways: Sequence[Doorway], values: Mapping[TargetId, int], quotes: Sequence[Quote], found: Sequence[Priced]
) -> dict[TargetId, int]:
    """What serving each target costs at least, given that all targets are served in as few visits as can be.

    A target's value falls by all that its doors lose; or, if that is less, by the most that one loses for each of its
    visits, as if every visit there cost so much.
    """
    total: dict[TargetId, int] = dict.fromkeys(values, 0)
    most: dict[TargetId, int] = dict.fromkeys(values, 0)
    for each in found:
        for place, lost in each.lost.items():
            target = quotes[place].target
            total[target] += lost
            most[target] = max(most[target], lost)
    visits = {way.doors[0].target: len(way.doors) for way in ways}
    return {
        target: left
        for target, value in values.items()
        if (left := value - min(total[target], visits[target] * most[target])) > 0
    }


def sound(ground: Ground, way: Doorway) -> bool:
    """Whether a target with no more visits than its bound surely has these: every division is known.

    People of fixed tours might still be shared: where there are any, only what windows and separation say counts.
    """
    matters = [matter for door in way.doors for matter in door.matters]
    kinds = {expertise for matter in matters for expertise in matter.expertise}
    if not way.every or len(kinds) > MOST_PARTITIONED:
        return False
    return not ground.problem.fixed or len(way.doors) == by_separation(matters)


def by_separation(matters: Sequence[Matter]) -> int:
    """The visits that these matters of one target need for the sake of separation alone: separate ones share none."""
    separate = sum(matter.separate for matter in matters)
    return separate + (separate < len(matters))


def _half_days(ground: Ground, door: Door) -> int:
    """Those in which a door can be visited; people who are on fixed tours might still have chances elsewhere."""
    if not ground.problem.fixed:
        return door.half_days
    half_days = -1
    for matter in door.matters:
        half_days &= ground.open[matter.id]
    return half_days
