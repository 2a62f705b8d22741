"""What a plan costs, counted from problem and plan alone. Order of preference: planning.md, what a good plan is.

Bounds and comparisons are claims of the plan and are not judged.
"""

from collections.abc import Iterable

from solver.planning.check.verdict import Measures
from solver.planning.ids import InspectorId
from solver.planning.plan import Plan, Role, Tour
from solver.planning.problem import Policy, Problem

DECIMALS = 4
"""Of what is not a whole number; worked cases compare at this."""


def measure(problem: Problem, plan: Plan) -> Measures:
    """Count a plan, lawful or not; fixed tours count in everything but thinness and fairness (rule 6)."""
    fixed = {tour.id for tour in problem.fixed}
    roles = [role for tour in plan.tours for role in tour.roles]
    free_roles = [role for tour in plan.tours if tour.id not in fixed for role in tour.roles]
    served = {matter for tour in plan.tours for visit in tour.visits for matter in visit.matters}
    fair = [fairness(role, problem.policy.scale) for role in free_roles]
    return Measures(
        matters=len(problem.matters),
        served=sum(matter.id in served for matter in problem.matters),
        unserved_key=sum(matter.key and matter.id not in served for matter in problem.matters),
        visits=_visits(plan.tours),
        borrowed=round(_borrowed(problem, roles) / problem.policy.scale, DECIMALS),
        thin_roles=sum(is_thin(role, problem.policy) for role in free_roles),
        officer_half_days=sum(role.need for role in roles),
        travel_minutes=sum(tour.travel_minutes for tour in plan.tours),
        tours=len(plan.tours),
        fairness_min=round(min(fair, default=0.0), DECIMALS),
        fairness_mean=round(sum(fair) / len(fair), DECIMALS) if fair else 0.0,
    )


def fairness(role: Role, scale: int) -> float:
    """Give the least chance against the even share of the admitted: 1 is perfectly even, 0 leaves someone no chance."""
    if role.need < 1 or not role.chances:
        return 0.0
    return min(role.chances.values()) * len(role.chances) / (role.need * scale)


def is_thin(role: Role, policy: Policy) -> bool:
    """Tell whether fewer than `pool_factor` × need have a chance: a draw of two among two is no draw."""
    return sum(chance > 0 for chance in role.chances.values()) < policy.pool_factor * role.need


def _visits(tours: Iterable[Tour]) -> int:
    return sum(len(tour.visits) for tour in tours)


def _borrowed(problem: Problem, roles: Iterable[Role]) -> int:
    borrowed: set[InspectorId] = {inspector.id for inspector in problem.inspectors if inspector.borrowed}
    return sum(chance for role in roles for inspector, chance in role.chances.items() if inspector in borrowed)
