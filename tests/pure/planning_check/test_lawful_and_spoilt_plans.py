"""Whatever the problem: a lawful plan passes, and every way of spoiling it is caught under its rule."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pure.planning_check.plainly import a_plain_plan, problems

from solver.planning.check import check
from solver.planning.ids import DepartmentId, Expertise, HalfDayId, InspectorId, MatterId, RoleId, Sha256
from solver.planning.plan import LeftOut, Plan, Reason, Role, Tour, Unserved, Visit
from solver.planning.problem import Apart, Barred, Problem
from solver.planning.reading import read_plan, read_problem, write_plan, write_problem

REASON = Reason(code="x", text="x", remedy="x")


class Spot(NamedTuple):
    """Where a lawful plan is to be spoilt: one role and one visit of one tour."""

    problem: Problem
    plan: Plan
    tour: Tour
    visit: Visit
    role: Role

    def with_tour(self, **changes: Any) -> Plan:
        spoilt = replace(self.tour, **changes)
        return replace(self.plan, tours=tuple(spoilt if tour is self.tour else tour for tour in self.plan.tours))

    def with_visit(self, **changes: Any) -> Plan:
        spoilt = replace(self.visit, **changes)
        return self.with_tour(visits=tuple(spoilt if visit is self.visit else visit for visit in self.tour.visits))

    def with_role(self, **changes: Any) -> Plan:
        spoilt = replace(self.role, **changes)
        return self.with_tour(roles=tuple(spoilt if role is self.role else role for role in self.tour.roles))

    def with_chance(self, inspector: str, chance: int) -> Plan:
        return self.with_role(chances=self.role.chances | {InspectorId(inspector): chance})


@st.composite
def spots(draw: Any) -> Spot:
    problem = draw(problems())
    plan = a_plain_plan(problem)
    assume(plan.tours)
    tour = draw(st.sampled_from(plan.tours))
    return Spot(problem, plan, tour, draw(st.sampled_from(tour.visits)), draw(st.sampled_from(tour.roles)))


def rules_broken(problem: Problem, plan: Plan) -> set[int]:
    return {breach.rule for breach in check(problem, plan).breaches}


def a_later(clock: str) -> str:
    return f"{clock[:-1]}{(int(clock[-1]) + 1) % 10}"


def someone(spot: Spot) -> InspectorId:
    return min(spot.role.chances)


def an_outsider_let_in(spot: Spot) -> Plan | None:
    known = spot.role.chances.keys() | spot.role.left_out.keys()
    outside = sorted({inspector.id for inspector in spot.problem.inspectors} - known)
    return spot.with_chance(outside[0], 0) if outside else None


def left_out_falsely(spot: Spot) -> Plan | None:
    """Nobody may be left out as apart who has nobody to stay apart from."""
    tied = {inspector for apart in spot.problem.apart for inspector in apart.inspectors}
    free = sorted(spot.role.chances.keys() - tied)
    if not free:
        return None
    chances = {inspector: chance for inspector, chance in spot.role.chances.items() if inspector != free[0]}
    return spot.with_role(chances=chances, left_out=spot.role.left_out | {free[0]: LeftOut.APART})


def the_same_tour_again(spot: Spot) -> Plan:
    return replace(spot.plan, tours=(*spot.plan.tours, spot.tour))


def matter_said_to_be_unserved(spot: Spot) -> Plan:
    return replace(spot.plan, unserved=(*spot.plan.unserved, Unserved(matter=spot.visit.matters[0], reasons=(REASON,))))


def a_role_for_a_department_with_nothing_to_do(spot: Spot) -> Plan:
    idle = replace(spot.role, id=RoleId("多余"), department=DepartmentId("无事局"), chances={})
    return spot.with_tour(roles=(*spot.tour.roles, idle))


def a_tour_dropped(spot: Spot) -> Plan:
    return replace(spot.plan, tours=tuple(tour for tour in spot.plan.tours if tour is not spot.tour))


SPOILT: dict[str, tuple[set[int], Callable[[Spot], Plan | None]]] = {
    "a visit begins at another minute": ({3}, lambda s: s.with_visit(start=a_later(s.visit.start))),
    "a visit ends at another minute": ({3}, lambda s: s.with_visit(end=a_later(s.visit.end))),
    "travel is understated": ({3}, lambda s: s.with_tour(travel_minutes=s.tour.travel_minutes - 1)),
    "a target twice in the half-day": ({1, 3}, lambda s: s.with_tour(visits=(*s.tour.visits, s.visit))),
    "another half-day that is not": ({1, 7}, lambda s: s.with_tour(half_day=HalfDayId("2026-05-14/am"))),
    "a matter dropped": ({7}, lambda s: s.with_visit(matters=s.visit.matters[1:])),
    "a matter nobody asked for": ({7}, lambda s: s.with_visit(matters=(*s.visit.matters, MatterId("无")))),
    "a matter twice": ({1, 7}, lambda s: s.with_visit(matters=(*s.visit.matters, s.visit.matters[0]))),
    "a tour dropped": ({7}, a_tour_dropped),
    "a tour twice": ({1, 3, 7}, the_same_tour_again),
    "a served matter said to be unserved": ({7}, matter_said_to_be_unserved),
    "one more needed": ({5}, lambda s: s.with_role(need=s.role.need + 1)),
    "one fewer needed": ({4, 5}, lambda s: s.with_role(need=s.role.need - 1)),
    "nobody needed": ({4, 5}, lambda s: s.with_role(need=0)),
    "no certificate asked for": ({4}, lambda s: s.with_role(certified=False)),
    "a chance raised": ({5}, lambda s: s.with_chance(someone(s), s.role.chances[someone(s)] + 1)),
    "a chance below nothing": ({5}, lambda s: s.with_chance(someone(s), -1)),
    "an outsider let in without a chance": ({5}, an_outsider_let_in),
    "a stranger let in": ({5}, lambda s: s.with_chance("无此人", 0)),
    "someone forgotten": (
        {5},
        lambda s: s.with_role(chances={i: c for i, c in s.role.chances.items() if i != someone(s)}),
    ),
    "left out for no reason": ({5}, left_out_falsely),
    "a department with nothing to do": ({7}, a_role_for_a_department_with_nothing_to_do),
    "a role gone": ({4}, lambda s: s.with_tour(roles=tuple(r for r in s.tour.roles if r is not s.role))),
    "another scale": ({7}, lambda s: replace(s.plan, scale=s.plan.scale + 1)),
    "another problem's plan": ({7}, lambda s: replace(s.plan, problem_sha256=Sha256("e" * 64))),
}


SPARING = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SPARING
@given(problems())
def test_a_lawful_plan_passes_whatever_the_problem(problem: Problem) -> None:
    assert check(problem, a_plain_plan(problem)).breaches == ()


@SPARING
@given(spots())
def test_every_way_of_spoiling_a_plan_is_caught_under_its_rule(spot: Spot) -> None:
    plans = {name: spoil(spot) for name, (_, spoil) in SPOILT.items()}
    missed = [
        name
        for name, plan in plans.items()
        if plan is not None and not SPOILT[name][0] <= rules_broken(spot.problem, plan)
    ]
    assert missed == []


@SPARING
@given(spots())
def test_a_plan_spoilt_by_a_change_of_the_problem_is_caught(spot: Spot) -> None:
    one, other, *_ = sorted(spot.role.chances)
    apart = replace(spot.problem, apart=(Apart(inspectors=(one, other), reason="夫妻"),))
    barred = replace(spot.problem, barred=(Barred(inspector=one, target=spot.visit.target, reason="近亲属任职"),))
    assert 5 in rules_broken(apart, spot.plan)
    assert 5 in rules_broken(barred, spot.plan)
    assert 4 in rules_broken(with_matter(spot, expertise=(Expertise("爆破"),)), spot.plan)
    assert 4 in rules_broken(with_matter(spot, officers=20), spot.plan)
    assert 3 in rules_broken(with_matter(spot, minutes=500), spot.plan)
    assert 1 in rules_broken(with_matter(spot, last_day=date(2026, 5, 10)), spot.plan)


def with_matter(spot: Spot, **changes: Any) -> Problem:
    """The problem with a matter of the visit changed."""
    chosen = spot.visit.matters[0]
    matters = [replace(m, **changes) if m.id == chosen else m for m in spot.problem.matters]
    return replace(spot.problem, matters=tuple(matters))


@SPARING
@given(spots())
def test_a_tour_announced_beforehand_stays_lawful_and_may_not_change(spot: Spot) -> None:
    announced = replace(spot.problem, fixed=(spot.tour,))
    assert rules_broken(announced, spot.plan) == set()
    assert 6 in rules_broken(announced, a_tour_dropped(spot))
    assert 6 in rules_broken(announced, spot.with_visit(end=a_later(spot.visit.end)))
    assert 6 in rules_broken(announced, spot.with_role(need=spot.role.need + 1))


@SPARING
@given(spots(), st.randoms(use_true_random=False))
def test_the_order_of_the_document_decides_nothing(spot: Spot, shuffled: Any) -> None:
    tours = [replace(tour, roles=tuple(shuffled.sample(tour.roles, len(tour.roles)))) for tour in spot.plan.tours]
    turned = replace(spot.plan, tours=tuple(shuffled.sample(tours, len(tours))), unserved=spot.plan.unserved[::-1])
    assert check(spot.problem, turned) == check(spot.problem, spot.plan)


@SPARING
@given(problems())
def test_files_say_what_the_values_say(problem: Problem) -> None:
    plan = a_plain_plan(problem)
    assert read_problem(write_problem(problem)) == problem
    assert read_plan(write_plan(plan)) == plan
