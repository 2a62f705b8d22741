"""Planning a round: the problem is written down, solved by a worker's child process, and the plan stored.

No plan is stored that the independent checker has not passed, that was made for a problem which has changed since, or
after its worker lost the lease. How a plan is asked for is in `plan_requests`.
"""

from uuid import UUID, uuid4

from msgspec.structs import replace

from coordinator.actions.dispatching import DrawnRound, load_drawn_round
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Conflict
from coordinator.domain.jobs import JobKind, Lease, LeaseLost
from coordinator.domain.problems import desk_matters, planning_problem
from coordinator.storage import audit, jobs, plans, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.rounds import Stage
from solver.planning.check import check
from solver.planning.plan import Plan
from solver.planning.reading import problem_digest, read_problem, write_plan, write_problem

PLAN_ROUND = JobKind("plan_round")


class UnlawfulPlan(RuntimeError):  # noqa: N818 - named for what the plan is
    """A plan that the checker does not pass: a fault of ours, never stored."""


async def problem_of(services: Services, actor: Actor, round_: UUID) -> bytes:
    """Write down the planning problem of a drawn round, canonically."""
    async with transaction(services.pool, actor) as db:
        return _problem(await load_drawn_round(db, actor, round_))


async def store_plan(
    services: Services, actor: Actor, round_: UUID, problem: bytes, solved: Plan, lease: Lease
) -> None:
    """Check and store a plan as the round's live one; a second one for a planned round changes nothing."""
    async with transaction(services.pool, actor) as db:
        if not await jobs.hold_lease(db, lease):
            raise LeaseLost(lease)
        stored = await rounds.lock_round(db, round_)
        if stored is None or stored.stage is not Stage.DRAWN:
            return
        drawn = await load_drawn_round(db, actor, round_)
        if _problem(drawn) != problem:
            raise Conflict("排期期间，轮次的内容或节假日有了改动，这个方案没有保存。", remedy="请重新排期。")
        desk, unserved = desk_matters(drawn.submissions, drawn.targets, drawn.wanted.matters)
        plan = replace(solved, desk=desk, unserved=(*solved.unserved, *unserved))
        refuse_unlawful(problem, plan)
        await plans.insert_matters(db, round_, drawn.wanted.matters)
        await insert_whole_plan(db, round_, problem, plan)
        await rounds.advance(db, round_, Stage.PLANNED)
        await audit.append(
            db,
            actor,
            "plan_stored",
            round_,
            stored.code,
            problem=plan.problem_sha256,
            visits=plan.metrics.visits,
            unserved=len(plan.unserved),
        )


def _problem(drawn: DrawnRound) -> bytes:
    return write_problem(
        planning_problem(drawn.round, drawn.calendar, drawn.submissions, drawn.targets, drawn.wanted.matters)
    )


def refuse_unlawful(problem: bytes, plan: Plan) -> None:
    """Raise UnlawfulPlan where the checker does not pass a plan."""
    verdict = check(read_problem(problem), plan, problem_digest(problem))
    if not verdict.lawful:
        first = verdict.breaches[0]
        raise UnlawfulPlan(f"rule {first.rule} at {first.place}: {first.text}")


async def insert_whole_plan(
    db: Connection, round_: UUID, problem: bytes, plan: Plan, *, undoes_to: UUID | None = None
) -> UUID:
    """Store a plan that the checker has passed as the live one, with all its parts; gives its id."""
    id_ = uuid4()
    await plans.insert_plan(db, id_, round_, problem, write_plan(plan), undoes_to)
    await plans.insert_tours(db, id_, plan)
    await plans.insert_visits(db, id_, plan)
    await plans.insert_visit_matters(db, id_, plan)
    await plans.insert_roles(db, id_, plan)
    await plans.insert_chances(db, id_, plan)
    return id_
