"""A planning that shares its work: what its child asks for becomes shards, and their answers come back as they end.

Who solves a shard is not known here (shards.py): any worker on the same database, this one among them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TypeVar

from coordinator.actions.services import Services
from coordinator.actions.sharding import ask_shards, call_off, forget_shards, keep_incumbent, news_of_shards
from coordinator.domain.errors import Unavailable
from coordinator.jobs.worker import Held
from solver.planning.limits import Progress
from solver.planning.plan import Plan

log = logging.getLogger("onedoor.jobs")

LOOK_SECONDS = 0.2
SOON_SECONDS = 2.0
"""How long an answer that is under way may still take when no more are wanted."""
AGAIN_SECONDS = 1.0
Result = TypeVar("Result")


class Planning:
    """One planning under its lease."""

    def __init__(self, services: Services, held: Held) -> None:
        self._services, self._held = services, held
        self.finish = held.finish

    def report(self, progress: Progress) -> None:
        """Hear where the work stands; stored within a second or so."""
        self._held.report(progress)

    async def keep(self, plan: Plan) -> None:
        """Store the best lawful plan so far."""
        await _patiently(lambda: keep_incumbent(self._services, self._held.lease, plan))

    async def share(self, calls: Mapping[int, bytes], enough: asyncio.Event) -> AsyncIterator[tuple[int, bytes]]:
        """Have calls run by all workers; yields each answer, once `enough` is set those only that come soon."""
        services, lease = self._services, self._held.lease
        await _patiently(lambda: ask_shards(services, lease, calls))
        known: set[int] = set()
        patience: float | None = None
        while patience is None or patience > 0:
            news = await _patiently(lambda: news_of_shards(services, lease, known))
            for number, answer in news.answers.items():
                known.add(number)
                yield number, answer
            if not news.is_more_to_come:
                break
            if patience is not None:
                patience -= LOOK_SECONDS
            elif enough.is_set():
                await _patiently(lambda: call_off(services, lease))
                patience = SOON_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
        await _patiently(lambda: forget_shards(services, lease))


async def _patiently(action: Callable[[], Awaitable[Result]]) -> Result:
    """Try again while the database is away; if it stays away the lease runs out, and with it all this."""
    while True:
        try:
            return await action()
        except Unavailable as reason:
            log.warning("a planning waits for the database: %s", reason)
            await asyncio.sleep(AGAIN_SECONDS)
