"""Registrations and their changes, batch by batch; one statement a function.

Rows travel as one JSON array a statement; what has not changed is neither written nor noted.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from coordinator.domain.registry import ChangedRegistration, Counted, RefusedRow, RegistryBatch, RegistryChange
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one

COLUMNS = 'id, source, cursor, taken_at, taken_by, "rows", refused'


async def insert_batch(db: Connection, batch: RegistryBatch) -> None:
    await execute(
        db,
        f"INSERT INTO registry_batch ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)",  # noqa: S608 - constant columns
        *(batch.id, batch.source, batch.cursor, batch.taken_at, batch.taken_by, batch.rows),
        msgspec.to_builtins(batch.refused),
    )


async def update_batch(db: Connection, id_: UUID, cursor: str, rows: int, refused: Sequence[RefusedRow]) -> None:
    """Write down how far a batch has come."""
    statement = 'UPDATE registry_batch SET cursor = $2, "rows" = $3, refused = $4 WHERE id = $1'
    await execute(db, statement, id_, cursor, rows, msgspec.to_builtins(refused))


async def put_registrations(db: Connection, batch: UUID, rows: Sequence[object]) -> None:
    """Take rows in, each code once, and note what changed."""
    statement = """
        WITH incoming AS (
            SELECT * FROM jsonb_to_recordset($2) AS given (
                code text, former_number text, name text, kind text, status text, address text, area text,
                industry text, registered_on date, lists text[])),
        changed AS (
            SELECT i AS new, r AS old FROM incoming i LEFT JOIN registration r ON r.code = i.code
            WHERE r.code IS NULL OR to_jsonb(r) <> to_jsonb(i)),
        stored AS (
            INSERT INTO registration (code, former_number, name, kind, status, address, area, industry, registered_on,
                                      lists)
            SELECT (new).code, (new).former_number, (new).name, (new).kind, (new).status, (new).address, (new).area,
                   (new).industry, (new).registered_on, (new).lists FROM changed
            ON CONFLICT (code) DO UPDATE SET former_number = excluded.former_number, name = excluded.name,
                   kind = excluded.kind, status = excluded.status, address = excluded.address, area = excluded.area,
                   industry = excluded.industry, registered_on = excluded.registered_on, lists = excluded.lists)
        INSERT INTO registration_change (batch, code, change, before, after)
        SELECT $1, (new).code, kinds.change, to_jsonb(old), to_jsonb(new)
        FROM changed CROSS JOIN LATERAL (VALUES
            ('new', (old).code IS NULL),
            ('closed', (new).status <> '存续' AND coalesce((old).status, '') = '存续'),
            ('reopened', (new).status = '存续' AND (old).status <> '存续'),
            ('listed', NOT (new).lists <@ coalesce((old).lists, '{}')),
            ('unlisted', NOT (old).lists <@ (new).lists),
            ('changed', ((old).name, (old).kind, (old).address, (old).area, (old).industry, (old).former_number)
                     IS DISTINCT FROM ((new).name, (new).kind, (new).address, (new).area, (new).industry,
                                       (new).former_number) AND (old).code IS NOT NULL)) AS kinds (change, is_so)
        WHERE kinds.is_so
        ON CONFLICT (batch, code, change) DO NOTHING
    """
    await execute(db, statement, batch, msgspec.to_builtins(rows))


async def batches(db: Connection, most: int = 100) -> list[RegistryBatch]:
    """What was taken in, the latest first."""
    sql = f"SELECT {COLUMNS} FROM registry_batch ORDER BY taken_at DESC LIMIT $1"  # noqa: S608 - constant columns
    return await fetch_all(db, RegistryBatch, sql, most)


async def batch(db: Connection, id_: UUID) -> RegistryBatch | None:
    return await fetch_one(db, RegistryBatch, f"SELECT {COLUMNS} FROM registry_batch WHERE id = $1", id_)  # noqa: S608 - constant columns


async def last_batch(db: Connection, source: str) -> RegistryBatch | None:
    """The batch with which the next pull from a source goes on."""
    sql = f"SELECT {COLUMNS} FROM registry_batch WHERE source = $1 ORDER BY taken_at DESC LIMIT 1"  # noqa: S608 - constant columns
    return await fetch_one(db, RegistryBatch, sql, source)


async def counted(db: Connection, id_: UUID) -> list[Counted]:
    """How many changes of each kind, over all and in each department's directory as last handed in."""
    statement = """
        WITH last AS MATERIALIZED (
            SELECT DISTINCT ON (department) department, round FROM submission JOIN round ON round.id = submission.round
            WHERE rehearsal_seed IS NULL ORDER BY department, round.created_at DESC)
        SELECT NULL AS department, change, count(*) AS count FROM registration_change WHERE batch = $1 GROUP BY change
        UNION ALL
        SELECT listed.department, change.change, count(DISTINCT change.code)
        FROM registration_change change
        CROSS JOIN LATERAL (VALUES (change.code), (nullif(change.after ->> 'former_number', ''))) AS known (id)
        JOIN target_entry listed ON listed.id = known.id
        JOIN last ON last.department = listed.department AND last.round = listed.round
        WHERE change.batch = $1 GROUP BY 1, 2
        ORDER BY 1 NULLS FIRST, 2
    """
    return await fetch_all(db, Counted, statement, id_)


async def changes(db: Connection, id_: UUID, kind: RegistryChange | None, most: int = 200) -> list[ChangedRegistration]:
    """The first changes of a batch, of one kind if given."""
    statement = """
        SELECT code, change, before, after FROM registration_change
        WHERE batch = $1 AND ($2::text IS NULL OR change = $2) ORDER BY change, code LIMIT $3
    """
    return await fetch_all(db, ChangedRegistration, statement, id_, kind.value if kind else None, most)
