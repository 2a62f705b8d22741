"""Deliveries to partners on bad days: thousands of packages, repeats, every fault, a service killed in between.

Run as a program it brings 10,000 packages to a webhook and a publicity system, on servers of its own (some minutes):
`PYTHONPATH=.:tests .venv/bin/python -m load.deliveries [packages]`. Scaled: tests/postgres/test_outbox_load.py.
"""

import asyncio
import logging
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from postgres.outbox_world import Clock, world
from pure.connectors.partnering import KEY, OWN
from pure.connectors.reported import TOKEN, a_result
from support.databases import database_of, make_template
from support.folders import new_folder

from connectors.contract import Connector
from connectors.outbound import Caps
from connectors.partners.http import standing
from connectors.partners.misbehaving import read_misbehaviour
from connectors.partners.platform import PlatformPartner
from connectors.partners.webhook import WebhookPartner
from connectors.platforms.maps import map_named
from connectors.publicity import MAPS, Publicity, PublicitySettings
from connectors.records import records_file
from connectors.webhook import SigningKey, Webhook, WebhookSettings
from coordinator.actions.deliveries import Connectors, deliver_waiting
from coordinator.actions.posting import post
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.deliveries import LEASE, ConnectorKind, OutgoingFile, Partner, Posting
from coordinator.domain.ids import DepartmentId
from coordinator.embedded import embedded
from coordinator.settings import Settings
from coordinator.storage.connection import open_pool, transaction

WEBHOOK, PUBLICITY = ConnectorKind("webhook"), ConnectorKind("publicity")
DEPARTMENTS = tuple(DepartmentId(f"禾川县第{number}局") for number in range(1, 9))
BAD_DAYS = "500:1%,503:0.5%,429:0.5%,redirect:0.5%,html:0.5%,slow:0.3%,huge:0.3%,reset:0.7%,half:0.7%"
"""5 % of all requests, every fault among them."""
PATIENT = Caps(longest=timedelta(seconds=1))
KILLS = 5
REPEATED = 100
"""One package of so many is posted again."""
AT_ONCE = 500

Effect = tuple[str, str, int, str]
"""Whose, of which batch, its number, its key."""


class Delivered(NamedTuple):
    """What the partners hold, and what it took."""

    posted: int
    repeated: int
    kills: int
    failed_tries: int
    waiting_or_dead: int
    effects: tuple[list[Effect], list[Effect]]
    told: Counter[str]
    seconds: float

    @property
    def is_once_each_and_in_order(self) -> bool:
        return all(once_each_and_in_order(effects, self.posted // 2) for effects in self.effects)


def once_each_and_in_order(effects: Sequence[Effect], expected: int) -> bool:
    """Say whether every package had its effect once, those of a batch by their numbers from 1."""
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for whose, batch, number, _ in effects:
        numbers[whose, batch].append(number)
    is_once_each = len({key for *_, key in effects}) == len(effects) == expected
    return is_once_each and all(given == list(range(1, len(given) + 1)) for given in numbers.values())


async def deliver_all(services: Services, clock: Clock, count: int) -> Delivered:
    """Post half of the packages to either partner, and go on until nothing waits; kill the dispatcher in between."""
    began = time.monotonic()
    hooks = WebhookPartner([SigningKey(KEY)], clock)
    system = PlatformPartner(map_named("henan-1", MAPS), TOKEN, clock, entity="UNISCID")
    postings = list(_postings(count))
    await _post(services, postings)
    repeats = _repeats(postings)
    kills = 0
    async with (
        standing(hooks.handle, clock, misbehaviour=read_misbehaviour(BAD_DAYS, 1)) as hook,
        standing(system.handle, clock, misbehaviour=read_misbehaviour(BAD_DAYS, 2)) as platform,
    ):
        ways = _ways(clock, hook, platform)
        while repeats or await _count(services, "delivery WHERE state = 'waiting'"):
            if repeats and len(hooks.taken) + len(system.taken) > count / 2:
                await _post(services, repeats, again=True)
                repeats = []
            deadly = count * (kills + 1) / (KILLS + 1) if kills < KILLS else count * 2
            is_killed = await _dispatch(services, ways, lambda: len(hooks.taken) + len(system.taken) < deadly)  # noqa: B023 - asked at once
            kills += is_killed
            clock.turn(LEASE if is_killed else timedelta(seconds=10))
    return Delivered(
        posted=count,
        repeated=len(_repeats(postings)),
        kills=kills,
        failed_tries=await _count(services, "delivery_attempt WHERE state = 'waiting'"),
        waiting_or_dead=await _count(services, "delivery WHERE state <> 'delivered'"),
        effects=(
            [(each.recipient, each.batch, each.number, each.key) for each in hooks.taken],
            [(each.sender, each.batch, each.number, each.key) for each in system.taken],
        ),
        told=hooks.told + system.told,
        seconds=time.monotonic() - began,
    )


def _postings(count: int) -> Iterator[Posting]:
    """Two numbers of every batch, half of all to webhooks and half to the publicity system."""
    for place in range(count // 2):
        whose, batch = DEPARTMENTS[place % len(DEPARTMENTS)], place // (2 * len(DEPARTMENTS))
        book = OutgoingFile(name="任务书.xlsx", content=f"book {place}".encode(), row_count=1)
        yield _posting(WEBHOOK, whose, f"批次{batch}", book)
        result = a_result(batch, department=whose, problem=f"第{place}次")
        rows = records_file("检查结果", [result])
        row = OutgoingFile(name=rows.name, content=rows.content, row_count=rows.row_count)
        yield _posting(PUBLICITY, whose, f"{result.task} {result.target}", row)


def _posting(kind: ConnectorKind, whose: DepartmentId, batch: str, file: OutgoingFile) -> Posting:
    partner = Partner(connector=kind, destination=kind, recipient=whose)
    return Posting(partner=partner, department=whose, round=None, batch=batch, files=(file,))


def _repeats(postings: Sequence[Posting]) -> list[Posting]:
    """Some of those that are the last of their batch: what is posted again is what stands."""
    last = {(each.partner, each.batch): each for each in postings}
    return list(last.values())[: len(postings) // REPEATED]


async def _post(services: Services, postings: Sequence[Posting], *, again: bool = False) -> None:
    for first in range(0, len(postings), AT_ONCE):
        async with transaction(services.pool, WORKER) as db:
            await post(db, services, WORKER, postings[first : first + AT_ONCE], again=again)


def _ways(clock: Clock, hook: str, platform: str) -> Connectors:
    async def to_hook(_destination: str) -> Connector:
        settings = WebhookSettings(address=f"{hook}/in", networks=OWN)
        return Webhook(settings, {"signing_key": KEY}, clock=clock, caps=PATIENT)

    async def to_platform(_destination: str) -> Connector:
        settings = PublicitySettings(address=platform, networks=OWN)
        return Publicity(settings, {"token": TOKEN}, clock=clock, caps=PATIENT)

    return {WEBHOOK: to_hook, PUBLICITY: to_platform}


async def _dispatch(services: Services, ways: Connectors, may_live: Callable[[], bool]) -> bool:
    """Deliver what is due, or be killed on the way; says whether it was."""
    delivering = asyncio.create_task(deliver_waiting(services, WORKER, ways))
    while may_live() and not delivering.done():
        await asyncio.wait([delivering], timeout=0.005)
    is_killed = delivering.cancel()
    await asyncio.wait([delivering])
    if not is_killed:
        delivering.result()
    return is_killed


async def _count(services: Services, of: str) -> int:
    async with transaction(services.pool, WORKER) as db:
        return int(await db.fetchval(f"SELECT count(*) FROM {of}"))  # noqa: S608 - our own words


async def _main(count: int) -> None:
    home, clock = new_folder(), Clock()
    logging.disable(logging.WARNING)
    with embedded(Settings(home=home, redis_url="unix:///dev/null")) as server:
        await make_template(server)
        async with (
            database_of(server, template="onedoor_template") as database,
            open_pool(database.app_url) as pool,
        ):
            ended = await deliver_all(world(pool, clock), clock, count)
    shutil.rmtree(home)
    sys.stdout.write(
        f"{ended.posted:,} packages, {ended.repeated} posted again, {ended.failed_tries} tries failed, the dispatcher "
        f"killed {ended.kills} times: {len(ended.effects[0]):,} + {len(ended.effects[1]):,} effects, told "
        f"{ended.told.total():,} times, once each and in order: {ended.is_once_each_and_in_order}, "
        f"{ended.waiting_or_dead} not delivered, in {ended.seconds:,.0f} s\n"
    )


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]) if sys.argv[1:] else 10_000))
