"""A department's side of an exchange database: makes it, takes what is new, checks it, marks what became of it.

It can be told to misbehave: to lock a table, to change a column, to refuse. The server that it lies on is another's.
"""

import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from connectors.contract import PermanentError
from connectors.exchange_database.connecting import connected
from connectors.exchange_database.fields import BATCH_TABLE, FieldMap
from connectors.exchange_database.session import Session
from connectors.exchange_database.settings import PASSWORD, Engine, ExchangeDatabaseSettings
from connectors.exchange_database.setup import READER, WRITER, statements
from connectors.outbound.network import look_up
from connectors.partners.relay import LOOPBACK

LOOPBACK_NETWORK = "127.0.0.1/32"

_NEW = f"SELECT package_key, recipient, batch, number, row_count FROM {BATCH_TABLE} WHERE state = 'new'"  # noqa: S608
_MARK = f"UPDATE {BATCH_TABLE} SET state = {{}}, words = {{}} WHERE package_key = {{}}"  # noqa: S608
_NUMBERS = f"SELECT number FROM {BATCH_TABLE} WHERE recipient = {{}} AND batch = {{}}"  # noqa: S608


class Way(Struct, frozen=True, kw_only=True):
    """How to get into one database of a server, as its administrator, without encryption."""

    engine: Engine
    port: int
    database: str
    administrator: str
    password: str
    host: str = LOOPBACK
    networks: tuple[str, ...] = (LOOPBACK_NETWORK,)

    def settings(self, user: str) -> ExchangeDatabaseSettings:
        """What somebody enters who connects as that account."""
        return ExchangeDatabaseSettings(
            engine=self.engine,
            host=self.host,
            port=self.port,
            networks=self.networks,
            database=self.database,
            user=user,
            is_encrypted=False,
            lock_seconds=1,
        )


class Marked(Struct, frozen=True, kw_only=True):
    """What the receiver made of one package."""

    key: str
    state: str
    words: str


class ExchangePartner:
    """The department, with its own account; `administrator` is what its database administrator can do besides."""

    def __init__(self, engine: Engine, fields: FieldMap, reader: Session, administrator: Session) -> None:
        self._engine, self.fields, self._reader, self._administrator = engine, fields, reader, administrator
        self.is_refusing = False

    async def take(self) -> list[Marked]:
        """Take every package that is new: count its rows, and mark it read, or refused with what is wrong."""
        return [await self._take(*line) for line in await self._reader.fetch(_NEW)]

    async def _take(self, key: str, recipient: str, batch: str, number: int, count: int) -> Marked:
        async with self._reader.alone(f"partner {key}"):
            fault = await self._fault(recipient, batch, number, count)
            marked = Marked(key=key, state="refused" if fault else "read", words=fault)
            await self._reader.write(_MARK, [(marked.state, marked.words, key)])
        return marked

    async def _fault(self, recipient: str, batch: str, number: int, count: int) -> str:
        if self.is_refusing:
            return "本部门暂不接收。"
        numbers = [each for (each,) in await self._reader.fetch(_NUMBERS, recipient, batch)]
        if max(numbers) > number:
            return ""
        rows = [row for table in self.fields.tables for row in await self._rows(table.table, recipient, batch)]
        if len(rows) != count or {row["number"] for row in rows} - {number}:
            return f"批次写明{count}行，各表里有{len(rows)}行。"
        return ""

    async def _rows(self, table: str, recipient: str, batch: str) -> list[Mapping[str, Any]]:
        return [row for row in await self.rows(table) if (row["recipient"], row["batch"]) == (recipient, batch)]

    async def rows(self, table: str) -> list[Mapping[str, Any]]:
        """All rows of a table, by column, in their order."""
        [wanted] = [each for each in self.fields.tables if each.table == table]
        names = [column.column for column in wanted.all_columns]
        found = await self._reader.fetch(f"SELECT {', '.join(names)} FROM {table} ORDER BY recipient, batch, row_no")  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in found]

    async def batches(self) -> list[tuple[str, str, int, str]]:
        """Every package that arrived: recipient, batch, number, state."""
        found = await self._reader.fetch(
            f"SELECT recipient, batch, number, state FROM {BATCH_TABLE} ORDER BY recipient, batch, number"  # noqa: S608
        )
        return [(recipient, batch, number, state) for recipient, batch, number, state in found]

    async def held(self) -> Mapping[str, int]:
        """How much lies there: rows by table, packages by state."""
        rows = {table.table: len(await self.rows(table.table)) for table in self.fields.tables}
        states = Counter(state for *_, state in await self.batches())
        return {**rows, **{f"{BATCH_TABLE}.{state}": count for state, count in sorted(states.items())}}

    @asynccontextmanager
    async def locking(self, table: str) -> AsyncIterator[None]:
        """Misbehave: keep a table to oneself for a while."""
        if self._engine is Engine.MYSQL:
            await self._administrator.fetch(f"LOCK TABLES {table} WRITE")
            yield
            await self._administrator.fetch("UNLOCK TABLES")
            return
        async with self._administrator.alone("locking"):
            await self._administrator.fetch(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield

    async def rename(self, table: str, column: str, name: str) -> None:
        """Misbehave: call a column by another name."""
        await self._administrator.fetch(f"ALTER TABLE {table} RENAME COLUMN {column} TO {name}")

    async def order(self, statement: str) -> None:
        """Misbehave in whatever way an administrator can."""
        await self._administrator.fetch(statement)


def way_to(engine: Engine, url: str) -> Way:
    """Read `scheme://administrator:password@host:port/database`; raises PermanentError where it is none.

    Whoever names a server means it: its own address is all that may be connected to.
    """
    parts = urlsplit(url)
    if not (parts.hostname and parts.port and parts.username and parts.path.strip("/")):
        raise PermanentError("数据库地址的写法不对。请写成 postgresql://管理员:密码@主机:端口/库名。")
    try:
        address = ip_address(socket.gethostbyname(parts.hostname))
    except OSError as error:
        raise PermanentError(f"查不到“{parts.hostname}”的地址。请检查后再试。") from error
    return Way(
        engine=engine,
        host=parts.hostname,
        port=parts.port,
        networks=(f"{address}/32",) if address.is_private else (),
        database=parts.path.strip("/"),
        administrator=unquote(parts.username),
        password=unquote(parts.password or ""),
    )


async def made(way: Way, port: int, database: str) -> Way:
    """Make a database on the server behind a port, and give the way into it."""
    first = replace(way, port=port)
    session = await connected(first.settings(first.administrator), {PASSWORD: first.password}, look_up)
    try:
        await session.fetch(f"CREATE DATABASE {database}")
    finally:
        await session.close()
    return replace(first, database=database)


async def set_up(way: Way, fields: FieldMap, writer: str, reader: str) -> None:
    """Make accounts with these passwords and tables in an empty database."""
    session = await connected(way.settings(way.administrator), {PASSWORD: way.password}, look_up)
    try:
        for name, password in ((WRITER, writer), (READER, reader)):
            for statement in _account(way.engine, name, password):
                await session.fetch(statement)
        for statement in statements(way.engine, fields):
            await session.fetch(statement)
    finally:
        await session.close()


@asynccontextmanager
async def receiving(way: Way, fields: FieldMap, reader: str) -> AsyncIterator[ExchangePartner]:
    """Be the department for a while, with the password that its account was given."""
    administrator = await connected(way.settings(way.administrator), {PASSWORD: way.password}, look_up)
    try:
        own = await connected(way.settings(READER), {PASSWORD: reader}, look_up)
        try:
            yield ExchangePartner(way.engine, fields, own, administrator)
        finally:
            await own.close()
    finally:
        await administrator.close()


def _account(engine: Engine, name: str, password: str) -> list[str]:
    """Statements that make an account, or give the one that is there this password, which is of hex digits."""
    if engine is Engine.MYSQL:
        return [
            f"CREATE USER IF NOT EXISTS {name} IDENTIFIED BY '{password}'",
            f"ALTER USER {name} IDENTIFIED BY '{password}'",
        ]
    return [
        f"DO $$ BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"ALTER ROLE {name} LOGIN PASSWORD '{password}'",
    ]
