"""Moving a visit after the lots: lawful places alone, the drawn team with it, and nobody else's visit touched."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pure.planning.making import DEPARTMENTS, FIRST, a_county, half_days, officers, planned, problems
from pure.planning_check.building import a_matter, a_target

from solver.chance.identifiers import Seed
from solver.chance.lots import draw_lots
from solver.chance.numbers import Algorithm
from solver.chance.plan import PlanLots, RoleLots
from solver.planning.check import check
from solver.planning.eligible import eligible
from solver.planning.ids import HalfDayId, InspectorId, MatterId, TargetId, TourId
from solver.planning.index import Index, index
from solver.planning.moving.after_lots import Alternative, Held, Shift, Standing, alternative, alternatives, shifted
from solver.planning.plan import LeftOut, Plan, Role, Tour, Visit
from solver.planning.problem import Barred, Policy, Problem

PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
LONG_AGO = FIRST - timedelta(days=1)
ONE = DEPARTMENTS[0]
TOWN = a_county(
    half_days=half_days(2),
    targets=tuple(a_target(f"厂{n}", lat=31.0, lon=112.0) for n in range(4)),
    matters=tuple(a_matter(f"m{n}", target=TargetId(f"厂{n}"), department=ONE) for n in range(4)),
    inspectors=officers(ONE, 4),
)
"""Four firms of one department at one spot: a visit takes 40 minutes."""
Spot = tuple[HalfDayId, TargetId, str, str, frozenset[InspectorId]]


class Walk(NamedTuple):
    """A drawn round in which some visits were moved already, one more in hand, and where it may go."""

    problem: Problem
    standing: Standing
    matter: MatterId
    places: tuple[Alternative, ...]


def drawn(problem: Problem, plan: Plan, seed: str = "5" * 64) -> Standing:
    """The plan with its lots drawn as they are drawn in earnest."""
    roles = tuple(
        RoleLots(id=role.id, department=role.department, half_day=t.half_day, need=role.need, chances=role.chances)
        for t in plan.tours
        for role in t.roles
    )
    lots = PlanLots(round=plan.round, scale=problem.policy.scale, roles=roles)
    return Standing(plan=plan, teams=draw_lots(lots, Seed(seed), Algorithm.SHA256))


def held(problem: Problem, standing: Standing, matter: str, *, number: int = 1, too_soon: date = LONG_AGO) -> Held:
    return Held(problem=problem, standing=standing, matter=MatterId(matter), number=number, too_soon=too_soon)


def spots(problem: Problem, standing: Standing) -> dict[frozenset[MatterId], Spot]:
    """Every visit by its matters: when, where, and who goes in."""
    department = {matter.id: matter.department for matter in problem.matters}
    return {
        frozenset(visit.matters): (
            tour.half_day,
            visit.target,
            visit.start,
            visit.end,
            frozenset(
                one
                for role in tour.roles
                if role.department in {department[matter] for matter in visit.matters}
                for one in standing.teams[role.id]
            ),
        )
        for tour in standing.plan.tours
        for visit in tour.visits
    }


def told(problem: Problem, standing: Standing, free: TourId) -> tuple[Problem, Plan]:
    """Problem and plan as rule 6 of the specification writes what was drawn: the chosen certain, the others not."""
    turned, scale = index(problem), problem.policy.scale
    certain = tuple(
        replace(
            tour,
            roles=tuple(_certain(turned, tour, role, standing, scale, is_free=tour.id == free) for role in tour.roles),
        )
        for tour in standing.plan.tours
    )
    fixed = tuple(tour for tour in certain if tour.id != free)
    given = replace(problem, fixed=fixed)
    return given, replace(standing.plan, tours=certain, problem_sha256="0" * 64)


def _certain(turned: Index, tour: Tour, role: Role, standing: Standing, scale: int, *, is_free: bool) -> Role:
    going = {one for each in tour.roles for one in standing.teams[each.id]}
    sent = dict.fromkeys(standing.teams[role.id], scale)
    if not is_free:
        return replace(role, chances=sent, left_out={})
    others = eligible(turned, role, tour) - sent.keys()
    parted = {one for one in others if turned.apart.get(one, frozenset()) & going}
    for one in sorted(others - parted):
        if turned.apart.get(one, frozenset()) & (others - parted):
            parted.add(one)
    zero = dict.fromkeys(others - parted, 0)
    return replace(role, chances=zero | sent, left_out=dict.fromkeys(parted, LeftOut.APART))


def tour_with(plan: Plan, matter: str) -> tuple[Tour, Visit]:
    return next((tour, visit) for tour in plan.tours for visit in tour.visits if matter in visit.matters)


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    """A drawn round in which some visits were moved already, and one more in hand."""
    problem = draw(problems())
    plan = planned(problem)
    assume(plan.tours)
    standing = drawn(problem, plan, draw(st.sampled_from(["5" * 64, "a" * 64, "0f" * 32])))
    served = sorted(matter for tour in plan.tours for visit in tour.visits for matter in visit.matters)
    for number in range(1, draw(st.integers(1, 4))):
        matter = draw(st.sampled_from(served))
        lawful = [each for each in alternatives(held(problem, standing, matter, number=number)) if not each.obstacle]
        if lawful:
            standing = shifted(problem, standing, draw(st.sampled_from(lawful)).shift)
    matter = draw(st.sampled_from(served))
    return Walk(problem, standing, matter, alternatives(held(problem, standing, matter, number=9)))


@given(case=walks())
@settings(PATIENT, max_examples=60)
def test_a_place_that_is_offered_is_lawful_and_the_drawn_team_stays(case: Walk) -> None:
    problem, standing, matter, places = case
    before = spots(problem, standing)
    for place in places:
        if place.obstacle is not None:
            continue
        made = shifted(problem, standing, place.shift)
        after = spots(problem, made)
        (moved,) = [each for each in before if matter in each]
        assert {each: after[each] for each in before if each != moved} == {
            each: before[each] for each in before if each != moved
        }, "nobody else's visit moves"
        assert after[moved] == (
            place.shift.half_day,
            before[moved][1],
            place.start,
            place.end,
            before[moved][4],
        )
        assert made.plan.unserved == standing.plan.unserved
        given_, plan = told(problem, made, place.shift.tour)
        assert [each for each in check(given_, plan).breaches if "应" not in each.text or "开始" not in each.text] == []


@given(case=walks())
@settings(PATIENT, max_examples=60)
def test_what_the_database_refuses_is_never_offered(case: Walk) -> None:
    problem, standing, _, places = case
    for place in places:
        if place.obstacle is not None:
            continue
        made = shifted(problem, standing, place.shift)
        doors = Counter((tour.half_day, visit.target) for tour in made.plan.tours for visit in tour.visits)
        people = Counter(
            (tour.half_day, one) for tour in made.plan.tours for role in tour.roles for one in made.teams[role.id]
        )
        assert set(doors.values()) == {1}
        assert set(people.values()) == {1}
        chances = {role.id: role.chances for tour in standing.plan.tours for role in tour.roles}
        for tour in made.plan.tours:
            for role in tour.roles:
                assert role.chances.keys() >= set(made.teams[role.id])
                assert made.published.get(role.id, role.id) in {*chances, *standing.published.values()}
        assert set(made.teams) >= {role.id for tour in made.plan.tours for role in tour.roles}


@given(case=walks())
@settings(PATIENT, max_examples=60)
def test_a_place_that_is_refused_breaks_a_rule(case: Walk) -> None:
    problem, standing, matter, places = case
    source, _ = tour_with(standing.plan, matter)
    for place in places:
        if place.obstacle is None:
            continue
        made = shifted(problem, standing, place.shift)
        given_, plan = told(problem, made, place.shift.tour)
        rest, _ = told(problem, made, source.id)
        assert check(given_, plan).breaches or check(rest, plan).breaches, place.obstacle


def test_a_visit_leaves_its_tour_and_its_people_come_twice() -> None:
    standing = drawn(TOWN, planned(TOWN))
    (tour,) = standing.plan.tours
    assert len(tour.visits) == 4
    moving = tour.visits[1]
    (matter,) = moving.matters
    lawful = [each for each in alternatives(held(TOWN, standing, matter)) if each.obstacle is None]
    assert [each.shift.half_day for each in lawful] == [h.id for h in TOWN.half_days if h.id != tour.half_day]
    made = shifted(TOWN, standing, lawful[0].shift)
    left, new = made.plan.tours
    assert (left.id, [each.target for each in left.visits]) == (
        tour.id,
        [each.target for each in tour.visits if each is not moving],
    )
    assert [each.start for each in left.visits] == [each.start for each in tour.visits if each is not moving]
    assert new.id == f"{tour.id}-1"
    assert (new.visits[0].start, new.visits[0].end) in {("08:30", "09:10"), ("14:30", "15:10")}
    assert made.teams[new.roles[0].id] == standing.teams[tour.roles[0].id]
    assert made.published == {new.roles[0].id: tour.roles[0].id}


def test_a_second_one_joins_the_first_where_the_same_people_are() -> None:
    standing = drawn(TOWN, planned(TOWN))
    (tour,) = standing.plan.tours
    first, second = (visit.matters[0] for visit in tour.visits[:2])
    place = alternatives(held(TOWN, standing, first))[0]
    standing = shifted(TOWN, standing, place.shift)
    then = alternative(held(TOWN, standing, second, number=2), place.shift.half_day)
    assert then is not None
    assert then.obstacle is None
    assert then.shift == Shift(matter=second, half_day=place.shift.half_day, tour=place.shift.tour, joins=True)
    assert then.start == place.end, "the two firms stand at one spot"
    made = shifted(TOWN, standing, then.shift)
    assert [len(each.visits) for each in made.plan.tours] == [2, 2]
    third = made.plan.tours[0].visits[0].matters[0]
    last = alternative(held(TOWN, made, third, number=3), place.shift.half_day)
    assert last is not None
    assert shifted(TOWN, made, last.shift).plan.tours[1].visits[-1].matters == (third,)


def test_a_tour_that_is_left_by_its_only_visit_is_moved_whole_and_keeps_its_name() -> None:
    problem = replace(TOWN, matters=TOWN.matters[:1])
    standing = drawn(problem, planned(problem))
    (tour,) = standing.plan.tours
    place = alternatives(held(problem, standing, "m0"))[0]
    (made,) = shifted(problem, standing, place.shift).plan.tours
    assert (made.id, made.roles, made.half_day) == (tour.id, tour.roles, place.shift.half_day)


def _refusal(problem: Problem, standing: Standing, matter: str = "m0", *, too_soon: date = LONG_AGO) -> str:
    """Why the visit cannot go to the second day's morning."""
    place = alternative(held(problem, standing, matter, too_soon=too_soon), problem.half_days[2].id)
    assert place is not None
    return place.obstacle.text if place.obstacle else ""


def _first_day() -> tuple[Problem, Standing]:
    """The town drawn with everything on the first morning."""
    bound = tuple(replace(each, last_day=FIRST) for each in TOWN.matters)
    problem = replace(TOWN, matters=bound)
    return TOWN, drawn(TOWN, replace(planned(problem), problem_sha256="0" * 64))


def _one(standing: Standing, matter: str = "m0") -> InspectorId:
    tour, _ = tour_with(standing.plan, matter)
    return standing.teams[tour.roles[0].id][0]


def test_what_stands_in_the_way_is_named_with_the_people() -> None:
    problem, standing = _first_day()
    assert _refusal(problem, standing) == ""
    one, day = _one(standing), problem.half_days[2]
    away = tuple(replace(each, unavailable=(day.id,)) if each.id == one else each for each in problem.inspectors)
    assert f"{one}当时请假" in _refusal(replace(problem, inspectors=away), standing)
    closed = tuple(replace(each, closed=(day.id,)) for each in problem.targets)
    assert "不便接受检查" in _refusal(replace(problem, targets=closed), standing)
    due = tuple(replace(each, last_day=FIRST) for each in problem.matters)
    assert "应在" in _refusal(replace(problem, matters=due), standing)
    worn = tuple(replace(each, max_half_days=1) for each in problem.inspectors)
    assert "上限 1 个" in _refusal(replace(problem, inspectors=worn), standing)
    barred = (Barred(inspector=one, target=TargetId("厂0"), reason="近亲属任职"),)
    assert f"{one}须回避检查对象 厂0" in _refusal(replace(problem, barred=barred), standing)
    assert "来不及" in _refusal(problem, standing, too_soon=day.date)
    cars = replace(problem, policy=Policy(max_tours=0))
    assert "最多 0 个" in _refusal(cars, standing)


def test_a_team_that_is_elsewhere_with_others_cannot_come() -> None:
    """Somebody of the team goes somewhere else that half-day: with other people, so there is nothing to join."""
    problem, standing = _first_day()
    tour, _ = tour_with(standing.plan, "m0")
    one = _one(standing)
    other = next(each.id for each in problem.inspectors if each.id not in standing.teams[tour.roles[0].id])
    elsewhere = replace(
        tour,
        id=TourId("X"),
        half_day=problem.half_days[2].id,
        visits=(replace(tour.visits[-1], target=TargetId("厂3"), matters=(MatterId("m9"),)),),
        roles=(replace(tour.roles[0], id="X/1"),),
    )
    more = replace(problem, matters=(*problem.matters, a_matter("m9", target=TargetId("厂3"), department=ONE)))
    busy = replace(
        standing,
        plan=replace(standing.plan, tours=(*standing.plan.tours, elsewhere)),
        teams={**standing.teams, "X/1": tuple(sorted((one, other)))},
    )
    assert f"{one}已在组次X" in _refusal(more, busy)
    place = alternative(held(more, busy, "m0"), problem.half_days[2].id)
    assert place is not None
    assert place.obstacle is not None
    assert place.obstacle.people == (one,)


def test_a_half_day_that_nobody_knows_or_in_which_it_is_already_is_no_place() -> None:
    problem, standing = _first_day()
    tour, _ = tour_with(standing.plan, "m0")
    assert alternative(held(problem, standing, "m0"), HalfDayId("2031-01-01/am")) is None
    assert alternative(held(problem, standing, "m0"), tour.half_day) is None


@pytest.mark.parametrize("team_minimum", [2, 3])
def test_who_stays_behind_must_still_be_a_team(team_minimum: int) -> None:
    """Two departments go together because each alone would be too small: neither may go without the other."""
    two = DEPARTMENTS[1]
    problem = replace(
        TOWN,
        matters=(
            a_matter("m0", target=TargetId("厂0"), department=ONE, last_day=FIRST),
            a_matter("m1", target=TargetId("厂1"), department=two, last_day=FIRST),
        ),
        inspectors=(*officers(ONE, 2), *officers(two, 2)),
        half_days=TOWN.half_days[:1],
    )
    plan = planned(replace(problem, policy=Policy(team_minimum=4)))
    assert len(plan.tours) == 1
    later = replace(
        problem,
        half_days=TOWN.half_days,
        matters=tuple(replace(each, last_day=TOWN.half_days[-1].date) for each in problem.matters),
        policy=Policy(team_minimum=team_minimum),
    )
    refusal = _refusal(later, drawn(problem, plan))
    assert (refusal == "") == (team_minimum == 2)
