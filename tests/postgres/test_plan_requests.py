"""Asking for a plan: one planning at a time, a second press without effect, ended early, refused after changes."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace
from support import rounds
from support.jobs import silence
from support.people import a_person
from support.web import BEFORE, at, send, visiting, words

from coordinator.actions.jobs import enqueue
from coordinator.actions.plan_requests import read_planning, request_plan, stop_planning
from coordinator.actions.planning import PLAN_ROUND, store_plan
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.errors import Conflict, NotFound, NotPermitted, TooLate
from coordinator.domain.jobs import JobId, JobState, NewJob, Queue, StopRequest, lease_of
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.queue import Ear
from coordinator.jobs.worker import Pace, sweep, work
from coordinator.storage import jobs
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.rounds import Stage
from solver.planning.limits import Phase, Progress
from solver.planning.reading import problem_digest, read_problem, write_problem


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


async def test_of_many_presses_one_planning_comes(services: Services) -> None:
    round_ = await rounds.drawn(services)
    asked = await asyncio.gather(*(request_plan(services, CONSOLE, round_, 60) for _ in range(8)))
    assert len(set(asked)) == 1
    assert (await rounds.trail(services.pool)).count("job_requested") == 1


async def test_the_database_too_refuses_a_second_planning_of_a_round(services: Services) -> None:
    round_ = await rounds.drawn(services)
    await request_plan(services, CONSOLE, round_, 60)
    second = NewJob(id=JobId(uuid4()), kind=PLAN_ROUND, queue=Queue.SOLVER, payload={"round": str(round_)})
    with pytest.raises(asyncpg.UniqueViolationError):
        await enqueue(services, CONSOLE, second, round_)


async def test_who_asks_after_the_plan_is_made_is_given_the_planning_that_made_it(services: Services) -> None:
    round_ = await rounds.planned(services)
    made = (await read_planning(services, CONSOLE, round_)).job
    assert made is not None
    assert await request_plan(services, CONSOLE, round_, 60) == made.id


async def test_before_the_draw_nothing_is_planned(services: Services) -> None:
    round_ = await rounds.frozen(services)
    with pytest.raises(TooLate):
        await request_plan(services, CONSOLE, round_, 60)
    with pytest.raises(NotFound):
        await request_plan(services, CONSOLE, uuid4(), 60)
    with pytest.raises(NotPermitted):
        await request_plan(services, rounds.SUPERVISOR, round_, 60)


async def test_a_cancelled_planning_leaves_the_way_free_for_another(services: Services) -> None:
    round_ = await rounds.drawn(services)
    first = await request_plan(services, CONSOLE, round_, 60)
    for _ in range(2):
        await stop_planning(services, CONSOLE, round_, StopRequest.CANCEL)
    reading = await read_planning(services, CONSOLE, round_)
    assert reading.job is not None
    assert reading.job.state is JobState.CANCELLED
    assert (await rounds.trail(services.pool)).count("planning_stopped") == 1
    assert await request_plan(services, CONSOLE, round_, 60) != first


async def test_the_wish_to_finish_is_noted_once_and_gives_way_to_cancelling(services: Services) -> None:
    round_ = await rounds.drawn(services)
    await rounds.planning_job(services, round_)
    for stop in (StopRequest.FINISH, StopRequest.FINISH, StopRequest.CANCEL, StopRequest.FINISH):
        await stop_planning(services, CONSOLE, round_, stop)
    reading = await read_planning(services, CONSOLE, round_)
    assert reading.job is not None
    assert reading.job.stop_request is StopRequest.CANCEL
    assert (await rounds.trail(services.pool)).count("planning_stopped") == 2
    with pytest.raises(NotPermitted):
        await stop_planning(services, rounds.SUPERVISOR, round_, StopRequest.CANCEL)


async def test_a_plan_whose_problem_has_changed_since_is_refused(services: Services) -> None:
    round_ = await rounds.drawn(services)
    content, plan = await rounds.solved(services, round_)
    problem = read_problem(content)
    other = write_problem(replace(problem, half_days=problem.half_days[:-1]))
    lease = await rounds.planning_lease(services, round_)
    with pytest.raises(Conflict):
        await store_plan(services, WORKER, round_, other, replace(plan, problem_sha256=problem_digest(other)), lease)
    assert await rounds.stage_of(services.pool, round_) is Stage.DRAWN


async def test_the_page_begins_a_planning_and_shows_how_it_stands(services: Services) -> None:
    round_ = await rounds.drawn(services)
    person = await a_person(services, "wang.li")
    page = f"/rounds/{round_}/planning"
    async with visiting(services, BEFORE, person.session) as browser:
        assert f'href="{page}"' in (await browser.get(f"/rounds/{round_}")).text
        for _ in range(2):  # the second time from a page that was left open
            begun = await send(browser, "/account", page, seconds="20")
            assert (begun.status_code, begun.headers["location"]) == (303, page)
        assert "等待后台进程接手" in words(await browser.get(page))
        job = (await read_planning(services, CONSOLE, round_)).job
        assert job is not None
        assert job.payload["seconds"] == "20.0"
        await under_way(services, job.id)
        shown = words(await browser.get(page))
        assert "改进" in shown
        assert "457 次" in shown
        assert "差距 7 次（1.6%）" in shown
        assert (await browser.get(f"{page}/progress")).status_code == 200
        await send(browser, page, f"{page}/stop", how="cancel")
        assert "正在取消" in words(await browser.get(page))


async def test_a_planning_that_broke_says_why_and_what_to_do(services: Services) -> None:
    round_ = await rounds.drawn(services)
    person = await a_person(services, "wang.li")
    job = await rounds.planning_job(services, round_)
    async with transaction(services.pool, WORKER) as db:
        await jobs.end_job(
            db, lease_of(job), JobState.FAILED, "规划所需的内存超过上限，没有得出方案。请把轮次分成几次。"
        )
    async with visiting(services, BEFORE, person.session) as browser:
        page = words(await browser.get(f"/rounds/{round_}/planning"))
        over = await browser.get(f"/rounds/{round_}/planning/events")
        progress = await browser.get(f"/rounds/{round_}/planning/progress")
    assert "规划所需的内存超过上限" in page
    assert "开始排期" in page
    assert "event: over" in over.text
    assert progress.content == b""


async def test_a_planning_whose_worker_fell_silent_at_every_try_is_called_dead(services: Services) -> None:
    round_ = await rounds.drawn(services)
    person = await a_person(services, "wang.li")
    asked = await request_plan(services, CONSOLE, round_, 60)
    for _ in range(3):
        async with transaction(services.pool, WORKER) as db:
            await jobs.claim_job(db, Queue.SOLVER, [PLAN_ROUND], only=asked)
        await silence(services.pool, asked)
    await sweep(services, ring=False)
    async with visiting(services, BEFORE, person.session) as browser:
        page = words(await browser.get(f"/rounds/{round_}/planning"))
    assert "已试 3 次" in page
    assert "开始排期" in page


@pytest.fixture
async def worker(services: Services) -> AsyncIterator[None]:
    task = asyncio.create_task(work(services, HANDLERS, Queue.SOLVER, Ear(), Pace(look=0.2)))
    yield
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.usefixtures("worker")
async def test_enough_is_enough_within_seconds_and_the_plan_is_kept(services: Services) -> None:
    """The limit is ten minutes; what is promised is about five seconds from the press on."""
    round_ = await rounds.drawn(services)
    person = await a_person(services, "wang.li")
    page = f"/rounds/{round_}/planning"
    async with visiting(services, BEFORE, person.session) as browser:
        await send(browser, "/account", page, seconds="600")
        await until_best(services, round_)
        pressed = time.monotonic()
        await send(browser, page, f"{page}/stop", how="finish")
        told = await browser.get(f"{page}/events")
        assert "event: over" in told.text
        assert time.monotonic() - pressed < 30
        assert await rounds.stage_of(services.pool, round_) is Stage.PLANNED
        assert "✓ 已排期" in words(await browser.get(page))


async def under_way(services: Services, job: JobId) -> None:
    """A worker has the job and reports a best plan so far."""
    progress = Progress(seconds=3, phase=Phase.IMPROVE, visits=457, visits_bound=450, officer_half_days=897)
    async with transaction(services.pool, WORKER) as db:
        claimed = await jobs.claim_job(db, Queue.SOLVER, [PLAN_ROUND], only=job)
        assert claimed is not None
        await jobs.renew_lease(db, lease_of(claimed), progress)


async def until_best(services: Services, round_: UUID) -> None:
    async with asyncio.timeout(60):
        while True:
            job = (await read_planning(services, CONSOLE, round_)).job
            if job is not None and (job.state.is_ended or (job.progress is not None and job.progress.visits)):
                return
            await asyncio.sleep(0.1)
