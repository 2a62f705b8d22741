"""Proposals: what one person proposed for another to confirm. One stands at a time for an act and its subject.

What may be proposed, and by whom, is the domain's affair.
"""

from datetime import datetime
from uuid import UUID

from coordinator.domain.accounts import AccountId
from coordinator.domain.acts import Act
from coordinator.domain.proposals import Proposal
from coordinator.storage.connection import Connection, execute, fetch_one


async def insert_proposal(db: Connection, proposal: Proposal, round_: UUID | None) -> None:
    await execute(
        db,
        """
        INSERT INTO proposal (id, act, subject, round, facts, proposer, proposer_name, proposed_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        proposal.id,
        proposal.act.value,
        proposal.subject,
        round_,
        proposal.facts,
        proposal.proposer,
        proposal.proposer_name,
        proposal.proposed_at,
        proposal.expires_at,
    )


async def latest_proposal(db: Connection, act: Act, subject: str) -> Proposal | None:
    """The one that waits, else the one that was confirmed; withdrawn ones are in the trail."""
    sql = """
        SELECT id, act, subject, facts, proposer, proposer_name, proposed_at, expires_at, confirmer_name, confirmed_at
        FROM proposal WHERE act = $1 AND subject = $2 AND withdrawn_at IS NULL ORDER BY proposed_at DESC LIMIT 1
    """
    return await fetch_one(db, Proposal, sql, act.value, subject)


async def confirm(db: Connection, id_: UUID, confirmer: AccountId, name: str, at: datetime) -> None:
    await execute(
        db,
        "UPDATE proposal SET confirmer = $2, confirmer_name = $3, confirmed_at = $4 WHERE id = $1",
        *(id_, confirmer, name, at),
    )


async def withdraw(db: Connection, id_: UUID, at: datetime) -> None:
    await execute(db, "UPDATE proposal SET withdrawn_at = $2 WHERE id = $1", id_, at)
