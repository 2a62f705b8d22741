"""A sender of packages, to be killed: one after another, each until it has its receipt; run by `load.bad_days`.

It says `sent PLACE` or `failed PLACE` after each try, and goes on when it is told to.
"""

import asyncio
import random
import sys
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from pure.connectors.reported import a_result

from connectors.contract import Connector, DeliveryError, Package, Receipt
from connectors.exchange_database import ExchangeDatabase, ExchangeDatabaseSettings
from connectors.mail import Mail, MailSettings
from connectors.records import records_file
from connectors.sftp import Sftp, SftpSettings
from connectors.website import Website, WebsiteSettings

NUMBERS = 2
"""How many numbers each batch has."""
BATCHES_IN_FOLDER = 20
PATIENCE_SECONDS = 1.0
SITES = "https://www.county.test"


class Sending(Struct, frozen=True, kw_only=True):
    """What is to be sent, over which kind of way, from which place on and up to which."""

    kind: str
    settings: str
    count: int
    duplicates: float
    first: int = 0

    @property
    def places(self) -> range:
        return range(self.first, self.count)

    def is_repeated(self, place: int) -> bool:
        return random.Random(place).random() < self.duplicates  # noqa: S311 - the same whoever asks


def recipient_of(batch: int) -> str:
    return f"第{batch // BATCHES_IN_FOLDER}局"


def package(place: int) -> Package:
    """The numbers of a batch follow each other, with more rows each."""
    batch, number = place // NUMBERS, place % NUMBERS + 1
    rows = [a_result(row, problem=f"{place}") for row in range(1, number + 3)]
    return Package(
        key=f"key-{place}",
        recipient=recipient_of(batch),
        batch=f"批次{batch}",
        number=number,
        files=(records_file(f"检查结果{batch}", rows),),
    )


class Websites:
    """A site for each recipient, all below one folder."""

    def __init__(self, root: str) -> None:
        self._root = root

    async def deliver(self, package: Package) -> Receipt:
        root, address = f"{self._root}/{package.recipient}", f"{SITES}/{package.recipient}"
        site = Website(WebsiteSettings(root=root, address=address), {}, clock=now)
        try:
            return await site.deliver(package)
        finally:
            await site.aclose()

    async def aclose(self) -> None:
        """Nothing is kept open."""


def now() -> datetime:
    return datetime.now(UTC)


def way(sending: Sending, patience_seconds: float = PATIENCE_SECONDS) -> Connector:
    given = sending.settings
    match sending.kind:
        case "exchange":
            settings = msgspec.json.decode(given, type=ExchangeDatabaseSettings)
            return ExchangeDatabase(settings, {"password": "57a1"})
        case "sftp":
            sftp = msgspec.json.decode(given, type=SftpSettings)
            return Sftp(sftp, {"password": "c0rrect"}, stale_seconds=0, longest_seconds=patience_seconds)
        case "mail":
            mail = msgspec.json.decode(given, type=MailSettings)
            return Mail(mail, {}, clock=now, longest_seconds=patience_seconds)
        case _:
            return Websites(given)


async def send(sending: Sending) -> None:
    connector = way(sending)
    for place in sending.places:
        receipt = await until_sent(connector, place)
        if sending.is_repeated(place) and await until_sent(connector, place) != receipt:
            raise AssertionError(place)
        say(f"sent {place}")
    await connector.aclose()


async def until_sent(connector: Connector, place: int) -> Receipt:
    while True:
        try:
            return await connector.deliver(package(place))
        except DeliveryError:
            say(f"failed {place}")


def say(line: str) -> None:
    """Say it, and wait until told to go on."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    asyncio.run(send(msgspec.json.decode(sys.argv[1], type=Sending)))
