"""Findings as rows: what departments found, where it is published, and what each correction replaced.

A department's own rows are all that it sees and writes. What a form says is the domain's affair (`results`).
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.domain.findings import Correction, Finding
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Connection, execute_many, fetch_all

_COLUMNS = """task, department, target, item, inspected_on, result, problem, dispositions,
    CASE WHEN case_number IS NOT NULL THEN jsonb_build_object(
        'number', case_number, 'filed_on', case_filed_on, 'fine_fen', fine_fen) END AS "case",
    channel, published_on, withheld_reason, referred_to, file, "row\""""
_STANDING = "FROM finding JOIN publication USING (round, task, department, target, item) WHERE finding.round = $1"
_IN_ORDER = 'ORDER BY task COLLATE "C", department COLLATE "C", target COLLATE "C", item COLLATE "C"'
_SERVED = """(EXISTS (SELECT FROM visit_matter JOIN plan ON plan.id = visit_matter.plan
    WHERE plan.round = $1 AND plan.live AND visit_matter.matter = matter.id)
    OR EXISTS (SELECT FROM desk_member JOIN plan ON plan.id = desk_member.plan
    WHERE plan.round = $1 AND plan.live AND desk_member.matter = matter.id))"""


class ConcerningFinding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding with the names in it, and the departments whose target it is about."""

    finding: Finding
    target_name: str
    item_name: str
    concerned: tuple[DepartmentId, ...]


class ResultCounts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many results were entered, and of how many it is settled that they are public or why they are not."""

    entered: int
    settled: int


async def upsert_findings(db: Connection, round_: UUID, findings: Sequence[Finding]) -> None:
    """Store what was found, in place of what stood under the same keys."""
    await execute_many(
        db,
        """
        INSERT INTO finding (round, task, department, target, item, inspected_on, result, problem, dispositions,
                             case_number, case_filed_on, fine_fen, referred_to, file, "row")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (round, task, department, target, item) DO UPDATE SET
            inspected_on = excluded.inspected_on, result = excluded.result, problem = excluded.problem,
            dispositions = excluded.dispositions, case_number = excluded.case_number,
            case_filed_on = excluded.case_filed_on, fine_fen = excluded.fine_fen, referred_to = excluded.referred_to,
            file = excluded.file, "row" = excluded."row"
        """,
        [
            (
                round_,
                *finding.key,
                finding.inspected_on,
                finding.result.value,
                finding.problem,
                [disposition.value for disposition in finding.dispositions],
                finding.case.number if finding.case else None,
                finding.case.filed_on if finding.case else None,
                finding.case.fine_fen if finding.case else None,
                finding.referred_to,
                finding.file,
                finding.row,
            )
            for finding in findings
        ],
    )


async def upsert_publications(db: Connection, round_: UUID, findings: Sequence[Finding]) -> None:
    """Store where stored findings are published, or why they are not."""
    await execute_many(
        db,
        """
        INSERT INTO publication (round, task, department, target, item, channel, published_on, withheld_reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (round, task, department, target, item) DO UPDATE SET
            channel = excluded.channel, published_on = excluded.published_on,
            withheld_reason = excluded.withheld_reason
        """,
        [
            (
                round_,
                *finding.key,
                finding.channel.value if finding.channel else None,
                finding.published_on,
                finding.withheld_reason,
            )
            for finding in findings
        ],
    )


async def findings(db: Connection, round_: UUID) -> list[Finding]:
    """A round's findings, those that the actor may see, sorted by key."""
    statement = f"SELECT {_COLUMNS} {_STANDING} {_IN_ORDER}"
    return await fetch_all(db, Finding, statement, round_)


async def counts(db: Connection, round_: UUID) -> ResultCounts:
    """How far a round's results are, of those that the actor may see."""
    sql = """
        SELECT count(*) AS entered, count(*) FILTER (WHERE published_on IS NOT NULL OR channel = '不予公示') AS settled
        FROM publication WHERE round = $1
    """
    return (await fetch_all(db, ResultCounts, sql, round_))[0]


async def concerning_findings(db: Connection, round_: UUID, since: date | None) -> list[ConcerningFinding]:
    """What was found since a day, at any time without one, with whose targets they are: who lists or inspects them."""
    statement = f"""
        SELECT (SELECT to_jsonb(said) FROM (SELECT {_COLUMNS}) AS said) AS finding,
               (SELECT name FROM target AS listed WHERE listed.id = finding.target) AS target_name,
               (SELECT name FROM submitted_item JOIN inspection_item USING (department, code, version)
                WHERE submitted_item.round = $1 AND code = finding.item
                AND department = finding.department) AS item_name,
               ARRAY(SELECT department FROM target_entry WHERE round = $1 AND id = finding.target
                     UNION SELECT matter.department FROM matter WHERE matter.round = $1
                     AND matter.target = finding.target AND {_SERVED}) AS concerned
        {_STANDING} AND ($2::date IS NULL OR inspected_on >= $2) {_IN_ORDER}
    """  # noqa: S608 - constant parts
    return await fetch_all(db, ConcerningFinding, statement, round_, since)


async def insert_corrections(db: Connection, round_: UUID, corrections: Sequence[Correction], at: datetime) -> None:
    """Append what was replaced by what; the same correction again is known already."""
    await execute_many(
        db,
        """
        INSERT INTO correction (round, department, digest, before, after, corrected_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
        """,
        [
            (round_, correction.after.department, _digest(correction), correction.before, correction.after, at)
            for correction in corrections
        ],
    )


async def corrections(db: Connection, round_: UUID) -> list[Correction]:
    """A round's corrections, those that the actor may see, oldest first."""
    statement = "SELECT before, after FROM correction WHERE round = $1 ORDER BY id"
    return await fetch_all(db, Correction, statement, round_)


def _digest(correction: Correction) -> str:
    return hashlib.sha256(msgspec.json.encode(correction, order="deterministic")).hexdigest()
