"""The one place where everything is joined: servers, migrations, pool, doorbell, clock, job handlers.

Entry points (command line, web, worker) take their surroundings from here; nothing here decides anything.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from coordinator.actions.accounts import Invitation, code_at_console
from coordinator.actions.file_planning import fetch_file_plan, request_file_plan
from coordinator.actions.invariants import broken_invariants
from coordinator.actions.jobs import stop_job, watch_job
from coordinator.actions.recording import record_facts
from coordinator.actions.registry import in_words as registry_in_words
from coordinator.actions.registry import read_batch, take_registry_file
from coordinator.actions.running import DoJob, Finished, RunOrder, Tell, Waiting, read_order, run_round
from coordinator.actions.services import Services
from coordinator.demonstration.firms import a_firm_that_was_told
from coordinator.demonstration.outside import outside_systems
from coordinator.demonstration.people import in_lines, ready_to_sign_in
from coordinator.demonstration.rounds import APPROVED, a_round_in_every_state
from coordinator.demonstration.years import a_published_year
from coordinator.domain.actors import CONSOLE
from coordinator.domain.errors import Conflict, Invalid, Unavailable
from coordinator.domain.findings import Facts
from coordinator.domain.jobs import Job, JobId, JobState, StopRequest
from coordinator.domain.plannings import Wish
from coordinator.embedded import Endpoints, embedded
from coordinator.embedded.dumps import dump, restore
from coordinator.embedded.place import has_data
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.queue import Doorbell
from coordinator.jobs.shards import helping
from coordinator.jobs.worker import run_until_done
from coordinator.settings import Settings, read_settings
from coordinator.storage.connection import open_pool
from coordinator.storage.migrate import is_empty, make_service_role, migrate
from solver.planning.limits import Progress, Stop
from solver.planning.plan import Plan

PROJECT = Path(__file__).parents[1]
SAMPLE = PROJECT / "deploy" / "sample" / "round"
SMALL = PROJECT / "deploy" / "sample" / "small"
DEMO_SECONDS = 20.0
EXAMPLES_CODE = "419999-demo"


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
    """Run the sample county, its results below the home; a second time only gives the round back.

    Beside it a small round stands in every state, and somebody can sign in for every office.
    """
    settings = settings_here()
    ended = await run_here(RunOrder(folder=SAMPLE, out=settings.home / "demo", seconds=DEMO_SECONDS), tell)
    tell("另备各阶段的示例轮次")
    async with running(settings) as (services, endpoints):
        await a_round_in_every_state(services, job_doer(services, endpoints), SMALL, EXAMPLES_CODE)
        people = await ready_to_sign_in(services)
        await outside_systems(services, settings.home / "demo-share")
        await a_published_year(services)
        firm = await a_firm_that_was_told(services, f"{EXAMPLES_CODE}-{APPROVED}")
    folder = f"结果文件夹：{settings.home / 'demo'}"
    return (
        *ended.words,
        folder,
        "可以用下面的账号登录（密码每次启动都换）：",
        *in_lines(people),
        *filter(None, [firm]),
    )


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


async def admin_code_here(login: str) -> Invitation:
    """Give an administrator a new one-time code. Raises NotFound."""
    async with running(settings_here()) as (services, _):
        return await code_at_console(services, login)


async def take_registry_here(file: Path) -> tuple[str, ...]:
    """Take in a file of registrations and say what it changed. Raises Invalid."""
    async with running(settings_here()) as (services, _):
        batch = await take_registry_file(services, CONSOLE, file.name, await asyncio.to_thread(file.read_bytes))
        return registry_in_words(await read_batch(services, CONSOLE, batch.id, None))


async def back_up_here(file: Path) -> None:
    """Write the database to a file. Raises Conflict, Unavailable."""
    with embedded(settings_here()) as endpoints:
        dump(_seeing_all(endpoints), file)


async def restore_here(file: Path) -> tuple[str, ...]:
    """Read a backup into an empty database, bring it up to date, and say what does not hold in it.

    Raises Conflict where the database holds anything already.
    """
    settings = settings_here()
    with embedded(settings) as endpoints:
        if not await is_empty(endpoints.database_owner_url):
            raise Conflict(
                "数据库里已经有数据，没有恢复。", remedy="请用 ONEDOOR_HOME 指定新的文件夹，或给一个空的数据库。"
            )
        owner = unquote(urlsplit(endpoints.database_owner_url).username or "")
        await make_service_role(endpoints.database_owner_url)
        restore(_seeing_all(endpoints), file, owner=owner)
        return await examine_here()


async def examine_here() -> tuple[str, ...]:
    """Recompute everything that is stored and say what does not hold."""
    async with running(settings_here()) as (services, _):
        return await broken_invariants(services, CONSOLE)


def _seeing_all(endpoints: Endpoints) -> str:
    if endpoints.superuser_url is None:
        raise Invalid(
            "备份和恢复要用能越过行级安全的数据库用户。",
            remedy="请设置 DATABASE_BACKUP_URL（超级用户，或带 BYPASSRLS）。",
        )
    return endpoints.superuser_url


def job_doer(services: Services, endpoints: Endpoints) -> DoJob:
    """Do a job in this process, or wait for the worker that has it; help with shards meanwhile."""

    async def do_job(job: JobId) -> Job:
        async with helping(services, endpoints.redis_url):
            return await run_until_done(services, HANDLERS, job)

    return do_job
