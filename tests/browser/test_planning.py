"""A round planned in a real browser with the keyboard alone: begun, followed in two windows, called good enough."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect
from support import rounds
from support.browsers import PHONE, Window, faults, pictured, pressed, served, window
from support.jobs import surroundings
from support.people import a_person

from coordinator.actions.plan_requests import request_plan, stop_planning
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE
from coordinator.domain.jobs import StopRequest
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.worker import Pace, serve
from coordinator.storage.connection import Pool
from coordinator.storage.rounds import Stage
from coordinator.web.app import create_app

PATIENCE = 30_000
"""Milliseconds; the machine may be busy with other tests."""
FIRST_EVENT = """
([address]) => new Promise((resolve) => {
  const asked = performance.now(), events = new EventSource(address);
  events.onmessage = (event) => { events.close(); resolve([performance.now() - asked, event.data]); };
})
"""


@pytest.fixture
def services(pool: Pool) -> Services:
    return surroundings(pool)


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


@pytest.fixture
async def worker(services: Services) -> AsyncIterator[None]:
    working = asyncio.create_task(serve(services, HANDLERS, None, Pace(look=0.2)))
    yield
    working.cancel()
    await asyncio.wait([working])


@asynccontextmanager
async def begun(
    browser: Browser, services: Services, address: str, *, scripts: bool = True
) -> AsyncIterator[tuple[Window, UUID]]:
    """Somebody looks at a planning that no worker has taken up yet."""
    round_ = await rounds.drawn(services)
    person = await a_person(services, "wang.li")
    await request_plan(services, CONSOLE, round_, 60)
    async with window(browser, address, session=person.session, scripts=scripts) as seen:
        await seen.open(f"/rounds/{round_}/planning")
        await expect(seen.page.get_by_text("等待后台进程接手").first).to_be_visible(timeout=PATIENCE)
        yield seen, round_


@pytest.mark.usefixtures("worker")
async def test_a_planning_is_begun_followed_in_two_windows_and_called_good_enough(
    browser: Browser, services: Services, address: str
) -> None:
    round_ = await rounds.drawn(services)
    person = await a_person(services, "wang.li")
    path = f"/rounds/{round_}/planning"
    async with (
        window(browser, address, session=person.session) as one,
        window(browser, address, session=person.session, size=PHONE) as other,
    ):
        await one.open(path)
        assert not await faults(one.page)
        await pictured(one.page, "planning-begin")
        await one.page.locator("#seconds").focus()
        await one.page.keyboard.press("End")
        await pressed(one, "开始排期")
        await expect(one.page.get_by_text("已证明")).to_be_visible(timeout=PATIENCE)
        waited, words = await one.page.evaluate(FIRST_EVENT, [f"{path}/events"])
        assert "已用" in words
        assert waited < 1000
        await other.open(path)
        for each, name in ((one, "desk"), (other, "phone")):
            await expect(each.page.get_by_text("已证明")).to_be_visible(timeout=PATIENCE)
            assert not await faults(each.page)
            await pictured(each.page, f"planning-{name}")
        await one.page.reload()
        await pressed(one, "够好了，用当前方案")
        for each in (one, other):
            await expect(each.page.get_by_text("✓ 已排期")).to_be_visible(timeout=PATIENCE)
    assert await rounds.stage_of(services.pool, round_) is Stage.PLANNED


async def test_without_events_the_page_asks_again_and_again(browser: Browser, services: Services, address: str) -> None:
    async with begun(browser, services, address) as (seen, round_):
        await seen.page.route("**/planning/events", lambda route: route.abort())
        await seen.page.reload()
        await stop_planning(services, CONSOLE, round_, StopRequest.CANCEL)
        await expect(seen.page.get_by_text("上一次排期已取消")).to_be_visible(timeout=PATIENCE)


async def test_without_scripts_the_page_refreshes_itself(browser: Browser, services: Services, address: str) -> None:
    async with begun(browser, services, address, scripts=False) as (seen, round_):
        await stop_planning(services, CONSOLE, round_, StopRequest.CANCEL)
        await expect(seen.page.get_by_text("上一次排期已取消")).to_be_visible(timeout=PATIENCE)
