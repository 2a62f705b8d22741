"""The outbox and the departments' folders together, as `onedoor run` uses them."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from postgres.outbox_world import FIRE, WATER, Clock, a_posting, posted, state_of, world
from support.databases import Database

from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.posting import post
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.deliveries import FILE_DROP, LEASE, DeliveryState, Posting
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Pool, transaction

PROJECT = Path(__file__).parents[2]


def dropped(root: Path, department: DepartmentId = FIRE, content: str = "book") -> Posting:
    return a_posting(
        connector=FILE_DROP, destination=str(root), recipient=department, department=department, content=content
    )


def traces(root: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in root.rglob("*")}


async def test_each_department_finds_its_papers_in_its_folder(pool: Pool, tmp_path: Path) -> None:
    services = world(pool, Clock())
    await posted(services, dropped(tmp_path), dropped(tmp_path, WATER, "other book"))
    attempts = await deliver_waiting(services, CONSOLE)
    assert {attempt.state for attempt in attempts} == {DeliveryState.DELIVERED}
    assert (tmp_path / FIRE / "任务书.xlsx").read_bytes() == b"book"
    assert (tmp_path / WATER / "任务书.xlsx").read_bytes() == b"other book"
    assert len(list((tmp_path / FIRE).glob("清单-2026-Q1-1-*.json"))) == 1


async def test_a_dispatcher_killed_between_drop_and_record_leaves_one_effect(
    pool: Pool, database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    services = world(pool, clock)
    [id_] = await posted(services, dropped(tmp_path))
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "postgres.killed_dispatcher", database.app_url],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'tests'}"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert (await state_of(services, id_)).state is DeliveryState.WAITING
    before = traces(tmp_path)
    assert before, "the effect was there"
    clock.turn(LEASE)
    [attempt] = await deliver_waiting(services, WORKER)
    assert attempt.state is DeliveryState.DELIVERED
    assert traces(tmp_path) == before


async def test_posting_again_mends_a_folder_that_was_deleted(pool: Pool, tmp_path: Path) -> None:
    services = world(pool, Clock())
    await posted(services, dropped(tmp_path))
    await deliver_waiting(services, WORKER)
    shutil.rmtree(tmp_path / FIRE)
    async with transaction(pool, WORKER) as db:
        await post(db, services, WORKER, [dropped(tmp_path)], again=True)
    await deliver_waiting(services, WORKER)
    assert (tmp_path / FIRE / "任务书.xlsx").read_bytes() == b"book"


async def test_one_unwritable_folder_holds_up_no_other_department(pool: Pool, tmp_path: Path) -> None:
    services = world(pool, Clock())
    (tmp_path / FIRE).write_text("not a folder")
    bad, good = await posted(services, dropped(tmp_path), dropped(tmp_path, WATER))
    await deliver_waiting(services, WORKER)
    assert (await state_of(services, bad)).state is DeliveryState.DEAD
    assert "不是文件夹" in ((await state_of(services, bad)).last_error or "")
    assert (await state_of(services, good)).state is DeliveryState.DELIVERED
