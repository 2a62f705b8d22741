"""Asking for a round's plan, following how the planning goes, asking it to stop.

A round is planned by one job at a time; how it is planned and stored is in `planning`.
"""

from uuid import UUID, uuid4

from msgspec import Struct

from coordinator.actions.planning import PLAN_ROUND
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import NotFound, TooLate
from coordinator.domain.jobs import Job, JobId, NewJob, Queue, StopRequest
from coordinator.domain.permissions import permit
from coordinator.domain.plannings import Wish, payload_of
from coordinator.storage import audit, jobs, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.rounds import Stage, StoredRound
from solver.planning.limits import Limit


class PlanningReading(Struct, frozen=True, kw_only=True):
    """How far a round has come, and the planning that was asked for last."""

    stage: Stage
    job: Job | None

    @property
    def is_under_way(self) -> bool:
        """Whether a plan is being made; once it is stored the job only clears up."""
        return self.stage is Stage.DRAWN and self.job is not None and not self.job.state.is_ended


async def request_plan(services: Services, actor: Actor, round_: UUID, seconds: float) -> JobId:
    """Ask the workers for a plan within so many seconds; where one is under way or has made the plan, gives that."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        stored = await _locked(db, round_)
        before = await jobs.latest_job_of_round(db, PLAN_ROUND, round_)
        if before is not None and (stored.is_planned or not before.state.is_ended):
            return before.id
        if stored.stage is not Stage.DRAWN:
            raise TooLate("这个轮次现在不能排期。", remedy="抽取检查对象之后、方案固定之前，才能排期。")
        job = _job(round_, seconds)
        await jobs.insert_job(db, job)
        await audit.append(db, actor, "job_requested", round_, job.kind, job=str(job.id), payload=job.payload)
    await services.queue.ring(job.id, job.queue)
    return job.id


async def read_planning(services: Services, actor: Actor, round_: UUID) -> PlanningReading:
    """How a round's planning stands now; raises NotFound."""
    permit(actor, Act.WATCH_PLANNING)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
        if stored is None:
            raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
        return PlanningReading(stage=stored.stage, job=await jobs.latest_job_of_round(db, PLAN_ROUND, round_))


async def stop_planning(services: Services, actor: Actor, round_: UUID, stop: StopRequest) -> None:
    """Ask the planning that is under way to end, with the best so far or with nothing; one that has ended stays so."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        stored = await _locked(db, round_)
        job = await jobs.latest_job_of_round(db, PLAN_ROUND, round_)
        if job is None or job.state.is_ended or job.stop_request in (stop, StopRequest.CANCEL):
            return
        if await jobs.request_stop(db, job.id, stop):
            await audit.append(db, actor, "planning_stopped", round_, stored.code, job=str(job.id), stop=stop.value)


async def _locked(db: Connection, round_: UUID) -> StoredRound:
    """The round, with whoever else asks or stops waiting: of two presses the second finds what the first did."""
    stored = await rounds.lock_round(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
    return stored


def _job(round_: UUID, seconds: float) -> NewJob:
    payload = {"round": str(round_)} | payload_of(Wish(limit=Limit(seconds=seconds)))
    return NewJob(id=JobId(uuid4()), kind=PLAN_ROUND, queue=Queue.SOLVER, payload=payload)
