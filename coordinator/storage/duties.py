"""What a department still owes in a round, asked of the tables at once.

What follows from it is decided in domain/duties.py.
"""

from datetime import date
from uuid import UUID

from coordinator.domain.duties import Asked, HandedIn, Outstanding
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Connection, fetch_all, fetch_one


async def handed_in(db: Connection, round_: UUID, department: DepartmentId) -> HandedIn | None:
    """How a department's handing in stands; None where it was not asked."""
    return await fetch_one(
        db,
        HandedIn,
        """
        SELECT due_on, submission.round IS NOT NULL AS is_there,
               coalesce(jsonb_array_length(submission.refused), 0) AS refused_rows
        FROM collection JOIN asked_department USING (round)
        LEFT JOIN submission USING (round, department)
        WHERE collection.round = $1 AND department = $2
        """,
        round_,
        department,
    )


async def asked(db: Connection, round_: UUID) -> Asked:
    """What in a round waits for a decision or an answer."""
    sql = """
        SELECT count(*) AS recusals, min(due_on) AS decide_by,
               (SELECT count(*) FROM firm_request WHERE round = $1 AND answered_at IS NULL) AS of_firms
        FROM recusal_request WHERE round = $1 AND decision IS NULL
    """
    [waiting] = await fetch_all(db, Asked, sql, round_)
    return waiting


async def missing(db: Connection, round_: UUID) -> list[DepartmentId]:
    """Who was asked and has not handed in."""
    rows = await db.fetch(
        """
        SELECT department FROM asked_department WHERE round = $1 AND NOT EXISTS (
            SELECT FROM submission
            WHERE submission.round = asked_department.round AND submission.department = asked_department.department)
        ORDER BY department COLLATE "C"
        """,
        round_,
    )
    return [DepartmentId(row["department"]) for row in rows]


async def outstanding(db: Connection, round_: UUID, department: DepartmentId, today: date) -> list[Outstanding]:
    """Results of matters that were to be checked by now and have none, by the day on which their task ends."""
    return await fetch_all(
        db,
        Outstanding,
        """
        SELECT coalesce((SELECT max(last_day) FROM batch WHERE batch.round = $1 AND batch.task = asked.task),
                        matter.last_day) AS task_ends_on, count(*) AS missing
        FROM matter CROSS JOIN unnest(tasks) AS asked (task)
        WHERE matter.round = $1 AND matter.department = $2
        AND (EXISTS (SELECT FROM visit_matter JOIN plan ON plan.id = visit_matter.plan
                     WHERE plan.round = $1 AND plan.live AND visit_matter.matter = matter.id
                     AND left(visit_matter.half_day, 10)::date <= $3)
             OR matter.last_day <= $3
             AND EXISTS (SELECT FROM desk_member JOIN plan ON plan.id = desk_member.plan
                         WHERE plan.round = $1 AND plan.live AND desk_member.matter = matter.id))
        AND NOT EXISTS (SELECT FROM finding WHERE finding.round = $1 AND finding.task = asked.task
            AND finding.department = $2 AND finding.target = matter.target AND finding.item = matter.item)
        GROUP BY 1 ORDER BY 1
        """,
        round_,
        department,
        today,
    )
