"""Two processes that do the same at once wait for each other where both decide; who only looks waits for nobody."""

import asyncio

import pytest
from msgspec.structs import replace
from support.rounds import SEED, collected, planned, small, stage_of, trail, with_cells, with_code
from support.rounds import world as world_of

from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.reading import read_round
from coordinator.actions.services import Services
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.storage import rounds
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.rounds import Stage


@pytest.fixture
def world(pool: Pool) -> Services:
    return world_of(pool)


async def test_item_lists_numbered_at_once_have_every_version_once(world: Services) -> None:
    """Without targets in common nothing else keeps these rounds apart."""
    names = [f"取用水监督检查{n}" for n in range(6)]
    await asyncio.gather(*(collected(world, without_targets(name)) for name in names))
    async with transaction(world.pool, WORKER) as db:
        rows = await db.fetch("SELECT version, category FROM inspection_item WHERE code = 'SL01' ORDER BY 1")
    assert [row["version"] for row in rows] == list(range(1, len(names) + 1))
    assert {row["category"] for row in rows} == set(names)


async def test_the_same_rehearsal_begun_many_times_at_once_stands_once(world: Services) -> None:
    made = await asyncio.gather(*(collected(world, seed=SEED) for _ in range(5)))
    async with transaction(world.pool, WORKER) as db:
        [left] = await rounds.rounds(db)
    assert left.id in made
    told = await trail(world.pool)
    assert (told.count("round_created"), told.count("rehearsal_deleted")) == (5, 4)


async def test_who_only_looks_does_not_wait_for_who_takes_a_step(world: Services) -> None:
    round_ = await planned(world)
    async with transaction(world.pool, WORKER) as db:
        locked = await rounds.lock_round(db, round_)
        assert locked is not None
        async with asyncio.timeout(30):
            assert (await read_round(world, CONSOLE, locked)).dispatch is not None
        second = asyncio.create_task(fix_plan(world, CONSOLE, round_))
        await asyncio.sleep(0.2)
        assert not second.done(), "a second step waits"
    await second
    assert await stage_of(world.pool, round_) is Stage.LOTS_FROZEN


def without_targets(category: str) -> RoundFolder:
    """A round of its own, whose water department has renamed one item and nobody lists a target."""
    folder = with_cells(with_code(small(), category), "抽查事项清单", "取用水监督检查", category)
    books = [
        replace(book, sheets=tuple(sheet for sheet in book.sheets if sheet.name != "检查对象名录"))
        for book in folder.workbooks
    ]
    return replace(folder, workbooks=tuple(books))
