"""The web service on a test's own database, at a moment of the test's choosing, and those who look at it."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin
from uuid import UUID

import httpx
from httpx import ASGITransport
from litestar.types import ASGIApp
from msgspec.structs import replace
from support import rounds
from support.databases import database_of
from support.jobs import surroundings

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.services import Services
from coordinator.domain.actors import LOCAL, WORKER
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.embedded import Endpoints
from coordinator.storage.connection import open_pool, transaction
from coordinator.web.app import create_app
from coordinator.web.visiting import SESSION

BEFORE = datetime(2026, 2, 25, 9, tzinfo=LOCAL_TIME)
"""When the small round was drawn: all its visits are still to come."""
AFTER = datetime(2026, 5, 1, 9, tzinfo=LOCAL_TIME)


class World(NamedTuple):
    """Services that think it is BEFORE, and the round that was dispatched then."""

    services: Services
    round: UUID

    async def dispatch(self) -> Dispatch:
        async with transaction(self.services.pool, WORKER) as db:
            return await load_dispatch(db, WORKER, self.round)


@asynccontextmanager
async def dispatched_world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with database_of(server, template=template) as database, open_pool(database.app_url) as pool:
        services = at(surroundings(pool), BEFORE)
        yield World(services, await rounds.dispatched(services))


class Stored(NamedTuple):
    """A database with a dispatched round that nobody has open, to be cloned for each test."""

    name: str
    round: UUID


@asynccontextmanager
async def dispatched_database(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with database_of(server, template=template) as database:
        async with open_pool(database.app_url) as pool:
            round_ = await rounds.dispatched(at(surroundings(pool), BEFORE))
        yield Stored(database.name, round_)


@asynccontextmanager
async def world_like(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    """A world of the test's own, as it stands in a stored one."""
    async with database_of(server, template=stored.name) as database, open_pool(database.app_url) as pool:
        yield World(at(surroundings(pool), BEFORE), stored.round)


def at(services: Services, moment: datetime) -> Services:
    return replace(services, clock=lambda: moment)


def looking(services: Services, moment: datetime = BEFORE) -> httpx.AsyncClient:
    """Somebody at this machine who looks at that moment, while there are no accounts, and so sees every round."""
    return _browser(create_app(at(services, moment), local=LOCAL))


def visiting(services: Services, moment: datetime = BEFORE, session: str = "") -> httpx.AsyncClient:
    """Somebody who looks at the service as it is used, in a session or in none."""
    browser = _browser(create_app(at(services, moment)))
    if session:
        browser.cookies.set(SESSION, session)
    return browser


async def send(browser: httpx.AsyncClient, page: str, to: str, **fields: str) -> httpx.Response:
    """Fill in a form on a page and send it, its key with it."""
    found = re.search(r'name="form_key" value="([^"]+)"', (await browser.get(page)).text)
    assert found, f"no form on {page}"
    return await browser.post(to, data={"form_key": found[1], **fields})


def _browser(app: ASGIApp) -> httpx.AsyncClient:
    """A browser in the test's own loop, where the pool lives."""
    return httpx.AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8000")


def links(page: httpx.Response) -> set[str]:
    """Every address on a page, as its reader's browser understands it."""
    found = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
    return {urljoin(str(page.url), html.unescape(address)).partition("#")[0] for address in found}


def words(page: httpx.Response) -> str:
    """What a page says, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.text)).split())
