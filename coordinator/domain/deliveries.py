"""Deliveries: what leaves the house through the outbox, under which key, and when a failed try is made again.

How a package reaches an outside system is said in connectors/; what a package says, by documents.
"""

import hashlib
from datetime import datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Annotated, NewType
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from coordinator.domain.ids import DepartmentId

OutboxId = NewType("OutboxId", UUID)
DeliveryKey = NewType("DeliveryKey", str)
ConnectorKind = NewType("ConnectorKind", str)

FILE_DROP = ConnectorKind("file_drop")
"""A folder on a disk: the destination is its root, each recipient has a folder in it."""

LEASE = timedelta(minutes=2)
"""How long a dispatcher has a delivery to itself; one that was killed is followed by another after this."""
LONGEST_TRY = timedelta(seconds=90)
"""When a try is given up, well before its lease ends."""
LONGEST_PAUSE = timedelta(days=1)
"""A receiver may ask for patience, but not for ever."""
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    *[timedelta(minutes=5)] * 48,
    *[timedelta(hours=1)] * 72,
)
"""The first try is made at once; then after these pauses (4 hours of five minutes, 3 days of hours), then a person."""
MOST_ATTEMPTS = len(PAUSES) + 1
FIRST_ASKED = timedelta(minutes=10)
"""When a receiver that can be asked is first asked what became of a package; then ever more seldom."""
LONGEST_SILENCE = timedelta(days=7)
"""After this nobody is asked any more: the package stays listed as not confirmed."""


class DeliveryState(Enum):
    """`DEAD` waits for a person to mend something, `PAUSED` for the person who paused it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    PAUSED = "paused"


class DeliveryStanding(Enum):
    """What became of a package at a receiver that said it has it."""

    PENDING = "pending"
    TAKEN = "taken"
    REFUSED = "refused"
    MISSING = "missing"


class DeliveryConfirmation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a receiver said of a package when it was asked; `words` are its own, or a sentence of ours."""

    standing: DeliveryStanding
    words: str


class DeliveryAttempt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One try: how it ended, with the receiver's reference or a sentence on what went wrong."""

    started_at: datetime
    ended_at: datetime
    state: DeliveryState
    answer: str


class Partner(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One receiving end: what is under way to it holds up no other."""

    connector: ConnectorKind
    destination: str
    recipient: str


class OutgoingFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One file of a package, with the number of rows that the receiver may count again."""

    name: Annotated[str, Meta(min_length=1)]
    content: bytes
    row_count: Annotated[int, Meta(ge=0)]

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Posting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a partner is to have: the files of one batch, as they now stand; `department` is whose business it is.

    A batch of the same content is posted once; of another content, it gets the next number.
    """

    partner: Partner
    department: DepartmentId
    round: UUID | None
    batch: Annotated[str, Meta(min_length=1)]
    files: Annotated[tuple[OutgoingFile, ...], Meta(min_length=1)]

    @property
    def content_digest(self) -> str:
        """The same for the same files, in whatever order."""
        listed = sorted((file.name, file.row_count, file.sha256) for file in self.files)
        return _digest(listed)

    def key(self, number: int) -> DeliveryKey:
        """Name this content, as that number of its batch for that partner, for ever."""
        partner = self.partner
        parts = [partner.connector, partner.destination, partner.recipient, self.batch, number, self.content_digest]
        return DeliveryKey(_digest(parts))


class DeliveryLease(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The right to write down how a try ended; a later try has a greater `fencing`."""

    outbox: OutboxId
    fencing: int


class DeliveryReceipt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the partner answered; `reference` is what to ask it about later."""

    reference: str
    is_superseded: bool


def next_try(attempts: int, now: datetime, asked: timedelta | None = None) -> datetime | None:
    """When to try again after so many attempts, None when it is a person's turn; `asked` is the receiver's wish."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + max(PAUSES[attempts - 1], min(asked or timedelta(), LONGEST_PAUSE))


def next_asking(delivered_at: datetime, now: datetime) -> datetime | None:
    """When to ask again after a receiver had nothing to say yet; None once it has been silent too long."""
    waited = now - delivered_at
    return None if waited >= LONGEST_SILENCE else now + max(FIRST_ASKED, min(waited, timedelta(days=1)))


def _digest(parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
