"""Jobs: work that outlives a request, what may become of it, and the rules of lease, fencing and retry.

PostgreSQL holds them (storage/jobs.py) and workers do them (coordinator/jobs); no clock or queue is known here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType
from uuid import UUID

from msgspec import Struct

from coordinator.domain.errors import Conflict
from solver.planning.limits import Progress

JobId = NewType("JobId", UUID)
JobKind = NewType("JobKind", str)

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=30)
"""How long a worker may be silent before another takes its job."""
HEARTBEAT = timedelta(seconds=5)
"""How often a worker renews its lease and asks whether it should stop."""
RETRY_AFTER = (timedelta(seconds=1), timedelta(seconds=10))
"""The pause after a first and a second failure."""


class JobState(Enum):
    """`FAILED` was refused with a reason and would be again; `DEAD` broke three times and waits for a person."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"

    @property
    def is_ended(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)


class Queue(Enum):
    """Solving takes minutes and all processors: it must not stand in the way of what takes a moment.

    Shards of a planning have a queue of their own: every worker helps with them beside its jobs.
    """

    QUICK = "quick"
    SOLVER = "solver"
    SHARD = "shard"


class StopRequest(Enum):
    """What a person asked of a job that is not done."""

    FINISH = "finish"
    """够好了，用当前方案: end soon with the best so far."""
    CANCEL = "cancel"
    """End now with nothing."""


class NewJob(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be done; `payload` holds ids only. Two with the same `request_key` are one job."""

    id: JobId
    kind: JobKind
    queue: Queue
    payload: Mapping[str, str]
    request_key: str | None = None


class Job(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One job as it stands; `fencing` tells its claims apart, `error` is a sentence for people."""

    id: JobId
    kind: JobKind
    queue: Queue
    payload: dict[str, str]
    state: JobState
    attempts: int
    fencing: int
    stop_request: StopRequest | None
    progress: Progress | None
    result: dict[str, str] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class Lease(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The right to work on a job until the lease runs out; a later claim has a greater `fencing`."""

    job: JobId
    fencing: int


class LeaseLost(Conflict):
    """The lease ran out, and perhaps another worker has the job: what this one found must not be stored."""

    def __init__(self, lease: Lease) -> None:
        super().__init__("这项作业已由别的进程接手，本次结果没有保存。", job=lease.job, fencing=lease.fencing)


def lease_of(job: Job) -> Lease:
    """The lease under which a claimed job is worked on."""
    return Lease(job=job.id, fencing=job.fencing)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait before the next try, None when there is none left."""
    return None if attempts >= MAX_ATTEMPTS else RETRY_AFTER[attempts - 1]
