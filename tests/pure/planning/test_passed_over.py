"""Who is left without a chance, and why: each reason holds, and what this planner leaves at 0 had to be."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from pure.planning.making import DEPARTMENTS, a_county, half_days, officers, planned, problems
from pure.planning_check.building import a_plan, a_role, a_tour, an_inspector

from solver.planning.ids import InspectorId, RoleId, TourId
from solver.planning.passed_over import Cause, Hindrance, NeverSent, NoChance, PassedOver, passed_over
from solver.planning.passed_over_words import in_words
from solver.planning.plan import LeftOut, Plan, Role, Tour
from solver.planning.problem import Inspector, Policy, Problem

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FIRST, SECOND, _ = DEPARTMENTS
MORNING, AFTERNOON = (each.id for each in half_days(1))
SCALE = 100


def of(*people: Inspector, **given: object) -> Problem:
    return a_county(half_days=half_days(1), inspectors=people, policy=Policy(scale=SCALE), **given)


def people(*names: str, **given: object) -> tuple[Inspector, ...]:
    return tuple(an_inspector(name, department=FIRST, **given) for name in names)


def role(
    name: str, need: int, department: str = FIRST, left_out: dict[str, LeftOut] | None = None, **chances: int
) -> Role:
    return a_role(name, need=need, department=department, chances=chances, left_out=left_out or {})


def tour(name: str, half_day: str, *roles: Role) -> Tour:
    return a_tour(id=TourId(name), half_day=half_day, roles=roles)


def found(problem: Problem, *tours: Tour) -> PassedOver:
    return passed_over(problem, a_plan(tours=tours, scale=SCALE))


def test_roles_that_need_everybody_who_could_fill_them_are_the_proof() -> None:
    narrow = role("narrow", 2, a=100, b=100)
    wide = role("wide", 1, a=0, b=0, c=50, d=50)
    zero = found(of(*people("a", "b", "c", "d")), tour("T1", MORNING, narrow), tour("T2", MORNING, wide)).zero
    assert zero == tuple(
        NoChance(
            inspector=InspectorId(each), role=RoleId("wide"), cause=Cause.NEEDED, needing=("narrow",), people=("a", "b")
        )  # type: ignore[arg-type] - role and people ids
        for each in "ab"
    )


def test_who_could_be_given_a_chance_is_told_apart_from_who_could_not() -> None:
    zero = found(of(*people("a", "b", "c")), tour("T1", MORNING, role("wide", 1, a=0, b=50, c=50))).zero
    assert [each.cause for each in zero] == [Cause.POSSIBLE]


def test_a_ceiling_used_up_elsewhere_is_followed_through_the_round() -> None:
    """The expert's one half-day is the morning's, for nobody else could do that."""
    problem = of(*people("expert", max_half_days=1), *people("a", "b"))
    zero = found(
        problem,
        tour("T1", MORNING, role("only", 1, expert=100)),
        tour("T2", AFTERNOON, role("wide", 1, expert=0, a=50, b=50)),
    ).zero
    assert [(each.cause, each.needing, each.people) for each in zero] == [(Cause.NEEDED, ("only",), ("expert",))]


def test_a_ceiling_of_nothing_and_half_days_of_another_department() -> None:
    helper = an_inspector("helper", department=FIRST, serves=(SECOND,), max_half_days=1)
    problem = of(helper, *people("spent", max_half_days=0), *people("a", "b"))
    zero = found(
        problem,
        tour("T1", MORNING, role("second", 1, SECOND, helper=100)),
        tour("T2", AFTERNOON, role("first", 1, helper=0, spent=0, a=50, b=50)),
    ).zero
    assert {each.inspector: each.cause for each in zero} == {"helper": Cause.OTHER_DEPARTMENT, "spent": Cause.CEILING}


def test_who_is_out_on_an_announced_tour_has_no_chance_beside_it() -> None:
    announced = tour("T1", MORNING, role("announced", 1, a=100))
    problem = of(*people("a", "b", "c"), fixed=(announced,))
    zero = found(problem, announced, tour("T2", MORNING, role("wide", 1, a=0, b=50, c=50))).zero
    assert [(each.inspector, each.role, each.cause) for each in zero] == [("a", "wide", Cause.ANNOUNCED)]


@pytest.mark.parametrize(
    ("inspector", "hindrance"),
    [
        (an_inspector("x", department=FIRST, certified=False), Hindrance.CERTIFICATE),
        (an_inspector("x", department=FIRST, unavailable=(MORNING,)), Hindrance.UNAVAILABLE),
        (an_inspector("x", department=SECOND, serves=(FIRST,), borrowed=True), Hindrance.BORROWED),
        (an_inspector("x", department=FIRST), Hindrance.NO_CHANCE),
    ],
)
def test_what_stands_in_the_way_of_someone_never_sent_is_counted(inspector: Inspector, hindrance: Hindrance) -> None:
    left_out = {"x": LeftOut.BORROWED} if inspector.borrowed else {}
    chances = {"a": 50, "b": 50} | ({"x": 0} if hindrance is Hindrance.NO_CHANCE else {})
    one = role("one", 1, left_out=left_out, **chances)
    never = found(of(inspector, *people("a", "b")), tour("T1", MORNING, one)).never
    assert never == (NeverSent(inspector=InspectorId("x"), hindrances={hindrance: 1}),)


def test_a_department_without_any_role_hinders_its_inspectors_by_nothing_else() -> None:
    idle = an_inspector("idle", department=SECOND)
    never = found(of(idle, *people("a", "b")), tour("T1", MORNING, role("one", 1, a=50, b=50))).never
    assert never == (NeverSent(inspector=InspectorId("idle"), hindrances={}),)


def test_every_reason_is_said_in_words_and_long_lists_are_counted() -> None:
    everyone = tuple(InspectorId(f"甲{number}") for number in range(9))
    zero = tuple(
        NoChance(inspector=everyone[0], role=RoleId("岗"), cause=cause, needing=(RoleId("先"),), people=everyone)
        for cause in Cause
    )
    never = NeverSent(inspector=everyone[1], hindrances={each: number for number, each in enumerate(Hindrance, 1)})
    lines = list(in_words(PassedOver(never=(never,), zero=zero)))
    assert lines[0].startswith("甲1 全轮没有中签机会：45 个岗位中，需执法证 1 个，")
    assert (
        lines[1] == "甲0 在岗位 岗 的概率为 0：岗位 先 需要 甲0、甲1、甲2、甲3、甲4、甲5 等 9 个 全部出动，缺一不可。"
    )
    assert len(set(lines)) == 1 + len(Cause)


def zeros(plan: Plan) -> Iterator[tuple[str, str]]:
    return (
        (who, role.id)
        for tour in plan.tours
        for role in tour.roles
        for who, chance in role.chances.items()
        if not chance
    )


@given(problem=problems())
@settings(PATIENT, max_examples=80)
def test_no_chance_of_zero_that_a_proof_does_not_force(problem: Problem) -> None:
    problem = msgspec.structs.replace(problem, policy=msgspec.structs.replace(problem.policy, scale=10_000))
    plan = planned(problem)
    over = passed_over(problem, plan)
    assert [each for each in over.zero if each.cause is Cause.POSSIBLE] == []
    assert {(each.inspector, each.role) for each in over.zero} == set(zeros(plan))
    needs = {role.id: role.need for tour in plan.tours for role in tour.roles}
    for each in over.zero:
        if each.cause is Cause.NEEDED and all(one.max_half_days is None for one in problem.inspectors):
            assert sum(needs[role] for role in each.needing) == len(each.people)


def test_nobody_is_left_out_where_there_are_people_enough() -> None:
    problem = a_county(inspectors=tuple(each for name in DEPARTMENTS for each in officers(name, 6)))
    assert passed_over(problem, planned(problem)) == PassedOver(never=(), zero=())
