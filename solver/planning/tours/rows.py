"""What tours must serve: rows of the covering programme, and at how many visits each target must be done.

A target whose matters can be divided into as few visits in several ways has a stop for every door of every way; tours
then choose among them.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from solver.planning.consolidate import Door, Doorway
from solver.planning.ids import MatterId
from solver.planning.tours.field import SCALE
from solver.planning.tours.stops import Ints


class Whole(NamedTuple):
    """Duals in whole numbers: what each stop is worth, and what each target is."""

    worth: Ints
    values: tuple[int, ...]


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """For each stop the rows it serves and the limit it counts for, by position.

    Matters that are always served together share a row.
    """

    served: tuple[tuple[int, ...], ...]
    limited: tuple[int | None, ...]
    count: int
    limits: tuple[tuple[int, int], ...]
    """(target's position among the doorways, visits at most), where there is a choice."""
    targets: tuple[tuple[int, ...], ...]
    """The rows of each target."""
    at_hand: frozenset[int]
    """The stops of the divisions that consolidation proposed."""

    def worth(self, earned: Sequence[float], visits: Sequence[float]) -> npt.NDArray[np.float64]:
        """What each stop is worth, given what rows earn and what visits cost where they are limited."""
        return np.array(
            [
                sum(earned[row] for row in rows) - (0 if limit is None else visits[limit])
                for rows, limit in zip(self.served, self.limited, strict=True)
            ]
        )

    def in_whole(self, earned: Sequence[float], visits: Sequence[float]) -> Whole:
        """The same in whole numbers, earnings rounded down and costs up."""
        earns = [max(0, floor(each * SCALE)) for each in earned]
        costs = [max(0, ceil(each * SCALE)) for each in visits]
        worth = [
            sum(earns[row] for row in rows) - (0 if limit is None else costs[limit])
            for rows, limit in zip(self.served, self.limited, strict=True)
        ]
        values = [sum(earns[row] for row in rows) for rows in self.targets]
        for (target, most), cost in zip(self.limits, costs, strict=True):
            values[target] -= most * cost
        return Whole(np.array(worth, dtype=np.int64), tuple(values))


def stops_of(ways: Sequence[Doorway]) -> tuple[Door, ...]:
    """Every door that may be visited, target by target: the stops of the columns."""
    return tuple(door for way in ways for door in way.choices)


def lay_rows(ways: Sequence[Doorway]) -> Rows:
    """Write down what the stops of these targets serve."""
    served: list[tuple[int, ...]] = []
    limited: list[int | None] = []
    limits: list[tuple[int, int]] = []
    targets: list[tuple[int, ...]] = []
    at_hand: list[int] = []
    count = 0
    for position, way in enumerate(ways):
        number = _classes(way.choices)
        rows = sorted(set(number.values()))
        targets.append(tuple(count + row for row in rows))
        at_hand += range(len(served), len(served) + len(way.doors))
        choice = len(way.choices) > len(way.doors)
        for door in way.choices:
            served.append(tuple(sorted({count + number[matter.id] for matter in door.matters})))
            limited.append(len(limits) if choice else None)
        if choice:
            limits.append((position, len(way.doors)))
        count += len(rows)
    return Rows(
        served=tuple(served),
        limited=tuple(limited),
        count=count,
        limits=tuple(limits),
        targets=tuple(targets),
        at_hand=frozenset(at_hand),
    )


def _classes(choices: Sequence[Door]) -> dict[MatterId, int]:
    """Number the matters of one target; those behind the same doors get the same number."""
    behind: dict[MatterId, list[int]] = defaultdict(list)
    for place, door in enumerate(choices):
        for matter in door.matters:
            behind[matter.id].append(place)
    classes: dict[tuple[int, ...], int] = {}
    return {matter: classes.setdefault(tuple(places), len(classes)) for matter, places in behind.items()}
