"""The table of jobs: one statement a function.

The moment is always the database's, and every change of a running job is made under its lease: who comes with a lease
that ran out or was superseded changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from coordinator.domain.jobs import (
    LEASE,
    MAX_ATTEMPTS,
    Job,
    JobId,
    JobKind,
    JobState,
    Lease,
    NewJob,
    Queue,
    StopRequest,
)
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one, fetch_value
from solver.planning.limits import Progress


class Renewal(Struct, frozen=True, kw_only=True):
    """What a heartbeat brings back: the lease goes on, and whether someone asked to stop."""

    stop_request: StopRequest | None


class Waiting(Struct, frozen=True, kw_only=True):
    """A job that a worker could take now."""

    id: JobId
    queue: Queue


async def insert_job(db: Connection, job: NewJob) -> JobId:
    """Add a job, or find the one that the same request made before."""
    statement = """
        INSERT INTO job (id, kind, queue, payload, request_key) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (request_key) DO UPDATE SET request_key = excluded.request_key RETURNING id
    """
    return await fetch_value(db, JobId, statement, job.id, job.kind, job.queue.value, job.payload, job.request_key)


async def find_job(db: Connection, job: JobId) -> Job | None:
    statement = """
        SELECT id, kind, queue, payload, state, attempts, fencing, stop_request, progress, result, error, created_at,
               finished_at
        FROM job WHERE id = $1
    """
    return await fetch_one(db, Job, statement, job)


async def latest_job_of_round(db: Connection, kind: JobKind, round_: UUID) -> Job | None:
    """The job of a kind that was asked for last for a round."""
    statement = """
        SELECT id, kind, queue, payload, state, attempts, fencing, stop_request, progress, result, error, created_at,
               finished_at
        FROM job WHERE kind = $1 AND payload ? 'round' AND payload ->> 'round' = $2::text
        ORDER BY created_at DESC LIMIT 1
    """
    return await fetch_one(db, Job, statement, kind, str(round_))


async def claim_job(db: Connection, queue: Queue, kinds: Sequence[JobKind], only: JobId | None = None) -> Job | None:
    """Take the oldest job that is due, or whose worker fell silent; None when there is none for us."""
    statement = """
        UPDATE job SET state = 'running', attempts = attempts + 1, fencing = fencing + 1, error = NULL,
               lease_until = now() + $4, heartbeat_at = now()
        WHERE id = (
            SELECT id FROM job
            WHERE queue = $1 AND kind = ANY($2) AND ($3::uuid IS NULL OR id = $3) AND attempts < $5
              AND (state = 'queued' AND due_at <= now() OR state = 'running' AND lease_until <= now())
            ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, kind, queue, payload, state, attempts, fencing, stop_request, progress, result, error, created_at,
                  finished_at
    """
    return await fetch_one(db, Job, statement, queue.value, list(kinds), only, LEASE, MAX_ATTEMPTS)


async def renew_lease(db: Connection, lease: Lease, progress: Progress | None) -> Renewal | None:
    """Go on for another lease and say where the work stands; None when the lease is lost."""
    statement = """
        UPDATE job SET lease_until = now() + $3, heartbeat_at = now(), progress = coalesce($4, progress)
        WHERE id = $1 AND fencing = $2 AND state = 'running' AND lease_until > clock_timestamp()
        RETURNING stop_request
    """
    return await fetch_one(db, Renewal, statement, lease.job, lease.fencing, LEASE, progress)


async def look_at_lease(db: Connection, lease: Lease) -> Renewal | None:
    """Between two renewals: whether the lease stands, and whether someone asked to stop."""
    statement = """
        SELECT stop_request FROM job
        WHERE id = $1 AND fencing = $2 AND state = 'running' AND lease_until > clock_timestamp()
    """
    return await fetch_one(db, Renewal, statement, lease.job, lease.fencing)


async def hold_lease(db: Connection, lease: Lease) -> bool:
    """Whether the lease stands; if so nobody can claim the job until this transaction ends."""
    statement = """
        SELECT true FROM job
        WHERE id = $1 AND fencing = $2 AND state = 'running' AND lease_until > clock_timestamp() FOR UPDATE
    """
    return await execute(db, statement, lease.job, lease.fencing) == 1


async def finish_job(db: Connection, lease: Lease, result: Mapping[str, str]) -> bool:
    """Store the result (ids only); False when the lease is lost. Under the same lease a second time is no harm."""
    statement = """
        UPDATE job SET state = 'done', result = $3, lease_until = NULL, finished_at = coalesce(finished_at, now())
        WHERE id = $1 AND fencing = $2
          AND (state = 'done' OR state = 'running' AND lease_until > clock_timestamp())
    """
    return await execute(db, statement, lease.job, lease.fencing, result) == 1


async def end_job(db: Connection, lease: Lease, state: JobState, error: str | None) -> bool:
    """End a job without a result: failed, dead or cancelled; False when the lease is lost."""
    statement = """
        UPDATE job SET state = $3::text::job_state, error = $4, lease_until = NULL, finished_at = now()
        WHERE id = $1 AND fencing = $2 AND state = 'running' AND lease_until > clock_timestamp()
    """
    return await execute(db, statement, lease.job, lease.fencing, state.value, error) == 1


async def requeue_job(db: Connection, lease: Lease, error: str, after: timedelta) -> bool:
    """Let a job be tried again after a pause; False when the lease is lost."""
    statement = """
        UPDATE job SET state = 'queued', error = $3, lease_until = NULL, due_at = now() + $4
        WHERE id = $1 AND fencing = $2 AND state = 'running' AND lease_until > clock_timestamp()
    """
    return await execute(db, statement, lease.job, lease.fencing, error, after) == 1


async def release_job(db: Connection, lease: Lease) -> bool:
    """Give a job back untried, because this worker is asked to go home."""
    statement = """
        UPDATE job SET state = 'queued', attempts = attempts - 1, lease_until = NULL
        WHERE id = $1 AND fencing = $2 AND state = 'running'
    """
    return await execute(db, statement, lease.job, lease.fencing) == 1


async def request_stop(db: Connection, job: JobId, stop: StopRequest) -> bool:
    """Ask a job to end; one that nobody works on is cancelled at once. False when it has ended already."""
    statement = """
        UPDATE job SET
            stop_request = CASE WHEN stop_request = 'cancel' THEN 'cancel' ELSE $2 END,
            state = CASE WHEN state = 'queued' AND $2 = 'cancel' THEN 'cancelled' ELSE state END,
            finished_at = CASE WHEN state = 'queued' AND $2 = 'cancel' THEN now() END
        WHERE id = $1 AND state IN ('queued', 'running')
    """
    return await execute(db, statement, job, stop.value) == 1


async def delete_job(db: Connection, job: JobId) -> bool:
    """Forget a job of a kind that nobody keeps."""
    return await execute(db, "DELETE FROM job WHERE id = $1", job) == 1


async def bury_overdue(db: Connection, error: str) -> int:
    """Give up jobs that took their worker down with them at every try; returns how many."""
    statement = """
        UPDATE job SET state = 'dead', error = $2, lease_until = NULL, finished_at = now()
        WHERE state = 'running' AND lease_until <= now() AND attempts >= $1
    """
    return await execute(db, statement, MAX_ATTEMPTS, error)


async def waiting_jobs(db: Connection) -> list[Waiting]:
    """The jobs that could be taken now, oldest first."""
    statement = """
        SELECT id, queue FROM job
        WHERE state = 'queued' AND due_at <= now() OR state = 'running' AND lease_until <= now()
        ORDER BY created_at
    """
    return await fetch_all(db, Waiting, statement)
