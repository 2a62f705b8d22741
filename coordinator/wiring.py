"""The one place where everything is joined: servers, migrations, pool, doorbell, clock, job handlers.

Entry points (command line, web, worker) take their surroundings from here; nothing here decides anything.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from coordinator.actions.file_planning import fetch_file_plan, request_file_plan
from coordinator.actions.jobs import stop_job, watch_job
from coordinator.actions.recording import record_facts
from coordinator.actions.running import DoJob, Finished, RunOrder, Tell, Waiting, read_order, run_round
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE
from coordinator.domain.errors import Unavailable
from coordinator.domain.findings import Facts
from coordinator.domain.jobs import Job, JobId, JobState, StopRequest
from coordinator.domain.plannings import Wish
from coordinator.embedded import Endpoints, embedded
from coordinator.embedded.place import has_data
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.queue import Doorbell
from coordinator.jobs.shards import helping
from coordinator.jobs.worker import run_until_done
from coordinator.settings import Settings, read_settings
from coordinator.storage.connection import open_pool
from coordinator.storage.migrate import migrate
from solver.planning.limits import Progress, Stop
from solver.planning.plan import Plan

PROJECT = Path(__file__).parents[1]
SAMPLE = PROJECT / "deploy" / "sample" / "round"
DEMO_SECONDS = 20.0


def settings_here() -> Settings:
    """What this process's surroundings say."""
    return read_settings(os.environ, PROJECT)


def clock() -> datetime:
    """The machine's clock, with its zone."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[Services, Endpoints]]:
    """Start or find the servers, bring the database up to date, and hand over the services."""
    with embedded(settings) as endpoints:
        await migrate(endpoints.database_owner_url, service_url=endpoints.database_url)
        bell = Doorbell(endpoints.redis_url)
        try:
            async with open_pool(endpoints.database_url) as pool:
                yield Services(pool=pool, queue=bell, clock=clock, settings=settings), endpoints
        finally:
            await bell.close()


async def run_here(order: RunOrder, tell: Tell) -> Finished | Waiting:
    """Do a whole round on this machine's servers, as its console."""
    settings = settings_here()
    folder = read_order(order)
    async with running(settings) as (services, endpoints):
        return await run_round(services, CONSOLE, order, folder, job_doer(services, endpoints), tell)


async def run_demo(tell: Tell) -> tuple[str, ...]:
    """Run the sample county, its results below the home; a second time only gives the round back."""
    home = settings_here().home
    ended = await run_here(RunOrder(folder=SAMPLE, out=home / "demo", seconds=DEMO_SECONDS), tell)
    return (*ended.words, f"结果文件夹：{home / 'demo'}")


async def record_here(facts: Facts) -> bool:
    """Record results on this machine's servers, where there are any that know the round."""
    settings = settings_here()
    if settings.database_url is None and not has_data(settings.home):
        return False
    async with running(settings) as (services, _):
        return await record_facts(services, CONSOLE, facts)


async def plan_shared(problem: bytes, wish: Wish, show: Callable[[Progress], None], is_enough: Stop) -> Plan:
    """Have a problem planned by this process and every worker on the same database.

    Once `is_enough` says so the best plan so far is given; interrupted, all stop.
    """
    async with running(settings_here()) as (services, endpoints):
        job = await request_file_plan(services, CONSOLE, problem, wish)
        watching = asyncio.create_task(watch_job(services, CONSOLE, job, show, is_enough))
        try:
            ended = await job_doer(services, endpoints)(job)
        except BaseException:
            await stop_job(services, CONSOLE, job, StopRequest.CANCEL)
            raise
        finally:
            watching.cancel()
        if ended.state is not JobState.DONE:
            raise Unavailable(f"排期没有完成：{ended.error or '作业已取消'}")
        return await fetch_file_plan(services, CONSOLE, job)


def job_doer(services: Services, endpoints: Endpoints) -> DoJob:
    """Do a job in this process, or wait for the worker that has it; help with shards meanwhile."""

    async def do_job(job: JobId) -> Job:
        async with helping(services, endpoints.redis_url):
            return await run_until_done(services, HANDLERS, job)

    return do_job
