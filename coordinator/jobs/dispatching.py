"""The dispatcher: brings what is due to each partner in a task of that partner's own, again and again.

Who is slow keeps nobody waiting, not even in the next round of looking. What a try does, and when the next one is, is
in actions/deliveries.py.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.registry import Registry
from coordinator.actions.connecting import open_registries
from coordinator.actions.deliveries import Connectors, serve_partner
from coordinator.actions.forwarding import forward_all
from coordinator.actions.registry import pull_registry
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.deliveries import Partner
from coordinator.domain.errors import Unavailable
from coordinator.storage import outbox
from coordinator.storage.connection import transaction

log = logging.getLogger("onedoor.deliveries")

LOOK = 2.0
"""Seconds between two looks at the outbox."""
FORWARD = 5.0
"""Seconds between two looks at whether rounds have something to pass on."""
PULL = 3600.0
"""Seconds between two pulls from the registries."""
MOST_AT_ONCE = 50
"""Partners that are served at the same time; the rest come next."""


@asynccontextmanager
async def dispatching(services: Services, connectors: Connectors) -> AsyncIterator[None]:
    """Pass rounds on and bring what is due to its partners while the context lasts."""
    tasks = [asyncio.create_task(dispatch(services, connectors)), asyncio.create_task(forward(services))]
    tasks.append(asyncio.create_task(pull_registries(services)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def forward(services: Services, pause: float = FORWARD) -> None:
    """Pass on what has changed in rounds, again and again until cancelled; what breaks is tried again."""
    while True:
        try:
            await forward_all(services)
        except Unavailable as reason:
            log.warning("rounds cannot be passed on: %s", reason)
        except Exception:
            log.exception("passing rounds on broke")
        await asyncio.sleep(pause)


async def pull_registries(services: Services, pause: float = PULL) -> None:
    """Take in what registries have that is new, again and again until cancelled; one in trouble holds up no other."""
    while True:
        try:
            for name, way in await open_registries(services):
                await _pull(services, name, way)
        except Unavailable as reason:
            log.warning("registries cannot be looked up: %s", reason)
        await asyncio.sleep(pause)


async def _pull(services: Services, name: str, way: Registry) -> None:
    try:
        await pull_registry(services, WORKER, name, way)
    except Unavailable as reason:
        log.warning("registry %s gives nothing: %s", name, reason)
    except Exception:
        log.exception("pulling from registry %s broke", name)


async def dispatch(services: Services, connectors: Connectors, look: float = LOOK) -> None:
    """Serve partners until cancelled; what was under way is then made again after its lease."""
    async with asyncio.TaskGroup() as tasks:
        served: dict[Partner, asyncio.Task[None]] = {}
        while True:
            served = {partner: task for partner, task in served.items() if not task.done()}
            for partner in await _due(services, connectors):
                if partner not in served and len(served) < MOST_AT_ONCE:
                    served[partner] = tasks.create_task(_serve(services, connectors, partner))
            await asyncio.sleep(look)


async def _due(services: Services, connectors: Connectors) -> list[Partner]:
    try:
        async with transaction(services.pool, WORKER) as db:
            return await outbox.due_partners(db, list(connectors), None, services.clock())
    except Unavailable as reason:
        log.warning("the outbox cannot be looked at: %s", reason)
        return []


async def _serve(services: Services, connectors: Connectors, partner: Partner) -> None:
    """Serve one partner; whatever breaks is logged, and that partner is served again at the next look."""
    try:
        await serve_partner(services, WORKER, partner, connectors[partner.connector])
    except Unavailable as reason:
        log.warning("deliveries to %s stop: %s", partner.destination, reason)
    except Exception:
        log.exception("serving %s at %s broke", partner.recipient, partner.destination)
