"""The worker: takes jobs from PostgreSQL under a lease, keeps the lease alive, and says how each ended.

Killed, paused or cut off, it loses nothing: the lease runs out and another worker begins again, and whatever this one
still has in its hands is refused. What a job does is said by its handler.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from enum import Enum
from typing import Any

from msgspec import Struct

from coordinator.actions.retention import erase_outlived
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.errors import Refusal, Unavailable
from coordinator.domain.jobs import (
    HEARTBEAT,
    LEASE,
    Job,
    JobId,
    JobKind,
    JobState,
    Lease,
    LeaseLost,
    Queue,
    StopRequest,
    lease_of,
    retry_after,
)
from coordinator.jobs.queue import Ear, hearing
from coordinator.storage import jobs, shards
from coordinator.storage.connection import transaction
from solver.planning.limits import Progress

log = logging.getLogger("onedoor.jobs")

BROKEN = "作业三次都没有完成，已停止重试。请联系管理员查看日志。"


class Pace(Struct, frozen=True, kw_only=True):
    """How often, in seconds: renew a lease, look for jobs without a ring and after lost ones, ask whether to stop.

    A killed worker's job begins again after at most lease + look (40 s); without Redis a job waits for one look.
    """

    heartbeat: float = HEARTBEAT.total_seconds()
    look: float = 10.0
    glance: float = 1.0


USUAL = Pace()


class Held:
    """What a handler holds while it works: its lease, the wish to finish early, and where to report."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.finish = asyncio.Event()
        """Set when someone asked for the best so far."""
        self.progress: Progress | None = None

    def report(self, progress: Progress) -> None:
        """Say where the work stands; stored within a second or so."""
        self.progress = progress


Handler = Callable[[Services, Job, Held], Awaitable[Mapping[str, str]]]
"""Does one kind of job and returns ids. What it stores it stores in a transaction that begins with `require_lease`."""
Handlers = Mapping[JobKind, Handler]


class Interruption(Enum):
    """Why a handler was stopped before its end."""

    CANCELLED = "cancelled"
    LEASE_LOST = "lease lost"


async def work(services: Services, handlers: Handlers, queue: Queue, ear: Ear, pace: Pace = USUAL) -> None:
    """Do one queue's jobs, one after another, until cancelled; a job in hand is then given back untried."""
    while True:
        try:
            job = await claim(services, handlers, queue)
        except Unavailable as reason:
            log.warning("jobs cannot be taken: %s", reason)
            job = None
        if job is None:
            await ear.wait(pace.look)
        else:
            await do(services, handlers[job.kind], job, pace)


async def look_after(services: Services, pace: Pace = USUAL) -> None:
    """Sweep again and again until cancelled, and once a day erase what has outlived its purpose."""
    erased_on = None
    while True:
        try:
            await sweep(services)
            if services.clock().date() != erased_on:
                await erase_outlived(services)
                erased_on = services.clock().date()
        except Unavailable as reason:
            log.warning("lost jobs cannot be looked after: %s", reason)
        await asyncio.sleep(pace.look)


async def serve(services: Services, handlers: Handlers, redis_url: str | None, pace: Pace = USUAL) -> None:
    """Be a whole worker, all queues and the sweeping, until cancelled."""
    async with (
        hearing(redis_url, Queue.QUICK) as quick,
        hearing(redis_url, Queue.SOLVER) as solver,
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(look_after(services, pace))
        tasks.create_task(work(services, handlers, Queue.QUICK, quick, pace))
        tasks.create_task(work(services, handlers, Queue.SOLVER, solver, pace))


async def run_until_done(services: Services, handlers: Handlers, job: JobId, pace: Pace = USUAL) -> Job:
    """Do one job here and now, or wait for the worker that has it; returns how it ended."""
    while True:
        async with transaction(services.pool, WORKER) as db:
            found = await jobs.find_job(db, job)
        if found is None:
            raise LookupError(f"no job {job}")
        if found.state.is_ended:
            return found
        await sweep(services, ring=False)
        claimed = await claim(services, handlers, found.queue, only=job)
        if claimed is None:
            await asyncio.sleep(min(1.0, pace.look))
        else:
            await do(services, handlers[claimed.kind], claimed, pace)


async def claim(services: Services, handlers: Handlers, queue: Queue, only: JobId | None = None) -> Job | None:
    """Take a job of a kind that we can do."""
    async with transaction(services.pool, WORKER) as db:
        return await jobs.claim_job(db, queue, list(handlers), only)


async def sweep(services: Services, *, ring: bool = True) -> None:
    """Give up jobs that broke every worker, forget shards that nobody asks for any more, and ring for all that wait."""
    async with transaction(services.pool, WORKER) as db:
        buried = await jobs.bury_overdue(db, BROKEN)
        await shards.delete_orphans(db)
        await shards.delete_left_plannings(db)
        waiting = await jobs.waiting_jobs(db) if ring else []
    if buried:
        log.error("%d jobs are dead: their worker fell silent at every try", buried)
    for job in waiting:
        await services.queue.ring(job.id, job.queue)


async def do(services: Services, handler: Handler, job: Job, pace: Pace = USUAL) -> None:
    """Do a claimed job and write down how it ended."""
    held = Held(lease_of(job))
    working = asyncio.ensure_future(handler(services, job, held))
    keeping = asyncio.create_task(_keep(services, held, pace))
    try:
        await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await _settle(services, job, working)
        else:
            await _stop(working)
            await _interrupted(services, held.lease, keeping.result())
    except asyncio.CancelledError:
        await _stop(working)
        with suppress(Unavailable):  # the lease then runs out instead
            async with transaction(services.pool, WORKER) as db:
                await jobs.release_job(db, held.lease)
        raise
    finally:
        await _stop(keeping)


async def _keep(services: Services, held: Held, pace: Pace) -> Interruption:
    """Renew the lease until there is a reason to stop working."""
    now = asyncio.get_running_loop().time
    good_until, renew_at = now() + LEASE.total_seconds(), now()
    told: Progress | None = None
    while now() < good_until:
        asked_at, progress = now(), held.progress
        is_due = asked_at >= renew_at or progress is not told
        try:
            async with transaction(services.pool, WORKER) as db:
                renewal = await (
                    jobs.renew_lease(db, held.lease, progress) if is_due else jobs.look_at_lease(db, held.lease)
                )
        except Unavailable as reason:
            log.warning("the lease of job %s could not be renewed: %s", held.lease.job, reason)
        else:
            if renewal is None:
                return Interruption.LEASE_LOST
            if renewal.stop_request is StopRequest.CANCEL:
                return Interruption.CANCELLED
            if renewal.stop_request is StopRequest.FINISH:
                held.finish.set()
            if is_due:
                told, renew_at = progress, asked_at + pace.heartbeat
                good_until = asked_at + LEASE.total_seconds()
        await asyncio.sleep(min(pace.glance, pace.heartbeat))
    return Interruption.LEASE_LOST


async def _settle(services: Services, job: Job, working: asyncio.Future[Mapping[str, str]]) -> None:
    """Write down what a handler that came to its end has to say."""
    lease = lease_of(job)
    if working.cancelled():
        await _again(services, job, BROKEN)
        return
    try:
        result = working.result()
        async with transaction(services.pool, WORKER) as db:
            is_stored = await jobs.finish_job(db, lease, result)
        if is_stored:
            log.info("job %s (%s) is done", job.id, job.kind)
        else:
            log.warning("job %s: the lease was lost, the result is not stored", job.id)
    except LeaseLost:
        log.warning("job %s: the lease was lost, nothing is stored", job.id)
    except Unavailable as reason:
        await _again(services, job, reason.sentence())
    except Refusal as refusal:
        await _end(services, lease, JobState.FAILED, refusal.sentence())
    except Exception:
        log.exception("job %s (%s) broke at try %d", job.id, job.kind, job.attempts)
        await _again(services, job, BROKEN)


async def _again(services: Services, job: Job, error: str) -> None:
    pause = retry_after(job.attempts)
    if pause is None:
        await _end(services, lease_of(job), JobState.DEAD, error)
    else:
        with suppress(Unavailable):  # the lease then runs out instead
            async with transaction(services.pool, WORKER) as db:
                await jobs.requeue_job(db, lease_of(job), error, pause)


async def _end(services: Services, lease: Lease, state: JobState, error: str | None) -> None:
    with suppress(Unavailable):  # the lease then runs out instead
        async with transaction(services.pool, WORKER) as db:
            await jobs.end_job(db, lease, state, error)


async def _interrupted(services: Services, lease: Lease, why: Interruption) -> None:
    if why is Interruption.CANCELLED:
        await _end(services, lease, JobState.CANCELLED, None)
    else:
        log.warning("job %s: the lease was lost, the work is dropped", lease.job)


async def _stop(task: asyncio.Future[Any]) -> None:
    """Cancel and wait for the end, whatever it is."""
    task.cancel()
    await asyncio.wait({task})
