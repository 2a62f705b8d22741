"""Destinations of packages, with their secrets apart; one statement a function.

Secrets are stored sealed and read by the office `gate` alone.
"""

from datetime import datetime

import msgspec
from msgspec import Struct

from coordinator.domain.accounts import Account
from coordinator.domain.acts import Act
from coordinator.domain.destinations import Destination, DestinationDraft, DestinationName, DestinationState, KeptSecret
from coordinator.domain.proposals import Proposal
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one

COLUMNS = "name, connector, title, department, wants, settings, state, proposed_by, approved_by, approved_at"


class Fares(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the packages for one destination fare, by number."""

    destination: str
    waiting: int
    dead: int
    delivered: int
    last_delivered_at: datetime | None


class SealedSecret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    sealed: str


class DestinationSecret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    destination: str
    name: str
    sealed: str


async def destinations(db: Connection) -> list[Destination]:
    return await fetch_all(db, Destination, f"SELECT {COLUMNS} FROM destination ORDER BY department, name")  # noqa: S608 - constant columns


async def destination(db: Connection, name: str) -> Destination | None:
    return await fetch_one(db, Destination, f"SELECT {COLUMNS} FROM destination WHERE name = $1", name)  # noqa: S608 - constant columns


async def put_destination(
    db: Connection, draft: DestinationDraft, proposer: Account, confirmer: Account, at: datetime
) -> None:
    """Store a destination, or change it to what was approved; it is open from now on."""
    statement = """
        INSERT INTO destination (name, connector, title, department, wants, settings, proposed_by, approved_by,
                                 approved_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (name) DO UPDATE SET title = $3, department = $4, wants = $5, settings = $6, state = 'open',
               proposed_by = $7, approved_by = $8, approved_at = $9
    """
    wants = [wanted.value for wanted in draft.wants]
    await execute(
        db,
        statement,
        *(draft.name, draft.connector, draft.title, draft.department, wants, msgspec.to_builtins(draft.settings)),
        *(proposer.name, confirmer.name, at),
    )


async def set_state(db: Connection, name: DestinationName, state: DestinationState) -> bool:
    """Open, pause or close a destination; a closed one is opened only by an approval."""
    statement = "UPDATE destination SET state = $2 WHERE name = $1 AND state <> $2 AND state <> 'closed'"
    return await execute(db, statement, name, state.value) == 1


async def waiting_proposals(db: Connection, act: Act, now: datetime) -> list[Proposal]:
    """What was proposed and waits for another person."""
    statement = """
        SELECT id, act, subject, facts, proposer, proposer_name, proposed_at, expires_at, confirmer_name, confirmed_at
        FROM proposal WHERE act = $1 AND withdrawn_at IS NULL AND confirmed_at IS NULL AND expires_at > $2
        ORDER BY proposed_at
    """
    return await fetch_all(db, Proposal, statement, act.value, now)


async def fares(db: Connection) -> list[Fares]:
    """How packages fare at every destination that one may see."""
    statement = """
        SELECT o.destination,
               count(*) FILTER (WHERE d.state IN ('waiting', 'paused')) AS waiting,
               count(*) FILTER (WHERE d.state = 'dead') AS dead,
               count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
               max(a.ended_at) FILTER (WHERE d.state = 'delivered') AS last_delivered_at
        FROM outbox o JOIN delivery d ON d.outbox = o.id
        LEFT JOIN delivery_attempt a ON a.outbox = d.outbox AND a.fencing = d.fencing
        GROUP BY o.destination
    """
    return await fetch_all(db, Fares, statement)


async def put_secret(db: Connection, name: str, secret: str, sealed: str, by: str, at: datetime) -> None:
    statement = """
        INSERT INTO destination_secret (destination, name, sealed, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (destination, name) DO UPDATE SET sealed = $3, set_by = $4, set_at = $5
    """
    await execute(db, statement, name, secret, sealed, by, at)


async def kept_secrets(db: Connection, name: str) -> list[KeptSecret]:
    statement = "SELECT name, set_by, set_at FROM destination_secret WHERE destination = $1 ORDER BY name"
    return await fetch_all(db, KeptSecret, statement, name)


async def sealed_secrets(db: Connection, name: str) -> list[SealedSecret]:
    return await fetch_all(db, SealedSecret, "SELECT name, sealed FROM destination_secret WHERE destination = $1", name)


async def all_sealed(db: Connection) -> list[DestinationSecret]:
    """Every secret of every destination, for the gate alone."""
    statement = "SELECT destination, name, sealed FROM destination_secret ORDER BY destination, name"
    return await fetch_all(db, DestinationSecret, statement)
