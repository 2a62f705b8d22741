"""The dispatcher in the worker: slow partners and broken ways keep nobody else waiting, look after look."""

import asyncio
from contextlib import suppress

import pytest
from postgres.outbox_world import LEDGER, Clock, Ledger, Slow, a_posting, posted, reached_by, world

from connectors.contract import Connector
from coordinator.actions.services import Services
from coordinator.jobs.dispatching import dispatch
from coordinator.storage.connection import Pool


@pytest.fixture
def services(pool: Pool) -> Services:
    return world(pool, Clock())


async def until(met: asyncio.Event) -> None:
    async with asyncio.timeout(60):
        await met.wait()


class Heard(Ledger):
    """Says when it has had so many packages."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.has_all = count, asyncio.Event()

    async def aclose(self) -> None:
        if len(self.book) >= self.count:
            self.has_all.set()


async def test_what_is_posted_while_another_partner_is_stuck_goes_out_all_the_same(services: Services) -> None:
    stuck, alive = Slow(), Heard(2)
    await posted(services, a_posting(destination="stuck"), a_posting("一", destination="alive"))
    running = asyncio.create_task(dispatch(services, reached_by({"stuck": stuck, "alive": alive}), look=0.01))
    await until(stuck.has_written)
    await posted(services, a_posting("二", destination="alive"))
    await until(alive.has_all)
    assert not stuck.may_answer.is_set()
    assert sum(stuck.calls.values()) == 1, "one who is being served is not served a second time"
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_way_that_breaks_ends_neither_the_dispatcher_nor_the_others(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    alive = Heard(1)

    async def open_(destination: str) -> Connector | None:
        if destination == "broken":
            raise RuntimeError("no way")
        return alive

    await posted(services, a_posting(destination="broken"))
    running = asyncio.create_task(dispatch(services, {LEDGER: open_}, look=0.01))
    await asyncio.sleep(0.1)
    await posted(services, a_posting(destination="alive"))
    await until(alive.has_all)
    assert not running.done()
    assert "no way" in caplog.text
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
