"""Who sees what of a whole real round in the tables that name no department: draws, plans, teams, jobs, the trail.

Whose a row is, is worked out here once more, from what departments handed in and from the plan's parts.
"""

from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from support.rounds import SEED, SUPERVISOR, WATER, contents, dispatched, frozen, liaison_of, small, with_code, without
from support.rounds import world as world_of

from coordinator.actions.services import Services
from coordinator.domain.actors import ANYONE, WORKER, Actor
from coordinator.domain.ids import DepartmentId
from coordinator.storage import audit, draws
from coordinator.storage.connection import Connection, Pool, execute, transaction
from solver.chance.head import Stage as DrawStage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STRANGER = liaison_of(DepartmentId("禾川县"))
DEPARTMENTS = tuple(DepartmentId(book.file.removesuffix(".xlsx")) for book in small().workbooks)

# each gives rows as text beside a department to which they belong
EVERY_PARTY = "SELECT t::text AS row, department FROM {} AS t JOIN submission USING (round)"
TASKS_OWN = """
    SELECT t::text AS row, line.department FROM {} AS t
    JOIN plan_line AS line ON line.round = t.round AND line.task = t.{}
"""
ROLES_OWN = """
    SELECT t::text AS row, role.department FROM {} AS t JOIN role ON role.plan = t.plan AND role.{} = t.{}
"""
MATTERS_OWN = """
    SELECT t::text AS row, matter.department FROM {} AS t
    JOIN plan ON plan.id = t.plan JOIN matter ON matter.round = plan.round AND matter.id = t.matter
"""
LENT_TOO = """
    UNION SELECT t::text, inspector.department FROM {} AS t
    JOIN plan ON plan.id = t.plan JOIN inspector ON inspector.round = plan.round AND inspector.id = t.inspector
"""
NOBODYS = "SELECT t::text AS row, NULL AS department FROM {} AS t"
BELONGING = {
    "round": "SELECT t::text AS row, department FROM round AS t JOIN submission ON submission.round = t.id",
    "draw": EVERY_PARTY.format("draw"),
    "plan": EVERY_PARTY.format("plan"),
    "draw_file": """
        SELECT t::text AS row, department FROM draw_file AS t
        JOIN draw ON draw.id = t.draw JOIN submission USING (round)
    """,
    "batch": TASKS_OWN.format("batch", "task"),
    "drawn_target": TASKS_OWN.format("drawn_target", "task"),
    "exclusion": TASKS_OWN.format("exclusion", "entry"),
    "tour": ROLES_OWN.format("tour", "tour", "id"),
    "visit": ROLES_OWN.format("visit", "tour", "tour"),
    "chance": ROLES_OWN.format("chance", "id", "role") + LENT_TOO.format("chance"),
    "team_member": ROLES_OWN.format("team_member", "id", "role") + LENT_TOO.format("team_member"),
    "visit_matter": MATTERS_OWN.format("visit_matter"),
    "desk_member": MATTERS_OWN.format("desk_member"),
    "target": """
        SELECT t::text AS row, department FROM target AS t JOIN target_entry AS entry ON entry.id = t.id
        UNION SELECT t::text, department FROM target AS t JOIN matter ON matter.target = t.id
    """,
    "target_search": """
        SELECT t::text AS row, department FROM target_search AS t JOIN target_entry AS entry ON entry.id = t.target
    """,
    "commitment": "SELECT t::text AS row, party AS department FROM commitment AS t",
    "audit_entry": "SELECT t::text AS row, subject AS department FROM audit_entry AS t",
    "plan_problem": NOBODYS.format("plan_problem"),
    "job": NOBODYS.format("job"),
    "standing_member": NOBODYS.format("standing_member"),
}
# for no department at all
NOT_TOLD = {"plan_problem", "job", "standing_member"}
SHARED = """
    SELECT relname AS name FROM pg_class c
    WHERE relkind = 'r' AND relrowsecurity AND relnamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'department' AND NOT a.attisdropped)
"""
# they have policies of their own kind, tried in test_round_row_security
OF_PACKAGES = {"outbox_file", "delivery"}
# filled only while a planning goes on, tried in test_shards_table
OF_PLANNINGS = {"planning", "shard"}
# no department's, and no coordinator's either: tried in test_accounts
OF_ACCOUNTS = {"account_secret", "session", "api_token", "sign_in_failure"}
# the gate's alone, tried in test_program_requests
OF_PROGRAMS = {"program_request"}
# filled only where departments hand in through the web, tried in test_handing_in
OF_COLLECTING = {"collection"}
# filled only where firms look in, tried in test_letters, test_web_requests and test_web_feedback
OF_FIRMS = {"letter", "letter_secret", "letter_try", "letter_session", "firm_request", "told_visit"}
OF_FIRMS |= {"feedback", "feedback_mark"}
# filled only after the lots, tried in test_approving, test_recusing, test_rescheduling and test_annual_planning
OF_PAPERS = {"approval", "paper", "replacement", "rescheduling", "unplanned_cause", "annual_issue"}
# filled only where people set up destinations, and when packages are tried: test_destinations
OF_DESTINATIONS = {"destination_secret", "delivery_attempt", "forwarding"}
# filled only where the registry is taken in: test_registry
OF_REGISTRY = {"registry_batch", "registration", "registration_change"}
# filled only where two people do something together, tried in test_two_people
OF_TWO = {"proposal"}
# filled only where a round is planned again, tried in test_replanning_actions and test_late_causes
OF_TWO |= {"replanning"}


@pytest.fixture
async def world(pool: Pool) -> Services:
    """A dispatched round."""
    services = world_of(pool)
    await dispatched(services)
    return services


async def seen(world: Services, actor: Actor, table: str) -> set[str]:
    async with transaction(world.pool, actor) as db:
        rows = await db.fetch(f'SELECT t::text AS "row" FROM "{table}" AS t')  # noqa: S608 - a name from above
    return {row["row"] for row in rows}


async def belonging(world: Services, table: str) -> dict[str | None, set[str]]:
    """Rows by department to which they belong."""
    owned: dict[str | None, set[str]] = defaultdict(set)
    async with transaction(world.pool, WORKER) as db:
        for row in await db.fetch(BELONGING[table]):
            owned[row["department"]].add(row["row"])
    return owned


async def refused(world: Services, actor: Actor, statement: str, *values: object) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, actor) as db:
            await db.execute(statement, *values)


async def test_every_shared_table_is_tried_here(owner: Connection) -> None:
    elsewhere = OF_PACKAGES | OF_PLANNINGS | OF_ACCOUNTS | OF_PROGRAMS | OF_COLLECTING | OF_FIRMS | OF_TWO
    elsewhere |= OF_PAPERS | OF_DESTINATIONS | OF_REGISTRY
    assert {row["name"] for row in await owner.fetch(SHARED)} == BELONGING.keys() | elsewhere


async def test_a_department_sees_what_belongs_to_it_and_nothing_else(world: Services) -> None:
    for table in BELONGING:
        owned = await belonging(world, table)
        assert await seen(world, WORKER, table), f"the round fills {table}"
        for department in DEPARTMENTS:
            assert await seen(world, liaison_of(department), table) == owned[department], table


async def test_departments_do_not_see_the_same(world: Services) -> None:
    """The sample round would show it if a policy let everything through."""
    for table in BELONGING.keys() - {"round", "draw", "draw_file", "plan", *NOT_TOLD}:
        views = {frozenset(await seen(world, liaison_of(department), table)) for department in DEPARTMENTS}
        assert len(views) > 1, table


async def test_supervisors_see_everything_strangers_and_the_public_nothing(world: Services) -> None:
    for table in BELONGING:
        assert await seen(world, SUPERVISOR, table) == await seen(world, WORKER, table), table
        assert await seen(world, STRANGER, table) == set(), table
        assert await seen(world, ANYONE, table) == set(), table


async def test_who_acts_for_nobody_sees_nothing(world: Services) -> None:
    for table in BELONGING:
        assert await world.pool.fetchval(f'SELECT count(*) FROM "{table}"') == 0, table  # noqa: S608 - a name from above


async def test_a_department_takes_no_part_in_a_round_for_which_it_handed_nothing_in(world: Services) -> None:
    tables = ("round", "draw", "draw_file")
    before = [await seen(world, liaison_of(WATER), table) for table in tables]
    await frozen(world, without(with_code(small(), "without water"), WATER))
    assert [await seen(world, liaison_of(WATER), table) for table in tables] == before


async def test_nobody_but_the_coordinating_office_changes_what_is_shared(world: Services) -> None:
    before = await contents(world.pool)
    async with transaction(world.pool, WORKER) as db:
        rows = {table: await db.fetchval(f'SELECT to_jsonb(t) FROM "{table}" AS t LIMIT 1') for table in BELONGING}  # noqa: S608 - a name from above
    for actor in (liaison_of(WATER), SUPERVISOR, ANYONE):
        for table in BELONGING.keys() - {"audit_entry"}:
            again = f'INSERT INTO "{table}" SELECT (jsonb_populate_record(NULL::"{table}", $1)).*'
            await refused(world, actor, again, rows[table])
        async with transaction(world.pool, actor) as db:
            assert await execute(db, "UPDATE round SET stage = stage") == 0
            assert await execute(db, "UPDATE target SET name = ''") == 0
            assert await execute(db, "UPDATE job SET finished_at = now()") == 0
            assert await execute(db, "DELETE FROM round") == 0
    assert await contents(world.pool) == before


async def test_a_party_commits_and_reveals_for_itself_alone(world: Services) -> None:
    draw = await draw_of(world, await frozen(world, with_code(small(), "another")))
    own, other = liaison_of(DEPARTMENTS[0]), liaison_of(DEPARTMENTS[1])
    async with transaction(world.pool, own) as db:
        await draws.insert_commitment(db, draw, DEPARTMENTS[0], "a" * 64, NOON)
    async with transaction(world.pool, other) as db:
        await draws.insert_commitment(db, draw, DEPARTMENTS[1], "b" * 64, NOON)
    for actor, party in ((own, DEPARTMENTS[1]), (STRANGER, DEPARTMENTS[0]), (SUPERVISOR, DEPARTMENTS[0])):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(world.pool, actor) as db:
                await draws.insert_commitment(db, draw, party, "c" * 64, NOON)
        async with transaction(world.pool, actor) as db:
            await draws.reveal(db, draw, party, "d" * 64, NOON)
    async with transaction(world.pool, WORKER) as db:
        await draws.close_commitments(db, draw, NOON)
    async with transaction(world.pool, own) as db:
        await draws.reveal(db, draw, DEPARTMENTS[0], "e" * 64, NOON)
        assert [(each.party, each.secret) for each in await draws.commitments(db, draw)] == [(DEPARTMENTS[0], "e" * 64)]
    async with transaction(world.pool, WORKER) as db:
        assert {each.secret for each in await draws.commitments(db, draw)} == {"e" * 64, None}


async def test_who_takes_no_part_commits_to_nothing(world: Services) -> None:
    draw = await draw_of(world, await frozen(world, with_code(small(), "another")))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, STRANGER) as db:
            await draws.insert_commitment(db, draw, DepartmentId("禾川县"), "c" * 64, NOON)


async def test_the_trail_holds_no_seed(world: Services) -> None:
    async with transaction(world.pool, WORKER) as db:
        seeds = {row["seed"] for row in await db.fetch("SELECT seed FROM draw")}
    trail = "".join(await seen(world, WORKER, "audit_entry"))
    assert len(seeds) == len(DrawStage)
    assert not [seed for seed in seeds if seed in trail]


async def test_a_seed_in_an_old_entry_is_shown_to_no_department(world: Services) -> None:
    before = await seen(world, liaison_of(WATER), "audit_entry")
    async with transaction(world.pool, WORKER) as db:
        await audit.append(db, WORKER, "draw_held", None, WATER, seed=SEED)
    assert await seen(world, liaison_of(WATER), "audit_entry") == before


async def test_whoever_acts_leaves_a_trace_and_nobody_without_acting(world: Services) -> None:
    for actor in (liaison_of(WATER), SUPERVISOR, WORKER):
        async with transaction(world.pool, actor) as db:
            await audit.append(db, actor, "looked", None, WATER)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await world.pool.execute("INSERT INTO audit_entry (actor, action, subject, facts) VALUES ('x', 'x', 'x', '{}')")


async def draw_of(world: Services, round_: UUID) -> UUID:
    async with transaction(world.pool, WORKER) as db:
        found = await draws.standing_draw(db, round_, DrawStage.TARGETS)
    assert found is not None
    return found.id
