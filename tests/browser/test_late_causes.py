"""A task that comes after the plan, in a real browser and by the keyboard: found, looked at, filed, planned in."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from support import rounds
from support.browsers import DESK, PHONE, faults, pictured, pressed, served, window
from support.late_causes import own_targets
from support.people import a_person
from support.replannings import planned
from support.rounds import WATER
from support.web import BEFORE, at

from coordinator.actions.services import Services
from coordinator.domain.actors import Office
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.worker import Pace, serve
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

PATIENCE = 60_000


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


@pytest.fixture
async def round_(services: Services) -> UUID:
    return await planned(services)


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


@pytest.fixture
async def worker(services: Services, round_: UUID) -> AsyncIterator[None]:
    """Begins when the round is planned, which else it might plan itself."""
    assert round_
    working = asyncio.create_task(serve(services, HANDLERS, None, Pace(look=0.2)))
    yield
    working.cancel()
    await asyncio.wait([working])


async def sound(page: Page, name: str, *, scripts: bool) -> None:
    """Kept as a picture; without serious faults, which a script has to look for."""
    await pictured(page, name)
    assert not scripts or not await faults(page), name


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(("size", "scripts"), [(DESK, True), (PHONE, False), (PHONE, True)])
async def test_a_department_files_and_the_office_plans_in(
    browser: Browser, services: Services, address: str, size: tuple[int, int], round_: UUID, *, scripts: bool
) -> None:
    firm = (await own_targets(services, round_, in_plan=False))[0]
    person = await a_person(services, "zhao.min", Office.DEPARTMENT, WATER)
    office = await a_person(services, "wang.li")
    name = f"late-{size[0]}-{scripts}"
    async with window(browser, address, session=person.session, size=size, scripts=scripts) as seen:
        page = await seen.open(f"/rounds/{round_}/late-causes")
        await sound(page, f"{name}-1", scripts=scripts)
        await page.locator("#q").fill(firm.name)
        await page.locator("#q").press("Enter")
        await page.locator("#item").select_option("SL03")
        await page.locator("#source").select_option("转办交办")
        await page.locator("#document").fill("县督〔2026〕12号")
        await page.locator("#note").fill("省级重点整治交办：群众反映夜间采砂")
        await page.locator("#last").fill("2026-03-20")
        await sound(page, f"{name}-2", scripts=scripts)
        await pressed(seen, "核对")
        await expect(page.get_by_role("heading", name="请核对，还没有登记")).to_be_visible(timeout=PATIENCE)
        await sound(page, f"{name}-3", scripts=scripts)
        await pressed(seen, "登记")
        await expect(page.get_by_text("● 待排入")).to_be_visible(timeout=PATIENCE)
        await sound(page, f"{name}-4", scripts=scripts)
    async with window(browser, address, session=office.session, size=size, scripts=scripts) as seen:
        page = await seen.open(f"/rounds/{round_}/replanning")
        await sound(page, f"{name}-5", scripts=scripts)
        await pressed(seen, "按这些变动重排")
        await expect(page.get_by_role("heading", name="动了哪些，为什么")).to_be_visible(timeout=PATIENCE)
        await sound(page, f"{name}-6", scripts=scripts)
        await pressed(seen, "采用新方案")
        await expect(page.get_by_text("临时增加的任务已经排入")).to_be_visible(timeout=PATIENCE)
        await sound(page, f"{name}-7", scripts=scripts)
        page = await seen.open(f"/rounds/{round_}/late-causes")
        await expect(page.get_by_text("✓ 已排入方案")).to_be_visible(timeout=PATIENCE)
        await sound(page, f"{name}-8", scripts=scripts)
