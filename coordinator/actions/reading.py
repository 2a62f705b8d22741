"""Reading rounds for those who look at them: what is stored, as one value for each thing to be looked at.

Nothing is changed here. Whose rows an actor sees is decided by `permissions` and row-level security, who may see which
part from when in `disclosure`, what a page shows in coordinator/web/shown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from coordinator.actions.collecting import load_submissions
from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.services import Services
from coordinator.domain.actors import ANYONE, PUBLICATION, WORKER, Actor
from coordinator.domain.acts import Act
from coordinator.domain.ceremonies import reveals_end
from coordinator.domain.disclosure import SHUT, Seal, seal_of
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.errors import NotFound, TooLate
from coordinator.domain.expectations import Expectations, expectations_of
from coordinator.domain.frames import Exclusion, excluded_file
from coordinator.domain.ids import DepartmentId
from coordinator.domain.parts import part_of
from coordinator.domain.permissions import may, permit
from coordinator.domain.submissions import Submission
from coordinator.domain.tasks import Task, tasks_of
from coordinator.storage import audit, draws, plans, rounds, submissions
from coordinator.storage.audit import AuditEntry
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.draws import DrawState, StoredCommitment, StoredDraw
from coordinator.storage.rounds import Stage, StoredRound
from coordinator.storage.submissions import StoredSubmission
from solver.chance.document import FixedDocument, identify
from solver.chance.head import HEAD
from solver.chance.head import Stage as DrawStage
from solver.chance.identifiers import Digest, Party, Secret
from solver.chance.seed import reveals_digest
from solver.chance.targets import StratumSelection
from solver.chance.transcript import TRANSCRIPT, Transcript, read_transcript

EXCLUDED = "excluded.tsv"


class RoundReading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A round as far as it has come; `dispatch` stands once there is a plan, its `teams` once the lots were drawn.

    Who acts for a department reads what that department handed in, and instead of `dispatch` its `part`.
    """

    stored: StoredRound
    workbooks: tuple[StoredSubmission, ...]
    submissions: tuple[Submission, ...]
    tasks: tuple[Task, ...]
    excluded: tuple[Exclusion, ...]
    draws: Mapping[DrawStage, StoredDraw]
    dispatch: Dispatch | None
    part: Dispatch | None
    plan: UUID | None
    """The live plan, by which both were worked out."""
    department: DepartmentId | None
    """Whose part it is."""
    is_whole: bool

    @property
    def is_dispatched(self) -> bool:
        return self.stored.stage is Stage.DISPATCHED

    @cached_property
    def seal(self) -> Seal:
        """The round's seal; shut until its papers are approved, for nothing is announced before."""
        teams = self.draws.get(DrawStage.TEAMS)
        if not self.is_dispatched or self.dispatch is None or teams is None or teams.ended_at is None:
            return SHUT
        return seal_of(self.dispatch, teams.ended_at)

    @cached_property
    def expectations(self) -> Expectations:
        """The results that are owed, a department's own in its part; raises TooLate before the round is dispatched."""
        seen, teams = self.dispatch or self.part, self.draws.get(DrawStage.TEAMS)
        if not self.is_dispatched or seen is None or teams is None:
            raise TooLate("这个轮次还没有派出检查，没有要录入的结果。", remedy="文书批准之后再来。")
        drawn_at = teams.ended_at or self.stored.created_at
        found = expectations_of(seen, drawn_at.astimezone(LOCAL_TIME).date())
        return found if self.department is None else found.of_department(self.department)

    @cached_property
    def selections(self) -> tuple[StratumSelection, ...]:
        """What the draw of targets took in each stratum; nothing before it was held."""
        held = self.draws.get(DrawStage.TARGETS)
        result = read_transcript(held.transcript).result if held and held.transcript else None
        return result if isinstance(result, tuple) else ()


class DrawReading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fixed or ended draw with its files; the transcript is among them once there is one."""

    draw: StoredDraw
    document: FixedDocument
    files: Mapping[str, bytes]
    commitments: tuple[StoredCommitment, ...]
    reveals_digest: Digest | None
    """It may be known before the secrets are."""
    transcript: Transcript | None


async def all_rounds(services: Services, actor: Actor) -> list[StoredRound]:
    """All rounds that the actor may see, the newest first, rehearsals too."""
    permit(actor, Act.SEE_ROUNDS)
    async with transaction(services.pool, actor) as db:
        return await rounds.rounds(db)


async def find_round(services: Services, actor: Actor, round_: UUID) -> StoredRound:
    """One round without what belongs to it; raises NotFound, also for one that is not the actor's to see."""
    permit(actor, Act.SEE_ROUNDS)
    async with transaction(services.pool, actor) as db:
        return await _found(db, round_)


async def find_version(services: Services, actor: Actor, round_: UUID) -> tuple[StoredRound, UUID | None]:
    """One round, and which of its plans is live: whatever of it is shown depends on both."""
    permit(actor, Act.SEE_ROUNDS)
    async with transaction(services.pool, actor) as db:
        return await _found(db, round_), await plans.live_plan_id(db, round_)


async def read_round(
    services: Services, actor: Actor, stored: StoredRound, whole: Dispatch | None = None
) -> RoundReading:
    """Read a round as far as the actor may see it, recomputing what is computed; a second or so for a prefecture's.

    A department's part is cut from `whole`, where that has been read before.
    """
    is_whole = actor.department is None and may(actor, Act.SEE_PLAN)
    async with transaction(services.pool, actor) as db:
        dispatch = await load_dispatch(db, actor, stored.id) if is_whole and stored.is_planned else None
        handed_in = dispatch.submissions if dispatch else await load_submissions(db, stored.id)
        return RoundReading(
            stored=stored,
            workbooks=tuple(await submissions.submissions(db, stored.id)),
            submissions=handed_in,
            tasks=tasks_of(handed_in),
            excluded=tuple(await draws.exclusions(db, stored.id)),
            draws=await _draws(db, stored.id),
            dispatch=dispatch,
            part=await _part(db, actor, stored, whole),
            plan=await plans.live_plan_id(db, stored.id),
            department=DepartmentId(actor.department) if actor.department else None,
            is_whole=actor.department is None,
        )


async def _part(db: Connection, actor: Actor, stored: StoredRound, whole: Dispatch | None) -> Dispatch | None:
    """A department's part of the plan: worked out of the whole, which row-level security would not show it."""
    if actor.department is None or not may(actor, Act.SEE_PLAN) or not stored.is_planned:
        return None
    if whole is None:
        await act_as(db, WORKER)
        whole = await load_dispatch(db, WORKER, stored.id)
        await act_as(db, actor)
    return part_of(whole, DepartmentId(actor.department))


async def read_draw(services: Services, actor: Actor, round_: UUID, stage: DrawStage) -> DrawReading:
    """Read a draw with its document's files; raises NotFound before the document is fixed.

    A draw that a department may see, it may see whole (`disclosure`: frame, seed, transcript), but no secret before the
    draw has ended; where parties hold it, nobody sees one, for each of them may still have to reveal.
    """
    permit(actor, Act.SEE_DRAWS)
    async with transaction(services.pool, actor) as db:
        await _found(db, round_)
        draw = await draws.standing_draw(db, round_, stage)
        if draw is None:
            raise NotFound("这次抽取的文书还没有固定。", remedy="固定之后这里才有内容。")
        await act_as(db, PUBLICATION)
        files = await draws.files(db, draw.id)
        excluded = await draws.exclusions(db, round_) if stage is DrawStage.TARGETS else ()
        void = await _void_files(db, round_, stage)
        commitments = await draws.commitments(db, draw.id)
    document, given = identify(files), commitments
    if draw.ended_at is None and (actor.department is not None or not draw.single_operator):
        commitments = [replace(each, secret=None, revealed_at=None) for each in commitments]
    return DrawReading(
        draw=draw,
        document=document,
        files=files | _written_beside(draw, excluded_file(excluded)) | void,
        commitments=tuple(commitments),
        reveals_digest=_reveals_digest(document, draw, given, services.clock()),
        transcript=read_transcript(draw.transcript) if draw.transcript else None,
    )


async def read_void_draws(services: Services, actor: Actor, round_: UUID) -> tuple[StoredDraw, ...]:
    """Every attempt at a draw of a round that came to nothing, in order."""
    permit(actor, Act.SEE_DRAWS)
    async with transaction(services.pool, actor) as db:
        return tuple(each for each in await draws.ended_draws(db, round_) if each.state is DrawState.VOID)


async def read_trail(services: Services, actor: Actor, round_: UUID) -> list[AuditEntry]:
    """A round's audit trail, oldest first; raises NotFound where the round is not the actor's to see."""
    permit(actor, Act.SEE_TRAIL)
    async with transaction(services.pool, actor) as db:
        entries = await audit.entries(db, round_)
        if not entries:
            await _found(db, round_)
        return entries


async def read_latest_trail(services: Services, actor: Actor) -> list[AuditEntry]:
    """The latest entries of the whole trail that the actor may see, the newest first."""
    permit(actor, Act.SEE_TRAIL)
    async with transaction(services.pool, actor) as db:
        return await audit.latest_entries(db)


async def answer(services: Services) -> None:
    """Ask the database anything; raises Unavailable when it does not answer."""
    async with transaction(services.pool, ANYONE):
        pass


def _reveals_digest(
    document: FixedDocument, draw: StoredDraw, given: Sequence[StoredCommitment], now: datetime
) -> Digest | None:
    """The digest of all reveals, once there are any and no more can come."""
    reveals = {Party(each.party): Secret(each.secret) for each in given if each.secret is not None}
    is_whole = draw.ended_at is not None or len(reveals) == len(given) or now > reveals_end(document.head)
    return reveals_digest(document, reveals) if reveals and is_whole else None


async def _found(db: Connection, round_: UUID) -> StoredRound:
    stored = await rounds.round_by_id(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
    return stored


async def _draws(db: Connection, round_: UUID) -> dict[DrawStage, StoredDraw]:
    found = {stage: await draws.standing_draw(db, round_, stage) for stage in DrawStage}
    return {stage: draw for stage, draw in found.items() if draw is not None}


async def _void_files(db: Connection, round_: UUID, stage: DrawStage) -> dict[str, bytes]:
    """What remains of attempts that came to nothing; their other files are the standing draw's."""
    void = [each for each in await draws.attempts(db, round_, stage) if each.state is DrawState.VOID]
    heads = {f"void-{each.attempt}-{HEAD}": await draws.file(db, each.id, HEAD) for each in void}
    return heads | {f"void-{each.attempt}-{TRANSCRIPT}": each.transcript or b"" for each in void}


def _written_beside(draw: StoredDraw, excluded: bytes) -> dict[str, bytes]:
    beside = {EXCLUDED: excluded} if draw.stage is DrawStage.TARGETS else {}
    return beside | ({TRANSCRIPT: draw.transcript} if draw.transcript else {})
