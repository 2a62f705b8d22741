"""A draw by its parties for those who look on: who has committed and revealed, what two people propose, how it ended.

No secret is read here before the draw has ended. What a page shows of it is in coordinator/web/shown.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.actions.ceremony_steps import Step, round_named
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.ceremonies import Phase
from coordinator.domain.permissions import permit
from coordinator.domain.proposals import Proposal
from coordinator.storage import draws, proposals
from coordinator.storage.connection import act_as, transaction
from coordinator.storage.draws import DrawState, StoredDraw
from coordinator.storage.rounds import Stage as RoundStage
from coordinator.storage.rounds import StoredRound
from solver.chance.head import HEAD, Head, Stage, read_head
from solver.chance.seed import commitments_digest, reveals_digest

_FIXED_FROM = {Stage.TARGETS: RoundStage.COLLECTED, Stage.TEAMS: RoundStage.PLANNED}


class PartyReading(Struct, frozen=True, kw_only=True):
    """What one party has given so far, but for its secret."""

    party: str
    commitment: str | None
    committed_at: datetime | None
    revealed_at: datetime | None


class Fixed(Struct, frozen=True, kw_only=True):
    """The latest attempt; digests stand once nothing can be added to what they are of."""

    draw: StoredDraw
    head: Head
    parties: tuple[PartyReading, ...]
    phase: Phase
    """Of an attempt that has not ended."""
    commitments_digest: str | None
    reveals_digest: str | None
    proposal: Proposal | None


class CeremonyReading(Struct, frozen=True, kw_only=True):
    """A draw with its void attempts; `fixed` is the latest one."""

    stored: StoredRound
    stage: Stage
    void: tuple[StoredDraw, ...]
    fixed: Fixed | None

    @property
    def can_be_fixed(self) -> bool:
        """Whether it is time to fix the document, for the first time or after a void attempt."""
        if self.fixed is None:
            return self.stored.stage is _FIXED_FROM[self.stage]
        return self.fixed.draw.state is DrawState.VOID


async def read_ceremony(services: Services, actor: Actor, round_: UUID, stage: Stage) -> CeremonyReading:
    """Read a draw as it stands, before its document is fixed too; raises NotFound for a round that one may not see."""
    permit(actor, Act.SEE_DRAWS)
    async with transaction(services.pool, actor) as db:
        stored = await round_named(db, round_)
        await act_as(db, PUBLICATION)
        attempts = await draws.attempts(db, round_, stage)
        void = tuple(each for each in attempts if each.state is DrawState.VOID)
        if not attempts:
            return CeremonyReading(stored=stored, stage=stage, void=(), fixed=None)
        draw = attempts[-1]
        step = Step(
            stored=stored,
            draw=draw,
            head=read_head(await draws.file(db, draw.id, HEAD)),
            given=tuple(await draws.commitments(db, draw.id)),
            now=services.clock(),
        )
        proposal = await proposals.latest_proposal(db, Act.HOLD_DRAW, str(draw.id))
    return CeremonyReading(stored=stored, stage=stage, void=void, fixed=_fixed(step, proposal))


def _fixed(step: Step, proposal: Proposal | None) -> Fixed:
    given, ceremony = {each.party: each for each in step.given}, step.ceremony
    is_ended = step.draw.state is not DrawState.FIXED
    is_closed = is_ended or step.phase is not Phase.COMMITTING
    is_revealed = is_ended or step.phase not in {Phase.COMMITTING, Phase.REVEALING}
    return Fixed(
        draw=step.draw,
        head=step.head,
        parties=tuple(
            PartyReading(
                party=party,
                commitment=given[party].commitment if party in given else None,
                committed_at=given[party].committed_at if party in given else None,
                revealed_at=given[party].revealed_at if party in given else None,
            )
            for party in step.head.parties
        ),
        phase=step.phase,
        commitments_digest=commitments_digest(step.document, ceremony.commitments) if is_closed and given else None,
        reveals_digest=reveals_digest(step.document, ceremony.reveals) if is_revealed and ceremony.reveals else None,
        proposal=proposal,
    )
