"""The smallest set of rules that cannot hold together: it forbids, no part of it does, and no smaller set does."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pure.planning.making import FIRST, half_days, problems
from pure.planning_check.building import (
    EAST,
    MILL,
    a_half_day,
    a_matter,
    a_problem,
    a_role,
    a_target,
    a_tour,
    an_inspector,
)

from solver.planning.conflicts import Conflict, Rule, Trial
from solver.planning.ids import AreaId
from solver.planning.plan import Visit
from solver.planning.problem import Area, Barred, Policy, Problem
from solver.planning.workers import site_of

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
OFFICERS = tuple(an_inspector(f"消{number}") for number in range(1, 4))
DAYS = half_days(2)
FIRST_DAY = tuple(each.id for each in DAYS if each.date == FIRST)
ELSEWHERE = Area(id=AreaId("河西"), name="河西镇")


def trial_of(problem: Problem) -> Trial:
    site = site_of(problem)
    return Trial(site.ground, site.staffing)


def conflicts(**given: Any) -> tuple[Conflict, ...]:
    problem = a_problem(**{"half_days": DAYS, "inspectors": OFFICERS} | given)
    return trial_of(problem).conflicts(problem.matters[0])


def on_the_first_day(**given: Any) -> Any:
    return a_matter(**{"first_day": FIRST, "last_day": FIRST} | given)


def barred(*names: str) -> tuple[Barred, ...]:
    return tuple(Barred(inspector=name, target=MILL, reason="近亲属任职") for name in names)


@given(problem=problems())
@settings(PATIENT, max_examples=60)
def test_a_conflict_forbids_the_matter_and_nothing_smaller_does(problem: Problem) -> None:
    trial = trial_of(problem)
    for matter in problem.matters:
        found = trial.conflicts(matter)
        assert (found == ()) == trial.possible(matter, Rule)
        if found:
            smallest = found[0]
            assert not trial.possible(matter, smallest)
            for size in range(len(smallest)):
                assert all(trial.possible(matter, some) for some in combinations(Rule, size))


@given(problem=problems())
@settings(PATIENT, max_examples=60)
def test_every_rule_of_every_conflict_is_needed_and_together_they_are_all_that_stands_in_the_way(
    problem: Problem,
) -> None:
    trial = trial_of(problem)
    for matter in problem.matters:
        found = trial.conflicts(matter)
        for conflict in found:
            assert not trial.possible(matter, conflict)
            assert all(trial.possible(matter, conflict - {rule}) for rule in conflict)
        named = frozenset[Rule]().union(*found)
        assert not found or trial.possible(matter, frozenset(Rule) - named)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"matters": (a_matter(first_day=FIRST - timedelta(9), last_day=FIRST - timedelta(8)),)}, {Rule.WINDOW}),
        ({"targets": (a_target(closed=tuple(each.id for each in DAYS)),)}, {Rule.CLOSED}),
        (
            {"targets": (a_target(closed=FIRST_DAY),), "matters": (on_the_first_day(),)},
            {Rule.WINDOW, Rule.CLOSED},
        ),
        ({"matters": (a_matter(minutes=201),)}, {Rule.LENGTH}),
        (
            {
                "half_days": (a_half_day(minutes=60), *half_days(2)[2:]),
                "matters": (on_the_first_day(minutes=100),),
            },
            {Rule.WINDOW, Rule.LENGTH},
        ),
        ({"policy": Policy(max_tours=0)}, {Rule.CARS}),
        ({"inspectors": OFFICERS[:1]}, {Rule.OFFICERS}),
        ({"matters": (a_matter(expertise=("电气",)),)}, {Rule.EXPERTISE}),
        ({"barred": barred("消1", "消2")}, {Rule.OFFICERS, Rule.BARRED}),
        (
            {"inspectors": tuple(an_inspector(f"消{n}", max_half_days=0) for n in range(3))},
            {Rule.OFFICERS, Rule.CEILING},
        ),
        (
            {
                "inspectors": tuple(an_inspector(f"消{n}", unavailable=FIRST_DAY) for n in range(3)),
                "matters": (on_the_first_day(),),
            },
            {Rule.WINDOW, Rule.OFFICERS, Rule.UNAVAILABLE},
        ),
        (
            {
                "areas": (Area(id=EAST, name="河东镇"), ELSEWHERE),
                "inspectors": tuple(an_inspector(f"消{n}", area=ELSEWHERE.id) for n in range(3)),
                "policy": Policy(reach="area"),
            },
            {Rule.OFFICERS, Rule.REACH},
        ),
    ],
)
def test_a_known_cause_is_the_conflict_and_the_only_one(given: dict[str, Any], expected: set[Rule]) -> None:
    assert [set(each) for each in conflicts(**given)] == [expected]


def test_the_only_holder_free_in_the_window_who_is_barred_is_a_conflict_of_four() -> None:
    holders = (
        an_inspector("电1", expertise=("电气",)),
        an_inspector("电2", expertise=("电气",), unavailable=FIRST_DAY),
    )
    found = conflicts(
        inspectors=(*OFFICERS, *holders), matters=(on_the_first_day(expertise=("电气",)),), barred=barred("电1")
    )
    assert found == (frozenset({Rule.WINDOW, Rule.EXPERTISE, Rule.BARRED, Rule.UNAVAILABLE}),)


def test_two_obstacles_that_each_suffice_are_two_conflicts() -> None:
    away = tuple(an_inspector(f"消{number}", unavailable=tuple(each.id for each in DAYS)) for number in (1, 2))
    found = conflicts(inspectors=away, barred=barred("消1", "消2"))
    assert [set(each) for each in found] == [{Rule.OFFICERS, Rule.BARRED}, {Rule.OFFICERS, Rule.UNAVAILABLE}]


def test_a_fixed_tour_at_the_target_in_its_only_half_day_is_named() -> None:
    matters = (a_matter("m2"), a_matter("m1"))
    fixed = a_tour(half_day=DAYS[0].id, roles=(a_role(chances={"消1": 10_000, "消2": 10_000}),))
    found = conflicts(half_days=DAYS[:1], matters=matters, fixed=(fixed,), inspectors=(*OFFICERS, an_inspector("消9")))
    assert found == (frozenset({Rule.VISITED}),)


def test_people_whom_a_fixed_tour_has_taken_stand_under_their_ceiling() -> None:
    there = a_target("别处")
    visit = Visit(target=there.id, start="08:30", end="09:10", matters=("m1",))
    fixed = a_tour(half_day=DAYS[0].id, visits=(visit,), roles=(a_role(chances={"消1": 10_000, "消2": 10_000}),))
    found = conflicts(
        half_days=DAYS[:1],
        targets=(a_target(), there),
        matters=(a_matter("m2"), a_matter("m1", target=there.id)),
        fixed=(fixed,),
    )
    assert found == (frozenset({Rule.OFFICERS, Rule.CEILING}),)
