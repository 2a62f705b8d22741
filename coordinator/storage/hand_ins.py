"""Rounds collected in the web: until when and by whom is to be handed in, and every workbook tried or handed in.

The rows of those that stand are in `submissions`; how they get there is decided in actions/handing_in.py.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.hand_ins import Collection, HandIn, HandInId
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one, fetch_value

COLUMNS = """id, round, department, file, sha256, replaces, settings_digest, trial, tried_by, tried_at, number,
    handed_in_by, handed_in_at, undone_by, undone_at"""
STANDING = "number IS NOT NULL AND undone_at IS NULL"


class StandingWorkbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workbook of a department that stands in a round, with its bytes."""

    id: HandInId
    department: DepartmentId
    file: str
    sha256: str
    content: bytes


class EarlierWorkbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a department handed in for another round."""

    round_name: str
    file: str
    content: bytes


async def insert_collection(db: Connection, round_: UUID, settings_file: bytes, due_on: date) -> None:
    sql = "INSERT INTO collection (round, settings_file, due_on) VALUES ($1, $2, $3)"
    await execute(db, sql, round_, settings_file, due_on)


async def set_due(db: Connection, round_: UUID, due_on: date) -> None:
    await execute(db, "UPDATE collection SET due_on = $2 WHERE round = $1", round_, due_on)


async def ask(db: Connection, round_: UUID, departments: Sequence[DepartmentId]) -> None:
    """Ask departments to hand in; who was asked before stays asked."""
    sql = "INSERT INTO asked_department (round, department) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING"
    await execute(db, sql, round_, list(departments))


async def ask_no_more(db: Connection, round_: UUID, department: DepartmentId) -> None:
    """Take a department off the list, with what it merely tried."""
    await execute(db, "DELETE FROM asked_department WHERE round = $1 AND department = $2", round_, department)


async def collection(db: Connection, round_: UUID) -> Collection | None:
    """Who is asked, in byte order, as far as the actor may see it; None for a round that came as a folder."""
    return await fetch_one(
        db,
        Collection,
        """
        SELECT due_on, array(SELECT department FROM asked_department WHERE asked_department.round = $1
                             ORDER BY department COLLATE "C") AS asked
        FROM collection WHERE round = $1
        """,
        round_,
    )


async def settings_file(db: Connection, round_: UUID) -> bytes:
    """The round.toml that a round goes by."""
    return await fetch_value(db, bytes, "SELECT settings_file FROM collection WHERE round = $1", round_)


async def replace_settings_file(db: Connection, round_: UUID, file: bytes) -> None:
    await execute(db, "UPDATE collection SET settings_file = $2 WHERE round = $1", round_, file)


async def insert_trial(db: Connection, tried: HandIn, content: bytes) -> None:
    await execute(
        db,
        """
        INSERT INTO hand_in (id, round, department, file, sha256, content, replaces, settings_digest, trial, tried_by,
                             tried_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        tried.id,
        tried.round,
        tried.department,
        tried.file,
        tried.sha256,
        content,
        tried.replaces,
        tried.settings_digest,
        tried.trial,
        tried.tried_by,
        tried.tried_at,
    )


async def delete_trials(db: Connection, round_: UUID, before: datetime) -> None:
    """Forget what was tried long ago and not handed in."""
    sql = "DELETE FROM hand_in WHERE round = $1 AND number IS NULL AND tried_at < $2"
    await execute(db, sql, round_, before)


async def hand_in(db: Connection, id_: HandInId) -> HandIn | None:
    return await fetch_one(db, HandIn, f"SELECT {COLUMNS} FROM hand_in WHERE id = $1", id_)  # noqa: S608 - constant columns


async def content(db: Connection, id_: HandInId) -> bytes:
    """The workbook itself."""
    return await fetch_value(db, bytes, "SELECT content FROM hand_in WHERE id = $1", id_)


async def handed_in(db: Connection, round_: UUID) -> list[HandIn]:
    """Everything handed in for a round, the undone too, by department, the newest first; findings left out."""
    columns = COLUMNS.replace("trial,", """trial || '{"findings": [], "changes": []}' AS trial,""")
    sql = f"""
        SELECT {columns} FROM hand_in WHERE round = $1 AND number IS NOT NULL
        ORDER BY department COLLATE "C", number DESC
    """  # noqa: S608 - constant columns
    return await fetch_all(db, HandIn, sql, round_)


async def standing_workbooks(db: Connection, round_: UUID) -> list[StandingWorkbook]:
    """Every workbook that stands in a round."""
    sql = f"""
        SELECT DISTINCT ON (department) id, department, file, sha256, content FROM hand_in
        WHERE round = $1 AND {STANDING} ORDER BY department, number DESC
    """  # noqa: S608 - constant condition
    return await fetch_all(db, StandingWorkbook, sql, round_)


async def earlier_workbook(db: Connection, round_: UUID, department: DepartmentId) -> EarlierWorkbook | None:
    """What a department handed in last for a real round other than this."""
    return await fetch_one(
        db,
        EarlierWorkbook,
        """
        SELECT settings->'round'->>'name' AS round_name, file, content FROM submission
        JOIN round ON round.id = submission.round
        WHERE department = $2 AND round.id <> $1 AND rehearsal_seed IS NULL
        ORDER BY created_at DESC LIMIT 1
        """,
        round_,
        department,
    )


async def mark_handed_in(db: Connection, id_: HandInId, by: str, at: datetime) -> None:
    """Let a tried workbook stand; its round is locked."""
    sql = """
        UPDATE hand_in SET handed_in_by = $2, handed_in_at = $3, number = 1 + coalesce((
            SELECT max(number) FROM hand_in AS other
            WHERE other.round = hand_in.round AND other.department = hand_in.department), 0)
        WHERE id = $1
    """
    await execute(db, sql, id_, by, at)


async def mark_undone(db: Connection, id_: HandInId, by: str, at: datetime) -> None:
    await execute(db, "UPDATE hand_in SET undone_by = $2, undone_at = $3 WHERE id = $1", id_, by, at)
