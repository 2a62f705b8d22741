"""How far prices of doors are too high, and which tours say so: the exact search over all leaders, part by part.

Proven at any moment: a leader that was not searched is worth nothing, so that no tour it leads is worth too much.
"""

from collections.abc import Callable, Sequence

import numpy as np

from solver.planning.ground import Ground
from solver.planning.tours.field import Field, Quote, lay_field
from solver.planning.tours.grid import DEEPEST, Grid, bench_for, grid_of
from solver.planning.tours.quotes import Priced
from solver.planning.tours.search import dearest_tours
from solver.planning.tours.stops import Ints

MOST_STEPS = 20_000_000
"""After so many doors tried a leader's tours not tried yet are taken to be worth what they can be at most."""
KEPT = 4
"""So many tours of a leader are told of."""
AT_ONCE = 8
"""So many leaders are searched before it is asked whether to stop."""


def price(ground: Ground, quotes: Sequence[Quote], part: int, parts: int, stop: Callable[[], bool]) -> Priced:
    """Search the tours of one part of the leaders; not knowing what other parts lower only makes it safer."""
    field = lay_field(ground, quotes)
    grid = grid_of(field)
    worth = np.array([quote.worth for quote in quotes], dtype=np.int64)
    bench = bench_for(grid)
    lost: dict[int, int] = {}
    tours: list[tuple[int, ...]] = []
    leaders = _part(field, grid, part, parts)
    for start in range(0, len(leaders), AT_ONCE):
        some = leaders[start : start + AT_ONCE]
        if stop():
            lost |= unpriced(worth, some)
            continue
        lowered = np.zeros(len(some), dtype=np.int64)
        found = np.full((len(some), KEPT, DEEPEST + 1), -1, dtype=np.int64)
        dearest_tours(grid, worth, bench, some, lowered, found, MOST_STEPS)
        dear = np.flatnonzero(lowered)
        lost |= dict(zip(some[dear].tolist(), lowered[dear].tolist(), strict=True))
        tours += [tuple(row[row >= 0].tolist()) for row in found[dear].reshape(-1, DEEPEST + 1) if row[0] >= 0]
    return Priced(lost=lost, tours=tuple(tours))


def unpriced(worth: Ints, leaders: Ints) -> dict[int, int]:
    """Leaders that nobody searched lose all they are worth."""
    return {leader: int(worth[leader]) for leader in leaders.tolist() if worth[leader] > 0}


def _part(field: Field, grid: Grid, part: int, parts: int) -> Ints:
    """Leaders near each other, those that lead least first: what is lowered for one counts for the next."""
    order = np.argsort(np.nan_to_num(field.spots[:, 1]), kind="stable")
    mine = np.array_split(order, parts)[part]
    leaders: Ints = mine[np.argsort(-grid.rank[mine], kind="stable")]
    return leaders
