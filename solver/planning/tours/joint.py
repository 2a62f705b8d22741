"""One covering programme over the tours that all neighbourhoods found: prices that know of every neighbour.

Solved to a part in ten thousand (PDLP): whatever its prices are, what is proven of them is proven in pricing.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from ortools.linear_solver import pywraplp

from solver.planning.consolidate import Doorway
from solver.planning.ground import Ground
from solver.planning.ids import TargetId
from solver.planning.tours.cover import Members
from solver.planning.tours.dive import dive, limited
from solver.planning.tours.field import SCALE, Quote, Reals
from solver.planning.tours.quotes import Priced, quotes_for, settled, sound
from solver.planning.tours.rows import Whole, lay_rows, stops_of

PDLP = (
    "termination_criteria { iteration_limit: 20000 "
    "simple_optimality_criteria { eps_optimal_absolute: 1e-4 eps_optimal_relative: 1e-4 } }"
)
"""So exactly, and given up after so many iterations."""
BOLD = 0.5
"""Prices go half the way from the best proven ones to the programme's: all the way, they would swing."""
NEAR = 1.5
"""Tours dearer than their worth by more officer half-days than this leave the programme."""


class Asked(NamedTuple):
    """Prices to be checked: quotes, what they are the worth of (positions among the stops), values of targets."""

    quotes: tuple[Quote, ...]
    places: tuple[int, ...]
    whole: Whole
    earned: Reals
    visits: Reals


class Joint:
    """The tours known, their prices, and what is proven so far."""

    def __init__(self, ground: Ground, ways: Sequence[Doorway]) -> None:
        self._ground = ground
        self._ways = ways
        self._rows = lay_rows(ways)
        self._asks = [{demand.department: demand.officers for demand in each.demands} for each in stops_of(ways)]
        self._cost: dict[Members, int] = {}
        self._steady: tuple[Reals, Reals] | None = None
        self.proven: Mapping[TargetId, int] = {}
        self.whole = Whole(np.zeros(0, dtype=np.int64), ())
        self.add((place,) for place in range(len(self._asks)))

    @property
    def bound(self) -> int:
        """The officer half-days proven so far, SCALE each."""
        return sum(self.proven.values())

    def add(self, tours: Iterable[Members]) -> int:
        """Offer tours, in any order of doors; how many are new."""
        before = len(self._cost)
        for tour in tours:
            self._cost.setdefault(tuple(sorted(tour)), self._officers(tour))
        return len(self._cost) - before

    def ask(self, seconds: float | None = None) -> Asked | None:
        """Solve the programme; prices between the best proven ones and its own, as quotes.

        None if it fails, or is not done in so many seconds.
        """
        solved = None if seconds == 0 else self._solved(seconds)
        if solved is None:
            return None
        earned, visits = solved
        self.whole = self._rows.in_whole(earned.tolist(), visits.tolist())
        if self._steady is not None:
            earned = BOLD * earned + (1 - BOLD) * self._steady[0]
            visits = BOLD * visits + (1 - BOLD) * self._steady[1]
        whole = self._rows.in_whole(earned.tolist(), visits.tolist())
        quotes = quotes_for(self._ground, self._ways, whole.worth.tolist())
        good = [sound(self._ground, way) for way in self._ways for _ in way.choices]
        places = [place for place, worth in enumerate(whole.worth.tolist()) if worth > 0 and good[place]]
        return Asked(tuple(quotes), tuple(places), whole, earned, visits)

    def learn(self, asked: Asked, found: Sequence[Priced]) -> int:
        """Take over the tours found, and the prices if more is proven by them; how many tours are new."""
        values = {
            way.doors[0].target: value
            for way, value in zip(self._ways, asked.whole.values, strict=True)
            if sound(self._ground, way)
        }
        proven = settled(self._ways, values, asked.quotes, found)
        if sum(proven.values()) > self.bound or self._steady is None:
            self.proven = proven
            earned = asked.earned.copy()
            for each in found:
                for quote, lost in each.lost.items():
                    row = self._rows.served[asked.places[quote]][0]
                    earned[row] = max(0.0, earned[row] - lost / SCALE)
            self._steady = (earned, asked.visits)
        return self.add(tuple(asked.places[each] for each in tour) for one in found for tour in one.tours)

    def tours(self) -> list[Members]:
        """All tours known of more than one door."""
        return [tour for tour in self._cost if len(tour) > 1]

    def chosen(
        self, driven: AbstractSet[int], possible: Callable[[Members], bool], left: Callable[[], float | None]
    ) -> list[Members] | None:
        """Tours that serve each door driven now exactly once, as the programme would have it; None if it fails.

        So it does when no seconds are `left` (None: as long as it takes).
        """
        parts: dict[Members, int] = {}
        for tour, officers in self._cost.items():
            part = tuple(place for place in tour if place in driven)
            if part:
                parts.setdefault(part, officers if len(part) == len(tour) else self._officers(part))
        return dive(parts, self._officers, possible, left)

    def _officers(self, tour: Iterable[int]) -> int:
        most: dict[int, int] = {}
        for place in tour:
            for department, officers in self._asks[place].items():
                most[department] = max(most.get(department, 0), officers)
        return max(self._ground.problem.policy.team_minimum, sum(most.values()))

    def _solved(self, seconds: float | None) -> tuple[Reals, Reals] | None:
        solver = pywraplp.Solver.CreateSolver("PDLP")
        solver.SetSolverSpecificParametersAsString(PDLP)
        limited(solver, seconds)
        rows = [solver.Constraint(1, solver.infinity()) for _ in range(self._rows.count)]
        limits = [solver.Constraint(-solver.infinity(), most) for _, most in self._rows.limits]
        objective = solver.Objective()
        objective.SetMinimization()
        for tour, officers in self._cost.items():
            taken = solver.NumVar(0, solver.infinity(), "")
            objective.SetCoefficient(taken, officers)
            for place in tour:
                for row in self._rows.served[place]:
                    rows[row].SetCoefficient(taken, 1)
                limit = self._rows.limited[place]
                if limit is not None:
                    limits[limit].SetCoefficient(taken, 1)
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        earned = np.array([row.dual_value() for row in rows])
        visits = np.array([-limit.dual_value() for limit in limits])
        self._forget(earned, visits)
        return earned, visits

    def _forget(self, earned: Reals, visits: Reals) -> None:
        """Drop tours that are far from being worth it."""
        worth = self._rows.worth(earned.tolist(), visits.tolist())
        self._cost = {
            tour: officers
            for tour, officers in self._cost.items()
            if len(tour) == 1 or officers - sum(worth[place] for place in tour) < NEAR
        }
