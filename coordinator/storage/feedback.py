"""Ratings and complaints of firms, without their names; and, for the firm alone, whether it has spoken.

Who reads what is decided by row-level security.
"""

from uuid import UUID

from coordinator.domain.feedback import Feedback, FeedbackKind
from coordinator.domain.ids import TargetId
from coordinator.storage.connection import Connection, execute, fetch_all


async def mark(db: Connection, round_: UUID, target: TargetId, kind: FeedbackKind) -> bool:
    """Remember that a firm has spoken; False where it had before."""
    sql = "INSERT INTO feedback_mark (round, target, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    return bool(await execute(db, sql, round_, target, kind.value))


async def marks(db: Connection, round_: UUID, target: TargetId) -> frozenset[FeedbackKind]:
    rows = await db.fetch("SELECT kind FROM feedback_mark WHERE round = $1 AND target = $2", round_, target)
    return frozenset(FeedbackKind(row["kind"]) for row in rows)


async def insert_feedback(db: Connection, one: Feedback) -> None:
    await execute(
        db,
        "INSERT INTO feedback (id, kind, round, given_on, stars, about, words) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(one.id, one.kind.value, one.round, one.given_on, one.stars, one.about, one.words),
    )


async def feedback(db: Connection) -> list[Feedback]:
    """All that the actor may see, by day, the newest first; within a day in an order that tells nothing."""
    sql = "SELECT id, kind, round, given_on, stars, about, words FROM feedback ORDER BY given_on DESC, id"
    return await fetch_all(db, Feedback, sql)
