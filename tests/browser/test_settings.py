"""A round's settings changed in a real browser by the keyboard, without scripts: written, seen, confirmed."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect
from postgres.test_handing_in import COORDINATOR, NOW, OTHERS, begun, handed_in
from support import rounds
from support.browsers import DESK, PHONE, faults, pictured, pressed, served, window
from support.people import a_person
from support.rounds import WATER
from support.web import at

from coordinator.actions.services import Services
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

PATIENCE = 30_000


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), NOW)


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_settings_are_written_seen_and_confirmed_by_the_keyboard(
    browser: Browser, services: Services, address: str, size: tuple[int, int]
) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, *OTHERS, WATER, COORDINATOR)
    person = await a_person(services, "wang.li")
    async with window(browser, address, session=person.session, size=size, scripts=False) as seen:
        page = await seen.open(f"/rounds/{round_}/hand-in")
        await page.get_by_role("link", name="修改设置").click()
        await page.locator("#last_day").fill("2026-03-05")
        await page.locator("#gap_days").fill("33")
        await page.locator("#gap_days").press("Enter")
        await expect(page.get_by_role("heading", name="要改的是这些")).to_be_visible(timeout=PATIENCE)
        await pictured(page, f"settings-{size[0]}")
        await pressed(seen, "确认修改")
        await expect(page.get_by_text("设置已经修改")).to_be_visible(timeout=PATIENCE)
    async with window(browser, address, session=person.session, size=size) as seen:
        assert not await faults(await seen.open(f"/rounds/{round_}/settings"))
