"""The course of a round on one line: what is done, what is on, what comes, each with the fact that matters.

How far results and publication are is said where it is known: to who sees the whole round.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from coordinator.actions.entering import ResultProgress
from coordinator.actions.reading import RoundReading
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.wording import span_words
from coordinator.domain.workdays import publication_deadline
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.head import Stage as DrawStage


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    LATER = "later"


class Step(Struct, frozen=True, kw_only=True):
    """One step; `note` is a fact in Chinese, possibly empty."""

    name: str
    state: StepState
    note: str


_REACHED = {
    Stage.COLLECTED: 1,
    Stage.FROZEN: 2,
    Stage.DRAWN: 3,
    Stage.PLANNED: 4,
    Stage.LOTS_FROZEN: 4,
    Stage.TEAMS_DRAWN: 5,
    Stage.DISPATCHED: 6,
}
_NAMES = ("收集", "冻结", "抽取", "排期", "抽签", "审批", "公布", "执行", "公示", "统计")
_CARRIED_OUT = _NAMES.index("执行")
_NEXT = {0: "正在报送", 1: "待固定名单", 2: "待抽取", 3: "待排期", 4: "待抽签", 5: "待批准"}


def course(reading: RoundReading, now: datetime, progress: ResultProgress | None = None) -> tuple[Step, ...]:
    """Say how far a round has come, from 收集 to 统计."""
    reached = _reached(reading.stored)
    steps = [
        Step(
            name=name,
            state=_state(place, reached),
            note=note if place < reached else _note_next(reading, place, reached),
        )
        for place, (name, note) in enumerate(_deciding(reading))
    ]
    return (*steps, *_carrying_out(reading, now, progress))


def course_of_stage(stored: StoredRound, today: date) -> tuple[Step, ...]:
    """Say how far a round has come, by its stage and its days alone: for lists of many rounds."""
    reached = _reached(stored)
    if stored.stage is Stage.DISPATCHED:
        reached = _CARRIED_OUT if today <= stored.settings.round.last_day else _CARRIED_OUT + 1
    return tuple(Step(name=name, state=_state(place, reached), note="") for place, name in enumerate(_NAMES))


def _reached(stored: StoredRound) -> int:
    """The step that a round is at; one that departments hand in for is still being collected."""
    return 0 if stored.in_web and stored.stage is Stage.COLLECTED else _REACHED[stored.stage]


def _state(place: int, reached: int) -> StepState:
    if place < reached:
        return StepState.DONE
    return StepState.NOW if place == reached else StepState.LATER


def _note_next(reading: RoundReading, place: int, reached: int) -> str:
    if place != reached:
        return ""
    waits_for_beacon = reading.stored.stage is Stage.FROZEN and reading.stored.settings.draw.beacon is not None
    return "待公共随机事件" if waits_for_beacon else _NEXT[reached]


def _deciding(reading: RoundReading) -> Iterator[tuple[str, str]]:
    """The steps up to the approval, each with its fact once it is done."""
    targets, teams = reading.draws.get(DrawStage.TARGETS), reading.draws.get(DrawStage.TEAMS)
    drawn = {target for selection in reading.selections for target in selection.selected}
    yield "收集", f"{len(reading.workbooks)}个部门" if reading.is_whole else ""
    yield "冻结", moment_note(targets.fixed_at) if targets else ""
    yield "抽取", f"{len(drawn)}户"
    yield "排期", f"{len(reading.dispatch.plan.tours)}组次" if reading.dispatch else ""
    yield "抽签", moment_note(teams.ended_at) if teams and teams.ended_at else ""
    yield "审批", "已批准"


def _carrying_out(reading: RoundReading, now: datetime, progress: ResultProgress | None) -> Iterator[Step]:
    head, tasks = reading.stored.settings.round, reading.tasks
    is_public = reading.is_dispatched and reading.seal.is_open(now)
    published = "密封中" if reading.is_whole and reading.is_dispatched and not is_public else ""
    if reading.stored.rehearsal_seed is not None:
        is_public, published = False, "演练不公布"
    yield Step(name="公布", state=StepState.DONE if is_public else StepState.LATER, note=published)
    is_over = reading.is_dispatched and reading.dispatch is not None and _last_end(reading.dispatch) <= now
    visiting = StepState.NOW if reading.is_dispatched and not is_over else StepState.LATER
    yield Step(
        name="执行", state=StepState.DONE if is_over else visiting, note=span_words(head.first_day, head.last_day)
    )
    calendar = reading.dispatch.calendar if reading.dispatch else None
    due = (
        max((publication_deadline(calendar, task.last_day).due_on for task in tasks), default=None)
        if calendar
        else None
    )
    is_settled = progress is not None and progress.settled >= progress.expected
    publishing = StepState.NOW if is_over else StepState.LATER
    late = "已逾期，" if due and due < now.astimezone(LOCAL_TIME).date() else ""
    notes = [f"{late}最迟{due.month}月{due.day}日"] if due and not is_settled else []
    if progress is not None and progress.entered:
        notes.append(f"录入{progress.entered}/{progress.expected}，公示{progress.settled}")
    yield Step(name="公示", state=StepState.DONE if is_settled else publishing, note="，".join(notes))
    yield Step(name="统计", state=StepState.NOW if is_settled else StepState.LATER, note=f"{head.year}年度")


def _last_end(dispatch: Dispatch) -> datetime:
    ends = [dispatch.ends_at(tour, visit) for tour, visit in dispatch.visits()]
    last_day = datetime.combine(dispatch.round.round.last_day, datetime.max.time(), tzinfo=LOCAL_TIME)
    return max(ends, default=last_day)


def moment_note(moment: datetime) -> str:
    """2月28日 09:00, in local time."""
    local = moment.astimezone(LOCAL_TIME)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
