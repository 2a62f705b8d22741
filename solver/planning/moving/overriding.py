"""What would have to be loosened so that a visit may stand in a place, where that can be loosened at all.

Windows, closures and cars can be; people never are: how many, with which certificate, and who must stay away is the
law's, and nobody is in two places. Whether the place is lawful then is asked of lifting.py as always.
"""

from collections.abc import Iterator

import msgspec

from solver.planning.alterations import Alteration, MoreTours, Opened, Window, altered
from solver.planning.ids import Sha256, TargetId, TourId
from solver.planning.moving.lifting import Place
from solver.planning.moving.obstacles import Obstacle
from solver.planning.moving.writing import Moved, moved
from solver.planning.plan import Plan
from solver.planning.problem import Problem


def overriding(problem: Problem, plan: Plan, tour: TourId, target: TargetId, place: Place) -> tuple[Alteration, ...]:
    """The alterations that lift what can be lifted there; none where nothing of that kind stands in the way."""
    return tuple(_lifted(problem, plan, tour, target, place))


def overridden(problem: Problem, alterations: tuple[Alteration, ...]) -> Problem:
    """The problem with all of these."""
    for each in alterations:
        problem = altered(problem, each)
    return problem


def moved_under(
    problem: Problem, plan: Plan, tour: TourId, target: TargetId, place: Place, problem_sha256: Sha256
) -> Moved | Obstacle | None:
    """Move a visit of a plan that was made for a stricter problem."""
    plan = msgspec.structs.replace(plan, problem_sha256=problem_sha256)
    return moved(problem, plan, tour, target, place, problem_sha256)


def _lifted(problem: Problem, plan: Plan, tour: TourId, target: TargetId, place: Place) -> Iterator[Alteration]:
    half_day = next((each for each in problem.half_days if each.id == place.half_day), None)
    source = next((each for each in plan.tours if each.id == tour), None)
    if half_day is None or source is None:
        return
    here = {matter for visit in source.visits if visit.target == target for matter in visit.matters}
    if not here:
        return
    matters = [each for each in problem.matters if each.id in here]
    late = tuple(each.id for each in matters if each.last_day < half_day.date)
    if late:
        yield Window(matters=late, last_day=half_day.date)
    for each in matters:
        if each.first_day > half_day.date:
            yield Window(matters=(each.id,), first_day=half_day.date, last_day=each.last_day)
    if any(each.id == target and half_day.id in each.closed for each in problem.targets):
        yield Opened(target=target, half_days=(half_day.id,))
    if place.tour is None and _is_full(problem, plan, place):
        yield MoreTours(more=1)


def _is_full(problem: Problem, plan: Plan, place: Place) -> bool:
    most = problem.policy.max_tours
    return most is not None and sum(each.half_day == place.half_day for each in plan.tours) >= most
