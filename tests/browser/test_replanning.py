"""Remedies and planning again in a real browser, by the keyboard: pressed, followed, confirmed by another, listed."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from support import rounds
from support.browsers import DESK, PHONE, Window, faults, pictured, pressed, served, window
from support.people import a_person
from support.replannings import lacking_days, planned, standing
from support.web import BEFORE, at

from coordinator.actions.services import Services
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.worker import Pace, serve
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

PATIENCE = 60_000


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


@pytest.fixture
async def round_(services: Services, request: pytest.FixtureRequest) -> UUID:
    made: UUID = await request.param(services)
    return made


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


async def sound(page: Page, name: str) -> None:
    """A page without serious faults, kept as a picture."""
    assert not await faults(page), name
    await pictured(page, name)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("round_", [lacking_days], indirect=True, ids=["lacking days"])
async def test_a_remedy_is_pressed_followed_and_confirmed_by_another_on_a_phone(
    browser: Browser, services: Services, address: str, round_: UUID
) -> None:
    one, other = await a_person(services, "wang.li"), await a_person(services, "li.na")
    async with (
        window(browser, address, session=one.session) as desk,
        window(browser, address, session=other.session, size=PHONE) as phone,
    ):
        for seen, name in ((desk, "desk"), (phone, "phone")):
            await sound(await seen.open(f"/rounds/{round_}/unserved"), f"unserved-{name}")
        button = desk.page.locator("button.go").first
        await pressed(desk, await button.get_attribute("aria-label") or "")
        await expect(desk.page.get_by_role("heading", name="与现在的方案比较")).to_be_visible(timeout=PATIENCE)
        here = desk.page.url.removeprefix(address)
        await sound(desk.page, "replanned-desk")
        await desk.page.locator("#reason").fill("部门书面同意延期，水函〔2026〕3号")
        await pressed(desk, "提请采用新方案")
        await expect(desk.page.get_by_text("请由另一位登录后在这一页确认")).to_be_visible(timeout=PATIENCE)
        await sound(desk.page, "replanned-proposed-desk")
        await phone.open(here)
        await sound(phone.page, "replanned-phone")
        await pressed(phone, "确认放宽，采用新方案")
        await expect(phone.page.get_by_text("✓ 已采用重排的方案")).to_be_visible(timeout=PATIENCE)
    assert (await rounds.trail(services.pool))[-1] == "replanning_taken"


async def added(seen: Window, event: str, **fields: str) -> None:
    """Fill in one of the forms and send it by the enter key."""
    for name, value in fields.items():
        await seen.page.locator(f"#{event}-{name}").fill(value)
    await seen.page.locator(f"#{event}-first").press("Enter")
    await seen.page.wait_for_load_state()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("round_", [planned], indirect=True, ids=["planned"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_changes_are_listed_planned_again_and_taken_without_scripts(
    browser: Browser, services: Services, address: str, size: tuple[int, int], round_: UUID
) -> None:
    problem, plan = await standing(services, round_)
    tour = plan.tours[0]
    day = next(each.date for each in problem.half_days if each.id == tour.half_day).isoformat()
    person = await a_person(services, "wang.li")
    async with window(browser, address, session=person.session, size=size, scripts=False) as seen:
        await seen.open(f"/rounds/{round_}/replanning")
        await added(seen, "away", who=problem.inspectors[0].id, first=day)
        await added(seen, "closed", who=tour.visits[0].target, first=day)
        await expect(seen.page.get_by_text("停业或不便受检").first).to_be_visible(timeout=PATIENCE)
        await pictured(seen.page, f"replanning-{size[0]}")
        await pressed(seen, "按这些变动重排")
        await expect(seen.page.get_by_role("heading", name="动了哪些，为什么")).to_be_visible(timeout=PATIENCE)
        await pictured(seen.page, f"replanned-events-{size[0]}")
        await pressed(seen, "采用新方案")
        await expect(seen.page.get_by_text("撤销这次重排")).to_be_visible(timeout=PATIENCE)
    async with window(browser, address, session=person.session, size=size) as seen:
        await sound(await seen.open(f"/rounds/{round_}/replanning"), f"replanning-list-{size[0]}")
