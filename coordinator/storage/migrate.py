"""Bringing a database to what this program expects: forward only, each step whole or not at all, written down.

A migration is `migrations/NNNN_what_it_does.sql`, plain SQL run by the owner. It is never changed once it has been
applied anywhere; a later one mends it. How they are written is said at the top of `0001`.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg
from msgspec import Struct

from coordinator.domain.errors import Conflict, Unavailable
from coordinator.storage.connection import SERVICE_ROLE, UNREACHABLE, Connection, fetch_all, unreachable

FOLDER = Path(__file__).parent / "migrations"
# any fixed number will do: it keeps two migrating processes apart
MIGRATION_LOCK = 0x0D00_12
# before, being a member was enough to SET ROLE
SET_PRIVILEGE_SINCE = 16

LEDGER = """
CREATE TABLE IF NOT EXISTS migration (
    name text PRIMARY KEY,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class Migration(Struct, frozen=True, kw_only=True):
    """One step: the file's name without its ending, its SQL, and the digest of its bytes."""

    name: str
    sql: str
    sha256: str


class Applied(Struct, frozen=True, kw_only=True):
    """One step as the database remembers it."""

    name: str
    sha256: str


def read_migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Read all steps in order."""
    return tuple(
        Migration(
            name=path.stem, sql=path.read_text(encoding="utf-8"), sha256=hashlib.sha256(path.read_bytes()).hexdigest()
        )
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    )


def missing_migrations(known: Sequence[Migration], applied: Sequence[Applied]) -> tuple[Migration, ...]:
    """Say which steps a database lacks; raises Conflict where its past is not the beginning of ours."""
    digests = {step.name: step.sha256 for step in known}
    for step in applied:
        if step.name not in digests:
            raise Conflict(f"数据库已经升级到本程序不认识的 {step.name}。", remedy="请使用较新的程序版本。")
        if step.sha256 != digests[step.name]:
            raise Conflict(f"数据库升级步骤 {step.name} 执行后被改动过。", remedy="请恢复原文件，另加新的步骤。")
    done = {step.name for step in applied}
    lacking = tuple(step for step in known if step.name not in done)
    if lacking and applied and lacking[0].name < max(done):
        raise Conflict(f"数据库升级步骤 {lacking[0].name} 排在已执行的步骤之前。", remedy="请改用更大的编号。")
    return lacking


async def migrate(owner_url: str, *, service_url: str = "", folder: Path = FOLDER) -> tuple[str, ...]:
    """Apply what the database lacks and return the names; safe to call from many processes at once.

    `service_url` is the one the service will use: its user is let into the role `app`. Raises Unavailable when the
    server cannot be reached, a lock cannot be had in time, or the owner may not make roles.
    """
    try:
        db = await asyncpg.connect(owner_url)
    except UNREACHABLE as error:
        raise unreachable(error) from error
    try:
        await db.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        return await _catch_up(db, read_migrations(folder), service_url)
    except asyncpg.LockNotAvailableError as error:
        raise Unavailable("数据库正忙，升级没有执行。", remedy="请停下其他程序后再试。") from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise Unavailable(
            f"升级数据库的用户权限不够：{error}。",
            remedy=f"请管理员先建立角色 {SERVICE_ROLE}（NOLOGIN）并授予服务用户，再让升级用户拥有该数据库。",
        ) from error
    finally:
        await db.close()


async def make_service_role(owner_url: str) -> None:
    """Make the role that a restored database's grants speak of, where a server does not have it yet."""
    db = await asyncpg.connect(owner_url)
    try:
        if not await db.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", SERVICE_ROLE):
            await db.execute(f"CREATE ROLE {SERVICE_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS")
    finally:
        await db.close()


async def is_empty(owner_url: str) -> bool:
    """Whether a database holds no table yet. Raises Unavailable when the server cannot be reached."""
    try:
        db = await asyncpg.connect(owner_url)
    except UNREACHABLE as error:
        raise unreachable(error) from error
    try:
        found = "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema'))"
        return bool(await db.fetchval(found))
    finally:
        await db.close()


async def _catch_up(db: Connection, known: Sequence[Migration], service_url: str) -> tuple[str, ...]:
    await db.execute(LEDGER)
    applied = await fetch_all(db, Applied, "SELECT name, sha256 FROM migration ORDER BY name")
    lacking = missing_migrations(known, applied)
    for step in lacking:
        await _apply(db, step)
    await _admit(db, unquote(urlsplit(service_url).username or ""))
    return tuple(step.name for step in lacking)


async def _apply(db: Connection, step: Migration) -> None:
    async with db.transaction():
        await db.execute("SET LOCAL lock_timeout = '10s'")
        await db.execute("SET LOCAL statement_timeout = '10min'")
        await db.execute(step.sql)
        await db.execute("INSERT INTO migration (name, sha256) VALUES ($1, $2)", step.name, step.sha256)


async def _admit(db: Connection, login: str) -> None:
    """Let the service's user act as `app`, if it has another name (the embedded server's has not)."""
    if login in ("", SERVICE_ROLE):
        return
    act = "SET" if db.get_server_version().major >= SET_PRIVILEGE_SINCE else "MEMBER"
    if not await db.fetchval("SELECT pg_has_role($1, $2, $3)", login, SERVICE_ROLE, act):
        await db.execute(await db.fetchval("SELECT format('GRANT %I TO %I', $1::text, $2::text)", SERVICE_ROLE, login))
