"""What a firm may ask of its announced visits: another day within the window, a recusal, or that it objects.

Nothing moves by itself: a person answers yes or no with a sentence, and what follows is done where it belongs. Recusal
is decided by the head of the inspector's organ, and work goes on until then (行政处罚法 43).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.announcements import AnnouncedVisit, Announcement
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.letters import Letter, LetterId
from coordinator.domain.recusals import RecusalRequest
from coordinator.domain.teams import Member

SHORTEST, LONGEST = 2, 500


class RequestKind(StrEnum):
    """What is asked."""

    MOVE = "move"
    RECUSAL = "recusal"
    OBJECTION = "objection"


KIND_NAMES: Mapping[RequestKind, str] = {
    RequestKind.MOVE: "改期",
    RequestKind.RECUSAL: "回避",
    RequestKind.OBJECTION: "异议",
}


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a firm wrote into the form; `visit` is the visit's anchor."""

    kind: RequestKind
    visit: str
    reason: str
    day: str = ""
    inspector: str = ""


class FirmRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request with its answer, once there is one."""

    id: UUID
    letter: LetterId
    round: UUID
    target: TargetId
    departments: tuple[DepartmentId, ...]
    kind: RequestKind
    visit: str
    wished_day: date | None
    inspector: InspectorId | None
    reason: str
    made_at: datetime
    granted: bool | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


def days_open(dispatch: Dispatch, visit: AnnouncedVisit, now: datetime) -> tuple[date, ...]:
    """To which days a visit could move: working half-days within every matter's window, from tomorrow on."""
    today, held = now.astimezone(LOCAL_TIME).date(), visit.begins_at.astimezone(LOCAL_TIME).date()
    first = max(matter.window.first_day for matter in visit.matters)
    last = min(matter.window.last_day for matter in visit.matters)
    days = {half_day.date for half_day in dispatch.problem.half_days}
    return tuple(sorted(day for day in days if first <= day <= last and today < day != held))


def may_move(visit: AnnouncedVisit, now: datetime) -> bool:
    """A visit can be asked to move until it begins."""
    return now < visit.begins_at


def may_recuse(visit: AnnouncedVisit, now: datetime) -> bool:
    """A recusal can be applied for until the visit is over."""
    return now < visit.ends_at


def new_request(
    id_: UUID, letter: Letter, announcement: Announcement, dispatch: Dispatch, wish: Wish, now: datetime
) -> FirmRequest:
    """Read a wish against what was announced; raises Invalid with the field at fault."""
    visit = next((each for each in announcement.visits if each.anchor == wish.visit), None)
    if visit is None and wish.kind is not RequestKind.OBJECTION:
        raise Invalid("没有这次检查，或者它已经变动。", remedy="请回到检查页面再选。", field="visit")
    return FirmRequest(
        id=id_,
        letter=letter.id,
        round=letter.round,
        target=letter.target,
        departments=letter.departments,
        kind=wish.kind,
        visit=wish.visit if visit else "",
        wished_day=_day(dispatch, visit, wish, now) if visit and wish.kind is RequestKind.MOVE else None,
        inspector=_inspector(visit, wish, now) if visit and wish.kind is RequestKind.RECUSAL else None,
        reason=sentence(wish.reason, "reason", "请写明理由"),
        made_at=now,
    )


def followed_by(wish: FirmRequest, asked: Iterable[RecusalRequest]) -> RecusalRequest | None:
    """Give what was asked of the head of the organ after a firm wished a recusal; the latest."""
    about = [
        each
        for each in asked
        if (each.target, each.inspector) == (wish.target, wish.inspector) and each.asked_at >= wish.made_at
    ]
    return max(about, key=lambda each: each.asked_at, default=None)


def sentence(written: str, field: str, asked: str) -> str:
    """Give back what was written, without blanks around it; raises Invalid where it is too short or long."""
    text = written.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise Invalid(f"{asked}，{SHORTEST} 到 {LONGEST} 个字。", field=field)
    return text


def is_granted(written: str) -> bool:
    """Read yes or no; raises Invalid where nothing was chosen."""
    if written not in {"yes", "no"}:
        raise Invalid("请选择同意或不同意。", field="granted")
    return written == "yes"


def named(visit: AnnouncedVisit, inspector: str) -> Member | None:
    """Who of a visit's people bears a staff number."""
    return next((each for each in visit.members if each.inspector.id == inspector), None)


def _day(dispatch: Dispatch, visit: AnnouncedVisit, wish: Wish, now: datetime) -> date:
    if not may_move(visit, now):
        raise Invalid("这次检查已经开始，不能再改期。", field="day")
    found = next((day for day in days_open(dispatch, visit, now) if day.isoformat() == wish.day), None)
    if found is None:
        raise Invalid("请从检查期限内的工作日里选一天。", field="day")
    return found


def _inspector(visit: AnnouncedVisit, wish: Wish, now: datetime) -> InspectorId:
    if not may_recuse(visit, now):
        raise Invalid("这次检查已经结束；对结果有意见的，请提出异议。", field="inspector")
    found = named(visit, wish.inspector)
    if found is None:
        raise Invalid("请选择要申请回避的人员。", field="inspector")
    return found.inspector.id
