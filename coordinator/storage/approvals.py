"""Approvals of a round's papers and the papers themselves: drawn up whole, decided once.

Whether somebody may decide is the domain's affair; that nobody approves what he or she drew up, a constraint's too.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from coordinator.domain.actors import Actor
from coordinator.domain.approvals import Approval, Decision, PaperLine
from coordinator.domain.papers import PaperKind
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all, fetch_one

COLUMNS = """id, issue, digest, drawn_up_by, drawn_up_name, drawn_up_at, single_operator, decision, decided_name,
    decided_at, number, reason, team_changes"""


async def insert_approval(db: Connection, id_: UUID, round_: UUID, digest: str, actor: Actor, at: datetime) -> None:
    """Store a set of papers as drawn up, numbered after the round's last one."""
    await execute(
        db,
        """
        INSERT INTO approval
            (id, round, issue, digest, drawn_up_by, drawn_up_name, drawn_up_at, single_operator, team_changes)
        SELECT $1, $2, 1 + (SELECT count(*) FROM approval WHERE round = $2), $3, $4, $5, $6,
            onedoor_office() = 'operator', team_changes
        FROM round WHERE id = $2
        """,
        *(id_, round_, digest, actor.id, actor.name, at),
    )


async def insert_papers(db: Connection, approval: UUID, papers: Iterable[tuple[PaperLine, bytes]]) -> None:
    await execute_many(
        db,
        "INSERT INTO paper (approval, kind, subject, content, digest) VALUES ($1, $2, $3, $4, $5)",
        [(approval, line.kind.value, line.subject, content, line.digest) for line, content in papers],
    )


async def approvals(db: Connection, round_: UUID) -> list[Approval]:
    """A round's sets of papers, the latest first."""
    sql = f"SELECT {COLUMNS} FROM approval WHERE round = $1 ORDER BY issue DESC"  # noqa: S608 - constant columns
    return await fetch_all(db, Approval, sql, round_)


async def waiting_approval(db: Connection, round_: UUID) -> Approval | None:
    """The set that waits, locked against a second decision."""
    sql = f"SELECT {COLUMNS} FROM approval WHERE round = $1 AND decision IS NULL FOR NO KEY UPDATE"  # noqa: S608 - constant columns
    return await fetch_one(db, Approval, sql, round_)


async def decide(db: Connection, id_: UUID, decision: Decision, actor: Actor, at: datetime, *, said: str) -> None:
    """Approve under a number, or return with a reason."""
    column = "number" if decision is Decision.APPROVED else "reason"
    await execute(
        db,
        f"UPDATE approval SET decision = $2, decided_by = $3, decided_name = $4, decided_at = $5, {column} = $6"  # noqa: S608 - one of both
        " WHERE id = $1",
        *(id_, decision.value, actor.id, actor.name, at, said),
    )


async def papers(db: Connection, approval: UUID) -> list[PaperLine]:
    """The papers of a set without what they say, by kind and subject."""
    sql = "SELECT kind, subject, digest FROM paper WHERE approval = $1 ORDER BY kind, subject"
    return await fetch_all(db, PaperLine, sql, approval)


async def paper_contents(db: Connection, approval: UUID) -> list[bytes]:
    """What all papers of a set say, by kind and subject."""
    sql = "SELECT content FROM paper WHERE approval = $1 ORDER BY kind, subject"
    return [row["content"] for row in await db.fetch(sql, approval)]


async def paper_content(db: Connection, approval: UUID, kind: PaperKind, subject: str) -> bytes | None:
    content: bytes | None = await db.fetchval(
        "SELECT content FROM paper WHERE approval = $1 AND kind = $2 AND subject = $3", approval, kind.value, subject
    )
    return content
