"""The interface for programs: a round's papers drawn up, and approved or returned by another.

A token acts for its owner: nobody approves what the same person drew up, by whatever way.
"""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.approving import approve, draw_up, read_approvals, return_papers
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.approvals import LONGEST_NUMBER, LONGEST_REASON, Approval, Decision
from coordinator.web.api.answers import Keyed, of_writing
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given

Seen = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="所看到的那一套文书的摘要")]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["审批"])


class ApprovalShown(Struct, frozen=True, kw_only=True):
    """One set of papers; without a decision it waits. `single_operator`: one person did both."""

    issue: int
    digest: str
    drawn_up_name: str
    drawn_up_at: datetime
    single_operator: bool
    decision: Decision | None
    decided_name: str | None
    decided_at: datetime | None
    number: str | None
    reason: str | None


class ApproveWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seen: Seen
    number: Annotated[str, Meta(max_length=LONGEST_NUMBER, description="文号")]


class ReturnWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seen: Seen
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)]


class Decided(Struct, frozen=True, kw_only=True):
    """What was decided about which set of papers."""

    digest: str
    decision: Decision


@listing("/rounds/{round_id:uuid}/approvals", tags=["审批"], summary="一轮的文书和审批，新的在前")
async def list_approvals(
    turn: Given[Turn], round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[list[ApprovalShown]]:
    found = (await read_approvals(services, actor, round_id)).approvals
    return turn.cut([_shown(each) for each in found], lambda _, each: str(each.issue))


@write("/rounds/{round_id:uuid}/approvals", summary="提请审批：起草实施方案、审批表、通知书")
async def post_papers(round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> ApprovalShown:
    return _shown(await draw_up(services, actor, round_id))


@write("/rounds/{round_id:uuid}/approvals/approve", summary="批准看到的那一套，写明文号")
async def post_approval(
    round_id: FromPath[UUID], data: JSONBody[ApproveWish], actor: Given[Actor], services: Given[Services]
) -> Decided:
    await approve(services, actor, round_id, data.seen, data.number)
    return Decided(digest=data.seen, decision=Decision.APPROVED)


@write("/rounds/{round_id:uuid}/approvals/return", summary="退回看到的那一套，写明理由")
async def post_return(
    round_id: FromPath[UUID], data: JSONBody[ReturnWish], actor: Given[Actor], services: Given[Services]
) -> Decided:
    await return_papers(services, actor, round_id, data.seen, data.reason)
    return Decided(digest=data.seen, decision=Decision.RETURNED)


def _shown(found: Approval) -> ApprovalShown:
    return msgspec.convert(found, ApprovalShown, from_attributes=True)


APPROVALS = (list_approvals, post_papers, post_approval, post_return)
