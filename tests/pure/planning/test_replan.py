"""Planning again: lawful whatever changed, nothing moved that need not, and every change with its cause."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pure.planning.making import DEPARTMENTS, a_county, breaches, half_days, matter_ids, planned, problems
from pure.planning_check.building import a_matter, a_target

from solver.planning.ids import DeskMatterId, InspectorId, RoundId, TargetId
from solver.planning.limits import Limit
from solver.planning.plan import DeskMatter, Plan, Tour, Visit
from solver.planning.problem import Barred, Inspector, Policy, Problem
from solver.planning.replanning.again import Replanned, replan
from solver.planning.replanning.moves import Kind, Move
from solver.planning.strict_json import Unreadable

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
COUNTY = a_county()


def again(problem: Problem, old: Plan, effort: int = 5) -> Replanned:
    return replan(problem, old, limit=Limit(effort=effort), now=time.monotonic)


def changed(problem: Problem, **given: Any) -> Problem:
    return msgspec.structs.replace(problem, **given)


def of_kind(found: Replanned, *kinds: Kind) -> list[Move]:
    return [move for move in found.moves if move.kind in kinds]


def with_someone_ill(problem: Problem, *ill: InspectorId) -> Problem:
    away = tuple(each.id for each in problem.half_days)

    def now(one: Inspector) -> Inspector:
        return msgspec.structs.replace(one, unavailable=away) if one.id in ill else one

    return changed(problem, inspectors=tuple(now(one) for one in problem.inspectors))


def with_target(problem: Problem, target: TargetId, **given: Any) -> Problem:
    return changed(
        problem,
        targets=tuple(
            msgspec.structs.replace(each, **given) if each.id == target else each for each in problem.targets
        ),
    )


def visits_then(tours: tuple[Tour, ...]) -> set[tuple[str, str, str]]:
    return {(tour.id, tour.half_day, visit.target) for tour in tours for visit in tour.visits}


@st.composite
def changes(draw: st.DrawFn) -> tuple[Problem, Problem]:
    """A problem, and the same round after some of what can happen to it."""
    before = draw(problems())
    after = before
    if before.inspectors:
        after = with_someone_ill(after, *draw(st.lists(st.sampled_from([one.id for one in before.inspectors]))))
        who, where = draw(st.sampled_from(before.inspectors)), draw(st.sampled_from(before.targets))
        after = changed(after, barred=(*after.barred, Barred(inspector=who.id, target=where.id, reason="近亲属任职")))
    after = with_target(
        after,
        draw(st.sampled_from(before.targets)).id,
        closed=tuple(draw(st.lists(st.sampled_from([each.id for each in before.half_days]), unique=True))),
    )
    gone = draw(st.integers(0, 2)) if len(before.matters) > 2 else 0
    added = draw(st.integers(0, 2)) if before.matters else 0
    more = tuple(msgspec.structs.replace(each, id=f"{each.id}新", key=True) for each in before.matters[:added])
    return before, changed(after, matters=(*after.matters[gone:], *more))


@given(both=changes())
@settings(PATIENT, max_examples=60)
def test_a_new_plan_is_lawful_and_accounts_for_every_matter_and_every_change(both: tuple[Problem, Problem]) -> None:
    before, after = both
    old = planned(before, effort=0)
    found = again(after, old)
    assert breaches(after, found.plan) == ()
    unserved = {each.matter for each in found.plan.unserved}
    assert matter_ids(found.plan) | unserved == {matter.id for matter in after.matters}
    listed = [matter for move in found.moves for matter in move.matters]
    assert sorted(listed) == sorted(matter_ids(old) | matter_ids(found.plan))
    assert all(move.why for move in found.moves if move.kind is not Kind.KEPT)


@given(problem=problems())
@settings(PATIENT, max_examples=40)
def test_where_nothing_changed_everything_stays_to_the_last_chance_unless_more_can_be_served(problem: Problem) -> None:
    old = planned(problem, effort=0)
    found = again(problem, old)
    if unserved(problem, found.plan) == unserved(problem, old):
        assert found.plan.tours == old.tours
        assert {move.kind for move in found.moves} <= {Kind.KEPT}
    else:
        assert unserved(problem, found.plan) < unserved(problem, old)


def unserved(problem: Problem, plan: Plan) -> tuple[int, int]:
    """How many key matters are unserved, and how many matters."""
    left = {each.matter for each in plan.unserved}
    return sum(matter.key for matter in problem.matters if matter.id in left), len(left)


def test_where_everything_is_served_and_nothing_changed_everything_stays() -> None:
    old = planned(COUNTY, effort=0)
    assert unserved(COUNTY, old) == (0, 0)
    assert again(COUNTY, old).plan.tours == old.tours


def test_an_officer_who_falls_ill_changes_chances_and_no_visit() -> None:
    old = planned(COUNTY)
    ill = InspectorId(f"{DEPARTMENTS[0]}-0")
    found = again(with_someone_ill(COUNTY, ill), old)
    assert visits_then(found.plan.tours) == visits_then(old.tours)
    roles = {role.id: role for tour in found.plan.tours for role in tour.roles}
    for role in (role for tour in old.tours for role in tour.roles):
        assert roles[role.id] == role or role.department == DEPARTMENTS[0]
    assert all(ill not in role.chances for role in roles.values())
    assert {move.kind for move in found.moves} == {Kind.CHANGED}
    assert all(move.why[0].rule == 5 and ill in move.why[0].text for move in found.moves)


def test_a_firm_that_closes_moves_alone() -> None:
    old = planned(COUNTY)
    tour = next(tour for tour in old.tours if len(tour.visits) > 1)
    target = tour.visits[0].target
    after = with_target(COUNTY, target, closed=(tour.half_day,))
    found = again(after, old)
    (moved,) = of_kind(found, Kind.MOVED)
    assert (moved.target, moved.why[0].rule) == (target, 1)
    assert moved.before is not None
    assert moved.after is not None
    assert moved.before.half_day == tour.half_day != moved.after.half_day
    assert found.plan.unserved == ()
    assert visits_then(found.plan.tours) >= visits_then(old.tours) - {(tour.id, tour.half_day, target)}
    others = [each for each in old.tours if each.id != tour.id]
    assert all(each in found.plan.tours for each in others)


def with_matter(problem: Problem, **given: Any) -> Problem:
    added = a_matter("加", **{"target": TargetId("厂0"), "department": DEPARTMENTS[0]} | given)
    return changed(problem, matters=(*problem.matters, added))


def visit_of(plan: Plan, target: str) -> tuple[Tour, Visit]:
    return next((tour, visit) for tour in plan.tours for visit in tour.visits if visit.target == target)


def test_a_task_added_at_a_firm_that_is_visited_anyway_joins_that_visit() -> None:
    old = planned(COUNTY)
    tour, before = visit_of(old, "厂0")
    found = again(with_matter(COUNTY, minutes=20), old)
    now, after = visit_of(found.plan, "厂0")
    assert visits_then(found.plan.tours) == visits_then(old.tours)
    assert after.matters == (*before.matters, "加")
    assert now.roles == tour.roles
    assert all(each in found.plan.tours for each in old.tours if each != tour)
    (new,) = of_kind(found, Kind.NEW)
    assert (new.matters, new.before) == (("加",), None)
    assert [cause.text for cause in new.why] == ["该户已排有检查，并入同一次，不另上门", "原方案没有安排"]
    assert {move.after.tour for move in of_kind(found, Kind.CHANGED) if move.after} == {tour.id}
    assert of_kind(found, Kind.MOVED, Kind.DROPPED) == []


def test_a_task_joins_no_visit_that_is_not_to_be_shared() -> None:
    problem = a_full_county(
        targets=(a_target("厂0"), a_target("厂1")),
        matters=(
            a_matter("短", target="厂1", department=DEPARTMENTS[0], minutes=30),
            a_matter("早", target="厂0", department=DEPARTMENTS[0], minutes=30, separate=True),
            a_matter("晚", target="厂0", department=DEPARTMENTS[1], minutes=60),
        ),
    )
    old = planned(problem)
    found = again(with_matter(problem, minutes=40), old)
    _, visit = next((tour, each) for tour in found.plan.tours for each in tour.visits if "晚" in each.matters)
    assert set(visit.matters) == {"晚", "加"}
    assert of_kind(found, Kind.MOVED) == []


@pytest.mark.parametrize("given", [{"minutes": 190}, {"separate": True}])
def test_a_task_that_fits_no_visit_gets_its_own_and_leaves_every_tour_as_it_was(given: dict[str, Any]) -> None:
    old = planned(COUNTY)
    found = again(with_matter(COUNTY, **given), old)
    assert all(tour in found.plan.tours for tour in old.tours)
    (new,) = of_kind(found, Kind.NEW)
    assert new.after is not None
    assert new.after.tour not in {tour.id for tour in old.tours}


def test_a_department_that_comes_along_anew_changes_nothing_for_the_others_on_the_tour() -> None:
    without = changed(COUNTY, matters=tuple(each for each in COUNTY.matters if each.department != DEPARTMENTS[0]))
    old = planned(without)
    tour, _ = visit_of(old, "厂0")
    found = again(with_matter(without, minutes=20), old)
    now, visit = visit_of(found.plan, "厂0")
    assert "加" in visit.matters
    assert visits_then(found.plan.tours) == visits_then(old.tours)
    assert tuple(role for role in now.roles if role.department != DEPARTMENTS[0]) == tour.roles
    assert [role.need for role in now.roles if role.department == DEPARTMENTS[0]] == [2]


def test_the_bound_told_after_planning_again_is_the_one_that_holds() -> None:
    old = planned(COUNTY, effort=2)
    found = again(with_matter(COUNTY, minutes=20), old)
    assert found.plan.metrics.officer_half_days_bound == found.plan.metrics.officer_half_days


def test_a_matter_whose_window_moved_leaves_its_visit_to_the_others() -> None:
    old = planned(COUNTY)
    tour = old.tours[0]
    moving = tour.visits[0].matters[0]
    now = next(each.date for each in COUNTY.half_days if each.id == tour.half_day)
    other = next(each for each in COUNTY.half_days if each.date != now)
    matters = tuple(
        msgspec.structs.replace(each, first_day=other.date, last_day=other.date) if each.id == moving else each
        for each in COUNTY.matters
    )
    found = again(changed(COUNTY, matters=matters), old)
    (moved,) = of_kind(found, Kind.MOVED)
    assert moved.matters == (moving,)
    assert moved.after is not None
    assert moved.after.half_day.startswith(other.date.isoformat())
    assert visits_then(found.plan.tours) >= visits_then(old.tours)


def a_full_county(**given: Any) -> Problem:
    """Two half-days with one car each; one visit fills a half-day."""
    targets = (a_target("厂0"), a_target("厂1"))
    wide = a_matter("宽", target=targets[0].id, department=DEPARTMENTS[0], minutes=150)
    defaults = {"half_days": half_days(1), "targets": targets, "matters": (wide,), "policy": Policy(max_tours=1)}
    return a_county(**defaults | given)


def test_a_visit_makes_room_when_another_matter_can_go_nowhere_else() -> None:
    problem = a_full_county()
    old = planned(problem)
    (tour,) = old.tours
    elsewhere = next(each.id for each in problem.half_days if each.id != tour.half_day)
    narrow = a_matter("窄", target=problem.targets[1].id, department=DEPARTMENTS[0], minutes=150)
    after = with_target(
        changed(problem, matters=(*problem.matters, narrow)), problem.targets[1].id, closed=(elsewhere,)
    )
    found = again(after, old)
    assert found.plan.unserved == ()
    (moved,) = of_kind(found, Kind.MOVED)
    assert moved.matters == ("宽",)
    assert [cause.rule for cause in moved.why] == [None]


def test_a_key_matter_takes_the_place_of_another_where_there_is_none_for_both() -> None:
    problem = a_full_county(half_days=half_days(1)[:1])
    old = planned(problem)
    key = a_matter("重", target=problem.targets[1].id, department=DEPARTMENTS[0], minutes=150, key=True)
    found = again(changed(problem, matters=(*problem.matters, key)), old)
    assert matter_ids(found.plan) == {"重"}
    (dropped,) = of_kind(found, Kind.DROPPED)
    assert (dropped.matters, dropped.after) == (("宽",), None)


def test_tours_that_were_announced_since_stand_and_so_do_the_others() -> None:
    old = planned(COUNTY)
    found = again(changed(COUNTY, fixed=old.tours[:1]), old)
    assert breaches(changed(COUNTY, fixed=old.tours[:1]), found.plan) == ()
    assert sorted(found.plan.tours, key=lambda tour: tour.id) == sorted(old.tours, key=lambda tour: tour.id)


def test_a_matter_no_longer_asked_for_is_dropped_and_said_to_be_gone() -> None:
    old = planned(COUNTY)
    gone = COUNTY.matters[0].id
    found = again(changed(COUNTY, matters=COUNTY.matters[1:]), old)
    (dropped,) = of_kind(found, Kind.DROPPED)
    assert dropped.matters == (gone,)
    assert "已没有该事项" in dropped.why[0].text
    assert of_kind(found, Kind.MOVED, Kind.NEW) == []


def test_desk_matters_stay_without_those_who_may_not_be_drawn_any_more() -> None:
    people = tuple(each.id for each in COUNTY.inspectors if each.department == DEPARTMENTS[0])
    desk = DeskMatter(
        id=DeskMatterId("D0001"),
        tasks=("甲",),
        department=DEPARTMENTS[0],
        target=COUNTY.targets[0].id,
        item="台账",
        need=2,
        eligible=people,
    )
    old = msgspec.structs.replace(planned(COUNTY), desk=(desk,))
    barred = [Barred(inspector=each, target=desk.target, reason="近亲属任职") for each in people]
    fewer = again(changed(COUNTY, barred=tuple(barred[:1])), old).plan
    assert [each.eligible for each in fewer.desk] == [people[1:]]
    none = again(changed(COUNTY, barred=tuple(barred[:-1])), old).plan
    assert none.desk == ()
    assert [each.matter for each in none.unserved if each.matter == desk.id] == [desk.id]


def test_a_plan_of_another_round_is_refused_in_words() -> None:
    old = msgspec.structs.replace(planned(COUNTY), round=RoundId("河口-2"))
    with pytest.raises(Unreadable, match="河口-2"):
        again(COUNTY, old)


def test_a_plan_that_shares_no_matter_with_the_problem_is_refused_in_words() -> None:
    strangers = tuple(msgspec.structs.replace(each, id=f"{each.id}别") for each in COUNTY.matters)
    with pytest.raises(Unreadable, match="没有一项在问题里"):
        again(changed(COUNTY, matters=strangers), planned(COUNTY))


def test_an_old_plan_of_unknown_half_days_people_and_targets_only_costs_its_own_places() -> None:
    old = planned(COUNTY)
    strange = msgspec.structs.replace(
        old, tours=tuple(msgspec.structs.replace(tour, half_day="2020-01-01/am") for tour in old.tours)
    )
    found = again(COUNTY, strange)
    assert breaches(COUNTY, found.plan) == ()
    assert found.plan.unserved == ()
    assert {move.kind for move in found.moves} == {Kind.MOVED}


def test_the_same_effort_gives_the_same_plan_with_any_number_of_workers() -> None:
    old = planned(COUNTY)
    after = with_target(COUNTY, COUNTY.targets[0].id, closed=tuple(each.id for each in COUNTY.half_days[:2]))
    plans = [replan(after, old, limit=Limit(effort=2), now=time.monotonic, workers=count).plan for count in (1, 2)]
    assert plans[0] == plans[1]
