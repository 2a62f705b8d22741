"""Postings, a clock that tests turn, and partners that keep books, for the tests of the outbox."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace
from support.jobs import surroundings

from connectors.contract import Connector, DeliveryError, Package, Receipt
from coordinator.actions.deliveries import Connectors
from coordinator.actions.posting import delivery_states, post
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor, ActorId, Office
from coordinator.domain.deliveries import ConnectorKind, OutboxId, OutgoingFile, Partner, Posting
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.outbox import StoredDelivery

LEDGER = ConnectorKind("ledger")
FIRE = DepartmentId("舞钢市消防救援大队")
WATER = DepartmentId("舞钢市水利局")
START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def liaison_of(department: DepartmentId) -> Actor:
    return Actor(id=ActorId(f"liaison of {department}"), name="联络员", office=Office.DEPARTMENT, department=department)


class Clock:
    """Stands still until it is turned."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


def world(pool: Pool, clock: Callable[[], datetime]) -> Services:
    return replace(surroundings(pool), clock=clock)


def a_posting(
    batch: str = "2026-Q1",
    *,
    content: str = "book",
    recipient: str = FIRE,
    department: DepartmentId = FIRE,
    destination: str = "books",
    connector: ConnectorKind = LEDGER,
    round_: UUID | None = None,
) -> Posting:
    return Posting(
        partner=Partner(connector=connector, destination=destination, recipient=recipient),
        department=department,
        round=round_,
        batch=batch,
        files=(OutgoingFile(name="任务书.xlsx", content=content.encode(), row_count=len(content)),),
    )


async def posted(services: Services, *postings: Posting, actor: Actor = WORKER) -> tuple[OutboxId, ...]:
    async with transaction(services.pool, actor) as db:
        return await post(db, services, actor, postings)


async def state_of(services: Services, id_: OutboxId) -> StoredDelivery:
    [found] = await delivery_states(services, WORKER, [id_])
    return found


async def trail(services: Services) -> list[str]:
    """What was done, oldest first."""
    async with transaction(services.pool, WORKER) as db:
        rows = await db.fetch("SELECT action FROM audit_entry ORDER BY id")
    return [row["action"] for row in rows]


class Ledger:
    """A partner that writes every key into its books once, and counts how often it was called."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.book: dict[str, Package] = {}
        self.order: list[tuple[str, int]] = []

    async def deliver(self, package: Package) -> Receipt:
        self.calls[package.key] += 1
        await asyncio.sleep(0)
        if package.key not in self.book:
            self.book[package.key] = package
            self.order.append((package.batch, package.number))
        return Receipt(key=package.key, reference=f"page of {package.key}")

    async def aclose(self) -> None:
        """Its books are always open."""


class Moody(Ledger):
    """Answers with the errors it was given, one a call, and then does its work."""

    def __init__(self, answers: Sequence[DeliveryError]) -> None:
        super().__init__()
        self.answers = list(answers)

    async def deliver(self, package: Package) -> Receipt:
        if self.answers:
            raise self.answers.pop(0)
        return await super().deliver(package)


class Slow(Ledger):
    """Writes into its books at once, but answers only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.has_written = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def deliver(self, package: Package) -> Receipt:
        receipt = await super().deliver(package)
        self.has_written.set()
        await self.may_answer.wait()
        return receipt


def reached(partner: Connector) -> Connectors:
    """Whatever the destination, this partner stands there."""
    return reached_by(defaultdict(lambda: partner))


def reached_by(partners: Mapping[str, Connector]) -> Connectors:
    """At each destination its partner."""

    async def open_(destination: str) -> Connector:
        return partners[destination]

    return {LEDGER: open_}
