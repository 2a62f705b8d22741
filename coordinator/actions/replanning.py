"""Planning a round again with something altered: asked for as a job, the plan kept beside the one that stands.

Which of the two then stands is chosen in `replanning_choices`; once lots are fixed there is nothing to choose any more.
"""

import asyncio
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from coordinator.actions.jobs import require_lease
from coordinator.actions.late_causes import refuse_unfiled
from coordinator.actions.plan_changes import same_plan
from coordinator.actions.planning import refuse_unlawful
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, NotFound
from coordinator.domain.jobs import Job, JobId, JobKind, Lease, NewJob, Queue, StopRequest
from coordinator.domain.permissions import permit
from coordinator.domain.plannings import Wish, payload_of
from coordinator.domain.replannings import NO_LONGER, Replanning, after, in_words, is_looser
from coordinator.storage import audit, jobs, plans, replannings, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.plans import StoredPlan
from coordinator.storage.replannings import Files
from coordinator.storage.rounds import Stage
from solver.planning.alterations import Alteration
from solver.planning.limits import Limit
from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.reading import read_plan, read_problem, write_plan, write_problem
from solver.planning.replanning.faults import faults
from solver.planning.replanning.moves import Move, moves

REPLAN_ROUND = JobKind("replan_round")
NO_SUCH = NotFound("没有这次重排。", remedy="请从重排页面的列表里选择。")


class Asked(Struct, frozen=True, kw_only=True):
    """What is to be planned again: the plan that was looked at, what is altered, and for how long at most."""

    plan: UUID
    alterations: tuple[Alteration, ...]
    seconds: float


class ReplanningReading(Struct, frozen=True, kw_only=True):
    """One replanning: its job, the plan it began from, and once it is made the new one with what moved in it."""

    asked: Replanning
    job: Job | None
    live: UUID | None
    words: tuple[str, ...]
    before: Problem
    base: Plan
    plan: Plan | None
    moves: tuple[Move, ...]

    @property
    def is_under_way(self) -> bool:
        return not self.asked.is_made and self.job is not None and not self.job.state.is_ended

    @property
    def is_stale(self) -> bool:
        """Whether another plan stands by now than the one it began from."""
        return self.asked.outcome is None and self.live != self.asked.base


async def request_replanning(services: Services, actor: Actor, round_: UUID, asked: Asked) -> UUID:
    """Ask the workers for another plan; raises Invalid, TooLate, Conflict while one is being made."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        live = await same_plan(db, round_, asked.plan, NO_LONGER)
        await refuse_unfiled(db, actor, round_, asked.alterations)
    before = await asyncio.to_thread(read_problem, live.problem)
    problem = await asyncio.to_thread(after, before, asked.alterations)
    made = new_replanning(services, actor, live.id, before, asked.alterations)
    job = _job(round_, made.id, asked.seconds)
    async with transaction(services.pool, actor) as db:
        await same_plan(db, round_, asked.plan, NO_LONGER)
        await _refuse_second(db, round_)
        await replannings.insert_replanning(db, round_, made, write_problem(problem))
        await jobs.insert_job(db, job)
        await audit.append(
            db, actor, "replanning_asked", round_, str(made.id), alterations=in_words(before, asked.alterations)
        )
    await services.queue.ring(job.id, job.queue)
    return made.id


def new_replanning(
    services: Services, actor: Actor, base: UUID, before: Problem, alterations: tuple[Alteration, ...]
) -> Replanning:
    """What is written down of a request when it is made."""
    return Replanning(
        id=uuid4(),
        base=base,
        alterations=alterations,
        is_looser=is_looser(before, alterations),
        asked_name=actor.name,
        asked_at=services.clock(),
        is_made=False,
        outcome=None,
        decided_name=None,
        decided_at=None,
        reason=None,
    )


async def replanning_order(services: Services, id_: UUID) -> tuple[bytes, Plan]:
    """The altered problem and the plan to begin from, for the worker."""
    async with transaction(services.pool, WORKER) as db:
        files = await replannings.files(db, id_)
        base = await plans.plan_by_id(db, files.base) if files else None
    if files is None or base is None:
        raise NO_SUCH
    return files.problem, read_plan(base.document)


async def store_replanned(services: Services, round_: UUID, id_: UUID, base: Plan, made: Plan, lease: Lease) -> None:
    """Keep the plan, past the checker, beside the one that stands, with what moved."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        files = await replannings.files(db, id_)
        if files is None or files.document is not None:
            return
        refuse_unlawful(files.problem, made)
        problem = read_problem(files.problem)
        moved = moves(problem, base, made, faults(problem, base))
        await replannings.put_plan(db, id_, write_plan(made), msgspec.json.encode(moved))
        facts = {"visits": made.metrics.visits, "unserved": len(made.unserved)}
        await audit.append(db, WORKER, "replanning_made", round_, str(id_), **facts)


async def listed_replannings(services: Services, actor: Actor, round_: UUID) -> tuple[Replanning, ...]:
    """A round's, the newest first."""
    permit(actor, Act.WATCH_PLANNING)
    async with transaction(services.pool, actor) as db:
        return tuple(await replannings.replannings(db, round_))


async def read_replanning(services: Services, actor: Actor, round_: UUID, id_: UUID) -> ReplanningReading:
    """One of a round's; raises NotFound."""
    permit(actor, Act.WATCH_PLANNING)
    async with transaction(services.pool, actor) as db:
        asked = await replannings.replanning(db, round_, id_)
        base = await plans.plan_by_id(db, asked.base) if asked else None
        files = await replannings.files(db, id_)
        job = await jobs.find_job(db, JobId(id_))
        live = await plans.live_plan_id(db, round_)
    if asked is None or base is None or files is None:
        raise NO_SUCH
    return await asyncio.to_thread(_read, asked, job, live, base, files)


async def progress_of(services: Services, actor: Actor, round_: UUID, id_: UUID) -> Job | None:
    """The job while the plan is being made; None once that is over. Raises NotFound."""
    permit(actor, Act.WATCH_PLANNING)
    async with transaction(services.pool, actor) as db:
        asked = await replannings.replanning(db, round_, id_)
        job = await jobs.find_job(db, JobId(id_))
    if asked is None:
        raise NO_SUCH
    return None if asked.is_made or job is None or job.state.is_ended else job


async def stop_replanning(services: Services, actor: Actor, round_: UUID, id_: UUID, stop: StopRequest) -> None:
    """Ask the job to end, with the best so far or with nothing; one that has ended stays so."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        await rounds.lock_round(db, round_)
        if await replannings.replanning(db, round_, id_) is None:
            raise NO_SUCH
        if await jobs.request_stop(db, JobId(id_), stop):
            await audit.append(db, actor, "planning_stopped", round_, str(id_), job=str(id_), stop=stop.value)


async def live_plan_of(services: Services, actor: Actor, round_: UUID) -> StoredPlan:
    """The plan that could be planned again now; raises TooLate once it is fixed."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        stored, live = await rounds.round_by_id(db, round_), await plans.live_plan(db, round_)
    if stored is None or stored.stage is not Stage.PLANNED or live is None:
        raise NO_LONGER
    return live


def _read(asked: Replanning, job: Job | None, live: UUID | None, base: StoredPlan, files: Files) -> ReplanningReading:
    before = read_problem(base.problem)
    return ReplanningReading(
        asked=asked,
        job=job,
        live=live,
        words=in_words(before, asked.alterations),
        before=before,
        base=read_plan(base.document),
        plan=read_plan(files.document) if files.document else None,
        moves=msgspec.json.decode(files.moves, type=tuple[Move, ...]) if files.moves else (),
    )


async def _refuse_second(db: Connection, round_: UUID) -> None:
    before = await jobs.latest_job_of_round(db, REPLAN_ROUND, round_)
    if before is not None and not before.state.is_ended:
        raise Conflict("这个轮次正在重排。", remedy="请等它结束，或先取消它。")


def _job(round_: UUID, id_: UUID, seconds: float) -> NewJob:
    payload = {"round": str(round_), "replanning": str(id_)} | payload_of(Wish(limit=Limit(seconds=seconds)))
    return NewJob(id=JobId(id_), kind=REPLAN_ROUND, queue=Queue.SOLVER, payload=payload)
