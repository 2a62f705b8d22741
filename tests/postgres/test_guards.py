"""What the service is refused, whatever it tries in the coordinating office's name: decided things stay decided.

Each attempt is made as the role `app` on a round that really came so far. What constraints refuse by themselves is in
test_round_constraints.
"""

from typing import Protocol
from uuid import UUID

import asyncpg
import pytest
from support.rounds import (
    SEED,
    collected,
    contents,
    dispatched,
    drawn,
    frozen,
    planned,
    small,
    stage_of,
    stored,
)
from support.rounds import world as world_of

from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.storage import rounds
from coordinator.storage.connection import Pool, execute, transaction
from coordinator.storage.rounds import Stage
from solver.chance.head import Stage as DrawStage


class Arranged(Protocol):
    """Brings the small round to a stage; with a seed as a rehearsal."""

    async def __call__(self, services: Services, /, *, seed: str | None = None) -> UUID: ...


# written once by the service, and gone only with a whole rehearsal
WRITTEN_ONCE = (
    *("submitted_item", "target_entry", "inspector", "plan_line", "recusal", "caused_inspection", "area", "apart_pair"),
    *(
        "inspection_item",
        "task",
        "batch",
        "exclusion",
        "drawn_target",
        "matter",
        "plan",
        "plan_problem",
        "tour",
        "visit",
    ),
    *("visit_matter", "role", "chance", "team_member", "desk_member", "draw_file", "calendar_day", "calendar_year"),
)
# a row that no key forbids, as the difference from one that is there
ONE_MORE = {
    "submission": {"department": "another"},
    "submitted_item": {"code": "NEW"},
    "target_entry": {"row": 999},
    "inspector": {"id": "another"},
    "plan_line": {"task": "another"},
    "caused_inspection": {"number": 99},
    "area": {"id": "another"},
    "task": {"id": "another"},
    "batch": {"number": 99},
    "exclusion": {"reason": "another"},
    "drawn_target": {"target": "NEW"},
    "matter": {"id": "another"},
    "plan": {"id": "00000000-0000-4000-8000-000000000000", "live": False},
    "tour": {"id": "another"},
    "visit": {"target": "NEW"},
    "visit_matter": {"matter": "another"},
    "role": {"id": "another"},
    "chance": {"inspector": "another"},
    "desk_member": {"inspector": "another"},
}
ONE_MORE_MEMBER = """
    INSERT INTO team_member
    SELECT chance.plan, role.id, role.half_day, chance.inspector
    FROM chance JOIN role ON role.plan = chance.plan AND role.id = chance.role
    WHERE NOT EXISTS (SELECT FROM team_member AS busy WHERE busy.plan = role.plan
                      AND busy.half_day = role.half_day AND busy.inspector = chance.inspector) LIMIT 1
"""
COMMIT = """
    INSERT INTO commitment (draw, party, commitment, committed_at)
    SELECT id, convert_from(content, 'UTF8')::jsonb -> 'parties' ->> 0, $1, now()
    FROM draw JOIN draw_file ON draw_file.draw = draw.id AND name = 'head.json'
"""
COLUMNS = """
    SELECT relname AS table, attname AS column FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY($1) AND attnum > 0 AND NOT attisdropped
"""
MOVE_ON = "UPDATE round SET stage = $2 WHERE id = $1"


@pytest.fixture
def world(pool: Pool) -> Services:
    return world_of(pool)


async def refused(world: Services, statement: str, *values: object, why: str = "permission denied") -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match=why):
        async with transaction(world.pool, WORKER) as db:
            await db.execute(statement, *values)


async def test_a_round_is_not_set_back_to_be_deleted(world: Services) -> None:
    round_ = await drawn(world)
    for stage in (Stage.FROZEN, Stage.COLLECTED):
        await refused(world, MOVE_ON, round_, stage, why="does not go from")
    await refused(world, "DELETE FROM round WHERE id = $1", round_, why="has a draw on the record")
    assert await stage_of(world.pool, round_) is Stage.DRAWN


async def test_a_round_leaves_out_no_stage(world: Services) -> None:
    round_ = await frozen(world)
    for stage in (Stage.PLANNED, Stage.LOTS_FROZEN, Stage.DISPATCHED):
        await refused(world, MOVE_ON, round_, stage, why="does not go from")


async def test_a_dispatched_round_goes_nowhere(world: Services) -> None:
    round_ = await dispatched(world)
    for stage in set(Stage) - {Stage.DISPATCHED}:
        await refused(world, MOVE_ON, round_, stage, why="does not go from")


async def test_a_round_does_not_turn_into_a_rehearsal_or_another_round(world: Services) -> None:
    await drawn(world)
    for change in (f"rehearsal_seed = '{SEED}'", "code = 'another'", "id = gen_random_uuid()", "created_at = now()"):
        await refused(world, f"UPDATE round SET {change}")  # noqa: S608 - one of the changes above


async def test_a_round_does_not_begin_half_way(world: Services) -> None:
    begun = """
        INSERT INTO round (id, code, settings, content_digest, stage)
        VALUES (gen_random_uuid(), 'half-way', '{}', repeat('0', 64), 'dispatched')
    """
    await refused(world, begun)


async def test_the_settings_of_a_round_stand_once_its_names_are_fixed(world: Services) -> None:
    await frozen(world)
    await refused(world, "UPDATE round SET settings = '{}'", why="has its names fixed")
    await refused(world, "UPDATE round SET content_digest = repeat('0', 64)", why="has its names fixed")


@pytest.mark.parametrize("stage", DrawStage)
async def test_no_secret_is_changed_once_it_is_revealed(world: Services, stage: DrawStage) -> None:
    await dispatched(world)
    for change in ("repeat('0', 64)", "NULL, revealed_at = NULL"):
        changed = f"UPDATE commitment SET secret = {change} WHERE draw = (SELECT id FROM draw WHERE stage = $1)"  # noqa: S608 - one of both
        await refused(world, changed, stage.value, why="is revealed")


async def test_no_secret_is_changed_between_its_reveal_and_the_draw(world: Services) -> None:
    round_ = await frozen(world)
    await commit_and_reveal(world, WORKER, await stored(world.pool, round_), DrawStage.TARGETS)
    await refused(world, "UPDATE commitment SET secret = repeat('0', 64)", why="is revealed")


async def test_nobody_commits_to_a_draw_that_was_held(world: Services) -> None:
    await drawn(world, seed=SEED)  # a rehearsal, which no party has committed to
    await refused(world, COMMIT, "0" * 64, why="has ended")


async def test_a_commitment_stays_and_comes_without_its_secret(world: Services) -> None:
    await frozen(world)
    async with transaction(world.pool, WORKER) as db:
        await db.execute(COMMIT, "0" * 64)
    for change in ("commitment = repeat('1', 64)", "party = 'another'", "committed_at = now()"):
        await refused(world, f"UPDATE commitment SET {change}")  # noqa: S608 - one of the changes above
    await refused(world, "DELETE FROM commitment")
    at_once = """
        INSERT INTO commitment (draw, party, commitment, committed_at, secret, revealed_at)
        SELECT id, 'another', repeat('2', 64), now(), repeat('3', 64), now() FROM draw
    """
    await refused(world, at_once)


async def test_a_late_secret_of_an_ended_draw_is_refused(world: Services) -> None:
    round_ = await frozen(world)
    async with transaction(world.pool, WORKER) as db:
        await db.execute(COMMIT, "0" * 64)
        await db.execute("UPDATE draw SET state = 'void', void_reason = 'x', transcript = '' WHERE round = $1", round_)
    await refused(world, "UPDATE commitment SET secret = repeat('1', 64), revealed_at = now()", why="has ended")


async def test_a_fixed_draw_changes_by_ending_only(world: Services) -> None:
    await frozen(world)
    for change in ("document_digest = repeat('0', 64)", "fixed_at = now()", "attempt = 2", "round = gen_random_uuid()"):
        await refused(world, f"UPDATE draw SET {change}")  # noqa: S608 - one of the changes above
    await refused(world, "UPDATE draw SET seed = repeat('0', 64)", why="is not allowed")
    await refused(world, "UPDATE draw SET fixed_in = pg_current_xact_id()")


@pytest.mark.parametrize("arranged", [frozen, drawn], ids=["fixed", "held"])
async def test_no_file_is_added_to_a_fixed_draw(world: Services, arranged: Arranged) -> None:
    await arranged(world)
    await refused(world, "INSERT INTO draw_file SELECT id, 'plan.json', '' FROM draw", why="is fixed")


async def test_nothing_decided_is_rewritten_or_removed(world: Services) -> None:
    await dispatched(world)
    before = await contents(world.pool)
    for table in WRITTEN_ONCE:
        await refused(world, f'DELETE FROM "{table}"')  # noqa: S608 - a name from above
    async with transaction(world.pool, WORKER) as db:
        columns = await db.fetch(COLUMNS, WRITTEN_ONCE)
    assert {row["table"] for row in columns} == set(WRITTEN_ONCE)
    for table, column in columns:
        why = "is not replaced now" if (table, column) == ("plan", "live") else "permission denied"
        await refused(world, f'UPDATE "{table}" SET "{column}" = "{column}"', why=why)  # noqa: S608 - from the catalog
    assert await contents(world.pool) == before


async def test_nothing_is_added_once_its_turn_is_over(world: Services) -> None:
    await dispatched(world)
    async with transaction(world.pool, WORKER) as db:
        await db.execute("INSERT INTO target (id, name, kind) VALUES ('NEW', '', '')")
        items = "SELECT DISTINCT ON (department) jsonb_populate_record(item, $1) AS one FROM inspection_item AS item"
        await db.execute(f"INSERT INTO inspection_item SELECT (one).* FROM ({items}) AS made", {"code": "NEW"})  # noqa: S608 - constant
    for table, difference in ONE_MORE.items():
        one_more = f'INSERT INTO "{table}" SELECT (jsonb_populate_record(t, $1)).* FROM "{table}" AS t LIMIT 1'  # noqa: S608 - from above
        await refused(world, one_more, difference, why=f"nothing is added to {table} ")
    await refused(world, ONE_MORE_MEMBER, why="nothing is added")


async def test_nobody_is_sent_before_the_lots_are_fixed(world: Services) -> None:
    await planned(world)
    await refused(world, ONE_MORE_MEMBER, why="nothing is added")
    await refused(
        world, "INSERT INTO chance SELECT plan, role, 'another', 1 FROM chance LIMIT 1", why="nothing is added"
    )


@pytest.mark.parametrize("arranged", [collected, frozen, drawn, planned])
async def test_a_rehearsal_is_deleted_and_repeated_at_any_stage(world: Services, arranged: Arranged) -> None:
    first = await arranged(world, seed=SEED)
    again = await arranged(world, seed=SEED)
    async with transaction(world.pool, WORKER) as db:
        assert [each.id for each in await rounds.rounds(db)] == [again]
    assert first != again


async def test_a_plan_is_not_replaced_once_its_lots_are_fixed(world: Services) -> None:
    round_ = await planned(world)
    await refused(world, "UPDATE plan SET live = false", why="is replaced by none")
    await fix_plan(world, CONSOLE, round_)
    await refused(world, "UPDATE plan SET live = false", why="is not replaced now")
    spare = "INSERT INTO plan (id, round, live, document) VALUES (gen_random_uuid(), $1, false, '')"
    await refused(world, spare, round_, why="nothing is added")


async def test_nothing_handed_in_goes_once_the_names_are_fixed(world: Services) -> None:
    round_ = await frozen(world)
    await refused(world, "DELETE FROM submission WHERE round = $1", round_, why="has its names fixed")
    await refused(world, "UPDATE submission SET content = ''")
    again = await collected(world, seed=SEED)
    async with transaction(world.pool, WORKER) as db:
        assert await execute(db, "DELETE FROM submission WHERE round = $1", again) == len(small().workbooks)
