"""A firm's calendar at its address: SEQUENCE counts changes, what is gone is cancelled, nothing unannounced is told."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event
from support.dispatches import (
    BEFORE,
    FIRE,
    FIRM,
    TARGETS,
    WATER,
    Ask,
    a_dispatch,
    an_outing,
    dispatches,
    without_unannounced,
)

from coordinator.documents.calendars import feed
from coordinator.domain.announcements import Announcement, announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import TargetId
from coordinator.domain.told_visits import ToldVisit, now_told

LATER = BEFORE + timedelta(days=1)


def of(dispatch: Dispatch, target: TargetId = FIRM) -> Announcement | None:
    return announcements(dispatch).get(target)


def told_after(*tellings: Announcement | None) -> tuple[ToldVisit, ...]:
    told: tuple[ToldVisit, ...] = ()
    for day, announcement in enumerate(tellings):
        told = now_told(announcement, {one.anchor: one for one in told}, BEFORE + timedelta(days=day))
    return told


def events(announcement: Announcement | None, told: tuple[ToldVisit, ...], dispatch: Dispatch) -> list[Event]:
    content = feed(dispatch.round.id, FIRM, announcement, told)
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_moved_visit_keeps_its_uid_and_counts_up() -> None:
    first, moved = a_dispatch(an_outing(0, FIRM, Ask())), a_dispatch(an_outing(7, FIRM, Ask()))
    (before,) = events(of(first), told_after(of(first)), first)
    (after,) = events(of(moved), told_after(of(first), of(moved)), moved)
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["DTSTAMP"].dt, after["DTSTAMP"].dt) == (BEFORE, LATER)
    assert after["DTSTART"].params["TZID"] == "Asia/Shanghai"


def test_what_did_not_change_is_told_as_before_byte_for_byte() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()))
    once, again = told_after(of(dispatch)), told_after(*[of(dispatch)] * 3)
    assert once == again
    assert feed(dispatch.round.id, FIRM, of(dispatch), once) == feed(dispatch.round.id, FIRM, of(dispatch), again)


def test_other_matters_or_papers_at_the_same_hour_are_a_change() -> None:
    one, other = (a_dispatch(an_outing(0, FIRM, Ask(documents=papers))) for papers in (("甲",), ("甲", "乙")))
    assert [told.sequence for told in told_after(of(one), of(other))] == [1]


def test_a_visit_that_is_gone_stays_as_cancelled_and_may_come_back() -> None:
    both = a_dispatch(an_outing(0, FIRM, Ask(WATER)), an_outing(4, FIRM, Ask(FIRE)))
    one = a_dispatch(an_outing(0, FIRM, Ask(WATER)))
    told = told_after(of(both), of(one), of(one))
    gone = events(of(one), told, one)[1]
    assert (gone["STATUS"], gone["SEQUENCE"], gone["DTSTAMP"].dt) == ("CANCELLED", 1, LATER)
    assert gone["UID"] == events(of(both), told_after(of(both)), both)[1]["UID"]
    assert gone["DTSTART"].dt == events(of(both), told_after(of(both)), both)[1]["DTSTART"].dt
    back = events(of(both), told_after(of(both), of(one), of(both)), both)[1]
    assert (back["STATUS"], back["SEQUENCE"]) == ("CONFIRMED", 2)


def test_when_nothing_is_left_everything_is_cancelled() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()))
    (event,) = events(None, told_after(of(dispatch), None), dispatch)
    assert event["STATUS"] == "CANCELLED"


@settings(deadline=None, max_examples=30)  # files are made whole
@given(st.lists(dispatches(), min_size=1, max_size=3), st.sampled_from(TARGETS))
def test_a_calendar_tells_the_same_as_if_nothing_unannounced_existed(held: list[Dispatch], target: TargetId) -> None:
    """Non-interference, over any history of plans."""
    tellings = [[of(make(each), target) for each in held] for make in (lambda each: each, without_unannounced)]
    told = [told_after(*each) for each in tellings]
    assert told[0] == told[1]
    files = [feed(held[0].round.id, target, each[-1], told[0]) for each in tellings]
    assert files[0] == files[1]


def test_no_name_stands_in_a_calendar() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()))
    content = feed(dispatch.round.id, FIRM, of(dispatch), told_after(of(dispatch))).decode()
    assert not [person.name for _, person in dispatch.inspectors.values() if person.name in content]
