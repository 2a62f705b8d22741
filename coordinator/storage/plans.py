"""Matters and plans of a round: the files that the draw fixes, and their parts as rows that constraints guard.

Whether a plan is lawful was asked before (solver/planning/check).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.ids import InspectorId
from coordinator.domain.matters import WantedMatter
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all, fetch_one
from solver.planning.plan import Plan, Tour


class StoredPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A round's live plan: the problem and the plan as canonical files, metrics included."""

    id: UUID
    problem: bytes
    document: bytes
    stored_at: datetime
    undoes_to: UUID | None
    """The plan that was live before a move by hand, and is again when that is undone."""


class Member(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One inspector drawn for one role or desk matter."""

    role: str
    inspector: InspectorId


async def insert_matters(db: Connection, round_: UUID, matters: Sequence[WantedMatter]) -> None:
    await execute_many(
        db,
        """
        INSERT INTO matter (round, id, department, target, item, tasks, first_day, last_day, key, caused, desk,
                            unannounced)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        [
            (
                round_,
                matter.id,
                matter.department,
                matter.target,
                matter.item.code,
                list(matter.tasks),
                matter.window.first_day,
                matter.window.last_day,
                matter.key,
                matter.caused,
                matter.desk,
                matter.unannounced,
            )
            for matter in matters
        ],
    )


async def insert_plan(
    db: Connection, id_: UUID, round_: UUID, problem: bytes, document: bytes, undoes_to: UUID | None
) -> None:
    """Store a plan, and apart from it the problem, which no department may read."""
    statement = "INSERT INTO plan (id, round, document, undoes_to) VALUES ($1, $2, $3, $4)"
    await execute(db, statement, id_, round_, document, undoes_to)
    await execute(db, "INSERT INTO plan_problem (plan, content) VALUES ($1, $2)", id_, problem)


async def retire_plan(db: Connection, id_: UUID) -> None:
    """Make room for another live plan; this one stays on the record."""
    await execute(db, "UPDATE plan SET live = false WHERE id = $1", id_)


async def live_plan_id(db: Connection, round_: UUID) -> UUID | None:
    """Which plan of a round is live, for whoever may see that there is one."""
    row = await db.fetchrow("SELECT id FROM plan WHERE round = $1 AND live", round_)
    return None if row is None else row["id"]


async def plan_by_id(db: Connection, id_: UUID) -> StoredPlan | None:
    """A plan, live or not, with its problem."""
    return await fetch_one(
        db,
        StoredPlan,
        """
        SELECT plan.id, problem.content AS problem, plan.document, plan.stored_at, plan.undoes_to
        FROM plan JOIN plan_problem AS problem ON problem.plan = plan.id WHERE plan.id = $1
        """,
        id_,
    )


async def live_plan(db: Connection, round_: UUID) -> StoredPlan | None:
    """A round's live plan with its problem; None for whom may not see the problem."""
    return await fetch_one(
        db,
        StoredPlan,
        """
        SELECT plan.id, problem.content AS problem, plan.document, plan.stored_at, plan.undoes_to
        FROM plan JOIN plan_problem AS problem ON problem.plan = plan.id WHERE plan.round = $1 AND plan.live
        """,
        round_,
    )


async def insert_tours(db: Connection, id_: UUID, plan: Plan) -> None:
    await execute_many(
        db,
        "INSERT INTO tour (plan, id, half_day, travel_minutes) VALUES ($1, $2, $3, $4)",
        [(id_, tour.id, tour.half_day, tour.travel_minutes) for tour in plan.tours],
    )


async def insert_visits(db: Connection, id_: UUID, plan: Plan) -> None:
    await execute_many(
        db,
        "INSERT INTO visit (plan, tour, half_day, target, starts, ends) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (id_, tour.id, tour.half_day, visit.target, visit.start, visit.end)
            for tour in plan.tours
            for visit in tour.visits
        ],
    )


async def insert_visit_matters(db: Connection, id_: UUID, plan: Plan) -> None:
    await execute_many(
        db,
        "INSERT INTO visit_matter (plan, matter, target, half_day) VALUES ($1, $2, $3, $4)",
        [
            (id_, matter, visit.target, tour.half_day)
            for tour in plan.tours
            for visit in tour.visits
            for matter in visit.matters
        ],
    )


async def insert_roles(db: Connection, id_: UUID, plan: Plan) -> None:
    await execute_many(
        db,
        """
        INSERT INTO role (plan, id, tour, half_day, department, need, certified, expertise)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        [
            (id_, role.id, tour.id, tour.half_day, role.department, role.need, role.certified, list(role.expertise))
            for tour in plan.tours
            for role in tour.roles
        ],
    )


async def insert_chances(db: Connection, id_: UUID, plan: Plan) -> None:
    roles = [role for tour in plan.tours for role in tour.roles]
    await execute(
        db,
        """
        INSERT INTO chance (plan, role, inspector, chance)
        SELECT $1, * FROM unnest($2::text[], $3::text[], $4::integer[])
        """,
        id_,
        [role.id for role in roles for _ in role.chances],
        [inspector for role in roles for inspector in role.chances],
        [chance for role in roles for chance in role.chances.values()],
    )


async def insert_team_members(
    db: Connection, id_: UUID, tours: Sequence[Tour], teams: Mapping[str, Sequence[InspectorId]]
) -> None:
    """Write down who was drawn; the constraints refuse anyone without a chance, or in two places at once."""
    await execute_many(
        db,
        "INSERT INTO team_member (plan, role, half_day, inspector) VALUES ($1, $2, $3, $4)",
        [
            (id_, role.id, tour.half_day, inspector)
            for tour in tours
            for role in tour.roles
            for inspector in teams[role.id]
        ],
    )


async def insert_desk_members(db: Connection, id_: UUID, teams: Mapping[str, Sequence[InspectorId]]) -> None:
    await execute_many(
        db,
        "INSERT INTO desk_member (plan, matter, inspector) VALUES ($1, $2, $3)",
        [(id_, matter, inspector) for matter, inspectors in teams.items() for inspector in inspectors],
    )


async def members(db: Connection, id_: UUID) -> list[Member]:
    """Everyone drawn, for roles and desk matters, sorted."""
    return await fetch_all(
        db,
        Member,
        """
        SELECT role, inspector FROM team_member WHERE plan = $1
        UNION ALL SELECT matter AS role, inspector FROM desk_member WHERE plan = $1
        ORDER BY role, inspector
        """,
        id_,
    )
