"""Deliveries: bringing what is due in the outbox to its partners, outside any transaction, once in effect.

How a kind of partner is reached is said in connectors/, when a failed try is made again in the domain, how packages get
into the outbox in `posting`, what partners are asked later in `inquiring`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from connectors.contract import Connector, DeliveryError, Inquiring, PermanentError, Receipt, TemporaryError
from connectors.file_drop import FileDrop
from coordinator.actions.inquiring import inquire, package_of
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.deliveries import (
    FILE_DROP,
    FIRST_ASKED,
    LONGEST_TRY,
    MOST_ATTEMPTS,
    ConnectorKind,
    DeliveryAttempt,
    DeliveryReceipt,
    DeliveryState,
    OutboxId,
    Partner,
    next_try,
)
from coordinator.storage import audit, inquiries, outbox
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.outbox import ClaimedDelivery

log = logging.getLogger("onedoor.deliveries")

Opening = Callable[[str], Awaitable[Connector | None]]
"""Gives the connector for a destination, which opens nothing yet; None while nothing is to go there."""
Connectors = Mapping[ConnectorKind, Opening]


async def a_folder(destination: str) -> Connector:
    return FileDrop(Path(destination))


CONNECTORS: Connectors = {FILE_DROP: a_folder}

BROKEN = "投递程序出错，原因已记入运行日志。"
TOO_SLOW = "对方没有在规定时间内接收完毕。"
INTERRUPTED = "每次投递都被中断，已停止自动重试。请检查运行日志，再重新投递。"


class Attempt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one try ended: delivered, waiting for the next, or dead; `error` is a sentence."""

    outbox: OutboxId
    partner: Partner
    state: DeliveryState
    error: str = ""


async def deliver_waiting(
    services: Services,
    actor: Actor,
    connectors: Connectors = CONNECTORS,
    *,
    destination: str | None = None,
    longest_try: timedelta = LONGEST_TRY,
) -> tuple[Attempt, ...]:
    """Try what is due, each partner in a line of its own, so that a dead one holds up no other.

    A line ends with its first failure that may pass: a partner in trouble is not pressed with all the rest. What fails
    is written down with its next try and raised nowhere; Unavailable comes only from the database. Packages of kinds
    that `connectors` does not know keep waiting.
    """
    async with transaction(services.pool, actor) as db:
        partners = await outbox.due_partners(db, list(connectors), destination, services.clock())
    lines = await asyncio.gather(
        *(serve_partner(services, actor, partner, connectors[partner.connector], longest_try) for partner in partners),
        return_exceptions=True,
    )
    return tuple(attempt for line in lines for attempt in _attempts(line))


def _attempts(line: list[Attempt] | BaseException) -> Iterator[Attempt]:
    if isinstance(line, BaseException):
        raise line
    yield from line


async def serve_partner(
    services: Services, actor: Actor, partner: Partner, opening: Opening, longest_try: timedelta = LONGEST_TRY
) -> list[Attempt]:
    """Try one partner's due packages, one after another, up to a failure that may pass; then ask what is due."""
    attempts: list[Attempt] = []
    opened = await opening(partner.destination)
    if opened is None:
        return attempts
    async with aclosing(opened) as connector:
        while not (attempts and attempts[-1].state is DeliveryState.WAITING):
            claimed = await _claim(services, actor, partner)
            if claimed is None:
                break
            started_at = services.clock()
            ended = await _try(services, actor, connector, claimed, longest_try)
            state, error = await _settle(
                services, actor, claimed, ended, started_at, is_asked=isinstance(connector, Inquiring)
            )
            attempts.append(Attempt(outbox=claimed.outbox, partner=partner, state=state, error=error))
        if isinstance(connector, Inquiring):
            await inquire(services, actor, partner, connector, longest_try)
    return attempts


async def _claim(services: Services, actor: Actor, partner: Partner) -> ClaimedDelivery | None:
    async with transaction(services.pool, actor) as db:
        return await outbox.claim_delivery(db, partner, services.clock())


async def _try(
    services: Services, actor: Actor, connector: Connector, claimed: ClaimedDelivery, longest_try: timedelta
) -> Receipt | DeliveryError:
    """Deliver, and give the receipt or what went wrong; a fault of ours counts as one that may pass."""
    if claimed.attempts > MOST_ATTEMPTS:
        return PermanentError(INTERRUPTED)
    async with transaction(services.pool, actor) as db:
        package = package_of(claimed, await outbox.package_files(db, claimed.outbox))
    try:
        async with asyncio.timeout(longest_try.total_seconds()):
            return await connector.deliver(package)
    except DeliveryError as error:
        return error
    except TimeoutError:
        return TemporaryError(TOO_SLOW)
    except Exception:
        log.exception("delivery %s broke at try %d", claimed.outbox, claimed.attempts)
        return TemporaryError(BROKEN)


async def _settle(
    services: Services,
    actor: Actor,
    claimed: ClaimedDelivery,
    ended: Receipt | DeliveryError,
    started_at: datetime,
    *,
    is_asked: bool,
) -> tuple[DeliveryState, str]:
    """Write down how a try ended; where another try has taken over, it is that one's to say."""
    now = services.clock()
    async with transaction(services.pool, actor) as db:
        if isinstance(ended, Receipt):
            ask_at = now + FIRST_ASKED if is_asked and not ended.is_superseded else None
            state = await _record_receipt(db, actor, claimed, ended, ask_at)
        else:
            state = await _record_failure(db, actor, claimed, ended, now)
        answer = ended.reference if isinstance(ended, Receipt) else str(ended)
        attempt = DeliveryAttempt(started_at=started_at, ended_at=max(now, started_at), state=state, answer=answer)
        await inquiries.insert_attempt(db, claimed.lease, attempt)
    return state, "" if isinstance(ended, Receipt) else str(ended)


async def _record_receipt(
    db: Connection, actor: Actor, claimed: ClaimedDelivery, receipt: Receipt, ask_at: datetime | None
) -> DeliveryState:
    kept = DeliveryReceipt(reference=receipt.reference, is_superseded=receipt.is_superseded)
    if await outbox.record_receipt(db, claimed.lease, kept, ask_at):
        await audit.append(
            db,
            actor,
            "package_delivered",
            claimed.round,
            claimed.recipient,
            key=claimed.key,
            batch=claimed.batch,
            number=claimed.number,
            attempts=claimed.attempts,
            reference=kept.reference,
            superseded=kept.is_superseded,
        )
    return DeliveryState.DELIVERED


async def _record_failure(
    db: Connection, actor: Actor, claimed: ClaimedDelivery, error: DeliveryError, now: datetime
) -> DeliveryState:
    again_at = None
    if isinstance(error, TemporaryError):
        again_at = next_try(claimed.attempts, now, error.retry_after)
    if again_at is None:
        state, recorded = DeliveryState.DEAD, await outbox.bury(db, claimed.lease, str(error))
    else:
        state, recorded = DeliveryState.WAITING, await outbox.postpone(db, claimed.lease, str(error), again_at)
    if recorded:
        await audit.append(
            db,
            actor,
            "delivery_dead" if again_at is None else "delivery_failed",
            claimed.round,
            claimed.recipient,
            key=claimed.key,
            batch=claimed.batch,
            number=claimed.number,
            attempts=claimed.attempts,
            error=str(error),
            next_try=again_at,
        )
    return state
