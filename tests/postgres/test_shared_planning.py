"""A planning shared by real workers: the same plan by any of them, whoever dies, finished or cancelled at any time."""

import asyncio
import os
from contextlib import AsyncExitStack

import msgspec
import pytest
from postgres.test_jobs_child import children_of, until_ended
from pure.planning.making import a_wide_county, planned
from support.databases import Database
from support.jobs import found, silence, until
from support.plannings import a_helper, done, requested, shard_count, until_a_shard_is_worked_on, with_hands

from coordinator.actions.file_planning import fetch_file_plan
from coordinator.actions.jobs import stop_job
from coordinator.actions.services import Services
from coordinator.actions.sharding import incumbent
from coordinator.domain.actors import CONSOLE
from coordinator.domain.jobs import JobId, JobState, StopRequest
from coordinator.embedded import Endpoints
from coordinator.jobs.worker import sweep
from coordinator.storage.connection import Pool
from solver.planning.check import check
from solver.planning.limits import Limit
from solver.planning.plan import Plan
from solver.planning.problem import Policy

LONG = Limit(seconds=600.0)


@pytest.fixture(scope="module")
def plain() -> Plan:
    """The plan as it is made without any worker."""
    return planned(a_wide_county())


async def until_there_is_a_plan(services: Services, job: JobId) -> None:
    async def is_there() -> bool:
        return await incumbent(services, job) is not None

    await until(is_there)


@pytest.mark.parametrize("helpers", [0, 1])
async def test_however_many_hands_share_a_planning_the_plan_is_the_same(
    pool: Pool, database: Database, server: Endpoints, plain: Plan, helpers: int
) -> None:
    services = with_hands(pool, 1)
    async with AsyncExitStack() as others:
        for _ in range(helpers):
            await others.enter_async_context(a_helper(database, server.redis_url))
        job = await requested(services, a_wide_county(), Limit(effort=1))
        assert (await done(services, job)).state is JobState.DONE
    assert await fetch_file_plan(services, CONSOLE, job) == plain
    assert await shard_count(pool) == 0


async def test_where_no_worker_begins_in_time_the_asker_plans_alone_and_takes_back_what_it_asked(pool: Pool) -> None:
    nobody, county = with_hands(pool, 0), msgspec.structs.replace(a_wide_county(), policy=Policy())
    job = await requested(nobody, county, Limit(seconds=10.0))
    assert (await done(nobody, job)).state is JobState.DONE
    plan = await fetch_file_plan(nobody, CONSOLE, job)
    assert check(county, plan).lawful
    assert len(plan.tours) < plan.metrics.visits
    assert await shard_count(pool) == 0


async def test_the_shard_of_a_worker_that_was_killed_is_done_by_another(
    pool: Pool, database: Database, server: Endpoints, plain: Plan
) -> None:
    """The asker has no hands itself."""
    nobody = with_hands(pool, 0)
    job = await requested(nobody, a_wide_county(), Limit(effort=1))
    planning = asyncio.create_task(done(nobody, job))
    async with a_helper(database, server.redis_url) as helper:
        shard = await until_a_shard_is_worked_on(pool)
        helper.kill()
    async with a_helper(database, server.redis_url):
        await silence(pool, shard)
        assert (await planning).state is JobState.DONE
    assert await fetch_file_plan(nobody, CONSOLE, job) == plain


async def test_asked_to_finish_a_shared_planning_ends_long_before_its_limit_with_a_lawful_plan(pool: Pool) -> None:
    services, county = with_hands(pool, 1), a_wide_county()
    job = await requested(services, county, LONG)
    planning = asyncio.create_task(done(services, job))
    await until_there_is_a_plan(services, job)
    await stop_job(services, CONSOLE, job, StopRequest.FINISH)
    assert (await planning).state is JobState.DONE
    assert check(county, await fetch_file_plan(services, CONSOLE, job)).lawful


async def test_cancelled_a_shared_planning_ends_with_nothing_and_leaves_nothing(pool: Pool) -> None:
    services, before = with_hands(pool, 1), children_of(os.getpid())
    job = await requested(services, a_wide_county(), LONG)
    planning = asyncio.create_task(done(services, job))
    await until_a_shard_is_worked_on(pool)
    started = children_of(os.getpid()) - before
    await stop_job(services, CONSOLE, job, StopRequest.CANCEL)
    assert (await planning).state is JobState.CANCELLED
    await until_ended(started)
    await sweep(services)
    assert await shard_count(pool) == 0


async def test_progress_and_the_best_plan_so_far_can_be_read_while_a_planning_goes_on(pool: Pool) -> None:
    services, county = with_hands(pool, 1), a_wide_county()
    job = await requested(services, county, LONG)
    planning = asyncio.create_task(done(services, job))
    await until_there_is_a_plan(services, job)
    best, progress = await incumbent(services, job), (await found(pool, job)).progress
    assert best is not None
    assert check(county, best).lawful
    assert progress is not None
    assert progress.visits >= progress.visits_bound > 0
    await stop_job(services, CONSOLE, job, StopRequest.CANCEL)
    await planning
