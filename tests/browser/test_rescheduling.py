"""A visit moved after the lots in a real browser, by the keyboard alone and without scripts; its pages looked at."""

from collections.abc import AsyncIterator

import pytest
from browser.test_moving import PATIENCE, entered
from playwright.async_api import Browser, expect
from support import rounds
from support.browsers import DESK, PHONE, faults, pictured, served, window
from support.people import a_person
from support.web import BEFORE, at

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.firm_requests import ask
from coordinator.actions.letters import issue_letters
from coordinator.actions.opening import in_letter, open_letter
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.announcements import announcements
from coordinator.domain.firm_requests import RequestKind, Wish, days_open
from coordinator.storage.connection import Pool, transaction
from coordinator.web.app import create_app


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


async def test_a_drawn_visit_is_moved_by_the_keyboard_alone(browser: Browser, services: Services, address: str) -> None:
    round_ = await rounds.dispatched(services, seed=rounds.SEED)
    person = await a_person(services, "wang.li")
    async with window(browser, address, session=person.session, scripts=False) as seen:
        page = await seen.open(f"/rounds/{round_}/schedule?week=all&tour=T005")
        await entered(seen, page.get_by_role("link", name="改期").first)
        await expect(page.get_by_role("heading", name="最近的时间")).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("改期的理由").focus()
        await page.keyboard.type("企业当天停产检修")
        await entered(seen, page.locator("button.go"))
        await expect(page.get_by_text("✓ 已改期，人员不变")).to_be_visible(timeout=PATIENCE)
        await expect(page.get_by_text("▲ 改期，原定").first).to_be_visible()
    assert (await rounds.trail(services.pool))[-1] == "visit_rescheduled"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_what_a_firm_asked_is_granted_by_moving_its_visit(
    browser: Browser, services: Services, address: str, size: tuple[int, int]
) -> None:
    round_ = await rounds.dispatched(services)
    person = await a_person(services, "wang.li")
    async with transaction(services.pool, WORKER) as db:
        dispatch = await load_dispatch(db, WORKER, round_)
    (one, *_) = await issue_letters(services, CONSOLE, round_, address)
    firm = await in_letter(services, await open_letter(services, one.letter.number, one.code))
    assert firm is not None
    visit = announcements(dispatch)[one.letter.target].visits[0]
    day = days_open(dispatch, visit, BEFORE)[-1]
    wish = Wish(kind=RequestKind.MOVE, visit=visit.anchor, day=day.isoformat(), reason="当天停产检修")
    asked = await ask(services, firm, dispatch, wish)
    async with window(browser, address, session=person.session, size=size) as seen:
        page = await seen.open(f"/requests/{asked.id}")
        assert not await faults(page)
        await pictured(page, f"rescheduling-asked-{size[0]}")
        await page.get_by_role("link", name="选择新的时间").click()
        await expect(page.get_by_role("heading", name="企业希望的那天")).to_be_visible(timeout=PATIENCE)
        assert not await faults(page)
        await pictured(page, f"rescheduling-{size[0]}")
        await page.locator("button.place").first.click()
        await expect(page.get_by_text("✓ 已改期并答复")).to_be_visible(timeout=PATIENCE)
        page = await seen.open(f"/rounds/{round_}/targets/{one.letter.target}?done=moved")
        assert not await faults(page)
        await pictured(page, f"rescheduled-{size[0]}")
    async with window(browser, address, size=size) as seen:
        page = await seen.open("/letter")
        await page.locator("input[name=number]").fill(one.letter.number)
        await page.locator("input[name=code]").fill(one.code)
        await page.locator("button.go").click()
        await expect(page.get_by_text("▲ 已改期，原定")).to_be_visible(timeout=PATIENCE)
        assert not await faults(page)
        await pictured(page, f"rescheduled-firm-{size[0]}")
