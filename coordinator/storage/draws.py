"""The two draws of a round: documents as fixed, what parties committed and revealed, transcripts, what was drawn.

How chance decides is solver/chance's affair; an ended draw can no longer be changed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.frames import Exclusion
from coordinator.domain.ids import TaskId
from coordinator.domain.matters import DrawnTarget, Window
from coordinator.domain.tasks import Task
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all, fetch_one, fetch_value
from solver.chance.head import Stage
from solver.chance.source import Source


class DrawState(StrEnum):
    FIXED = "fixed"
    HELD = "held"
    VOID = "void"


class StoredDraw(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draw whose document is fixed; held or void once it has a transcript."""

    id: UUID
    stage: Stage
    attempt: int
    document_digest: str
    single_operator: bool
    fixed_at: datetime
    closed_at: datetime | None
    """When the coordinator closed the list of commitments, where not all had come."""
    state: DrawState
    void_reason: str | None
    beacon: str
    seed: str | None
    transcript: bytes | None
    transcript_digest: str | None
    ended_at: datetime | None


COLUMNS = """
    id, stage, attempt, document_digest, single_operator, fixed_at, closed_at, state, void_reason, beacon, seed,
    transcript, transcript_digest, ended_at
"""


class StoredCommitment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a party committed to, and its secret once revealed."""

    party: str
    commitment: str
    committed_at: datetime
    secret: str | None
    revealed_at: datetime | None


class DrawFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    content: bytes


async def insert_draw(
    db: Connection, id_: UUID, round_: UUID, source: Source, at: datetime, *, single_operator: bool
) -> None:
    document = source.document
    await execute(
        db,
        """
        INSERT INTO draw (id, round, stage, attempt, document_digest, single_operator, fixed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        id_,
        round_,
        document.head.stage.value,
        document.head.attempt,
        document.digest,
        single_operator,
        at,
    )


async def insert_files(db: Connection, draw: UUID, files: Mapping[str, bytes]) -> None:
    await execute_many(
        db,
        "INSERT INTO draw_file (draw, name, content) VALUES ($1, $2, $3)",
        [(draw, name, content) for name, content in sorted(files.items())],
    )


async def standing_draw(db: Connection, round_: UUID, stage: Stage) -> StoredDraw | None:
    """The draw of that stage that is fixed or held; void attempts are not it."""
    sql = f"SELECT {COLUMNS} FROM draw WHERE round = $1 AND stage = $2 AND state <> 'void'"  # noqa: S608 - constant columns
    return await fetch_one(db, StoredDraw, sql, round_, stage.value)


async def attempts(db: Connection, round_: UUID, stage: Stage) -> list[StoredDraw]:
    """Every attempt at the draw of that stage, the first one first; void ones stay."""
    sql = f"SELECT {COLUMNS} FROM draw WHERE round = $1 AND stage = $2 ORDER BY attempt"  # noqa: S608 - constant columns
    return await fetch_all(db, StoredDraw, sql, round_, stage.value)


async def ended_draws(db: Connection, round_: UUID) -> list[StoredDraw]:
    """Every draw of a round that was held or is void, in order."""
    sql = f"SELECT {COLUMNS} FROM draw WHERE round = $1 AND state <> 'fixed' ORDER BY stage, attempt"  # noqa: S608 - constant columns
    return await fetch_all(db, StoredDraw, sql, round_)


async def files(db: Connection, draw: UUID) -> dict[str, bytes]:
    found = await fetch_all(db, DrawFile, "SELECT name, content FROM draw_file WHERE draw = $1 ORDER BY name", draw)
    return {file.name: file.content for file in found}


async def file(db: Connection, draw: UUID, name: str) -> bytes:
    return await fetch_value(db, bytes, "SELECT content FROM draw_file WHERE draw = $1 AND name = $2", draw, name)


async def insert_commitment(db: Connection, draw: UUID, party: str, commitment: str, at: datetime) -> None:
    await execute(
        db,
        "INSERT INTO commitment (draw, party, commitment, committed_at) VALUES ($1, $2, $3, $4)",
        draw,
        party,
        commitment,
        at,
    )


async def reveal(db: Connection, draw: UUID, party: str, secret: str, at: datetime) -> None:
    await execute(
        db,
        "UPDATE commitment SET secret = $3, revealed_at = $4 WHERE draw = $1 AND party = $2 AND secret IS NULL",
        draw,
        party,
        secret,
        at,
    )


async def is_commitment_known(db: Connection, commitment: str) -> bool:
    """Whether somebody committed to the same before: another party's, copied, or a secret used again."""
    return await fetch_value(db, bool, "SELECT EXISTS (SELECT FROM commitment WHERE commitment = $1)", commitment)


async def is_used(db: Connection, secret: str) -> bool:
    """Whether a secret was revealed before, in this draw or any other."""
    return await fetch_value(db, bool, "SELECT EXISTS (SELECT FROM commitment WHERE secret = $1)", secret)


async def close_commitments(db: Connection, draw: UUID, at: datetime) -> None:
    await execute(db, "UPDATE draw SET closed_at = $2 WHERE id = $1", draw, at)


async def commitments(db: Connection, draw: UUID) -> list[StoredCommitment]:
    return await fetch_all(
        db,
        StoredCommitment,
        """
        SELECT party, commitment, committed_at, secret, revealed_at FROM commitment WHERE draw = $1
        ORDER BY party COLLATE "C"
        """,
        draw,
    )


async def end_draw(  # noqa: PLR0913 - one value a column
    db: Connection,
    draw: UUID,
    *,
    state: DrawState,
    beacon: str,
    seed: str | None,
    transcript: bytes,
    digest: str,
    at: datetime,
    void_reason: str | None = None,
) -> None:
    """Write down how a draw ended; from now on it cannot be changed."""
    await execute(
        db,
        """
        UPDATE draw SET state = $2, beacon = $3, seed = $4, transcript = $5, transcript_digest = $6, ended_at = $7,
            void_reason = $8
        WHERE id = $1
        """,
        draw,
        state,
        beacon,
        seed,
        transcript,
        digest,
        at,
        void_reason,
    )


async def insert_tasks(db: Connection, round_: UUID, tasks: Sequence[Task]) -> None:
    await execute_many(
        db,
        """
        INSERT INTO task (round, id, department, name, kind, level, first_day, last_day, batches)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        [(round_, t.id, t.initiator, t.name, t.kind, t.level, t.first_day, t.last_day, t.batches) for t in tasks],
    )


async def insert_batches(db: Connection, round_: UUID, task: TaskId, windows: Sequence[Window]) -> None:
    await execute_many(
        db,
        "INSERT INTO batch (round, task, number, first_day, last_day) VALUES ($1, $2, $3, $4, $5)",
        [(round_, task, number, *window) for number, window in enumerate(windows, start=1)],
    )


async def insert_exclusions(db: Connection, round_: UUID, exclusions: Sequence[Exclusion]) -> None:
    await execute(
        db,
        """
        INSERT INTO exclusion (round, entry, target, reason)
        SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING
        """,
        round_,
        [exclusion.entry for exclusion in exclusions],
        [exclusion.target for exclusion in exclusions],
        [exclusion.reason for exclusion in exclusions],
    )


async def exclusions(db: Connection, round_: UUID) -> list[Exclusion]:
    return await fetch_all(
        db,
        Exclusion,
        "SELECT entry, target, reason FROM exclusion WHERE round = $1 ORDER BY entry, target, reason",
        round_,
    )


async def insert_drawn(db: Connection, round_: UUID, drawn: Sequence[DrawnTarget]) -> None:
    await execute(
        db,
        """
        INSERT INTO drawn_target (round, task, target, batch)
        SELECT $1, * FROM unnest($2::text[], $3::text[], $4::integer[])
        """,
        round_,
        [one.task for one in drawn],
        [one.target for one in drawn],
        [one.batch for one in drawn],
    )


async def drawn_targets(db: Connection, round_: UUID) -> list[DrawnTarget]:
    return await fetch_all(
        db,
        DrawnTarget,
        'SELECT task, target, batch FROM drawn_target WHERE round = $1 ORDER BY task COLLATE "C", target COLLATE "C"',
        round_,
    )
