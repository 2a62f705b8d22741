"""Everything stored about a round's draws and what came of them, loaded as one value for those who write about it.

Nothing is decided or changed here; before the lots are drawn there is no such record.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.draws import standing
from coordinator.domain.actors import Actor
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import NotFound
from coordinator.domain.frames import Exclusion
from coordinator.storage import draws, plans, rounds, submissions
from coordinator.storage.connection import Connection
from coordinator.storage.draws import DrawState, StoredCommitment, StoredDraw
from coordinator.storage.rounds import StoredRound
from coordinator.storage.submissions import StoredSubmission
from solver.chance.head import Stage as DrawStage


class DrawRecord(Struct, frozen=True, kw_only=True):
    """A draw with its files and what its parties published."""

    draw: StoredDraw
    files: dict[str, bytes]
    commitments: tuple[StoredCommitment, ...]

    @property
    def folder(self) -> str:
        own = f"draws/{self.draw.stage.value}"
        return f"{own}/void-{self.draw.attempt}" if self.draw.state is DrawState.VOID else own


class RoundRecord(Struct, frozen=True, kw_only=True):
    """Everything stored about a dispatched round."""

    stored: StoredRound
    dispatch: Dispatch
    draws: tuple[DrawRecord, ...]
    void: tuple[DrawRecord, ...]
    """Attempts that came to nothing; they stay on the record."""
    excluded: tuple[Exclusion, ...]
    submissions: tuple[StoredSubmission, ...]
    originals: dict[str, bytes]
    problem: bytes

    @property
    def drawn_at(self) -> datetime:
        """When the lots were drawn."""
        return self.draws[-1].draw.ended_at or self.stored.created_at


async def load_round_record(db: Connection, actor: Actor, round_: UUID) -> RoundRecord:
    stored = await rounds.round_by_id(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。")
    handed_in = await submissions.submissions(db, round_)
    live = await plans.live_plan(db, round_)
    return RoundRecord(
        stored=stored,
        dispatch=await load_dispatch(db, actor, round_),
        draws=(
            await load_draw_record(db, stored, DrawStage.TARGETS),
            await load_draw_record(db, stored, DrawStage.TEAMS),
        ),
        void=tuple([await _record(db, each) for each in await draws.ended_draws(db, round_) if each.void_reason]),
        excluded=tuple(await draws.exclusions(db, round_)),
        submissions=tuple(handed_in),
        originals={one.department: await submissions.original(db, round_, one.department) for one in handed_in},
        problem=live.problem if live else b"",
    )


async def load_draw_record(db: Connection, stored: StoredRound, stage: DrawStage) -> DrawRecord:
    return await _record(db, await standing(db, stored, stage))


async def _record(db: Connection, draw: StoredDraw) -> DrawRecord:
    return DrawRecord(
        draw=draw,
        files=await draws.files(db, draw.id),
        commitments=tuple(await draws.commitments(db, draw.id)),
    )
