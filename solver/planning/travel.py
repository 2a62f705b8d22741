"""Travel minutes looked up by target, each pair worked out once (geometry.py says how).

Nothing is searched here.
"""

from collections.abc import Sequence
from itertools import pairwise

from solver.planning.geometry import places, travel_minutes
from solver.planning.ids import TargetId
from solver.planning.problem import Problem

LONGEST_EXACT = 6
"""Orders of up to so many visits are all tried: 6 visits have 360 that differ."""


class Travel:
    """Minutes between targets; symmetric, nothing but a memory."""

    def __init__(self, problem: Problem) -> None:
        self._policy = problem.policy
        self._places = places(problem)
        self._known: dict[tuple[TargetId, TargetId], int] = {}

    def minutes(self, one: TargetId, other: TargetId) -> int:
        """Whole minutes from one target to another."""
        pair = (one, other) if one < other else (other, one)
        known = self._known.get(pair)
        if known is None:
            known = travel_minutes(self._places.get(one), self._places.get(other), self._policy)
            self._known[pair] = known
        return known

    def matrix(self, targets: Sequence[TargetId]) -> list[list[int]]:
        """Minutes between all of these targets; not remembered, for a shard asks only once."""
        spots = [self._places.get(target) for target in targets]
        rows = [[0] * len(targets) for _ in targets]
        for row, here in enumerate(spots):
            for column in range(row):
                rows[row][column] = rows[column][row] = travel_minutes(here, spots[column], self._policy)
        return rows

    def route(self, targets: Sequence[TargetId]) -> tuple[int, tuple[int, ...]]:
        """The least travel that visits all of these once, and the order (as positions), ends free.

        Exact by dynamic programming up to LONGEST_EXACT targets, above that the order given.
        """
        if len(targets) > LONGEST_EXACT:
            return sum(self.minutes(one, other) for one, other in pairwise(targets)), tuple(range(len(targets)))
        ending: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {
            (1 << place, place): (0, (place,)) for place in range(len(targets))
        }
        for _ in range(1, len(targets)):
            longer: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
            for (seen, last), (minutes, order) in ending.items():
                for place in range(len(targets)):
                    if seen >> place & 1:
                        continue
                    way = (minutes + self.minutes(targets[last], targets[place]), (*order, place))
                    key = (seen | 1 << place, place)
                    if key not in longer or way < longer[key]:
                        longer[key] = way
            ending = longer
        return min(ending.values())
