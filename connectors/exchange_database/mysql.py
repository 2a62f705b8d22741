"""MySQL and MariaDB as an exchange database, by aiomysql.

What is written there, and in which order, is said in `exchange`.
"""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiomysql
from pymysql.constants import CLIENT, ER

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
"""How much longer we wait than the server was told to wait for locks."""

# codes that PyMySQL has no name for
_TOO_SLOW_MYSQL, _TOO_SLOW_MARIADB, _KILLED, _NOT_ALLOWED_COLUMN = 3024, 1969, 1317, 1143
_NO_DATABASE, _BAD_NULL, _IS_FULL = 1049, 1048, 1114
_OF_THE_CLIENT = range(2000, 3000)

LOCKS = {ER.LOCK_WAIT_TIMEOUT, ER.LOCK_DEADLOCK}
SLOW = {_TOO_SLOW_MYSQL, _TOO_SLOW_MARIADB}
PASSING = {ER.CON_COUNT_ERROR, ER.SERVER_SHUTDOWN, ER.DISK_FULL, _KILLED, _IS_FULL}
PERMANENT = {
    **dict.fromkeys((ER.ACCESS_DENIED_ERROR, ER.DBACCESS_DENIED_ERROR, _NO_DATABASE), NOT_LET_IN),
    **dict.fromkeys((ER.TABLEACCESS_DENIED_ERROR, _NOT_ALLOWED_COLUMN), NEEDS_RIGHTS),
    **dict.fromkeys((ER.NO_SUCH_TABLE, ER.BAD_FIELD_ERROR, ER.NO_DEFAULT_FOR_FIELD, _BAD_NULL), CHANGED),
}

COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length,
       is_nullable = 'NO' AND column_default IS NULL AND extra NOT LIKE '%%auto_increment%%'
         AND extra NOT LIKE '%%GENERATED%%'
  FROM information_schema.columns WHERE table_schema = DATABASE() AND FIND_IN_SET(table_name, {})"""
UNIQUE_KEYS = """
SELECT table_name, GROUP_CONCAT(column_name ORDER BY column_name)
  FROM information_schema.statistics
 WHERE table_schema = DATABASE() AND FIND_IN_SET(table_name, {}) AND non_unique = 0
 GROUP BY table_name, index_name"""
UNTRANSACTIONAL = """
SELECT table_name FROM information_schema.tables
 WHERE table_schema = DATABASE() AND FIND_IN_SET(table_name, {}) AND engine <> 'InnoDB'"""


class _NotEncrypted(Exception):  # noqa: N818 - what was found
    pass


class _Connection(aiomysql.Connection):  # type: ignore[misc] # aiomysql has no types
    """Says nothing of a password to a server that was to be encrypted and offers none of it."""

    async def _request_authentication(self) -> None:
        if self._ssl_context and not self.server_capabilities & CLIENT.SSL:
            raise _NotEncrypted
        await super()._request_authentication()


class _Cursor(aiomysql.Cursor):  # type: ignore[misc] # aiomysql has no types
    """Says nothing of the server's notes: in strict mode whatever spoils a value is an error."""

    async def _show_warnings(self, _connection: aiomysql.Connection) -> None:
        return


async def open_mysql(
    settings: ExchangeDatabaseSettings, address: str, password: str, tls: ssl.SSLContext | None
) -> "MysqlSession":
    """Connect to an address that the host's name was resolved to; raises what `failure_of` knows."""
    session = MysqlSession(
        _Connection(
            host=address,
            port=settings.port,
            user=settings.user,
            password=password,
            db=settings.database,
            ssl=tls,
            charset="utf8mb4",
            sql_mode="'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
            program_name="onedoor",
            autocommit=True,
            cursorclass=_Cursor,
        ),
        settings,
    )
    try:
        await session.begin()
    except BaseException:
        await session.close()
        raise
    return session


def failure_of(place: str, error: BaseException) -> DeliveryError | None:
    """Say in words what MySQL, or the way to it, made of a statement; None for what is none of theirs."""
    if isinstance(error, _NotEncrypted):
        return permanent(place, UNENCRYPTED)
    if isinstance(error, TimeoutError):
        return temporary(place, TOO_SLOW)
    if isinstance(error, aiomysql.Error):
        return _said(place, error, error.args[0] if error.args else None)
    if isinstance(error, OSError | asyncio.IncompleteReadError):
        return temporary(place, UNREACHABLE, error)
    return None


def _said(place: str, error: aiomysql.Error, code: object) -> DeliveryError:
    if code in LOCKS:
        return temporary(place, LOCKED)
    if code in SLOW:
        return temporary(place, TOO_SLOW)
    if code in PERMANENT:
        return permanent(place, PERMANENT[code], error.args[-1])
    is_passing = code in PASSING or not isinstance(code, int) or code in _OF_THE_CLIENT
    if is_passing or isinstance(error, aiomysql.InterfaceError):
        return temporary(place, UNREACHABLE, error.args[-1] if error.args else error)
    return permanent(place, REFUSED, error.args[-1])


class MysqlSession:
    """One connection; see `session.Session`."""

    def __init__(self, connection: aiomysql.Connection, settings: ExchangeDatabaseSettings) -> None:
        self._connection, self._settings = connection, settings

    async def begin(self) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._connection.ping()
        seconds = self._settings.lock_seconds
        for setting in (
            "TRANSACTION ISOLATION LEVEL READ COMMITTED",
            "time_zone = '+08:00'",
            f"innodb_lock_wait_timeout = {seconds}",
            f"lock_wait_timeout = {seconds}",
        ):
            await self._run(f"SET SESSION {setting}")

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        lock = hashlib.sha256(f"onedoor exchange {name}".encode()).hexdigest()
        [[is_ours]] = await self._run("SELECT GET_LOCK(%s, %s)", lock, self._settings.lock_seconds)
        if not is_ours:
            raise aiomysql.OperationalError(ER.LOCK_WAIT_TIMEOUT, lock)
        await self._run("START TRANSACTION")
        yield
        await self._run("COMMIT")
        await self._run("SELECT RELEASE_LOCK(%s)", lock)

    async def fetch(self, statement: str, *values: object) -> Sequence[Sequence[Any]]:
        return await self._run(statement.replace("{}", "%s"), *values)

    async def write(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        given = [[_plain(value) for value in row] for row in rows]
        async with asyncio.timeout(self._settings.statement_seconds), self._connection.cursor() as cursor:
            await cursor.executemany(statement.replace("{}", "%s"), given)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str]) -> str:
        given = ", ".join(f"{column} = VALUES({column})" for column in columns if column not in key)
        return f"{insert(table, columns)} ON DUPLICATE KEY UPDATE {given}"

    async def columns(self, tables: Sequence[str]) -> Sequence[FoundColumn]:
        return [
            FoundColumn(table, column, str(kind).lower(), length, bool(is_needed))
            for table, column, kind, length, is_needed in await self.fetch(COLUMNS, ",".join(tables))
        ]

    async def unique_keys(self, tables: Sequence[str]) -> Sequence[UniqueKey]:
        found = await self.fetch(UNIQUE_KEYS, ",".join(tables))
        return [UniqueKey(table, tuple(columns.split(","))) for table, columns in found]

    async def untransactional(self, tables: Sequence[str]) -> Sequence[str]:
        return [table for (table,) in await self.fetch(UNTRANSACTIONAL, ",".join(tables))]

    def failure(self, error: BaseException) -> DeliveryError | None:
        return failure_of(self._settings.place, error)

    async def close(self) -> None:
        """Hang up; what was not committed is undone by the server, and the lock is free."""
        self._connection.close()

    async def _run(self, statement: str, *values: object) -> Sequence[Sequence[Any]]:
        longest = max(self._settings.statement_seconds, self._settings.lock_seconds + GRACE_SECONDS)
        async with asyncio.timeout(longest), self._connection.cursor() as cursor:
            await cursor.execute(statement, values)
            rows: Sequence[Sequence[Any]] = await cursor.fetchall() if cursor.description else ()
            return rows


def _plain(value: object) -> object:
    """A moment as Beijing's clock has it: no column here knows time zones."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
