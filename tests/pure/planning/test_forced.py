"""What no plan can help is proven: no plan has less of it, and what is counted cannot be had by any team."""

from hypothesis import given
from pure.planning.making import DEPARTMENTS, SKILLS, a_county, half_days, officers, planned, problems
from pure.planning.test_solve import PATIENT
from pure.planning_check.building import a_matter, a_target, an_inspector

from solver.planning.eligible import able, qualified
from solver.planning.forced import Forced, forced
from solver.planning.ids import AreaId
from solver.planning.index import index
from solver.planning.plan import Plan
from solver.planning.problem import Area, Barred, Matter, Policy, Problem, Reach
from solver.planning.workers import site_of


def of(problem: Problem, plan: Plan | None = None) -> Forced:
    gone = {each.matter for each in plan.unserved} if plan else set()
    served = [each for each in problem.matters if each.id not in gone]
    return forced(site_of(problem), served)


def without_chance(plan: Plan) -> int:
    return sum(0 in role.chances.values() for tour in plan.tours for role in tour.roles)


def could_be_visited(problem: Problem, matter: Matter) -> bool:
    """Whether some half-day has time, officers and experts for this matter alone; written from the rules."""
    known, policy = index(problem), problem.policy
    worn_out = {each.id for each in problem.inspectors if each.max_half_days == 0}
    target = next(each for each in problem.targets if each.id == matter.target)
    minutes = policy.setup_minutes + matter.minutes + 2 * policy.approach_minutes
    for half_day in problem.half_days:
        here = [
            able(known, qualified(known, matter.department, certified=holds, expertise=some), half_day.id, [target.id])
            - worn_out
            for holds, some in [(True, ()), *((False, (each,)) for each in matter.expertise)]
        ]
        open_then = matter.first_day <= half_day.date <= matter.last_day and half_day.id not in target.closed
        enough = len(here[0]) >= matter.officers and all(here[1:])
        if open_then and enough and minutes <= half_day.minutes and policy.max_tours != 0:
            return True
    return False


@given(problem=problems())
@PATIENT
def test_just_those_matters_are_counted_that_no_team_could_serve_and_every_plan_has_as_much(problem: Problem) -> None:
    plan = planned(problem, effort=0)
    found = of(problem, plan)
    lost = [each for each in problem.matters if not could_be_visited(problem, each)]
    assert (found.unserved, found.unserved_key) == (len(lost), sum(each.key for each in lost))
    assert found.unserved <= len(plan.unserved)
    assert found.unserved_key <= plan.metrics.unserved_key
    assert found.chanceless <= without_chance(plan)


def test_a_firm_from_which_all_are_barred_costs_every_plan_its_matters() -> None:
    everyone = tuple(Barred(inspector=each.id, target="厂0", reason="近亲属任职") for each in a_county().inspectors)
    assert of(a_county(barred=everyone)).unserved == len(DEPARTMENTS)


def with_experts(*fields: tuple[str, ...], reach: Reach = Reach.ANY) -> Problem:
    """Two towns with a matter of one field each; four officers, and experts of these fields, who go everywhere."""
    towns = tuple(AreaId(each) for each in ("河东", "河西"))
    targets = tuple(a_target(f"厂{number}", area=area) for number, area in enumerate(towns))
    return a_county(
        half_days=half_days(1),
        areas=tuple(Area(id=each, name=each) for each in towns),
        targets=targets,
        matters=tuple(
            a_matter(f"m{number}", target=each.id, department=DEPARTMENTS[0], expertise=(SKILLS[0],), minutes=90)
            for number, each in enumerate(targets)
        ),
        inspectors=(
            *officers(DEPARTMENTS[0], 4),
            *(
                an_inspector(f"专{number}", department=DEPARTMENTS[0], expertise=some)
                for number, some in enumerate(fields)
            ),
        ),
        policy=Policy(reach=reach),
    )


def test_an_only_expert_has_no_chance_beside_the_own_role_in_any_plan() -> None:
    problem = with_experts((SKILLS[0],))
    plan = planned(problem)
    assert (of(problem).chanceless, without_chance(plan)) == (2, 2)


def test_where_a_second_expert_can_come_nothing_is_proven() -> None:
    assert of(with_experts((SKILLS[0],), (SKILLS[0],))).chanceless == 0


def test_an_expert_whom_another_field_on_the_tour_could_spare_the_second_role_proves_nothing() -> None:
    problem = with_experts((SKILLS[0],), (SKILLS[1],), (SKILLS[1],))
    other = a_matter("别", target="厂0", department=DEPARTMENTS[0], expertise=(SKILLS[1],), minutes=20)
    beside = of(
        a_county(
            **{name: getattr(problem, name) for name in ("half_days", "areas", "targets", "inspectors")},
            matters=(*problem.matters, other),
        )
    )
    assert beside.chanceless == 0
