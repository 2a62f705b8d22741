"""The least a round costs, by trying every plan: for tiny problems with people enough, in which rules 1 to 4 decide.

Written from planning.md alone; shares nothing with the planner but the problem and its distances.
"""

import math
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise, permutations

from solver.planning.geometry import places, travel_minutes
from solver.planning.problem import HalfDay, Matter, Problem

Visit = frozenset[str]
Tour = tuple[Visit, ...]


class EveryPlan:
    """Visits, tours and plans of one problem; matters are named by their identifiers."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._matters = {matter.id: matter for matter in problem.matters}
        self._closed = {target.id: set(target.closed) for target in problem.targets}
        self._places = places(problem)
        areas = {target.id: target.area for target in problem.targets}
        self._area = {matter.id: areas[matter.target] for matter in problem.matters}

    def tours(self, half_day: HalfDay) -> Iterator[Tour]:
        """Every tour that one half-day has time for."""
        visits = [frozenset(some) for some in _subsets(sorted(self._matters)) if self._visited_in(some, half_day)]
        most = min(self._problem.policy.max_visits_per_tour, len(self._closed))
        for count in range(1, most + 1):
            for some in combinations(visits, count):
                if len({self._target(visit) for visit in some}) == count and self._fits(some, half_day):
                    yield some

    def officers(self, tour: Tour) -> int:
        """Rule 4: the greatest `officers` of each department, and a whole team."""
        need: dict[str, int] = {}
        for name in frozenset().union(*tour):
            matter = self._matters[name]
            need[matter.department] = max(need.get(matter.department, 0), matter.officers)
        return max(sum(need.values()), self._problem.policy.team_minimum)

    def least(self, visits: int) -> float:
        """The fewest officer half-days of all plans that serve everything in at most so many visits."""
        tours = [
            (frozenset().union(*tour), {self._target(visit) for visit in tour}, self.officers(tour), len(tour), place)
            for place, half_day in enumerate(self._problem.half_days)
            for tour in self.tours(half_day)
        ]
        most = self._problem.policy.max_tours

        @cache
        def rest(
            waiting: frozenset[str], visited: frozenset[tuple[str, int]], out: tuple[int, ...], left: int
        ) -> float:
            if not waiting:
                return 0
            first = min(waiting)
            least = math.inf
            for served, targets, officers, doors, place in tours:
                if first not in served or not served <= waiting or doors > left:
                    continue
                here = frozenset((target, place) for target in targets)
                if here & visited or (most is not None and out[place] >= most):
                    continue
                more = tuple(count + (at == place) for at, count in enumerate(out))
                least = min(least, officers + rest(waiting - served, visited | here, more, left - doors))
            return least

        return rest(frozenset(self._matters), frozenset(), (0,) * len(self._problem.half_days), visits)

    def _target(self, visit: Visit) -> str:
        return self._matters[min(visit)].target

    def _visited_in(self, names: tuple[str, ...], half_day: HalfDay) -> bool:
        matters = [self._matters[name] for name in names]
        return (
            len({matter.target for matter in matters}) == 1
            and half_day.id not in self._closed[matters[0].target]
            and all(matter.first_day <= half_day.date <= matter.last_day for matter in matters)
            and (len(matters) == 1 or not any(matter.separate for matter in matters))
        )

    def _fits(self, tour: Tour, half_day: HalfDay) -> bool:
        policy = self._problem.policy
        if not self._manned(tour):
            return False
        spots = [self._places.get(self._target(visit)) for visit in tour]
        travel = min(
            sum(travel_minutes(one, other, policy) for one, other in pairwise(order)) for order in permutations(spots)
        )
        length = sum(self._minutes([self._matters[name] for name in visit]) for visit in tour)
        return travel + length + 2 * policy.approach_minutes <= half_day.minutes

    def _manned(self, tour: Tour) -> bool:
        """Rule 5: officers enough of each department reach every target (`any` or `area`; an area of their own)."""
        areas = {self._area[min(visit)] for visit in tour}
        matters = [self._matters[name] for visit in tour for name in visit]
        return all(
            sum(
                each.department == matter.department
                and each.certified
                and (self._problem.policy.reach == "any" or each.area is None or areas == {each.area})
                for each in self._problem.inspectors
            )
            >= matter.officers
            for matter in matters
        )

    def _minutes(self, matters: list[Matter]) -> int:
        of_department: dict[str, int] = {}
        for matter in matters:
            of_department[matter.department] = of_department.get(matter.department, 0) + matter.minutes
        return self._problem.policy.setup_minutes + max(of_department.values())


def _subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    for count in range(1, len(names) + 1):
        yield from combinations(names, count)
