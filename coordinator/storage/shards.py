"""The tables of plannings and their shards: one statement a function.

Leases, tries and stopping are those of the shards' jobs (storage/jobs.py); here is what the shards are about.
"""

from collections.abc import Iterable

from msgspec import Struct

from coordinator.domain.jobs import JobId, JobKind, JobState, Lease, Queue
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all, fetch_one, fetch_value

SOLVE_SHARD = JobKind("solve_shard")


class NewShard(Struct, frozen=True, kw_only=True):
    """A call to be run for a planning; `number` is its place among all that this claim of the planning asks for."""

    job: JobId
    number: int
    call: bytes


class AskedShard(Struct, frozen=True, kw_only=True):
    """What a worker reads of a shard: which claim of which planning asked, and what for."""

    planning: JobId
    fencing: int
    call: bytes


class ShardState(Struct, frozen=True, kw_only=True):
    """How a shard stands; `answer` only once its job is done."""

    number: int
    state: JobState
    answer: bytes | None
    error: str | None


async def insert_planning(db: Connection, job: JobId, problem: bytes) -> None:
    """Keep the problem that a job plans, unless an earlier try has."""
    await execute(db, "INSERT INTO planning (job, problem) VALUES ($1, $2) ON CONFLICT DO NOTHING", job, problem)


async def problem_of_planning(db: Connection, job: JobId) -> bytes:
    return await fetch_value(db, bytes, "SELECT problem FROM planning WHERE job = $1", job)


async def set_incumbent(db: Connection, job: JobId, plan: bytes) -> None:
    """Keep a planning's best lawful plan so far."""
    await execute(db, "UPDATE planning SET incumbent = $2 WHERE job = $1", job, plan)


async def incumbent_of(db: Connection, job: JobId) -> bytes | None:
    """The best lawful plan so far; None before the first, and when the planning is over."""
    row = await db.fetchrow("SELECT incumbent FROM planning WHERE job = $1", job)
    return None if row is None else row["incumbent"]


async def delete_planning(db: Connection, job: JobId) -> None:
    await execute(db, "DELETE FROM planning WHERE job = $1", job)


async def insert_shard_jobs(db: Connection, shards: Iterable[NewShard]) -> None:
    rows = [(shard.job, SOLVE_SHARD, Queue.SHARD.value) for shard in shards]
    await execute_many(db, "INSERT INTO job (id, kind, queue, payload) VALUES ($1, $2, $3, '{}')", rows)


async def insert_shards(db: Connection, asker: Lease, shards: Iterable[NewShard]) -> None:
    rows = [(shard.job, asker.job, asker.fencing, shard.number, shard.call) for shard in shards]
    await execute_many(db, "INSERT INTO shard (job, planning, fencing, number, call) VALUES ($1, $2, $3, $4, $5)", rows)


async def shard_by_job(db: Connection, job: JobId) -> AskedShard | None:
    return await fetch_one(db, AskedShard, "SELECT planning, fencing, call FROM shard WHERE job = $1", job)


async def set_answer(db: Connection, job: JobId, answer: bytes) -> None:
    """Store a shard's answer; a second one changes nothing."""
    await execute(db, "UPDATE shard SET answer = $2 WHERE job = $1 AND answer IS NULL", job, answer)


async def unknown_shards(db: Connection, asker: Lease, known: Iterable[int]) -> list[ShardState]:
    """The shards of this claim, those left out whose answer is known."""
    statement = """
        SELECT number, state, CASE WHEN state = 'done' THEN answer END AS answer, error
        FROM shard JOIN job ON job.id = shard.job
        WHERE planning = $1 AND shard.fencing = $2 AND number <> ALL($3) ORDER BY number
    """
    return await fetch_all(db, ShardState, statement, asker.job, asker.fencing, list(known))


async def finish_shards(db: Connection, asker: Lease) -> None:
    """Ask whoever works on a shard of this claim for the best so far."""
    statement = """
        UPDATE job SET stop_request = 'finish'
        WHERE state = 'running' AND id IN (SELECT job FROM shard WHERE planning = $1 AND fencing = $2)
    """
    await execute(db, statement, asker.job, asker.fencing)


async def delete_shards(db: Connection, planning: JobId, *, waiting_only: bool = False) -> None:
    """Forget a planning's shards, all or those that nobody has begun; who still works on one has lost its lease."""
    statement = """
        DELETE FROM job
        WHERE id IN (SELECT job FROM shard WHERE planning = $1) AND (state = 'queued' OR NOT $2::boolean)
    """
    await execute(db, statement, planning, waiting_only)


async def delete_orphans(db: Connection) -> None:
    """Forget shards whose planning has ended or was begun anew by another worker."""
    statement = """
        DELETE FROM job WHERE id IN (
            SELECT shard.job FROM shard JOIN job AS asker ON asker.id = shard.planning
            WHERE asker.state <> 'running' OR asker.fencing <> shard.fencing)
    """
    await execute(db, statement)


async def delete_left_plannings(db: Connection) -> None:
    """Forget what jobs that ended a day ago left: those that broke, and those whose plan nobody fetched."""
    statement = "DELETE FROM planning USING job WHERE job.id = planning.job AND finished_at < now() - interval '1 day'"
    await execute(db, statement)
