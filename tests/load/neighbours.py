"""Whether dead partners slow the others down: the same deliveries beside some that never answer, or are paused (P11).

Run as a program it measures the time from posting to the receipt at healthy partners, on servers of its own:
`PYTHONPATH=.:tests .venv/bin/python -m load.neighbours [seconds]`. The runs alternate, for the machine may be noisy.
"""

import asyncio
import logging
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from statistics import quantiles

from postgres.outbox_world import a_posting, posted, world
from pure.connectors.partnering import KEY, OWN
from support.databases import database_of, make_template
from support.folders import new_folder

from connectors.contract import Connector
from connectors.partners.http import standing
from connectors.partners.webhook import WebhookPartner
from connectors.webhook import SigningKey, Webhook, WebhookSettings
from coordinator.actions.deliveries import Connectors
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.deliveries import ConnectorKind
from coordinator.domain.ids import DepartmentId
from coordinator.embedded import embedded
from coordinator.jobs.dispatching import dispatch
from coordinator.settings import Settings
from coordinator.storage.connection import open_pool, transaction

HOOK = ConnectorKind("webhook")
HEALTHY, DEAD = 8, 8
LOOK, EVERY = 0.2, 0.2
RUNS = 3


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def never_answering() -> AsyncIterator[str]:
    """Somebody who takes the call and says nothing."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def ways(addresses: dict[str, str]) -> Connectors:
    """To whoever has an address; for the others it waits, as for a destination that is paused."""

    async def to(destination: str) -> Connector | None:
        if destination not in addresses:
            return None
        settings = WebhookSettings(address=f"{addresses[destination]}/in", networks=OWN)
        return Webhook(settings, {"signing_key": KEY}, clock=now)

    return {HOOK: to}


async def one_run(services: Services, addresses: dict[str, str], name: str, seconds: float) -> list[float]:
    """Post to everybody again and again while the dispatcher runs; gives the healthy ones' seconds to the receipt."""
    dispatching = asyncio.create_task(dispatch(services, ways(addresses), look=LOOK))
    ends, number = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        number += 1
        receivers = [("healthy", each) for each in range(HEALTHY)] + [("dead", each) for each in range(DEAD)]
        await posted(
            services,
            *(
                a_posting(
                    f"{name} {number}",
                    connector=HOOK,
                    destination=kind,
                    recipient=f"{kind} {each}",
                    department=DepartmentId(f"{kind} {each}"),
                )
                for kind, each in receivers
            ),
        )
        await asyncio.sleep(EVERY)
    await asyncio.sleep(2)
    dispatching.cancel()
    await asyncio.wait([dispatching])
    return await taken(services, name)


async def taken(services: Services, name: str) -> list[float]:
    statement = """
        SELECT extract(epoch FROM a.ended_at - o.created_at)::float8 AS seconds
        FROM outbox o JOIN delivery_attempt a ON a.outbox = o.id
        WHERE o.destination = 'healthy' AND a.state = 'delivered' AND starts_with(o.batch, $1)
    """
    async with transaction(services.pool, WORKER) as db:
        return [row["seconds"] for row in await db.fetch(statement, name)]


def nineteenth(seconds: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(seconds, n=20)[-1]


async def _main(seconds: float) -> None:
    home = new_folder()
    logging.disable(logging.WARNING)
    found: dict[str, list[float]] = {"alone": [], "beside": []}
    with embedded(Settings(home=home, redis_url="unix:///dev/null")) as server:
        await make_template(server)
        partner = WebhookPartner([SigningKey(KEY)], now)
        async with standing(partner.handle, now) as healthy, never_answering() as dead:
            for run in range(RUNS):
                for how in found:
                    async with (
                        database_of(server, template="onedoor_template") as database,
                        open_pool(database.app_url) as pool,
                    ):
                        addresses = {"healthy": healthy} | ({"dead": dead} if how == "beside" else {})
                        found[how] += await one_run(world(pool, now), addresses, f"{how} {run}", seconds)
    shutil.rmtree(home)
    alone, beside = (nineteenth(seconds) for seconds in found.values())
    sys.stdout.write(
        f"{HEALTHY} partners, {len(found['alone']):,} deliveries alone: 95th percentile {alone:.3f} s; "
        f"{len(found['beside']):,} "
        f"beside {DEAD} that never answer: {beside:.3f} s, {beside / alone - 1:+.1%}\n"
    )


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1]) if sys.argv[1:] else 20.0))
