"""What waits and what has failed, counted for those who keep the service running; nothing of any person or firm.

The rows themselves are in `jobs`, `outbox` and `rounds`.
"""

from msgspec import Struct

from coordinator.storage.connection import Connection, fetch_all


class Counted(Struct, frozen=True, kw_only=True):
    """So many of one kind in one state; `seconds` since the oldest of them was due, 0 where none is."""

    kind: str
    state: str
    count: int
    seconds: float = 0.0


async def jobs(db: Connection) -> list[Counted]:
    """Jobs that have not ended well, by queue."""
    return await fetch_all(
        db,
        Counted,
        """
        SELECT queue AS kind, state::text AS state, count(*) AS count,
               greatest(0, coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE state = 'queued')), 0))::float8
                   AS seconds
        FROM job WHERE state IN ('queued', 'running', 'failed', 'dead') GROUP BY queue, state ORDER BY queue, state
        """,
    )


async def deliveries(db: Connection) -> list[Counted]:
    """Deliveries by connector."""
    return await fetch_all(
        db,
        Counted,
        """
        SELECT o.connector AS kind, d.state::text AS state, count(*) AS count,
               greatest(0, coalesce(extract(epoch FROM now() - min(d.next_try_at) FILTER (WHERE d.state = 'waiting')),
                                    0))::float8 AS seconds
        FROM delivery d JOIN outbox o ON o.id = d.outbox GROUP BY o.connector, d.state ORDER BY o.connector, d.state
        """,
    )


async def rounds(db: Connection) -> list[Counted]:
    """Rounds by stage; rehearsals apart."""
    return await fetch_all(
        db,
        Counted,
        """
        SELECT CASE WHEN rehearsal_seed IS NULL THEN 'real' ELSE 'rehearsal' END AS kind, stage::text AS state,
               count(*) AS count
        FROM round GROUP BY 1, 2 ORDER BY 1, 2
        """,
    )
