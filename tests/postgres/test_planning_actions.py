"""Storing a plan: under its worker's lease, past the checker, once; and the whole way of a round in its trail."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace
from support.jobs import silence
from support.rounds import (
    collected,
    contents,
    drawn,
    facts_of,
    planned,
    planning_job,
    planning_lease,
    small,
    solved,
    stage_of,
    stored,
    trail,
)
from support.rounds import world as world_of

from coordinator.actions.approving import approve_alone
from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.jobs import enqueue
from coordinator.actions.lot_draws import fix_plan, hold_lots
from coordinator.actions.planning import PLAN_ROUND, UnlawfulPlan, store_plan
from coordinator.actions.recording import record_facts
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame, hold_target_draw
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.jobs import JobId, LeaseLost, NewJob, Queue, lease_of
from coordinator.storage import audit, plans
from coordinator.storage.connection import Connection, Pool, transaction
from coordinator.storage.rounds import Stage
from solver.chance.head import Stage as DrawStage
from solver.planning.ids import Sha256
from solver.planning.plan import Plan
from solver.planning.reading import read_plan


@pytest.fixture
def world(pool: Pool) -> Services:
    return world_of(pool)


async def test_a_plan_is_stored_as_it_was_made_with_the_desk_matters_beside_it(world: Services) -> None:
    round_ = await drawn(world)
    problem, plan = await solved(world, round_)
    await store_plan(world, WORKER, round_, problem, plan, await planning_lease(world, round_))
    async with transaction(world.pool, WORKER) as db:
        live = await plans.live_plan(db, round_)
    assert live is not None
    kept = read_plan(live.document)
    assert live.problem == problem
    assert kept.tours == plan.tours
    assert kept.desk
    assert {desk.id[0] for desk in kept.desk} == {"D"}


async def test_the_parts_of_a_plan_stand_in_rows(world: Services) -> None:
    round_ = await planned(world)
    async with transaction(world.pool, WORKER) as db:
        live = await plans.live_plan(db, round_)
        assert live is not None
        counted = await db.fetchrow("""
            SELECT (SELECT count(*) FROM tour) AS tours, (SELECT count(*) FROM visit) AS visits,
                   (SELECT count(*) FROM visit_matter) AS matters, (SELECT sum(chance) FROM chance) AS chances
        """)
    plan = read_plan(live.document)
    visits = [visit for tour in plan.tours for visit in tour.visits]
    chances = sum(sum(role.chances.values()) for tour in plan.tours for role in tour.roles)
    assert tuple(counted) == (len(plan.tours), len(visits), sum(len(visit.matters) for visit in visits), chances)


async def test_the_trail_says_what_was_asked_of_the_workers_once_a_request(world: Services) -> None:
    round_ = await drawn(world)
    asked = NewJob(id=JobId(uuid4()), kind=PLAN_ROUND, queue=Queue.SOLVER, payload={}, request_key="one")
    assert await enqueue(world, CONSOLE, asked, round_) == asked.id
    assert await enqueue(world, CONSOLE, replace(asked, id=JobId(uuid4())), round_) == asked.id
    async with transaction(world.pool, WORKER) as db:
        [entry] = [each for each in await audit.entries(db, round_) if each.action == "job_requested"]
    assert (entry.subject, entry.facts["job"]) == (PLAN_ROUND, str(asked.id))


async def test_no_plan_is_stored_after_the_lease_ran_out(world: Services) -> None:
    round_ = await drawn(world)
    problem, plan = await solved(world, round_)
    job = await planning_job(world, round_)
    await silence(world.pool, job.id)
    await refused(world, round_, LeaseLost, lambda: store_plan(world, WORKER, round_, problem, plan, lease_of(job)))


async def test_no_plan_is_stored_by_a_worker_whose_job_another_has_taken(world: Services) -> None:
    round_ = await drawn(world)
    problem, plan = await solved(world, round_)
    older = await planning_lease(world, round_)
    newer = replace(older, fencing=older.fencing + 1)
    async with transaction(world.pool, WORKER) as db:
        await db.execute("UPDATE job SET fencing = fencing + 1, attempts = attempts + 1")
    await refused(world, round_, LeaseLost, lambda: store_plan(world, WORKER, round_, problem, plan, older))
    await store_plan(world, WORKER, round_, problem, plan, newer)
    assert await stage_of(world.pool, round_) is Stage.PLANNED


def half_a_team(plan: Plan) -> Plan:
    """Take one chance from a role: now fewer are drawn than must go."""
    tour = plan.tours[0]
    role = tour.roles[0]
    chances = dict(list(role.chances.items())[1:])
    changed = replace(tour, roles=(replace(role, chances=chances), *tour.roles[1:]))
    return replace(plan, tours=(changed, *plan.tours[1:]))


def of_another_problem(plan: Plan) -> Plan:
    return replace(plan, problem_sha256=Sha256("1" * 64))


def silently_shorter(plan: Plan) -> Plan:
    """Leave a tour out and say nothing of its matters."""
    return replace(plan, tours=plan.tours[1:])


def twice_at_a_door(plan: Plan) -> Plan:
    tour = plan.tours[0]
    return replace(plan, tours=(replace(tour, visits=(*tour.visits, tour.visits[0])), *plan.tours[1:]))


@pytest.mark.parametrize("spoil", [half_a_team, of_another_problem, silently_shorter, twice_at_a_door])
async def test_no_plan_is_stored_that_the_checker_refuses(world: Services, spoil: Callable[[Plan], Plan]) -> None:
    round_ = await drawn(world)
    problem, plan = await solved(world, round_)
    lease = await planning_lease(world, round_)
    await refused(world, round_, UnlawfulPlan, lambda: store_plan(world, WORKER, round_, problem, spoil(plan), lease))


async def test_a_second_plan_for_a_planned_round_changes_nothing(world: Services) -> None:
    round_ = await drawn(world)
    problem, plan = await solved(world, round_)
    lease = await planning_lease(world, round_)
    await asyncio.gather(*(store_plan(world, WORKER, round_, problem, plan, lease) for _ in range(3)))
    before = await contents(world.pool)
    await store_plan(world, WORKER, round_, problem, plan, lease)
    assert await contents(world.pool) == before
    assert (await trail(world.pool)).count("plan_stored") == 1


async def test_the_trail_of_a_round_tells_every_step_in_its_order(world: Services) -> None:
    round_ = await collected(world)
    for _, step in steps_of(world, round_):
        await step()
    told = [action for action in await trail(world.pool) if action != "calendar_year_confirmed"]
    async with transaction(world.pool, WORKER) as db:
        parties = await db.fetchval("SELECT count(DISTINCT party) FROM commitment")
    secrets = [*(["secret_committed"] * parties), "secrets_revealed"]
    assert told == [
        *("round_created", *(["submission_taken_in"] * len(small().workbooks))),
        *("draw_fixed", *secrets, "draw_held", "targets_drawn", "job_requested", "plan_stored"),
        *("draw_fixed", *secrets, "draw_held", "teams_drawn"),
        *("papers_drawn_up", "papers_approved", "results_recorded"),
    ]


async def test_no_step_of_a_round_is_taken_without_its_entry_in_the_trail(world: Services, owner: Connection) -> None:
    """Where the trail cannot be written nothing else is, so both are one transaction; once it can be, the step is."""
    round_ = await collected(world)
    for name, step in steps_of(world, round_):
        before = await contents(world.pool, but=["job"])
        await owner.execute("REVOKE INSERT ON audit_entry FROM app")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await step()
        assert await contents(world.pool, but=["job"]) == before, name
        await owner.execute("GRANT INSERT ON audit_entry TO app")
        await step()
        after = await contents(world.pool, but=["job"])
        assert len(after["audit_entry"]) > len(before["audit_entry"]), name


async def test_a_round_is_not_collected_without_its_entries_in_the_trail(world: Services, owner: Connection) -> None:
    await owner.execute("REVOKE INSERT ON audit_entry FROM app")
    before = await contents(world.pool)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await collected(world)
    assert await contents(world.pool) == before


async def test_nobody_rewrites_the_trail(world: Services, owner: Connection) -> None:
    await collected(world)
    before = await trail(world.pool)
    for statement in ("UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await world.pool.execute(statement)
    assert await trail(world.pool) == before


def steps_of(world: Services, round_: UUID) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    """Everything that happens to a collected round, in order."""

    async def secrets(stage: DrawStage) -> None:
        await commit_and_reveal(world, CONSOLE, await stored(world.pool, round_), stage)

    async def plan() -> None:
        problem, made = await solved(world, round_)
        await store_plan(world, WORKER, round_, problem, made, await planning_lease(world, round_))

    async def results() -> None:
        assert await record_facts(world, CONSOLE, await facts_of(world, round_))

    return [
        ("fix the frame", lambda: fix_frame(world, CONSOLE, round_)),
        ("secrets for the targets", lambda: secrets(DrawStage.TARGETS)),
        ("draw the targets", lambda: hold_target_draw(world, CONSOLE, round_, "")),
        ("plan", plan),
        ("fix the plan", lambda: fix_plan(world, CONSOLE, round_)),
        ("secrets for the teams", lambda: secrets(DrawStage.TEAMS)),
        ("draw the teams", lambda: hold_lots(world, CONSOLE, round_)),
        ("approve the papers", lambda: approve_alone(world, CONSOLE, round_)),
        ("results", results),
    ]


async def refused(
    world: Services, round_: UUID, error: type[Exception], storing: Callable[[], Awaitable[None]]
) -> None:
    """Storing raises the error and leaves nothing, neither plan nor matter nor entry in the trail."""
    before = await contents(world.pool)
    with pytest.raises(error):
        await storing()
    assert await contents(world.pool) == before
    assert await stage_of(world.pool, round_) is Stage.DRAWN
