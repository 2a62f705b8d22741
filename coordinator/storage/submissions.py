"""What departments handed in, sheet by sheet: tables and columns are named as the domain's records and fields.

What cells mean was decided in the intake; nothing is judged again here.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake.taking import RefusedRow, Taken
from coordinator.domain.sheets import CellFinding
from coordinator.domain.submissions import (
    ApartPair,
    Area,
    CausedInspection,
    Department,
    InspectionItem,
    Inspector,
    PlanLine,
    Record,
    Recusal,
    TargetEntry,
)
from coordinator.storage import directories
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_value, lock_names

Kept = TypeVar("Kept", bound=Record)

TABLES: Mapping[type[Record], str] = {
    TargetEntry: "target_entry",
    Inspector: "inspector",
    PlanLine: "plan_line",
    Recusal: "recusal",
    CausedInspection: "caused_inspection",
    Area: "area",
    ApartPair: "apart_pair",
}


class StoredSubmission(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department's workbook as it was taken in, without its rows."""

    department: DepartmentId
    file: str
    sha256: str
    findings: tuple[CellFinding, ...]
    refused: tuple[RefusedRow, ...]


async def insert_submission(
    db: Connection, round_: UUID, taken: Taken, content: bytes, *, is_coordinator: bool
) -> None:
    """Store a workbook and its department's own row; the other rows follow sheet by sheet."""
    department = taken.submission.department
    await execute(
        db,
        """
        INSERT INTO submission (round, department, file, sha256, is_coordinator, "row", region, level, liaison, phone,
                                system, findings, refused, content, taken_digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """,
        round_,
        department.id,
        taken.file,
        sha256(content).hexdigest(),
        is_coordinator,
        department.row,
        department.region,
        department.level,
        department.liaison,
        department.phone,
        department.system,
        taken.findings,
        taken.refused,
        content,
        taken_digest(taken),
    )


async def delete_submissions(db: Connection, round_: UUID) -> None:
    await execute(db, "DELETE FROM submission WHERE round = $1", round_)


async def delete_submissions_of(db: Connection, round_: UUID, departments: Sequence[DepartmentId]) -> None:
    sql = "DELETE FROM submission WHERE round = $1 AND department = ANY($2::text[])"
    await execute(db, sql, round_, list(departments))


async def taken_digests(db: Connection, round_: UUID) -> dict[DepartmentId, str]:
    """What each submission of a round came to when it was taken in."""
    found = await db.fetch("SELECT department, taken_digest FROM submission WHERE round = $1", round_)
    return {DepartmentId(row["department"]): row["taken_digest"] for row in found}


def taken_digest(taken: Taken) -> str:
    """The digest of all that a workbook came to; the workbook's own name counts."""
    return sha256(msgspec.json.encode(taken)).hexdigest()


async def submissions(db: Connection, round_: UUID) -> list[StoredSubmission]:
    """All workbooks of a round, coordinator first, then by department in byte order."""
    return await fetch_all(
        db,
        StoredSubmission,
        """
        SELECT department, file, sha256, findings, refused FROM submission WHERE round = $1
        ORDER BY is_coordinator DESC, department COLLATE "C"
        """,
        round_,
    )


async def original(db: Connection, round_: UUID, department: DepartmentId) -> bytes:
    """The workbook as the department handed it in."""
    sql = "SELECT content FROM submission WHERE round = $1 AND department = $2"
    return await fetch_value(db, bytes, sql, round_, department)


async def departments(db: Connection, round_: UUID) -> list[Department]:
    """All departments of a round, coordinator first, then in byte order."""
    return await fetch_all(
        db,
        Department,
        """
        SELECT "row", department AS id, region, level, liaison, phone, system FROM submission WHERE round = $1
        ORDER BY is_coordinator DESC, department COLLATE "C"
        """,
        round_,
    )


async def insert_records(db: Connection, round_: UUID, department: DepartmentId, records: Sequence[Record]) -> None:
    """Store one sheet's records, all of one kind."""
    if not records:
        return
    table = TABLES[type(records[0])]
    await execute(
        db,
        f"""
        INSERT INTO {table} SELECT (jsonb_populate_record(
            NULL::{table}, record || jsonb_build_object('round', $1::uuid, 'department', $2::text))).*
        FROM jsonb_array_elements($3::jsonb) AS record
        """,  # noqa: S608 - the table's name is one of TABLES
        round_,
        department,
        records,
    )


async def records(db: Connection, kind: type[Kept], round_: UUID, department: DepartmentId) -> list[Kept]:
    """Give back one sheet's records in the order of their rows."""
    columns = ", ".join(f'"{field}"' for field in kind.__struct_fields__)
    return await fetch_all(
        db,
        kind,
        f'SELECT {columns} FROM {TABLES[kind]} WHERE round = $1 AND department = $2 ORDER BY "row"',  # noqa: S608 - TABLES
        round_,
        department,
    )


async def upsert_targets(db: Connection, entries: Sequence[TargetEntry]) -> None:
    """Remember every target under one name; the newest word counts."""
    named = {entry.id: {"id": entry.id, "name": entry.name, "kind": entry.kind} for entry in entries}
    await execute(
        db,
        """
        INSERT INTO target (id, name, kind)
        SELECT id, name, kind FROM jsonb_to_recordset($1::jsonb) AS given (id text, name text, kind text) ORDER BY id
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, seen_at = now()
        """,
        list(named.values()),
    )
    await directories.index_targets(db, list(named))


async def lock_item_lists(db: Connection, departments: Sequence[DepartmentId]) -> None:
    """Let no other transaction number versions of these departments' items until ours ends."""
    await lock_names(db, [f"item list of {department}" for department in departments])


async def insert_item_versions(db: Connection, department: DepartmentId, items: Sequence[InspectionItem]) -> None:
    """Add a version of each item whose content was not seen before; the item list is locked."""
    await execute(
        db,
        """
        INSERT INTO inspection_item (department, code, version, content_digest, category, name, weight, applies_to,
            methods, legal_basis, lowest_ratio, highest_ratio, expertise, officers, minutes, announcement, unit,
            documents)
        SELECT $1, given.code, 1 + coalesce((SELECT max(version) FROM inspection_item AS old
                   WHERE old.department = $1 AND old.code = given.code), 0),
               digest, category, name, weight, applies_to, methods, legal_basis, lowest_ratio, highest_ratio, expertise,
               officers, minutes, announcement, unit, documents
        FROM unnest($2::text[], $3::jsonb[]) AS listed (digest, content),
             jsonb_populate_record(NULL::inspection_item, content) AS given
        ON CONFLICT (department, code, content_digest) DO NOTHING
        """,
        department,
        [item_digest(item) for item in items],
        list(items),
    )


async def insert_submitted_items(
    db: Connection, round_: UUID, department: DepartmentId, items: Sequence[InspectionItem]
) -> None:
    """Say which version of each item this round uses."""
    await execute(
        db,
        """
        INSERT INTO submitted_item (round, department, code, version, "row")
        SELECT $1, $2, code, version, place
        FROM unnest($3::text[], $4::integer[]) AS listed (digest, place)
        JOIN inspection_item ON department = $2 AND content_digest = digest
        """,
        round_,
        department,
        [item_digest(item) for item in items],
        [item.row for item in items],
    )


async def items(db: Connection, round_: UUID, department: DepartmentId) -> list[InspectionItem]:
    """The items of a department in the versions that this round uses."""
    columns = ", ".join(f"item.{field}" for field in InspectionItem.__struct_fields__ if field != "row")
    return await fetch_all(
        db,
        InspectionItem,
        f"""
        SELECT used."row", {columns} FROM submitted_item AS used
        JOIN inspection_item AS item USING (department, code, version)
        WHERE used.round = $1 AND used.department = $2 ORDER BY used."row"
        """,  # noqa: S608 - the columns are the struct's
        round_,
        department,
    )


def item_digest(item: InspectionItem) -> str:
    """The digest of an item's content, wherever it stands in the list."""
    return sha256(msgspec.json.encode(msgspec.structs.replace(item, row=0))).hexdigest()
