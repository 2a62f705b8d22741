"""Which rounds have something to pass on to outside systems; one statement a function.

Entries of the trail are counted, not remembered by number: one that commits late is not overlooked.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from coordinator.storage.connection import Connection, execute, fetch_all


class Changed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dispatched round to which something has happened since it was passed on."""

    round: UUID
    entries: int


async def changed_rounds(db: Connection, actions: Sequence[str], everywhere: Sequence[str]) -> list[Changed]:
    """Real rounds with entries of these actions, or of those that concern every round, not yet passed on."""
    statement = """
        SELECT r.id AS round, c.entries
        FROM round r
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE a.round = r.id AND a.action = ANY($1))
                   + (SELECT count(*) FROM audit_entry WHERE action = ANY($2)) AS entries
            FROM audit_entry a WHERE a.round = r.id) AS c
        LEFT JOIN forwarding f ON f.round = r.id
        WHERE r.stage = 'dispatched' AND r.rehearsal_seed IS NULL AND f.entries IS DISTINCT FROM c.entries
        ORDER BY r.created_at
    """
    return await fetch_all(db, Changed, statement, list(actions), list(everywhere))


async def passed_on(db: Connection, changed: Changed) -> None:
    statement = """
        INSERT INTO forwarding (round, entries) VALUES ($1, $2) ON CONFLICT (round) DO UPDATE SET entries = $2
    """
    await execute(db, statement, changed.round, changed.entries)
