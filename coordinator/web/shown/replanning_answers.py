"""A round planned again, as programs see it: remedies to be handed back, figures of both plans, what moved and why.

Codes and numbers instead of names; as pages show it is in `replannings`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.actions.replanning import ReplanningReading
from coordinator.domain.replannings import Outcome, Replanning
from coordinator.web.shown.plannings import PlanningShown, replanning_progress
from coordinator.web.shown.replannings import written
from solver.planning.alterations import Added, called, loosens
from solver.planning.offers import Offer
from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.replanning.moves import Kind


class Remedy(Struct, frozen=True, kw_only=True):
    """What would serve these matters at least; `loosens`: taking it needs two people."""

    remedy: str
    words: str
    serves: tuple[str, ...]
    loosens: bool


class Remedies(Struct, frozen=True, kw_only=True):
    """The plan that stands, and what would help what it leaves unserved."""

    plan: UUID
    remedies: tuple[Remedy, ...]


class PlanFigures(Struct, frozen=True, kw_only=True):
    unserved: int
    unserved_key: int
    visits: int
    tours: int
    officer_half_days: int
    travel_minutes: int


class VisitSpot(Struct, frozen=True, kw_only=True):
    tour: str
    half_day: str
    start: str
    end: str


class MoveCause(Struct, frozen=True, kw_only=True):
    """`rule` is the one that the old plan would break now, if it is a rule."""

    rule: int | None
    text: str


class VisitMove(Struct, frozen=True, kw_only=True):
    """Matters that stayed together: where they were, where they are now, and why."""

    kind: Kind
    target: str
    matters: tuple[str, ...]
    before: VisitSpot | None
    after: VisitSpot | None
    why: tuple[MoveCause, ...]


class ReplanningLine(Struct, frozen=True, kw_only=True):
    """One replanning; `base` is the plan it began from, `is_looser`: taking it needs two people."""

    id: UUID
    base: UUID
    changes: tuple[str, ...]
    is_looser: bool
    asked_name: str
    asked_at: datetime
    is_made: bool
    outcome: Outcome | None
    decided_name: str | None
    decided_at: datetime | None
    reason: str | None


class ReplanningShown(Struct, frozen=True, kw_only=True):
    """One replanning as far as it has come; `plan` stands now. Visits that did not move are counted in `kept`."""

    asked: ReplanningLine
    plan: UUID | None
    is_stale: bool
    progress: PlanningShown | None
    error: str
    before: PlanFigures
    after: PlanFigures | None
    moves: tuple[VisitMove, ...]
    kept: int


def remedies_shown(plan: UUID, problem: Problem, offered: Sequence[Offer], filed: Sequence[Added]) -> Remedies:
    """Show what could be altered, each as it has to be handed back; what was filed late comes first."""
    could = [(each, (each.matter.id,)) for each in filed] + [(each.alteration, each.serves) for each in offered]
    found = tuple(
        Remedy(
            remedy=written([alteration]),
            words=called(problem, alteration),
            serves=serves,
            loosens=loosens(problem, alteration),
        )
        for alteration, serves in could
    )
    return Remedies(plan=plan, remedies=found)


def line_shown(asked: Replanning, words: tuple[str, ...]) -> ReplanningLine:
    """Show one of a round's replannings in a line."""
    fields = {name: getattr(asked, name) for name in ReplanningLine.__struct_fields__ if name != "changes"}
    return ReplanningLine(**fields, changes=words)


def answer_shown(reading: ReplanningReading, now: datetime) -> ReplanningShown:
    """Show one replanning as far as it has come."""
    moved = [each for each in reading.moves if each.kind is not Kind.KEPT]
    return ReplanningShown(
        asked=line_shown(reading.asked, reading.words),
        plan=reading.live,
        is_stale=reading.is_stale,
        progress=replanning_progress(reading.job, now) if reading.job and reading.is_under_way else None,
        error=(reading.job.error or "") if reading.job else "",
        before=_figures(reading.base),
        after=_figures(reading.plan) if reading.plan else None,
        moves=msgspec.convert(moved, tuple[VisitMove, ...], from_attributes=True),
        kept=len(reading.moves) - len(moved),
    )


def _figures(plan: Plan) -> PlanFigures:
    counted = {name: getattr(plan.metrics, name) for name in PlanFigures.__struct_fields__ if name != "unserved"}
    return PlanFigures(**counted, unserved=len(plan.unserved))
