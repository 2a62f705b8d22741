"""Collecting a round: stored once whoever asks, replaced while it may be, refused by name once it is fixed."""

import asyncio
from uuid import UUID

import pytest
from msgspec.structs import replace
from support.rounds import (
    SEED,
    WATER,
    collected,
    contents,
    frozen,
    small,
    stage_of,
    trail,
    with_cells,
    with_code,
    without,
)
from support.rounds import world as world_of

from coordinator.actions.calendars import published_calendar
from coordinator.actions.collecting import load_submissions, load_tasks
from coordinator.actions.services import Services
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.ids import DepartmentId, ItemCode
from coordinator.domain.intake.taking import take_in
from coordinator.domain.tasks import tasks_of
from coordinator.storage import audit, submissions
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.rounds import Stage

ABSTRACTION = ItemCode("SL01")
RENAMED = with_cells(small(), "抽查事项清单", "取用水监督检查", "取用水专项检查")


@pytest.fixture
def world(pool: Pool) -> Services:
    return world_of(pool)


async def test_what_was_handed_in_is_read_back_as_the_intake_understood_it(world: Services) -> None:
    folder = small()
    taken = take_in(folder.settings, published_calendar(), folder.workbooks)
    round_ = await collected(world, folder)
    async with transaction(world.pool, WORKER) as db:
        assert await load_submissions(db, round_) == tuple(one.submission for one in taken)
        assert await load_tasks(db, round_) == tasks_of([one.submission for one in taken]) != ()
        for one in taken:
            department = one.submission.department.id
            assert await submissions.original(db, round_, department) == folder.originals[one.file]
        kept = await submissions.submissions(db, round_)
    assert [(one.file, one.findings, one.refused) for one in kept] == [
        (one.file, one.findings, one.refused) for one in taken
    ]


async def test_the_same_folder_again_is_the_same_round_and_changes_nothing(world: Services) -> None:
    first = await collected(world)
    before = await contents(world.pool)
    assert await collected(world) == first
    assert await contents(world.pool) == before


async def test_many_at_once_make_one_round(world: Services) -> None:
    made = await asyncio.gather(*(collected(world) for _ in range(5)))
    assert len(set(made)) == 1
    assert len(await round_ids(world)) == 1
    assert (await trail(world.pool)).count("submission_taken_in") == len(small().workbooks)


async def test_rounds_of_different_codes_are_collected_at_once(world: Services) -> None:
    codes = [f"round-{n}" for n in range(4)]
    made = await asyncio.gather(
        *(collected(world, with_code(RENAMED if n % 2 else small(), c)) for n, c in enumerate(codes))
    )
    assert len(set(made)) == len(codes)


async def test_before_the_frame_is_fixed_a_changed_folder_takes_the_place_of_the_old(world: Services) -> None:
    round_ = await collected(world)
    assert await collected(world, RENAMED) == round_
    async with transaction(world.pool, WORKER) as db:
        read = await load_submissions(db, round_)
        [changed] = [entry for entry in await audit.entries(db, round_) if entry.action == "round_changed"]
    assert read == tuple(one.submission for one in take_in(RENAMED.settings, published_calendar(), RENAMED.workbooks))
    assert changed.actor == CONSOLE.name
    assert changed.facts["changes"] == [f"{WATER}.xlsx 内容有变"]


async def test_a_department_may_join_or_leave_before_the_frame_is_fixed(world: Services) -> None:
    round_ = await collected(world, without(small(), WATER))
    assert await collected(world) == round_
    assert await departments(world, round_) >= {WATER}
    assert await collected(world, without(small(), WATER)) == round_
    assert WATER not in await departments(world, round_)


async def test_after_the_frame_is_fixed_a_changed_folder_is_refused_with_what_changed(world: Services) -> None:
    round_ = await frozen(world)
    before = await contents(world.pool)
    for folder, named in (
        (RENAMED, f"{WATER}.xlsx 内容有变"),
        (without(small(), WATER), f"缺少 {WATER}.xlsx"),
        (other_settings(), "round.toml 内容有变"),
    ):
        with pytest.raises(Conflict) as refused:
            await collected(world, folder)
        assert named in refused.value.sentence()
    assert await contents(world.pool) == before, "a refusal leaves nothing behind, no entry either"
    assert await collected(world) == round_


async def test_a_folder_that_cannot_be_used_leaves_nothing(world: Services) -> None:
    coordinator = small().settings.round.coordinator
    before = await contents(world.pool)
    with pytest.raises(Invalid):
        await collected(world, without(small(), coordinator))
    assert await contents(world.pool) == before


async def test_a_rehearsal_stands_beside_the_real_round_and_is_made_anew_each_time(world: Services) -> None:
    real = await frozen(world)
    first = await frozen(world, seed=SEED)
    second = await frozen(world, seed=SEED)
    other = await frozen(world, seed="6" * 64)
    assert len({real, first, second, other}) == 4
    assert await round_ids(world) == {real, second, other}
    assert await stage_of(world.pool, real) is Stage.FROZEN


async def test_a_rehearsal_may_be_tried_with_changes_that_the_fixed_round_refuses(world: Services) -> None:
    real = await frozen(world)
    before = await taken_in(world, real)
    await frozen(world, RENAMED, seed=SEED)
    assert await taken_in(world, real) == before


async def test_an_item_has_a_version_for_each_content_and_a_round_keeps_the_one_it_used(world: Services) -> None:
    async def versions(round_: UUID) -> dict[str, int]:
        found = "SELECT code, version FROM submitted_item WHERE round = $1 AND department = $2"
        async with transaction(world.pool, WORKER) as db:
            return {row["code"]: row["version"] for row in await db.fetch(found, round_, WATER)}

    first = await collected(world)
    same = await collected(world, with_code(small(), "same"))
    changed = await collected(world, with_code(RENAMED, "changed"))
    back = await collected(world, with_code(small(), "back"))
    assert set((await versions(first)).values()) == {1}
    assert await versions(same) == await versions(back) == await versions(first)
    assert await versions(changed) == await versions(first) | {ABSTRACTION: 2}
    async with transaction(world.pool, WORKER) as db:
        [old] = [item for item in await submissions.items(db, first, WATER) if item.code == ABSTRACTION]
        [new] = [item for item in await submissions.items(db, changed, WATER) if item.code == ABSTRACTION]
    assert (old.category, new.category) == ("取用水监督检查", "取用水专项检查")


def other_settings() -> RoundFolder:
    folder = with_code(small(), small().settings.id)
    policy = replace(folder.settings.policy, gap_days=61)
    return replace(folder, settings=replace(folder.settings, policy=policy))


async def round_ids(world: Services) -> set[UUID]:
    async with transaction(world.pool, WORKER) as db:
        return {row["id"] for row in await db.fetch("SELECT id FROM round")}


async def departments(world: Services, round_: UUID) -> set[DepartmentId]:
    async with transaction(world.pool, WORKER) as db:
        return {department.id for department in await submissions.departments(db, round_)}


async def taken_in(world: Services, round_: UUID) -> object:
    async with transaction(world.pool, WORKER) as db:
        return await load_submissions(db, round_)


async def test_what_no_database_takes_is_shown_by_a_sign_in_its_place(world: Services) -> None:
    round_ = await collected(world, with_cells(small(), "检查对象名录", "91419999MA101147XX", "91\x00A"))
    async with transaction(world.pool, WORKER) as db:
        stored = [one for one in await submissions.submissions(db, round_) if one.refused]
    assert any("\N{REPLACEMENT CHARACTER}" in row.code for one in stored for row in one.refused)
