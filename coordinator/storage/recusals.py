"""Recusals after the lots and the replacements that came of them: asked, decided once, on record for good.

Teams as the lots drew them are in `plans`; how replacements change them is the domain's affair.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordinator.domain.actors import Actor
from coordinator.domain.recusals import RecusalDecision, RecusalRequest, Replacement
from coordinator.domain.replacing import Change
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all, fetch_one

COLUMNS = """id, target, inspector, department, cause, reason, asked_by, asked_name, asked_at, due_on, decision,
    decided_name, decided_at, decision_reason"""


async def insert_request(db: Connection, round_: UUID, request: RecusalRequest) -> bool:
    """Store a request; False where the same one waits already."""
    inserted = await execute(
        db,
        """
        INSERT INTO recusal_request
            (id, round, target, inspector, department, cause, reason, asked_by, asked_name, asked_at, due_on)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
        """,
        *(request.id, round_, request.target, request.inspector, request.department, request.cause.value),
        *(request.reason, request.asked_by, request.asked_name, request.asked_at, request.due_on),
    )
    return inserted == 1


async def requests(db: Connection, round_: UUID) -> list[RecusalRequest]:
    """A round's requests that the actor may see, those that wait first, then the latest."""
    sql = f"SELECT {COLUMNS} FROM recusal_request WHERE round = $1 ORDER BY decision IS NOT NULL, asked_at DESC"  # noqa: S608 - constant columns
    return await fetch_all(db, RecusalRequest, sql, round_)


async def lock_request(db: Connection, round_: UUID, id_: UUID) -> RecusalRequest | None:
    """A request, locked against a second decision."""
    sql = f"SELECT {COLUMNS} FROM recusal_request WHERE round = $1 AND id = $2 FOR NO KEY UPDATE"  # noqa: S608 - constant columns
    return await fetch_one(db, RecusalRequest, sql, round_, id_)


async def decide(db: Connection, id_: UUID, decision: RecusalDecision, reason: str, actor: Actor, at: datetime) -> None:
    await execute(
        db,
        """
        UPDATE recusal_request SET decision = $2, decision_reason = $3, decided_by = $4, decided_name = $5,
            decided_at = $6 WHERE id = $1
        """,
        *(id_, decision.value, reason, actor.id, actor.name, at),
    )


async def replacements(db: Connection, round_: UUID) -> list[Replacement]:
    """Who took whose place, in order."""
    sql = "SELECT number, request, lot, leaves, comes, candidates, at FROM replacement WHERE round = $1 ORDER BY number"
    return await fetch_all(db, Replacement, sql, round_)


async def insert_replacements(
    db: Connection, round_: UUID, request: UUID, changes: Sequence[Change], at: datetime
) -> None:
    """Store what changes hands, numbered on, and count that the round's teams have changed."""
    before = await db.fetchval("SELECT count(*) FROM replacement WHERE round = $1", round_)
    await execute_many(
        db,
        """
        INSERT INTO replacement (round, number, request, plan, lot, role, leaves, comes, candidates, at)
        SELECT $1, $2, $3, plan.id, $4, role.id, $5, $6, $7, $8
        FROM plan LEFT JOIN role ON role.plan = plan.id AND role.id = $4 WHERE plan.round = $1 AND plan.live
        """,
        [
            (round_, before + place, request, each.lot, each.leaves, each.comes, list(each.candidates), at)
            for place, each in enumerate(changes, start=1)
        ],
    )
    await execute(db, "UPDATE round SET team_changes = team_changes + 1 WHERE id = $1", round_)
