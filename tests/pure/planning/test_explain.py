"""Why not: every reason is what really stands in the way, and taking it away is enough."""

from datetime import date, timedelta
from typing import Any

import pytest
from pure.planning.making import DEPARTMENTS, FIRST, planned
from pure.planning_check.building import EAST, FIRE, MILL, a_half_day, a_matter, a_problem, a_target, an_inspector

from solver.planning.explain import impossible
from solver.planning.ids import AreaId
from solver.planning.plan import Reason
from solver.planning.problem import Area, Barred, Policy, Problem
from solver.planning.workers import site_of

FIRE_OFFICERS = tuple(an_inspector(f"消{number}") for number in range(1, 5))
ELSEWHERE = Area(id=AreaId("河西"), name="河西镇")


def why_not(problem: Problem) -> tuple[Reason, ...]:
    site = site_of(problem)
    return impossible(site.ground, site.staffing, problem.matters[0])


def barred_all() -> tuple[Barred, ...]:
    return tuple(Barred(inspector=each.id, target=MILL, reason="近亲属任职") for each in FIRE_OFFICERS)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (
            {"matters": (a_matter(first_day=FIRST - timedelta(days=9), last_day=FIRST - timedelta(days=8)),)},
            "no_half_day",
        ),
        ({"targets": (a_target(closed=(a_half_day().id,)),)}, "closed"),
        ({"matters": (a_matter(minutes=201),)}, "too_long"),
        ({"policy": Policy(max_tours=0)}, "no_tour_left"),
        ({"inspectors": ()}, "no_certified_officer"),
        ({"inspectors": (an_inspector("专1", certified=False),)}, "no_certified_officer"),
        ({"inspectors": FIRE_OFFICERS[:1]}, "too_few_officers"),
        ({"matters": (a_matter(expertise=("电气",)),)}, "no_expertise"),
        ({"barred": barred_all()}, "barred"),
        (
            {"inspectors": tuple(an_inspector(f"消{n}", unavailable=(a_half_day().id,)) for n in range(3))},
            "unavailable",
        ),
        ({"inspectors": tuple(an_inspector(f"消{n}", max_half_days=0) for n in range(3))}, "engaged"),
        (
            {
                "areas": (Area(id=EAST, name="河东镇"), ELSEWHERE),
                "inspectors": tuple(an_inspector(f"消{n}", area=ELSEWHERE.id) for n in range(3)),
                "policy": Policy(reach="area"),
            },
            "out_of_reach",
        ),
    ],
)
def test_the_one_rule_that_stands_in_the_way_is_named_with_a_remedy(given: dict[str, Any], code: str) -> None:
    (reason,) = why_not(a_problem(**given))
    assert reason.code == code
    assert reason.text
    assert reason.remedy


def test_a_possible_matter_has_nothing_in_its_way() -> None:
    assert why_not(a_problem()) == ()


def test_two_rules_that_only_together_leave_nobody_are_both_named() -> None:
    away = tuple(an_inspector(f"消{number}", unavailable=(a_half_day().id,)) for number in (1, 2))
    problem = a_problem(inspectors=(*away, *FIRE_OFFICERS[2:]), barred=barred_all())
    assert {reason.code for reason in why_not(problem)} == {"barred"}
    harder = a_problem(inspectors=away, barred=barred_all()[:2])
    assert {reason.code for reason in why_not(harder)} == {"barred", "unavailable"}


def test_the_barred_are_named_by_staff_number() -> None:
    (reason,) = why_not(a_problem(barred=barred_all()))
    assert all(each.id in reason.text for each in FIRE_OFFICERS)


def test_the_only_holder_of_an_expertise_who_is_barred_is_the_reason() -> None:
    holder = an_inspector("电1", expertise=("电气",))
    problem = a_problem(
        inspectors=(*FIRE_OFFICERS, holder),
        matters=(a_matter(expertise=("电气",)),),
        barred=(Barred(inspector=holder.id, target=MILL, reason="近亲属任职"),),
    )
    (reason,) = why_not(problem)
    assert reason.code == "barred"
    assert "电气" in reason.text


def test_what_others_crowd_out_is_said_to_be_a_matter_of_capacity() -> None:
    targets = tuple(a_target(f"厂{number}") for number in range(5))
    matters = tuple(a_matter(f"m{number}", target=each.id, minutes=150) for number, each in enumerate(targets))
    plan = planned(a_problem(targets=targets, matters=matters))
    assert plan.metrics.served == 2
    assert {reason.code for each in plan.unserved for reason in each.reasons} == {"capacity"}


def test_two_posts_for_one_person_are_explained_without_blaming_a_rule() -> None:
    holder = an_inspector("电1", expertise=("电气",))
    fewer = an_inspector("消1")
    problem = a_problem(inspectors=(holder, fewer), matters=(a_matter(officers=2, expertise=("电气",)),))
    assert why_not(problem) == ()
    expert = an_inspector("专1", certified=False, expertise=("电气",))
    alone = a_problem(inspectors=(expert, fewer), matters=(a_matter(expertise=("电气",)),))
    assert {reason.code for reason in why_not(alone)} == {"too_few_officers"}


def test_reasons_come_in_the_order_of_the_problem() -> None:
    matters = tuple(a_matter(f"m{9 - number}", department=DEPARTMENTS[1]) for number in range(3))
    plan = planned(a_problem(matters=matters))
    assert [each.matter for each in plan.unserved] == [matter.id for matter in matters]


def test_a_window_is_written_as_days() -> None:
    problem = a_problem(matters=(a_matter(first_day=date(2026, 4, 1), last_day=date(2026, 4, 2)),))
    (reason,) = why_not(problem)
    assert "4月1日（周三）至4月2日（周四）" in reason.text
    assert problem.matters[0].department == FIRE


def test_a_team_that_one_department_cannot_fill_is_said_to_be_too_small() -> None:
    plan = planned(a_problem(policy=Policy(team_minimum=9)))
    assert [reason.code for each in plan.unserved for reason in each.reasons] == ["team_too_small"]
