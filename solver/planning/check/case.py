"""What every rule looks at: one problem, one plan, and which of the plan's tours are free to be judged.

It judges nothing itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from solver.planning.ids import DepartmentId, HalfDayId, InspectorId, Sha256, TourId
from solver.planning.index import Index, index
from solver.planning.plan import Plan, Tour, Visit
from solver.planning.problem import Matter, Problem

Load = Mapping[tuple[HalfDayId, DepartmentId], Mapping[InspectorId, int]]


class Case(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    problem: Problem
    problem_sha256: Sha256 | None
    """The digest of the problem's file; None where the problem has no file but what `write_problem` would write."""
    index: Index
    plan: Plan
    fixed: Mapping[TourId, Tour]
    """The problem's fixed tours; a tour of the plan with such an id is held to rules 6 and 7 only."""
    load: Load
    """Everyone's chances added up by half-day and department, fixed tours included: they use people up (rule 6)."""

    def tours(self) -> Iterator[tuple[str, Tour]]:
        """Yield every tour with its place in the document."""
        return ((f"$.tours[{position}]", tour) for position, tour in enumerate(self.plan.tours))

    def free_tours(self) -> Iterator[tuple[str, Tour]]:
        """Yield the tours that were not fixed beforehand."""
        return ((place, tour) for place, tour in self.tours() if tour.id not in self.fixed)

    def is_fixed(self, tour: Tour) -> bool:
        """Tell whether the tour stands in the plan because it was announced before."""
        return tour.id in self.fixed

    def matters(self, visits: Iterable[Visit]) -> list[Matter]:
        """Give the visits' matters, less those the problem does not know (rule 7 names them)."""
        known = self.index.matters
        return [known[matter] for visit in visits for matter in visit.matters if matter in known]


def make_case(problem: Problem, plan: Plan, problem_sha256: Sha256 | None) -> Case:
    """Lay problem and plan side by side."""
    return Case(
        problem=problem,
        problem_sha256=problem_sha256,
        index=index(problem),
        plan=plan,
        fixed={tour.id: tour for tour in problem.fixed},
        load=_load(plan),
    )


def _load(plan: Plan) -> Load:
    load: defaultdict[tuple[HalfDayId, DepartmentId], dict[InspectorId, int]] = defaultdict(dict)
    for tour in plan.tours:
        for role in tour.roles:
            added = load[tour.half_day, role.department]
            for inspector, chance in role.chances.items():
                added[inspector] = added.get(inspector, 0) + chance
    return load


def visits_of(place: str, tour: Tour) -> Iterator[tuple[str, Visit]]:
    """Yield a tour's visits with their places in the document."""
    return ((f"{place}.visits[{position}]", visit) for position, visit in enumerate(tour.visits))
