"""The doorbell: rings are heard, and losing all of them loses no job."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from arq.connections import ArqRedis, RedisSettings, create_pool
from support.folders import new_folder
from support.jobs import BRISK, KIND, a_job, ended, gone, stored, surroundings

from coordinator.actions.jobs import enqueue
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE
from coordinator.domain.jobs import Job, JobState, Queue
from coordinator.embedded.place import choose_place, own_folder
from coordinator.embedded.valkey import Valkey, find_valkey, start_valkey, stop_valkey
from coordinator.jobs.queue import Doorbell, hearing
from coordinator.jobs.worker import Held, Pace, sweep, work
from coordinator.storage.connection import Pool

NEVER_LOOK = Pace(heartbeat=0.02, look=3600.0)
"""With this pace only a ring can bring a worker to a job."""


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A Valkey of this test's own, to be emptied and stopped."""
    home = new_folder()
    place = choose_place(home)
    own_folder(place.run, place.user)
    own = find_valkey(place)
    assert own is not None
    start_valkey(own)
    yield own
    stop_valkey(own)
    shutil.rmtree(home)


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[ArqRedis]:
    client = await create_pool(RedisSettings.from_dsn(valkey.url), job_deserializer=msgspec.msgpack.decode)
    yield client
    await client.aclose()


async def counting(_services: Services, _job: Job, _held: Held) -> Mapping[str, str]:
    return {"doors": "3"}


async def test_a_ring_wakes_a_worker_that_does_not_look(pool: Pool, valkey: Valkey) -> None:
    bell = Doorbell(valkey.url)
    services = surroundings(pool, bell)
    async with hearing(valkey.url, Queue.QUICK) as ear:
        working = asyncio.create_task(work(services, {KIND: counting}, Queue.QUICK, ear, NEVER_LOOK))
        await asyncio.sleep(0)
        job = await enqueue(services, CONSOLE, a_job())
        assert {job.state for job in await ended(pool, [job])} == {JobState.DONE}
        await gone(working)
    await bell.close()


async def test_a_ring_that_came_to_nothing_is_passed_over_without_a_fault(
    valkey: Valkey, redis: ArqRedis, caplog: pytest.LogCaptureFixture
) -> None:
    bell = Doorbell(valkey.url)
    await bell.ring(a_job().id, Queue.QUICK)
    await redis.delete(*await redis.keys("arq:job:*"))
    async with hearing(valkey.url, Queue.QUICK) as ear:
        await bell.ring(a_job().id, Queue.QUICK)
        await asyncio.wait_for(ear.rung.wait(), 10)
    await bell.close()
    assert [each.message for each in caplog.records if each.name.startswith("arq") and each.exc_info] == []


async def test_rings_hold_ids_only(valkey: Valkey, redis: ArqRedis) -> None:
    bell = Doorbell(valkey.url)
    job = a_job(payload={"round": "secret"})
    await bell.ring(job.id, Queue.SOLVER)
    [key] = await redis.keys("arq:job:*")
    content = await redis.get(key)
    assert str(job.id).encode() in content
    assert b"secret" not in content
    assert await redis.zcard("onedoor:solver") == 1
    await bell.close()


async def test_emptying_redis_loses_no_job(pool: Pool, valkey: Valkey, redis: ArqRedis) -> None:
    bell = Doorbell(valkey.url)
    services = surroundings(pool, bell)
    jobs = [await enqueue(services, CONSOLE, a_job()) for _ in range(20)]
    await redis.flushall()
    async with hearing(valkey.url, Queue.QUICK) as ear:
        working = asyncio.create_task(work(services, {KIND: counting}, Queue.QUICK, ear, BRISK))
        assert {job.state for job in await ended(pool, jobs)} == {JobState.DONE}
        await gone(working)
    await bell.close()


async def test_the_sweep_rings_again_for_what_redis_forgot(pool: Pool, valkey: Valkey, redis: ArqRedis) -> None:
    bell = Doorbell(valkey.url)
    services = surroundings(pool, bell)
    job = await enqueue(services, CONSOLE, a_job())
    await redis.flushall()
    await sweep(services)
    assert [ring.job_id for ring in await redis.queued_jobs(queue_name="onedoor:quick")] == [str(job)]
    await bell.close()


async def test_without_redis_work_is_accepted_and_done(pool: Pool, tmp_path: Path) -> None:
    nowhere = f"unix://{tmp_path}/nobody.sock?db=0"
    bell = Doorbell(nowhere)
    services = surroundings(pool, bell)
    job = await enqueue(services, CONSOLE, a_job())
    async with hearing(nowhere, Queue.QUICK) as ear:
        working = asyncio.create_task(work(services, {KIND: counting}, Queue.QUICK, ear, BRISK))
        assert {job.state for job in await ended(pool, [job])} == {JobState.DONE}
        await gone(working)


async def test_a_worker_hears_again_after_redis_was_away(
    pool: Pool, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordinator.jobs.queue.LISTEN_AGAIN_SECONDS", 0.05)
    bell = Doorbell(valkey.url)
    services = surroundings(pool, bell)
    async with hearing(valkey.url, Queue.QUICK) as ear:
        working = asyncio.create_task(work(services, {KIND: counting}, Queue.QUICK, ear, NEVER_LOOK))
        first = await enqueue(services, CONSOLE, a_job())
        assert {job.state for job in await ended(pool, [first])} == {JobState.DONE}
        await asyncio.to_thread(stop_valkey, valkey)
        missed = await stored(pool, a_job())
        await asyncio.to_thread(start_valkey, valkey)
        await sweep(services)
        assert {job.state for job in await ended(pool, [missed])} == {JobState.DONE}
        await gone(working)
    await bell.close()
