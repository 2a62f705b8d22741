"""The timetable of a report: a row a day, a column a half-day, each tour a block as long as it lasts.

When and what is visited comes from the plan; nobody who was drawn stands here.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, HalfDayId
from coordinator.domain.wording import part_words, together
from solver.planning.plan import Tour, Visit
from solver.planning.problem import HalfDay

_NAMED_AREAS = 2


class Stop(Struct, frozen=True, kw_only=True):
    """One visit: `left` and `width` in per cent of the half-day; `departments` where not all of the tour's go in."""

    begins_at: datetime
    target: str
    departments: str
    unannounced: bool
    left: int
    width: int


class TourBlock(Struct, frozen=True, kw_only=True):
    id: str
    where: str
    begins_at: datetime
    ends_at: datetime
    crew: str
    stops: tuple[Stop, ...]


class Day(Struct, frozen=True, kw_only=True):
    """One working day; `halves` stand in the order of the columns."""

    day: date
    halves: tuple[tuple[TourBlock, ...], ...]


class Schedule(Struct, frozen=True, kw_only=True):
    columns: tuple[str, ...]
    days: tuple[Day, ...]


def schedule(dispatch: Dispatch, short: Mapping[DepartmentId, str]) -> Schedule:
    """Lay out every day of the round on which somebody goes out."""
    tours: dict[HalfDayId, list[Tour]] = defaultdict(list)
    for tour in dispatch.plan.tours:
        tours[tour.half_day].append(tour)
    starts = sorted({half.start for half in dispatch.problem.half_days})
    by_day: dict[date, dict[str, HalfDay]] = defaultdict(dict)
    for half in dispatch.problem.half_days:
        if tours[half.id]:
            by_day[half.date][half.start] = half
    return Schedule(
        columns=tuple(_column(dispatch, start) for start in starts),
        days=tuple(
            Day(
                day=day,
                halves=tuple(
                    tuple(_block(dispatch, halves[start], tour, short) for tour in tours[halves[start].id])
                    if start in halves
                    else ()
                    for start in starts
                ),
            )
            for day, halves in by_day.items()
        ),
    )


def _column(dispatch: Dispatch, start: str) -> str:
    half = next(half for half in dispatch.problem.half_days if half.start == start)
    begins_at = datetime.combine(half.date, datetime.strptime(start, "%H:%M").time())  # noqa: DTZ007 - a clock time
    ends_at = begins_at + timedelta(minutes=half.minutes)
    return f"{part_words(begins_at)} {begins_at:%H:%M}–{ends_at:%H:%M}"


def _block(dispatch: Dispatch, half: HalfDay, tour: Tour, short: Mapping[DepartmentId, str]) -> TourBlock:
    names = {area.id: area.name for area in dispatch.problem.areas}
    areas = [dispatch.targets[visit.target].area for visit in tour.visits]
    where = list(dict.fromkeys(names[area] for area in areas if area))
    crew: Counter[DepartmentId] = Counter()
    for role in tour.roles:
        crew[role.department] += role.need
    return TourBlock(
        id=tour.id,
        where="、".join(where[:_NAMED_AREAS]) + ("等" if len(where) > _NAMED_AREAS else ""),
        begins_at=dispatch.begins_at(tour, tour.visits[0]),
        ends_at=dispatch.ends_at(tour, tour.visits[-1]),
        crew=" · ".join(f"{short[department]} {need}" for department, need in crew.items()),
        stops=tuple(_stop(dispatch, half, tour, visit, short) for visit in tour.visits),
    )


def _stop(dispatch: Dispatch, half: HalfDay, tour: Tour, visit: Visit, short: Mapping[DepartmentId, str]) -> Stop:
    begins_at, ends_at = dispatch.begins_at(tour, visit), dispatch.ends_at(tour, visit)
    opens_at = begins_at.replace(hour=int(half.start[:2]), minute=int(half.start[3:]))
    departments = {matter.department for matter in dispatch.matters_of(visit)}
    everyone = departments == {role.department for role in tour.roles}
    return Stop(
        begins_at=begins_at,
        target=dispatch.targets[visit.target].name,
        departments="" if everyone else together(short[department] for department in sorted(departments)),
        unannounced=dispatch.is_unannounced(visit),
        left=_per_cent(begins_at - opens_at, half),
        width=_per_cent(ends_at - begins_at, half),
    )


def _per_cent(span: timedelta, half: HalfDay) -> int:
    return round(span.total_seconds() / 60 / half.minutes * 100)
