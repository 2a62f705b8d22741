"""Merges of records in the directory of targets: who merged what into what, and what was undone.

Which records look alike is told by the database (migrations 0029, 0034); why is said in domain/duplicates.py.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.actors import Actor
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one


class TargetMerge(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record refers to another; `department` is whose directory it holds in, None: everybody's."""

    id: UUID
    department: DepartmentId | None
    away: TargetId
    stands: TargetId
    merged_by: str
    merged_at: datetime


class Alike(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two codes to look at."""

    one: TargetId
    other: TargetId


async def alike(db: Connection, most: int) -> list[Alike]:
    """Pairs of targets that may be one, as far as the actor lists both."""
    return await fetch_all(db, Alike, "SELECT one, other FROM onedoor_alike_targets($1)", most)


async def former_numbers(db: Connection, codes: Sequence[TargetId]) -> dict[TargetId, frozenset[str]]:
    """Under which numbers the registry had these codes formerly, as far as the actor may see registrations."""
    sql = "SELECT code, array_agg(number) AS numbers FROM former_number WHERE code = ANY($1::text[]) GROUP BY code"
    return {TargetId(row["code"]): frozenset(row["numbers"]) for row in await db.fetch(sql, list(codes))}


async def merges_of(db: Connection, targets: Sequence[TargetId]) -> list[TargetMerge]:
    """The standing merges that hold for the actor and have to do with any of these targets."""
    sql = "SELECT * FROM target_reference WHERE away = ANY($1::text[]) OR stands = ANY($1::text[]) ORDER BY away"
    return await fetch_all(db, TargetMerge, sql, list(targets))


async def insert_merge(db: Connection, made: TargetMerge) -> None:
    sql = """
        INSERT INTO target_merge (id, department, away, stands, merged_by, merged_at) VALUES ($1, $2, $3, $4, $5, $6)
    """
    await execute(db, sql, made.id, made.department, made.away, made.stands, made.merged_by, made.merged_at)


async def merge(db: Connection, id_: UUID) -> TargetMerge | None:
    """A merge, undone or not."""
    sql = "SELECT id, department, away, stands, merged_by, merged_at FROM target_merge WHERE id = $1"
    return await fetch_one(db, TargetMerge, sql, id_)


async def undo(db: Connection, id_: UUID, actor: Actor, now: datetime) -> bool:
    """Undo a merge; False where it was undone before."""
    sql = "UPDATE target_merge SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL"
    return await execute(db, sql, id_, actor.name, now) == 1
