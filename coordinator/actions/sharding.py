"""A planning while it is worked on: its problem, its best plan so far, and the shards that it asks all workers for.

Whatever is stored here is stored under a lease: the planning's for what it asks, the shard's own for its answer. How
shards are solved is said by coordinator/jobs.
"""

from collections.abc import Collection, Mapping
from uuid import uuid4

from msgspec import Struct

from coordinator.actions.jobs import require_lease
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.errors import Refusal
from coordinator.domain.jobs import JobId, JobState, Lease, LeaseLost, Queue
from coordinator.storage import shards
from coordinator.storage.connection import transaction
from coordinator.storage.shards import AskedShard, NewShard
from solver.planning.plan import Plan
from solver.planning.reading import read_plan, write_plan


class ShardBroken(Refusal):
    """No worker could solve a shard at any try: a fault of ours, or too little memory everywhere."""


class News(Struct, frozen=True, kw_only=True):
    """Answers to shards by number, and whether others are still worked on or waiting."""

    answers: dict[int, bytes]
    is_more_to_come: bool


async def begin_planning(services: Services, lease: Lease, problem: bytes) -> None:
    """Keep the problem for whoever solves shards of it, and forget what an earlier try asked for."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.delete_shards(db, lease.job)
        await shards.insert_planning(db, lease.job, problem)


async def end_planning(services: Services, lease: Lease) -> None:
    """Forget the problem, the best plan so far and all shards: what was planned stands elsewhere now."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.delete_shards(db, lease.job)
        await shards.delete_planning(db, lease.job)


async def keep_incumbent(services: Services, lease: Lease, plan: Plan) -> None:
    """Store the best lawful plan so far."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.set_incumbent(db, lease.job, write_plan(plan))


async def incumbent(services: Services, job: JobId) -> Plan | None:
    """The best lawful plan so far of a planning that goes on."""
    async with transaction(services.pool, WORKER) as db:
        stored = await shards.incumbent_of(db, job)
    return None if stored is None else read_plan(stored)


async def ask_shards(services: Services, lease: Lease, calls: Mapping[int, bytes]) -> None:
    """Hand calls to all workers, each under its number."""
    asked = [NewShard(job=JobId(uuid4()), number=number, call=call) for number, call in calls.items()]
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.insert_shard_jobs(db, asked)
        await shards.insert_shards(db, lease, asked)
    for shard in asked:
        await services.queue.ring(shard.job, Queue.SHARD)


async def news_of_shards(services: Services, lease: Lease, known: Collection[int]) -> News:
    """What has come since those known; raises ShardBroken where one will never be answered."""
    async with transaction(services.pool, WORKER) as db:
        found = await shards.unknown_shards(db, lease, known)
    for shard in found:
        if shard.state in (JobState.FAILED, JobState.DEAD):
            raise ShardBroken("排期的一个分片没有哪个进程能完成。", remedy=shard.error or "", shard=shard.number)
    answers = {shard.number: shard.answer for shard in found if shard.answer is not None}
    return News(answers=answers, is_more_to_come=len(answers) < len(found))


async def call_off(services: Services, lease: Lease) -> None:
    """Take back what nobody has begun, and ask whoever works on the others for the best so far."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.delete_shards(db, lease.job, waiting_only=True)
        await shards.finish_shards(db, lease)


async def forget_shards(services: Services, lease: Lease) -> None:
    """Whatever is still missing is wanted no more."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.delete_shards(db, lease.job)


async def asked_shard(services: Services, lease: Lease) -> AskedShard:
    """What is asked for under this lease of a shard; raises LeaseLost when it is wanted no more."""
    async with transaction(services.pool, WORKER) as db:
        found = await shards.shard_by_job(db, lease.job)
    if found is None:
        raise LeaseLost(lease)
    return found


async def problem_of_planning(services: Services, planning: JobId) -> bytes:
    """The problem that a planning works on."""
    async with transaction(services.pool, WORKER) as db:
        return await shards.problem_of_planning(db, planning)


async def answer_shard(services: Services, lease: Lease, answer: bytes) -> None:
    """Store a shard's answer; raises LeaseLost when another worker has the shard, or nobody wants it any more."""
    async with transaction(services.pool, WORKER) as db:
        await require_lease(db, lease)
        await shards.set_answer(db, lease.job, answer)
