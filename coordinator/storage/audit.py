"""The audit trail (全过程留痕): one entry for each state change, appended in the same transaction, never changed.

The database refuses every change of an entry; what is worth one is for the actions to say.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.actors import Actor
from coordinator.storage.connection import Connection, execute, fetch_all


class AuditEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who did what to what, with the facts that matter; `at` is the database's clock, `round` the round's code."""

    at: datetime
    actor: str
    action: str
    subject: str
    facts: dict[str, object]
    round: str = ""


async def append(db: Connection, actor: Actor, action: str, round_: UUID | None, subject: str, **facts: object) -> None:
    await execute(
        db,
        "INSERT INTO audit_entry (actor, action, round, subject, facts) VALUES ($1, $2, $3, $4, $5)",
        actor.name,
        action,
        round_,
        subject,
        facts,
    )


async def entries(db: Connection, round_: UUID) -> list[AuditEntry]:
    """A round's trail, oldest first."""
    return await fetch_all(
        db, AuditEntry, "SELECT at, actor, action, subject, facts FROM audit_entry WHERE round = $1 ORDER BY id", round_
    )


async def latest_entries(db: Connection, most: int = 500) -> list[AuditEntry]:
    """The whole trail's latest entries, of rounds and accounts, the newest first."""
    sql = """
        SELECT at, actor, action, subject, facts, coalesce(round.code, '') AS round
        FROM audit_entry LEFT JOIN round ON round.id = audit_entry.round ORDER BY audit_entry.id DESC LIMIT $1
    """
    return await fetch_all(db, AuditEntry, sql, most)
