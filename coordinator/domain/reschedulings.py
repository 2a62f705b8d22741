"""Visits moved after the lots (改期): what is recorded of each, and plan and teams as they stand after all of them.

What the draw fixed and published stays as it was. No record names an inspector: the team that goes follows from the
lots. Where a visit may go is in `rescheduling`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.ids import HalfDayId, InspectorId, TargetId
from coordinator.domain.recusals import Replacement, teams_after
from solver.planning.ids import DeskMatterId, MatterId, RoleId, TourId
from solver.planning.moving.after_lots import Shift, Standing, shifted
from solver.planning.plan import Plan
from solver.planning.problem import Problem


class Rescheduling(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One visit goes from one half-day to another, its team with it; `matter` is the first of it, its anchor.

    `replacements` counts those made before it, `changes` all changes of the round since its lots, with this one;
    `request` is the firm's that it grants, if a firm asked.
    """

    number: int
    matter: MatterId
    target: TargetId
    was_tour: TourId
    was_half_day: HalfDayId
    was_start: str
    tour: TourId
    half_day: HalfDayId
    start: str
    joins: bool
    replacements: int
    changes: int
    reason: str
    request: UUID | None
    moved_by: str
    moved_name: str
    at: datetime

    @property
    def shift(self) -> Shift:
        return Shift(matter=self.matter, half_day=self.half_day, tour=self.tour, joins=self.joins)


def as_it_stands(
    problem: Problem,
    plan: Plan,
    drawn: Mapping[str, tuple[InspectorId, ...]],
    replaced: Sequence[Replacement],
    rescheduled: Iterable[Rescheduling],
) -> Standing:
    """Work out plan and teams after everything that happened since the lots, each thing in its turn."""
    standing, done = Standing(plan=plan, teams=_by_lot(drawn)), 0
    for each in sorted(rescheduled, key=lambda one: one.number):
        standing = _after(standing, (one for one in replaced if done < one.number <= each.replacements))
        standing, done = shifted(problem, standing, each.shift), each.replacements
    return _after(standing, (one for one in replaced if one.number > done))


def _after(standing: Standing, replaced: Iterable[Replacement]) -> Standing:
    teams = teams_after({str(lot): team for lot, team in standing.teams.items()}, replaced)
    return Standing(plan=standing.plan, teams=_by_lot(teams), published=standing.published)


def _by_lot(teams: Mapping[str, tuple[InspectorId, ...]]) -> dict[RoleId | DeskMatterId, tuple[InspectorId, ...]]:
    return {RoleId(lot): team for lot, team in teams.items()}
