"""A backup really restores, an old release's database is brought up to date, and what is broken is found and named."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.databases import Database, connected, database_of
from support.jobs import surroundings
from support.rounds import dispatched
from support.web import AFTER, looking

from coordinator.actions.invariants import broken_invariants
from coordinator.domain.actors import CONSOLE
from coordinator.domain.errors import Conflict, Invalid, Unavailable
from coordinator.embedded import Endpoints
from coordinator.embedded.dumps import dump, restore
from coordinator.storage.connection import open_pool
from coordinator.storage.migrate import is_empty, migrate

FIRST_RELEASE = Path(__file__).parents[1] / "support" / "first_release.dump"
"""The database of the first release after a real round and a rehearsal of the small sample."""


@pytest.fixture
async def empty(server: Endpoints) -> AsyncIterator[Database]:
    async with database_of(server, template="template0") as made:
        yield made


async def rows(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    async with connected(url) as db:
        names = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        count = 'SELECT count(*) FROM "{}"'
        return {name: await db.fetchval(count.format(name)) for (name,) in names}


async def broken(url: str) -> tuple[str, ...]:
    async with open_pool(url) as pool:
        return await broken_invariants(surroundings(pool), CONSOLE)


async def test_a_backup_restores_every_row_and_everything_still_holds(
    database: Database, empty: Database, tmp_path: Path
) -> None:
    async with open_pool(database.app_url) as pool:
        await dispatched(surroundings(pool))
    file = tmp_path / "of-today.dump"
    dump(database.superuser_url, file)
    assert file.stat().st_mode & 0o077 == 0
    restore(empty.superuser_url, file, owner="owner")
    assert await rows(empty.superuser_url) == await rows(database.superuser_url)
    assert await migrate(empty.owner_url) == ()
    assert await broken(empty.app_url) == ()
    async with connected(empty.app_url) as db:
        assert await db.fetchval("SELECT count(*) FROM round") == 0, "row-level security guards the restored rows too"


async def test_the_first_releases_database_is_upgraded_with_all_its_rounds(empty: Database) -> None:
    restore(empty.superuser_url, FIRST_RELEASE, owner="owner")
    before = await rows(empty.superuser_url)
    assert before["round"] == 2
    assert await migrate(empty.owner_url)
    after = await rows(empty.superuser_url)
    assert {name: after[name] for name in before if name != "migration"} == {
        name: count for name, count in before.items() if name != "migration"
    }
    assert await broken(empty.app_url) == ()
    async with open_pool(empty.app_url) as pool, looking(surroundings(pool), AFTER) as browser:
        for (round_,) in await _rounds(empty):
            for path in ("", "/schedule", "/targets", "/draws/targets", "/draws/teams", "/trail"):
                assert (await browser.get(f"/rounds/{round_}{path}")).status_code == 200, path


async def _rounds(database: Database) -> list[tuple[object]]:
    async with connected(database.superuser_url) as db:
        return [tuple(row) for row in await db.fetch("SELECT id FROM round")]


@pytest.mark.parametrize(
    ("spoiling", "named"),
    [
        ("UPDATE drawn_target SET batch = batch + 1 WHERE ctid = (SELECT min(ctid) FROM drawn_target)", "抽取检查对象"),
        ("DELETE FROM team_member WHERE ctid = (SELECT min(ctid) FROM team_member)", "抽签"),
        ("UPDATE draw SET transcript = replace(encode(transcript, 'escape'), seed, repeat('0', 64))::bytea", "复核"),
        ("UPDATE draw_file SET content = content || ' '::bytea WHERE name = 'frame.tsv'", "复核"),
        ("DELETE FROM plan", "没有方案"),
    ],
)
async def test_what_was_meddled_with_past_all_guards_is_named(database: Database, spoiling: str, named: str) -> None:
    async with open_pool(database.app_url) as pool:
        await dispatched(surroundings(pool))
    async with connected(database.superuser_url) as db:
        await db.execute("SET session_replication_role = replica")
        await db.execute(spoiling)
    found = await broken(database.app_url)
    assert found
    assert any(named in sentence for sentence in found), found


async def test_a_backup_never_overwrites_and_a_bad_one_restores_nothing(
    database: Database, empty: Database, tmp_path: Path
) -> None:
    file = tmp_path / "kept.dump"
    dump(database.superuser_url, file)
    with pytest.raises(Conflict, match="已经存在"):
        dump(database.superuser_url, file)
    short = tmp_path / "short.dump"
    short.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(Unavailable, match="没有恢复任何内容"):
        restore(empty.superuser_url, short, owner="owner")
    with pytest.raises(Invalid, match="没有备份文件"):
        restore(empty.superuser_url, tmp_path / "none.dump", owner="owner")
    assert await is_empty(empty.owner_url)
    with pytest.raises(Unavailable, match="备份没有做成"):
        dump(f"postgresql://postgres:x@/none?host={tmp_path}", tmp_path / "other.dump")
    assert not file.with_name(".other.dump.part").exists()
    assert not file.with_name("other.dump").exists()


async def test_a_password_never_stands_in_a_command_line(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = subprocess.run

    def noting(command: list[str], **options: object) -> object:
        seen.append(command)
        return real(command, **options)

    monkeypatch.setattr(subprocess, "run", noting)
    dump(database.superuser_url, tmp_path / "a.dump")
    secret = database.superuser_url.split(":")[2].split("@")[0]
    assert seen
    assert not any(secret in part for command in seen for part in command)
