"""The statistics table on pages: the figures of the domain, each opened to what it counts; a department its own."""

import html
import io
import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import msgspec
import openpyxl
import pytest
from msgspec.structs import replace
from support import rounds
from support.people import Person, a_person, with_second_factor
from support.web import AFTER, World, at, dispatched_world, visiting, words

from coordinator.actions.recording import record_facts
from coordinator.documents.statistics_workbook import statistics_json
from coordinator.domain.actors import CONSOLE, OF_DEPARTMENTS, Office
from coordinator.domain.codes import PublicationChannel
from coordinator.domain.statistics import Statistics, statistics
from coordinator.embedded import Endpoints

YEAR = 2026


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        assert await record_facts(made.services, CONSOLE, await rounds.facts_of(made.services, made.round))
        yield World(at(made.services, AFTER), made.round)


async def added_up(world: World) -> Statistics:
    return statistics([await rounds.facts_of(world.services, world.round)], YEAR)


async def person_of(world: World, office: Office, department: str | None = None) -> Person:
    count = len(await rounds.trail(world.services.pool))
    person = await a_person(world.services, f"p{count}", office, department)
    needs_more = office in {Office.ADMINISTRATOR, Office.AUDITOR}
    return (await with_second_factor(world.services, person))[0] if needs_more else person


async def test_the_region_comes_first_and_every_figure_opens_to_what_it_counts(world: World) -> None:
    made = await added_up(world)
    region = next(table for table in made.tables if table.is_region)
    person = await person_of(world, Office.COORDINATOR)
    async with visiting(world.services, AFTER, person.session) as browser:
        page = await browser.get("/statistics")
        assert f"填报单位：{region.unit}（全部部门合计）" in words(page)
        opened = {
            html.unescape(address): int(value)
            for address, value in re.findall(r'<a href="(\?year=[^"]+#evidence)"[^>]*>(\d+)<', page.text)
        }
        assert sum(opened.values()) == sum(
            row.batches + row.targets + sum(row.published.values()) + row.cases for row in region.rows
        )
        assert opened
        for address, value in opened.items():
            evidence = (await browser.get("/statistics" + address)).text.partition('id="evidence"')[2]
            assert evidence.count("<tr><td") == value
        assert (await browser.get(f"/statistics?year={YEAR}&unit=nobody")).status_code == 404
        assert (await browser.get(f"/statistics?year={YEAR}&figure=nothing")).status_code == 404
        assert (await browser.get("/statistics?year=91337012668444")).status_code == 400, "such a year is not kept"
        assert "还没有派出过检查" in words(await browser.get("/statistics?year=2031"))


async def test_the_files_hold_what_the_page_shows(world: World) -> None:
    person = await person_of(world, Office.SUPERVISOR)
    async with visiting(world.services, AFTER, person.session) as browser:
        assert (await browser.get(f"/statistics.json?year={YEAR}")).content == statistics_json(await added_up(world))
        book = openpyxl.load_workbook(io.BytesIO((await browser.get(f"/statistics.xlsx?year={YEAR}")).content))
    assert book.sheetnames[-1] == "明细"


async def test_a_department_gets_its_own_table_and_nothing_that_others_found(world: World) -> None:
    made = await added_up(world)
    names = [table.unit for table in made.tables if not table.is_region]
    person = await person_of(world, Office.DEPARTMENT, rounds.WATER)
    async with visiting(world.services, AFTER, person.session) as browser:
        tables = msgspec.json.decode((await browser.get(f"/statistics.json?year={YEAR}")).content)["tables"]
        assert [each["unit"] for each in tables] == [rounds.WATER]
        book = openpyxl.load_workbook(io.BytesIO((await browser.get(f"/statistics.xlsx?year={YEAR}")).content))
        said = {str(cell.value) for sheet in book for row in sheet for cell in row}
        assert not said & ({*names} - {rounds.WATER})
        nobodys = await browser.get("/statistics?unit=nobody")
        for name in {*names} - {rounds.WATER}:
            answer = await browser.get(f"/statistics?unit={quote(name)}")
            assert (answer.status_code, answer.text) == (404, nobodys.text)


@pytest.mark.parametrize("office", [Office.INSPECTOR, Office.ADMINISTRATOR, Office.AUDITOR])
async def test_who_may_look_is_said_in_the_table(world: World, office: Office) -> None:
    person = await person_of(world, office)
    async with visiting(world.services, AFTER, person.session) as browser:
        answers = {(await browser.get(f"/statistics{kind}?year={YEAR}")).status_code for kind in ("", ".xlsx", ".json")}
    assert answers == {200 if office in OF_DEPARTMENTS else 403}


async def test_the_course_says_how_far_results_are_and_leads_to_both(world: World) -> None:
    person = await person_of(world, Office.COORDINATOR)
    count = len((await rounds.facts_of(world.services, world.round)).findings)
    async with visiting(world.services, AFTER, person.session) as browser:
        page = await browser.get(f"/rounds/{world.round}")
    assert f"录入{count}/{count}，公示0" in words(page)
    assert f'href="/rounds/{world.round}/results"' in page.text
    assert 'href="/statistics?year=2026"' in page.text


async def test_a_table_is_reported_once_as_it_was_seen_and_what_comes_later_is_a_correction(
    server: Endpoints, template: str
) -> None:
    async with dispatched_world(server, template) as made:
        world, facts = World(at(made.services, AFTER), made.round), await rounds.facts_of(made.services, made.round)
        initiated = {task.id for task in facts.expectations.tasks if task.initiator == rounds.WATER and task.drawn}
        own = [each for each in facts.findings if each.task in initiated]
        assert await record_facts(world.services, CONSOLE, replace(facts, findings=tuple(own[:1]), corrections=()))
        person = await person_of(world, Office.DEPARTMENT, rounds.WATER)
        async with visiting(world.services, AFTER, person.session) as browser:
            page = await browser.get("/statistics")
            form = dict(re.findall(r'name="(form_key|year|unit|seen)" value="([^"]+)"', page.text))
            assert (await browser.post("/statistics", data=form | {"seen": "0" * 64})).status_code == 409
            other = next(name for name in (each.id for each in facts.expectations.departments) if name != rounds.WATER)
            nobodys = await browser.post("/statistics", data=form | {"unit": "nobody"})
            theirs = await browser.post("/statistics", data=form | {"unit": other})
            assert (theirs.status_code, theirs.text) == (404, nobodys.text)
            for _ in range(2):
                assert (await browser.post("/statistics", data=form)).status_code == 303
            assert "此后没有变动" in words(await browser.get("/statistics"))
            published = tuple(
                replace(each, published_on=AFTER.date(), channel=PublicationChannel.PUBLICITY_SYSTEM) for each in own
            )
            assert await record_facts(world.services, CONSOLE, replace(facts, findings=published, corrections=()))
            corrected = await browser.get("/statistics")
            assert "填报之后的更正" in words(corrected)
            assert "公示系统：已报 0" in words(corrected)
            book = openpyxl.load_workbook(io.BytesIO((await browser.get(f"/statistics.xlsx?year={YEAR}")).content))
            assert "更正" in book.sheetnames
            assert (await browser.post("/statistics", data=form)).status_code == 409
        inspector = await person_of(world, Office.INSPECTOR, rounds.WATER)
        async with visiting(world.services, AFTER, inspector.session) as browser:
            assert "已填报" in words(await browser.get("/statistics"))
            key = re.search(r'name="form_key" value="([^"]+)"', (await browser.get("/account")).text)
            assert key
            assert (await browser.post("/statistics", data=form | {"form_key": key[1]})).status_code == 403
        office = await person_of(world, Office.COORDINATOR)
        async with visiting(world.services, AFTER, office.session) as browser:
            form = dict(
                re.findall(r'name="(form_key|year|unit|seen)" value="([^"]+)"', (await browser.get("/statistics")).text)
            )
            assert (await browser.post("/statistics", data=form)).status_code == 303
            assert "已填报" in words(await browser.get("/statistics"))
        assert (await rounds.trail(world.services.pool)).count("table_closed") == 2
