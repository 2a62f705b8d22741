"""Rounds: what was set up, what was handed in, and how far each has come.

What was handed in for a round is in `submissions`, its draws in `draws`.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.ids import RoundId
from coordinator.domain.rounds import Round
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one, lock_names


class Stage(StrEnum):
    """How far a round has come; each step is taken once."""

    COLLECTED = "collected"
    FROZEN = "frozen"
    DRAWN = "drawn"
    PLANNED = "planned"
    LOTS_FROZEN = "lots_frozen"
    TEAMS_DRAWN = "teams_drawn"
    """Who goes is known inside; nothing is announced before the papers are approved."""
    DISPATCHED = "dispatched"


class StoredRound(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A round as stored; with `rehearsal_seed` a rehearsal that never touches the real one."""

    id: UUID
    code: RoundId
    rehearsal_seed: str | None
    settings: Round
    content_digest: str
    stage: Stage
    created_at: datetime
    team_changes: int = 0
    """How often recusals have changed its teams since the lots."""
    in_web: bool = False
    """Whether departments hand in through the web, not in a folder."""

    @property
    def is_planned(self) -> bool:
        return list(Stage).index(self.stage) >= list(Stage).index(Stage.PLANNED)


COLUMNS = """id, code, rehearsal_seed, settings, content_digest, stage, created_at, team_changes,
    EXISTS (SELECT FROM collection WHERE collection.round = round.id) AS in_web"""


async def insert_round(db: Connection, id_: UUID, settings: Round, content_digest: str, seed: str | None) -> None:
    await execute(
        db,
        "INSERT INTO round (id, code, rehearsal_seed, settings, content_digest) VALUES ($1, $2, $3, $4, $5)",
        id_,
        settings.id,
        seed,
        settings,
        content_digest,
    )


async def lock_code(db: Connection, code: RoundId) -> None:
    """Let one process at a time decide what becomes of a round's code, until this transaction ends."""
    await lock_names(db, [code])


async def real_round(db: Connection, code: RoundId) -> StoredRound | None:
    """The round itself, locked against a second process that would take the same step."""
    sql = f"SELECT {COLUMNS} FROM round WHERE code = $1 AND rehearsal_seed IS NULL FOR NO KEY UPDATE"  # noqa: S608 - constant columns
    return await fetch_one(db, StoredRound, sql, code)


async def round_by_id(db: Connection, id_: UUID) -> StoredRound | None:
    """A round to look at; who takes a step locks it."""
    return await fetch_one(db, StoredRound, f"SELECT {COLUMNS} FROM round WHERE id = $1", id_)  # noqa: S608 - constant columns


async def lock_round(db: Connection, id_: UUID) -> StoredRound | None:
    """A round, locked against a second process that would take the same step; who only looks does not wait."""
    return await fetch_one(db, StoredRound, f"SELECT {COLUMNS} FROM round WHERE id = $1 FOR NO KEY UPDATE", id_)  # noqa: S608 - constant columns


async def rounds(db: Connection) -> list[StoredRound]:
    """All rounds, the newest first, rehearsals too."""
    return await fetch_all(db, StoredRound, f"SELECT {COLUMNS} FROM round ORDER BY created_at DESC, id")  # noqa: S608 - constant columns


async def drawn_rounds(db: Connection) -> list[StoredRound]:
    """Rounds, no rehearsals, for which something was fixed for a draw, void ones too; the newest first."""
    sql = f"""
        SELECT {COLUMNS} FROM round
        WHERE rehearsal_seed IS NULL AND EXISTS (SELECT FROM draw WHERE draw.round = round.id)
        ORDER BY created_at DESC, id
    """  # noqa: S608 - constant columns
    return await fetch_all(db, StoredRound, sql)


async def replace_settings(db: Connection, id_: UUID, settings: Round, content_digest: str) -> None:
    await execute(
        db, "UPDATE round SET settings = $2, content_digest = $3 WHERE id = $1", id_, settings, content_digest
    )


async def advance(db: Connection, id_: UUID, stage: Stage) -> None:
    await execute(db, "UPDATE round SET stage = $2 WHERE id = $1", id_, stage)


async def delete_rehearsal(db: Connection, code: RoundId, seed: str) -> StoredRound | None:
    """Make room for the same rehearsal once more and give the one that went; what was really drawn is never deleted."""
    sql = f"DELETE FROM round WHERE code = $1 AND rehearsal_seed = $2 RETURNING {COLUMNS}"  # noqa: S608 - constant columns
    return await fetch_one(db, StoredRound, sql, code, seed)
