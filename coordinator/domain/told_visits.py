"""What a firm's calendar was last told: a change counts SEQUENCE up, a visit that is gone stays as cancelled.

Made from announcements alone, so nothing unannounced can be told. How it is written is in documents/calendars.py.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.announcements import AnnouncedVisit, Announcement


class ToldVisit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One visit as it was last told; `content_digest` is of what is said of it besides its times."""

    anchor: str
    begins_at: datetime
    ends_at: datetime
    content_digest: str
    sequence: int
    cancelled: bool
    told_at: datetime


def now_told(
    announcement: Announcement | None, before: Mapping[str, ToldVisit], now: datetime
) -> tuple[ToldVisit, ...]:
    """Say what is to be told now; what has not changed stays as it was told."""
    visits = announcement.visits if announcement else ()
    standing = [_told(announcement, visit, before.get(visit.anchor), now) for visit in visits if announcement]
    gone = _gone(before, {visit.anchor for visit in visits}, now)
    return tuple(sorted((*standing, *gone), key=lambda told: (told.begins_at, told.anchor)))


def _told(announcement: Announcement, visit: AnnouncedVisit, last: ToldVisit | None, now: datetime) -> ToldVisit:
    told = ToldVisit(
        anchor=visit.anchor,
        begins_at=visit.begins_at,
        ends_at=visit.ends_at,
        content_digest=_content_digest(announcement, visit),
        sequence=last.sequence if last else 0,
        cancelled=False,
        told_at=last.told_at if last else now,
    )
    return told if last in {None, told} else replace(told, sequence=told.sequence + 1, told_at=now)


def _gone(before: Mapping[str, ToldVisit], standing: set[str], now: datetime) -> Iterator[ToldVisit]:
    for anchor, last in before.items():
        if anchor not in standing:
            yield last if last.cancelled else replace(last, cancelled=True, sequence=last.sequence + 1, told_at=now)


def _content_digest(announcement: Announcement, visit: AnnouncedVisit) -> str:
    said = [announcement.target.address, *announcement.documents]
    said += sorted(f"{matter.department}\t{matter.item.name}" for matter in visit.matters)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
