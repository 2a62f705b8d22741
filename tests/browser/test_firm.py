"""A firm with its letter: on a phone and without scripts from the paper to what it may know; and the office's list."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page
from support.browsers import DESK, PHONE, faults, pictured, served, window
from support.people import a_person
from support.web import BEFORE, World, at, dispatched_world

from coordinator.actions.letters import issue_letters
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import CONSOLE, Office
from coordinator.embedded import Endpoints
from coordinator.web.app import create_app


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


@pytest.fixture(scope="module")
async def address(world: World) -> AsyncIterator[str]:
    async with served(create_app(at(world.services, BEFORE))) as here:
        yield here


@pytest.fixture(scope="module")
async def letter(world: World, address: str) -> WrittenLetter:
    written = await issue_letters(world.services, CONSOLE, world.round, address)
    return max(written, key=lambda one: len(one.letter.departments))


async def entered(page: Page, letter: WrittenLetter) -> None:
    await page.get_by_label("函号").fill(letter.letter.number)
    await page.get_by_label("密码").fill(letter.code.lower())
    await page.get_by_role("button", name="打开").click()
    await page.wait_for_url("**/letter/visits")


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
async def test_from_the_paper_to_the_page_on_a_phone(
    browser: Browser, address: str, letter: WrittenLetter, *, scripts: bool
) -> None:
    async with window(browser, address, size=PHONE, scripts=scripts) as seen:
        page = await seen.open("/letter")
        await page.get_by_label("函号").fill("wrong")
        await page.get_by_label("密码").fill("wrong")
        await page.get_by_role("button", name="打开").click()
        assert await page.get_by_role("alert").get_by_role("link").get_attribute("href") == "#number"
        await pictured(page, "firm-wrong-360")
        await entered(page, letter)
        assert await page.get_by_role("heading", level=1).inner_text() == letter.announcement.target.name
        await pictured(page, "firm-360")
        await page.get_by_role("button", name="退出").click()
        await page.wait_for_url("**/letter?done=left")


async def test_the_qr_takes_one_press(browser: Browser, address: str, letter: WrittenLetter) -> None:
    async with window(browser, address, size=PHONE, scripts=False) as seen:
        page = await seen.open(letter.full_address.removeprefix(address))
        await pictured(page, "firm-qr-360")
        await page.keyboard.press("Tab")
        await page.get_by_role("button", name="打开").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/letter/visits")


async def test_a_firm_asks_on_a_phone_without_scripts_and_reads_the_answer(
    browser: Browser, world: World, address: str, letter: WrittenLetter
) -> None:
    person = await a_person(world.services, "answering", Office.COORDINATOR)
    async with window(browser, address, size=PHONE, scripts=False) as seen:
        page = await seen.open("/letter")
        await entered(page, letter)
        await page.get_by_role("link", name="申请改期").first.click()
        await pictured(page, "firm-move-360")
        await page.get_by_label("希望改到").select_option(index=1)
        await page.get_by_label("理由").fill("那天停产检修，没有负责人在场。")
        await page.get_by_role("button", name="提交").click()
        await page.get_by_text("等待答复").first.wait_for()
        await page.get_by_role("button", name="加入日历").click()
        assert await page.get_by_role("link", name="打开日历文件").get_attribute("href")
        await pictured(page, "firm-calendar-360")
        async with window(browser, address, session=person.session) as office:
            list_ = await office.open("/requests")
            assert not await faults(list_)
            await pictured(list_, "requests-1280")
            await list_.get_by_role("link", name=letter.announcement.target.name).click()
            await list_.get_by_label("不同意").check()
            await list_.get_by_label("给企业的一句话").fill("那天全县统一行动，请照原来的时间。")
            assert not await faults(list_)
            await pictured(list_, "request-1280")
            await list_.get_by_role("button", name="答复").click()
            await list_.wait_for_url("**/requests?done=answered")
        await (await seen.open("/letter/feedback/complaint")).get_by_label("情况").fill("同一份材料要了两遍。")
        await pictured(page, "firm-complaint-360")
        await page.get_by_role("button", name="提交").click()
        await page.get_by_text("检查部门看不到是谁提交的").wait_for()
        await seen.open("/letter/visits")
        await page.get_by_text("请照原来的时间").wait_for()
        await pictured(page, "firm-answered-360")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_firms_pages_have_no_serious_fault(
    browser: Browser, address: str, letter: WrittenLetter, size: tuple[int, int]
) -> None:
    async with window(browser, address, size=size) as seen:
        page = await seen.open("/letter")
        found = {"opening": await faults(page)}
        await entered(page, letter)
        found["visits"] = await faults(page)
        for kind in ("move", "recusal", "objection"):
            visit = letter.announcement.visits[0].anchor
            found[kind] = await faults(await seen.open(f"/letter/ask/{kind}?visit={visit}"))
        found["feedback"] = await faults(await seen.open("/letter/feedback/rating"))
        await seen.open("/letter/visits")
        await pictured(page, f"firm-visits-{size[0]}")
    assert not {name: each for name, each in found.items() if each}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_the_list_of_letters_has_no_serious_fault(
    browser: Browser, world: World, address: str, letter: WrittenLetter, size: tuple[int, int]
) -> None:
    person = await a_person(world.services, f"letters{size[0]}", Office.COORDINATOR)
    async with window(browser, address, session=person.session, size=size) as seen:
        page = await seen.open(f"/rounds/{world.round}/letters")
        assert await page.get_by_text(letter.announcement.target.name).first.is_visible()
        assert not await faults(page)
        await pictured(page, f"letters-{size[0]}")
