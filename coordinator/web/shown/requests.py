"""What firms ask, in words: for the firm itself, and for the offices as far as each may know who is meant.

Another department's officers stay unnamed (`disclosure`).
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.announcements import AnnouncedVisit
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import NotFound
from coordinator.domain.firm_requests import (
    KIND_NAMES,
    FirmRequest,
    RequestKind,
    days_open,
    may_move,
    may_recuse,
    named,
)
from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.wording import day_words, moment_words
from coordinator.web.known import Known


class RequestLine(Struct, frozen=True, kw_only=True):
    """One request; `wish` says what is asked for, `inspector` of whom where one may know it."""

    id: UUID
    round_name: str
    target_name: str
    kind: str
    visit: str
    wish: str
    visit_is_open: bool
    """Whether the visit asked about still stands as announced."""
    inspector: InspectorId | None
    request: FirmRequest


class Person(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    department: str


class AskPage(Struct, frozen=True, kw_only=True):
    """The form for one kind of request about one visit, with what can be chosen."""

    kind: RequestKind
    title: str
    visit: str
    about: str
    days: tuple[date, ...]
    people: tuple[Person, ...]


class Askable(Struct, frozen=True, kw_only=True):
    """The anchors of the visits that can be asked to move, and of those with people who can be challenged."""

    movable: frozenset[str]
    challengeable: frozenset[str]


def askable(known: Known, target: TargetId, now: datetime) -> Askable:
    """Which visits of a firm which form is for."""
    visits = _visits(known, target)
    return Askable(
        movable=frozenset(
            each.anchor for each in visits if may_move(each, now) and days_open(known.dispatch, each, now)
        ),
        challengeable=frozenset(each.anchor for each in visits if may_recuse(each, now)),
    )


def ask_page(known: Known, target: TargetId, kind: RequestKind, anchor: str, now: datetime) -> AskPage:
    """Show a form; raises NotFound for a visit that is not the firm's, as for one that nobody planned."""
    visit = next((each for each in _visits(known, target) if each.anchor == anchor), None)
    if visit is None and kind is not RequestKind.OBJECTION:
        raise NotFound("没有这次检查。", remedy="请回到检查页面再选。")
    return AskPage(
        kind=kind,
        title={"move": "申请改期", "recusal": "申请回避", "objection": "提出异议"}[kind.value],
        visit=visit.anchor if visit else "",
        about=_when(visit) if visit else "",
        days=days_open(known.dispatch, visit, now) if visit else (),
        people=tuple(
            Person(id=each.inspector.id, name=each.inspector.name, department=each.department) for each in visit.members
        )
        if visit
        else (),
    )


def request_lines(
    known: Known, asked: Iterable[FirmRequest], *, department: str | None = None
) -> tuple[RequestLine, ...]:
    """Say requests of one round in words; a department reads of others' officers only where they belong."""
    return tuple(_line(known, each, department) for each in asked)


def _line(known: Known, each: FirmRequest, department: str | None) -> RequestLine:
    visit = next((one for one in _visits(known, each.target) if one.anchor == each.visit), None)
    return RequestLine(
        id=each.id,
        round_name=known.dispatch.name,
        target_name=known.dispatch.targets[each.target].name,
        kind=KIND_NAMES[each.kind],
        visit=_when(visit) if visit else ("—" if not each.visit else "原来的安排已经变动"),
        wish=_wish(known, each, visit, department),
        visit_is_open=visit is not None,
        inspector=each.inspector if _may_name(known, each, visit, department) else None,
        request=each,
    )


def _wish(known: Known, each: FirmRequest, visit: AnnouncedVisit | None, department: str | None) -> str:
    if each.wished_day is not None:
        return f"希望改到{day_words(each.wished_day)}"
    if each.inspector is None:
        return ""
    home = _home(known, each.inspector, visit)
    if not _may_name(known, each, visit, department):
        return f"申请{home}的一名人员回避"
    return f"申请{home}{known.dispatch.inspectors[each.inspector][1].name}回避"


def _may_name(known: Known, each: FirmRequest, visit: AnnouncedVisit | None, department: str | None) -> bool:
    return each.inspector is None or department in (None, _home(known, each.inspector, visit))


def _home(known: Known, inspector: InspectorId, visit: AnnouncedVisit | None) -> DepartmentId:
    member = named(visit, inspector) if visit else None
    return member.department if member else known.dispatch.inspectors[inspector][0]


def _visits(known: Known, target: TargetId) -> tuple[AnnouncedVisit, ...]:
    told = known.announcements.get(target) if known.reading.is_dispatched else None
    return told.visits if told else ()


def _when(visit: AnnouncedVisit) -> str:
    return moment_words(visit.begins_at.astimezone(LOCAL_TIME))
