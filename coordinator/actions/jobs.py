"""Handing work to the workers, asking how it goes, asking it to stop.

What a job does is the affair of the action that asks for it; how workers take turns is in coordinator/jobs.
"""

import asyncio
from collections.abc import Callable
from uuid import UUID

from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.errors import NotFound
from coordinator.domain.jobs import Job, JobId, Lease, LeaseLost, NewJob, StopRequest
from coordinator.storage import audit, jobs
from coordinator.storage.connection import Connection, transaction
from solver.planning.limits import Progress, Stop

WATCH_SECONDS = 0.3


async def enqueue(services: Services, actor: Actor, job: NewJob, round_: UUID | None = None) -> JobId:
    """Store a job, for a round if given, and ring; returns the id of an earlier one where the same request made it."""
    async with transaction(services.pool, actor) as db:
        stored = await jobs.insert_job(db, job)
        if stored == job.id:
            await audit.append(db, actor, "job_requested", round_, job.kind, job=str(job.id), payload=job.payload)
    await services.queue.ring(stored, job.queue)
    return stored


async def job_state(services: Services, actor: Actor, job: JobId) -> Job:
    """How a job stands; raises NotFound."""
    async with transaction(services.pool, actor) as db:
        found = await jobs.find_job(db, job)
    if found is None:
        raise NotFound("没有这项作业。", job=job)
    return found


async def stop_job(services: Services, actor: Actor, job: JobId, stop: StopRequest) -> Job:
    """Ask a job to end, with the best so far or with nothing; one that has ended stays as it is."""
    async with transaction(services.pool, actor) as db:
        await jobs.request_stop(db, job, stop)
    return await job_state(services, actor, job)


async def watch_job(
    services: Services, actor: Actor, job: JobId, show: Callable[[Progress], None], is_enough: Stop
) -> None:
    """Show each new word of a job until it has ended; ask for the best so far once `is_enough` says so."""
    shown, has_asked = None, False
    while not (found := await job_state(services, actor, job)).state.is_ended:
        if found.progress is not None and found.progress != shown:
            shown = found.progress
            show(shown)
        if not has_asked and is_enough():
            has_asked = True
            await stop_job(services, actor, job, StopRequest.FINISH)
        await asyncio.sleep(WATCH_SECONDS)


async def require_lease(db: Connection, lease: Lease) -> None:
    """Begin a transaction that stores a job's outcome: from here to its end nobody else can have the job.

    Raises LeaseLost, and then nothing may be stored.
    """
    if not await jobs.hold_lease(db, lease):
        raise LeaseLost(lease)
