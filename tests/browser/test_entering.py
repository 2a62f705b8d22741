"""Results entered on a phone: from the duty to the saved form by the keyboard alone; no page here has a script."""

from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace
from playwright.async_api import Browser
from support import rounds
from support.browsers import DESK, PHONE, Window, faults, pictured, pressed, served, window
from support.people import a_person
from support.rounds import world as world_of
from support.web import AFTER, BEFORE, at

from coordinator.actions.recording import record_facts
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER, Office
from coordinator.domain.codes import ResultCode
from coordinator.storage import findings
from coordinator.storage.connection import Pool, transaction
from coordinator.web.app import create_app


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(world_of(pool), AFTER)


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


async def reached(seen: Window, field: str) -> None:
    """Reach a field by the tab key."""
    for _ in range(80):
        if await seen.page.evaluate("name => document.activeElement.id === name", field):
            return
        await seen.page.keyboard.press("Tab")
    raise AssertionError(f"“{field}” cannot be reached by the keyboard")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_stops_results_are_entered_by_the_keyboard(
    browser: Browser, services: Services, address: str, size: tuple[int, int]
) -> None:
    round_ = await rounds.dispatched(at(services, BEFORE))
    inspector = await a_person(services, "zhao.liu", Office.INSPECTOR)
    async with window(browser, address, session=inspector.session, size=size) as seen:
        page = await seen.open("/")
        assert not await faults(page)
        await page.get_by_role("link", name="去录入").press("Enter")
        await page.get_by_text("现在要录入").wait_for()
        assert not await faults(page)
        await pictured(page, f"results-{size[0]}")
        await page.locator("td.name a").first.press("Enter")
        await reached(seen, "result-1")
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await reached(seen, "filed-1")
        await page.keyboard.press("Space")
        await pictured(page, f"entry-{size[0]}")
        assert not await faults(page)
        await pressed(seen, "保存")
        await page.get_by_role("heading", name="没有保存").wait_for()
        assert not await faults(page)
        await pictured(page, f"entry-refused-{size[0]}")
        await reached(seen, "filed-1")
        await page.keyboard.press("Space")
        await pressed(seen, "保存")
        await page.get_by_text("✓ 已经保存").wait_for()
        assert not await faults(page)
        await pictured(page, f"entry-saved-{size[0]}")
    async with transaction(services.pool, WORKER) as db:
        assert {each.result for each in await findings.findings(db, round_)} == {ResultCode.NO_PROBLEM}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_what_follows_from_results_is_read_by_everybody(
    browser: Browser, services: Services, address: str, size: tuple[int, int]
) -> None:
    round_ = await rounds.dispatched(at(services, BEFORE))
    facts = await rounds.facts_of(services, round_)
    problems = tuple(replace(each, result=ResultCode.ORDERED_TO_CORRECT, problem="没有台账") for each in facts.findings)
    assert await record_facts(services, CONSOLE, replace(facts, findings=problems))
    office = await a_person(services, "li.si")
    async with window(browser, address, session=office.session, size=size) as seen:
        for path, name in (
            (f"/rounds/{round_}", "round-with-results"),
            (f"/rounds/{round_}/results", "results-of-all"),
            (f"/rounds/{round_}/results/notices", "notices"),
            ("/statistics", "statistics"),
        ):
            page = await seen.open(path)
            assert not await faults(page), path
            await pictured(page, f"{name}-{size[0]}")
        await page.locator(".annex a").first.press("Enter")
        await page.locator("#evidence").wait_for()
        assert not await faults(page)
        await pictured(page, f"evidence-{size[0]}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_form_is_uploaded_looked_through_and_entered(
    browser: Browser, services: Services, address: str, size: tuple[int, int], tmp_path: Path
) -> None:
    round_ = await rounds.dispatched(at(services, BEFORE))
    liaison = await a_person(services, "li.si", Office.DEPARTMENT)
    filled = tmp_path / "填报.xlsx"
    async with window(browser, address, session=liaison.session, size=size) as seen:
        page = await seen.open(f"/rounds/{round_}/results")
        await page.get_by_role("link", name="用工作簿填报").press("Enter")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="下载填报表").click()
        await (await download.value).save_as(filled)
        assert not await faults(page)
        await pictured(page, f"form-upload-{size[0]}")
        book = openpyxl.load_workbook(filled)
        for row, result in ((2, "未发现问题"), (3, "很好")):
            for column, value in ((5, "2026-03-10"), (6, result)):
                book["检查结果"].cell(row, column, value)
        book.save(filled)
        await page.get_by_label("填报表（.xlsx，不超过 20 MB）").set_input_files(filled)
        await pressed(seen, "上传并核对")
        await page.get_by_role("heading", name="核对结果").wait_for()
        assert not await faults(page)
        await pictured(page, f"form-trial-{size[0]}")
        await pressed(seen, "只提交正确的行，其余 1 行退回")
        await page.get_by_text("✓ 已经提交").wait_for()
        assert not await faults(page)
        await pictured(page, f"form-entered-{size[0]}")
