"""The worker: does what it took, says how it ended, and stops when asked or overtaken."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress

import pytest
from support.databases import Database
from support.jobs import (
    BRISK,
    KIND,
    a_job,
    claimed,
    ended,
    found,
    gone,
    let_pause_pass,
    silence,
    stored,
    surroundings,
    until_reported,
)
from support.sources import ROOT

from coordinator.actions.jobs import enqueue, require_lease, stop_job
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.errors import Invalid, Unavailable
from coordinator.domain.jobs import Job, JobState, LeaseLost, Queue, StopRequest, lease_of
from coordinator.embedded import Endpoints
from coordinator.jobs.queue import Doorbell
from coordinator.jobs.worker import Held, do, run_until_done, serve, sweep
from coordinator.storage.connection import Pool, transaction
from solver.planning.limits import Phase, Progress


async def counting(_services: Services, job: Job, _held: Held) -> Mapping[str, str]:
    return {"doors": job.payload["round"]}


async def breaking(_services: Services, _job: Job, _held: Held) -> Mapping[str, str]:
    raise ZeroDivisionError


async def endless(_services: Services, _job: Job, held: Held) -> Mapping[str, str]:
    """Works until it is asked for the best so far."""
    held.report(Progress(seconds=1.0, phase=Phase.IMPROVE, visits=3))
    await held.finish.wait()
    return {"plan": "best so far"}


async def test_one_process_alone_does_the_job_it_handed_in(pool: Pool) -> None:
    services = surroundings(pool)
    job = await enqueue(services, CONSOLE, a_job(payload={"round": "r7"}))
    ended = await run_until_done(services, {KIND: counting}, job, BRISK)
    assert (ended.state, ended.result, ended.attempts) == (JobState.DONE, {"doors": "r7"}, 1)


async def test_a_refusal_fails_the_job_at_once_with_its_sentence(pool: Pool) -> None:
    async def refusing(_services: Services, _job: Job, _held: Held) -> Mapping[str, str]:
        raise Invalid("没有工作日。", remedy="请改期。")

    services = surroundings(pool)
    ended = await run_until_done(services, {KIND: refusing}, await stored(pool, a_job()), BRISK)
    assert (ended.state, ended.error, ended.attempts) == (JobState.FAILED, "没有工作日。请改期。", 1)


@pytest.mark.parametrize("accident", [ZeroDivisionError(), Unavailable("内存不足。")])
async def test_an_accident_is_tried_three_times_and_then_left_to_a_person(pool: Pool, accident: Exception) -> None:
    async def unlucky(_services: Services, _job: Job, _held: Held) -> Mapping[str, str]:
        raise accident

    services = surroundings(pool)
    job = await stored(pool, a_job())
    for _ in range(3):
        await let_pause_pass(pool, job)
        await do(services, unlucky, await claimed(pool), BRISK)
    ended = await found(pool, job)
    assert (ended.state, ended.attempts) == (JobState.DEAD, 3)
    assert ended.error


async def test_asked_to_finish_a_job_ends_with_the_best_so_far(pool: Pool) -> None:
    services = surroundings(pool)
    job = await stored(pool, a_job())
    running = asyncio.create_task(run_until_done(services, {KIND: endless}, job, BRISK))
    await until_reported(pool, job)
    await stop_job(services, CONSOLE, job, StopRequest.FINISH)
    assert (await running).result == {"plan": "best so far"}


async def test_cancelled_a_job_ends_with_nothing(pool: Pool) -> None:
    services = surroundings(pool)
    job = await stored(pool, a_job())
    running = asyncio.create_task(run_until_done(services, {KIND: endless}, job, BRISK))
    await until_reported(pool, job)
    await stop_job(services, CONSOLE, job, StopRequest.CANCEL)
    ended = await running
    assert (ended.state, ended.result) == (JobState.CANCELLED, None)


async def test_an_overtaken_worker_drops_its_work_and_stores_nothing(pool: Pool) -> None:
    services = surroundings(pool)
    job = await stored(pool, a_job())
    overtaken = asyncio.create_task(do(services, endless, await claimed(pool), BRISK))
    await until_reported(pool, job)
    await silence(pool, job)
    await overtaken
    assert (await found(pool, job)).state is JobState.RUNNING
    ended = await run_until_done(services, {KIND: counting}, job, BRISK)
    assert (ended.result, ended.attempts) == ({"doors": "r1"}, 2)


async def test_a_zombie_that_wakes_up_past_its_lease_stores_nothing(pool: Pool) -> None:
    stores = []

    async def storing(services: Services, _job: Job, held: Held) -> Mapping[str, str]:
        async with transaction(services.pool, WORKER) as db:
            await require_lease(db, held.lease)
            stores.append(held.lease.fencing)
        return {"plan": str(held.lease.fencing)}

    services = surroundings(pool)
    job = await stored(pool, a_job())
    paused = await claimed(pool)
    await silence(pool, job)
    await do(services, storing, await claimed(pool), BRISK)
    with pytest.raises(LeaseLost):
        await storing(services, paused, Held(lease_of(paused)))
    assert stores == [2]
    assert (await found(pool, job)).result == {"plan": "2"}


async def test_a_worker_asked_to_go_home_gives_its_job_back_untried(pool: Pool) -> None:
    job = await stored(pool, a_job())
    going = asyncio.create_task(do(surroundings(pool), endless, await claimed(pool), BRISK))
    await until_reported(pool, job)
    await gone(going)
    given_back = await found(pool, job)
    assert (given_back.state, given_back.attempts) == (JobState.QUEUED, 0)


async def test_sweeping_buries_a_job_that_broke_every_worker(pool: Pool) -> None:
    job = await stored(pool, a_job())
    for _ in range(3):
        await claimed(pool)
        await silence(pool, job)
    await sweep(surroundings(pool))
    assert (await found(pool, job)).state is JobState.DEAD


async def test_a_whole_worker_does_the_jobs_of_both_queues(pool: Pool, server: Endpoints) -> None:
    bell = Doorbell(server.redis_url)
    services = surroundings(pool, bell)
    serving = asyncio.create_task(serve(services, {KIND: counting}, server.redis_url, BRISK))
    queues = (Queue.QUICK, Queue.SOLVER) * 5
    made = [await enqueue(services, CONSOLE, a_job(queue=queue)) for queue in queues]
    assert {(job.state, job.attempts) for job in await ended(pool, made)} == {(JobState.DONE, 1)}
    await gone(serving)
    await bell.close()


@pytest.mark.parametrize("accident", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "paused"])
async def test_the_job_of_a_worker_process_that_is_no_more_begins_again(
    pool: Pool, database: Database, accident: signal.Signals
) -> None:
    job = await stored(pool, a_job())
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "support.worker_process", database.app_url),
        env={"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
    )
    await until_reported(pool, job)
    worker.send_signal(accident)
    await silence(pool, job)
    ended_here = await run_until_done(surroundings(pool), {KIND: counting}, job, BRISK)
    assert (ended_here.result, ended_here.attempts) == ({"doors": "r1"}, 2)
    with suppress(ProcessLookupError):
        worker.kill()
    await worker.wait()
    assert (await found(pool, job)).result == {"doors": "r1"}
