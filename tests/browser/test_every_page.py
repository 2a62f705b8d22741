"""Every page that stands, in a real browser: without serious faults for any reader, on a desk and on a phone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect
from support.browsers import DESK, PHONE, faults, pictured, served, window
from support.people import a_person
from support.web import BEFORE, World, at, dispatched_world

from coordinator.domain.actors import Office
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


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_pages_of_a_round_have_no_serious_fault(
    browser: Browser, world: World, address: str, size: tuple[int, int]
) -> None:
    person = await a_person(world.services, f"wang.li{size[0]}", Office.COORDINATOR)
    round_ = f"/rounds/{world.round}"
    visited = [visit.target for tour in (await world.dispatch()).plan.tours for visit in tour.visits]
    target, other, *_ = dict.fromkeys(visited)
    paths = {
        "home": "/",
        "round": round_,
        "trail": f"{round_}/trail",
        "schedule": f"{round_}/schedule",
        "timeline": f"{round_}/timeline?week=all",
        "map": f"{round_}/map?week=all",
        "merges": f"{round_}/merges",
        "targets": f"{round_}/targets",
        "target": f"{round_}/targets/{target}",
        "draw": f"{round_}/draws/targets",
        "lots": f"{round_}/draws/teams",
        "record": f"{round_}/draws/teams/record",
        "directory": "/directories/targets",
        "items": "/directories/items",
        "work-lists": "/directories/checks",
        "duplicates": "/directories/duplicates",
        "pair": f"/directories/duplicates/pair?one={target}&other={other}",
        "papers": f"{round_}/papers",
        "recusals": f"{round_}/recusals",
        "annual": "/annual-plans/2026",
        "account": "/account",
        "tokens": "/account/tokens",
    }
    found: dict[str, list[str]] = {}
    async with window(browser, address, session=person.session, size=size) as seen:
        for name, path in paths.items():
            page = await seen.open(path)
            assert await page.locator("h1").count() == 1, path
            found[name] = await faults(page)
            await pictured(page, f"{name}-{size[0]}")
            if await page.locator(".tabs").count():
                await expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
    assert not {name: each for name, each in found.items() if each}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_public_pages_work_without_scripts(
    browser: Browser, world: World, address: str, size: tuple[int, int]
) -> None:
    async with window(browser, address, size=size, scripts=False) as seen:
        page = await seen.open("/public")
        await pictured(page, f"public-list-{size[0]}")
        await page.locator(f'a[href="/public/rounds/{world.round}"]').click()
        assert await page.locator("h1").count() == 1
        assert await page.get_by_text("抽取").count()
        await pictured(page, f"public-{size[0]}")
    async with window(browser, address, size=size) as seen:
        for path in ("/public", f"/public/rounds/{world.round}", "/verify", "/sign-in", "/schema"):
            assert not await faults(await seen.open(path)), path
