"""The one consolidated notice for a firm whose visit may be announced, as a page that stands alone and prints on A4.

What may be told is decided in `announcements`, who sees which part of a certificate in `disclosure`.
"""

from datetime import datetime
from itertools import groupby

from msgspec import Struct

from coordinator.documents.file_names import file_stem
from coordinator.documents.pages import render
from coordinator.domain.announcements import AnnouncedVisit, Announcement, contacts, task_names
from coordinator.domain.disclosure import UNSEALED, Audience, shown_certificate
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.ids import DepartmentId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.teams import Member
from coordinator.domain.wording import REHEARSAL_WORDS


class Caller(Struct, frozen=True, kw_only=True):
    """One person at the door."""

    name: str
    is_officer: bool
    certificate_ending: str


class Callers(Struct, frozen=True, kw_only=True):
    department: DepartmentId
    leads: bool
    callers: tuple[Caller, ...]


class VisitOnPage(Struct, frozen=True, kw_only=True):
    begins_at: datetime
    ends_at: datetime
    minutes: int
    departments: tuple[DepartmentId, ...]
    matters: tuple[WantedMatter, ...]
    groups: tuple[Callers, ...]


class Digest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published digest with which a firm can check, once the files are public, that it was really drawn."""

    name: str
    value: str


def notice(
    dispatch: Dispatch, announcement: Announcement, *, told_at: datetime, digests: tuple[Digest, ...] = ()
) -> bytes:
    """Write a firm's notice as HTML; its calendar file is expected beside it under the same name."""
    return render(
        "notice.html",
        round=dispatch.round.round,
        round_name=dispatch.name,
        rehearsal=REHEARSAL_WORDS if dispatch.rehearsal else "",
        target=announcement.target,
        visits=[_visit(visit, told_at) for visit in announcement.visits],
        documents=announcement.documents,
        desk=announcement.desk,
        year_counts=announcement.year_counts,
        contacts=contacts(dispatch, announcement),
        tasks=tuple(f"“{name}”" for name in task_names(dispatch, announcement)),
        digests=digests,
        calendar_file=f"{file_stem(announcement.target.id)}.ics",
        told_on=told_at.astimezone(LOCAL_TIME).date(),
    )


def _visit(visit: AnnouncedVisit, told_at: datetime) -> VisitOnPage:
    groups = groupby(visit.members, key=lambda member: member.department)
    return VisitOnPage(
        begins_at=visit.begins_at,
        ends_at=visit.ends_at,
        minutes=round((visit.ends_at - visit.begins_at).total_seconds() / 60),
        departments=visit.departments,
        matters=tuple(sorted(visit.matters, key=lambda matter: (matter.department, matter.item.code))),
        groups=tuple(
            Callers(
                department=department,
                leads=department == visit.led_by,
                callers=tuple(_caller(member, told_at) for member in group),
            )
            for department, group in groups
        ),
    )


def _caller(member: Member, told_at: datetime) -> Caller:
    inspector = member.inspector
    return Caller(
        name=inspector.name,
        is_officer=inspector.certified,
        certificate_ending=shown_certificate(inspector.certificate, Audience.INSPECTED, told_at, UNSEALED),
    )
