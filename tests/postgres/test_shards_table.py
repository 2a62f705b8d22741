"""Shards as jobs: each is answered once, under its lease, and wanted only as long as the planning that asked."""

import pytest
from support.jobs import silence, surroundings
from support.plannings import asking, shard_count, taken
from support.rounds import SUPERVISOR, WATER, liaison_of

from coordinator.actions.services import Services
from coordinator.actions.sharding import (
    ShardBroken,
    answer_shard,
    asked_shard,
    begin_planning,
    call_off,
    end_planning,
    news_of_shards,
)
from coordinator.domain.actors import ANYONE, WORKER
from coordinator.domain.jobs import JobState, Lease, LeaseLost, Queue, StopRequest, lease_of
from coordinator.jobs.worker import BROKEN, sweep
from coordinator.storage import jobs
from coordinator.storage.connection import Pool, transaction

CALLS = (b"first", b"second", b"third")


@pytest.fixture
def world(pool: Pool) -> Services:
    return surroundings(pool)


async def answered(services: Services, shard: Lease, answer: bytes) -> None:
    await answer_shard(services, shard, answer)
    async with transaction(services.pool, WORKER) as db:
        assert await jobs.finish_job(db, shard, {})


async def test_each_worker_takes_another_shard_and_the_asker_hears_every_answer_once(world: Services) -> None:
    lease = await asking(world, CALLS)
    shards = [await taken(world) for _ in CALLS]
    calls = [(await asked_shard(world, shard)).call for shard in shards]
    assert sorted(calls) == sorted(CALLS)
    await answered(world, shards[0], b"one")
    news = await news_of_shards(world, lease, ())
    assert [*news.answers.values()] == [b"one"]
    assert news.is_more_to_come
    for shard in shards[1:]:
        await answered(world, shard, b"two")
    rest = await news_of_shards(world, lease, news.answers)
    assert sorted((*news.answers, *rest.answers)) == [0, 1, 2]
    assert not rest.is_more_to_come


async def test_a_silent_workers_shard_goes_to_another_and_its_late_answer_is_refused(world: Services) -> None:
    lease = await asking(world, CALLS[:1])
    silent = await taken(world)
    await silence(world.pool, silent.job)
    successor = await taken(world)
    assert successor.job == silent.job
    with pytest.raises(LeaseLost):
        await answer_shard(world, silent, b"late")
    await answered(world, successor, b"in time")
    assert (await news_of_shards(world, lease, ())).answers == {0: b"in time"}


async def test_a_shard_answered_twice_counts_once(world: Services) -> None:
    lease = await asking(world, CALLS[:1])
    shard = await taken(world)
    await answer_shard(world, shard, b"first")
    await answered(world, shard, b"second")
    assert (await news_of_shards(world, lease, ())).answers == {0: b"first"}


async def test_an_answer_counts_only_once_its_job_is_done(world: Services) -> None:
    lease = await asking(world, CALLS[:1])
    await answer_shard(world, await taken(world), b"not yet")
    news = await news_of_shards(world, lease, ())
    assert (news.answers, news.is_more_to_come) == ({}, True)


async def test_called_off_what_nobody_has_begun_goes_and_who_works_is_asked_for_the_best_so_far(
    world: Services,
) -> None:
    lease = await asking(world, CALLS)
    begun = await taken(world)
    await call_off(world, lease)
    assert await shard_count(world.pool) == 1
    async with transaction(world.pool, WORKER) as db:
        look = await jobs.look_at_lease(db, begun)
    assert look is not None
    assert look.stop_request is StopRequest.FINISH


async def test_a_planning_that_ends_leaves_no_shard_and_no_problem(world: Services) -> None:
    lease = await asking(world, CALLS)
    shard = await taken(world)
    await end_planning(world, lease)
    assert await shard_count(world.pool) == 0
    async with transaction(world.pool, WORKER) as db:
        assert await db.fetchval("SELECT count(*) FROM planning") == 0
    with pytest.raises(LeaseLost):
        await answer_shard(world, shard, b"too late")


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.FAILED])
async def test_shards_of_a_planning_that_was_ended_are_swept_away(world: Services, state: JobState) -> None:
    lease = await asking(world, CALLS)
    await sweep(world)
    assert await shard_count(world.pool) == len(CALLS)
    async with transaction(world.pool, WORKER) as db:
        assert await jobs.end_job(db, lease, state, "…")
    await sweep(world)
    assert await shard_count(world.pool) == 0


async def test_what_a_planning_that_ended_a_day_ago_left_is_swept_away(world: Services) -> None:
    lease = await asking(world, ())
    async with transaction(world.pool, WORKER) as db:
        assert await jobs.end_job(db, lease, JobState.FAILED, "…")
    for hours, left in ((23, 1), (2, 0)):
        async with transaction(world.pool, WORKER) as db:
            await db.execute("UPDATE job SET finished_at = finished_at - make_interval(hours => $1)", hours)
        await sweep(world)
        async with transaction(world.pool, WORKER) as db:
            assert await db.fetchval("SELECT count(*) FROM planning") == left


async def test_a_worker_that_begins_a_planning_anew_forgets_what_was_asked_before(world: Services) -> None:
    lost = await asking(world, CALLS)
    await silence(world.pool, lost.job)
    async with transaction(world.pool, WORKER) as db:
        again = await jobs.claim_job(db, Queue.SOLVER, ["plan_file"])
    assert again is not None
    await begin_planning(world, lease_of(again), b"{}")
    assert await shard_count(world.pool) == 0
    with pytest.raises(LeaseLost):
        await begin_planning(world, lost, b"{}")


async def test_a_shard_that_breaks_every_worker_breaks_its_planning(world: Services) -> None:
    lease = await asking(world, CALLS[:1])
    for _ in range(3):
        shard = await taken(world)
        await silence(world.pool, shard.job)
    await sweep(world)
    with pytest.raises(ShardBroken) as broken:
        await news_of_shards(world, lease, ())
    assert BROKEN in broken.value.sentence()


@pytest.mark.parametrize("table", ["planning", "shard"])
async def test_the_coordinating_office_and_supervisors_see_what_is_planned_and_nobody_else(
    world: Services, table: str
) -> None:
    await asking(world, CALLS[:1])
    for actor, rows in ((WORKER, 1), (SUPERVISOR, 1), (liaison_of(WATER), 0), (ANYONE, 0)):
        async with transaction(world.pool, actor) as db:
            assert await db.fetchval(f"SELECT count(*) FROM {table}") == rows, actor  # noqa: S608 - a name from above
