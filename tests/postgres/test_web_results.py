"""Results entered on pages by those who inspect: one set of rules with the forms, each change kept, each once."""

import html
import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from urllib.parse import quote

import httpx
import pytest
from msgspec.structs import replace
from support import rounds
from support.people import Person, a_person
from support.web import Stored, World, at, dispatched_database, visiting, words, world_like

from coordinator.actions.forwarding import forward_all
from coordinator.actions.recording import record_facts
from coordinator.domain.actors import CONSOLE, WORKER, Office
from coordinator.domain.codes import ResultCode
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.entering import Stop, stops_of
from coordinator.domain.findings import Finding
from coordinator.domain.ids import DepartmentId
from coordinator.domain.publication import publication
from coordinator.embedded import Endpoints
from coordinator.storage import findings
from coordinator.storage.connection import transaction

LATER = datetime(2026, 4, 20, 9, tzinfo=LOCAL_TIME)
OTHER = next(
    DepartmentId(name)
    for name in sorted(book.file.removesuffix(".xlsx") for book in rounds.small().workbooks)
    if name != rounds.WATER
)


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield World(at(made.services, LATER), made.round)


async def stops(world: World, department: DepartmentId = rounds.WATER) -> tuple[Stop, ...]:
    facts = await rounds.facts_of(world.services, world.round)
    return stops_of(facts.expectations.results_of(department))


def address(world: World, stop: Stop) -> str:
    return f"/rounds/{world.round}/results/entry?target={quote(stop.target, safe='')}&day={stop.day}"


def fields_of(page: httpx.Response) -> dict[str, str]:
    """What the form on a page would send as it stands."""
    named = re.findall(r'<input[^>]*type="(?:hidden|text|date)"[^>]*>', page.text)
    fields = {}
    for field in named:
        name, value = re.search(r'name="([^"]+)"', field), re.search(r'value="([^"]*)"', field)
        assert name
        assert value
        fields[name[1]] = html.unescape(value[1])
    checked = re.findall(r'name="([^"]+)"[^>]*value="([^"]*)" checked', page.text)
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page.text)
    chosen = re.findall(r'<select[^>]*name="([^"]+)"(?:(?!</select>).)*?<option selected>([^<]*)', page.text, re.DOTALL)
    return fields | {name: html.unescape(value) for name, value in (*checked, *areas, *chosen)}


async def sent(browser: httpx.AsyncClient, page: httpx.Response, changes: Mapping[str, str]) -> httpx.Response:
    to = re.search(r'<form method="post" action="([^"]+/entry)"', page.text)
    assert to
    return await browser.post(to[1], data={**fields_of(page), **changes})


async def found(world: World) -> list[Finding]:
    async with transaction(world.services.pool, WORKER) as db:
        return await findings.findings(db, world.round)


async def liaison(world: World, login: str = "li.si", department: str = rounds.WATER) -> Person:
    return await a_person(world.services, login, Office.DEPARTMENT, department)


async def test_the_form_shows_what_each_matter_is_about_as_it_was_handed_in(world: World) -> None:
    first, *_ = await stops(world)
    dispatch = await world.dispatch()
    items = next(each.items for each in dispatch.submissions if each.department.id == rounds.WATER)
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        page = await browser.get(address(world, first))
    shown = [item for item in items if f"{item.code}，" in words(page)]
    assert shown
    assert page.text.count("这一项检查什么") == page.text.count('id="matter-')
    for item in shown:
        for each in (*item.legal_basis, *item.documents, *(method.value for method in item.methods)):
            assert each in words(page)


async def test_from_the_duty_to_the_saved_result_and_on_to_the_next(world: World) -> None:
    first, *others = await stops(world)
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        home = await browser.get("/")
        assert f'href="/rounds/{world.round}/results"' in home.text
        listed = await browser.get(f"/rounds/{world.round}/results")
        assert html.escape(address(world, first)) in listed.text.replace("%2F", "%2F")
        page = await browser.get(address(world, first))
        saved = await sent(browser, page, {"result-1": "未发现问题"})
        assert saved.status_code == 303
        after = await browser.get(saved.headers["location"])
    assert "已经保存" in words(after)
    assert "已录入" in words(after)
    assert ("下一户" in words(after)) is bool(others)
    standing = await found(world)
    assert {(each.target, each.result, each.inspected_on) for each in standing} == {
        (first.target, ResultCode.NO_PROBLEM, first.day)
    }
    assert (await rounds.trail(world.services.pool)).count("results_entered") == 1


async def test_a_correction_keeps_what_stood_and_a_second_press_changes_nothing(world: World) -> None:
    first, *_ = await stops(world)
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        page = await browser.get(address(world, first))
        for _ in range(2):
            assert (await sent(browser, page, {"result-1": "未发现问题"})).status_code == 303
        again = await browser.get(address(world, first))
        worse = {"result-1": "发现问题已责令改正", "problem-1": "没有台账", "dispositions-1-1": "责令改正"}
        for _ in range(2):
            assert (await sent(browser, again, worse)).status_code == 303
        shown = fields_of(await browser.get(address(world, first)))
    assert worse.items() <= shown.items()
    async with transaction(world.services.pool, WORKER) as db:
        corrections = await findings.corrections(db, world.round)
    assert {each.before.result for each in corrections} == {ResultCode.NO_PROBLEM}
    assert {each.after.problem for each in corrections} == {"没有台账"}
    assert (await rounds.trail(world.services.pool)).count("results_entered") == 2


async def test_wrong_answers_are_sent_back_at_their_fields_and_nothing_is_saved(world: World) -> None:
    first, *_ = await stops(world)
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        page = await browser.get(address(world, first))
        wrong = {"result-1": "未发现问题", "filed-1": "是", "fine-1": "3万", "inspected_on-1": ""}
        answer = await sent(browser, page, wrong)
        assert answer.status_code == 422
        for field in ("case", "filed_on", "fine", "inspected_on"):
            assert f'href="#{field}-1"' in answer.text
            assert f'id="{field}-1"' in answer.text
        assert 'value="3万"' in answer.text
        forgotten = await sent(browser, page, {"problem-1": "写了问题，没有选结果"})
        assert 'href="#result-1"' in forgotten.text
        for nonsense in ({"result-1": "好"}, {"of-1": "XX\tYY"}, {"channel-1": "报纸"}):
            assert (await sent(browser, page, {"result-1": "未发现问题"} | nonsense)).status_code == 422
    assert await found(world) == []


async def test_what_another_changed_meanwhile_is_shown_and_not_overwritten_unseen(world: World) -> None:
    first, *_ = await stops(world)
    one, two = await liaison(world), await a_person(world.services, "wang.wu", Office.INSPECTOR, rounds.WATER)
    async with (
        visiting(world.services, LATER, one.session) as mine,
        visiting(world.services, LATER, two.session) as theirs,
    ):
        page = await mine.get(address(world, first))
        other = await theirs.get(address(world, first))
        assert (await sent(theirs, other, {"result-1": "发现问题待后续处理"})).status_code == 303
        stale = await sent(mine, page, {"result-1": "未发现问题"})
        assert stale.status_code == 409
        assert "现在是 发现问题待后续处理 ，您填的是 未发现问题" in words(stale)
        assert {each.result for each in await found(world)} == {ResultCode.PENDING}
        assert (await sent(mine, stale, {})).status_code == 303
    assert {each.result for each in await found(world)} == {ResultCode.NO_PROBLEM}


async def test_stops_of_others_are_as_if_they_were_not(world: World) -> None:
    own = {stop.target for stop in await stops(world)}
    theirs = next(stop for stop in await stops(world, OTHER) if stop.target not in own)
    nobodys = Stop(target=theirs.target.__class__("91419999MA00000000"), day=theirs.day)
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        answers = [await browser.get(address(world, stop)) for stop in (theirs, nobodys)]
        assert {answer.status_code for answer in answers} == {404}
        assert answers[0].text == answers[1].text
        first, *_ = await stops(world)
        page = await browser.get(address(world, first))
        posted = [
            await sent(browser, page, {"target": stop.target, "day": str(stop.day), "result-1": "未发现问题"})
            for stop in (theirs, nobodys)
        ]
        assert {answer.status_code for answer in posted} == {404}
    assert await found(world) == []


@pytest.mark.parametrize("office", [Office.COORDINATOR, Office.SUPERVISOR])
async def test_who_did_not_inspect_enters_nothing_and_sees_how_far_each_is(world: World, office: Office) -> None:
    first, *_ = await stops(world)
    own, other = await liaison(world), await a_person(world.services, "zhang.san", office)
    async with visiting(world.services, LATER, own.session) as browser:
        page = await browser.get(address(world, first))
    async with visiting(world.services, LATER, other.session) as browser:
        assert "逾期未录入" in words(await browser.get(f"/rounds/{world.round}/results"))
        assert (await browser.get(address(world, first))).status_code == 403
        key = re.search(r'name="form_key" value="([^"]+)"', (await browser.get("/account")).text)
        assert key
        refused = await sent(browser, page, {"form_key": key[1], "result-1": "未发现问题"})
        assert refused.status_code == 403
    assert await found(world) == []


async def test_what_others_found_at_ones_targets_is_told_on_the_page_and_at_home(world: World) -> None:
    """The page tells each department exactly what the rule tells it, and nothing that was found elsewhere."""
    facts = await rounds.facts_of(world.services, world.round)
    problems = tuple(
        replace(each, result=ResultCode.ORDERED_TO_CORRECT, problem=f"问题{number}号。")
        for number, each in enumerate(facts.findings)
    )
    assert await record_facts(world.services, CONSOLE, replace(facts, findings=problems))
    told = publication(replace(facts, findings=problems), LATER.date()).notices
    page = f"/rounds/{world.round}/results/notices"
    for number, department in enumerate(facts.expectations.departments):
        person = await liaison(world, f"li.{number}", department.id)
        async with visiting(world.services, LATER, person.session) as browser:
            said = words(await browser.get(page))
        own = {each.finding.problem for each in told if each.to == department.id}
        assert {each.problem for each in problems if each.problem in said} == own
    assert told
    soon = at(world.services, datetime(2026, 3, 31, 9, tzinfo=LOCAL_TIME))
    async with visiting(soon, soon.clock(), (await liaison(world, "wang.wu", told[0].to)).session) as browser:
        home = await browser.get("/")
    assert "（抄告）" in words(home)
    assert f'href="{page}"' in home.text


async def test_what_is_entered_on_a_page_is_passed_on_to_destinations(world: World) -> None:
    first, *_ = await stops(world)
    await forward_all(world.services)
    assert await forward_all(world.services) == 0
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        await sent(browser, await browser.get(address(world, first)), {"result-1": "未发现问题"})
    assert await forward_all(world.services) == 1
