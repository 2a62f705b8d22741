"""The steps of a draw: fix the document, commit and reveal, let chance decide; every step audited in its transaction.

What may be drawn is the domain's affair, how chance decides solver/chance's. Here one operator makes all secrets for
the parties (`onedoor run`), and every record says so; parties that make their own hold a ceremony (`ceremonies`).
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.ceremonies import Terms, refuse_too_few, reveal_by
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.ids import DepartmentId
from coordinator.domain.rounds import Beacon, Round
from coordinator.domain.tasks import Task
from coordinator.storage import audit, draws, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.draws import DrawState, StoredCommitment, StoredDraw
from coordinator.storage.rounds import StoredRound
from solver.chance import head as heads
from solver.chance.ceremony import Ceremony, refuse_beacon
from solver.chance.errors import Broken
from solver.chance.head import HEAD, Head, Stage
from solver.chance.identifiers import Digest, Party, Secret, Seed
from solver.chance.numbers import Algorithm, digest_of
from solver.chance.reading import write
from solver.chance.seed import commitment, reveals_digest
from solver.chance.source import Source, fix, read_source
from solver.chance.transcript import Times, Transcript, hold, rehearse, transcript_file

_BY_PARTIES = "这个轮次由各方在网页上共同抽取，不能由一人代办。"


def parties_of(round_: Round, tasks: tuple[Task, ...]) -> tuple[Party, ...]:
    """Who takes part in both draws: every department that initiates a task, and the coordinating one."""
    initiators: set[DepartmentId] = {task.initiator for task in tasks}
    return tuple(Party(each) for each in sorted({*initiators, round_.round.coordinator}))


def new_head(
    round_: Round,
    stage: Stage,
    parties: tuple[Party, ...],
    now: datetime,
    terms: Terms,
    *,
    targets: Digest | None,
    beacon: Beacon | None,
) -> Head:
    """Write the head of a first attempt; reveals end before the beacon's event."""
    if not terms.single_operator:
        refuse_too_few(parties)
    return Head(
        stage=stage,
        round=round_.id,
        attempt=1,
        hash=Algorithm(round_.draw.hash),
        parties=parties,
        reveal_by=in_words(reveal_by(terms, beacon.when if beacon else None, now)),
        beacon=heads.Beacon(source=beacon.source, when=in_words(beacon.when), pattern=beacon.pattern)
        if beacon
        else None,
        previous=None,
        targets=targets,
    )


async def fix_document(
    db: Connection,
    services: Services,
    actor: Actor,
    stored: StoredRound,
    head: Head,
    files: Mapping[str, bytes],
    *,
    single_operator: bool,
) -> StoredDraw:
    """Fix a draw's document: from now on only chance decides. The caller's transaction holds what belongs to it."""
    whole = {HEAD: write(head), **files}
    source, draw = fix(whole), uuid4()
    await draws.insert_draw(db, draw, stored.id, source, services.clock(), single_operator=single_operator)
    await draws.insert_files(db, draw, whole)
    document = source.document.digest
    await audit.append(db, actor, "draw_fixed", stored.id, head.stage.value, document=document, attempt=head.attempt)
    return await standing(db, stored, head.stage)


async def standing(db: Connection, stored: StoredRound, stage: Stage) -> StoredDraw:
    """The draw of that stage, which must have been fixed before."""
    found = await draws.standing_draw(db, stored.id, stage)
    assert found is not None, "the round's stage says that this draw is fixed"  # noqa: S101 - narrows the type
    return found


async def single_operators(db: Connection, stored: StoredRound, stage: Stage) -> StoredDraw:
    """The draw of that stage for one operator to go on with; raises Conflict where its parties hold it themselves."""
    draw = await draws.standing_draw(db, stored.id, stage)
    if draw is None or not draw.single_operator:
        raise Conflict(_BY_PARTIES, remedy="请在网页的“抽取”里办理，抽完之后再运行会接着做。")
    return draw


async def commit_and_reveal(services: Services, actor: Actor, stored: StoredRound, stage: Stage) -> bool:
    """Make, commit to and reveal a fresh secret for every party; done once, and never in a rehearsal.

    Says whether they were made just now: no beacon's outcome that was known before may follow them.
    """
    if stored.rehearsal_seed is not None:
        return False
    async with transaction(services.pool, actor) as db:
        await rounds.lock_round(db, stored.id)  # two runs at once make one set of secrets
        draw = await single_operators(db, stored, stage)
        if draw.state is not DrawState.FIXED or await draws.commitments(db, draw.id):
            return False
        source = read_source(await draws.files(db, draw.id))
        made = {party: Secret(secrets.token_hex(32)) for party in source.document.head.parties}
        for party, secret in made.items():
            published = commitment(source.document, party, secret)
            await draws.insert_commitment(db, draw.id, party, published, services.clock())
            await audit.append(db, actor, "secret_committed", stored.id, party, commitment=published)
        for party, secret in made.items():
            await draws.reveal(db, draw.id, party, secret, services.clock())
        digest = reveals_digest(source.document, made)
        await audit.append(db, actor, "secrets_revealed", stored.id, stage.value, reveals=digest)
    return True


async def end_draw(
    db: Connection, services: Services, actor: Actor, stored: StoredRound, draw: StoredDraw, beacon: str, by: str
) -> Transcript:
    """Let chance decide, and write down the transcript, held `by` whom.

    Raises Invalid for a beacon that is not as announced, Conflict where the document is no longer the one fixed.
    """
    source = await fixed_source(db, draw)
    parties = await draws.commitments(db, draw.id)
    now = services.clock()
    transcript = _transcript(stored, draw, source, parties, beacon, now, by)
    content = transcript_file(transcript)
    digest = digest_of(source.document.head.hash, content)
    await draws.end_draw(
        db,
        draw.id,
        state=DrawState.HELD,
        beacon=transcript.beacon,
        seed=transcript.seed,
        transcript=content,
        digest=digest,
        at=now,
    )
    await audit.append(db, actor, "draw_held", stored.id, draw.stage.value, transcript=digest, by=by)
    return transcript


async def fixed_source(db: Connection, draw: StoredDraw) -> Source:
    """Read what a draw is drawn from; raises Conflict where a file is not what was fixed."""
    source = read_source(await draws.files(db, draw.id))
    if source.document.digest != draw.document_digest:
        raise Conflict("文书的摘要与固定时公布的不同，文件已被改动，不能抽取。", remedy="请保留现场，报告监察。")
    return source


def _transcript(
    stored: StoredRound,
    draw: StoredDraw,
    source: Source,
    parties: list[StoredCommitment],
    beacon: str,
    now: datetime,
    by: str,
) -> Transcript:
    if stored.rehearsal_seed is not None:
        times: Times = {"fixed": in_words(draw.fixed_at), "drawn": in_words(now), "by": by}
        return rehearse(source, Seed(stored.rehearsal_seed), times)
    try:
        refuse_beacon(source.document.head, beacon)
    except Broken as broken:
        raise Invalid(
            f"公共随机事件的结果不对：{broken.text}", remedy="请按 round.toml 中 beacon.pattern 的写法填写。"
        ) from broken
    return hold(source, ceremony_of(draw, parties, beacon), times_of(draw, parties, by) | {"drawn": in_words(now)})


def ceremony_of(draw: StoredDraw, parties: Sequence[StoredCommitment], beacon: str = "") -> Ceremony:
    """What the parties have given so far, and the beacon's outcome."""
    return Ceremony(
        commitments={Party(each.party): Digest(each.commitment) for each in parties},
        reveals={Party(each.party): Secret(each.secret) for each in parties if each.secret},
        beacon=beacon,
        single_operator=draw.single_operator,
    )


def times_of(draw: StoredDraw, parties: Sequence[StoredCommitment], by: str) -> Times:
    """What happened when before the end, as the transcript keeps it."""
    return {
        "fixed": in_words(draw.fixed_at),
        "committed": {each.party: in_words(each.committed_at) for each in parties},
        "revealed": {each.party: in_words(each.revealed_at) if each.revealed_at else None for each in parties},
        "by": by,
    }


def in_words(moment: datetime) -> str:
    """Write a moment as RFC 3339 in local time."""
    return moment.astimezone(LOCAL_TIME).isoformat(timespec="seconds")
