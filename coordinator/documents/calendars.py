"""The calendar file beside a firm's notice: one event for each announced visit, in Asia/Shanghai.

No officer's name stands in it: calendars are copied to places that nobody of us knows. A visit that is moved, or whose
team changes, keeps its UID and counts SEQUENCE up; a cancelled one stays as CANCELLED.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event, Timezone

from coordinator.domain.announcements import AnnouncedVisit, Announcement
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.ids import RoundId, TargetId
from coordinator.domain.told_visits import ToldVisit
from coordinator.domain.wording import REHEARSAL_WORDS, marked, together

_EVENTS = UUID("6f6e6564-6f6f-5272-8d69-736974732121")
"""The name space of our events; changing it would double every entry in every firm's calendar."""
_REMIND_BEFORE = timedelta(days=1)
_LAST_SUMMER_TIME = date(1992, 1, 1)
"""China has had none since: the time zone is one line from here on."""


def calendar(announcement: Announcement, *, made_at: datetime, sequence: int = 0) -> bytes:
    """Write a firm's calendar file; the same announcement, moment and sequence give the same bytes."""
    return _file(_event(announcement, visit, made_at, sequence) for visit in announcement.visits)


def feed(round_: RoundId, target: TargetId, announcement: Announcement | None, told: Iterable[ToldVisit]) -> bytes:
    """Write what a firm's calendar is told: each visit with its own SEQUENCE, and those that are gone as cancelled."""
    visits = {visit.anchor: visit for visit in announcement.visits} if announcement else {}
    return _file(
        _cancelled(round_, target, one)
        if one.cancelled or announcement is None
        else _event(announcement, visits[one.anchor], one.told_at, one.sequence)
        for one in told
    )


def _file(events: Iterable[Event]) -> bytes:
    calendar_ = Calendar()
    calendar_.add("version", "2.0")
    calendar_.add("prodid", "-//OneDoor//一门查//ZH")
    calendar_.add("method", "PUBLISH")
    calendar_.add("x-wr-timezone", "Asia/Shanghai")
    calendar_.add_component(_time_zone())
    for event in events:
        calendar_.add_component(event)
    return bytes(calendar_.to_ical())


def event_uid(announcement: Announcement, visit: AnnouncedVisit) -> str:
    """Name a visit for all calendars: by its first matter, so that it stays the same when the visit is moved.

    A rehearsed visit is never taken for the real one.
    """
    return _uid(announcement.round, announcement.target.id, visit.anchor, rehearsal=announcement.rehearsal)


def _uid(round_: RoundId, target: TargetId, anchor: str, *, rehearsal: bool = False) -> str:
    return str(uuid5(_EVENTS, marked(f"{round_}\t{target}\t{anchor}", rehearsal=rehearsal)))


@cache
def _time_zone() -> Timezone:
    """Worked out once: it takes longer than everything else in a file."""
    return Timezone.from_tzid("Asia/Shanghai", first_date=_LAST_SUMMER_TIME)


def _event(announcement: Announcement, visit: AnnouncedVisit, made_at: datetime, sequence: int) -> Event:
    event = Event()
    event.add("uid", event_uid(announcement, visit))
    event.add("sequence", sequence + visit.changes)
    event.add("dtstamp", made_at)
    event.add("dtstart", visit.begins_at)
    event.add("dtend", visit.ends_at)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("summary", marked(_summary(visit), rehearsal=announcement.rehearsal))
    event.add("location", _one_line(announcement.target.address))
    event.add("description", _description(announcement, visit))
    event.add_component(_reminder(announcement))
    return event


def _cancelled(round_: RoundId, target: TargetId, told: ToldVisit) -> Event:
    event = Event()
    event.add("uid", _uid(round_, target, told.anchor))
    event.add("sequence", told.sequence)
    event.add("dtstamp", told.told_at)
    event.add("dtstart", told.begins_at.astimezone(LOCAL_TIME))
    event.add("dtend", told.ends_at.astimezone(LOCAL_TIME))
    event.add("status", "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("summary", "已取消：上门检查")
    return event


def _summary(visit: AnnouncedVisit) -> str:
    return f"{len(visit.departments)}个部门联合检查" if len(visit.departments) > 1 else "上门检查"


def _description(announcement: Announcement, visit: AnnouncedVisit) -> str:
    matters = sorted(visit.matters, key=lambda matter: (matter.department, matter.item.code))
    lines = [REHEARSAL_WORDS] if announcement.rehearsal else []
    lines += [f"{matter.department}：{matter.item.name}" for matter in matters]
    if announcement.documents:
        lines.append(f"请准备：{together(announcement.documents)}")
    lines.append("谁来检查、您的权利，见检查通知书。")
    return "\n".join(_one_line(line) for line in lines)


def _reminder(announcement: Announcement) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", marked("明天有上门检查", rehearsal=announcement.rehearsal))
    alarm.add("trigger", -_REMIND_BEFORE)
    return alarm


def _one_line(text: str) -> str:
    """Keep what a department typed from breaking the file's lines."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
