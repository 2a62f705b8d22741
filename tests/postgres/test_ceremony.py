"""Draws held by their parties: every step at its time, by whom it belongs to, once; recomputable by anyone after."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace
from support.ceremonies import COORDINATING, FIRE, LASTS, OTHERS, PARTIES, Hall, a_hall
from support.databases import Database, connected
from support.people import a_person
from support.rounds import collected, contents, frozen, small, trail, with_cells, with_code
from support.rounds import stored as stored_round
from support.rounds import world as world_of

from coordinator.actions.ceremonies import close_commitments, commit, fix_together, reveal
from coordinator.actions.ceremony_ends import (
    confirm_to_hold,
    declare_attempt_void,
    propose_to_hold,
    withdraw_proposal,
)
from coordinator.actions.collecting import collect_round
from coordinator.actions.delivering import deliver_round
from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.target_draws import hold_target_draw
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import CONSOLE, WORKER, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal, TooLate
from coordinator.domain.rounds import Beacon
from coordinator.storage import draws
from coordinator.storage.connection import Connection, Pool, transaction
from coordinator.storage.draws import DrawState
from coordinator.storage.rounds import StoredRound
from solver.chance.document import identify
from solver.chance.head import Stage, read_head
from solver.chance.identifiers import Party
from solver.chance.seed import commitment
from solver.chance.transcript import read_transcript
from solver.chance.verify import Verified, verify

TARGETS, TEAMS = Stage.TARGETS, Stage.TEAMS
NOON = datetime(2026, 2, 25, 12, tzinfo=LOCAL_TIME)
EVENT = NOON + timedelta(hours=2)
FIRST, SECOND = OTHERS


@pytest.fixture
async def hall(pool: Pool) -> Hall:
    return await a_hall(world_of(pool), NOON)


async def refused(hall: Hall, kind: type[Refusal], step: Awaitable[None], *, why: str | None = None) -> None:
    """Try a step that must be refused, and leave nothing behind."""
    before = await contents(hall.services.pool)
    with pytest.raises(kind, match=why):
        await step
    assert await contents(hall.services.pool) == before


async def verified(hall: Hall, round_: UUID, stage: Stage) -> Verified:
    draw = await hall.draw(round_, stage)
    assert draw.transcript is not None
    verdict = verify(draw.transcript, await hall.files(round_, stage))
    assert verdict.holds, verdict.failure
    assert verdict.verified is not None
    return verdict.verified


def with_beacon() -> RoundFolder:
    folder = with_code(small(), "with a beacon")
    beacon = Beacon(source="福彩3D", when=EVENT, pattern="^[0-9]{3}$")
    return replace(folder, settings=replace(folder.settings, draw=replace(folder.settings.draw, beacon=beacon)))


async def test_three_parties_hold_both_draws_and_anyone_recomputes_them(hall: Hall, tmp_path: Path) -> None:
    round_ = await collected(hall.services)
    assert len(PARTIES) == 3
    await hall.draws(round_, TARGETS)
    assert await hall.stage(round_) == "drawn"
    await hall.plans(round_)
    await hall.draws(round_, TEAMS)
    assert await hall.stage(round_) == "teams_drawn"
    for stage in Stage:
        found = await verified(hall, round_, stage)
        assert found.head.parties == PARTIES
        assert (found.out, found.silent, found.void) == ((), (), "")
        assert not found.single_operator
    out = tmp_path / "out"
    _, words = await deliver_round(hall.services, CONSOLE, round_, out, {})
    assert "不能证明种子未经挑选" not in "".join(words)
    told = await trail(hall.services.pool)
    assert told.count("secret_committed") == told.count("secret_revealed") == 2 * len(PARTIES)
    assert told.count("act_proposed") == told.count("act_confirmed") == told.count("secrets_revealed") == 2
    draw = await hall.draw(round_, TARGETS)
    assert read_transcript(draw.transcript or b"").times["by"] == "王力、王力"


async def test_a_party_acts_for_itself_and_coordinators_for_theirs(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    own = await hall.commitment(round_, TARGETS, FIRST)
    await commit(hall.services, hall.liaisons[SECOND].who.actor, round_, TARGETS, own)
    await commit(hall.services, hall.second.who.actor, round_, TARGETS, "c" * 64)
    async with transaction(hall.services.pool, WORKER) as db:
        given = await draws.commitments(db, (await hall.draw(round_, TARGETS)).id)
    assert {each.party: each.commitment for each in given} == {SECOND: own, COORDINATING: "c" * 64}
    stranger = await a_person(hall.services, "stranger", Office.DEPARTMENT, "另一个局")
    cooperating = await a_person(hall.services, "fire", Office.DEPARTMENT, FIRE)
    inspector = await a_person(hall.services, "inspector", Office.INSPECTOR, FIRST)
    supervisor = await a_person(hall.services, "supervisor", Office.SUPERVISOR)
    published = "d" * 64
    await refused(hall, NotFound, commit(hall.services, stranger.who.actor, round_, TARGETS, published))
    for person in (cooperating, inspector, supervisor):
        await refused(hall, NotPermitted, commit(hall.services, person.who.actor, round_, TARGETS, published))


async def test_nothing_is_done_out_of_turn(hall: Hall) -> None:
    round_ = await collected(hall.services)
    services, first, liaison = hall.services, hall.first.who.actor, hall.party(FIRST)
    await refused(hall, NotFound, commit(services, liaison, round_, TARGETS, "a" * 64))
    await refused(hall, TooLate, fix_together(services, first, round_, TEAMS, LASTS))
    await refused(hall, NotPermitted, fix_together(services, liaison, round_, TARGETS, LASTS))
    for lasts in (timedelta(minutes=1), timedelta(days=30)):
        await refused(hall, Invalid, fix_together(services, first, round_, TARGETS, lasts))
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS, FIRST)
    await refused(hall, TooLate, hall.reveals(round_, TARGETS, FIRST), why="没有提交承诺")
    await refused(hall, TooLate, propose_to_hold(services, first, round_, TARGETS, ""))
    await refused(hall, TooLate, close_commitments(services, first, round_, TARGETS), why="不到两方")
    await refused(hall, Conflict, commit(services, liaison, round_, TARGETS, "a" * 64), why="第二份")
    await hall.commits(round_, TARGETS)
    await refused(hall, Conflict, reveal(services, liaison, round_, TARGETS, "a" * 64), why="不符")
    await refused(hall, Invalid, reveal(services, liaison, round_, TARGETS, "short"))
    await hall.reveals(round_, TARGETS, FIRST)
    await refused(hall, TooLate, propose_to_hold(services, first, round_, TARGETS, ""))
    await refused(hall, TooLate, declare_attempt_void(services, first, round_, TARGETS, "想再抽一次"))
    await refused(hall, Conflict, reveal(services, liaison, round_, TARGETS, "a" * 64), why="已经公布过")


async def test_a_second_press_of_any_button_has_one_effect(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS)
    await propose_to_hold(hall.services, hall.first.who.actor, round_, TARGETS, "")
    before = await contents(hall.services.pool)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS)
    await close_commitments(hall.services, hall.first.who.actor, round_, TARGETS)
    for person in (hall.first, hall.second):
        await propose_to_hold(hall.services, person.who.actor, round_, TARGETS, "")
    assert await contents(hall.services.pool) == before
    seen = (await hall.proposal(round_, TARGETS)).id
    await confirm_to_hold(hall.services, hall.second.who.actor, round_, TARGETS, seen)
    before = await contents(hall.services.pool)
    await confirm_to_hold(hall.services, hall.second.who.actor, round_, TARGETS, seen)
    assert await contents(hall.services.pool) == before


async def test_a_commitment_is_nobody_elses_and_no_secret_serves_twice(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS, FIRST)
    copied = await hall.commitment(round_, TARGETS, FIRST)
    await refused(hall, Conflict, commit(hall.services, hall.party(SECOND), round_, TARGETS, copied))
    await hall.commits(round_, TARGETS, *PARTIES)
    await hall.reveals(round_, TARGETS)
    used = await hall.secret(round_, TARGETS, FIRST)
    other = await collected(hall.services, with_code(small(), "another"))
    await hall.fixes(other)
    document = identify(await hall.files(other, TARGETS))
    await commit(hall.services, hall.party(FIRST), other, TARGETS, commitment(document, Party(FIRST), used))
    await hall.commits(other, TARGETS, *(each for each in PARTIES if each != FIRST))
    await refused(hall, Conflict, reveal(hall.services, hall.party(FIRST), other, TARGETS, used), why="用过")


async def test_who_has_not_committed_when_the_list_closes_is_out(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS, COORDINATING, FIRST)
    await close_commitments(hall.services, hall.first.who.actor, round_, TARGETS)
    await refused(hall, TooLate, hall.commits(round_, TARGETS, SECOND))
    await hall.reveals(round_, TARGETS, COORDINATING, FIRST)
    await refused(hall, Conflict, hall.reveals(round_, TARGETS, SECOND))
    await hall.holds(round_, TARGETS)
    assert (await verified(hall, round_, TARGETS)).out == tuple(
        each for each in PARTIES if each not in {COORDINATING, FIRST}
    )


async def test_without_a_beacon_a_silent_party_voids_the_attempt_and_the_next_goes_on_without_it(
    hall: Hall, tmp_path: Path
) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS, *(each for each in PARTIES if each != FIRST))
    first = hall.first.who.actor
    hall.clock.passes(LASTS + timedelta(seconds=1))
    await refused(hall, Conflict, hall.reveals(round_, TARGETS, FIRST), why="截止时间")
    await refused(hall, TooLate, propose_to_hold(hall.services, first, round_, TARGETS, ""), why="抽不成")
    await refused(hall, Invalid, declare_attempt_void(hall.services, first, round_, TARGETS, " "))
    await declare_attempt_void(hall.services, first, round_, TARGETS, "一方没有公布秘密")
    void, files = await hall.draw(round_, TARGETS), await hall.files(round_, TARGETS)
    assert (void.state, void.void_reason) == (DrawState.VOID, "一方没有公布秘密")
    assert (await verified(hall, round_, TARGETS)).void
    await hall.fixes(round_)
    again = await hall.files(round_, TARGETS)
    assert {name for name in files if files[name] != again[name]} == {"head.json"}
    head = read_head(again["head.json"])
    assert (head.attempt, head.previous) == (2, void.transcript_digest)
    assert head.parties == tuple(each for each in PARTIES if each != FIRST)
    await hall.commits(round_, TARGETS, *head.parties)
    await hall.reveals(round_, TARGETS, *head.parties)
    await hall.holds(round_, TARGETS)
    assert (await verified(hall, round_, TARGETS)).head.attempt == 2
    await hall.plans(round_)
    await hall.draws(round_, TEAMS)
    out = tmp_path / "out"
    await deliver_round(hall.services, CONSOLE, round_, out, {})
    kept = out / "draws" / "targets" / "void-1"
    assert (kept / "transcript.json").read_bytes() == void.transcript
    assert verify((kept / "transcript.json").read_bytes(), {name: (kept / name).read_bytes() for name in files}).holds


async def test_a_draw_of_its_parties_is_not_taken_over_by_one_operator(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    stored = await stored_round(hall.services.pool, round_)
    await refused(hall, Conflict, _made_by_one(hall, stored), why="共同抽取")
    await refused(hall, Conflict, hold_target_draw(hall.services, CONSOLE, round_, ""), why="共同抽取")
    await declare_attempt_void(hall.services, hall.first.who.actor, round_, TARGETS, "会场停电")
    await refused(hall, Conflict, _made_by_one(hall, stored), why="共同抽取")


async def test_parties_do_not_take_over_a_draw_of_one_operator(hall: Hall) -> None:
    round_ = await frozen(hall.services)
    await refused(hall, Conflict, hall.commits(round_, TARGETS, FIRST), why="命令行")
    await refused(hall, Conflict, propose_to_hold(hall.services, hall.first.who.actor, round_, TARGETS, ""))


async def test_before_anyone_reveals_an_attempt_may_be_given_up_with_its_reason(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS, FIRST)
    await declare_attempt_void(hall.services, hall.first.who.actor, round_, TARGETS, "会场停电")
    await hall.draws(round_, TARGETS)
    found = await verified(hall, round_, TARGETS)
    assert (found.head.attempt, found.head.parties) == (2, PARTIES), "nobody was silent"


async def test_with_a_beacon_nothing_is_drawn_before_its_event_and_silence_stops_nobody(hall: Hall) -> None:
    round_ = await collected(hall.services, with_beacon())
    await hall.fixes(round_)
    head = read_head((await hall.files(round_, TARGETS))["head.json"])
    assert head.beacon is not None
    await hall.commits(round_, TARGETS)
    speaking = tuple(each for each in PARTIES if each != FIRST)
    await hall.reveals(round_, TARGETS, *speaking)
    first = hall.first.who.actor
    hall.clock.passes(LASTS + timedelta(seconds=1))
    early = "还没有发生"
    await refused(hall, TooLate, propose_to_hold(hall.services, first, round_, TARGETS, "123"), why=early)
    await refused(hall, TooLate, declare_attempt_void(hall.services, first, round_, TARGETS, "不要了"))
    hall.clock.now = EVENT
    for wrong in ("", "12", "１２３"):
        await refused(hall, Invalid, propose_to_hold(hall.services, first, round_, TARGETS, wrong))
    await hall.holds(round_, TARGETS, " 123 ")
    found = await verified(hall, round_, TARGETS)
    assert found.silent == (FIRST,)
    assert (await hall.draw(round_, TARGETS)).beacon == "123"


async def test_an_event_that_came_before_fixing_is_refused(hall: Hall) -> None:
    round_ = await collected(hall.services, with_beacon())
    hall.clock.now = EVENT
    await refused(hall, Invalid, hall.fixes(round_), why="已经发生")


async def test_an_outcome_that_was_corrected_is_not_confirmed_in_the_place_of_the_one_seen(hall: Hall) -> None:
    round_ = await collected(hall.services, with_beacon())
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS)
    hall.clock.now = EVENT
    first, second = hall.first.who.actor, hall.second.who.actor
    await propose_to_hold(hall.services, first, round_, TARGETS, "123")
    seen = (await hall.proposal(round_, TARGETS)).id
    await propose_to_hold(hall.services, first, round_, TARGETS, "124")
    await refused(hall, Conflict, confirm_to_hold(hall.services, second, round_, TARGETS, seen))
    await withdraw_proposal(hall.services, second, round_, TARGETS)
    await refused(hall, TooLate, confirm_to_hold(hall.services, second, round_, TARGETS, seen))


async def test_what_was_fixed_is_neither_handed_in_anew_nor_rewritten_beneath_the_service(
    hall: Hall, owner: Connection
) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    changed = with_cells(small(), "抽查事项清单", "取用水监督检查", "取用水检查")
    assert changed != small()
    await refused(hall, Conflict, _collect(hall, changed))
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS)
    await owner.execute("SELECT set_config('onedoor.office', 'coordinator', false)")
    await owner.execute("UPDATE draw_file SET content = substr(content, 1, 0) WHERE name = 'frame.tsv'")
    await propose_to_hold(hall.services, hall.first.who.actor, round_, TARGETS, "")
    seen = (await hall.proposal(round_, TARGETS)).id
    second = hall.second.who.actor
    await refused(hall, Conflict, confirm_to_hold(hall.services, second, round_, TARGETS, seen), why="改动")


async def test_parties_that_commit_and_reveal_at_once_all_stand(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await asyncio.gather(*(hall.commits(round_, TARGETS, each) for each in (*PARTIES, *PARTIES)))
    await asyncio.gather(*(hall.reveals(round_, TARGETS, each) for each in (*PARTIES, *PARTIES)))
    told = await trail(hall.services.pool)
    assert told.count("secret_committed") == told.count("secret_revealed") == len(PARTIES)
    assert told.count("secrets_revealed") == 1
    await hall.holds(round_, TARGETS)
    await verified(hall, round_, TARGETS)


async def test_whoever_presses_together_the_draw_is_held_once(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS)
    third = await a_person(hall.services, "sun")
    everyone = [person.who.actor for person in (hall.first, hall.second, third)]
    await asyncio.gather(*(propose_to_hold(hall.services, each, round_, TARGETS, "") for each in everyone * 2))
    proposal = await hall.proposal(round_, TARGETS)
    confirmers = [each for each in everyone if each.id != str(proposal.proposer)]
    await asyncio.gather(
        *(confirm_to_hold(hall.services, each, round_, TARGETS, proposal.id) for each in confirmers * 3)
    )
    told = await trail(hall.services.pool)
    assert [told.count(each) for each in ("act_proposed", "act_confirmed", "draw_held", "targets_drawn")] == [1] * 4
    await verified(hall, round_, TARGETS)


async def test_a_connection_that_dies_while_the_draw_is_held_leaves_it_to_be_held_again(
    hall: Hall, database: Database
) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS)
    await propose_to_hold(hall.services, hall.first.who.actor, round_, TARGETS, "")
    proposal = await hall.proposal(round_, TARGETS)
    before = await contents(hall.services.pool)
    second = hall.second.who.actor
    async with transaction(hall.services.pool, WORKER) as db:
        await db.execute("SELECT FROM round WHERE id = $1 FOR NO KEY UPDATE", round_)
        holding = asyncio.create_task(confirm_to_hold(hall.services, second, round_, TARGETS, proposal.id))
        await _kill_who_waits_for(db, database)
        with pytest.raises(Refusal):
            await holding
    assert await contents(hall.services.pool) == before
    await confirm_to_hold(hall.services, second, round_, TARGETS, proposal.id)
    await verified(hall, round_, TARGETS)


async def test_a_rehearsal_is_held_by_two_with_its_given_seed_whoever_has_committed(hall: Hall) -> None:
    round_ = await collected(hall.services, seed="5" * 64)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS, FIRST)
    first = hall.first.who.actor
    await refused(hall, Conflict, declare_attempt_void(hall.services, first, round_, TARGETS, "演练"))
    await hall.holds(round_, TARGETS)
    found = await verified(hall, round_, TARGETS)
    assert found.rehearsal
    assert (await hall.draw(round_, TARGETS)).seed == "5" * 64


async def _made_by_one(hall: Hall, stored: StoredRound) -> None:
    await commit_and_reveal(hall.services, CONSOLE, stored, TARGETS)


async def _collect(hall: Hall, folder: RoundFolder) -> None:
    await collect_round(hall.services, CONSOLE, folder, None)


async def _kill_who_waits_for(db: Connection, database: Database) -> None:
    """End whichever connection waits for this one, once one does."""
    mine = await db.fetchval("SELECT pg_backend_pid()")
    blocked = "SELECT pid FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))"
    async with connected(database.superuser_url) as superuser, asyncio.timeout(20):
        while (pid := await superuser.fetchval(blocked, mine)) is None:  # noqa: ASYNC110 - no bell rings for this
            await asyncio.sleep(0.05)
        await superuser.execute("SELECT pg_terminate_backend($1)", pid)
