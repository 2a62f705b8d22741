"""What each kind of job does: the registry that workers are wired with.

How jobs are taken, kept and ended is the worker's affair; what is stored, that of the actions called here. Shards have
hands of their own (shards.py).
"""

from collections.abc import Mapping
from uuid import UUID

from coordinator.actions.file_planning import PLAN_FILE, store_file_plan
from coordinator.actions.planning import PLAN_ROUND, problem_of, store_plan
from coordinator.actions.replanning import REPLAN_ROUND, replanning_order, store_replanned
from coordinator.actions.services import Services
from coordinator.actions.sharding import begin_planning, end_planning, problem_of_planning
from coordinator.domain.actors import WORKER
from coordinator.domain.jobs import Job
from coordinator.domain.plannings import wish_of
from coordinator.jobs.sharing import Planning
from coordinator.jobs.solve_child import Order
from coordinator.jobs.solving import solve_in_child
from coordinator.jobs.worker import Handlers, Held
from solver.planning.plan import Plan
from solver.planning.reading import problem_digest, read_problem


async def plan_round(services: Services, job: Job, held: Held) -> Mapping[str, str]:
    """Plan a drawn round and store the plan under this job's lease."""
    round_ = UUID(job.payload["round"])
    problem = await problem_of(services, WORKER, round_)
    plan = await _plan(services, job, held, problem)
    await store_plan(services, WORKER, round_, problem, plan, held.lease)
    await end_planning(services, held.lease)
    return {"round": str(round_)}


async def plan_file(services: Services, job: Job, held: Held) -> Mapping[str, str]:
    """Plan the problem that was handed in with the job; the plan stays until it is fetched."""
    plan = await _plan(services, job, held, await problem_of_planning(services, job.id))
    await store_file_plan(services, held.lease, plan)
    return {"planning": str(job.id)}


async def replan_round(services: Services, job: Job, held: Held) -> Mapping[str, str]:
    """Plan a planned round again, moving little, and keep the plan beside the one that stands."""
    round_, id_ = UUID(job.payload["round"]), UUID(job.payload["replanning"])
    problem, base = await replanning_order(services, id_)
    plan = await _plan(services, job, held, problem, base)
    await store_replanned(services, round_, id_, base, plan, held.lease)
    await end_planning(services, held.lease)
    return {"replanning": str(id_)}


async def _plan(services: Services, job: Job, held: Held, problem: bytes, old: Plan | None = None) -> Plan:
    """Plan in a child process, which shares its work with all workers where that is worth the way."""
    wish = wish_of(job.payload)
    await begin_planning(services, held.lease, problem)
    read = read_problem(problem)
    order = Order(
        problem=read,
        limit=wish.limit,
        workers=services.settings.processes,
        problem_sha256=problem_digest(problem),
        shares=len(read.matters) >= wish.shared_from,
        old=old,
    )
    return await solve_in_child(order, Planning(services, held))


HANDLERS: Handlers = {PLAN_ROUND: plan_round, PLAN_FILE: plan_file, REPLAN_ROUND: replan_round}
