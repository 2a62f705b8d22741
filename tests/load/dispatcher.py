"""A dispatcher to be killed: the service's own, serving what is in one database over HTTP; run by `load.deliveries`.

load.dispatcher DISPATCHING (as JSON). Its clock runs faster than the world's, so that pauses and leases pass sooner.
"""

import asyncio
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct
from postgres.outbox_world import world
from pure.connectors.partnering import KEY, OWN
from pure.connectors.reported import CATALOGUE, TOKEN

from connectors.contract import Connector
from connectors.outbound import Caps, Clock
from connectors.publicity import Publicity, PublicitySettings
from connectors.supervision import Supervision, SupervisionSettings
from connectors.webhook import Webhook, WebhookSettings
from coordinator.actions.deliveries import Connectors, Opening
from coordinator.domain.deliveries import ConnectorKind
from coordinator.jobs.dispatching import dispatch
from coordinator.storage.connection import open_pool

PATIENT = Caps(longest=timedelta(seconds=1))
LOOK = 0.1


class Brisk(Struct, frozen=True):
    """A clock that runs so many times as fast since a moment, the same in every process."""

    since: datetime
    pace: float

    def __call__(self) -> datetime:
        return self.since + (datetime.now(UTC) - self.since) * self.pace


class Dispatching(Struct, frozen=True):
    """Whose outbox, by which clock, and where the partner of each kind stands."""

    database: str
    clock: Brisk
    addresses: Mapping[str, str]


def way(kind: str, address: str, clock: Clock) -> Connector:
    match kind:
        case "webhook":
            hook = WebhookSettings(address=f"{address}/in", networks=OWN)
            return Webhook(hook, {"signing_key": KEY}, clock=clock, caps=PATIENT)
        case "publicity":
            publicity = PublicitySettings(address=address, networks=OWN)
            return Publicity(publicity, {"token": TOKEN}, clock=clock, caps=PATIENT)
        case _:
            supervision = SupervisionSettings(address=address, networks=OWN, catalogue=CATALOGUE)
            return Supervision(supervision, {"token": TOKEN}, clock=clock, caps=PATIENT)


def ways(given: Dispatching) -> Connectors:
    return {ConnectorKind(kind): _opening(kind, address, given.clock) for kind, address in given.addresses.items()}


def _opening(kind: str, address: str, clock: Clock) -> Opening:
    async def open_(_destination: str) -> Connector:
        return way(kind, address, clock)

    return open_


async def main(given: Dispatching) -> None:
    async with open_pool(given.database) as pool:
        await dispatch(world(pool, given.clock), ways(given), look=LOOK)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=Dispatching)))
