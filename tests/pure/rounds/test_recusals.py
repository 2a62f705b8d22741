"""Recusal after the lots: who takes the place is worked out, not chosen, and the team stays lawful."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace
from support.dispatches import BEFORE, DAM, FIRM, SHOP, WATER, Ask, a_dispatch, an_outing, staff

from coordinator.domain.actors import Actor, ActorId, Office
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Conflict, NotPermitted
from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.recusals import (
    RecusalCause,
    RecusalDecision,
    RecusalRequest,
    Replacement,
    decision_due,
    refuse_deciding_own,
    teams_after,
)
from coordinator.domain.replacing import (
    Change,
    barred_from,
    first_visit_at,
    places_at,
    replace_inspector,
    team_faults,
)
from coordinator.domain.workdays import Calendar
from solver.chance.identifiers import Seed
from solver.chance.numbers import Algorithm, Numbers
from solver.planning.problem import Barred

SEED = "5" * 64
CALENDAR = Calendar(holidays=frozenset(), make_up_days=frozenset(), confirmed_years=frozenset({2026}))
OUTING = an_outing(0, FIRM, Ask(WATER))
FIRST, SECOND = staff(WATER, 2), staff(WATER, 3)
"""Who goes in the first half-day's role; the fourth had a chance as well."""


def barring(dispatch: Dispatch, inspector: InspectorId, target: TargetId) -> Dispatch:
    return barred_from(dispatch, [Barred(inspector=inspector, target=target, reason="亲属")])


def replaced(
    dispatch: Dispatch, inspector: InspectorId = FIRST, target: TargetId = FIRM, now: datetime = BEFORE
) -> tuple[Change, ...]:
    numbers = Numbers(Seed(SEED), Algorithm.SHA256)
    return replace_inspector(barring(dispatch, inspector, target), inspector, target, numbers, now)


def by_hand(label: str, lot: str, inspectors: list[InspectorId]) -> list[InspectorId]:
    """The published order, from the specification's words alone: the least H(seed TAB label TAB lot TAB inspector)."""
    said = {one: hashlib.sha256(f"{SEED}\t{label}\t{lot}\t{one}".encode()).digest()[:8] for one in inspectors}
    return sorted(inspectors, key=lambda one: (said[one], one))


def test_the_next_in_the_published_order_goes() -> None:
    dispatch = a_dispatch(OUTING)
    (change,) = replaced(dispatch)
    role = dispatch.plan.tours[0].roles[0]
    free = [one for one in role.chances if one not in dispatch.teams[role.id]]
    assert change == Change(lot=role.id, leaves=FIRST, comes=free[0], candidates=tuple(free))
    assert list(change.candidates) == by_hand("alternate", role.id, free)


def test_several_candidates_stand_in_the_order_of_their_numbers() -> None:
    dispatch = a_dispatch(OUTING)
    (tour,) = dispatch.plan.tours
    role = replace(tour.roles[0], chances={staff(WATER, n): 5000 for n in range(1, 5)})
    dispatch = replace(dispatch, plan=replace(dispatch.plan, tours=(replace(tour, roles=(role,)),)))
    (change,) = replaced(dispatch)
    assert list(change.candidates) == by_hand("alternate", role.id, [staff(WATER, 1), staff(WATER, 4)])


def test_the_team_is_lawful_afterwards_and_was_not_before() -> None:
    dispatch = barring(a_dispatch(OUTING), FIRST, FIRM)
    assert any("须回避" in fault for fault in team_faults(dispatch))
    (change,) = replaced(a_dispatch(OUTING))
    after = teams_after(dispatch.teams, [a_replacement(change)])
    assert team_faults(replace(dispatch, teams=after)) == ()


def test_whoever_goes_elsewhere_in_that_half_day_does_not_come() -> None:
    dispatch = a_dispatch(OUTING, an_outing(0, SHOP, Ask(WATER)))
    ours, theirs = (tour.roles[0] for tour in dispatch.plan.tours)
    teams = {ours.id: (FIRST, SECOND), theirs.id: (staff(WATER, 1), staff(WATER, 4))}
    (change,) = replaced(replace(dispatch, teams=teams))
    assert change.comes is None, "the other two who had a chance are at the shop"
    assert change.candidates == ()


def test_whoever_is_at_the_ceiling_or_barred_does_not_come() -> None:
    dispatch = a_dispatch(OUTING)
    (change,) = replaced(dispatch)
    assert change.comes is not None
    tired = tuple(
        replace(one, max_half_days=0) if one.id == change.comes else one for one in dispatch.problem.inspectors
    )
    (without,) = replaced(replace(dispatch, problem=replace(dispatch.problem, inspectors=tired)))
    assert without.comes is None
    (without,) = replaced(barring(dispatch, change.comes, FIRM))
    assert without.comes is None


def test_every_tour_to_the_target_and_its_desk_matters_are_changed_and_no_other() -> None:
    dispatch = a_dispatch(OUTING, an_outing(2, SHOP, Ask(WATER)), desk=[(FIRM, Ask(WATER)), (DAM, Ask(WATER))])
    teams = {**dispatch.teams, **dict.fromkeys(dispatch.teams, (FIRST, SECOND))}
    changes = replaced(replace(dispatch, teams=teams))
    assert [change.lot for change in changes] == [dispatch.plan.tours[0].roles[0].id, "D0001"]
    desk = changes[1]
    assert list(desk.candidates) == by_hand("desk", "D0001", [staff(WATER, 1), staff(WATER, 4)])


def test_a_tour_that_has_begun_stays_as_it_was() -> None:
    dispatch = a_dispatch(OUTING)
    (tour,) = dispatch.plan.tours
    begins = dispatch.begins_at(tour, tour.visits[0])
    assert replaced(dispatch, now=begins) == ()
    assert first_visit_at(dispatch, FIRST, FIRM, BEFORE) == begins
    assert places_at(dispatch, FIRST, FIRM, begins - timedelta(seconds=1)) == (tour.roles[0].id,)


def a_replacement(change: Change, number: int = 1) -> Replacement:
    return Replacement(number=number, request=UUID(int=number), at=BEFORE, **change._asdict())


def test_a_changed_team_is_told_with_a_higher_sequence() -> None:
    dispatch = a_dispatch(OUTING, an_outing(2, SHOP, Ask(WATER)))
    (change,) = replaced(dispatch)
    told = announcements(replace(dispatch, replaced=(a_replacement(change),)))
    assert [told[target].visits[0].changes for target in (FIRM, SHOP)] == [1, 0]


def test_replacements_are_made_in_their_order() -> None:
    one, two, three = (InspectorId(each) for each in "甲乙丙")
    first = a_replacement(Change(lot="R", leaves=one, comes=two, candidates=(two,)))
    second = a_replacement(Change(lot="R", leaves=two, comes=None, candidates=()), number=2)
    assert teams_after({"R": (one, three)}, [second, first]) == {"R": (three,)}


@pytest.mark.parametrize(
    ("asked_on", "first_visit_on", "due_on"),
    [
        (date(2026, 3, 2), None, date(2026, 3, 5)),
        (date(2026, 3, 2), date(2026, 3, 20), date(2026, 3, 5)),
        (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 3)),
        (date(2026, 3, 6), None, date(2026, 3, 11)),
    ],
)
def test_a_decision_is_due_soon_and_before_the_visit(asked_on: date, first_visit_on: date | None, due_on: date) -> None:
    assert decision_due(CALENDAR, asked_on, first_visit_on).due_on == due_on


def test_nobody_decides_what_he_asked_nor_what_is_decided() -> None:
    asker, head = (Actor(id=ActorId(each), name=each, office=Office.COORDINATOR) for each in ("asker", "head"))
    request = RecusalRequest(
        id=UUID(int=1),
        target=FIRM,
        inspector=FIRST,
        department=DepartmentId(WATER),
        cause=RecusalCause.DECLARED,
        reason="亲属",
        asked_by="asker",
        asked_name="asker",
        asked_at=BEFORE,
        due_on=date(2026, 3, 2),
    )
    assert refuse_deciding_own(request, head) is request
    with pytest.raises(NotPermitted):
        refuse_deciding_own(request, asker)
    with pytest.raises(Conflict):
        refuse_deciding_own(replace(request, decision=RecusalDecision.REFUSED), head)
