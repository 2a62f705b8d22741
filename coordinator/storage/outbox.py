"""The outbox: packages posted, and how their deliveries fare; one statement a function.

The moment is the service's clock, given by the caller. Who writes down how a try ended shows the lease of that try.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.domain.deliveries import (
    LEASE,
    ConnectorKind,
    DeliveryConfirmation,
    DeliveryKey,
    DeliveryLease,
    DeliveryReceipt,
    DeliveryState,
    OutboxId,
    OutgoingFile,
    Partner,
    Posting,
)
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import (
    Connection,
    execute,
    execute_many,
    fetch_all,
    fetch_one,
    fetch_value,
    lock_names,
)


class Posted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last package of a batch for a partner."""

    id: OutboxId
    number: int
    content_digest: str


class ClaimedDelivery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A package that one dispatcher has to itself until the lease ends; its files are read apart."""

    outbox: OutboxId
    round: UUID | None
    key: DeliveryKey
    recipient: str
    batch: str
    number: int
    attempts: int
    fencing: int

    @property
    def lease(self) -> DeliveryLease:
        return DeliveryLease(outbox=self.outbox, fencing=self.fencing)


class StoredDelivery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a package fares; `last_error` is a sentence for people."""

    outbox: OutboxId
    round: UUID | None
    department: DepartmentId
    connector: ConnectorKind
    destination: str
    recipient: str
    batch: str
    number: int
    state: DeliveryState
    attempts: int
    next_try_at: datetime
    receipt: DeliveryReceipt | None
    confirmation: DeliveryConfirmation | None
    last_error: str | None
    created_at: datetime


class Sent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who was sent packages of a batch, for which department."""

    connector: ConnectorKind
    destination: str
    recipient: str
    department: DepartmentId


class PostedFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a package, without its content."""

    name: str
    size: int
    row_count: int
    sha256: str


class UndeliveredFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a package that has not arrived."""

    key: DeliveryKey
    recipient: str
    batch: str
    number: int
    name: str
    content: bytes
    row_count: int


DELIVERIES = """
    SELECT o.id AS outbox, o.round, o.department, o.connector, o.destination, o.recipient, o.batch, o.number, d.state,
           d.attempts, d.next_try_at, d.receipt, d.confirmation, d.last_error, o.created_at
    FROM outbox o JOIN delivery d ON d.outbox = o.id
"""


async def lock_batches(db: Connection, postings: Sequence[Posting]) -> None:
    """Let no other transaction number packages of these batches until ours ends."""
    await lock_names(db, [msgspec.json.encode([each.partner, each.batch]).decode() for each in postings])


async def last_posted(db: Connection, posting: Posting) -> Posted | None:
    """The package of the same batch for the same partner that has the greatest number."""
    statement = """
        SELECT id, number, content_digest FROM outbox
        WHERE connector = $1 AND destination = $2 AND recipient = $3 AND batch = $4 ORDER BY number DESC LIMIT 1
    """
    partner = posting.partner
    return await fetch_one(
        db, Posted, statement, partner.connector, partner.destination, partner.recipient, posting.batch
    )


async def sent_to(db: Connection, round_: UUID, batch: str) -> list[Sent]:
    """Whom packages of a round's batch were posted to."""
    statement = """
        SELECT DISTINCT connector, destination, recipient, department FROM outbox
        WHERE round = $1 AND batch = $2 AND department IS NOT NULL ORDER BY department, destination
    """
    return await fetch_all(db, Sent, statement, round_, batch)


async def insert_package(db: Connection, id_: OutboxId, posting: Posting, number: int, at: datetime) -> None:
    await execute(
        db,
        """
        INSERT INTO outbox (id, round, department, connector, destination, recipient, batch, number, key,
                            content_digest, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        id_,
        posting.round,
        posting.department,
        posting.partner.connector,
        posting.partner.destination,
        posting.partner.recipient,
        posting.batch,
        number,
        posting.key(number),
        posting.content_digest,
        at,
    )


async def insert_package_files(db: Connection, id_: OutboxId, files: Sequence[OutgoingFile]) -> None:
    await execute_many(
        db,
        "INSERT INTO outbox_file (outbox, name, content, row_count, sha256) VALUES ($1, $2, $3, $4, $5)",
        [(id_, file.name, file.content, file.row_count, file.sha256) for file in files],
    )


async def insert_delivery(db: Connection, id_: OutboxId, due_at: datetime) -> None:
    """Put a package at the end of its partner's line."""
    statement = """
        INSERT INTO delivery (outbox, next_try_at, line)
        SELECT id, $2, jsonb_build_array(connector, destination, recipient)::text FROM outbox WHERE id = $1
    """
    await execute(db, statement, id_, due_at)


async def due_partners(
    db: Connection, connectors: Sequence[ConnectorKind], destination: str | None, now: datetime
) -> list[Partner]:
    """The partners to whom something is due, or who are to be asked; of these kinds, at this destination if given."""
    statement = """
        SELECT DISTINCT o.connector, o.destination, o.recipient
        FROM delivery d JOIN outbox o ON o.id = d.outbox
        WHERE (d.state = 'waiting' AND d.next_try_at <= $3 OR d.ask_at <= $3) AND o.connector = ANY($1)
          AND ($2::text IS NULL OR o.destination = $2)
        ORDER BY 1, 2, 3
    """
    return await fetch_all(db, Partner, statement, list(connectors), destination, now)


async def claim_delivery(db: Connection, partner: Partner, now: datetime) -> ClaimedDelivery | None:
    """Take the partner's oldest package that is due; one of a batch waits until those before it are through."""
    statement = """
        UPDATE delivery SET attempts = attempts + 1, fencing = fencing + 1, next_try_at = $5
        FROM outbox
        WHERE outbox.id = delivery.outbox AND delivery.outbox = (
            SELECT d.outbox FROM delivery d JOIN outbox o ON o.id = d.outbox
            WHERE d.line = jsonb_build_array($1::text, $2::text, $3::text)::text
              AND d.state = 'waiting' AND d.next_try_at <= $4
              AND NOT EXISTS (
                  SELECT FROM outbox earlier JOIN delivery e ON e.outbox = earlier.id
                  WHERE earlier.connector = $1 AND earlier.destination = $2 AND earlier.recipient = $3
                    AND earlier.batch = o.batch AND earlier.number < o.number AND e.state = 'waiting')
            ORDER BY d.place LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
        RETURNING outbox.id AS outbox, round, key, recipient, batch, number, attempts, fencing
    """
    return await fetch_one(
        db, ClaimedDelivery, statement, partner.connector, partner.destination, partner.recipient, now, now + LEASE
    )


async def package_files(db: Connection, id_: OutboxId) -> list[OutgoingFile]:
    """A package's files, sorted by name."""
    return await fetch_all(
        db, OutgoingFile, "SELECT name, content, row_count FROM outbox_file WHERE outbox = $1 ORDER BY name", id_
    )


async def undelivered_files(db: Connection, destination: str) -> list[UndeliveredFile]:
    """The files with rows of each batch's newest package for a destination, where that package has not arrived."""
    statement = """
        SELECT o.key, o.recipient, o.batch, o.number, f.name, f.content, f.row_count
        FROM outbox o JOIN delivery d ON d.outbox = o.id JOIN outbox_file f ON f.outbox = o.id
        WHERE o.destination = $1 AND d.state <> 'delivered' AND f.row_count > 0 AND f.content <> '' AND NOT EXISTS (
            SELECT FROM outbox n WHERE n.connector = o.connector AND n.destination = o.destination
                AND n.recipient = o.recipient AND n.batch = o.batch AND n.number > o.number)
        ORDER BY o.recipient, o.batch, f.name
    """
    return await fetch_all(db, UndeliveredFile, statement, destination)


async def package_file(db: Connection, key: DeliveryKey, name: str) -> OutgoingFile | None:
    """One file of the package of that key, unless it was erased."""
    statement = """
        SELECT name, content, row_count FROM outbox_file
        WHERE name = $2 AND outbox = (SELECT id FROM outbox WHERE key = $1) AND sha256 = encode(sha256(content), 'hex')
    """
    return await fetch_one(db, OutgoingFile, statement, key, name)


async def posted_files(db: Connection, id_: OutboxId) -> list[PostedFile]:
    """What is in a package, by name."""
    statement = (
        "SELECT name, length(content) AS size, row_count, sha256 FROM outbox_file WHERE outbox = $1 ORDER BY name"
    )
    return await fetch_all(db, PostedFile, statement, id_)


async def latest_deliveries(
    db: Connection,
    destination: str | None,
    state: DeliveryState | None,
    after: OutboxId | None = None,
    most: int = 200,
) -> list[StoredDelivery]:
    """How the packages that were posted last fare, the latest first; with `after`, those that follow it."""
    statement = (
        DELIVERIES  # noqa: S608 - constant text
        + """WHERE ($1::text IS NULL OR o.destination = $1) AND ($2::delivery_state IS NULL OR d.state = $2)
               AND ($3::uuid IS NULL OR d.place < (SELECT place FROM delivery WHERE outbox = $3))
             ORDER BY d.place DESC LIMIT $4"""
    )
    return await fetch_all(db, StoredDelivery, statement, destination, state.value if state else None, after, most)


async def count_dead(db: Connection) -> int:
    """How many packages were left to a person."""
    return await fetch_value(db, int, "SELECT count(*) FROM delivery WHERE state = 'dead'")


async def record_receipt(
    db: Connection, lease: DeliveryLease, receipt: DeliveryReceipt, ask_at: datetime | None
) -> bool:
    """Write down that a package arrived, also when it was paused meanwhile; False when another try has taken over."""
    statement = """
        UPDATE delivery SET state = 'delivered', receipt = $3, ask_at = $4, confirmation = NULL, last_error = NULL
        WHERE outbox = $1 AND fencing = $2 AND state IN ('waiting', 'paused')
    """
    return await execute(db, statement, lease.outbox, lease.fencing, receipt, ask_at) == 1


async def postpone(db: Connection, lease: DeliveryLease, error: str, next_try_at: datetime) -> bool:
    """Write down a failed try and when the next one is; False when another try has taken over."""
    statement = """
        UPDATE delivery SET last_error = $3, next_try_at = $4
        WHERE outbox = $1 AND fencing = $2 AND state IN ('waiting', 'paused')
    """
    return await execute(db, statement, lease.outbox, lease.fencing, error, next_try_at) == 1


async def bury(db: Connection, lease: DeliveryLease, error: str) -> bool:
    """Leave a package to a person; False when another try has taken over."""
    statement = """
        UPDATE delivery SET state = 'dead', last_error = $3
        WHERE outbox = $1 AND fencing = $2 AND state IN ('waiting', 'paused')
    """
    return await execute(db, statement, lease.outbox, lease.fencing, error) == 1


async def pause(db: Connection, ids: Sequence[OutboxId]) -> int:
    """Hold packages back that wait; returns how many."""
    return await execute(
        db, "UPDATE delivery SET state = 'paused' WHERE outbox = ANY($1) AND state = 'waiting'", list(ids)
    )


async def make_due(db: Connection, ids: Sequence[OutboxId], now: datetime) -> int:
    """Have packages delivered now, whatever became of them before; the receiver knows those it has by their keys.

    What was erased stays as it is.
    """
    statement = """
        UPDATE delivery SET state = 'waiting', attempts = 0, next_try_at = $2, receipt = NULL, ask_at = NULL
        WHERE outbox = ANY($1) AND NOT EXISTS (
            SELECT FROM outbox_file f WHERE f.outbox = delivery.outbox AND f.sha256 <> encode(sha256(f.content), 'hex'))
    """
    return await execute(db, statement, list(ids), now)


async def deliveries(db: Connection, ids: Sequence[OutboxId]) -> list[StoredDelivery]:
    """How these packages fare, by recipient, batch and number."""
    statement = DELIVERIES + "WHERE o.id = ANY($1) ORDER BY o.recipient, o.batch, o.number, o.id"
    return await fetch_all(db, StoredDelivery, statement, list(ids))
