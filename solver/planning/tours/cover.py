"""Which candidate tours to drive: column generation by linear programming, then CP-SAT over the columns worth having.

The linear programme is a covering one (leaving a door out of a tour keeps it lawful). Its value is no proven bound,
because the columns come from a beam search; bounds.py proves its own.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

import msgspec
import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from solver.planning.searching import search, searcher
from solver.planning.tours.grow import Grown, grow
from solver.planning.tours.rows import Rows
from solver.planning.tours.stops import Ints, Prices, Stops

Members = tuple[int, ...]

DEAR = 1000
"""One unit of cost (an officer half-day) in minutes of travel: travel only breaks ties."""
FIRST_WORTH = 0.6
"""What a door is taken to be worth before any tour is known, as a share of what it costs by itself."""
FIRST_KEPT, FIRST_SHARE = 1000, 0.35
"""The first search: among so many columns, with this share of the work; it comes within 2 % in a second."""


NEAR_WORTH = 0.7
"""Tours that cost so many officer half-days more than they are worth may still be the ones to choose."""
MOST_ORDERED = 6
"""Up to so many doors every order is tried."""


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """How hard to look for tours: width of the beam, rounds of pricing, columns for CP-SAT and its work units.

    `refined` are further rounds of pricing, by what tours cost with their crews.
    """

    width: int
    rounds: int
    keep: int
    work: float
    refined: int = 0


class Column(NamedTuple):
    """A candidate tour: doors in driving order and what it costs (officer half-days, thin roles, travel)."""

    doors: Members
    cost: int


class Found(NamedTuple):
    """Candidate tours, the most useful first, and the prices they were found by: the duals in whole numbers.

    `worth` of each stop is what it earns; `values` are what all of a target's matters earn, its visits paid.
    """

    tours: list[Members]
    worth: Ints
    values: tuple[int, ...]


class Master:
    """The covering programme over the columns found so far."""

    def __init__(self, rows: Rows) -> None:
        self._lines = rows
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._rows = [self._solver.Constraint(1, self._solver.infinity()) for _ in range(rows.count)]
        self._limits = [self._solver.Constraint(-self._solver.infinity(), most) for _, most in rows.limits]
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()

    def add(self, doors: Members, cost: float) -> None:
        """Offer one more tour."""
        tour = self._solver.NumVar(0, self._solver.infinity(), "")
        for door in doors:
            for row in self._lines.served[door]:
                self._rows[row].SetCoefficient(tour, 1)
            limit = self._lines.limited[door]
            if limit is not None:
                self._limits[limit].SetCoefficient(tour, 1)
        self._objective.SetCoefficient(tour, cost)

    def duals(self) -> tuple[list[float], list[float]]:
        """Solve; what serving each row is worth, and what each target's visits cost, at the optimum."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            msg = "a covering programme in which every door can go alone has an optimum"
            raise RuntimeError(msg)
        return [row.dual_value() for row in self._rows], [-limit.dual_value() for limit in self._limits]


def generate(stops: Stops, rows: Rows, prices: Prices, effort: Effort, *, most: int, stop: Callable[[], bool]) -> Found:
    """Find tours by pricing against the duals until none improves or the rounds are over."""
    count = len(stops.minutes)
    alone = np.maximum(stops.asks @ prices.wages, np.float32(prices.least))
    master = Master(rows)
    found: dict[Members, tuple[Members, float]] = {}
    for door in range(count):
        found[(door,)] = ((door,), float(alone[door]))
        master.add((door,), float(alone[door]))
    duals = master.duals()
    for number in range(effort.rounds):
        if stop():
            break
        # the first prices know no tour yet; somewhat lower ones lead to tours that are good in themselves
        worth = alone.astype(np.float64) * FIRST_WORTH if number == 0 else rows.worth(*duals)
        fresh = 0
        for name, doors, wages in _further(stops, msgspec.structs.replace(prices, worth=worth), effort, most, found):
            found[name] = (doors, wages)
            master.add(name, wages)
            fresh += 1
        if fresh == 0 and number > 0:
            break
        duals = master.duals()
    worth = rows.worth(*duals)
    regret = {name: cost - float(worth[list(name)].sum()) for name, (_, cost) in found.items()}
    best = sorted(found, key=lambda name: (round(regret[name], 6), name))[: effort.keep]
    chosen = dict.fromkeys([*best, *((door,) for door in range(count))])
    whole = rows.in_whole(*duals)
    return Found([found[name][0] for name in chosen], whole.worth, whole.values)


def refine(  # noqa: PLR0913 - what `generate` is given, and what it found
    stops: Stops,
    rows: Rows,
    prices: Prices,
    effort: Effort,
    columns: Sequence[Column],
    price: Callable[[Members], Column | None],
    *,
    most: int,
    stop: Callable[[], bool],
) -> list[Column]:
    """Price again by what tours cost with their crews in their best half-day; the most useful columns come first.

    Officers alone do not show whom areas, half-days and expertise leave for a role: thin ones cost more.
    """
    master = Master(rows)
    known: dict[Members, Column | None] = {}

    def offer(name: Members, column: Column | None) -> None:
        known[name] = column
        if column is not None:
            master.add(name, column.cost / DEAR)

    for column in columns:
        offer(tuple(sorted(column.doors)), column)
    worth = rows.worth(*master.duals())
    for _ in range(effort.refined):
        fresh = list(_further(stops, msgspec.structs.replace(prices, worth=worth), effort, most, known))
        if stop() or not fresh:
            break
        for name, doors, _ in fresh:
            offer(name, price(doors))
        worth = rows.worth(*master.duals())
    found = {name: column for name, column in known.items() if column is not None}
    regret = {name: column.cost / DEAR - float(worth[list(name)].sum()) for name, column in found.items()}
    best = sorted(found, key=lambda name: (round(regret[name], 6), name))[: effort.keep]
    alone = [name for name in found if len(name) == 1]
    return [found[name] for name in dict.fromkeys([*best, *alone])]


def _further(
    stops: Stops, prices: Prices, effort: Effort, most: int, known: Container[Members]
) -> Iterator[tuple[Members, Members, float]]:
    """Tours worth more than their officers that are not known yet: doors in order, in driving order, and officers."""
    each = max(10, effort.width // 300)
    for batch in grow(stops, prices, width=effort.width, most=most):
        for row in _promising(batch, len(stops.minutes), each=each):
            doors = tuple(batch.doors[row].tolist())
            name = tuple(sorted(doors))
            if name not in known:
                yield name, doors, float(batch.wages[row])


def enrich(stops: Stops, prices: Prices, known: Sequence[Members], effort: Effort, *, most: int) -> list[Members]:
    """Tours at hand and further ones near their worth at these prices, the most useful first, and each stop alone."""
    count = len(stops.minutes)
    tours = {tuple(sorted(tour)): in_order(stops, tour) for tour in known}
    for batch in grow(stops, prices, width=effort.width, most=most):
        for row in _promising(batch, count, each=max(10, effort.width // 300), least=-NEAR_WORTH):
            doors = tuple(batch.doors[row].tolist())
            tours.setdefault(tuple(sorted(doors)), doors)
    wages = {name: _wages(stops, prices, name) for name in tours}
    regret = {name: wages[name] - float(prices.worth[list(name)].sum()) for name in tours}
    best = sorted(tours, key=lambda name: (round(regret[name], 6), name))[: effort.keep]
    return [*(tours[name] for name in best), *((door,) for door in range(count) if (door,) not in best)]


def _wages(stops: Stops, prices: Prices, tour: Members) -> float:
    return max(float(stops.asks[list(tour)].max(axis=0) @ prices.wages), prices.least)


def in_order(stops: Stops, tour: Members) -> Members:
    """Its doors in the order of the shortest way; of very many as they are."""
    if len(tour) > MOST_ORDERED:
        return tour
    legs = stops.travel[np.ix_(tour, tour)].tolist()
    orders = (order for order in permutations(range(len(tour))) if order[0] <= order[-1])
    best = min(orders, key=lambda order: sum(legs[one][other] for one, other in pairwise(order)))
    return tuple(tour[place] for place in best)


def _promising(batch: Grown, count: int, *, each: int, least: float = 1e-4) -> list[int]:
    """Rows that bring more than `least`, by default what would lower the programme's cost.

    At most `each` for any one door beyond those that others need.
    """
    order = np.lexsort((np.arange(len(batch.gain)), -batch.gain))
    order = order[batch.gain[order] > least]
    uses = np.zeros(count, dtype=np.int64)
    rows: list[int] = []
    for row in order.tolist():
        doors = batch.doors[row]
        if uses[doors].min() < each:
            uses[doors] += 1
            rows.append(row)
    return rows


def choose(
    rows: Rows,
    columns: Sequence[Column],
    work: float,
    seconds: float | None,
    stop: Callable[[], bool],
    known: Sequence[Column] = (),
) -> list[Column]:
    """Choose columns that serve each row exactly once at the least cost, as far as the work allows.

    The most useful columns come first in `columns`; a first search among few of them gives the second a good start.
    Each stop must have a column of its own, so there always is a choice; `known` is one, if any is. Deterministic
    unless `seconds` cut it short.
    """
    few = [column for place, column in enumerate(columns) if place < FIRST_KEPT or len(column.doors) == 1]
    few = list(dict.fromkeys([*few, *known]))
    start = list(known) or _greedy(rows, few)
    for among, share in ((few, FIRST_SHARE), (columns, 1 - FIRST_SHARE)):
        if stop():
            break
        start = _searched(rows, among, start, searcher(work * share, seconds and seconds * share), stop)
    return start


def _searched(
    rows: Rows,
    columns: Sequence[Column],
    start: Sequence[Column],
    solver: cp_model.CpSolver,
    stop: Callable[[], bool],
) -> list[Column]:
    """The better of `start` and what a search from there finds."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in columns]
    serving: list[list[cp_model.IntVar]] = [[] for _ in range(rows.count)]
    visiting: list[list[cp_model.IntVar]] = [[] for _ in rows.limits]
    known = set(start)
    for column, takes in zip(columns, taken, strict=True):
        model.add_hint(takes, column in known)
        for door in column.doors:
            limit = rows.limited[door]
            if limit is not None:
                visiting[limit].append(takes)
            for row in rows.served[door]:
                serving[row].append(takes)
    for each in serving:
        model.add_exactly_one(each)
    for each, (_, most) in zip(visiting, rows.limits, strict=True):
        model.add(sum(each) <= most)
    model.minimize(cp_model.LinearExpr.weighted_sum(taken, [column.cost for column in columns]))
    if not search(solver, model, stop):
        return list(start)
    found = [column for column, takes in zip(columns, taken, strict=True) if solver.boolean_value(takes)]
    return min(list(start), found, key=lambda some: sum(column.cost for column in some))


def _greedy(rows: Rows, columns: Sequence[Column]) -> list[Column]:
    """A choice to start from, of the divisions at hand: the least cost a door first."""
    possible = [column for column in columns if rows.at_hand.issuperset(column.doors)]
    possible.sort(key=lambda column: (column.cost / len(column.doors), column.doors))
    left = set(rows.at_hand)
    chosen: list[Column] = []
    for column in possible:
        if left.issuperset(column.doors):
            left.difference_update(column.doors)
            chosen.append(column)
    return chosen
