"""What constraints alone refuse, should every rule above them fail: tried on a round that was really drawn.

The tables' owner tries it, whom no missing right stops, and with the triggers asleep; those are in test_guards.
"""

from uuid import UUID, uuid4

import asyncpg
import pytest
from support.rounds import collected, dispatched, drawn, frozen, planned
from support.rounds import world as world_of

from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.storage.connection import Connection, Pool, transaction

ANOTHER_ROLE_THEN = """
    SELECT role.plan, role.id AS role, role.half_day, member.inspector
    FROM team_member AS member JOIN role ON role.plan = member.plan AND role.half_day = member.half_day
    WHERE role.id <> member.role LIMIT 1
"""
WITHOUT_A_CHANCE = """
    SELECT role.plan, role.id AS role, role.half_day, inspector.id AS inspector
    FROM role JOIN plan ON plan.id = role.plan JOIN inspector ON inspector.round = plan.round
    WHERE NOT EXISTS (SELECT FROM chance WHERE plan = role.plan AND role = role.id AND inspector = inspector.id)
      AND NOT EXISTS (SELECT FROM team_member AS member WHERE member.plan = role.plan
                      AND member.inspector = inspector.id AND member.half_day = role.half_day) LIMIT 1
"""


@pytest.fixture
def world(pool: Pool) -> Services:
    return world_of(pool)


@pytest.fixture
async def mighty(owner: Connection) -> Connection:
    """The owner, in the coordinating office's name and without a trigger: constraints are all that is left."""
    await owner.execute("SELECT set_config('onedoor.office', 'coordinator', false)")
    await owner.execute("""
        DO $$ DECLARE guarded regclass; BEGIN
            FOR guarded IN SELECT DISTINCT tgrelid FROM pg_trigger WHERE NOT tgisinternal LOOP
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', guarded);
            END LOOP;
        END $$
    """)
    return owner


async def refused(mighty: Connection, by: str, statement: str, *values: object) -> None:
    """Exactly this constraint refuses it."""
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refusal:
        await mighty.execute(statement, *values)
    assert refusal.value.constraint_name == by


async def row_of(world: Services, statement: str) -> asyncpg.Record:
    async with transaction(world.pool, WORKER) as db:
        found = await db.fetchrow(statement)
    assert found is not None, "the sample round has no such case"
    return found


async def test_nobody_is_in_two_places_in_one_half_day(world: Services, mighty: Connection) -> None:
    await dispatched(world)
    twice = await row_of(world, ANOTHER_ROLE_THEN)
    # with a chance of its own, so that nothing but the double booking stands in the way
    await mighty.execute(
        "INSERT INTO chance VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING",
        *(twice["plan"], twice["role"], twice["inspector"]),
    )
    await refused(mighty, "team_member_is_in_one_place", "INSERT INTO team_member VALUES ($1, $2, $3, $4)", *twice)


async def test_nobody_goes_without_a_published_chance(world: Services, mighty: Connection) -> None:
    await dispatched(world)
    uninvited = await row_of(world, WITHOUT_A_CHANCE)
    statement = "INSERT INTO team_member VALUES ($1, $2, $3, $4)"
    await refused(mighty, "team_member_plan_role_inspector_fkey", statement, *uninvited)


async def test_a_target_is_drawn_once_for_a_task_and_into_a_batch_that_exists(
    world: Services, mighty: Connection
) -> None:
    await drawn(world)
    again = "INSERT INTO drawn_target SELECT round, task, target, batch FROM drawn_target LIMIT 1"
    await refused(mighty, "drawn_target_pkey", again)
    nowhere = "UPDATE drawn_target SET batch = 99"
    await refused(mighty, "drawn_target_round_task_batch_fkey", nowhere)


async def test_a_round_has_one_live_plan(world: Services, mighty: Connection) -> None:
    round_ = await planned(world)
    second = "INSERT INTO plan (id, round, document) VALUES ($1, $2, '')"
    await refused(mighty, "plan_is_one_a_round", second, uuid4(), round_)


async def test_a_door_opens_once_a_half_day_and_a_matter_is_served_once(world: Services, mighty: Connection) -> None:
    await planned(world)
    await refused(mighty, "visit_pkey", "INSERT INTO visit SELECT * FROM visit LIMIT 1")
    await refused(mighty, "visit_matter_pkey", "INSERT INTO visit_matter SELECT * FROM visit_matter LIMIT 1")


async def test_a_visit_stands_in_its_tours_half_day(world: Services, mighty: Connection) -> None:
    await planned(world)
    elsewhere = "UPDATE visit_matter SET half_day = '2026-03-31/night'"
    await refused(mighty, "visit_matter_plan_target_half_day_fkey", elsewhere)


async def test_a_secret_and_a_commitment_serve_once(world: Services, mighty: Connection) -> None:
    await dispatched(world)
    used = await row_of(world, "SELECT commitment, secret FROM commitment LIMIT 1")
    other = await row_of(world, "SELECT draw, party FROM commitment ORDER BY committed_at DESC LIMIT 1")
    change = "UPDATE commitment SET {} = $1 WHERE draw = $2 AND party = $3"
    await refused(mighty, "commitment_commitment_key", change.format("commitment"), used["commitment"], *other)
    await refused(mighty, "commitment_secret_key", change.format("secret"), used["secret"], *other)


async def test_a_party_commits_once_to_a_draw(world: Services, mighty: Connection) -> None:
    await drawn(world)
    again = (
        "INSERT INTO commitment (draw, party, commitment, committed_at) SELECT draw, party, $1, now() FROM commitment"
    )
    await refused(mighty, "commitment_pkey", again + " LIMIT 1", "a" * 64)


async def test_a_stage_has_one_standing_draw(world: Services, mighty: Connection) -> None:
    round_ = await frozen(world)
    second = """
        INSERT INTO draw (id, round, stage, attempt, document_digest, single_operator, fixed_at)
        VALUES ($1, $2, 'targets', 2, $3, true, now())
    """
    await refused(mighty, "draw_is_held_once", second, uuid4(), round_, "a" * 64)


async def test_a_draw_does_not_end_without_its_transcript(world: Services, mighty: Connection) -> None:
    await frozen(world)
    await refused(mighty, "draw_ended_has_transcript", "UPDATE draw SET state = 'held', seed = $1", "a" * 64)


async def test_a_code_names_one_real_round(world: Services, mighty: Connection) -> None:
    round_ = await collected(world)
    statement = (
        "INSERT INTO round (id, code, settings, content_digest) SELECT $1, code, '{}', $2 FROM round WHERE id = $3"
    )
    await refused(mighty, "round_is_held_once", statement, uuid4(), "a" * 64, round_)


async def test_a_task_has_one_initiator_and_an_inspector_one_department(world: Services, mighty: Connection) -> None:
    await collected(world)
    initiated = "UPDATE plan_line SET role = '发起' WHERE role = '配合'"
    await refused(mighty, "task_has_one_initiator", initiated)
    everywhere = "UPDATE inspector SET id = (SELECT min(id) FROM inspector)"
    await refused(mighty, "inspector_pkey", everywhere)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE inspection_item SET officers = 1", "inspection_item_officers_check"),
        ("UPDATE inspection_item SET methods = '{}'", "inspection_item_methods_check"),
        ("UPDATE target_entry SET lon = NULL WHERE lon IS NOT NULL", "target_entry_place_is_whole"),
        ("UPDATE plan_line SET last_day = first_day - 1", "plan_line_days_in_order"),
        ("UPDATE apart_pair SET other = inspector", "apart_pair_is_two"),
        ("UPDATE round SET content_digest = 'short'", "round_content_digest_check"),
    ],
)
async def test_rows_that_contradict_themselves_are_refused(
    world: Services, mighty: Connection, statement: str, constraint: str
) -> None:
    round_: UUID = await collected(world)
    await put_two_people_apart(world, round_)
    await refused(mighty, constraint, statement)


async def put_two_people_apart(world: Services, round_: UUID) -> None:
    """Whatever the sample holds: each table above has a row to spoil."""
    async with transaction(world.pool, WORKER) as db:
        await db.execute(
            """
            INSERT INTO apart_pair
            SELECT round, department, 999, min(id), max(id), '夫妻' FROM inspector WHERE round = $1
            GROUP BY round, department HAVING count(*) > 1 LIMIT 1
            """,
            round_,
        )
