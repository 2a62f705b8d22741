"""What programs do through the client: hand in, have papers approved, write letters; each as its owner may on pages."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from support import rounds
from support.programs import Program, programs
from support.rounds import WATER, small, teams_drawn, trail
from support.web import BEFORE, Stored, World, at, dispatched_database, world_like

from connectors.client import types
from coordinator.actions.beginning import begin_round
from coordinator.actions.opening import open_letter
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import CONSOLE, GATE, Office
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import LetterShut
from coordinator.domain.ids import DepartmentId
from coordinator.domain.letters import MOST_TRIES
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool, transaction

COLLECTING = datetime(2026, 2, 12, 9, tzinfo=LOCAL_TIME)
OTHER = small().settings.round.coordinator
BOOK = small().originals[f"{WATER}.xlsx"]
NUMBER = "某双随机办〔2026〕3号"


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield made


async def begun(services: Services) -> UUID:
    books = "\n".join(book.file.removesuffix(".xlsx") for book in small().workbooks)
    return await begin_round(services, CONSOLE, uuid4(), settings_file(small().settings), "2026-02-25", books)


async def test_a_workbook_is_tried_handed_in_and_undone(pool: Pool) -> None:
    services = at(rounds.world(pool), COLLECTING)
    round_, key = await begun(services), str(uuid4())
    async with programs(services) as all_:
        water, other = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, OTHER)
        template = await water.asks(lambda onedoor: onedoor.template(round_))
        assert template.startswith(b"PK")
        tries = [
            await water.asks(lambda onedoor: onedoor.try_workbook(round_, "上报.xlsx", BOOK, key=key)) for _ in range(2)
        ]
        tried = tries[0]
        assert tries[0] == tries[1], "tried once for its key"
        assert (tried.step, tried.department, tried.file) == (types.HandInStep.tried, WATER, "上报.xlsx")
        assert tried.kept_rows > 40
        assert OTHER in tried.awaits
        assert {each.sheet for each in tried.changes} >= {"抽查事项清单", "检查对象名录"}
        listed = await water.asks(lambda onedoor: onedoor.hand_ins(round_))
        assert [(each.department, each.state) for each in listed] == [(WATER, types.HandInState.missing)]
        if tried.faults:
            assert await water.is_refused(lambda onedoor: onedoor.hand_in(round_, tried.id)) == (409, "conflict")
        for _ in range(2):
            done = await water.asks(lambda onedoor: onedoor.hand_in(round_, tried.id, with_faults=True))
            assert done.step == types.HandInStep.handed_in
        assert (await trail(pool)).count("submission_taken_in") == 1
        returned = await water.asks(lambda onedoor: onedoor.returned_workbook(round_, tried.id))
        assert returned.startswith(b"PK")
        for asking in (
            lambda onedoor: onedoor.hand_in(round_, tried.id),
            lambda onedoor: onedoor.undo_hand_in(round_, tried.id),
            lambda onedoor: onedoor.returned_workbook(round_, tried.id),
        ):
            assert await other.is_refused(asking) == (404, "not-found")
        for _ in range(2):
            undone = await water.asks(lambda onedoor: onedoor.undo_hand_in(round_, tried.id))
            assert undone.step == types.HandInStep.undone
        assert (await trail(pool)).count("submission_undone") == 1


async def test_a_file_that_cannot_be_used_and_anothers_are_refused_with_words(pool: Pool) -> None:
    services = at(rounds.world(pool), COLLECTING)
    round_ = await begun(services)
    async with programs(services) as all_:
        water, supervisor = await all_.of(Office.DEPARTMENT), await all_.of(Office.SUPERVISOR)
        for content in (b"", b"no workbook", BOOK[:1000]):
            refused = await water.is_refused(lambda onedoor, each=content: onedoor.try_workbook(round_, "x.xlsx", each))
            assert refused == (422, "invalid")
        theirs = small().originals[f"{OTHER}.xlsx"]
        assert (await water.is_refused(lambda onedoor: onedoor.try_workbook(round_, "x.xlsx", theirs)))[0] == 403
        assert (await supervisor.is_refused(lambda onedoor: onedoor.try_workbook(round_, "x.xlsx", BOOK)))[0] == 403


async def test_papers_are_drawn_up_by_one_and_decided_by_another(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    round_ = await teams_drawn(services)
    async with programs(services) as all_:
        clerk, head = await all_.of(Office.COORDINATOR), await all_.of(Office.COORDINATOR)
        drawn_up = await clerk.asks(lambda onedoor: onedoor.draw_up_papers(round_))
        assert drawn_up.decision is None
        seen = drawn_up.digest
        assert await clerk.is_refused(lambda onedoor: onedoor.draw_up_papers(round_)) == (409, "conflict")
        assert (await clerk.is_refused(lambda onedoor: onedoor.approve(round_, seen, NUMBER)))[0] == 403
        assert await head.is_refused(lambda onedoor: onedoor.approve(round_, "0" * 64, NUMBER)) == (409, "conflict")
        assert await head.is_refused(lambda onedoor: onedoor.approve(round_, seen, "")) == (422, "invalid")
        returned = await head.asks(lambda onedoor: onedoor.return_papers(round_, seen, "日期不对"))
        assert returned.decision == types.Decision.returned
        again = await clerk.asks(lambda onedoor: onedoor.draw_up_papers(round_))
        key = str(uuid4())
        for _ in range(2):
            decided = await head.asks(lambda onedoor: onedoor.approve(round_, again.digest, NUMBER, key=key))
            assert decided.decision == types.Decision.approved
        found = await head.asks(lambda onedoor: onedoor.approvals(round_))
        for office in (Office.DEPARTMENT, Office.SUPERVISOR):
            stranger = await all_.of(office)
            assert (await stranger.is_refused(lambda onedoor: onedoor.draw_up_papers(round_)))[0] == 403
            assert (await stranger.is_refused(lambda onedoor: onedoor.approve(round_, seen, NUMBER)))[0] == 403
    assert [(each.issue, each.decision, each.number, each.reason) for each in found] == [
        (2, types.Decision.approved, NUMBER, None),
        (1, types.Decision.returned, None, "日期不对"),
    ]
    assert (await trail(pool)).count("papers_approved") == 1


async def test_letters_are_written_once_opened_again_and_their_codes_are_kept_nowhere(world: World) -> None:
    told, key, pool = announcements(await world.dispatch()), str(uuid4()), world.services.pool
    async with programs(world.services) as all_:
        office, supervisor = await all_.of(Office.COORDINATOR), await all_.of(Office.SUPERVISOR)
        written = await office.asks(lambda onedoor: onedoor.issue_letters(world.round, key=key))
        assert {each.target for each in written} == told.keys()
        repeated = await office.is_refused(lambda onedoor: onedoor.issue_letters(world.round, key=key))
        assert repeated == (409, "given-once")
        assert await office.is_refused(lambda onedoor: onedoor.issue_letters(world.round)) == (409, "conflict")
        one = written[0]
        await open_letter(world.services, one.number, one.code)
        for _ in range(MOST_TRIES):
            with pytest.raises(LetterShut):
                await open_letter(world.services, one.number, "00000000")
        assert await state_of(office, world, one.id) == "locked"
        assert (await supervisor.is_refused(lambda onedoor: onedoor.reopen_letter(one.id)))[0] == 403
        await office.asks(lambda onedoor: onedoor.reopen_letter(one.id))
        await open_letter(world.services, one.number, one.code)
        (renewed,) = await office.asks(lambda onedoor: onedoor.renew_letter(one.id))
        assert (renewed.target, await state_of(office, world, one.id)) == (one.target, "withdrawn")
        await office.asks(lambda onedoor: onedoor.withdraw_letter(renewed.id))
        assert await office.is_refused(lambda onedoor: onedoor.withdraw_letter(renewed.id)) == (409, "conflict")
    codes = {each.code.encode() for each in (*written, renewed)}
    async with transaction(pool, GATE) as db:
        kept = [row["content"] for row in await db.fetch("SELECT content FROM program_request")]
    assert len(kept) > 3
    assert not [content for content in kept if content and any(code in content for code in codes)]


async def test_a_department_writes_to_the_firms_that_it_visits(world: World) -> None:
    async with programs(world.services) as all_:
        water, other = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, DepartmentId("禾川县林业局"))
        written = await water.asks(lambda onedoor: onedoor.issue_letters(world.round))
        listed = await water.asks(lambda onedoor: onedoor.letters(world.round))
        assert {each.id for each in listed} == {each.id for each in written}
        assert all(WATER in each.departments for each in listed)
        assert await other.is_refused(lambda onedoor: onedoor.letters(world.round)) == (404, "not-found")
        assert await other.is_refused(lambda onedoor: onedoor.reopen_letter(written[0].id)) == (404, "not-found")


async def state_of(program: Program, world: World, letter: str) -> str:
    found = await program.asks(lambda onedoor: onedoor.letters(world.round))
    return next(each.state for each in found if each.id == letter)
