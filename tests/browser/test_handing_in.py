"""A liaison hands in with the keyboard alone, in a real browser, beside another department's; pages, desk and phone."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Browser, expect
from support import rounds
from support.browsers import DESK, PHONE, faults, pictured, pressed, served, window
from support.people import a_person
from support.rounds import WATER, small
from support.web import at

from coordinator.actions.beginning import begin_round
from coordinator.actions.handing_in import try_workbook
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import CONSOLE, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

NOW = datetime(2026, 2, 12, 9, tzinfo=LOCAL_TIME)
COORDINATOR = small().settings.round.coordinator
BOOKS = small().originals


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), NOW)


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


@pytest.fixture
async def round_(services: Services) -> UUID:
    asked = "\n".join(file.removesuffix(".xlsx") for file in BOOKS)
    return await begin_round(services, CONSOLE, uuid4(), settings_file(small().settings), "2026-02-25", asked)


async def test_a_liaison_hands_in_and_undoes_with_the_keyboard_while_another_department_does_too(
    browser: Browser, services: Services, address: str, round_: UUID, tmp_path: Path
) -> None:
    (tmp_path / "上报.xlsx").write_bytes(BOOKS[f"{WATER}.xlsx"])
    (tmp_path / "牵头.xlsx").write_bytes(BOOKS[f"{COORDINATOR}.xlsx"])
    water = await a_person(services, "water", Office.DEPARTMENT)
    other = await a_person(services, "other", Office.DEPARTMENT, COORDINATOR)
    page = f"/rounds/{round_}/hand-in"
    async with (
        window(browser, address, session=water.session) as mine,
        window(browser, address, session=other.session) as theirs,
    ):
        for seen, file in ((mine, "上报.xlsx"), (theirs, "牵头.xlsx")):
            await seen.open(page)
            await seen.page.get_by_label("工作簿（.xlsx").set_input_files(tmp_path / file)
            await pressed(seen, "上传并核对")
            await expect(seen.page.get_by_role("heading", name="核对结果")).to_be_visible()
        await pressed(mine, "确认提交")
        await expect(mine.page.get_by_role("status")).to_contain_text("提交成功")
        again = theirs.page.get_by_role("button", name="只提交正确的")
        await again.focus()
        await theirs.page.keyboard.press("Enter")
        await expect(theirs.page.get_by_role("status")).to_contain_text("提交成功")
        await mine.open(page)
        await pressed(mine, "撤销这次提交")
        await expect(mine.page.get_by_role("status")).to_contain_text("已经撤销")


async def test_a_mistyped_department_is_taken_off_the_list(
    browser: Browser, services: Services, address: str, round_: UUID
) -> None:
    office = await a_person(services, "office")
    async with window(browser, address, session=office.session, size=PHONE, scripts=False) as seen:
        page = await seen.open(f"/rounds/{round_}/hand-in")
        await page.get_by_label("再请哪些部门提交").fill("禾川县水利据")
        await page.get_by_role("button", name="保存").click()
        await page.get_by_label("确实是另一个部门").check()
        await page.get_by_role("button", name="保存").click()
        await page.get_by_role("button", name="从名单上去掉禾川县水利据").click()
        await expect(page.get_by_role("status")).to_contain_text("已经从名单上去掉")
        await pictured(page, "taken-off-360")
        await expect(page.get_by_text("禾川县水利据")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_pages_of_handing_in_have_no_serious_fault(
    browser: Browser, services: Services, address: str, round_: UUID, size: tuple[int, int]
) -> None:
    office = await a_person(services, "office")
    liaison = await a_person(services, "liaison", Office.DEPARTMENT)
    trial = await try_workbook(services, office.who.actor, round_, "上报.xlsx", BOOKS[f"{COORDINATOR}.xlsx"])
    looked_at = (
        (office.session, "office-home", "/"),
        (liaison.session, "liaison-home", "/"),
        (office.session, "new-round", "/rounds/new"),
        (office.session, "collecting", f"/rounds/{round_}/hand-in"),
        (liaison.session, "handing-in", f"/rounds/{round_}/hand-in"),
        (office.session, "trial", f"/rounds/{round_}/hand-in/{trial}"),
    )
    for session, name, path in looked_at:
        async with window(browser, address, session=session, size=size) as seen:
            page = await seen.open(path)
            assert not await faults(page), path
            await pictured(page, f"{name}-{size[0]}")
