"""A round as its coordinator sees it, on the page and as JSON; what is shown is named here field by field.

Its parts are in `parts`; the public has structs of its own.
"""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from coordinator.actions.entering import ResultProgress
from coordinator.actions.reading import RoundReading
from coordinator.domain.disclosure import SHUT
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.frequency import FrequencyWarning, task_warnings, visit_warnings
from coordinator.domain.summaries import SINGLE_OPERATOR_WORDS, summarise
from coordinator.storage.rounds import Stage, StoredRound
from coordinator.web.shown.course import Step, course
from coordinator.web.shown.parts import (
    CoverageShown,
    DepartmentShown,
    LeftOutShown,
    RefusedRowShown,
    TaskShown,
    UnservedShown,
    coverage_shown,
    departments_shown,
    left_out_shown,
    refused_rows_shown,
    tasks_shown,
    unserved_shown,
)
from solver.chance.head import Stage as DrawStage


class RoundLine(Struct, frozen=True, kw_only=True):
    """A round in the list of rounds; `has_…` say which of its pages have something to show."""

    id: UUID
    code: str
    name: str
    region: str
    first_day: date
    last_day: date
    stage: Stage
    is_rehearsal: bool
    in_web: bool
    has_frame: bool
    has_targets: bool
    has_plan: bool
    has_lots: bool
    has_teams: bool
    created_at: datetime


class Figures(Struct, frozen=True, kw_only=True):
    """What merging came to; `_apart` is what departments would need each for itself."""

    drawn_targets: int
    matters: int
    key_matters: int
    desk_matters: int
    served: int
    unserved: int
    tours: int
    visits: int
    visits_apart: int
    officer_half_days: int
    officer_half_days_apart: int


class RoundShown(Struct, frozen=True, kw_only=True):
    """`plan` and `figures` are null before planning, `opens_at` where no clock opens the seal or nothing is sealed.

    Where it is not whole, it is one department's part, without figures.
    """

    round: RoundLine
    coordinator: str
    is_whole: bool
    is_sealed: bool
    opens_at: datetime | None
    remark: str
    course: tuple[Step, ...]
    plan: UUID | None
    figures: Figures | None
    tasks: tuple[TaskShown, ...]
    departments: tuple[DepartmentShown, ...]
    unserved: tuple[UnservedShown, ...]
    left_out: tuple[LeftOutShown, ...]
    refused_rows: tuple[RefusedRowShown, ...]
    warnings: tuple[str, ...]
    frequency: tuple[FrequencyWarning, ...]
    coverage: tuple[CoverageShown, ...]
    draws: tuple[DrawStage, ...]


def round_line(stored: StoredRound) -> RoundLine:
    """Show a round in one line."""
    head, reached = stored.settings.round, list(Stage).index(stored.stage)
    return RoundLine(
        id=stored.id,
        code=stored.code,
        name=head.name,
        region=head.region,
        first_day=head.first_day,
        last_day=head.last_day,
        stage=stored.stage,
        is_rehearsal=stored.rehearsal_seed is not None,
        in_web=stored.in_web,
        has_frame=reached >= list(Stage).index(Stage.FROZEN),
        has_targets=reached >= list(Stage).index(Stage.DRAWN),
        has_plan=reached >= list(Stage).index(Stage.PLANNED),
        has_lots=reached >= list(Stage).index(Stage.LOTS_FROZEN),
        has_teams=stored.stage is Stage.DISPATCHED,
        created_at=stored.created_at,
    )


def is_sealed(reading: RoundReading, now: datetime) -> bool:
    """Whether there is something that the public may not see yet; unknown, so not said, to one department."""
    return reading.is_whole and bool(reading.draws) and not reading.seal.is_open(now)


def round_shown(reading: RoundReading, now: datetime, progress: ResultProgress | None = None) -> RoundShown:
    """Show a round whole, as far as it has come."""
    dispatch, seal = reading.dispatch, reading.seal
    plan = dispatch or reading.part
    is_single = any(draw.single_operator for draw in reading.draws.values())
    return RoundShown(
        round=round_line(reading.stored),
        coordinator=reading.stored.settings.round.coordinator,
        is_whole=reading.is_whole,
        is_sealed=is_sealed(reading, now),
        opens_at=seal.opens_at if is_sealed(reading, now) and seal != SHUT else None,
        remark=SINGLE_OPERATOR_WORDS if is_single else "",
        course=course(reading, now, progress),
        plan=reading.plan,
        figures=_figures(reading, dispatch) if dispatch else None,
        tasks=tasks_shown(reading),
        departments=departments_shown(reading),
        unserved=unserved_shown(plan) if plan else (),
        left_out=left_out_shown(reading),
        refused_rows=refused_rows_shown(reading),
        warnings=dispatch.wanted.warnings if dispatch else (),
        frequency=(*task_warnings(reading.tasks), *(visit_warnings(dispatch) if dispatch else ())),
        coverage=tuple(coverage_shown(dispatch)) if dispatch else (),
        draws=tuple(reading.draws),
    )


def _figures(reading: RoundReading, dispatch: Dispatch) -> Figures:
    summary = summarise(
        dispatch,
        refused_rows=sum(len(workbook.refused) for workbook in reading.workbooks),
        excluded=len(reading.excluded),
        single_operator=any(draw.single_operator for draw in reading.draws.values()),
        seconds={},
    )
    return Figures(
        drawn_targets=summary.drawn_targets,
        matters=summary.matters,
        key_matters=sum(matter.key for matter in dispatch.problem.matters),
        desk_matters=summary.desk_matters,
        served=summary.served,
        unserved=len(summary.unserved),
        tours=len(dispatch.plan.tours),
        visits=summary.visits,
        visits_apart=summary.visits_apart,
        officer_half_days=summary.officer_half_days,
        officer_half_days_apart=summary.officer_half_days_apart,
    )
