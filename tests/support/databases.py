"""Databases for tests: one migrated template a run, cloned for each test.

The server is the embedded one, on a home of the run's own; all xdist workers share it as any OneDoor processes would.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
from msgspec import Struct

from coordinator.embedded import Endpoints
from coordinator.storage.connection import Connection, prepare_types
from coordinator.storage.migrate import migrate

TEMPLATE = "onedoor_template"
TEMPLATE_LOCK = 1


class Database(Struct, frozen=True, kw_only=True):
    """One test's own database, as each of the three roles."""

    name: str
    app_url: str
    owner_url: str
    superuser_url: str


def on_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def named(server: Endpoints, name: str) -> Database:
    assert server.superuser_url is not None
    return Database(
        name=name,
        app_url=on_database(server.database_url, name),
        owner_url=on_database(server.database_owner_url, name),
        superuser_url=on_database(server.superuser_url, name),
    )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    db = await asyncpg.connect(url)
    try:
        await prepare_types(db)
        yield db
    finally:
        await db.close()


async def make_template(server: Endpoints) -> None:
    """Make and migrate the template, once, whichever worker comes first."""
    template = named(server, TEMPLATE)
    async with connected(named(server, "postgres").superuser_url) as db:
        await db.execute("SELECT pg_advisory_lock($1)", TEMPLATE_LOCK)
        # nobody keeps these data, so nobody need wait for the disk
        await db.execute("ALTER SYSTEM SET fsync = off")
        await db.execute("SELECT pg_reload_conf()")
        if not await db.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", TEMPLATE):
            await db.execute(f"CREATE DATABASE {TEMPLATE}_part OWNER owner")
            await migrate(on_database(template.owner_url, f"{TEMPLATE}_part"))
            await db.execute(f"ALTER DATABASE {TEMPLATE}_part RENAME TO {TEMPLATE}")


@asynccontextmanager
async def database_of(server: Endpoints, *, template: str) -> AsyncIterator[Database]:
    """Make a database from a template, drop it afterwards with whoever is still in it."""
    name = f"test_{uuid4().hex}"
    async with connected(named(server, "postgres").superuser_url) as db:
        await db.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER owner STRATEGY FILE_COPY")
        await db.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        await db.execute(f"GRANT CONNECT ON DATABASE {name} TO app")
    try:
        yield named(server, name)
    finally:
        async with connected(named(server, "postgres").superuser_url) as db:
            await db.execute(f"DROP DATABASE {name} WITH (FORCE)")
