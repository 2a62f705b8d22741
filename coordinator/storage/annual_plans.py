"""The annual plan's changes and issues, and the causes of tasks outside it; rows are added, and decided once.

What changes leave standing, and what may be approved by whom, is the domain's affair.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordinator.domain.actors import Actor
from coordinator.domain.annual_plans import AnnualChange, AnnualIssue, AnnualLine, issue_content, issue_digest
from coordinator.domain.approvals import Decision
from coordinator.storage.connection import Connection, execute, fetch_all, lock_names

ISSUE = """id, issue, convert_from(content, 'UTF8')::jsonb AS lines, digest, drawn_up_by, drawn_up_name, drawn_up_at,
    decision, decided_name, decided_at, number, reason"""


async def lock_year(db: Connection, year: int) -> None:
    """Let no other transaction change a year's plan until ours ends."""
    await lock_names(db, [f"annual plan {year}"])


async def changes(db: Connection, year: int) -> list[AnnualChange]:
    """A year's changes that the actor may see, in order."""
    sql = """
        SELECT number, line, department, content, reason, by_name, at FROM annual_change WHERE year = $1 ORDER BY number
    """
    return await fetch_all(db, AnnualChange, sql, year)


async def insert_change(
    db: Connection, year: int, line: AnnualLine, reason: str, actor: Actor, at: datetime, *, withdrawn: bool = False
) -> None:
    """Add a change, numbered on; the year is locked."""
    await execute(
        db,
        """
        INSERT INTO annual_change (year, number, line, department, content, reason, by_id, by_name, at)
        SELECT $1, 1 + count(*), $2, $3, $4, $5, $6, $7, $8 FROM annual_change WHERE year = $1
        """,
        *(year, line.id, line.department, None if withdrawn else line, reason, actor.id, actor.name, at),
    )


async def issues(db: Connection, year: int) -> list[AnnualIssue]:
    """A year's issues, the latest first."""
    sql = f"SELECT {ISSUE} FROM annual_issue WHERE year = $1 ORDER BY issue DESC"  # noqa: S608 - constant columns
    return await fetch_all(db, AnnualIssue, sql, year)


async def published_years(db: Connection) -> list[int]:
    """The years of which a plan was approved, the latest first."""
    sql = "SELECT DISTINCT year FROM annual_issue WHERE decision = 'approved' ORDER BY year DESC"
    return [row["year"] for row in await db.fetch(sql)]


async def insert_issue(
    db: Connection, id_: UUID, year: int, lines: Sequence[AnnualLine], actor: Actor, at: datetime
) -> None:
    await execute(
        db,
        """
        INSERT INTO annual_issue (id, year, issue, content, digest, drawn_up_by, drawn_up_name, drawn_up_at)
        SELECT $1, $2, 1 + count(*), $3, $4, $5, $6, $7 FROM annual_issue WHERE year = $2
        """,
        *(id_, year, issue_content(lines), issue_digest(lines), actor.id, actor.name, at),
    )


async def decide(db: Connection, id_: UUID, decision: Decision, actor: Actor, at: datetime, *, said: str) -> None:
    """Approve under a number, or return with a reason."""
    column = "number" if decision is Decision.APPROVED else "reason"
    await execute(
        db,
        f"UPDATE annual_issue SET decision = $2, decided_by = $3, decided_name = $4, decided_at = $5, {column} = $6"  # noqa: S608 - one of both
        " WHERE id = $1",
        *(id_, decision.value, actor.id, actor.name, at, said),
    )


async def causes(db: Connection, round_: UUID) -> dict[str, str]:
    """Why tasks of a round are carried out outside the plan."""
    return dict(await db.fetch("SELECT task, reason FROM unplanned_cause WHERE round = $1 ORDER BY task", round_))


async def insert_cause(db: Connection, round_: UUID, task: str, reason: str, actor: Actor, at: datetime) -> None:
    await execute(
        db,
        "INSERT INTO unplanned_cause (round, task, reason, by_name, at) VALUES ($1, $2, $3, $4, $5)",
        *(round_, task, reason, actor.name, at),
    )
