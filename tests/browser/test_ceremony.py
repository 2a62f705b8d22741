"""A draw held by its parties in their own browsers, at once, while the room looks on; and one without scripts."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from support.browsers import DESK, PHONE, PROJECTOR, Window, faults, pictured, served, window
from support.ceremonies import COORDINATING, FIRE, OTHERS, Hall, a_hall
from support.people import a_person
from support.rounds import collected
from support.rounds import world as world_of

from coordinator.actions.ceremony_ends import declare_attempt_void
from coordinator.domain.actors import Office
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app
from solver.chance.head import Stage
from solver.chance.verify import verify

PATIENCE = 30_000
"""Milliseconds; the machine may be busy with other tests."""
FIRST, SECOND = OTHERS


@pytest.fixture
async def hall(pool: Pool) -> Hall:
    return await a_hall(world_of(pool), datetime.now(UTC))


async def commits(seen: Window, *, reload: bool = False) -> None:
    """Make a secret, reload in between where asked to, and hand the commitment in."""
    page = seen.page
    await page.get_by_role("button", name="生成秘密").click()
    made = await page.locator("[data-secret]").inner_text()
    if reload:
        await page.reload()
        assert await page.locator("[data-secret]").inner_text() == made, "the browser keeps it"
    await page.get_by_role("button", name="提交承诺", exact=True).click()
    await expect(page.locator("#own")).to_contain_text("已提交承诺", timeout=PATIENCE)


async def reveals(seen: Window) -> None:
    button = seen.page.get_by_role("button", name="公布秘密")
    await expect(button).to_be_visible(timeout=PATIENCE)
    await button.click()
    await expect(seen.page.locator("#own")).to_contain_text("也已公布秘密", timeout=PATIENCE)


async def told(page: Page, words: str) -> None:
    """Wait until the live part says so, without anybody's loading anything."""
    await expect(page.locator("#progress")).to_contain_text(words, timeout=PATIENCE)


async def test_three_parties_and_the_room_hold_the_first_draw_at_once(
    browser: Browser, hall: Hall, tmp_path: Path
) -> None:
    round_ = await collected(hall.services)
    place = f"/rounds/{round_}/draws/targets"
    found: dict[str, list[str]] = {}
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(create_app(hall.services)))

        async def seat(session: str, size: tuple[int, int], path: str = f"{place}/ceremony") -> Window:
            seen = await stack.enter_async_context(window(browser, address, session=session, size=size))
            await seen.open(path)
            return seen

        first = await seat(hall.first.session, DESK)
        second = await seat(hall.second.session, DESK)
        water = await seat(hall.liaisons[FIRST].session, PHONE)
        other = await seat(hall.liaisons[SECOND].session, DESK)
        room = await seat(hall.first.session, PROJECTOR, f"{place}/screen")
        windows = {"first": first, "second": second, "liaison": water, "other": other, "room": room}

        async def look(step: str) -> None:
            for name, seen in windows.items():
                found[f"{step} {name}"] = await faults(seen.page)
                await pictured(seen.page, f"ceremony-{step}-{name}")

        await look("0-collected")
        await first.page.get_by_role("button", name="固定并公布摘要").click()
        for seen in windows.values():
            await told(seen.page, "各方提交承诺")
        await look("1-fixed")
        await asyncio.gather(commits(water, reload=True), commits(other), commits(first))
        for seen in windows.values():
            await told(seen.page, "各方公布秘密")
        await look("2-committed")
        kept = await download(water, tmp_path)
        await asyncio.gather(reveals(water), reveals(other), reveals(first))
        assert f"party\t{FIRST}" in kept
        await told(room.page, "可以抽取")
        await first.page.get_by_role("button", name="提出抽取").click()
        await expect(first.page.get_by_text("等另一位有抽取权限的人确认")).to_be_visible(timeout=PATIENCE)
        await look("3-proposed")
        await second.page.get_by_role("button", name="确认，现在抽取").click(timeout=PATIENCE)
        for seen in windows.values():
            await told(seen.page, "已抽取")
        await look("4-held")
        await second.open(f"{place}/record")
        await pictured(second.page, "ceremony-5-record")
        found["record"] = await faults(second.page)
        await water.open(place)
        await water.page.get_by_role("button", name="开始核对").click()
        await expect(water.page.locator("[data-verdict]")).to_contain_text("成立", timeout=PATIENCE)
    assert not {name: each for name, each in found.items() if each}
    await holds_for_anyone(hall, round_)


async def test_a_party_without_scripts_commits_and_reveals_what_it_made_elsewhere(browser: Browser, hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    place = f"/rounds/{round_}/draws/targets"
    async with served(create_app(hall.services)) as address:
        person = hall.liaisons[FIRST]
        async with window(browser, address, session=person.session, size=PHONE, scripts=False) as seen:
            page = await seen.open(f"{place}/ceremony")
            command = await page.locator("pre").inner_text()
            made = await asyncio.create_subprocess_shell(
                command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
            secret, commitment = (await made.communicate())[0].decode().split()[:2]
            await page.get_by_label("承诺", exact=True).fill("nonsense")
            await page.get_by_role("button", name="提交承诺").click()
            await expect(page.get_by_role("alert")).to_contain_text("64 位")
            await page.get_by_label("承诺", exact=True).fill(commitment)
            await page.get_by_role("button", name="提交承诺").click()
            await expect(page.locator("#own")).to_contain_text("已提交承诺")
            await hall.commits(round_, Stage.TARGETS, SECOND, COORDINATING)
            await page.reload()
            await page.get_by_label("秘密", exact=True).fill(secret)
            await page.get_by_role("button", name="公布秘密").click()
            await expect(page.locator("#own")).to_contain_text("也已公布秘密")
    await hall.reveals(round_, Stage.TARGETS, SECOND, COORDINATING)
    await hall.holds(round_, Stage.TARGETS)
    await holds_for_anyone(hall, round_)


async def test_a_secret_kept_as_a_file_is_revealed_from_another_computer(
    browser: Browser, hall: Hall, tmp_path: Path
) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    path, session = f"/rounds/{round_}/draws/targets/ceremony", hall.liaisons[FIRST].session
    async with served(create_app(hall.services)) as address:
        async with window(browser, address, session=session) as seen:
            await seen.open(path)
            await commits(seen)
            (tmp_path / "kept.txt").write_text(await download(seen, tmp_path), encoding="utf-8")
        await hall.commits(round_, Stage.TARGETS, SECOND, COORDINATING)
        async with window(browser, address, session=session) as elsewhere:
            page = await elsewhere.open(path)
            await page.get_by_label("秘密", exact=True).fill("0" * 64)
            await expect(page.get_by_text("与贵方的承诺不符")).to_be_visible()
            await page.get_by_label("选择当时下载的文件").set_input_files(tmp_path / "kept.txt")
            await expect(page.get_by_text("与贵方的承诺不符")).to_be_hidden()
            await reveals(elsewhere)


async def test_who_takes_part_without_being_a_party_looks_on_and_is_asked_for_nothing(
    browser: Browser, hall: Hall
) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    fire = await a_person(hall.services, "fire", Office.DEPARTMENT, FIRE)
    async with (
        served(create_app(hall.services)) as address,
        window(browser, address, session=fire.session, size=PHONE) as seen,
    ):
        page = await seen.open(f"/rounds/{round_}/draws/targets/ceremony")
        await told(page, "各方提交承诺")
        assert await page.locator("form").count() == 0


async def download(seen: Window, folder: Path) -> str:
    """Save the secret's file and read it."""
    async with seen.page.expect_download() as saving:
        await seen.page.locator("[data-file]").click()
    file = folder / "secret.txt"
    await (await saving.value).save_as(file)
    return file.read_text(encoding="utf-8")


async def holds_for_anyone(hall: Hall, round_: UUID) -> None:
    draw = await hall.draw(round_, Stage.TARGETS)
    assert draw.transcript is not None
    verdict = verify(draw.transcript, await hall.files(round_, Stage.TARGETS))
    assert verdict.holds, verdict.failure


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_anyone_reads_why_an_attempt_is_void(browser: Browser, hall: Hall, size: tuple[int, int]) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await declare_attempt_void(hall.services, hall.first.who.actor, round_, Stage.TARGETS, "会场停电")
    async with (
        served(create_app(hall.services)) as address,
        window(browser, address, size=size) as seen,
    ):
        page = await seen.open(f"/public/rounds/{round_}")
        await pictured(page, f"public-void-{size[0]}")
        await expect(page.get_by_text("✕ 已作废，没有抽出任何结果")).to_be_visible()
        assert not await faults(page)
