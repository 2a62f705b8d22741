"""The steps of both draws: each taken once and in its order, recomputable from what is stored, final once ended."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import replace
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
    trail,
    with_code,
)
from support.rounds import world as world_of

from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.lot_draws import fix_plan, hold_lots
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame, hold_target_draw
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import CONSOLE, WORKER, Actor
from coordinator.domain.errors import Invalid
from coordinator.domain.rounds import Beacon
from coordinator.storage import draws, plans, rounds
from coordinator.storage.connection import Connection, Pool, transaction
from coordinator.storage.draws import DrawState, StoredDraw
from coordinator.storage.rounds import Stage
from solver.chance.head import Stage as DrawStage
from solver.chance.transcript import read_transcript
from solver.chance.verify import verify
from solver.planning.reading import read_plan

CODE = small().settings.id
EVENT = datetime(2099, 1, 1, tzinfo=UTC)
# without an office the owner sees no rows, and would be refused nothing
AS_COORDINATOR = "SELECT set_config('onedoor.office', 'coordinator', false)"


class Arranged(Protocol):
    """Brings the small round to a stage; with a seed as a rehearsal."""

    async def __call__(self, services: Services, /, *, seed: str | None = None) -> UUID: ...


class Step(Protocol):
    """One button of a draw."""

    async def __call__(self, services: Services, actor: Actor, round_: UUID, /) -> None: ...


@pytest.fixture
def world(pool: Pool) -> Services:
    return world_of(pool)


async def draw_of(world: Services, round_: UUID, stage: DrawStage) -> StoredDraw:
    async with transaction(world.pool, WORKER) as db:
        found = await draws.standing_draw(db, round_, stage)
    assert found is not None
    return found


async def take_every_step(world: Services, round_: UUID) -> None:
    """Press every button of both draws, whatever the stage; planning is not one."""
    await fix_frame(world, CONSOLE, round_)
    await hold_target_draw(world, CONSOLE, round_, "")
    await fix_plan(world, CONSOLE, round_)
    await hold_lots(world, CONSOLE, round_)


async def test_each_step_leads_to_the_next_stage(world: Services) -> None:
    round_ = await collected(world)
    assert await stage_of(world.pool, round_) is Stage.COLLECTED
    await fix_frame(world, CONSOLE, round_)
    assert await stage_of(world.pool, round_) is Stage.FROZEN
    assert await stage_of(world.pool, await drawn(world)) is Stage.DRAWN


async def test_a_step_whose_turn_it_is_not_changes_nothing(world: Services) -> None:
    round_ = await collected(world)
    before = await contents(world.pool)
    for step in (fix_plan, hold_lots):
        await step(world, CONSOLE, round_)
    await hold_target_draw(world, CONSOLE, round_, "")
    assert await contents(world.pool) == before


async def test_a_finished_round_answers_every_step_with_what_it_is(world: Services) -> None:
    round_ = await dispatched(world)
    before = await contents(world.pool)
    await take_every_step(world, round_)
    for stage in DrawStage:
        await commit_and_reveal(world, CONSOLE, await stored(world.pool, round_), stage)
    assert await contents(world.pool) == before


async def test_a_target_draw_pressed_by_many_at_once_is_held_once(world: Services) -> None:
    round_ = await frozen(world)
    await commit_and_reveal(world, CONSOLE, await stored(world.pool, round_), DrawStage.TARGETS)
    await asyncio.gather(*(hold_target_draw(world, CONSOLE, round_, "") for _ in range(5)))
    assert (await trail(world.pool)).count("draw_held") == 1
    assert (await draw_of(world, round_, DrawStage.TARGETS)).state is DrawState.HELD


async def lots_fixed(world: Services, *, seed: str | None = None) -> UUID:
    round_ = await planned(world, seed=seed)
    await fix_plan(world, CONSOLE, round_)
    await commit_and_reveal(world, CONSOLE, await stored(world.pool, round_), DrawStage.TEAMS)
    return round_


@pytest.mark.parametrize(("arranged", "step"), [(collected, fix_frame), (planned, fix_plan), (lots_fixed, hold_lots)])
async def test_a_step_pressed_by_many_at_once_is_taken_once(world: Services, arranged: Arranged, step: Step) -> None:
    real, rehearsal = await arranged(world), await arranged(world, seed=SEED)
    before = len(await trail(world.pool))
    await step(world, CONSOLE, real)
    once = (await trail(world.pool))[before:]
    await asyncio.gather(*(step(world, CONSOLE, rehearsal) for _ in range(5)))
    assert once
    assert (await trail(world.pool))[before:] == [*once, *once]


async def test_every_party_has_one_fresh_secret_for_each_draw(world: Services) -> None:
    round_ = await dispatched(world)
    parties = {draw.stage: await commitments(world, round_, draw.stage) for draw in await both(world, round_)}
    assert {each.party for each in parties[DrawStage.TARGETS]} == {each.party for each in parties[DrawStage.TEAMS]}
    assert small().settings.round.coordinator in {each.party for each in parties[DrawStage.TARGETS]}
    secrets = [each.secret for stage in DrawStage for each in parties[stage]]
    assert None not in secrets
    assert len(set(secrets)) == len(secrets)


async def test_a_rehearsal_makes_no_secret_and_says_what_it_is(world: Services) -> None:
    round_ = await dispatched(world, seed=SEED)
    async with transaction(world.pool, WORKER) as db:
        assert await db.fetchval("SELECT count(*) FROM commitment") == 0
    for draw in await both(world, round_):
        transcript = read_transcript(draw.transcript or b"")
        assert transcript.rehearsal
        assert (transcript.seed, draw.seed) == (SEED, SEED)


async def test_anyone_can_recompute_both_draws_from_what_is_stored(world: Services) -> None:
    round_ = await dispatched(world)
    for draw in await both(world, round_):
        async with transaction(world.pool, WORKER) as db:
            files = await draws.files(db, draw.id)
        assert draw.transcript is not None
        verdict = verify(draw.transcript, files)
        assert verdict.holds, verdict


async def test_the_lots_rest_on_the_transcript_of_the_targets(world: Services) -> None:
    round_ = await dispatched(world)
    targets, teams = await both(world, round_)
    async with transaction(world.pool, WORKER) as db:
        head = (await draws.files(db, teams.id))["head.json"]
    assert targets.transcript_digest is not None
    assert f'"targets":"{targets.transcript_digest}"'.encode() in head


async def test_what_was_drawn_stands_in_rows_as_in_the_transcripts(world: Services) -> None:
    round_ = await dispatched(world)
    targets, teams = [read_transcript(draw.transcript or b"").result for draw in await both(world, round_)]
    async with transaction(world.pool, WORKER) as db:
        selected = {(str(each.task), each.target, each.batch) for each in await draws.drawn_targets(db, round_)}
        live = await plans.live_plan(db, round_)
        assert live is not None
        members = {(each.role, each.inspector) for each in await plans.members(db, live.id)}
    assert isinstance(targets, tuple)
    assert selected == {
        (str(each.entry), target, batch)
        for each in targets
        for target, batch in zip(each.selected, each.batches, strict=True)
    }
    assert isinstance(teams, dict)
    assert members == {(lot, inspector) for lot, inspectors in teams.items() for inspector in inspectors}
    lots = {role.id: role.need for tour in read_plan(live.document).tours for role in tour.roles}
    assert {lot: len(teams[lot]) for lot in lots} == lots


async def test_with_a_beacon_the_draw_takes_its_outcome_and_no_other_words(world: Services) -> None:
    round_ = await frozen(world, with_beacon())
    await commit_and_reveal(world, CONSOLE, await stored(world.pool, round_), DrawStage.TARGETS)
    before = await contents(world.pool)
    for wrong in ("", "12", "1234", "１２３"):
        with pytest.raises(Invalid):
            await hold_target_draw(world, CONSOLE, round_, wrong)
    assert await contents(world.pool) == before, "a refused outcome leaves nothing behind"
    await hold_target_draw(world, CONSOLE, round_, "123")
    assert (await draw_of(world, round_, DrawStage.TARGETS)).beacon == "123"


async def test_without_an_announced_beacon_none_is_taken(world: Services) -> None:
    round_ = await frozen(world)
    await commit_and_reveal(world, CONSOLE, await stored(world.pool, round_), DrawStage.TARGETS)
    with pytest.raises(Invalid):
        await hold_target_draw(world, CONSOLE, round_, "123")
    assert await stage_of(world.pool, round_) is Stage.FROZEN


async def test_a_round_without_a_task_to_draw_cannot_be_fixed(world: Services) -> None:
    folder = small()
    planless = replace(
        with_code(folder, "planless"),
        workbooks=tuple(
            replace(book, sheets=tuple(sheet for sheet in book.sheets if sheet.name not in {"抽查计划", "特别检查"}))
            for book in folder.workbooks
        ),
    )
    round_ = await collected(world, planless)
    before = await contents(world.pool)
    with pytest.raises(Invalid):
        await fix_frame(world, CONSOLE, round_)
    assert await contents(world.pool) == before


@pytest.mark.parametrize(
    "change", ["seed = repeat('0', 64)", "transcript = 'x'", "state = 'fixed'", "fixed_at = now()"]
)
async def test_an_ended_draw_is_changed_by_nobody(world: Services, owner: Connection, change: str) -> None:
    round_ = await drawn(world)
    statement = f"UPDATE draw SET {change} WHERE round = $1"  # noqa: S608 - one of the changes above
    await owner.execute(AS_COORDINATOR)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(statement, round_)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, CONSOLE) as db:
            await db.execute(statement, round_)


async def test_the_service_cannot_change_or_remove_a_fixed_document(world: Services) -> None:
    await frozen(world)
    for statement in ("UPDATE draw_file SET content = 'x'", "DELETE FROM draw_file", "DELETE FROM draw"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(world.pool, CONSOLE) as db:
                await db.execute(statement)


@pytest.mark.parametrize("arranged", [frozen, drawn, dispatched])
async def test_a_round_with_a_real_draw_is_deleted_by_nobody(
    world: Services, owner: Connection, arranged: Arranged
) -> None:
    round_ = await arranged(world)
    await owner.execute(AS_COORDINATOR)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("DELETE FROM round WHERE id = $1", round_)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, CONSOLE) as db:
            await db.execute("DELETE FROM round WHERE id = $1", round_)


async def test_a_rehearsal_goes_with_everything_that_came_of_it_and_leaves_the_real_round(world: Services) -> None:
    kept = ("audit_entry", "job")
    await dispatched(world)
    before = await contents(world.pool, but=kept)
    await dispatched(world, seed=SEED)
    assert await contents(world.pool, but=kept) != before
    async with transaction(world.pool, CONSOLE) as db:
        await rounds.delete_rehearsal(db, CODE, SEED)
    after = await contents(world.pool, but=kept)
    assert {table: len(rows) for table, rows in after.items()} == {table: len(rows) for table, rows in before.items()}
    assert after["draw"] == before["draw"]


def with_beacon() -> RoundFolder:
    folder = with_code(small(), "with a beacon")
    beacon = Beacon(source="福彩3D", when=EVENT, pattern="^[0-9]{3}$")
    return replace(folder, settings=replace(folder.settings, draw=replace(folder.settings.draw, beacon=beacon)))


async def both(world: Services, round_: UUID) -> tuple[StoredDraw, StoredDraw]:
    return await draw_of(world, round_, DrawStage.TARGETS), await draw_of(world, round_, DrawStage.TEAMS)


async def commitments(world: Services, round_: UUID, stage: DrawStage) -> list[draws.StoredCommitment]:
    draw = await draw_of(world, round_, stage)
    async with transaction(world.pool, WORKER) as db:
        return await draws.commitments(db, draw.id)
