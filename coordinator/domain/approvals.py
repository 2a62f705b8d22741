"""Approval of a round's papers (凡检查必审批): drawn up by one, approved or returned by another, once.

What the papers say is in `papers` and documents/official; who may draw up and approve is in `permissions`.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.actors import Actor, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Conflict, Invalid, NotPermitted, TooLate
from coordinator.domain.papers import DRAFT, PaperKind, Standing

LONGEST_NUMBER, LONGEST_REASON = 40, 500


class Decision(StrEnum):
    APPROVED = "approved"
    RETURNED = "returned"


class Approval(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One set of papers; `digest` is that of all of them together, `single_operator` that the console drew them up."""

    id: UUID
    issue: int
    digest: str
    drawn_up_by: str
    drawn_up_name: str
    drawn_up_at: datetime
    single_operator: bool
    decision: Decision | None
    decided_name: str | None
    decided_at: datetime | None
    number: str | None
    reason: str | None
    team_changes: int
    """How often the round's teams or times had changed since the lots when they were drawn up."""

    @property
    def is_waiting(self) -> bool:
        return self.decision is None

    @property
    def is_by_one(self) -> bool:
        """Whether the console's one operator also approved what it drew up."""
        return self.single_operator and self.decided_name == self.drawn_up_name

    @property
    def standing(self) -> Standing:
        """How its papers stand: with number and date once they are approved, drafts before and when returned."""
        if self.decision is not Decision.APPROVED or self.decided_at is None:
            return DRAFT
        day = self.decided_at.astimezone(LOCAL_TIME).date()
        return Standing(number=self.number or "", approved_on=f"{day.year}年{day.month}月{day.day}日")


class PaperLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One paper of a set, without what it says."""

    kind: PaperKind
    subject: str
    digest: str


def papers_digest(papers: Iterable[PaperLine]) -> str:
    """Take the digest of a whole set from its papers' own, in whatever order they come."""
    listing = "".join(sorted(f"{paper.digest}  {paper.kind} {paper.subject}\n" for paper in papers))
    return hashlib.sha256(listing.encode()).hexdigest()


def is_approved(approvals: Iterable[Approval], team_changes: int) -> bool:
    """Whether papers stand approved that were drawn up with teams and times as they are now."""
    approved = (each for each in approvals if each.decision is Decision.APPROVED)
    return any(each.team_changes == team_changes for each in approved)


def refuse_deciding(waiting: Approval | None, actor: Actor, seen: str) -> Approval:
    """Give back the set that an actor may decide about and has seen.

    Raises TooLate where none waits, Conflict where it is another, NotPermitted for whoever drew it up: only the
    command line's operator, who answers for the whole round, approves alone.
    """
    if waiting is None:
        raise TooLate("没有等待审批的文书。", remedy="请先提请审批；可能已经有人办理，请刷新页面。")
    if waiting.digest != seen:
        raise Conflict("等待审批的文书不是您看到的那一份，没有办理。", remedy="请刷新页面，看过之后再办。")
    if waiting.drawn_up_by == actor.id and actor.office is not Office.OPERATOR:
        raise NotPermitted("自己提请的，不能自己审批。", remedy="请由另一位有审批权限的人办理。")
    return waiting


def acceptable_number(number: str) -> str:
    """Give back a document's number; raises Invalid without one."""
    written = " ".join(number.split())
    if not 1 <= len(written) <= LONGEST_NUMBER or not written.isprintable():
        raise Invalid(f"请填写文号，不超过 {LONGEST_NUMBER} 个字。", field="number")
    return written


def acceptable_reason(reason: str) -> str:
    """Give back why something is returned or decided; raises Invalid where nothing was said."""
    written = " ".join(reason.split())
    if not 1 <= len(written) <= LONGEST_REASON or not written.isprintable():
        raise Invalid(f"请写明理由，不超过 {LONGEST_REASON} 个字。", field="reason")
    return written
