"""Load and chances in a report: how many each department sends out by day, and what each inspector could expect.

People stand here by staff number only (spec/round-folder.md): names are for task books and the firm's own notice.
"""

from collections import Counter
from datetime import date
from math import ceil

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, InspectorId
from solver.planning.passed_over import PassedOver, passed_over
from solver.planning.passed_over_words import in_words

_SHADES = 4


class LoadCell(Struct, frozen=True, kw_only=True):
    """Officer half-days on one day; `shade` 0 to 4 against all that the department could send."""

    count: int
    shade: int


class LoadRow(Struct, frozen=True, kw_only=True):
    department: DepartmentId
    officers: int
    cells: tuple[LoadCell, ...]
    total: int


class Load(Struct, frozen=True, kw_only=True):
    days: tuple[date, ...]
    rows: tuple[LoadRow, ...]


class ChanceRow(Struct, frozen=True, kw_only=True):
    """One inspector: half-days to be expected before the lots, half-days drawn, desk matters drawn."""

    inspector: InspectorId
    expected: float
    width: int
    drawn: int
    desk: int


class ChanceGroup(Struct, frozen=True, kw_only=True):
    """A department's people with a chance, the most likely first; `without` had none in this round, `reasons` say why.

    The reasons also name who was admitted to a role with a chance of 0.
    """

    department: DepartmentId
    rows: tuple[ChanceRow, ...]
    without: tuple[InspectorId, ...]
    reasons: tuple[str, ...]


def load(dispatch: Dispatch) -> Load:
    """Count the people that each department sends out, by day."""
    day_of = {half.id: half.date for half in dispatch.problem.half_days}
    sent: Counter[tuple[DepartmentId, date]] = Counter()
    for tour in dispatch.plan.tours:
        for role in tour.roles:
            sent[role.department, day_of[tour.half_day]] += role.need
    days = tuple(sorted({day for _, day in sent}))
    halves = Counter(day_of.values())
    rows = []
    for submission in dispatch.submissions:
        department = submission.department.id
        officers = sum(inspector.certified for inspector in submission.inspectors)
        counts = [sent[department, day] for day in days]
        most = [officers * halves[day] for day in days]
        cells = tuple(LoadCell(count=n, shade=_shade(n, m)) for n, m in zip(counts, most, strict=True))
        rows.append(LoadRow(department=department, officers=officers, cells=cells, total=sum(counts)))
    return Load(days=days, rows=tuple(row for row in rows if row.total))


def chance_groups(dispatch: Dispatch) -> tuple[ChanceGroup, ...]:
    """Add up every inspector's chances over the round, and what the lots made of them."""
    roles = [role for tour in dispatch.plan.tours for role in tour.roles]
    chances = Counter[InspectorId]()
    for tour in dispatch.drawn_plan.tours:
        for role in tour.roles:
            chances.update(role.chances)
    drawn = Counter(inspector for role in roles for inspector in dispatch.teams[role.id])
    desk = Counter(inspector for matter in dispatch.plan.desk for inspector in dispatch.teams[matter.id])
    most = max(chances.values(), default=0) or 1
    over = passed_over(dispatch.problem, dispatch.drawn_plan)
    groups = []
    for submission in dispatch.submissions:
        people = [inspector.id for inspector in submission.inspectors]
        busy = sorted((one for one in people if chances[one] or desk[one]), key=lambda one: (-chances[one], one))
        rows = tuple(
            ChanceRow(
                inspector=one,
                expected=chances[one] / dispatch.plan.scale,
                width=round(chances[one] / most * 100),
                drawn=drawn[one],
                desk=desk[one],
            )
            for one in busy
        )
        without = tuple(sorted(set(people) - set(busy)))
        reasons = PassedOver(
            never=tuple(each for each in over.never if each.inspector in without),
            zero=tuple(each for each in over.zero if each.inspector in people),
        )
        groups.append(
            ChanceGroup(
                department=submission.department.id, rows=rows, without=without, reasons=tuple(in_words(reasons))
            )
        )
    return tuple(groups)


def _shade(count: int, most: int) -> int:
    return min(_SHADES, ceil(count / most * _SHADES)) if count and most else 0
