"""Asking receivers what became of packages they said they have: acknowledged, refused, lost.

What a receiver can be asked is said in connectors/, how often in the domain. Nothing is sent here: what is missing
waits in the outbox again.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from connectors.contract import Confirmation, DeliveryError, File, Inquiring, Package, Receipt
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.deliveries import (
    DeliveryConfirmation,
    DeliveryKey,
    DeliveryStanding,
    OutgoingFile,
    Partner,
    next_asking,
)
from coordinator.storage import audit, inquiries, outbox
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.inquiries import Awaited

log = logging.getLogger("onedoor.deliveries")

REFUSED = "对方收下之后退回了这份文件：{words}"


class Spoken(Protocol):
    """What names a package in the outbox."""

    @property
    def key(self) -> DeliveryKey: ...
    @property
    def recipient(self) -> str: ...
    @property
    def batch(self) -> str: ...
    @property
    def number(self) -> int: ...


def package_of(named: Spoken, files: Sequence[OutgoingFile]) -> Package:
    """Give a stored package as connectors know it."""
    return Package(
        key=named.key,
        recipient=named.recipient,
        batch=named.batch,
        number=named.number,
        files=tuple(File(name=file.name, content=file.content, row_count=file.row_count) for file in files),
    )


async def inquire(services: Services, actor: Actor, partner: Partner, connector: Inquiring, longest: timedelta) -> None:
    """Ask a partner about its packages that are due to be asked about, up to the first question without an answer."""
    while True:
        async with transaction(services.pool, actor) as db:
            awaited = await inquiries.claim_inquiry(db, partner, services.clock())
            files = await outbox.package_files(db, awaited.outbox) if awaited else []
        if awaited is None:
            return
        answer = await _asked(connector, awaited, files, longest)
        async with transaction(services.pool, actor) as db:
            await _settle(db, services, actor, awaited, answer)
        if answer is None:
            return


async def _asked(
    connector: Inquiring, awaited: Awaited, files: Sequence[OutgoingFile], longest: timedelta
) -> Confirmation | None:
    """Give the answer; None where there was none, for whatever reason."""
    receipt = Receipt(key=awaited.key, reference=awaited.receipt.reference)
    try:
        async with asyncio.timeout(longest.total_seconds()):
            return await connector.ask(package_of(awaited, files), receipt)
    except (DeliveryError, TimeoutError) as error:
        log.warning("delivery %s could not be asked about: %s", awaited.outbox, error)
    except Exception:
        log.exception("asking about delivery %s broke", awaited.outbox)
    return None


async def _settle(
    db: Connection, services: Services, actor: Actor, awaited: Awaited, answer: Confirmation | None
) -> None:
    """Write down an answer; where the package has been sent again meanwhile, it says nothing any more."""
    now = services.clock()
    again_at = next_asking(awaited.delivered_at, now)
    if answer is None:
        await inquiries.ask_later(db, awaited.lease, again_at)
        return
    said = DeliveryConfirmation(standing=DeliveryStanding(answer.standing.value), words=answer.words)
    if await _store(db, awaited, said, now, again_at) and said.standing is not DeliveryStanding.PENDING:
        note = f"package_{said.standing.value}"
        facts = {"key": awaited.key, "batch": awaited.batch, "number": awaited.number, "words": said.words}
        await audit.append(db, actor, note, awaited.round, awaited.recipient, **facts)


async def _store(
    db: Connection, awaited: Awaited, said: DeliveryConfirmation, now: datetime, again_at: datetime | None
) -> bool:
    match said.standing:
        case DeliveryStanding.PENDING:
            return await inquiries.record_confirmation(db, awaited.lease, said, again_at)
        case DeliveryStanding.TAKEN:
            return await inquiries.record_confirmation(db, awaited.lease, said, None)
        case DeliveryStanding.REFUSED:
            return await inquiries.refuse_delivered(db, awaited.lease, said, REFUSED.format(words=said.words))
        case DeliveryStanding.MISSING:
            return await inquiries.send_missing_again(db, awaited.lease, now)
