"""Asking receivers later what became of a package, and the book of all tries; one statement a function.

How packages are posted and claimed is in `outbox`.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.deliveries import (
    LEASE,
    DeliveryAttempt,
    DeliveryConfirmation,
    DeliveryKey,
    DeliveryLease,
    DeliveryReceipt,
    OutboxId,
    Partner,
)
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one


class Awaited(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A delivered package whose receiver is to be asked now; `fencing` names the try that delivered it."""

    outbox: OutboxId
    round: UUID | None
    key: DeliveryKey
    recipient: str
    batch: str
    number: int
    fencing: int
    receipt: DeliveryReceipt
    delivered_at: datetime

    @property
    def lease(self) -> DeliveryLease:
        return DeliveryLease(outbox=self.outbox, fencing=self.fencing)


async def insert_attempt(db: Connection, lease: DeliveryLease, attempt: DeliveryAttempt) -> None:
    statement = """
        INSERT INTO delivery_attempt (outbox, fencing, started_at, ended_at, state, answer)
        VALUES ($1, $2, $3, $4, $5, $6)
    """
    await execute(
        db,
        statement,
        *(lease.outbox, lease.fencing, attempt.started_at, attempt.ended_at, attempt.state.value, attempt.answer),
    )


async def attempts_of(db: Connection, id_: OutboxId) -> list[DeliveryAttempt]:
    """A package's tries, the latest first."""
    statement = """
        SELECT started_at, ended_at, state, answer FROM delivery_attempt WHERE outbox = $1 ORDER BY fencing DESC
    """
    return await fetch_all(db, DeliveryAttempt, statement, id_)


async def claim_inquiry(db: Connection, partner: Partner, now: datetime) -> Awaited | None:
    """Take the package about which the partner is to be asked first; nobody else asks until the lease ends."""
    statement = """
        UPDATE delivery SET ask_at = $5
        FROM outbox, delivery_attempt
        WHERE outbox.id = delivery.outbox AND delivery_attempt.outbox = delivery.outbox
          AND delivery_attempt.fencing = delivery.fencing AND delivery.outbox = (
            SELECT outbox FROM delivery WHERE line = jsonb_build_array($1::text, $2::text, $3::text)::text
              AND state = 'delivered' AND ask_at <= $4
            ORDER BY ask_at, place LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING outbox.id AS outbox, round, key, recipient, batch, number, delivery.fencing, receipt,
                  delivery_attempt.ended_at AS delivered_at
    """
    return await fetch_one(
        db, Awaited, statement, partner.connector, partner.destination, partner.recipient, now, now + LEASE
    )


async def record_confirmation(
    db: Connection, lease: DeliveryLease, confirmation: DeliveryConfirmation, ask_at: datetime | None
) -> bool:
    """Write down what the receiver said; False where the package has been sent again meanwhile."""
    statement = """
        UPDATE delivery SET confirmation = $3, ask_at = $4 WHERE outbox = $1 AND fencing = $2 AND state = 'delivered'
    """
    return await execute(db, statement, lease.outbox, lease.fencing, confirmation, ask_at) == 1


async def ask_later(db: Connection, lease: DeliveryLease, ask_at: datetime | None) -> bool:
    """Write down when the receiver is asked again, having given no answer; None: not again."""
    statement = "UPDATE delivery SET ask_at = $3 WHERE outbox = $1 AND fencing = $2 AND state = 'delivered'"
    return await execute(db, statement, lease.outbox, lease.fencing, ask_at) == 1


async def refuse_delivered(
    db: Connection, lease: DeliveryLease, confirmation: DeliveryConfirmation, error: str
) -> bool:
    """Leave to a person what the receiver refused after it had said that it has it."""
    statement = """
        UPDATE delivery SET state = 'dead', receipt = NULL, ask_at = NULL, confirmation = $3, last_error = $4
        WHERE outbox = $1 AND fencing = $2 AND state = 'delivered'
    """
    return await execute(db, statement, lease.outbox, lease.fencing, confirmation, error) == 1


async def send_missing_again(db: Connection, lease: DeliveryLease, now: datetime) -> bool:
    """Have a package delivered once more that its receiver no longer holds."""
    statement = """
        UPDATE delivery SET state = 'waiting', next_try_at = $3, receipt = NULL, ask_at = NULL
        WHERE outbox = $1 AND fencing = $2 AND state = 'delivered'
    """
    return await execute(db, statement, lease.outbox, lease.fencing, now) == 1
