"""A real browser on the real service: who looks, through which window, and what every page owes to all its readers.

The browser is the system's Chromium; nothing is downloaded. Pictures of pages go to `ONEDOOR_PICTURES`, where set.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from axe_playwright_python.async_playwright import Axe
from litestar.types import ASGIApp
from playwright.async_api import Browser, Error, Page, async_playwright

from coordinator.web.visiting import SESSION

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    # tests also run as root in containers, where the sandbox and a large /dev/shm are not to be had
    *("--no-sandbox", "--disable-dev-shm-usage"),
    # a test's browser speaks to the service under test and to nobody else
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
)
PHONE, DESK, PROJECTOR = (360, 740), (1280, 900), (1920, 1080)
SECONDS_TO_WAIT = 30
LOOKS = 3


def chromium() -> str | None:
    """Where the system's Chromium is, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@asynccontextmanager
async def a_browser(program: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an app on a free port of this machine, in the test's own loop; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Quiet(uvicorn.Config(app, ws="none", log_config=None, lifespan="off", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            # else one failing test would leave a server behind that fails those after it
            server.should_exit = True
            await serving


class Window(NamedTuple):
    """One person's browser on one service, with cookies of its own."""

    page: Page
    address: str

    async def open(self, path: str) -> Page:
        """Go to a page of the service; it must answer."""
        answer = await self.page.goto(self.address + path)
        assert answer is not None
        return self.page


@asynccontextmanager
async def window(
    browser: Browser,
    address: str,
    *,
    session: str = "",
    size: tuple[int, int] = DESK,
    scripts: bool = True,
) -> AsyncIterator[Window]:
    """Open somebody's window, signed in by a session or by none; an error of a script fails the test."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(SECONDS_TO_WAIT * 1000)
    if session:
        await context.add_cookies([{"name": SESSION, "value": session, "url": address}])
    page, errors = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield Window(page, address)
    finally:
        await context.close()
    assert not errors, errors


async def pressed(seen: Window, button: str) -> None:
    """Reach a button by the tab key and press it by the enter key."""
    wanted = seen.page.get_by_role("button", name=button, exact=True)
    for _ in range(60):
        if await wanted.evaluate("each => each === document.activeElement"):
            return await seen.page.keyboard.press("Enter")
        await seen.page.keyboard.press("Tab")
    raise AssertionError(f"“{button}” cannot be reached by the keyboard")


async def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical on a page as it stands, and whether it is wider than its window.

    A live page may load itself anew under our eyes, more than once where two things happen; it is then looked at again.
    """
    for _ in range(LOOKS):
        try:
            return await _faults(page)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            await page.wait_for_load_state()
    return await _faults(page)


async def _faults(page: Page) -> list[str]:
    named = [
        f"{each['id']}: {each['help']}: {node['html'][:200]}"
        for each in (await Axe().run(page)).response["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return named + ([f"{wide} px wider than its window"] if wide > 0 else [])


async def pictured(page: Page, name: str) -> None:
    """Keep a picture of the whole page, where pictures are wanted."""
    folder = os.environ.get("ONEDOOR_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


class _Quiet(uvicorn.Server):
    """uvicorn, with the signals left to the test run."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
