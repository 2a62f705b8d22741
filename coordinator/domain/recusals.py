"""Recusal after the lots (行政处罚法 43): declared by an officer or asked by the firm, decided by the head.

Until it is decided the work goes on. Who takes the place is in `replacing`; recusals known before planning are among
what departments hand in.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.actors import Actor
from coordinator.domain.errors import Conflict, NotPermitted
from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.workdays import Calendar, Deadline, working_days_after

DECISION_WORKING_DAYS = 3
"""The law names no number of days; this is the office's own, and the first visit's day comes before it."""


class RecusalCause(StrEnum):
    DECLARED = "declared"
    REQUESTED = "requested"

    @property
    def words(self) -> str:
        return {"declared": "人员申报", "requested": "对象申请"}[self.value]


class RecusalDecision(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        return {"granted": "准予回避", "refused": "驳回申请"}[self.value]


class RecusalRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody says that an inspector should not go to a target; `department` is the inspector's own."""

    id: UUID
    target: TargetId
    inspector: InspectorId
    department: DepartmentId
    cause: RecusalCause
    reason: str
    asked_by: str
    asked_name: str
    asked_at: datetime
    due_on: date
    decision: RecusalDecision | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None

    @property
    def is_waiting(self) -> bool:
        return self.decision is None


class Replacement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place of a team or desk matter changes hands; `candidates` are all who could, in the published order.

    `comes` is the first of them, None where there is nobody: then the visit may not be made until somebody is found.
    """

    number: int
    request: UUID
    lot: str
    leaves: InspectorId
    comes: InspectorId | None
    candidates: tuple[InspectorId, ...]
    at: datetime


def decision_due(calendar: Calendar, asked_on: date, first_visit_on: date | None) -> Deadline:
    """The day by which a request is to be decided: before the inspector would go there, and soon."""
    due = working_days_after(calendar, asked_on, DECISION_WORKING_DAYS)
    if first_visit_on is None or due.due_on <= first_visit_on:
        return due
    return Deadline(due_on=max(first_visit_on, asked_on), provisional=due.provisional)


def refuse_deciding_own(request: RecusalRequest, actor: Actor) -> RecusalRequest:
    """Give back a request that this person may decide; raises Conflict once decided, NotPermitted for one's own."""
    if not request.is_waiting:
        raise Conflict("这项回避已经决定。", remedy="请刷新页面。")
    if request.asked_by == actor.id:
        raise NotPermitted("自己提出的回避，不能自己决定。", remedy="请由另一位负责人决定。")
    return request


def teams_after(
    teams: Mapping[str, tuple[InspectorId, ...]], replacements: Iterable[Replacement]
) -> dict[str, tuple[InspectorId, ...]]:
    """Who goes after replacements, which are made in their order."""
    now = dict(teams)
    for each in sorted(replacements, key=lambda one: one.number):
        stay = {*now[each.lot]} - {each.leaves}
        now[each.lot] = tuple(sorted(stay | ({each.comes} if each.comes else set())))
    return now
