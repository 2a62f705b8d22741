"""A visit moved in a real browser by the keyboard alone, without scripts: refused, moved, taken back."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from postgres.test_moving_visits import out_of_its_window
from support import rounds
from support.browsers import DESK, PHONE, Window, faults, pictured, pressed, served, window
from support.people import a_person
from support.web import BEFORE, at

from coordinator.actions.services import Services
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app
from solver.planning.moving import Place

PATIENCE = 30_000


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


async def entered(seen: Window, wanted: Locator) -> None:
    """Reach something by the tab key and press it by the enter key."""
    for _ in range(120):
        if await wanted.evaluate("each => each === document.activeElement"):
            return await seen.page.keyboard.press("Enter")
        await seen.page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached by the keyboard")


def day_link(page: Page, place: Place) -> Locator:
    return page.locator(f"nav.days a[href*='day={place.half_day.partition('/')[0]}']")


async def test_a_visit_is_moved_and_taken_back_by_the_keyboard_alone(
    browser: Browser, services: Services, address: str
) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, place = await out_of_its_window(services, round_)
    person = await a_person(services, "wang.li")
    async with window(browser, address, session=person.session, scripts=False) as seen:
        page = await seen.open(f"/rounds/{round_}/schedule?week=all&tour={chosen.tour}")
        await entered(seen, page.locator(f"a[href*='/moves?'][href*='{chosen.target}']"))
        await expect(page.get_by_role("heading", name="最近的可行位置")).to_be_visible(timeout=PATIENCE)
        await entered(seen, day_link(page, place))
        await entered(seen, page.locator("summary", has_text="不行的").first)
        await entered(seen, page.locator("details[open] a").first)
        await expect(page.get_by_role("alert")).to_contain_text("规则")
        await entered(seen, page.locator("button.go"))
        await expect(page.get_by_text("✓ 已移动")).to_be_visible(timeout=PATIENCE)
        await entered(seen, page.get_by_role("button", name="撤销这次移动"))
        await expect(page.get_by_text("✓ 已撤销")).to_be_visible(timeout=PATIENCE)
    assert (await rounds.trail(services.pool))[-2:] == ["visit_moved", "move_undone"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_the_page_of_a_move_has_no_serious_fault(
    browser: Browser, services: Services, address: str, size: tuple[int, int]
) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, place = await out_of_its_window(services, round_)
    person = await a_person(services, "wang.li")
    async with window(browser, address, session=person.session, size=size) as seen:
        page = await seen.open(f"/rounds/{round_}/schedule?week=all&tour={chosen.tour}")
        await pictured(page, f"move-from-{size[0]}")
        await page.locator(f"a[href*='/moves?'][href*='{chosen.target}']").click()
        await day_link(page, place).click()
        await page.locator("summary", has_text="不行的").first.click()
        await page.locator("details[open] a").first.click()
        await expect(page.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
        assert not await faults(page)
        await pictured(page, f"move-{size[0]}")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_place_outside_the_window_offers_to_ask_another_person(
    browser: Browser, services: Services, address: str, size: tuple[int, int]
) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, place = await out_of_its_window(services, round_)
    person = await a_person(services, "wang.li")
    asked = urlencode({"tour": chosen.tour, "target": chosen.target, "half_day": place.half_day})
    async with window(browser, address, session=person.session, size=size) as seen:
        page = await seen.open(f"/rounds/{round_}/moves?{asked}")
        assert not await faults(page)
        await pictured(page, f"override-{size[0]}")
        await pressed(seen, "破例移到这里，提请另一位确认")
        await expect(page.get_by_role("heading", name="与现在的方案比较")).to_be_visible(timeout=PATIENCE)
        assert not await faults(page)
        await pictured(page, f"overridden-{size[0]}")
