"""Visits moved after the lots, on record for good, and who goes where as things stand, which constraints guard.

How moves change plan and teams is the domain's affair (`reschedulings`).
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from coordinator.domain.ids import InspectorId
from coordinator.domain.reschedulings import Rescheduling
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all

COLUMNS = """number, matter, target, was_tour, was_half_day, was_start, tour, half_day, start, joins, replacements,
    changes, reason, request, moved_by, moved_name, at"""


class StandingMember(NamedTuple):
    """Somebody who goes; `role` is the lot of the plan as drawn."""

    lot: str
    role: str
    half_day: str
    inspector: InspectorId


async def reschedulings(db: Connection, round_: UUID) -> list[Rescheduling]:
    """A round's moves after the lots, in order."""
    sql = f"SELECT {COLUMNS} FROM rescheduling WHERE round = $1 ORDER BY number"  # noqa: S608 - constant columns
    return await fetch_all(db, Rescheduling, sql, round_)


async def insert_rescheduling(db: Connection, round_: UUID, one: Rescheduling) -> None:
    """Store a move, and count that what the round's papers say has changed."""
    sql = f"""
        INSERT INTO rescheduling (round, plan, {COLUMNS})
        SELECT $1, plan.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18
        FROM plan WHERE plan.round = $1 AND plan.live
    """  # noqa: S608 - constant columns
    values = (one.number, one.matter, one.target, one.was_tour, one.was_half_day, one.was_start, one.tour)
    more = (one.half_day, one.start, one.joins, one.replacements, one.changes)
    await execute(db, sql, round_, *values, *more, one.reason, one.request, one.moved_by, one.moved_name, one.at)
    await execute(db, "UPDATE round SET team_changes = team_changes + 1 WHERE id = $1", round_)


async def put_members(db: Connection, round_: UUID, gone: Sequence[str], going: Sequence[StandingMember]) -> None:
    """Put who goes now in the place of those lots; the constraints refuse anybody in two places or without a chance."""
    live = await db.fetchval("SELECT id FROM plan WHERE round = $1 AND live", round_)
    await execute(db, "DELETE FROM standing_member WHERE plan = $1 AND lot = ANY($2::text[])", live, list(gone))
    sql = "INSERT INTO standing_member (plan, lot, role, half_day, inspector) VALUES ($1, $2, $3, $4, $5)"
    await execute_many(db, sql, [(live, *each) for each in going])


async def standing_members(db: Connection, plan: UUID) -> list[StandingMember]:
    """Who goes as things stand."""
    rows = await db.fetch("SELECT lot, role, half_day, inspector FROM standing_member WHERE plan = $1", plan)
    return [StandingMember(*row) for row in rows]
