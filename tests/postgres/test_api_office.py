"""Programs begin rounds, write the year's plan, ask and decide recusals, answer firms; each as on its owner's pages."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from uuid import uuid4

import pytest
from support import rounds
from support.programs import programs
from support.rounds import WATER, small, trail
from support.web import Stored, World, at, dispatched_database, world_like

from connectors.client import types
from coordinator.actions.firm_requests import ask
from coordinator.actions.letters import issue_letters
from coordinator.actions.opening import in_letter, open_letter
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import CONSOLE, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.firm_requests import RequestKind, Wish
from coordinator.domain.rounds import read_round
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool

COLLECTING = datetime(2026, 2, 12, 9, tzinfo=LOCAL_TIME)
BOOKS = [book.file.removesuffix(".xlsx") for book in small().workbooks]
LEADING = small().settings.round.coordinator
SETTINGS = settings_file(small().settings).decode()
LINE = types.LineWish(
    id="水-01",
    name="取水检查",
    kind=types.TaskKind.系统内,
    items="取水许可",
    targets="企业",
    ratio="5%",
    first_day=date(2026, 3, 2),
    last_day=date(2026, 6, 30),
    reason="年初报送",
)


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield made


def wish(settings: str = SETTINGS, due_on: date = date(2026, 2, 25)) -> types.RoundWish:
    return types.RoundWish(settings=settings, due_on=due_on, departments=BOOKS)


async def test_a_round_is_begun_once_departments_are_asked_and_settings_changed(pool: Pool) -> None:
    services, key = at(rounds.world(pool), COLLECTING), str(uuid4())
    async with programs(services) as all_:
        office = await all_.of(Office.COORDINATOR)
        first, second = [await office.asks(lambda onedoor: onedoor.begin_round(wish(), key=key)) for _ in range(2)]
        assert first == second, "begun once for its key"
        assert first.code == small().settings.round.id
        assert (await office.asks(lambda onedoor: onedoor.rounds()))[0].id == first.id
        later = types.AskWish(due_on=date(2026, 2, 26), departments=["禾川县档案馆"])
        asked = await office.asks(lambda onedoor: onedoor.ask(first.id, later))
        assert (asked.due_on, asked.departments) == (date(2026, 2, 26), sorted([*BOOKS, "禾川县档案馆"]))
        asked = await office.asks(lambda onedoor: onedoor.ask_no_more(first.id, "禾川县档案馆"))
        assert asked.departments == sorted(BOOKS)
        seen = await office.asks(lambda onedoor: onedoor.settings(first.id))
        assert read_round(seen.encode()) == small().settings
        changed = seen.replace(f'name = "{small().settings.round.name}"', 'name = "改了名称"')
        tried = await office.asks(lambda onedoor: onedoor.try_settings(first.id, changed, seen))
        assert [(each.words, each.after) for each in tried.changes] == [("名称", "改了名称")]
        assert await office.asks(lambda onedoor: onedoor.settings(first.id)) == seen, "tried alone"
        assert "改了名称" in await office.asks(lambda onedoor: onedoor.change_settings(first.id, changed, seen))
        other = seen.replace(f'name = "{small().settings.round.name}"', 'name = "又改"')
        stale = await office.is_refused(lambda onedoor: onedoor.change_settings(first.id, other, seen))
        assert stale == (409, "conflict"), "somebody changed them meanwhile"
    entries = await trail(pool)
    assert (entries.count("round_created"), entries.count("settings_changed")) == (1, 1)
    assert entries.count("department_released") == 1


async def test_what_cannot_begin_is_refused_with_words_and_nothing_is_begun(pool: Pool) -> None:
    services = at(rounds.world(pool), COLLECTING)
    async with programs(services) as all_:
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT)
        name = small().settings.round.name
        for bad in (wish("x"), wish(SETTINGS.replace(name, "\\u0000")), wish(due_on=date(2020, 1, 1))):
            assert await office.is_refused(lambda onedoor, each=bad: onedoor.begin_round(each)) == (422, "invalid")
        assert (await water.is_refused(lambda onedoor: onedoor.begin_round(wish())))[0] == 403
        assert "round_created" not in await trail(pool)
        begun = await office.asks(lambda onedoor: onedoor.begin_round(wish()))
        assert await office.is_refused(lambda onedoor: onedoor.begin_round(wish())) == (409, "conflict")
        kept = await office.is_refused(lambda onedoor: onedoor.ask_no_more(begun.id, LEADING))
        assert kept == (409, "conflict")
        near = types.AskWish(due_on=date(2026, 2, 25), departments=[f"{WATER[:-1]} {WATER[-1]}"])
        assert await office.is_refused(lambda onedoor: onedoor.ask(begun.id, near)) == (422, "invalid")


async def test_the_years_plan_is_written_with_reasons_and_approved_by_another(pool: Pool) -> None:
    services = at(rounds.world(pool), COLLECTING)
    async with programs(services) as all_:
        one, head = await all_.of(Office.COORDINATOR), await all_.of(Office.COORDINATOR)
        water, other = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, LEADING)
        line = await water.asks(lambda onedoor: onedoor.write_line(2026, LINE))
        assert (line.department, line.kind) == (WATER, types.TaskKind.系统内)
        assert await water.asks(lambda onedoor: onedoor.plan_lines(2026)) == [line]
        assert await water.is_refused(lambda onedoor: onedoor.write_line(2026, LINE)) == (409, "conflict")
        assert await other.asks(lambda onedoor: onedoor.plan_lines(2026)) == []
        foreign = await other.is_refused(lambda onedoor: onedoor.withdraw_line(2026, "水-01", "不是我的"))
        assert foreign == (404, "not-found")
        drawn_up = await one.asks(lambda onedoor: onedoor.draw_up_plan(2026))
        assert (drawn_up.lines, drawn_up.decision) == (1, None)
        own = await one.is_refused(lambda onedoor: onedoor.approve_plan(2026, drawn_up.digest, "1号"))
        assert own[0] == 403, "nobody approves what the same person drew up"
        returned = await head.asks(lambda onedoor: onedoor.return_plan(2026, drawn_up.digest, "再核对"))
        assert (returned.decision, returned.reason) == (types.Decision.returned, "再核对")
        again = await one.asks(lambda onedoor: onedoor.draw_up_plan(2026))
        stale = await head.is_refused(lambda onedoor: onedoor.approve_plan(2026, "0" * 64, "1号"))
        assert stale[0] == 409
        approved = await head.asks(lambda onedoor: onedoor.approve_plan(2026, again.digest, "1号"))
        assert (approved.decision, approved.number) == (types.Decision.approved, "1号")
        assert [each.issue for each in await one.asks(lambda onedoor: onedoor.plan_issues(2026))] == [2, 1]
        await water.asks(lambda onedoor: onedoor.withdraw_line(2026, "水-01", "取消"))
        changes = await water.asks(lambda onedoor: onedoor.plan_changes(2026))
        assert [(each.reason, each.content is None) for each in changes] == [("年初报送", False), ("取消", True)]


async def test_a_recusal_is_asked_by_one_and_decided_by_another(world: World) -> None:
    dispatch = await world.dispatch()
    tour, visit, role = next(
        (tour, visit, role) for tour, visit in dispatch.visits() for role in tour.roles if role.department == WATER
    )
    asked = types.RecusalAsked(
        target=visit.target,
        inspector=dispatch.teams[role.id][0],
        cause=types.RecusalCause.declared,
        reason="与负责人是亲属",
    )
    async with programs(world.services) as all_:
        water, other = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, LEADING)
        one, head = await all_.of(Office.COORDINATOR), await all_.of(Office.COORDINATOR)
        line = await water.asks(lambda onedoor: onedoor.ask_recusal(world.round, asked))
        assert (line.department, line.decision, line.replacements) == (WATER, None, [])
        again = await water.is_refused(lambda onedoor: onedoor.ask_recusal(world.round, asked))
        assert again == (409, "conflict")
        assert await water.asks(lambda onedoor: onedoor.recusals(world.round)) == [line]
        assert await other.asks(lambda onedoor: onedoor.recusals(world.round)) == []
        assert (await other.is_refused(lambda onedoor: onedoor.ask_recusal(world.round, asked)))[0] == 422
        granted = types.RecusalDecision.granted
        no_office = await water.is_refused(
            lambda onedoor: onedoor.decide_recusal(world.round, line.id, granted, "情况属实")
        )
        assert no_office[0] == 403
        decided = await head.asks(lambda onedoor: onedoor.decide_recusal(world.round, line.id, granted, "情况属实"))
        assert (decided.decision, decided.decision_reason) == (granted, "情况属实")
        assert asked.inspector in {each.leaves for each in decided.replacements}
        assert tour.roles
        twice = await one.is_refused(lambda onedoor: onedoor.decide_recusal(world.round, line.id, granted, "再来"))
        assert twice == (409, "conflict")


async def test_a_firms_request_is_answered_once_and_who_is_meant_is_told_to_whose_it_is(world: World) -> None:
    dispatch = await world.dispatch()
    written = await issue_letters(world.services, CONSOLE, world.round, "http://127.0.0.1:8000")
    one = next(each for each in written if WATER in each.letter.departments)
    firm = await in_letter(world.services, await open_letter(world.services, one.letter.number, one.code))
    assert firm is not None
    wanted = Wish(kind=RequestKind.OBJECTION, visit="", reason="太多", day="", inspector="")
    made = await ask(world.services, firm, dispatch, wanted)
    async with programs(world.services) as all_:
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT)
        (line,) = await office.asks(lambda onedoor: onedoor.firm_requests(world.round))
        assert (line.id, line.kind, line.reason) == (str(made.id), types.RequestKind.objection, "太多")
        assert await water.asks(lambda onedoor: onedoor.firm_requests(world.round)) == [line]
        refused = await water.is_refused(lambda onedoor: onedoor.answer_request(line.id, "可以", granted=True))
        assert refused[0] == 403
        short = await office.is_refused(lambda onedoor: onedoor.answer_request(line.id, "", granted=True))
        assert short == (422, "invalid")
        answered = await office.asks(lambda onedoor: onedoor.answer_request(line.id, "已减少一次", granted=True))
        assert (answered.granted, answered.answer) == (True, "已减少一次")
        twice = await office.is_refused(lambda onedoor: onedoor.answer_request(line.id, "不行", granted=False))
        assert twice == (409, "conflict")
    assert (await trail(world.services.pool)).count("firm_request_answered") == 1
