"""Deliveries: bringing what is due in the outbox to its partners, outside any transaction, once in effect.

How a kind of partner is reached is said in connectors/, when a failed try is made again in the domain, how packages get
into the outbox in `posting`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from connectors.contract import Connector, DeliveryError, File, Package, PermanentError, Receipt, TemporaryError
from connectors.file_drop import FileDrop
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.deliveries import (
    FILE_DROP,
    LONGEST_TRY,
    MOST_ATTEMPTS,
    ConnectorKind,
    DeliveryReceipt,
    DeliveryState,
    OutboxId,
    OutgoingFile,
    Partner,
    next_try,
)
from coordinator.storage import audit, outbox
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.outbox import ClaimedDelivery

log = logging.getLogger("onedoor.deliveries")

Opening = Callable[[str], Connector]
"""Makes the connector for a destination; it opens nothing yet."""
Connectors = Mapping[ConnectorKind, Opening]

CONNECTORS: Connectors = {FILE_DROP: lambda destination: FileDrop(Path(destination))}

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
        *(_serve(services, actor, partner, connectors[partner.connector], longest_try) for partner in partners),
        return_exceptions=True,
    )
    return tuple(attempt for line in lines for attempt in _attempts(line))


def _attempts(line: list[Attempt] | BaseException) -> Iterator[Attempt]:
    if isinstance(line, BaseException):
        raise line
    yield from line


async def _serve(
    services: Services, actor: Actor, partner: Partner, opening: Opening, longest_try: timedelta
) -> list[Attempt]:
    """Try one partner's due packages, one after another, up to a failure that may pass."""
    attempts: list[Attempt] = []
    async with aclosing(opening(partner.destination)) as connector:
        while not (attempts and attempts[-1].state is DeliveryState.WAITING):
            claimed = await _claim(services, actor, partner)
            if claimed is None:
                break
            ended = await _try(services, actor, connector, claimed, longest_try)
            state, error = await _settle(services, actor, claimed, ended)
            attempts.append(Attempt(outbox=claimed.outbox, partner=partner, state=state, error=error))
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
        files = await outbox.package_files(db, claimed.outbox)
    try:
        async with asyncio.timeout(longest_try.total_seconds()):
            return await connector.deliver(_package(claimed, files))
    except DeliveryError as error:
        return error
    except TimeoutError:
        return TemporaryError(TOO_SLOW)
    except Exception:
        log.exception("delivery %s broke at try %d", claimed.outbox, claimed.attempts)
        return TemporaryError(BROKEN)


def _package(claimed: ClaimedDelivery, files: Sequence[OutgoingFile]) -> Package:
    return Package(
        key=claimed.key,
        recipient=claimed.recipient,
        batch=claimed.batch,
        number=claimed.number,
        files=tuple(File(name=file.name, content=file.content, row_count=file.row_count) for file in files),
    )


async def _settle(
    services: Services, actor: Actor, claimed: ClaimedDelivery, ended: Receipt | DeliveryError
) -> tuple[DeliveryState, str]:
    """Write down how a try ended; where another try has taken over, it is that one's to say."""
    async with transaction(services.pool, actor) as db:
        if isinstance(ended, Receipt):
            return await _record_receipt(db, actor, claimed, ended), ""
        return await _record_failure(db, services, actor, claimed, ended), str(ended)


async def _record_receipt(db: Connection, actor: Actor, claimed: ClaimedDelivery, receipt: Receipt) -> DeliveryState:
    kept = DeliveryReceipt(reference=receipt.reference, is_superseded=receipt.is_superseded)
    if await outbox.record_receipt(db, claimed.lease, kept):
        await audit.append(
            db,
            actor,
            "package_delivered",
            claimed.round,
            claimed.recipient,
            key=claimed.key,
            attempts=claimed.attempts,
            reference=kept.reference,
            superseded=kept.is_superseded,
        )
    return DeliveryState.DELIVERED


async def _record_failure(
    db: Connection, services: Services, actor: Actor, claimed: ClaimedDelivery, error: DeliveryError
) -> DeliveryState:
    again_at = None
    if isinstance(error, TemporaryError):
        again_at = next_try(claimed.attempts, services.clock(), error.retry_after)
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
            attempts=claimed.attempts,
            error=str(error),
            next_try=again_at,
        )
    return state
