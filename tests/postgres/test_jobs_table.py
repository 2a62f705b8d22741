"""The table of jobs: one taker at a time, and nothing from one whose lease is over."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from support.jobs import KIND, a_job, claimed, found, let_pause_pass, silence, stored

from coordinator.actions.jobs import require_lease
from coordinator.domain.actors import WORKER
from coordinator.domain.jobs import Job, JobKind, JobState, LeaseLost, Queue, StopRequest, lease_of
from coordinator.storage import jobs
from coordinator.storage.connection import Pool, transaction
from solver.planning.limits import Phase, Progress


async def test_ten_workers_at_once_take_each_job_once(pool: Pool) -> None:
    made = {await stored(pool, a_job()) for _ in range(7)}

    async def take() -> Job | None:
        async with transaction(pool, WORKER) as db:
            return await jobs.claim_job(db, Queue.QUICK, [KIND])

    taken = [job.id for job in await asyncio.gather(*(take() for _ in range(10))) if job is not None]
    assert len(taken) == 7
    assert set(taken) == made


async def test_the_same_request_twice_is_one_job(pool: Pool) -> None:
    first = await stored(pool, a_job(request_key="plan r1"))
    assert await stored(pool, a_job(request_key="plan r1")) == first


async def test_a_worker_takes_only_its_queue_and_its_kinds(pool: Pool) -> None:
    await stored(pool, a_job(queue=Queue.SOLVER))
    async with transaction(pool, WORKER) as db:
        assert await jobs.claim_job(db, Queue.QUICK, [KIND]) is None
        assert await jobs.claim_job(db, Queue.SOLVER, [JobKind("another")]) is None
        assert await jobs.claim_job(db, Queue.SOLVER, [KIND]) is not None


async def test_a_silent_workers_job_is_taken_over_and_its_result_refused(pool: Pool) -> None:
    job = await stored(pool, a_job())
    silent = lease_of(await claimed(pool))
    await silence(pool, job)
    successor = lease_of(await claimed(pool))
    async with transaction(pool, WORKER) as db:
        assert not await jobs.finish_job(db, silent, {"plan": "late"})
        assert await jobs.renew_lease(db, silent, None) is None
        assert await jobs.finish_job(db, successor, {"plan": "p2"})
    assert (await found(pool, job)).result == {"plan": "p2"}


async def test_a_result_is_refused_as_soon_as_the_lease_is_over_even_if_nobody_took_the_job(pool: Pool) -> None:
    job = await stored(pool, a_job())
    lease = lease_of(await claimed(pool))
    await silence(pool, job)
    async with transaction(pool, WORKER) as db:
        assert not await jobs.finish_job(db, lease, {"plan": "late"})
    with pytest.raises(LeaseLost):
        async with transaction(pool, WORKER) as db:
            await require_lease(db, lease)


async def test_finishing_twice_under_one_lease_is_finishing_once(pool: Pool) -> None:
    job = await stored(pool, a_job())
    lease = lease_of(await claimed(pool))
    async with transaction(pool, WORKER) as db:
        assert await jobs.finish_job(db, lease, {"plan": "p1"})
        assert await jobs.finish_job(db, lease, {"plan": "p1"})
    assert (await found(pool, job)).state is JobState.DONE


async def test_while_an_outcome_is_being_stored_nobody_takes_the_job_over(pool: Pool) -> None:
    job = await stored(pool, a_job())
    lease = lease_of(await claimed(pool))
    async with transaction(pool, WORKER) as db:
        await require_lease(db, lease)
        await db.execute("UPDATE job SET lease_until = now() - interval '1 second' WHERE id = $1", job)
        async with transaction(pool, WORKER) as other:
            assert await jobs.claim_job(other, Queue.QUICK, [KIND]) is None


async def test_a_heartbeat_prolongs_the_lease_and_stores_progress(pool: Pool) -> None:
    job = await stored(pool, a_job())
    lease = lease_of(await claimed(pool))
    progress = Progress(seconds=2.5, phase=Phase.TOURS, visits=457)
    async with transaction(pool, WORKER) as db:
        await db.execute("UPDATE job SET lease_until = now() + interval '1 second' WHERE id = $1", job)
        assert await jobs.renew_lease(db, lease, progress) is not None
        assert await jobs.renew_lease(db, lease, None) is not None
        assert await db.fetchval("SELECT lease_until > now() + interval '20 seconds' FROM job WHERE id = $1", job)
    assert (await found(pool, job)).progress == progress


async def test_a_job_that_silences_three_workers_is_dead_and_taken_no_more(pool: Pool) -> None:
    job = await stored(pool, a_job())
    for _ in range(3):
        await claimed(pool)
        await silence(pool, job)
    async with transaction(pool, WORKER) as db:
        assert await jobs.claim_job(db, Queue.QUICK, [KIND]) is None
        assert await jobs.bury_overdue(db, "三次") == 1
    assert (await found(pool, job)).state is JobState.DEAD


async def test_a_job_given_back_has_lost_no_try(pool: Pool) -> None:
    job = await stored(pool, a_job())
    async with transaction(pool, WORKER) as db:
        assert await jobs.release_job(db, lease_of(await claimed(pool)))
    assert (await found(pool, job)).attempts == 0


async def test_a_failed_job_waits_before_it_is_tried_again(pool: Pool) -> None:
    job = await stored(pool, a_job())
    async with transaction(pool, WORKER) as db:
        await jobs.requeue_job(db, lease_of(await claimed(pool)), "不行", timedelta(hours=1))
    async with transaction(pool, WORKER) as db:
        assert await jobs.claim_job(db, Queue.QUICK, [KIND]) is None
    await let_pause_pass(pool, job)
    assert (await claimed(pool)).attempts == 2


async def test_cancelling_a_job_nobody_works_on_ends_it(pool: Pool) -> None:
    job = await stored(pool, a_job())
    async with transaction(pool, WORKER) as db:
        assert await jobs.request_stop(db, job, StopRequest.CANCEL)
        assert not await jobs.request_stop(db, job, StopRequest.CANCEL)
    assert (await found(pool, job)).state is JobState.CANCELLED


async def test_a_wish_to_finish_does_not_undo_a_wish_to_cancel(pool: Pool) -> None:
    job = await stored(pool, a_job())
    await claimed(pool)
    async with transaction(pool, WORKER) as db:
        await jobs.request_stop(db, job, StopRequest.CANCEL)
        await jobs.request_stop(db, job, StopRequest.FINISH)
    assert (await found(pool, job)).stop_request is StopRequest.CANCEL


async def test_jobs_are_never_deleted_by_the_service(pool: Pool) -> None:
    """But for shards and plannings of files, which are no business of a round."""
    job = await stored(pool, a_job())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(pool, WORKER) as db:
            await jobs.delete_job(db, job)
