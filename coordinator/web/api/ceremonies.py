"""The interface for programs: a draw that its parties hold together, from the fixed document to its end.

A token acts for its owner: what takes two people takes the programs of two people. A party's secret is made where its
program is, and comes here when it is revealed. The files to recompute a draw with are in `routes`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Concatenate, ParamSpec
from uuid import UUID

from litestar import get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from coordinator.actions.ceremonies import close_commitments, commit, fix_together, reveal
from coordinator.actions.ceremony_ends import (
    confirm_to_hold,
    declare_attempt_void,
    propose_to_hold,
    withdraw_proposal,
)
from coordinator.actions.reading import read_draw
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.ceremonies import LONGEST, LONGEST_REASON, SHORTEST
from coordinator.domain.permissions import permit
from coordinator.domain.proposals import Proposal
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.given import Given
from coordinator.web.seats import Seat
from coordinator.web.shown.ceremonies import (
    CeremonyShown,
    DigestShown,
    Offered,
    OwnPart,
    PartyShown,
    Standing,
    StratumDrawn,
    VoidShown,
)
from coordinator.web.shown.ceremonies import Given as PartyGave
from coordinator.web.shown.draws import DrawShown, draw_shown
from solver.chance.head import Beacon, Stage
from solver.chance.numbers import Algorithm

DRAW = "/rounds/{round_id:uuid}/draws/{stage:str}"
CEREMONY = f"{DRAW}/ceremony"
Hex = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
P = ParamSpec("P")
MINUTE = timedelta(minutes=1)
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["抽取"])


class Commitment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The digest of the lines that `own` gives and, last, `secret`, a tab and the secret; each ends with a newline."""

    commitment: Hex


class Reveal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    secret: Hex


class FixWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the parties have to commit and reveal."""

    minutes: Annotated[int, Meta(ge=SHORTEST // MINUTE, le=LONGEST // MINUTE)]


class VoidWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)]


class HoldWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The outcome of the public event that was announced in the document; empty where none was."""

    outcome: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""


class HoldSeen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` is the id of the proposal that was looked at."""

    seen: UUID


class HoldProposed(Struct, frozen=True, kw_only=True):
    """What somebody would have drawn with; confirmed by another with its id, until it expires."""

    id: UUID
    outcome: str
    proposer_name: str
    proposed_at: datetime
    expires_at: datetime


class OwnParty(Struct, frozen=True, kw_only=True):
    """The party that this token acts for; `lines` are what its commitment is the digest of, but for the secret's."""

    party: str
    given: PartyGave
    lines: tuple[str, ...]


class CeremonyState(Struct, frozen=True, kw_only=True):
    """A draw as it stands now and what this token may do next; what has not happened yet is null or empty."""

    stage: Stage
    standing: Standing
    attempt: int
    is_rehearsal: bool
    single_operator: bool
    hash: Algorithm | None
    parties: tuple[PartyShown, ...]
    fixed_at: datetime | None
    reveal_by: datetime | None
    closed_at: datetime | None
    ended_at: datetime | None
    beacon: Beacon | None
    event_at: datetime | None
    outcome: str
    document_digest: str | None
    commitments_digest: str | None
    reveals_digest: str | None
    transcript_digest: str | None
    seed: str | None
    by: str
    strata: tuple[StratumDrawn, ...]
    lots: int
    void: tuple[VoidShown, ...]
    proposal: HoldProposed | None
    own: OwnParty | None
    offered: Offered


@get(CEREMONY, responses=ERRORS, tags=["抽取"], summary="一次抽取进行到哪一步，这个令牌接下来能做什么")
async def get_ceremony(seat: Given[Seat]) -> CeremonyState:
    return _state(await seat.look())


@write(f"{CEREMONY}/fix", summary="固定要抽的名单或方案，公布摘要，定下各方提交和公布的时限；已经固定的不变")
async def post_fix(data: JSONBody[FixWish], seat: Given[Seat]) -> CeremonyState:
    return await _does(seat, fix_together, data.minutes * MINUTE)


@write(f"{DRAW}/commitment", summary="提交本部门的承诺")
async def post_commitment(data: JSONBody[Commitment], seat: Given[Seat]) -> DrawShown:
    permit(seat.actor, Act.SEE_DRAWS)
    await commit(seat.services, seat.actor, seat.round, seat.stage, data.commitment)
    return await _draw(seat)


@write(f"{CEREMONY}/close", summary="截止提交承诺；没有提交的不参与")
async def post_close(seat: Given[Seat]) -> CeremonyState:
    return await _does(seat, close_commitments)


@write(f"{DRAW}/reveal", summary="公布本部门的秘密")
async def post_reveal(data: JSONBody[Reveal], seat: Given[Seat]) -> DrawShown:
    permit(seat.actor, Act.SEE_DRAWS)
    await reveal(seat.services, seat.actor, seat.round, seat.stage, data.secret)
    return await _draw(seat)


@write(f"{CEREMONY}/void", summary="写明原因，作废这一次")
async def post_void(data: JSONBody[VoidWish], seat: Given[Seat]) -> CeremonyState:
    return await _does(seat, declare_attempt_void, data.reason)


@write(f"{CEREMONY}/propose", summary="提出现在抽取，有约定的公共随机事件的填写结果；由另一人确认")
async def post_proposal(data: JSONBody[HoldWish], seat: Given[Seat]) -> CeremonyState:
    return await _does(seat, propose_to_hold, data.outcome)


@write(f"{CEREMONY}/confirm", summary="确认另一人提出的，现在抽取")
async def post_confirmation(data: JSONBody[HoldSeen], seat: Given[Seat]) -> CeremonyState:
    return await _does(seat, confirm_to_hold, data.seen)


@write(f"{CEREMONY}/withdraw", summary="撤回抽取的提议")
async def post_withdrawal(seat: Given[Seat]) -> CeremonyState:
    return await _does(seat, withdraw_proposal)


async def _does(
    seat: Seat,
    step: Callable[Concatenate[Services, Actor, UUID, Stage, P], Awaitable[None]],
    *given: P.args,
    **named: P.kwargs,
) -> CeremonyState:
    """Take a step in the draw and tell how it stands then."""
    permit(seat.actor, Act.SEE_DRAWS)
    await step(seat.services, seat.actor, seat.round, seat.stage, *given, **named)
    return _state(await seat.look())


async def _draw(seat: Seat) -> DrawShown:
    return draw_shown(await read_draw(seat.services, seat.actor, seat.round, seat.stage))


def _state(shown: CeremonyShown) -> CeremonyState:
    told = {name: getattr(shown, name) for name in CeremonyState.__struct_fields__ if hasattr(shown, name)}
    return CeremonyState(
        **told
        | {
            "hash": Algorithm(shown.hash) if shown.hash else None,
            "proposal": _proposed(shown.proposal) if shown.proposal else None,
            "own": _own(shown.own) if shown.own else None,
        },
        document_digest=_hex(shown.document),
        commitments_digest=_hex(shown.commitments),
        reveals_digest=_hex(shown.reveals),
        transcript_digest=_hex(shown.transcript),
    )


def _hex(digest: DigestShown | None) -> str | None:
    return digest.hex if digest else None


def _proposed(proposal: Proposal) -> HoldProposed:
    return HoldProposed(
        id=proposal.id,
        outcome=proposal.facts["beacon"],
        proposer_name=proposal.proposer_name,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
    )


def _own(part: OwnPart) -> OwnParty:
    return OwnParty(party=part.party, given=part.given, lines=part.lines)


CEREMONIES = (
    get_ceremony,
    post_fix,
    post_commitment,
    post_close,
    post_reveal,
    post_void,
    post_proposal,
    post_confirmation,
    post_withdrawal,
)
