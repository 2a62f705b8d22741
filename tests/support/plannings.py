"""Plannings of files for tests, and hands in a process of their own that a test can kill.

Run as a program it takes the database's and the queue's URLs and helps with shards until its end.
"""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

from msgspec.structs import replace
from support.databases import Database
from support.jobs import BRISK, surroundings, until
from support.sources import ROOT

from coordinator.actions.file_planning import PLAN_FILE, request_file_plan
from coordinator.actions.services import Services
from coordinator.actions.sharding import ask_shards, begin_planning
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.jobs import Job, JobId, Lease, NewJob, Queue, lease_of
from coordinator.domain.plannings import Wish, payload_of
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.shards import helping
from coordinator.jobs.worker import run_until_done
from coordinator.settings import Settings
from coordinator.storage import jobs
from coordinator.storage.connection import Pool, open_pool, transaction
from coordinator.storage.shards import SOLVE_SHARD
from solver.planning.limits import Limit
from solver.planning.problem import Problem
from solver.planning.reading import write_problem


def with_hands(pool: Pool, hands: int) -> Services:
    """Surroundings of a machine that spends so many processes on shards."""
    return replace(surroundings(pool), settings=Settings(home=Path("unused"), processes=hands))


async def requested(services: Services, problem: Problem, limit: Limit) -> JobId:
    """A problem handed in, to be shared however small it is."""
    return await request_file_plan(services, CONSOLE, write_problem(problem), Wish(limit=limit, shared_from=0))


async def done(services: Services, job: JobId) -> Job:
    """Do a planning here, its shards by as many hands as the surroundings say."""
    async with helping(services, None, BRISK):
        return await run_until_done(services, HANDLERS, job, BRISK)


async def asking(services: Services, calls: Sequence[bytes]) -> Lease:
    """A planning in a worker's hands that has asked for these calls, whatever they are."""
    payload = payload_of(Wish(limit=Limit(effort=1)))
    job = NewJob(id=JobId(uuid4()), kind=PLAN_FILE, queue=Queue.SOLVER, payload=payload)
    async with transaction(services.pool, WORKER) as db:
        await jobs.insert_job(db, job)
        claimed = await jobs.claim_job(db, Queue.SOLVER, [PLAN_FILE], only=job.id)
    assert claimed is not None
    lease = lease_of(claimed)
    await begin_planning(services, lease, b"{}")
    await ask_shards(services, lease, dict(enumerate(calls)))
    return lease


async def taken(services: Services) -> Lease:
    """A shard in a worker's hands."""
    async with transaction(services.pool, WORKER) as db:
        job = await jobs.claim_job(db, Queue.SHARD, [SOLVE_SHARD])
    assert job is not None
    return lease_of(job)


async def shard_count(pool: Pool) -> int:
    async with transaction(pool, WORKER) as db:
        return int(await db.fetchval("SELECT count(*) FROM job WHERE kind = 'solve_shard'"))


async def until_a_shard_is_worked_on(pool: Pool) -> JobId:
    """Wait for it, and say which."""
    found: list[JobId] = []

    async def is_worked_on() -> bool:
        async with transaction(pool, WORKER) as db:
            rows = await db.fetch("SELECT id FROM job WHERE kind = 'solve_shard' AND state = 'running'")
        found.extend(row["id"] for row in rows)
        return bool(found)

    await until(is_worked_on)
    return found[0]


@asynccontextmanager
async def a_helper(database: Database, redis_url: str | None) -> AsyncIterator[Process]:
    """One pair of hands in a process of its own, gone with the context if not before."""
    helper = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "support.plannings", database.app_url, redis_url or ""),
        env={"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
    )
    try:
        yield helper
    finally:
        with suppress(ProcessLookupError):
            helper.kill()
        await helper.wait()


async def main(database_url: str, redis_url: str) -> None:
    async with open_pool(database_url) as pool, helping(with_hands(pool, 1), redis_url or None):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
