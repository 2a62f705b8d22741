"""The whole planner: whatever the problem, the plan is lawful, and what can be served is."""

import itertools
import time

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pure.planning.making import (
    DEPARTMENTS,
    a_big_county,
    a_county,
    breaches,
    half_days,
    matter_ids,
    officers,
    people_of,
    planned,
    problems,
)
from pure.planning_check.building import a_matter, a_problem, a_target, an_inspector

from solver.planning.consolidate import door
from solver.planning.dispatch import reunite
from solver.planning.limits import Limit, Phase, Progress
from solver.planning.problem import Apart, Barred, Policy, Problem
from solver.planning.solve import solve
from solver.planning.timetable import Timetable
from solver.planning.workers import site_of

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(problem=problems())
@settings(PATIENT, max_examples=60)
def test_every_plan_is_lawful_and_accounts_for_every_matter(problem: Problem) -> None:
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    unserved = {each.matter for each in plan.unserved}
    assert matter_ids(plan) | unserved == {matter.id for matter in problem.matters}
    assert plan.metrics.visits_bound <= plan.metrics.visits
    assert plan.metrics.officer_half_days_bound <= plan.metrics.officer_half_days


def test_a_loose_problem_is_served_whole_with_one_visit_a_target() -> None:
    plan = planned(a_county())
    assert plan.unserved == ()
    assert plan.metrics.visits == plan.metrics.visits_bound == 6
    assert plan.metrics.visits_apart == 18
    assert plan.metrics.thin_roles == 0


def test_what_a_plan_says_of_itself_is_what_the_checker_counts() -> None:
    plan = planned(a_county())
    assert plan.metrics.officer_half_days == sum(role.need for tour in plan.tours for role in tour.roles)
    assert plan.metrics.tours == len(plan.tours)
    assert plan.metrics.served == 18


def test_the_same_effort_gives_the_same_plan_whatever_the_clock_and_the_workers() -> None:
    problem = a_big_county()
    plain = planned(problem, effort=1)
    ticks = itertools.count(step=1000.0)
    assert solve(problem, limit=Limit(effort=1), now=lambda: next(ticks), workers=2) == plain


def test_a_stopped_planner_still_returns_a_lawful_plan() -> None:
    problem = a_county()
    plan = planned(problem, stop=lambda: True)
    assert breaches(problem, plan) == ()
    assert plan.unserved == ()


def test_a_planner_out_of_time_still_returns_a_lawful_plan() -> None:
    problem = a_county()
    plan = solve(problem, limit=Limit(seconds=0.0), now=time.monotonic)
    assert breaches(problem, plan) == ()
    assert plan.unserved == ()
    assert plan.metrics.visits_apart == 18
    assert plan.metrics.officer_half_days_apart > 0


def test_progress_comes_phase_by_phase_with_what_is_reached() -> None:
    told: list[Progress] = []
    planned(a_county(), progress=told.append)
    assert [phase for phase, _ in itertools.groupby(each.phase for each in told)] == list(Phase)
    assert told[-1].visits == told[-1].visits_bound == 6
    assert told[-1].unserved == 0


def test_fixed_tours_stand_as_they_are_and_use_up_their_people() -> None:
    before = planned(a_county())
    fixed = before.tours[:1]
    problem = a_county(fixed=fixed)
    plan = planned(problem)
    assert plan.tours[:1] == fixed
    assert breaches(problem, plan) == ()
    assert plan.unserved == ()
    assert plan.metrics.visits_bound <= plan.metrics.visits


@given(problem=problems(), kept=st.integers(1, 3))
@settings(PATIENT, max_examples=25)
def test_planning_again_around_announced_tours_is_lawful_whatever_the_problem(problem: Problem, kept: int) -> None:
    announced = planned(problem).tours[:kept]
    again = msgspec.structs.replace(problem, fixed=announced)
    plan = planned(again)
    assert plan.tours[: len(announced)] == announced
    assert breaches(again, plan) == ()
    assert plan.metrics.visits_bound <= plan.metrics.visits


def test_planning_again_around_drawn_tours_serves_the_rest_with_the_others() -> None:
    county = a_county(half_days=half_days(1))
    first = planned(county).tours[0]
    drawn = tuple(
        msgspec.structs.replace(
            role, chances={who: 10_000 * (place < role.need) for place, who in enumerate(role.chances)}
        )
        for role in first.roles
    )
    problem = msgspec.structs.replace(county, fixed=(msgspec.structs.replace(first, roles=drawn),))
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    assert plan.unserved == ()


def test_the_chances_of_every_role_come_to_its_need() -> None:
    plan = planned(a_county())
    roles = [role for tour in plan.tours for role in tour.roles]
    assert roles
    assert all(sum(role.chances.values()) == role.need * plan.scale for role in roles)


def test_two_who_must_stay_apart_take_turns() -> None:
    both = tuple(each.id for each in officers(DEPARTMENTS[0], 2))
    problem = a_county(apart=(Apart(inspectors=both, reason="夫妻"),))  # type: ignore[arg-type] - two of them
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    assert set(both) <= people_of(plan)


def test_parts_of_a_visit_come_together_again_when_there_is_room() -> None:
    site = site_of(a_county())
    timetable = Timetable(site.ground, site.staffing, site.travel)
    first, second, _ = site.ground.problem.matters[:3]
    for matter in (first, second):
        assert timetable.place([door(site.ground, site.staffing, (matter,))]) is not None
    reunite(timetable)
    (stint,) = timetable.stints.values()
    assert [set(each.matters) for each in stint.doors] == [{first, second}]


def test_borrowed_help_is_used_only_where_the_own_people_do_not_suffice() -> None:
    own = tuple(an_inspector(f"消{number}") for number in range(3))
    helper = an_inspector("借1", borrowed=True)
    matter = a_matter(officers=3)
    assert planned(a_problem(inspectors=(*own, helper), matters=(matter,))).metrics.borrowed == 0
    needed = planned(a_problem(inspectors=(*own[:2], helper), matters=(matter,)))
    assert needed.unserved == ()
    assert needed.metrics.borrowed == 1


def test_an_expertise_that_only_an_expert_holds_is_met_beside_the_two_officers() -> None:
    expert = an_inspector("专1", certified=False, expertise=("电气",))
    people = (*(an_inspector(f"消{number}") for number in range(4)), expert)
    plan = planned(a_problem(inspectors=people, matters=(a_matter(expertise=("电气",)),)))
    needs = sorted((role.certified, role.need) for tour in plan.tours for role in tour.roles)
    assert needs == [(False, 1), (True, 2)]


def test_a_barred_inspector_is_in_no_table_for_that_target() -> None:
    problem = a_problem(barred=(Barred(inspector=an_inspector("消1").id, target=a_target().id, reason="近亲属任职"),))
    assert an_inspector("消1").id not in people_of(planned(problem))


def test_a_period_without_half_days_serves_nothing_and_says_why() -> None:
    problem = a_county(half_days=())
    plan = planned(problem)
    assert plan.tours == ()
    assert {reason.code for each in plan.unserved for reason in each.reasons} == {"no_half_day"}


def test_a_county_without_inspectors_serves_nothing_and_says_why() -> None:
    plan = planned(a_county(inspectors=()))
    assert plan.tours == ()
    assert {reason.code for each in plan.unserved for reason in each.reasons} == {"no_certified_officer"}


def test_sixty_matters_at_one_target_are_divided_among_few_visits() -> None:
    many = tuple(a_matter(f"m{number:02d}", minutes=20, department=DEPARTMENTS[number % 3]) for number in range(60))
    problem = a_county(targets=(a_target(),), matters=many)
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    assert plan.unserved == ()
    assert plan.metrics.visits == plan.metrics.visits_bound == 2


def test_more_than_the_half_days_hold_is_said_to_be_too_much() -> None:
    many = tuple(a_matter(f"m{number:02d}", minutes=150, separate=True) for number in range(6))
    plan = planned(a_county(targets=(a_target(),), matters=many))
    assert plan.metrics.served == 4
    assert {reason.code for each in plan.unserved for reason in each.reasons} == {"target_visited"}


def test_cars_limit_the_tours_of_a_half_day() -> None:
    problem = a_county(policy=Policy(max_tours=1, max_visits_per_tour=1))
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    assert plan.metrics.tours == 4
    assert {reason.code for each in plan.unserved for reason in each.reasons} == {"no_tour_left"}


def test_key_matters_come_first_when_not_all_can_be_served() -> None:
    targets = tuple(a_target(f"厂{number}") for number in range(3))
    some = tuple(
        a_matter(f"m{number}", target=each.id, minutes=150, key=number == 2) for number, each in enumerate(targets)
    )
    problem = a_problem(targets=targets, matters=some, policy=Policy(max_tours=1))
    plan = planned(problem, effort=3)
    assert plan.metrics.served == 1
    assert plan.metrics.unserved_key == 0


@pytest.mark.parametrize("limit", [{}, {"seconds": 1.0, "effort": 1}])
def test_a_limit_is_either_seconds_or_effort(limit: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="either seconds or effort"):
        Limit(**limit)  # type: ignore[arg-type] - what a caller might do


def test_departments_too_small_for_a_team_each_make_one_together() -> None:
    people = (*officers(DEPARTMENTS[0], 3), *officers(DEPARTMENTS[1], 3))
    targets = (a_target("厂0"), a_target("厂1"))
    matters = tuple(a_matter(f"m{n}", target=each.id, department=DEPARTMENTS[n]) for n, each in enumerate(targets))
    problem = a_county(targets=targets, matters=matters, inspectors=people, policy=Policy(team_minimum=5))
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    assert plan.unserved == ()
    assert plan.metrics.officer_half_days == 5


def test_a_leftover_matter_goes_behind_a_door_that_is_opened_anyway() -> None:
    many = tuple(a_matter(f"m{number:02d}", minutes=50, department=DEPARTMENTS[number % 3]) for number in range(12))
    problem = a_county(half_days=half_days(1)[:1], targets=(a_target(),), matters=many)
    plan = planned(problem)
    assert plan.unserved == ()
    assert plan.metrics.visits == 1
