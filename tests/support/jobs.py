"""Jobs and surroundings for tests, with defaults for all that a test does not care about."""

import asyncio
import atexit
import functools
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from coordinator.actions.services import Bell, Services
from coordinator.domain.actors import WORKER
from coordinator.domain.jobs import Job, JobId, JobKind, NewJob, Queue
from coordinator.jobs.queue import Doorbell
from coordinator.jobs.worker import Pace
from coordinator.settings import Settings
from coordinator.storage import jobs
from coordinator.storage.connection import Pool, transaction

KIND = JobKind("count_doors")
BRISK = Pace(heartbeat=0.02, look=0.05)


def a_job(
    *, request_key: str | None = None, queue: Queue = Queue.QUICK, payload: Mapping[str, str] | None = None
) -> NewJob:
    ids = payload or {"round": "r1"}
    return NewJob(id=JobId(uuid4()), kind=KIND, queue=queue, payload=ids, request_key=request_key)


def surroundings(pool: Pool, bell: Bell | None = None) -> Services:
    settings = Settings(home=Path("unused"), seal_key_file=_key_file())
    return Services(pool=pool, queue=bell or Doorbell(None), clock=lambda: datetime.now(UTC), settings=settings)


@functools.cache
def _key_file() -> Path:
    """One key for the whole process, in a folder that goes when it ends."""
    folder = tempfile.TemporaryDirectory(prefix="onedoor-test-")
    atexit.register(folder.cleanup)
    return Path(folder.name) / "seal.keys"


async def stored(pool: Pool, job: NewJob) -> JobId:
    async with transaction(pool, WORKER) as db:
        return await jobs.insert_job(db, job)


async def claimed(pool: Pool) -> Job:
    async with transaction(pool, WORKER) as db:
        job = await jobs.claim_job(db, Queue.QUICK, [KIND])
    assert job is not None
    return job


async def found(pool: Pool, job: JobId) -> Job:
    async with transaction(pool, WORKER) as db:
        job_now = await jobs.find_job(db, job)
    assert job_now is not None
    return job_now


async def silence(pool: Pool, job: JobId) -> None:
    """Let a lease run out, as if its worker had been silent for half a minute."""
    async with transaction(pool, WORKER) as db:
        await db.execute("UPDATE job SET lease_until = now() - interval '1 second' WHERE id = $1", job)


async def let_pause_pass(pool: Pool, job: JobId) -> None:
    """Let the pause before the next try be over."""
    async with transaction(pool, WORKER) as db:
        await db.execute("UPDATE job SET due_at = now() WHERE id = $1", job)


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what only the database knows; a minute is long enough to call it missing."""
    async with asyncio.timeout(60):
        while not await happened():  # noqa: ASYNC110 - a row gives no sign when it changes
            await asyncio.sleep(0.01)


async def until_reported(pool: Pool, job: JobId) -> None:
    async def reported() -> bool:
        return (await found(pool, job)).progress is not None

    await until(reported)


async def ended(pool: Pool, made: Sequence[JobId]) -> list[Job]:
    """Wait for the end of all jobs and give them as they ended."""

    async def all_ended() -> bool:
        return all([(await found(pool, job)).state.is_ended for job in made])

    await until(all_ended)
    return [await found(pool, job) for job in made]


async def gone(task: asyncio.Task[None]) -> None:
    """Cancel a worker and wait until it has gone."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
