"""How a planning stands, as the page and its live progress show it.

Who may ask for one, and when, is decided in actions/plan_requests.py.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from coordinator.actions.plan_requests import PlanningReading
from coordinator.domain.jobs import Job, JobState, StopRequest
from coordinator.domain.plannings import PHASE_WORDS, wish_of
from coordinator.storage.rounds import Stage
from solver.planning.limits import Progress

LONG_WAIT = timedelta(seconds=15)


class Best(Struct, frozen=True, kw_only=True):
    """The best lawful plan so far; `gap` is how many doors more it opens than the proven bound."""

    visits: int
    visits_bound: int
    gap: int
    officer_half_days: int
    unserved: int


class PlanningShown(Struct, frozen=True, kw_only=True):
    """The planning asked for last; `state` is None before the first.

    `waits_long`: no worker has taken it up. `is_finishing` and `is_cancelling`: somebody has asked for its end.
    """

    can_begin: bool
    state: JobState | None
    is_under_way: bool
    waits_long: bool
    is_finishing: bool
    is_cancelling: bool
    step: str
    seconds: int
    limit: int
    tries: int
    best: Best | None
    error: str


def planning_shown(reading: PlanningReading, now: datetime) -> PlanningShown:
    """Show how a planning stands at this moment."""
    can_begin = reading.stage is Stage.DRAWN and not reading.is_under_way
    return _shown(reading.job, now, can_begin=can_begin, is_under_way=reading.is_under_way)


def replanning_progress(job: Job, now: datetime) -> PlanningShown:
    """Show how far planning again has come."""
    return _shown(job, now, can_begin=False, is_under_way=True)


def _shown(job: Job | None, now: datetime, *, can_begin: bool, is_under_way: bool) -> PlanningShown:
    return PlanningShown(
        can_begin=can_begin,
        state=job.state if job else None,
        is_under_way=is_under_way,
        waits_long=job is not None and job.state is JobState.QUEUED and now - job.created_at > LONG_WAIT,
        is_finishing=job is not None and job.stop_request is StopRequest.FINISH,
        is_cancelling=job is not None and job.stop_request is StopRequest.CANCEL,
        step=_step(job) if job else "",
        seconds=_seconds(job, now) if job else 0,
        limit=round(wish_of(job.payload).limit.seconds or 0) if job else 0,
        tries=job.attempts if job else 0,
        best=_best(job.progress) if job and job.progress else None,
        error=(job.error or "") if job else "",
    )


def _step(job: Job) -> str:
    if job.state is JobState.QUEUED:
        return "等待后台进程接手"
    return PHASE_WORDS[job.progress.phase] if job.progress else "读取问题"


def _seconds(job: Job, now: datetime) -> int:
    """Since it was asked for, so that a second try counts on."""
    return max(0, round(((job.finished_at or now) - job.created_at).total_seconds()))


def _best(progress: Progress) -> Best | None:
    if not progress.visits:
        return None
    return Best(
        visits=progress.visits,
        visits_bound=progress.visits_bound,
        gap=max(0, progress.visits - progress.visits_bound),
        officer_half_days=progress.officer_half_days,
        unserved=progress.unserved,
    )
