"""What a firm may ask: a day within every matter's window, one of the people who come, or that it objects."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from support.dispatches import BEFORE, FIRE, FIRM, WATER, Ask, a_dispatch, an_outing, staff
from support.firms import letter_to

from coordinator.domain.announcements import announcements
from coordinator.domain.errors import Invalid
from coordinator.domain.firm_requests import FirmRequest, RequestKind, Wish, days_open, new_request
from coordinator.domain.matters import Window

NARROW = Window(date(2026, 3, 3), date(2026, 3, 6))
DISPATCH = a_dispatch(an_outing(4, FIRM, Ask(WATER), Ask(FIRE, window=NARROW)))
TOLD = announcements(DISPATCH)[FIRM]
VISIT = TOLD.visits[0]
COMES = VISIT.members[0].inspector.id


def asked(kind: RequestKind, after: timedelta = timedelta(), **wish: str) -> FirmRequest:
    given = {"visit": VISIT.anchor, "reason": "当天停产检修", **wish}
    return new_request(UUID(int=1), letter_to(FIRM), TOLD, DISPATCH, Wish(kind=kind, **given), BEFORE + after)


def test_the_days_are_working_days_within_every_window_but_the_day_itself() -> None:
    assert [day.day for day in days_open(DISPATCH, VISIT, BEFORE)] == [3, 5, 6]
    assert [day.day for day in days_open(DISPATCH, VISIT, BEFORE + timedelta(days=7))] == [5, 6]


def test_a_move_is_asked_to_one_of_those_days_before_the_visit_begins() -> None:
    assert asked(RequestKind.MOVE, day="2026-03-05").wished_day == date(2026, 3, 5)
    for day in ("2026-03-04", "2026-03-02", "2026-03-09", "", "x"):
        with pytest.raises(Invalid) as refused:
            asked(RequestKind.MOVE, day=day)
        assert refused.value.fields["field"] == "day"
    with pytest.raises(Invalid):
        asked(RequestKind.MOVE, VISIT.begins_at - BEFORE, day="2026-03-05")


def test_a_recusal_names_somebody_who_comes_until_the_visit_is_over() -> None:
    assert asked(RequestKind.RECUSAL, VISIT.begins_at - BEFORE, inspector=COMES).inspector == COMES
    stranger = next(
        staff(WATER, n) for n in range(1, 6) if staff(WATER, n) not in {m.inspector.id for m in VISIT.members}
    )
    for inspector, after in ((stranger, timedelta()), ("", timedelta()), (COMES, VISIT.ends_at - BEFORE)):
        with pytest.raises(Invalid) as refused:
            asked(RequestKind.RECUSAL, after, inspector=inspector)
        assert refused.value.fields["field"] == "inspector"


def test_an_objection_needs_no_visit_and_every_request_its_reason() -> None:
    assert asked(RequestKind.OBJECTION, visit="gone").visit == ""
    with pytest.raises(Invalid):
        asked(RequestKind.RECUSAL, visit="gone", inspector=COMES)
    for reason in (" ", "x", "长" * 501):
        with pytest.raises(Invalid) as refused:
            asked(RequestKind.OBJECTION, reason=reason)
        assert refused.value.fields["field"] == "reason"
