"""Approve, then announce: two people at their own browsers, and the public before and after."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser
from support.browsers import DESK, PHONE, faults, pictured, served, window
from support.people import a_person
from support.rounds import teams_drawn
from support.rounds import world as world_of
from support.web import AFTER, BEFORE, at

from coordinator.actions.services import Services
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app


@pytest.fixture
def services(pool: Pool) -> Services:
    """When everybody looks, the time of every visit has passed: only the approval keeps the round from the public."""
    return at(world_of(pool), AFTER)


@pytest.fixture
async def round_(services: Services) -> UUID:
    return await teams_drawn(at(services, BEFORE))


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_papers_are_approved_by_a_second_person_and_then_announced(
    browser: Browser, services: Services, round_: UUID, address: str, size: tuple[int, int]
) -> None:
    path, public = f"/rounds/{round_}/papers", f"/public/rounds/{round_}"
    clerk, head = await a_person(services, "li.si"), await a_person(services, "zhang.san")
    async with window(browser, address, size=size, scripts=False) as anyone:
        async with window(browser, address, session=clerk.session, size=size) as first:
            page = await first.open(path)
            assert not await faults(page)
            await page.get_by_role("button", name="提请审批").click()
            await page.get_by_text("请由另一位有审批权限的人批准").wait_for()
            assert not await faults(page)
            await pictured(page, f"papers-waiting-{size[0]}")
        await (await anyone.open(public)).get_by_text("尚未公开").wait_for()
        async with window(browser, address, session=head.session, size=size) as second:
            page = await second.open(path)
            assert not await faults(page)
            await page.get_by_label("文号").focus()
            await page.keyboard.type("某双随机办〔2026〕3号")
            await pictured(page, f"papers-deciding-{size[0]}")
            await page.keyboard.press("Enter")
            await page.get_by_text("✓ 已批准").wait_for()
            assert not await faults(page)
            await pictured(page, f"papers-approved-{size[0]}")
            async with page.expect_download() as download:
                await page.get_by_role("link", name="联合抽查实施方案，Word").click()
            assert (await download.value).suggested_filename.endswith("实施方案.docx")
        await (await anyone.open(public)).get_by_text("✓ 已公开").wait_for()
