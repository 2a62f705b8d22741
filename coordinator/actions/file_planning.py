"""Planning a problem's file by the workers of a database: handed in with its job, and the plan fetched once.

No round knows of it; what a round's planning stores is in planning.py.
"""

from uuid import uuid4

from coordinator.actions.jobs import require_lease
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor
from coordinator.domain.errors import NotFound
from coordinator.domain.jobs import JobId, JobKind, Lease, NewJob, Queue
from coordinator.domain.plannings import Wish, payload_of
from coordinator.storage import audit, jobs, shards
from coordinator.storage.connection import transaction
from solver.planning.plan import Plan
from solver.planning.reading import read_plan, write_plan

PLAN_FILE = JobKind("plan_file")


async def request_file_plan(services: Services, actor: Actor, problem: bytes, wish: Wish) -> JobId:
    """Ask the workers for a plan of this problem."""
    job = NewJob(id=JobId(uuid4()), kind=PLAN_FILE, queue=Queue.SOLVER, payload=payload_of(wish))
    async with transaction(services.pool, actor) as db:
        await jobs.insert_job(db, job)
        await shards.insert_planning(db, job.id, problem)
        await audit.append(db, actor, "job_requested", None, job.kind, job=str(job.id), payload=job.payload)
    await services.queue.ring(job.id, job.queue)
    return job.id


async def store_file_plan(services: Services, lease: Lease, plan: Plan) -> None:
    """Keep the plan, which the planner's checker has passed, for whoever asked for it."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.delete_shards(db, lease.job)
        await shards.set_incumbent(db, lease.job, write_plan(plan))


async def fetch_file_plan(services: Services, actor: Actor, job: JobId) -> Plan:
    """Give out the plan of a planning that is done, and forget both; raises NotFound when there is none."""
    async with transaction(services.pool, actor) as db:
        stored = await shards.incumbent_of(db, job)
        await jobs.delete_job(db, job)
    if stored is None:
        raise NotFound("没有得出方案。", job=job)
    return read_plan(stored)
