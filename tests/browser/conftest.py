"""What the browser tests share: one Chromium a run; without one they are skipped, and say so."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser
from support.browsers import a_browser, chromium


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this machine: the pages were not tried in a browser (Debian: apt install chromium)")
    async with a_browser(program) as opened:
        yield opened
