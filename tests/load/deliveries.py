"""Deliveries over HTTP on bad days: thousands of packages, repeats, every fault, a dispatcher that is really killed.

Run as a program it brings 10,000 packages of each kind from an outbox of its own to a partner that stands here:
`PYTHONPATH=.:tests .venv/bin/python -m load.deliveries [packages [kind …]]`. The dispatcher is a process of its own
(`load.dispatcher`). Scaled: tests/postgres/test_outbox_load.py.
"""

import asyncio
import logging
import shutil
import sys
import time
from asyncio.subprocess import Process
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from load.bad_days import surroundings
from load.dispatcher import Brisk, Dispatching
from postgres.outbox_world import world
from pure.connectors.partnering import KEY
from pure.connectors.reported import TOKEN, a_result
from support.databases import database_of, make_template
from support.folders import new_folder

from connectors import publicity, supervision
from connectors.partners.http import standing
from connectors.partners.misbehaving import read_misbehaviour
from connectors.partners.platform import PlatformPartner
from connectors.partners.webhook import WebhookPartner
from connectors.platforms.maps import map_named
from connectors.records import records_file
from connectors.webhook import SigningKey
from coordinator.actions.posting import post
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.deliveries import ConnectorKind, OutgoingFile, Partner, Posting
from coordinator.domain.ids import DepartmentId
from coordinator.embedded import embedded
from coordinator.settings import Settings
from coordinator.storage.connection import open_pool, transaction

KINDS = ("webhook", "publicity", "supervision")
DEPARTMENTS = tuple(DepartmentId(f"禾川县第{number}局") for number in range(1, 9))
BAD_DAYS = "500:1%,503:0.5%,429:0.5%,redirect:0.5%,html:0.5%,slow:0.3%,huge:0.3%,reset:0.7%,half:0.7%"
"""5 % of all requests, every fault among them."""
REPEATED = 100
"""One package of so many is posted again."""
AT_ONCE = 500
GLANCE = 0.02
PACE = 10
"""How much faster than the world's the clock of outbox and partners runs."""

Effect = tuple[str, str, int, str]
"""Whose, of which batch, its number, its key."""
End = WebhookPartner | PlatformPartner


class Delivered(NamedTuple):
    """What a partner holds, and what it took."""

    kind: str
    posted: int
    repeated: int
    kills: int
    failed_tries: int
    undelivered: int
    effects: list[Effect]
    told: Counter[str]
    seconds: float

    @property
    def is_once_each_and_in_order(self) -> bool:
        return once_each_and_in_order(self.effects, self.posted)

    def __str__(self) -> str:
        return (
            f"{self.kind}: {self.posted:,} packages, {self.repeated} posted again, {self.failed_tries} tries failed, "
            f"the dispatcher killed {self.kills} times: {len(self.effects):,} effects, told {self.told.total():,} "
            f"times, once each and in order: {self.is_once_each_and_in_order}, {self.undelivered} not delivered, "
            f"in {self.seconds:,.0f} s"
        )


def once_each_and_in_order(effects: Sequence[Effect], expected: int) -> bool:
    """Say whether every package had its effect once, those of a batch by their numbers from 1."""
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for whose, batch, number, _ in effects:
        numbers[whose, batch].append(number)
    is_once_each = len({key for *_, key in effects}) == len(effects) == expected
    return is_once_each and all(given == list(range(1, len(given) + 1)) for given in numbers.values())


async def deliver_all(services: Services, database: str, clock: Brisk, kind: str, count: int, kills: int) -> Delivered:
    """Post all packages of a kind, some again half-way, and kill the dispatcher in between until nothing waits."""
    began = time.monotonic()
    end = _end(kind, clock)
    postings = list(_postings(kind, count))
    repeats = _repeats(postings)
    await _post(services, postings)
    deadly = [count * (number + 1) // (kills + 1) for number in range(kills)]
    async with standing(end.handle, clock, misbehaviour=read_misbehaviour(BAD_DAYS, KINDS.index(kind))) as address:
        dispatching = Dispatching(database, clock, {kind: address})
        for most in deadly:
            async with dispatcher(dispatching):
                await _until_taken(end, most)
            if most == deadly[len(deadly) // 2]:
                await _post(services, repeats, again=True)
        async with dispatcher(dispatching):
            while await _count(services, "delivery WHERE state = 'waiting'"):  # noqa: ASYNC110 - a process does it
                await asyncio.sleep(GLANCE * 10)
    return Delivered(
        kind=kind,
        posted=count,
        repeated=len(repeats),
        kills=kills,
        failed_tries=await _count(services, "delivery_attempt WHERE state = 'waiting'"),
        undelivered=await _count(services, "delivery WHERE state <> 'delivered'"),
        effects=_effects(end),
        told=end.told,
        seconds=time.monotonic() - began,
    )


def _end(kind: str, clock: Brisk) -> End:
    match kind:
        case "webhook":
            return WebhookPartner([SigningKey(KEY)], clock)
        case "publicity":
            return PlatformPartner(map_named("henan-1", publicity.MAPS), TOKEN, clock, entity="UNISCID")
        case _:
            return PlatformPartner(map_named("henan-1", supervision.MAPS), TOKEN, clock, entity="uniscid")


def _effects(end: End) -> list[Effect]:
    if isinstance(end, WebhookPartner):
        return [(each.recipient, each.batch, each.number, each.key) for each in end.taken]
    return [(each.sender, each.batch, each.number, each.key) for each in end.taken]


@asynccontextmanager
async def dispatcher(dispatching: Dispatching) -> AsyncIterator[Process]:
    """A process that dispatches until the block ends: then it is killed, whatever it is at."""
    given = msgspec.json.encode(dispatching).decode()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "load.dispatcher", given, env=surroundings())
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def _until_taken(end: End, count: int) -> None:
    while len(end.taken) < count:  # noqa: ASYNC110 - as told by a process
        await asyncio.sleep(GLANCE)


def _postings(kind: str, count: int) -> Iterator[Posting]:
    """Two numbers of every batch."""
    for place in range(count):
        whose, batch = DEPARTMENTS[place % len(DEPARTMENTS)], place // (2 * len(DEPARTMENTS))
        result = a_result(batch, department=whose, problem=f"第{place}次")
        rows = records_file("检查结果", [result])
        file = OutgoingFile(name=rows.name, content=rows.content, row_count=rows.row_count)
        partner = Partner(connector=ConnectorKind(kind), destination=kind, recipient=whose)
        batch_name = f"{result.task} {result.target}"
        yield Posting(partner=partner, department=whose, round=None, batch=batch_name, files=(file,))


def _repeats(postings: Sequence[Posting]) -> list[Posting]:
    """Some of those that are the last of their batch: what is posted again is what stands."""
    last = {(each.partner, each.batch): each for each in postings}
    return list(last.values())[: len(postings) // REPEATED]


async def _post(services: Services, postings: Sequence[Posting], *, again: bool = False) -> None:
    for first in range(0, len(postings), AT_ONCE):
        async with transaction(services.pool, WORKER) as db:
            await post(db, services, WORKER, postings[first : first + AT_ONCE], again=again)


async def _count(services: Services, of: str) -> int:
    async with transaction(services.pool, WORKER) as db:
        return int(await db.fetchval(f"SELECT count(*) FROM {of}"))  # noqa: S608 - our own words


async def _main(count: int, kinds: Sequence[str]) -> None:
    home = new_folder()
    logging.disable(logging.WARNING)
    with embedded(Settings(home=home, redis_url="unix:///dev/null")) as server:
        await make_template(server)
        for kind in kinds:
            async with AsyncExitStack() as held:
                database = await held.enter_async_context(database_of(server, template="onedoor_template"))
                pool = await held.enter_async_context(open_pool(database.app_url))
                clock = Brisk(datetime.now(UTC), PACE)
                ended = await deliver_all(world(pool, clock), database.app_url, clock, kind, count, kills=5)
                sys.stdout.write(f"{ended}\n")
                sys.stdout.flush()
    shutil.rmtree(home)


if __name__ == "__main__":
    given, *named = sys.argv[1:] or ["10000"]
    asyncio.run(_main(int(given), named or KINDS))
