"""PostgreSQL as an exchange database, by asyncpg.

What is written there, and in which order, is said in `exchange`.
"""

import hashlib
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from typing import Any

import asyncpg

from connectors.contract import DeliveryError
from connectors.exchange_database.session import (
    CHANGED,
    LOCKED,
    NEEDS_RIGHTS,
    NOT_LET_IN,
    REFUSED,
    TOO_SLOW,
    UNENCRYPTED,
    UNREACHABLE,
    FoundColumn,
    UniqueKey,
    insert,
    permanent,
    temporary,
)
from connectors.exchange_database.settings import ExchangeDatabaseSettings

CONNECT_SECONDS = 10
GRACE_SECONDS = 5
"""How much longer we wait than the server was told to work."""

PERMANENT = {
    asyncpg.InsufficientPrivilegeError: NEEDS_RIGHTS,
    asyncpg.InvalidAuthorizationSpecificationError: NOT_LET_IN,
    asyncpg.InvalidCatalogNameError: NOT_LET_IN,
    asyncpg.SyntaxOrAccessError: CHANGED,
    asyncpg.DataError: REFUSED,
    asyncpg.IntegrityConstraintViolationError: REFUSED,
}
"""The first that fits is meant."""

NO_TLS = "rejected SSL"
"""What asyncpg says of a server without it, before any password."""
TEXT_TYPES = ("varchar", "bpchar")

COLUMNS = """
SELECT wanted.name, a.attname, t.typname,
       CASE WHEN t.typname = ANY ({}) AND a.atttypmod > 4 THEN a.atttypmod - 4 END,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = ''
  FROM unnest({}::text[]) AS wanted (name)
  JOIN pg_attribute a ON a.attrelid = to_regclass(wanted.name)
  JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped"""
UNIQUE_KEYS = """
SELECT wanted.name, array_agg(a.attname::text ORDER BY a.attname)
  FROM unnest({}::text[]) AS wanted (name)
  JOIN pg_index i ON i.indrelid = to_regclass(wanted.name) AND i.indisunique AND i.indpred IS NULL
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
 GROUP BY wanted.name, i.indexrelid"""


async def open_postgres(
    settings: ExchangeDatabaseSettings, address: str, password: str, tls: ssl.SSLContext | None
) -> "PostgresSession":
    """Connect to an address that the host's name was resolved to; raises what `failure_of` knows."""
    connection = await asyncpg.connect(
        host=address,
        port=settings.port,
        user=settings.user,
        password=password,
        database=settings.database,
        ssl=tls or False,
        timeout=CONNECT_SECONDS,
        command_timeout=settings.statement_seconds + GRACE_SECONDS,
        server_settings={
            "search_path": settings.schema,
            "lock_timeout": f"{settings.lock_seconds}s",
            "statement_timeout": f"{settings.statement_seconds}s",
            "idle_in_transaction_session_timeout": f"{settings.statement_seconds}s",
            "application_name": "onedoor",
        },
    )
    return PostgresSession(connection, settings.place)


def failure_of(place: str, error: BaseException) -> DeliveryError | None:
    """Say in words what PostgreSQL, or the way to it, made of a statement; None for what is none of theirs."""
    if isinstance(error, asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError):
        return temporary(place, LOCKED)
    if isinstance(error, asyncpg.QueryCanceledError | TimeoutError):
        return temporary(place, TOO_SLOW)
    for kind, words in PERMANENT.items():
        if isinstance(error, kind):
            return permanent(place, words, error)
    if isinstance(error, ConnectionError) and NO_TLS in str(error):
        return permanent(place, UNENCRYPTED)
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError | OSError):
        return temporary(place, UNREACHABLE, error)
    return None


class PostgresSession:
    """One connection; see `session.Session`."""

    def __init__(self, connection: asyncpg.Connection, place: str) -> None:
        self._connection, self._place = connection, place

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        digest = hashlib.sha256(f"onedoor exchange {name}".encode()).digest()
        async with self._connection.transaction(isolation="read_committed"):
            key = int.from_bytes(digest[:8], signed=True)
            await self._connection.execute("SELECT pg_advisory_xact_lock($1)", key)
            yield

    async def fetch(self, statement: str, *values: object) -> Sequence[Sequence[Any]]:
        rows: Sequence[Sequence[Any]] = await self._connection.fetch(_numbered(statement), *values)
        return rows

    async def write(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        prepared = await self._connection.prepare(_numbered(statement))
        is_naive = [parameter.name == "timestamp" for parameter in prepared.get_parameters()]
        await prepared.executemany(
            [[_plain(value) if naive else value for value, naive in zip(row, is_naive, strict=True)] for row in rows]
        )

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str]) -> str:
        given = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns if column not in key)
        return f"{insert(table, columns)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {given}"

    async def columns(self, tables: Sequence[str]) -> Sequence[FoundColumn]:
        return [FoundColumn(*row) for row in await self.fetch(COLUMNS, TEXT_TYPES, tables)]

    async def unique_keys(self, tables: Sequence[str]) -> Sequence[UniqueKey]:
        return [UniqueKey(table, tuple(columns)) for table, columns in await self.fetch(UNIQUE_KEYS, tables)]

    async def untransactional(self, _tables: Sequence[str]) -> Sequence[str]:
        return ()

    def failure(self, error: BaseException) -> DeliveryError | None:
        return failure_of(self._place, error)

    async def close(self) -> None:
        self._connection.terminate()


def _numbered(statement: str) -> str:
    numbers = count(1)
    pieces = statement.split("{}")
    return pieces[0] + "".join(f"${next(numbers)}{piece}" for piece in pieces[1:])


def _plain(value: object) -> object:
    """A moment for a column without a time zone: Beijing's, as all are given here."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
