"""A round cut down to one department holds that department's work and people, and is a problem like any other."""

import msgspec
from hypothesis import assume, given, settings
from peers.departments import largest_department, only
from pure.planning.making import DEPARTMENTS, a_county, breaches, planned, problems
from pure.planning_check.building import a_matter, a_target, an_inspector

from solver.planning.plan import Tour
from solver.planning.problem import Apart, Barred, Problem
from solver.planning.reading import read_problem, write_problem
from solver.planning.references import faults

FIRE, WATER, _ = DEPARTMENTS


def test_matters_targets_and_people_of_the_others_are_gone() -> None:
    lonely = a_target("只有水利局去的厂")
    county = a_county()
    county = msgspec.structs.replace(
        county,
        targets=(*county.targets, lonely),
        matters=(*county.matters, a_matter("水", target=lonely.id, department=WATER)),
        inspectors=(*county.inspectors, an_inspector("两边的人", department=WATER, serves=(FIRE,))),
    )
    cut = only(county, FIRE)
    assert [each.id for each in cut.departments] == [FIRE]
    assert [each.id for each in cut.matters] == [each.id for each in county.matters if each.department == FIRE]
    assert lonely.id not in {each.id for each in cut.targets}
    assert {each.department for each in cut.inspectors} == {FIRE}
    assert {each.id for each in cut.inspectors} == {"两边的人", *(f"{FIRE}-{number}" for number in range(6))}
    assert all(each.serves == () for each in cut.inspectors)


def test_recusals_and_pairs_that_concern_others_are_gone() -> None:
    county = a_county(
        barred=tuple(Barred(inspector=f"{each}-0", target="厂1", reason="近亲属任职") for each in (FIRE, WATER)),
        apart=tuple(
            Apart(inspectors=pair, reason="夫妻") for pair in ((f"{FIRE}-0", f"{FIRE}-1"), (f"{FIRE}-0", f"{WATER}-1"))
        ),
    )
    cut = only(county, FIRE)
    assert [each.inspector for each in cut.barred] == [f"{FIRE}-0"]
    assert [each.inspectors for each in cut.apart] == [(f"{FIRE}-0", f"{FIRE}-1")]


def test_of_announced_tours_the_department_keeps_its_part() -> None:
    county = a_county()
    announced: tuple[Tour, ...] = planned(county).tours
    cut = only(msgspec.structs.replace(county, fixed=announced), FIRE)
    mine = {each.id for each in cut.matters}
    assert {matter for tour in cut.fixed for visit in tour.visits for matter in visit.matters} == mine
    assert {role.department for tour in cut.fixed for role in tour.roles} == {FIRE}


def test_the_largest_department_visits_most_targets_whatever_its_matters() -> None:
    county = a_county()
    kept = [each for each in county.matters if each.department != FIRE or each.target == "厂0"]
    many = [a_matter(f"再查{number}", target="厂0", department=FIRE) for number in range(20)]
    assert largest_department(msgspec.structs.replace(county, matters=(*kept, *many))) == min(DEPARTMENTS[1:])


@settings(max_examples=25, deadline=None)
@given(problems())
def test_what_is_cut_out_is_read_and_planned_like_any_problem(problem: Problem) -> None:
    assume(not list(faults(problem)))
    for department in problem.departments:
        cut = read_problem(write_problem(only(problem, department.id)))
        assert breaches(cut, planned(cut, effort=0)) == ()
