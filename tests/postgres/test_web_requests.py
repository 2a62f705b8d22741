"""A firm asks, the office answers yes or no with a sentence, and nobody else's rows are seen on the way."""

import html
import re
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from icalendar import Calendar
from support import rounds
from support.people import Person, a_person
from support.web import BEFORE, Stored, World, dispatched_database, send, visiting, words, world_like

from coordinator.actions.approving import approve, draw_up, read_approvals
from coordinator.actions.letters import issue_letters, renew_letter
from coordinator.actions.opening import in_letter, open_letter
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import CONSOLE, Office
from coordinator.domain.announcements import announcements
from coordinator.domain.errors import TooLate
from coordinator.domain.firm_requests import days_open
from coordinator.domain.wording import moment_words
from coordinator.embedded import Endpoints
from coordinator.storage.connection import transaction

SITE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield made


@pytest.fixture
async def letters(world: World) -> tuple[WrittenLetter, ...]:
    """The firm to which the water bureau comes, and one to which it does not."""
    written = await issue_letters(world.services, CONSOLE, world.round, SITE)
    waters = next(one for one in written if rounds.WATER in one.letter.departments)
    return waters, next(one for one in written if rounds.WATER not in one.letter.departments)


async def enter(browser: httpx.AsyncClient, one: WrittenLetter) -> None:
    await send(browser, "/letter", "/letter", number=one.letter.number, code=one.code)


async def object_to(world: World, one: WrittenLetter, reason: str) -> None:
    async with visiting(world.services) as firm:
        await enter(firm, one)
        answer = await send(firm, "/letter/ask/objection", "/letter/ask/objection", reason=reason)
        assert answer.status_code == 303


async def signed_in(world: World, office: Office, department: str | None = None) -> Person:
    return await a_person(world.services, f"someone.{office.value[:8]}", office, department)


async def test_a_firm_asks_to_move_and_reads_the_answer(world: World, letters: tuple[WrittenLetter, ...]) -> None:
    one, dispatch = letters[0], await world.dispatch()
    visit = announcements(dispatch)[one.letter.target].visits[0]
    day = days_open(dispatch, visit, BEFORE)[0]
    office = await signed_in(world, Office.COORDINATOR)
    async with visiting(world.services) as firm, visiting(world.services, BEFORE, office.session) as coordinator:
        await enter(firm, one)
        form = f"/letter/ask/move?visit={visit.anchor}"
        wish = {"visit": visit.anchor, "day": day.isoformat(), "reason": "当天停产检修"}
        assert (await send(firm, form, "/letter/ask/move", **wish)).status_code == 303
        again = await send(firm, form, "/letter/ask/move", **wish)
        assert again.status_code == 422
        assert "已经收到" in words(again)
        assert "等待答复" in words(await firm.get("/letter/visits"))
        listed = await coordinator.get("/requests")
        (address,) = set(re.findall(r"/requests/[0-9a-f-]{36}", listed.text))
        assert "当天停产检修" in words(listed)
        for wrong in ({"granted": "yes", "answer": ""}, {"granted": "", "answer": "可以"}):
            assert (await send(coordinator, address, address, **wrong)).status_code == 422
        assert "请选择新的时间" in words(await send(coordinator, address, address, granted="yes", answer="可以改期"))
        (link,) = set(re.findall(r'/rounds/[^"]+/rescheduling\?matter=[^"]+', (await coordinator.get(address)).text))
        places = await coordinator.get(html.unescape(link))
        assert "当天停产检修" in places.text
        half_day = re.findall(r'name="half_day" value="([^"]+)"', places.text)[0]
        seen = re.search(r'name="half_day_seen" value="([^"]+)"', places.text)
        (asked,) = re.findall(r'name="request" value="([^"]+)"', places.text)
        assert seen
        move = {"matter": visit.anchor, "half_day": half_day, "half_day_seen": seen[1], "request": asked}
        page = link.partition("?")[0]
        for wrong in ({"reason": "", "answer": "可以改期"}, {"reason": "停产", "answer": ""}):
            assert (await send(coordinator, html.unescape(link), page, **move, **wrong)).status_code == 422
        for _ in range(2):
            done = await send(coordinator, "/account/tokens", page, **move, reason="停产", answer="可以改期")
            assert (done.status_code, done.headers["location"]) == (303, "/requests?done=moved")
        key = re.search(r'name="form_key" value="([^"]+)"', (await coordinator.get("/account/tokens")).text)
        assert key
        twice = await coordinator.post(address, data={"form_key": key[1], "granted": "no", "answer": "不行"})
        assert twice.status_code == 422
        shown = words(await firm.get("/letter/visits"))
        assert "✓ 同意 可以改期" in shown
        assert f"▲ 已改期，原定 {moment_words(visit.begins_at)}" in shown
    (made,) = (await world.dispatch()).rescheduled
    assert (made.matter, made.half_day, str(made.request)) == (visit.anchor, half_day, asked)
    trail = await rounds.trail(world.services.pool)
    assert (trail.count("firm_request_made"), trail.count("firm_request_answered")) == (1, 1)


async def test_a_liaison_sees_the_requests_of_own_visits_answers_none_and_others_are_as_if_they_were_not(
    world: World, letters: tuple[WrittenLetter, ...]
) -> None:
    await object_to(world, letters[0], "水利局来得太多")
    await object_to(world, letters[1], "别的部门的事")
    office, water = await signed_in(world, Office.COORDINATOR), await signed_in(world, Office.DEPARTMENT, rounds.WATER)
    async with visiting(world.services, BEFORE, office.session) as coordinator:
        home = await coordinator.get("/")
        assert "答复企业申请：2 件" in words(home)
        assert '<a class="button go" href="/requests"' in home.text
        listed = (await coordinator.get("/requests")).text
    rows = re.findall(r"/requests/[0-9a-f-]{36}", listed)
    async with visiting(world.services, BEFORE, water.session) as liaison:
        page = (await liaison.get("/requests")).text
        assert "水利局来得太多" in page
        assert "别的部门的事" not in page
        (own,) = set(re.findall(r"/requests/[0-9a-f-]{36}", page))
        (foreign,) = set(rows) - {own}
        assert "答复</button>" not in (await liaison.get(own)).text
        answers = [await liaison.get(each) for each in (foreign, f"/requests/{world.round}")]
        assert [each.status_code for each in answers] == [404, 404]
        assert words(answers[0]) == words(answers[1])
        answered = await send(liaison, "/account/tokens", own, granted="yes", answer="可以")
        assert answered.status_code == 403


async def test_a_firm_reads_its_own_requests_alone_also_after_a_new_letter(
    world: World, letters: tuple[WrittenLetter, ...]
) -> None:
    await object_to(world, letters[0], "甲家的意见")
    await object_to(world, letters[1], "乙家的意见")
    (renewed,) = await renew_letter(world.services, CONSOLE, letters[0].letter.id, SITE)
    async with visiting(world.services) as firm:
        await enter(firm, renewed)
        page = words(await firm.get("/letter/visits"))
    assert page.count("等待答复") == 1
    opened = await in_letter(world.services, await open_letter(world.services, renewed.letter.number, renewed.code))
    assert opened is not None
    async with transaction(world.services.pool, opened.actor) as db:
        assert [row["reason"] for row in await db.fetch("SELECT reason FROM firm_request")] == ["甲家的意见"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.services.pool, opened.actor) as db:
            await db.execute(
                "INSERT INTO firm_request (id, letter, round, target, departments, kind, visit, reason, made_at)"
                " SELECT gen_random_uuid(), $1, round, $2, departments, 'objection', '', 'xx', now() FROM letter",
                renewed.letter.id,
                letters[1].letter.target,
            )


async def test_the_calendar_lies_at_an_address_that_a_new_one_or_a_new_letter_ends(
    world: World, letters: tuple[WrittenLetter, ...]
) -> None:
    one = letters[0]

    async def new_address(firm: httpx.AsyncClient) -> str:
        page = await send(firm, "/letter/visits", "/letter/calendar")
        found = re.search(rf'href="{SITE}(/calendar/[\w-]+\.ics)"', page.text)
        assert found
        return found[1]

    async with visiting(world.services) as firm, visiting(world.services) as program:
        await enter(firm, one)
        first = await new_address(firm)
        file = await program.get(first)
        assert file.headers["content-type"] == "text/calendar; charset=utf-8"
        events = list(Calendar.from_ical(file.content).walk("VEVENT"))
        visits = announcements(await world.dispatch())[one.letter.target].visits
        assert [event["DTSTART"].dt for event in events] == [visit.begins_at for visit in visits]
        assert (await program.get(first)).content == file.content
        assert (await rounds.trail(world.services.pool)).count("visits_told") == 1
        second = await new_address(firm)
        assert [(await program.get(each)).status_code for each in (first, second)] == [404, 200]
        await renew_letter(world.services, CONSOLE, one.letter.id, SITE)
        nobodys = await program.get("/calendar/nothing.ics")
        ended = await program.get(second)
        assert (ended.status_code, words(ended)) == (404, words(nobodys))


async def test_a_wished_recusal_leads_to_its_decision_and_says_what_became_of_it(
    world: World, letters: tuple[WrittenLetter, ...]
) -> None:
    """The head decides (行政处罚法 43); the wish is handed on in the firm's words, and letters wait for new notices."""
    one, dispatch = letters[0], await world.dispatch()
    visit = announcements(dispatch)[one.letter.target].visits[0]
    inspector = next(each.inspector.id for each in visit.members if each.department == rounds.WATER)
    async with visiting(world.services) as firm:
        await enter(firm, one)
        wish = {"visit": visit.anchor, "inspector": inspector, "reason": "与本企业有合同纠纷"}
        asked = await send(firm, f"/letter/ask/recusal?visit={visit.anchor}", "/letter/ask/recusal", **wish)
        assert asked.status_code == 303
    office, head = await signed_in(world, Office.COORDINATOR), await a_person(world.services, "head")
    async with visiting(world.services, BEFORE, office.session) as coordinator:
        (address,) = set(re.findall(r"/requests/[0-9a-f-]{36}", (await coordinator.get("/requests")).text))
        (link,) = set(re.findall(r'/rounds/[^"]+recusals\?wish=[0-9a-f-]{36}', (await coordinator.get(address)).text))
        form = await coordinator.get(link)
        for given in (one.letter.target, inspector, "与本企业有合同纠纷", 'value="requested" selected'):
            assert given in form.text
        page = link.partition("?")[0]
        values = {"target": one.letter.target, "inspector": inspector, "cause": "requested", "reason": wish["reason"]}
        assert (await send(coordinator, link, page, **values)).status_code == 303
        assert "已提请决定" in words(await coordinator.get(address))
    async with visiting(world.services, BEFORE, head.session) as deciding:
        (id_,) = set(re.findall(rf'action="{page}/([0-9a-f-]{{36}})"', (await deciding.get(page)).text))
        decided = await send(deciding, page, f"{page}/{id_}", decision="granted", reason="情况属实")
        assert decided.status_code == 303
        assert "已办理" in words(await deciding.get(address))
        assert (await send(deciding, address, address, granted="yes", answer="已换人")).status_code == 303
        assert "已准予，已换人" in words(await deciding.get("/requests"))
    with pytest.raises(TooLate, match="重新批准"):
        await renew_letter(world.services, CONSOLE, one.letter.id, SITE)
    await draw_up(world.services, office.who.actor, world.round)
    seen = (await read_approvals(world.services, head.who.actor, world.round)).approvals[0].digest
    await approve(world.services, head.who.actor, world.round, seen, "某双随机办〔2026〕9号")
    (renewed,) = await renew_letter(world.services, CONSOLE, one.letter.id, SITE)
    told = {each.inspector.id for each in renewed.announcement.visits[0].members}
    assert inspector not in told
