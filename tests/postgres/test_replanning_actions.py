"""A planned round planned again: asked for, made by a worker, taken by one or by two, left, undone, refused."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from support import rounds
from support.jobs import silence
from support.people import Person, a_person
from support.replannings import SECONDS, asked, closing, made, planned, widening
from support.rounds import SUPERVISOR, contents, stage_of, trail
from support.web import BEFORE, at

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.invariants import broken_invariants
from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.moving import undo_move
from coordinator.actions.replanning import (
    Asked,
    listed_replannings,
    live_plan_of,
    progress_of,
    read_replanning,
    replanning_order,
    request_replanning,
    stop_replanning,
    store_replanned,
)
from coordinator.actions.replanning_choices import (
    confirm_override,
    leave,
    propose_override,
    standing_proposal,
    take,
    withdraw_override,
)
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER, Actor, Office
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate
from coordinator.domain.jobs import JobId, JobState, LeaseLost, Queue, StopRequest, lease_of
from coordinator.domain.replannings import Outcome
from coordinator.jobs.handlers import HANDLERS
from coordinator.storage import jobs
from coordinator.storage.connection import Pool, execute, transaction
from coordinator.storage.rounds import Stage
from solver.planning.alterations import Away, Window
from solver.planning.check import check
from solver.planning.ids import InspectorId
from solver.planning.reading import problem_digest, read_plan, read_problem
from solver.planning.replanning.moves import Kind


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


async def two(services: Services) -> tuple[Person, Person]:
    return await a_person(services, "wang.li"), await a_person(services, "li.na")


async def test_what_moved_and_why_is_known_before_anything_changes(services: Services) -> None:
    round_ = await planned(services)
    event = await closing(services, round_)
    reading = await made(services, round_, event)
    assert reading.plan is not None
    moved = next(each for each in reading.moves if each.target == event.target)
    assert moved.kind in {Kind.MOVED, Kind.DROPPED}
    assert any("停业" in cause.text or cause.rule == 1 for cause in moved.why)
    assert not reading.asked.is_looser
    assert (await live_plan_of(services, CONSOLE, round_)).id == reading.asked.base
    assert await stage_of(services.pool, round_) is Stage.PLANNED
    assert (await trail(services.pool))[-2:] == ["replanning_asked", "replanning_made"]


async def test_a_plan_that_is_taken_stands_is_lawful_and_can_be_undone(services: Services) -> None:
    round_ = await planned(services)
    before = await live_plan_of(services, CONSOLE, round_)
    event = await closing(services, round_)
    reading = await made(services, round_, event)
    new = await take(services, CONSOLE, round_, reading.asked.id)
    live = await live_plan_of(services, CONSOLE, round_)
    assert (live.id, live.undoes_to) == (new, before.id)
    plan, problem = read_plan(live.document), read_problem(live.problem)
    assert check(problem, plan, problem_digest(live.problem)).lawful
    assert plan.desk == read_plan(before.document).desk
    closed = next(each for each in problem.targets if each.id == event.target).closed
    assert set(event.half_days) <= set(closed)
    assert not await broken_invariants(services, CONSOLE)
    (listed,) = await listed_replannings(services, SUPERVISOR, round_)
    assert (listed.outcome, listed.decided_name) == (Outcome.TAKEN, CONSOLE.name)
    with pytest.raises(Conflict):
        await take(services, CONSOLE, round_, reading.asked.id)
    await undo_move(services, CONSOLE, round_, new)
    back = await live_plan_of(services, CONSOLE, round_)
    assert (back.problem, back.document) == (before.problem, before.document)
    assert (await trail(services.pool))[-2:] == ["replanning_taken", "move_undone"]


async def test_a_plan_that_is_left_changes_nothing_and_is_never_taken(services: Services) -> None:
    round_ = await planned(services)
    reading = await made(services, round_, await closing(services, round_))
    for _ in range(2):
        await leave(services, CONSOLE, round_, reading.asked.id)
    with pytest.raises(TooLate):
        await take(services, CONSOLE, round_, reading.asked.id)
    assert (await live_plan_of(services, CONSOLE, round_)).id == reading.asked.base
    assert (await trail(services.pool)).count("replanning_left") == 1


async def test_a_wider_window_takes_two_people_a_reason_and_then_counts_everywhere(services: Services) -> None:
    round_ = await planned(services)
    wider = await widening(services, round_)
    reading = await made(services, round_, wider)
    one, other = await two(services)
    id_ = reading.asked.id
    assert reading.asked.is_looser
    with pytest.raises(Conflict):
        await take(services, one.who.actor, round_, id_)
    with pytest.raises(Invalid):
        await propose_override(services, one.who.actor, round_, id_, " ")
    await propose_override(services, one.who.actor, round_, id_, "部门书面同意延期")
    proposal = await standing_proposal(services, other.who.actor, id_)
    assert proposal is not None
    with pytest.raises(NotPermitted):
        await confirm_override(services, one.who.actor, round_, id_, proposal.id)
    with pytest.raises(Conflict):
        await confirm_override(services, other.who.actor, round_, id_, uuid4())
    await confirm_override(services, other.who.actor, round_, id_, proposal.id)
    (listed,) = await listed_replannings(services, CONSOLE, round_)
    assert (listed.outcome, listed.reason) == (Outcome.TAKEN, "部门书面同意延期")
    async with transaction(services.pool, WORKER) as db:
        dispatch = await load_dispatch(db, WORKER, round_)
    assert dispatch.matters[wider.matters[0]].window.last_day == wider.last_day
    assert (await trail(services.pool))[-3:] == ["act_proposed", "act_confirmed", "replanning_taken"]


async def test_a_proposal_can_be_taken_back_and_the_database_asks_for_two(services: Services) -> None:
    round_ = await planned(services)
    reading = await made(services, round_, await widening(services, round_))
    one, _ = await two(services)
    id_ = reading.asked.id
    await propose_override(services, one.who.actor, round_, id_, "部门书面同意延期")
    proposal = await standing_proposal(services, one.who.actor, id_)
    assert proposal is not None
    alone = "UPDATE replanning SET outcome = 'taken', decided_name = 'x', decided_at = now()"
    named = ", proposal = $1, reason = 'x'"
    async with transaction(services.pool, CONSOLE) as db:
        with pytest.raises(asyncpg.PostgresError):
            async with db.transaction():
                await execute(db, alone)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction():
                await execute(db, f"{alone}{named}", proposal.id)
    await withdraw_override(services, one.who.actor, round_, id_)
    assert await standing_proposal(services, one.who.actor, id_) is None


async def test_a_plan_made_from_another_than_the_one_that_stands_is_not_taken(services: Services) -> None:
    round_ = await planned(services)
    first = await made(services, round_, await closing(services, round_))
    second = await made(services, round_, await closing(services, round_))
    await take(services, CONSOLE, round_, second.asked.id)
    stale = await read_replanning(services, CONSOLE, round_, first.asked.id)
    assert stale.is_stale
    with pytest.raises(Conflict):
        await take(services, CONSOLE, round_, first.asked.id)
    wish = Asked(plan=first.asked.base, alterations=first.asked.alterations, seconds=SECONDS)
    with pytest.raises(Conflict):
        await request_replanning(services, CONSOLE, round_, wish)


async def test_what_changes_nothing_or_cannot_be_is_refused_in_words(services: Services) -> None:
    round_ = await planned(services)
    event = await closing(services, round_)
    wider = await widening(services, round_)
    before = await contents(services.pool)
    for wrong in (
        (),
        (Away(inspector=InspectorId("没有这个人"), half_days=event.half_days),),
        (event, event),
        (Window(matters=wider.matters, last_day=wider.last_day - timedelta(days=900)),),
    ):
        with pytest.raises(Invalid):
            await asked(services, round_, *wrong)
    assert await contents(services.pool) == before


async def test_one_at_a_time_and_it_can_be_called_off(services: Services) -> None:
    round_ = await planned(services)
    event = await closing(services, round_)
    id_ = await asked(services, round_, event)
    assert await progress_of(services, CONSOLE, round_, id_) is not None
    with pytest.raises(Conflict):
        await asked(services, round_, event)
    await stop_replanning(services, CONSOLE, round_, id_, StopRequest.CANCEL)
    assert await progress_of(services, CONSOLE, round_, id_) is None
    reading = await read_replanning(services, CONSOLE, round_, id_)
    assert reading.job is not None
    assert (reading.job.state, reading.plan) == (JobState.CANCELLED, None)
    with pytest.raises(TooLate):
        await take(services, CONSOLE, round_, id_)
    await asked(services, round_, event)


async def test_nothing_is_kept_of_a_worker_who_lost_the_lease(services: Services) -> None:
    round_ = await planned(services)
    id_ = await asked(services, round_, await closing(services, round_))
    _, base = await replanning_order(services, id_)
    async with transaction(services.pool, WORKER) as db:
        job = await jobs.claim_job(db, Queue.SOLVER, list(HANDLERS), only=JobId(id_))
    assert job is not None
    await silence(services.pool, job.id)
    with pytest.raises(LeaseLost):
        await store_replanned(services, round_, id_, base, base, lease_of(job))


async def test_once_the_lots_are_fixed_nothing_is_planned_again_and_the_words_say_what_to_do(
    services: Services,
) -> None:
    round_ = await planned(services)
    reading = await made(services, round_, await closing(services, round_))
    await fix_plan(services, CONSOLE, round_)
    wish = Asked(plan=reading.asked.base, alterations=reading.asked.alterations, seconds=SECONDS)
    for late in (
        request_replanning(services, CONSOLE, round_, wish),
        take(services, CONSOLE, round_, reading.asked.id),
    ):
        with pytest.raises(TooLate, match="固定"):
            await late


async def test_a_department_sees_nothing_of_it_and_a_supervisor_changes_nothing(services: Services) -> None:
    round_ = await planned(services)
    await asked(services, round_, await closing(services, round_))
    seen = {}
    for actor in (rounds.liaison_of(rounds.WATER), SUPERVISOR, WORKER):
        async with transaction(services.pool, actor) as db:
            count = await db.fetchval("SELECT count(*) FROM replanning")
            seen[actor.office] = (count, await execute(db, "UPDATE replanning SET reason = reason"))
    assert seen == {Office.DEPARTMENT: (0, 0), SUPERVISOR.office: (1, 0), WORKER.office: (1, 1)}


DONE: tuple[Callable[[Services, Actor, UUID, UUID], Awaitable[object]], ...] = (
    take,
    leave,
    lambda services, actor, round_, id_: propose_override(services, actor, round_, id_, "理由"),
    lambda services, actor, round_, id_: confirm_override(services, actor, round_, id_, uuid4()),
    withdraw_override,
    lambda services, actor, round_, id_: stop_replanning(services, actor, round_, id_, StopRequest.CANCEL),
)


async def test_only_the_coordinating_office_plans_again_and_what_is_not_there_is_said_so(services: Services) -> None:
    round_ = await planned(services)
    one, _ = await two(services)
    strangers = (SUPERVISOR, rounds.liaison_of(rounds.WATER))
    for stranger in strangers:
        for do in DONE:
            with pytest.raises(NotPermitted):
                await do(services, stranger, round_, uuid4())
        with pytest.raises(NotPermitted):
            await asked(services, round_, await closing(services, round_), actor=stranger)
    for do in DONE:
        with pytest.raises(NotFound):
            await do(services, one.who.actor, round_, uuid4())
    liaison = await a_person(services, "zhao.min", Office.DEPARTMENT)
    with pytest.raises(NotPermitted):
        await listed_replannings(services, liaison.who.actor, round_)
