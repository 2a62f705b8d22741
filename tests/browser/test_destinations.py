"""An outside system set up by two people at their own browsers, by keyboard, and a test sent there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser
from support.browsers import DESK, PHONE, faults, pictured, pressed, served, window
from support.people import a_person, with_second_factor
from support.rounds import world as world_of
from support.web import AFTER, at

from coordinator.actions.connecting import connectors_for
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Office
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

FORM = {"代号": "fire-share", "名称": "消防共享文件夹", "部门": "禾川县消防救援大队"}


@pytest.fixture
def services(pool: Pool, tmp_path: Path) -> Services:
    found = at(world_of(pool), AFTER)
    return replace(found, settings=replace(found.settings, home=tmp_path / "home"))


@pytest.fixture
async def address(services: Services) -> AsyncIterator[str]:
    async with served(create_app(services)) as here:
        yield here


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_two_people_set_up_a_destination_and_send_a_test(
    browser: Browser, services: Services, address: str, size: tuple[int, int], tmp_path: Path
) -> None:
    admin, _ = await with_second_factor(services, await a_person(services, "admin", Office.ADMINISTRATOR))
    coordinator = await a_person(services, "li.na")
    async with window(browser, address, session=admin.session, size=size) as first:
        page = await first.open("/destinations/new?connector=webhook")
        assert not await faults(page)
        await pictured(page, f"destination-webhook-{size[0]}")
        page = await first.open("/destinations/new?connector=folder")
        for label, text in {**FORM, "文件夹": str(tmp_path)}.items():
            await page.get_by_label(label, exact=True).fill(text)
        await page.get_by_label("任务书和填报表").check()
        await pressed(first, "提出")
        await page.get_by_text("请由另一位有权限的人确认").wait_for()
        assert not await faults(page)
        await pictured(page, f"destination-proposed-{size[0]}")
    async with window(browser, address, session=coordinator.session, size=size) as second:
        page = await second.open("/destinations")
        await page.get_by_role("link", name="查看").click()
        await pressed(second, "确认启用")
        await page.get_by_text("✓ 启用").wait_for()
        assert not await faults(page)
        await pressed(second, "发送测试")
        await page.get_by_text("● 待投递").wait_for()
        await deliver_waiting(services, WORKER, connectors_for(services))
        await page.reload()
        await page.get_by_text("✓ 已送达").first.wait_for()
        assert not await faults(page)
        await pictured(page, f"delivery-{size[0]}")
        page = await second.open("/destinations/fire-share")
        assert not await faults(page)
        await pictured(page, f"destination-{size[0]}")
        page = await second.open("/destinations")
        assert not await faults(page)
        await pictured(page, f"destinations-{size[0]}")
