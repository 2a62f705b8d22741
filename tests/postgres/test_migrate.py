"""Migrations: applied once whoever comes, never behind the back of a database that knows better."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from support.databases import Database, connected, database_of
from support.schema import SCHEMA, dump_schema

from coordinator.domain.errors import Conflict, Unavailable
from coordinator.embedded import Endpoints
from coordinator.storage.connection import open_pool
from coordinator.storage.migrate import migrate, read_migrations


@pytest.fixture
async def empty(server: Endpoints) -> AsyncIterator[Database]:
    async with database_of(server, template="template0") as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our own first migration and a small second one."""
    first = read_migrations()[0]
    (tmp_path / f"{first.name}.sql").write_text(first.sql)
    (tmp_path / "0002_second.sql").write_text("CREATE TABLE second (id int PRIMARY KEY);")
    return tmp_path


async def test_schema_sql_is_what_all_migrations_make(database: Database) -> None:
    assert dump_schema(database.owner_url) == SCHEMA.read_text(encoding="utf-8")


async def test_migrating_twice_changes_nothing(empty: Database, folder: Path) -> None:
    assert len(await migrate(empty.owner_url, folder=folder)) == 2
    assert await migrate(empty.owner_url, folder=folder) == ()


async def test_ten_processes_that_migrate_at_once_apply_each_step_once(empty: Database, folder: Path) -> None:
    applied = await asyncio.gather(*(migrate(empty.owner_url, folder=folder) for _ in range(10)))
    assert sorted(name for names in applied for name in names) == [step.name for step in read_migrations(folder)]


async def test_a_step_changed_after_it_was_applied_is_refused(empty: Database, folder: Path) -> None:
    await migrate(empty.owner_url, folder=folder)
    (folder / "0002_second.sql").write_text("CREATE TABLE second (id bigint PRIMARY KEY);")
    with pytest.raises(Conflict, match="0002_second"):
        await migrate(empty.owner_url, folder=folder)


async def test_a_database_newer_than_the_program_is_refused(empty: Database, folder: Path) -> None:
    await migrate(empty.owner_url, folder=folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(Conflict, match="不认识"):
        await migrate(empty.owner_url, folder=folder)


async def test_a_step_numbered_before_an_applied_one_is_refused(empty: Database, folder: Path) -> None:
    await migrate(empty.owner_url, folder=folder)
    (folder / "0001_zz_late.sql").write_text("SELECT 1;")
    with pytest.raises(Conflict, match="0001_zz_late"):
        await migrate(empty.owner_url, folder=folder)


async def test_a_step_that_fails_leaves_nothing_behind(empty: Database, folder: Path) -> None:
    (folder / "0003_broken.sql").write_text("CREATE TABLE third (id int); SELECT no_such_function();")
    with pytest.raises(Exception, match="no_such_function"):
        await migrate(empty.owner_url, folder=folder)
    async with connected(empty.owner_url) as db:
        assert await db.fetchval("SELECT to_regclass('third')") is None
        assert await db.fetchval("SELECT to_regclass('second')") is not None


async def test_a_plan_stored_before_its_problem_stood_apart_keeps_it(empty: Database, tmp_path: Path) -> None:
    for step in read_migrations()[:4]:
        (tmp_path / f"{step.name}.sql").write_text(step.sql, encoding="utf-8")
    await migrate(empty.owner_url, folder=tmp_path)
    async with connected(empty.owner_url) as db:
        await db.execute("""
            INSERT INTO round (id, code, settings, content_digest)
                VALUES (gen_random_uuid(), 'old', '{}', repeat('0', 64));
            INSERT INTO plan (id, round, problem, document) SELECT gen_random_uuid(), id, 'the problem', '' FROM round
        """)
        await migrate(empty.owner_url)
        await db.execute("SELECT set_config('onedoor.office', 'coordinator', false)")
        kept = "SELECT content FROM plan_problem JOIN plan ON plan.id = plan_problem.plan WHERE document = ''"
        assert await db.fetchval(kept) == b"the problem"


async def test_of_two_equal_rehearsals_the_younger_one_stays(empty: Database, tmp_path: Path) -> None:
    for step in read_migrations()[:6]:
        (tmp_path / f"{step.name}.sql").write_text(step.sql, encoding="utf-8")
    await migrate(empty.owner_url, folder=tmp_path)
    async with connected(empty.owner_url) as db:
        await db.execute("""
            SELECT set_config('onedoor.office', 'coordinator', false);
            INSERT INTO round (id, code, rehearsal_seed, settings, content_digest, created_at)
                SELECT gen_random_uuid(), 'same', repeat('5', 64), '{}', repeat('0', 64), now() + n * interval '1 day'
                FROM generate_series(1, 3) AS n
        """)
        youngest = await db.fetchval("SELECT id FROM round ORDER BY created_at DESC LIMIT 1")
        await migrate(empty.owner_url)
        assert [row["id"] for row in await db.fetch("SELECT id FROM round")] == [youngest]


async def test_a_server_that_is_not_there_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="连不上数据库"):
        await migrate(f"postgresql://owner:x@/onedoor?host={tmp_path}")


async def test_the_service_acts_as_app_even_when_it_logs_in_as_the_superuser(database: Database) -> None:
    async with open_pool(database.superuser_url, size=1) as pool:
        for _ in range(2):  # the pool resets a connection between uses
            assert await pool.fetchval("SELECT current_user") == "app"


async def test_a_service_user_of_another_name_is_let_into_app_and_stays_behind_row_security(empty: Database) -> None:
    """As on a server of one's own, with DATABASE_URL and DATABASE_OWNER_URL."""
    login = f"county_{uuid4().hex}"
    service_url = empty.app_url.replace("//app:", f"//{login}:")
    async with connected(empty.superuser_url) as db:
        await db.execute(f"CREATE ROLE {login} LOGIN PASSWORD '{urlsplit(service_url).password}'")
        await db.execute(f"GRANT CONNECT ON DATABASE {empty.name} TO {login}")
        await migrate(empty.superuser_url, service_url=service_url)
        async with open_pool(service_url) as pool:
            assert await pool.fetchval("SELECT current_user") == "app"
        await db.execute(f"DROP OWNED BY {login}")
        await db.execute(f"DROP ROLE {login}")


async def test_a_service_before_any_migration_is_told_to_migrate(empty: Database) -> None:
    login = f"county_{uuid4().hex}"
    service_url = empty.app_url.replace("//app:", f"//{login}:")
    async with connected(empty.superuser_url) as db:
        await db.execute(f"CREATE ROLE {login} LOGIN PASSWORD '{urlsplit(service_url).password}'")
        await db.execute(f"GRANT CONNECT ON DATABASE {empty.name} TO {login}")
        with pytest.raises(Unavailable, match="服务角色"):
            async with open_pool(service_url):
                pass
        await db.execute(f"DROP OWNED BY {login}")
        await db.execute(f"DROP ROLE {login}")
