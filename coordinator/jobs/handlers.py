"""What each kind of job does: the registry that workers are wired with.

How jobs are taken, kept and ended is the worker's affair; what is stored, that of the actions called here.
"""

from collections.abc import Mapping
from uuid import UUID

from coordinator.actions.planning import PLAN_ROUND, problem_of, store_plan
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.jobs import Job
from coordinator.jobs.child import solve_in_child
from coordinator.jobs.solve_child import Order
from coordinator.jobs.worker import Handlers, Held
from solver.planning.limits import Limit
from solver.planning.reading import problem_digest, read_problem

SOLVER_PROCESSES = 2
SOLVER_MEMORY_MIB = 4096


async def plan_round(services: Services, job: Job, held: Held) -> Mapping[str, str]:
    """Plan a drawn round in a child process and store the plan under this job's lease."""
    round_ = UUID(job.payload["round"])
    problem = await problem_of(services, WORKER, round_)
    order = Order(
        problem=read_problem(problem),
        limit=Limit(seconds=float(job.payload["seconds"])),
        workers=SOLVER_PROCESSES,
        memory_mib=SOLVER_MEMORY_MIB,
        problem_sha256=problem_digest(problem),
    )
    plan = await solve_in_child(order, report=held.report, finish=held.finish)
    await store_plan(services, WORKER, round_, problem, plan, held.lease)
    return {"round": str(round_)}


HANDLERS: Handlers = {PLAN_ROUND: plan_round}
