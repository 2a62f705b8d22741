"""The annual plan from a department's line to the public page, and rounds that leave it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from support.people import WATER, Person, a_person
from support.rounds import stage_of, teams_drawn, trail
from support.rounds import world as world_of
from support.web import BEFORE, at, send, visiting, words

from coordinator.actions.annual_planning import (
    decide_year,
    draw_up_year,
    give_cause,
    published_year,
    put_line,
    read_year,
    withdraw_line,
)
from coordinator.actions.approving import draw_up, read_approvals
from coordinator.actions.publicity import read_published
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor, Office
from coordinator.domain.approvals import Decision
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.rounds import Stage

LINE = {
    "id": "水-01",
    "name": "取水检查",
    "kind": "系统内",
    "cooperating": "",
    "items": "取水许可",
    "targets": "企业",
    "ratio": "5%",
    "first_day": "2026-03-02",
    "last_day": "2026-06-30",
}


@pytest.fixture
def world(pool: Pool) -> Services:
    return at(world_of(pool), BEFORE)


async def liaison_of(world: Services, login: str, department: str) -> Actor:
    return (await a_person(world, login, Office.DEPARTMENT, department)).who.actor


async def published(world: Services) -> None:
    """A plan of one line, drawn up by the worker and approved by somebody else."""
    await put_line(world, WORKER, 2026, WATER, LINE, "年初报送")
    await draw_up_year(world, WORKER, 2026)
    head = (await a_person(world, "zhang.san")).who.actor
    digest = (await read_year(world, WORKER, 2026)).issues[0].digest
    await decide_year(world, head, 2026, digest, Decision.APPROVED, "某双随机办〔2026〕1号")


async def test_every_change_says_who_what_and_why(world: Services) -> None:
    water = await liaison_of(world, "zhao.liu", WATER)
    await put_line(world, water, 2026, WATER, LINE, "年初报送")
    await put_line(world, water, 2026, WATER, LINE | {"ratio": "10%"}, "风险上升")
    await withdraw_line(world, water, 2026, "水-01", "并入联合任务")
    reading = await read_year(world, WORKER, 2026)
    assert reading.lines == ()
    assert [(each.reason, each.content.ratio if each.content else None) for each in reading.changes] == [
        ("年初报送", "5%"),
        ("风险上升", "10%"),
        ("并入联合任务", None),
    ]
    assert all(each.by_name == water.name for each in reading.changes)
    assert (await trail(world.pool)).count("annual_line_changed") == 3
    with pytest.raises(Invalid):
        await put_line(world, water, 2026, WATER, LINE, " ")


async def test_a_department_writes_and_sees_its_own_lines_alone(world: Services) -> None:
    water, fire = await liaison_of(world, "zhao.liu", WATER), await liaison_of(world, "qian.qi", "禾川县消防救援大队")
    await put_line(world, water, 2026, WATER, LINE, "年初报送")
    await put_line(world, fire, 2026, "禾川县消防救援大队", LINE | {"id": "消-01"}, "年初报送")
    assert [line.id for line in (await read_year(world, water, 2026)).lines] == ["水-01"]
    with pytest.raises(NotPermitted):
        await put_line(world, fire, 2026, WATER, LINE, "代报")
    with pytest.raises(Conflict) as taken:
        await put_line(world, fire, 2026, "禾川县消防救援大队", LINE, "占用编号")
    assert WATER not in taken.value.sentence(), "a number is the county's, whose it is is not told"
    for id_ in ("水-01", "无-01"):
        with pytest.raises(NotFound):
            await withdraw_line(world, fire, 2026, id_, "不查了")
    with pytest.raises(NotPermitted):
        await draw_up_year(world, fire, 2026)
    assert [line.id for line in (await read_year(world, WORKER, 2026)).lines] == ["水-01", "消-01"]


async def test_one_draws_up_another_approves_and_then_it_is_public(world: Services) -> None:
    with pytest.raises(NotFound):
        await published_year(world, 2026)
    with pytest.raises(Conflict):
        await draw_up_year(world, WORKER, 2026)
    await put_line(world, WORKER, 2026, WATER, LINE, "年初报送")
    one, other = (await a_person(world, "li.si")).who.actor, (await a_person(world, "zhang.san")).who.actor
    await draw_up_year(world, one, 2026)
    digest = (await read_year(world, one, 2026)).issues[0].digest
    with pytest.raises(NotPermitted):
        await decide_year(world, one, 2026, digest, Decision.APPROVED, "1")
    with pytest.raises(Conflict):
        await decide_year(world, other, 2026, "0" * 64, Decision.APPROVED, "1")
    await decide_year(world, other, 2026, digest, Decision.RETURNED, "比例太低")
    await put_line(world, WORKER, 2026, WATER, LINE | {"ratio": "10%"}, "按退回意见")
    await draw_up_year(world, one, 2026)
    digest = (await read_year(world, one, 2026)).issues[0].digest
    await decide_year(world, other, 2026, digest, Decision.APPROVED, "某双随机办〔2026〕1号")
    assert (await published_year(world, 2026)).lines[0].ratio == "10%"
    assert (await read_published(world)).years == (2026,)
    with pytest.raises(TooLate):
        await decide_year(world, other, 2026, digest, Decision.APPROVED, "2")
    with pytest.raises(Conflict):
        await draw_up_year(world, one, 2026)


async def test_the_published_plan_stays_until_the_adjusted_one_is_approved(world: Services) -> None:
    await published(world)
    await put_line(world, WORKER, 2026, WATER, LINE | {"id": "水-02"}, "新增专项")
    assert [line.id for line in (await published_year(world, 2026)).lines] == ["水-01"]
    assert (await read_year(world, WORKER, 2026)).has_changed


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE annual_change SET reason = 'another'",
        "DELETE FROM annual_change",
        "DELETE FROM annual_issue",
        "UPDATE annual_issue SET number = 'another'",
        "UPDATE annual_issue SET content = '[]'",
    ],
)
async def test_what_was_written_and_approved_stays(world: Services, change: str) -> None:
    await published(world)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, WORKER) as db:
            await db.execute(change)


async def test_tasks_outside_the_published_plan_need_a_cause_before_anything_is_announced(world: Services) -> None:
    round_ = await teams_drawn(world)
    assert (await read_approvals(world, WORKER, round_)).without_cause == (), "nothing is published yet"
    await published(world)
    lacking = (await read_approvals(world, WORKER, round_)).without_cause
    assert lacking
    with pytest.raises(Conflict, match="年度计划"):
        await draw_up(world, WORKER, round_)
    for task in lacking:
        await give_cause(world, WORKER, round_, task.id, "上级交办的专项检查")
    with pytest.raises(Conflict):
        await give_cause(world, WORKER, round_, lacking[0].id, "再写一次")
    with pytest.raises(NotFound):
        await give_cause(world, WORKER, round_, "没有的任务", "上级交办的专项检查")
    await draw_up(world, WORKER, round_)
    assert await stage_of(world.pool, round_) is Stage.TEAMS_DRAWN


@asynccontextmanager
async def browser_of(world: Services, person: Person) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(world, session=person.session) as browser:
        yield browser


async def test_pages_from_the_form_to_open_data(world: Services) -> None:
    page = "/annual-plans/2026"
    liaison, clerk, head = (
        await a_person(world, "zhao.liu", Office.DEPARTMENT),
        await a_person(world, "li.si"),
        await a_person(world, "zhang.san"),
    )
    async with browser_of(world, liaison) as browser:
        assert "2026 年度" in words(await browser.get("/annual-plans"))
        wrong = await send(browser, page, page, **LINE | {"ratio": "待定"}, reason="年初报送")
        assert wrong.status_code == 422
        assert 'href="#ratio"' in wrong.text
        assert (await send(browser, page, page, **LINE, reason="年初报送")).status_code == 303
        assert "提请审批" not in words(await browser.get(page))
    async with browser_of(world, clerk) as browser:
        for said in ({"department": WATER}, {"department": "禾川县消防救援大队", "ratio": "10%"}):
            refused = await send(browser, page, page, **LINE | said, reason="再写一次")
            assert refused.status_code == 422, "nothing changes, or the number is another's"
        assert (await send(browser, page, f"{page}/draw-up")).status_code == 303
        assert "请由另一位" in words(await browser.get(page))
    async with visiting(world) as anyone, browser_of(world, head) as browser:
        assert (await anyone.get("/public/annual-plans/2026")).status_code == 404
        seen = (await browser.get(page)).text.partition('name="seen" value="')[2][:64]
        decided = await send(browser, page, f"{page}/decide", seen=seen, decision="approved", said="1号")
        assert decided.status_code == 303
        assert "取水检查" in words(await anyone.get("/public/annual-plans/2026"))
        assert (await anyone.get("/public/annual-plans/2026/plan.json")).json()[0]["id"] == "水-01"
        assert "取水检查" in (await anyone.get("/public/annual-plans/2026/plan.csv")).text


@pytest.mark.parametrize("year", ["1999", "2101", "91337012668444", "-1"])
async def test_no_page_breaks_over_a_year_of_which_nothing_is_kept(world: Services, year: str) -> None:
    clerk = await a_person(world, "li.si")
    async with browser_of(world, clerk) as browser:
        for page in ("/annual-plans/{}", "/public/annual-plans/{}", "/public/annual-plans/{}/plan.json"):
            assert (await browser.get(page.format(year))).is_client_error, page
