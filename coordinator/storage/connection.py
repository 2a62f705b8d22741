"""How storage speaks to PostgreSQL: the pool, one transaction with its actor, and rows turned into types.

SQL lives beside its types in the other modules here; what the tables are is said by the migrations.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

import asyncpg
import msgspec

from coordinator.domain.actors import Actor
from coordinator.domain.errors import Unavailable

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection
T = TypeVar("T")

SERVICE_ROLE = "app"
# the wire format of jsonb is a version byte before the text
JSONB_VERSION = b"\x01"
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
UNREACHABLE = (OSError, *LOST)

ACT = """
SELECT set_config('onedoor.actor', $1, true), set_config('onedoor.office', $2, true),
       set_config('onedoor.department', $3, true)
"""


@asynccontextmanager
async def open_pool(url: str, *, size: int = 10) -> AsyncIterator[Pool]:
    """Open connections that act as the role `app`, whoever the URL logs in as.

    A superuser or the tables' owner in DATABASE_URL would otherwise see past row-level security. Raises Unavailable
    when the server cannot be reached, or `app` does not exist yet (`onedoor migrate` makes it).
    """
    try:
        pool = await asyncpg.create_pool(url, min_size=1, max_size=size, init=_prepare, command_timeout=120)
    except UNREACHABLE as error:
        raise unreachable(error) from error
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise Unavailable("数据库不接受 DATABASE_URL 里的用户名或密码。", remedy="请核对后再试。") from error
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
        raise Unavailable(
            f"数据库里没有服务角色 {SERVICE_ROLE}，或者当前用户不能使用它。", remedy="请先运行 onedoor migrate。"
        ) from error
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def transaction(pool: Pool, actor: Actor) -> AsyncIterator[Connection]:
    """Hold one transaction on behalf of an actor; row-level security shows it that actor's rows and no others.

    Raises Unavailable when the database goes away, its disk is full, or it has become a read-only standby.
    """
    try:
        async with _acquired(pool) as db, db.transaction():
            await act_as(db, actor)
            yield db
    except asyncpg.ReadOnlySQLTransactionError as error:
        # after a fail-over the pool would hold on to the old primary for ever
        await pool.expire_connections()
        raise Unavailable("数据库正在切换主机。", remedy="请稍后再试。") from error
    except asyncpg.DiskFullError as error:
        raise Unavailable("数据库所在的磁盘已满，没有保存任何内容。", remedy="请清理磁盘后再试。") from error
    except LOST as error:
        raise unreachable(error) from error
    except asyncpg.InterfaceError as error:
        # asyncpg stumbles over its own clean-up where the connection was lost inside the transaction
        if isinstance(error.__context__, LOST):
            raise unreachable(error.__context__) from error
        raise


async def act_as(db: Connection, actor: Actor) -> None:
    """Go on in a transaction on behalf of this actor: row-level security shows that actor's rows from here on."""
    await db.execute(ACT, actor.id, actor.office.value, actor.department or "")


async def fetch_all(db: Connection, row: type[T], sql: str, *values: object) -> list[T]:
    """Run one statement and type every row; columns are named as the type's fields."""
    # as dicts: a Record's own methods would hide columns named items, keys or values
    records = [dict(record) for record in await db.fetch(sql, *values)]
    return msgspec.convert(records, list[row])  # type: ignore[valid-type] # a type made at run time


async def fetch_one(db: Connection, row: type[T], sql: str, *values: object) -> T | None:
    """Run one statement and type its first row, None without one."""
    record = await db.fetchrow(sql, *values)
    return None if record is None else msgspec.convert(dict(record), row)


async def fetch_value(db: Connection, value: type[T], sql: str, *values: object) -> T:
    """Run one statement that gives exactly one value, and type it."""
    return msgspec.convert(await db.fetchval(sql, *values), value)


async def execute(db: Connection, sql: str, *values: object) -> int:
    """Run one statement and say how many rows it touched."""
    touched = str(await db.execute(sql, *values)).rpartition(" ")[2]
    return int(touched) if touched.isdigit() else 0


async def execute_many(db: Connection, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Run one statement for many rows, sent in one go and applied together or not at all."""
    await db.executemany(sql, rows)


async def lock_names(db: Connection, names: Sequence[str]) -> None:
    """Let no other transaction past these names until ours ends; all lock in one order, so nobody waits in a ring."""
    statement = """
        SELECT pg_advisory_xact_lock(lock)
        FROM (SELECT DISTINCT hashtextextended(name, 0) AS lock FROM unnest($1::text[]) AS name ORDER BY lock) AS locks
    """
    await db.execute(statement, list(names))


async def prepare_types(db: Connection) -> None:
    """Read and write jsonb as plain values and structs."""
    await db.set_type_codec("jsonb", schema="pg_catalog", format="binary", encoder=_to_jsonb, decoder=_from_jsonb)


def unreachable(error: BaseException) -> Unavailable:
    """Say in words that the database does not answer."""
    return Unavailable(f"连不上数据库：{error}。", remedy="请确认数据库正在运行、DATABASE_URL 正确，然后再试。")


@asynccontextmanager
async def _acquired(pool: Pool) -> AsyncIterator[Connection]:
    try:
        db = await pool.acquire()
    except OSError as error:
        raise unreachable(error) from error
    try:
        yield db
    finally:
        await pool.release(db)


async def _prepare(db: Connection) -> None:
    await prepare_types(db)
    await db.execute(f"SET ROLE {SERVICE_ROLE}")


def _to_jsonb(value: object) -> bytes:
    return JSONB_VERSION + msgspec.json.encode(value)


def _from_jsonb(wire: bytes) -> Any:  # noqa: ANN401 - what jsonb holds is typed by the row's type
    return msgspec.json.decode(wire[len(JSONB_VERSION) :])
