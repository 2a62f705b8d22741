"""The calendar file: read back by the library, it says the same; a moved visit keeps its entry."""

from datetime import datetime, timedelta

from icalendar import Calendar
from support.dispatches import BEFORE, FIRE, FIRM, SHOP, WATER, Ask, a_dispatch, an_outing

from coordinator.documents.calendars import calendar
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.ids import TargetId


def bytes_of(dispatch: Dispatch, target: TargetId = FIRM) -> bytes:
    return calendar(announcements(dispatch)[target], made_at=BEFORE)


def uids(dispatch: Dispatch, target: TargetId = FIRM) -> list[str]:
    return [str(event["UID"]) for event in Calendar.from_ical(bytes_of(dispatch, target)).walk("VEVENT")]


def test_the_event_says_when_where_and_what() -> None:
    content = bytes_of(a_dispatch(an_outing(0, FIRM, Ask(WATER, name="取水检查"), Ask(FIRE, name="消防检查"))))
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    begins_at = datetime(2026, 3, 2, 8, 30, tzinfo=LOCAL_TIME)
    assert event["DTSTART"].dt == begins_at
    assert event["DTEND"].dt == begins_at + timedelta(minutes=40)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["DTSTAMP"].dt == BEFORE
    assert event["SEQUENCE"] == 0
    assert str(event["SUMMARY"]) == "2个部门联合检查"
    assert str(event["LOCATION"]) == "城关镇0号路"
    assert "取水检查" in str(event["DESCRIPTION"])
    assert "请准备：营业执照" in str(event["DESCRIPTION"])


def test_the_file_brings_its_time_zone() -> None:
    zones = Calendar.from_ical(bytes_of(a_dispatch(an_outing(0, FIRM, Ask())))).walk("VTIMEZONE")
    assert [str(zone["TZID"]) for zone in zones] == ["Asia/Shanghai"]


def test_lines_end_as_the_standard_says_and_are_folded() -> None:
    content = bytes_of(a_dispatch(an_outing(0, FIRM, Ask(name="很长的事项名称" * 20))))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_the_same_announcement_gives_the_same_bytes() -> None:
    assert bytes_of(a_dispatch(an_outing(0, FIRM, Ask()))) == bytes_of(a_dispatch(an_outing(0, FIRM, Ask())))


def test_a_moved_visit_keeps_its_uid() -> None:
    assert uids(a_dispatch(an_outing(0, FIRM, Ask()))) == uids(a_dispatch(an_outing(7, FIRM, Ask())))


def test_every_visit_of_every_firm_has_a_uid_of_its_own() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()), an_outing(2, FIRM, Ask(FIRE)), an_outing(3, SHOP, Ask()))
    assert len({*uids(dispatch, FIRM), *uids(dispatch, SHOP)}) == 3


def test_a_name_with_line_breaks_adds_no_property() -> None:
    wicked = "检查\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:假\x0b;,\\"
    events = Calendar.from_ical(bytes_of(a_dispatch(an_outing(0, FIRM, Ask(name=wicked))))).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["上门检查"]
    assert "检查 END:VEVENT BEGIN:VEVENT SUMMARY:假 ;,\\" in str(events[0]["DESCRIPTION"])
