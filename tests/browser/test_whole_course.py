"""A whole round in browsers alone: begun, handed in, drawn by its parties, planned, drawn again, approved, announced.

Everybody sits at an own window; nothing is done behind their backs but the worker's work.
"""

import asyncio
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect
from support.browsers import PHONE, Window, faults, pictured, served, window
from support.ceremonies import COORDINATING, OTHERS, Hall, a_hall
from support.people import a_person
from support.rounds import small
from support.rounds import world as world_of

from coordinator.domain.actors import Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.worker import Pace, serve
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

NOW = datetime(2026, 2, 12, 9, tzinfo=LOCAL_TIME)
PATIENCE = 60_000
"""Milliseconds; the machine may be busy with other tests."""
HEAD = small().settings.round
DEPARTMENTS = tuple(sorted(file.removesuffix(".xlsx") for file in small().originals))


class Room:
    """Everybody's windows on one service."""

    def __init__(self, browser: Browser, address: str, stack: AsyncExitStack) -> None:
        self._browser, self.address, self._stack = browser, address, stack

    async def seat(self, session: str, path: str = "/", size: tuple[int, int] = (1280, 900)) -> Window:
        entering = window(self._browser, self.address, session=session, size=size)
        seen = await self._stack.enter_async_context(entering)
        await seen.open(path)
        return seen


@pytest.fixture
async def hall(pool: Pool) -> AsyncIterator[Hall]:
    made = await a_hall(world_of(pool), NOW)
    working = asyncio.create_task(serve(made.services, HANDLERS, None, Pace(look=0.2)))
    yield made
    working.cancel()
    await asyncio.wait([working])


async def begins(office: Window) -> str:
    """The coordinating office fills in the form; gives the round's address."""
    page = await office.open("/rounds/new")
    form = page.locator("form").first
    for label, value in (
        ("名称", HEAD.name),
        ("编号", HEAD.id),
        ("行政区划代码", HEAD.region),
        ("牵头部门", HEAD.coordinator),
        ("检查开始日期", HEAD.first_day.isoformat()),
        ("检查结束日期", HEAD.last_day.isoformat()),
        ("参加的部门", "\n".join(DEPARTMENTS)),
        ("提交期限", "2026-02-20"),
    ):
        await form.get_by_label(label, exact=True).fill(value)
    await page.get_by_role("button", name="建立并请各部门提交").click()
    await page.wait_for_url(re.compile(r"/rounds/[0-9a-f-]{36}"))
    found = re.search(r"/rounds/[0-9a-f-]{36}", page.url)
    assert found is not None
    return found[0]


async def hands_in(seen: Window, round_: str, file: Path) -> None:
    page = await seen.open(f"{round_}/hand-in")
    await page.get_by_label("工作簿（.xlsx").set_input_files(file)
    await page.get_by_role("button", name="上传并核对").click()
    await expect(page.get_by_role("heading", name="核对结果")).to_be_visible(timeout=PATIENCE)
    all_, good = (page.get_by_role("button", name=name) for name in ("确认提交", "只提交正确的"))
    await all_.or_(good).first.click()
    await expect(page.get_by_role("status")).to_contain_text("提交成功", timeout=PATIENCE)


async def takes_part(seen: Window) -> None:
    """Make a secret, commit, and reveal once all have committed."""
    page = seen.page
    await page.get_by_role("button", name="生成秘密").click(timeout=PATIENCE)
    await page.get_by_role("button", name="提交承诺", exact=True).click()
    await page.get_by_role("button", name="公布秘密").click(timeout=PATIENCE)
    await expect(page.locator("#own")).to_contain_text("也已公布秘密", timeout=PATIENCE)


async def drawn_together(room: Room, hall: Hall, round_: str, stage: str) -> None:
    """Fix, commit, reveal, propose, confirm: each at an own window, all at once."""
    place = f"{round_}/draws/{stage}/ceremony"
    first = await room.seat(hall.first.session, place)
    await first.page.get_by_role("button", name="固定并公布摘要").click()
    await expect(first.page.locator("#progress")).to_contain_text("各方提交承诺", timeout=PATIENCE)
    others = [await room.seat(hall.liaisons[each].session, place) for each in OTHERS]
    await asyncio.gather(*(takes_part(each) for each in (first, *others)))
    await first.page.get_by_role("button", name="提出抽取").click(timeout=PATIENCE)
    second = await room.seat(hall.second.session, place)
    await second.page.get_by_role("button", name="确认，现在抽取").click(timeout=PATIENCE)
    await expect(first.page.locator("#progress")).to_contain_text("已抽取", timeout=PATIENCE)


async def plans(office: Window, round_: str) -> None:
    page = await office.open(f"{round_}/planning")
    await page.get_by_role("button", name="开始排期").click()
    enough = page.get_by_role("button", name="够好了，用当前方案")
    await expect(page.get_by_text("已证明").or_(page.get_by_text("✓ 已排期")).first).to_be_visible(timeout=PATIENCE)
    if await enough.is_visible():
        await enough.click()
    await expect(page.get_by_text("✓ 已排期")).to_be_visible(timeout=PATIENCE)


async def approved(room: Room, hall: Hall, round_: str) -> None:
    """One draws the papers up, another approves them."""
    first = await room.seat(hall.first.session, f"{round_}/papers")
    await first.page.get_by_role("button", name="提请审批").click()
    await first.page.get_by_text("请由另一位有审批权限的人批准").wait_for()
    second = await room.seat(hall.second.session, f"{round_}/papers")
    await second.page.get_by_label("文号").fill("某双随机办〔2026〕3号")
    await second.page.keyboard.press("Enter")
    await second.page.get_by_text("✓ 已批准").wait_for()


async def letters(office: Window, round_: str) -> list[tuple[str, str]]:
    """Issue all letters; gives number and code of each, as the firms read them."""
    page = await office.open(f"{round_}/letters")
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="并下载").click()
    content = Path(await (await downloading.value).path()).read_bytes()  # noqa: ASYNC240 - a small file
    with zipfile.ZipFile(BytesIO(content)) as packed:
        pages = [packed.read(name).decode() for name in packed.namelist() if name.endswith(".html")]
    signs = [re.search(r"函号<dd[^>]*>([^<]+)<dt>密码<dd[^>]*>([^<]+)<", text) for text in pages]
    return [(found[1], found[2]) for found in signs if found]


async def test_a_round_goes_its_whole_course_in_browsers(browser: Browser, hall: Hall, tmp_path: Path) -> None:
    for file, content in small().originals.items():
        (tmp_path / file).write_bytes(content)
    (last,) = {*DEPARTMENTS} - {*OTHERS, COORDINATING}
    fire = await a_person(hall.services, "fire", Office.DEPARTMENT, last)
    sessions = {each: person.session for each, person in hall.liaisons.items()}
    sessions |= {COORDINATING: hall.first.session, last: fire.session}
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(create_app(hall.services)))
        room = Room(browser, address, stack)
        office = await room.seat(hall.first.session)
        round_ = await begins(office)
        for department in DEPARTMENTS:
            seen = await room.seat(sessions[department])
            await hands_in(seen, round_, tmp_path / f"{department}.xlsx")
        await drawn_together(room, hall, round_, "targets")
        await plans(office, round_)
        await drawn_together(room, hall, round_, "teams")
        await approved(room, hall, round_)
        page = await office.open(round_)
        await expect(page.locator(".course")).to_contain_text("抽签")
        assert not await faults(page)
        await pictured(page, "course-dispatched")
        number, code = (await letters(office, round_))[0]
        firm = await stack.enter_async_context(window(browser, address, size=PHONE, scripts=False))
        shown = await firm.open("/letter")
        await shown.get_by_label("函号").fill(number)
        await shown.get_by_label("密码").fill(code)
        await shown.get_by_role("button", name="打开").click()
        await shown.wait_for_url("**/letter/visits")
        assert not await shown.get_by_text("不预告").count()
        await pictured(shown, "course-firm")
    assert await hall.stage(UUID(round_.rpartition("/")[2])) == "dispatched"
