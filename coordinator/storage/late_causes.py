"""Caused inspections filed after their round was planned, with what became of each.

Which of them belong to the round is said by `outcome`; the matters of those stand in `plans`.
"""

from datetime import datetime
from uuid import UUID

from coordinator.domain.actors import Actor
from coordinator.domain.ids import DepartmentId
from coordinator.domain.late_causes import FiledCause, LateOutcome
from coordinator.storage.connection import Connection, execute, fetch_all

COLUMNS = ", ".join(FiledCause.__struct_fields__)


async def filed(db: Connection, round_: UUID) -> list[FiledCause]:
    """A round's that the actor may see, in the order in which they came."""
    sql = f"SELECT {COLUMNS} FROM late_cause WHERE round = $1 ORDER BY length(matter), matter"  # noqa: S608 - the struct's fields
    return await fetch_all(db, FiledCause, sql, round_)


async def next_numbers(db: Connection, round_: UUID, department: DepartmentId) -> tuple[int, str]:
    """The number among the department's caused inspections and the matter's id that come after all that were given."""
    row = await db.fetchrow(
        """
        SELECT (SELECT coalesce(max(number), 0) FROM (
                    SELECT number FROM caused_inspection WHERE round = $1 AND department = $2
                    UNION ALL SELECT number FROM late_cause WHERE round = $1 AND department = $2) AS given) AS number,
               (SELECT coalesce(max(substr(id, 2)::integer), 0) FROM (
                    SELECT id FROM matter WHERE round = $1 AND NOT desk
                    UNION ALL SELECT matter AS id FROM late_cause WHERE round = $1) AS given) AS matter
        """,
        round_,
        department,
    )
    assert row is not None, "a row without a table"  # noqa: S101 - narrows the type
    return row["number"] + 1, f"M{row['matter'] + 1:04}"


async def insert(db: Connection, round_: UUID, actor: Actor, cause: FiledCause) -> bool:
    """Store one; False where the same waits already."""
    inserted = await execute(
        db,
        """
        INSERT INTO late_cause (id, round, department, number, matter, target, item, source, document, note, first_day,
                                last_day, filed_by, filed_name, filed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (round, department, item, target) WHERE outcome IS NULL DO NOTHING
        """,
        *(cause.id, round_, cause.department, cause.number, cause.matter, cause.target, cause.item, cause.source.value),
        *(cause.document, cause.note, cause.first_day, cause.last_day, actor.id, cause.filed_name, cause.filed_at),
    )
    return inserted == 1


async def decide(
    db: Connection, id_: UUID, outcome: LateOutcome, actor: Actor, at: datetime, plan: UUID | None = None
) -> None:
    await execute(
        db,
        "UPDATE late_cause SET outcome = $2, decided_name = $3, decided_at = $4, plan = $5 WHERE id = $1",
        *(id_, outcome.value, actor.name, at, plan),
    )


async def visits(db: Connection, round_: UUID, department: DepartmentId, target: str) -> tuple[str, ...]:
    """The half-days in which the plan that stands sends a department to a target for what was drawn."""
    rows = await db.fetch(
        """
        SELECT DISTINCT half_day FROM visit_matter JOIN plan ON plan.id = visit_matter.plan
        JOIN matter ON matter.round = plan.round AND matter.id = visit_matter.matter
        WHERE plan.round = $1 AND plan.live AND matter.department = $2 AND matter.target = $3 AND NOT matter.caused
        ORDER BY half_day
        """,
        round_,
        department,
        target,
    )
    return tuple(row["half_day"] for row in rows)
