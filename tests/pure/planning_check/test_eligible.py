"""Who may be sent (rule 5), condition by condition."""

import pytest
from pure.planning_check.building import (
    EAST,
    FIRE,
    MILL,
    MORNING,
    WATER,
    a_problem,
    a_role,
    a_target,
    a_tour,
    an_inspector,
)

from solver.planning.eligible import admitted, eligible
from solver.planning.ids import AreaId, InspectorId
from solver.planning.index import index
from solver.planning.plan import LeftOut, Role
from solver.planning.problem import Area, Barred, Inspector, Policy, Problem, Reach

WEST = AreaId("河西")


def may_go(inspector: Inspector, role: Role | None = None, **problem: object) -> bool:
    given = a_problem(**{"inspectors": (inspector,)} | problem)
    return inspector.id in eligible(index(given), role or a_role(), a_tour())


def test_an_officer_of_the_department_may_go() -> None:
    assert may_go(an_inspector("甲"))


def test_an_officer_of_another_department_may_not_unless_serving_this_one() -> None:
    assert not may_go(an_inspector("甲", department=WATER))
    assert may_go(an_inspector("甲", department=WATER, serves=(FIRE,)))


def test_an_expert_without_certificate_fills_only_roles_that_ask_for_none() -> None:
    expert = an_inspector("甲", certified=False)
    assert not may_go(expert)
    assert may_go(expert, a_role(certified=False))
    assert may_go(an_inspector("乙"), a_role(certified=False))


def test_whoever_fills_a_role_has_every_expertise_it_lists() -> None:
    both = a_role(expertise=("电气", "危化"))
    assert not may_go(an_inspector("甲", expertise=("电气",)), both)
    assert may_go(an_inspector("甲", expertise=("电气", "危化", "食品")), both)


def test_an_unavailable_officer_may_not_go() -> None:
    assert not may_go(an_inspector("甲", unavailable=(MORNING,)))


def test_a_barred_officer_may_not_go() -> None:
    barred = Barred(inspector=InspectorId("甲"), target=MILL, reason="近亲属任职")
    assert not may_go(an_inspector("甲"), barred=(barred,))
    assert may_go(an_inspector("乙"), inspectors=(an_inspector("甲"), an_inspector("乙")), barred=(barred,))


@pytest.mark.parametrize(
    ("reach", "home", "goes"),
    [
        (Reach.ANY, WEST, True),
        (Reach.AREA, EAST, True),
        (Reach.AREA, WEST, False),
        (Reach.AREA, None, True),
        (Reach.NEIGHBOURS, WEST, True),
        (Reach.NEIGHBOURS, None, True),
    ],
)
def test_reach_is_judged_from_the_officers_area(reach: Reach, home: AreaId | None, *, goes: bool) -> None:
    areas = (Area(id=EAST, name="河东镇"), Area(id=WEST, name="河西镇", neighbours=(EAST,)))
    assert may_go(an_inspector("甲", area=home), areas=areas, policy=Policy(reach=reach)) == goes


def test_neighbours_are_one_way() -> None:
    areas = (Area(id=EAST, name="河东镇", neighbours=(WEST,)), Area(id=WEST, name="河西镇"))
    assert not may_go(an_inspector("甲", area=WEST), areas=areas, policy=Policy(reach=Reach.NEIGHBOURS))


def test_a_target_of_no_area_is_reached_only_by_those_who_reach_everywhere() -> None:
    def goes(reach: Reach, home: AreaId | None) -> bool:
        policy = Policy(reach=reach)
        return may_go(an_inspector("甲", area=home), targets=(a_target(area=None),), policy=policy)

    assert goes(Reach.ANY, EAST)
    assert goes(Reach.AREA, None)
    assert not goes(Reach.AREA, EAST)
    assert not goes(Reach.NEIGHBOURS, EAST)


def test_the_admitted_are_the_eligible_less_those_left_out() -> None:
    problem: Problem = a_problem()
    role = a_role(left_out={InspectorId("消1"): LeftOut.BORROWED})
    assert admitted(index(problem), role, a_tour()) == {"消2", "消3", "消4"}
