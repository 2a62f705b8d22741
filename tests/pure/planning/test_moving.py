"""Moving a visit by hand: every place that is offered is lawful, every other breaks the rule that is named."""

from collections.abc import Iterator
from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model
from pure.planning.making import DEPARTMENTS, FIRST, a_county, breaches, officers, planned, problems
from pure.planning_check.building import a_matter, a_target

from solver.planning.check import check
from solver.planning.eligible import able, qualified
from solver.planning.geometry import places, travel_minutes
from solver.planning.ids import HalfDayId, TargetId, TourId
from solver.planning.index import Index, index
from solver.planning.moving import Moved, Obstacle, Option, Place, lay_out_plan, lifted, moved
from solver.planning.plan import Plan, Role, Tour, Visit
from solver.planning.problem import Barred, Policy, Problem
from solver.planning.reading import problem_digest, write_problem

PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
PEOPLE = 5
Goes = dict[tuple[str, str, str], cp_model.IntVar]
"""By tour, department and person."""
TOWN = a_county(
    matters=tuple(a_matter(f"m{n}", target=TargetId(f"厂{n}"), department=DEPARTMENTS[0]) for n in range(4))
)
"""Four firms of one department, all of them possible at any time."""


def options(problem: Problem, plan: Plan, tour: Tour, visit: Visit) -> tuple[Option, ...]:
    board = lay_out_plan(problem, plan)
    with lifted(board, tour.id, visit.target) as hand:
        found = hand.options()
    with lifted(board, tour.id, visit.target) as hand:
        assert hand.options() == found, "the board is given back as it was"
    return found


def put(problem: Problem, plan: Plan, tour: Tour, visit: Visit, place: Place) -> Moved | Obstacle | None:
    return moved(problem, plan, tour.id, visit.target, place, problem_digest(write_problem(problem)))


def spots(plan: Plan) -> set[tuple[TourId, HalfDayId, TargetId]]:
    return {(tour.id, tour.half_day, visit.target) for tour in plan.tours for visit in tour.visits}


@st.composite
def picked(draw: st.DrawFn) -> tuple[Problem, Plan, Tour, Visit]:
    """A lawful plan of an awkward little problem, and one of its visits."""
    problem = draw(problems())
    plan = planned(problem)
    assume(plan.tours)
    tour = draw(st.sampled_from(plan.tours))
    return problem, plan, tour, draw(st.sampled_from(tour.visits))


@given(case=picked())
@settings(PATIENT, max_examples=40)
def test_what_is_offered_is_lawful_and_moves_nothing_else(case: tuple[Problem, Plan, Tour, Visit]) -> None:
    problem, plan, tour, visit = case
    others = {spot for spot in spots(plan) if spot != (tour.id, tour.half_day, visit.target)}
    for option in options(problem, plan, tour, visit):
        made = put(problem, plan, tour, visit, option.place)
        if option.obstacle is not None:
            assert isinstance(made, Obstacle)
            assert made.rule == option.obstacle.rule
            continue
        assert isinstance(made, Moved)
        assert breaches(problem, made.plan) == ()
        assert spots(made.plan) - {(made.tour, option.place.half_day, visit.target)} == others
        assert option.place.tour in (None, made.tour)


def test_a_tour_for_more_officers_is_not_joined_where_one_of_them_is_barred() -> None:
    """The visit asks for fewer than go there anyway, but not for all of these."""
    department = DEPARTMENTS[0]
    team = officers(department, 3)
    few, many = (
        a_matter(f"m{n}", target=TargetId(f"厂{n}"), department=department, officers=n + 2, expertise=())
        for n in (0, 1)
    )
    barred = Barred(inspector=team[0].id, target=few.target, reason="近亲属任职")
    problem = a_county(matters=(few, many), inspectors=team, barred=(barred,))
    plan = planned(problem)
    ((tour, visit),) = ((each, one) for each in plan.tours for one in each.visits if one.target == few.target)
    joining = next(each for each in options(problem, plan, tour, visit) if each.place.tour)
    assert joining.obstacle is not None
    assert joining.obstacle.rule == PEOPLE


@given(case=picked())
@settings(PATIENT, max_examples=40)
def test_what_is_refused_breaks_the_rule_that_is_named(case: tuple[Problem, Plan, Tour, Visit]) -> None:
    problem, plan, tour, visit = case
    for option in options(problem, plan, tour, visit):
        if option.obstacle is None:
            continue
        if option.obstacle.rule == PEOPLE:
            assert not could_be_manned(problem, plan, tour, visit, option.place)
        elif option.obstacle.rule < PEOPLE - 1:
            for naive in naively(problem, plan, tour, visit, option.place):
                assert option.obstacle.rule in {breach.rule for breach in check(problem, naive).breaches}


def naively(problem: Problem, plan: Plan, tour: Tour, visit: Visit, place: Place) -> Iterator[Plan]:
    """The plan with the visit simply written where it is to go, in every position of the tour."""
    for visits in _visits(plan, visit, place):
        written = []
        fresh = Tour(id="new", half_day=place.half_day, travel_minutes=0, visits=(), roles=tour.roles)
        for each in (*plan.tours, fresh):
            kept = tuple(one for one in each.visits if each.id != tour.id or one.target != visit.target)
            is_there = each.id == (place.tour or "new")
            now = msgspec.structs.replace(each, visits=visits if is_there else kept)
            written.append(msgspec.structs.replace(now, travel_minutes=travelled(problem, now)))
        yield msgspec.structs.replace(plan, tours=tuple(each for each in written if each.visits))


def _visits(plan: Plan, visit: Visit, place: Place) -> Iterator[tuple[Visit, ...]]:
    there = next((tour.visits for tour in plan.tours if tour.id == place.tour), ())
    for at in range(len(there) + 1):
        yield (*there[:at], visit, *there[at:])


def travelled(problem: Problem, tour: Tour) -> int:
    where = places(problem)
    legs = pairwise(where.get(visit.target) for visit in tour.visits)
    return sum(travel_minutes(one, other, problem.policy) for one, other in legs)


def could_be_manned(problem: Problem, plan: Plan, tour: Tour, visit: Visit, place: Place) -> bool:
    """Whether anybody at all could be sent so that every tour has whom it needs: asked of CP-SAT.

    Chances exist where whole people can be seated, and only there.
    """
    known = index(problem)
    naive = next(naively(problem, plan, tour, visit, place))
    model = cp_model.CpModel()
    goes: Goes = {}
    for each in naive.tours:
        _man(model, known, problem, each, goes)
    for person in problem.inspectors:
        mine = {key: var for key, var in goes.items() if key[2] == person.id}
        half_days = {each.id: each.half_day for each in naive.tours}
        for half_day in set(half_days.values()):
            model.add_at_most_one(var for key, var in mine.items() if half_days[key[0]] == half_day)
        if person.max_half_days is not None:
            model.add(sum(mine.values()) <= person.max_half_days)
    solver = cp_model.CpSolver()
    return bool(solver.solve(model) == cp_model.OPTIMAL)


def _man(
    model: cp_model.CpModel,
    known: Index,
    problem: Problem,
    tour: Tour,
    goes: Goes,
) -> None:
    """One tour: officers and every expertise for each department, the least team, and who must stay apart."""
    matters = [known.matters[matter] for visit in tour.visits for matter in visit.matters]
    sent = []
    for department in sorted({matter.department for matter in matters}):
        own = [matter for matter in matters if matter.department == department]
        people = able(
            known,
            qualified(known, department, certified=False, expertise=()),
            tour.half_day,
            [visit.target for visit in tour.visits],
        )
        for person in sorted(people):
            goes[tour.id, department, person] = model.new_bool_var("")
        here = {person: goes[tour.id, department, person] for person in sorted(people)}
        certified = [var for person, var in here.items() if person in known.certified]
        model.add(sum(certified) >= max(matter.officers for matter in own))
        for skill in {skill for matter in own for skill in matter.expertise}:
            model.add(sum(var for person, var in here.items() if person in known.skilled.get(skill, ())) >= 1)
        sent += certified
    model.add(sum(sent) >= problem.policy.team_minimum)
    for pair in problem.apart:
        model.add(sum(var for key, var in goes.items() if key[0] == tour.id and key[2] in pair.inspectors) <= 1)


def test_a_refused_place_names_the_rule_and_the_people() -> None:
    """Two officers are at the office that day; one of them is related to the firm, the third is away."""
    bars = (Barred(inspector=f"{DEPARTMENTS[0]}-0", target=TargetId("厂3"), reason="近亲属任职"),)
    people = officers(DEPARTMENTS[0], 3)
    away = msgspec.structs.replace(people[2], unavailable=(HalfDayId(f"{FIRST}/am"),))
    matters = tuple(
        a_matter(f"m{n}", target=TargetId(f"厂{n}"), department=DEPARTMENTS[0], minutes=120) for n in (0, 3)
    )
    problem = msgspec.structs.replace(TOWN, matters=matters, inspectors=(*people[:2], away), barred=bars)
    plan = planned(problem)
    tour, visit = next((t, v) for t in plan.tours for v in t.visits if v.target == "厂3")
    assert not tour.half_day.startswith(f"{FIRST}/am")
    refused = put(problem, plan, tour, visit, Place(half_day=HalfDayId(f"{FIRST}/am"), tour=None))
    assert isinstance(refused, Obstacle)
    assert refused.rule == PEOPLE
    assert f"{DEPARTMENTS[0]}-0须回避" in refused.text
    assert "近亲属任职" in refused.text
    assert f"{DEPARTMENTS[0]}-2当时请假" in refused.text
    assert {f"{DEPARTMENTS[0]}-{n}" for n in (0, 1, 2)} <= set(refused.people)


def test_a_place_that_is_not_there_is_none() -> None:
    plan = planned(TOWN)
    tour, visit = plan.tours[0], plan.tours[0].visits[0]
    for place in (
        Place(half_day=HalfDayId("1999-01-01/am"), tour=None),
        Place(half_day=tour.half_day, tour=TourId("T999")),
        Place(half_day=tour.half_day, tour=tour.id),
    ):
        assert put(TOWN, plan, tour, visit, place) is None


def test_roles_that_a_move_does_not_touch_stay_as_they_are() -> None:
    matters = tuple(
        a_matter(f"m{n}", target=TargetId(f"厂{n}"), department=department)
        for n, department in enumerate((*DEPARTMENTS, DEPARTMENTS[0]))
    )
    problem = msgspec.structs.replace(TOWN, matters=matters, policy=Policy(max_visits_per_tour=1))
    plan = planned(problem)
    tour = plan.tours[0]
    place = next(each.place for each in options(problem, plan, tour, tour.visits[0]) if each.obstacle is None)
    made = put(problem, plan, tour, tour.visits[0], place)
    assert isinstance(made, Moved)
    own = {role.department for role in tour.roles}
    before = {role.id: role for each in plan.tours for role in each.roles if role.department not in own}
    after: dict[str, Role] = {role.id: role for each in made.plan.tours for role in each.roles}
    assert before
    assert before.items() <= after.items()
    assert made.plan.metrics.visits_bound == plan.metrics.visits_bound


@pytest.mark.parametrize("name", ["厂0", "厂1"])
def test_closed_half_days_are_refused_by_rule_1(name: str) -> None:
    plan = planned(TOWN)
    tour, visit = next((t, v) for t in plan.tours for v in t.visits if v.target == name)
    free = next(each.id for each in TOWN.half_days if each.id != tour.half_day)
    shut = a_target(name, lat=31.0, lon=112.0, closed=(free,))
    targets = tuple(shut if each.id == name else each for each in TOWN.targets)
    problem = msgspec.structs.replace(TOWN, targets=targets)
    again = msgspec.structs.replace(plan, problem_sha256=problem_digest(write_problem(problem)))
    refused = put(problem, again, tour, visit, Place(half_day=free, tour=None))
    assert isinstance(refused, Obstacle)
    assert (refused.rule, refused.text) == (1, "该对象这半天停业或不便受检")
