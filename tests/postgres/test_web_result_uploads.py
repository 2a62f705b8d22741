"""Result forms through the web: downloaded, tried without a trace, entered once, and only by whom they belong to."""

import io
import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

import asyncpg
import httpx
import openpyxl
import pytest
from support import rounds
from support.people import Person, a_person
from support.web import Stored, World, at, dispatched_database, send, visiting, words, world_like

from coordinator.domain.actors import WORKER, Office
from coordinator.domain.codes import ResultCode
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.findings import Correction, Finding
from coordinator.domain.ids import DepartmentId
from coordinator.embedded import Endpoints
from coordinator.storage import findings
from coordinator.storage.connection import execute, transaction

LATER = datetime(2026, 4, 20, 9, tzinfo=LOCAL_TIME)
FINE = {"检查日期": "2026-03-10", "检查结果": "未发现问题"}
BAD = {"检查日期": "2026-03-10", "检查结果": "很好"}
WORSE = {"检查日期": "2026-03-10", "检查结果": "发现问题待后续处理"}


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield World(at(made.services, LATER), made.round)


async def liaison(world: World, login: str = "li.si", department: str = rounds.WATER) -> Person:
    return await a_person(world.services, login, Office.DEPARTMENT, department)


async def blank(browser: httpx.AsyncClient, world: World) -> bytes:
    answer = await browser.get(f"/rounds/{world.round}/results/form")
    assert answer.status_code == 200
    return answer.content


def filled(form: bytes, *rows: Mapping[str, str]) -> bytes:
    """Fill in the first rows of a form."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book["检查结果"]
    columns = {str(cell.value).lstrip("★"): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for name, value in row.items():
            sheet.cell(number, columns[name], value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def uploaded(browser: httpx.AsyncClient, world: World, content: bytes) -> httpx.Response:
    page = f"/rounds/{world.round}/results/forms"
    key = re.search(r'name="form_key" value="([^"]+)"', (await browser.get(page)).text)
    assert key
    return await browser.post(page, data={"form_key": key[1]}, files={"workbook": ("填报.xlsx", content)})


async def entered(browser: httpx.AsyncClient, trial: str, **given: str) -> httpx.Response:
    seen = re.search(r'name="seen" value="([^"]+)"', (await browser.get(trial)).text)
    return await send(browser, trial, trial, seen=seen[1] if seen else "", **given)


async def standing(world: World) -> list[Finding]:
    async with transaction(world.services.pool, WORKER) as db:
        return await findings.findings(db, world.round)


async def corrected(world: World) -> list[Correction]:
    async with transaction(world.services.pool, WORKER) as db:
        return await findings.corrections(db, world.round)


async def test_a_form_is_looked_through_without_a_trace_then_entered_once(world: World) -> None:
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        answer = await uploaded(browser, world, filled(await blank(browser, world), FINE, FINE))
        assert answer.status_code == 303
        trial = answer.headers["location"]
        page = await browser.get(trial)
        assert "新录入 2 行" in words(page)
        assert await standing(world) == []
        for _ in range(2):
            form = re.search(r'name="form_key" value="([^"]+)".*?name="seen" value="([^"]+)"', page.text, re.DOTALL)
            assert form
            done = await browser.post(trial, data={"form_key": form[1], "seen": form[2]})
            assert done.status_code == 303
        assert "已经提交" in words(await browser.get(trial))
    assert len(await standing(world)) == 2
    assert (await rounds.trail(world.services.pool)).count("results_entered") == 1


async def test_bad_rows_come_back_marked_and_the_good_ones_count_only_when_that_is_said(world: World) -> None:
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        answer = await uploaded(browser, world, filled(await blank(browser, world), FINE, BAD))
        trial = answer.headers["location"]
        assert "须改正 1 行" in words(await browser.get(trial))
        back = await browser.get(f"{trial}/returned")
        assert openpyxl.load_workbook(io.BytesIO(back.content)).sheetnames
        assert (await entered(browser, trial)).status_code == 409
        assert await standing(world) == []
        assert (await entered(browser, trial, with_faults="yes")).status_code == 303
    assert len(await standing(world)) == 1


async def test_a_correction_is_shown_before_it_is_made_and_an_older_file_does_not_undo_it(world: World) -> None:
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        form = await blank(browser, world)
        first, second = filled(form, FINE), filled(form, WORSE)
        await entered(browser, (await uploaded(browser, world, first)).headers["location"])
        trial = (await uploaded(browser, world, second)).headers["location"]
        assert "未发现问题 → 发现问题待后续处理" in words(await browser.get(trial))
        await entered(browser, trial)
        again = (await uploaded(browser, world, first)).headers["location"]
        assert "先前交过" in words(await browser.get(again))
        await entered(browser, again)
    assert {each.result for each in await standing(world)} == {ResultCode.PENDING}
    assert [(each.before.result, each.after.result) for each in await corrected(world)] == [
        (ResultCode.NO_PROBLEM, ResultCode.PENDING)
    ]


async def test_a_form_that_comes_to_something_else_by_now_is_shown_anew(world: World) -> None:
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        form = await blank(browser, world)
        first = (await uploaded(browser, world, filled(form, FINE))).headers["location"]
        second = (await uploaded(browser, world, filled(form, WORSE))).headers["location"]
        page = (await browser.get(second)).text
        seen = re.search(r'name="seen" value="([^"]+)"', page)
        assert seen
        await entered(browser, first)
        stale = await send(browser, second, second, seen=seen[1])
        assert stale.status_code == 409
        assert "更正 1 行" in words(stale)
        assert {each.result for each in await standing(world)} == {ResultCode.NO_PROBLEM}
        assert (await entered(browser, second)).status_code == 303
    assert {each.result for each in await standing(world)} == {ResultCode.PENDING}


async def test_nobody_hands_in_or_sees_anothers_form(world: World) -> None:
    other = next(name for name in departments() if name != rounds.WATER)
    own, theirs = await liaison(world), await liaison(world, "wang.wu", other)
    async with visiting(world.services, LATER, theirs.session) as browser:
        form = filled(await blank(browser, world), FINE)
        trial = (await uploaded(browser, world, form)).headers["location"]
    nobodys = trial.rpartition("/")[0] + "/10000000-0000-4000-8000-000000000000"
    async with visiting(world.services, LATER, own.session) as browser:
        refused = await uploaded(browser, world, form)
        assert (refused.status_code, other in words(refused)) == (403, True)
        answers = [await browser.get(each) for each in (trial, nobodys)]
        assert {each.status_code for each in answers} == {404}
        assert answers[0].text == answers[1].text
        account = "/account"
        for each in (trial, nobodys):
            assert (await send(browser, account, each, seen="x", with_faults="yes")).status_code == 404
    office = await a_person(world.services, "zhang.san")
    async with visiting(world.services, LATER, office.session) as browser:
        for page in ("form", "forms"):
            assert (await browser.get(f"/rounds/{world.round}/results/{page}")).status_code == 403
    assert await standing(world) == []


async def test_uploads_that_are_no_form_are_refused_with_a_sentence(world: World) -> None:
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        for content in (b"", b"no workbook"):
            assert (await uploaded(browser, world, content)).status_code == 422
        book, content = openpyxl.Workbook(), io.BytesIO()
        book.save(content)
        assert (await uploaded(browser, world, content.getvalue())).status_code == 422


async def test_what_was_entered_stays(world: World) -> None:
    async with visiting(world.services, LATER, (await liaison(world)).session) as browser:
        trial = (await uploaded(browser, world, filled(await blank(browser, world), FINE))).headers["location"]
        await entered(browser, trial)
    for sql in ("DELETE FROM result_form", "UPDATE result_form SET entered_by = 'x'"):
        async with transaction(world.services.pool, WORKER) as db:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await execute(db, sql)


def departments() -> list[DepartmentId]:
    return sorted(DepartmentId(book.file.removesuffix(".xlsx")) for book in rounds.small().workbooks)
