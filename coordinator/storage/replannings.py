"""Plannings again of a round: what was asked, the plan that was made beside the one that stands, the choice.

Jobs and proposals have tables of their own; whether a plan is lawful was asked before.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.replannings import Outcome, Replanning
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one

COLUMNS = """id, base, alterations, is_looser, asked_name, asked_at, document IS NOT NULL AS is_made, outcome,
    decided_name, decided_at, reason"""


class Files(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The plan to begin from, the altered problem, and once it is made the plan and what moved in it, as files."""

    base: UUID
    problem: bytes
    document: bytes | None
    moves: bytes | None


async def insert_replanning(db: Connection, round_: UUID, asked: Replanning, problem: bytes) -> None:
    await execute(
        db,
        """
        INSERT INTO replanning (id, round, base, alterations, is_looser, problem, asked_name, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        asked.id,
        round_,
        asked.base,
        asked.alterations,
        asked.is_looser,
        problem,
        asked.asked_name,
        asked.asked_at,
    )


async def replannings(db: Connection, round_: UUID) -> list[Replanning]:
    """A round's, the newest first."""
    sql = f"SELECT {COLUMNS} FROM replanning WHERE round = $1 ORDER BY asked_at DESC, id"  # noqa: S608 - constant columns
    return await fetch_all(db, Replanning, sql, round_)


async def replanning(db: Connection, round_: UUID, id_: UUID) -> Replanning | None:
    sql = f"SELECT {COLUMNS} FROM replanning WHERE round = $1 AND id = $2"  # noqa: S608 - constant columns
    return await fetch_one(db, Replanning, sql, round_, id_)


async def files(db: Connection, id_: UUID) -> Files | None:
    return await fetch_one(db, Files, "SELECT base, problem, document, moves FROM replanning WHERE id = $1", id_)


async def put_plan(db: Connection, id_: UUID, document: bytes, moves: bytes) -> None:
    await execute(db, "UPDATE replanning SET document = $2, moves = $3 WHERE id = $1", id_, document, moves)


async def decide(
    db: Connection, id_: UUID, outcome: Outcome, names: Sequence[str], at: datetime, agreed: tuple[UUID, str] | None
) -> None:
    """Write down who chose; `agreed` is the confirmed proposal with its reason, where it took two."""
    proposal, reason = agreed or (None, None)
    await execute(
        db,
        """
        UPDATE replanning SET outcome = $2, decided_name = $3, decided_at = $4, proposal = $5, reason = $6
        WHERE id = $1
        """,
        id_,
        outcome.value,
        "、".join(names),
        at,
        proposal,
        reason,
    )
