"""What firms ask, with the answers; and what their calendars were last told.

What may be asked is the domain's affair (`firm_requests`), what is told in `told_visits`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordinator.domain.firm_requests import FirmRequest
from coordinator.domain.ids import TargetId
from coordinator.domain.told_visits import ToldVisit
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all, fetch_one

COLUMNS = """id, letter, round, target, departments, kind, visit, wished_day, inspector, reason, made_at, granted,
    answer, answered_by, answered_at"""


async def insert_request(db: Connection, one: FirmRequest) -> bool:
    """Store a request; False where the same stands open already."""
    sql = """
        INSERT INTO firm_request (id, letter, round, target, departments, kind, visit, wished_day, inspector, reason,
            made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
    """
    values = (one.id, one.letter, one.round, one.target, list(one.departments), one.kind.value, one.visit)
    return bool(await execute(db, sql, *values, one.wished_day, one.inspector, one.reason, one.made_at))


async def requests(db: Connection) -> list[FirmRequest]:
    """All requests that the actor may see: those that wait first, the oldest of them first."""
    sql = f"SELECT {COLUMNS} FROM firm_request ORDER BY answered_at NULLS FIRST, made_at, id"  # noqa: S608 - constant columns
    return await fetch_all(db, FirmRequest, sql)


async def request(db: Connection, id_: UUID) -> FirmRequest | None:
    return await fetch_one(db, FirmRequest, f"SELECT {COLUMNS} FROM firm_request WHERE id = $1", id_)  # noqa: S608 - constant columns


async def lock_request(db: Connection, id_: UUID) -> FirmRequest | None:
    """A request, locked against a second answer at the same time."""
    sql = f"SELECT {COLUMNS} FROM firm_request WHERE id = $1 FOR NO KEY UPDATE"  # noqa: S608 - constant columns
    return await fetch_one(db, FirmRequest, sql, id_)


async def put_answer(db: Connection, id_: UUID, answer: str, by: str, now: datetime, *, granted: bool) -> None:
    sql = "UPDATE firm_request SET granted = $2, answer = $3, answered_by = $4, answered_at = $5 WHERE id = $1"
    await execute(db, sql, id_, granted, answer, by, now)


async def told_visits(db: Connection, round_: UUID, target: TargetId) -> dict[str, ToldVisit]:
    """What a firm's calendar was last told, by the visit's anchor."""
    sql = """
        SELECT anchor, begins_at, ends_at, content_digest, sequence, cancelled, told_at FROM told_visit
        WHERE round = $1 AND target = $2
    """
    return {told.anchor: told for told in await fetch_all(db, ToldVisit, sql, round_, target)}


async def put_told_visits(db: Connection, round_: UUID, target: TargetId, told: Sequence[ToldVisit]) -> None:
    sql = """
        INSERT INTO told_visit (round, target, anchor, begins_at, ends_at, content_digest, sequence, cancelled, told_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (round, target, anchor) DO UPDATE SET begins_at = $4, ends_at = $5, content_digest = $6,
            sequence = $7, cancelled = $8, told_at = $9
    """
    rows = [
        (one.anchor, one.begins_at, one.ends_at, one.content_digest, one.sequence, one.cancelled, one.told_at)
        for one in told
    ]
    await execute_many(db, sql, [(round_, target, *row) for row in rows])
