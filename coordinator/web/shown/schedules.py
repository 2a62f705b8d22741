"""The schedule: every tour with its stops, and the part of it that somebody asked for.

Who could be drawn for a tour and who was is shown in `tours`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import AreaId, DepartmentId
from coordinator.domain.submissions import HalfDayPart
from solver.planning.plan import Tour, Visit
from solver.planning.problem import HalfDay

WEEK = timedelta(days=7)
UNANNOUNCED = "unannounced"
NOTICES = frozenset({"announced", UNANNOUNCED})
ALL = "all"
"""Every week of the plan."""


class Stop(Struct, frozen=True, kw_only=True):
    """One visit; `offset` and `minutes` place it in its half-day."""

    target: str
    name: str
    begins_at: datetime
    ends_at: datetime
    offset: int
    minutes: int
    departments: tuple[str, ...]
    matters: int
    is_unannounced: bool


class Crew(Struct, frozen=True, kw_only=True):
    department: str
    people: int


class TourLine(Struct, frozen=True, kw_only=True):
    """A tour in the timeline; `inspectors` are the staff numbers drawn, none before the lots."""

    id: str
    day: date
    part: HalfDayPart
    half_day_minutes: int
    begins_at: datetime
    ends_at: datetime
    areas: tuple[str, ...]
    travel_minutes: int
    crew: tuple[Crew, ...]
    stops: tuple[Stop, ...]
    inspectors: tuple[str, ...]
    is_unannounced: bool


class ScheduleFilter(Struct, frozen=True, kw_only=True):
    """What was asked for: `team` is a tour's id or a staff number; `week` any day of the week; nothing: no limit."""

    week: date | None = None
    day: date | None = None
    department: str = ""
    team: str = ""
    area: str = ""
    notice: str = ""

    def admits(self, tour: TourLine) -> bool:
        """Whether a tour is among what was asked for."""
        return (
            self.day in (None, tour.day)
            and (self.week is None or monday(tour.day) == monday(self.week))
            and (not self.department or any(crew.department == self.department for crew in tour.crew))
            and (not self.team or self.team == tour.id or self.team in tour.inspectors)
            and (not self.area or self.area in tour.areas)
            and (self.notice not in NOTICES or tour.is_unannounced == (self.notice == UNANNOUNCED))
        )


class DayShown(Struct, frozen=True, kw_only=True):
    """A working day on which somebody goes out: its tours in the morning and in the afternoon."""

    day: date
    morning: tuple[TourLine, ...]
    afternoon: tuple[TourLine, ...]


class ScheduleShown(Struct, frozen=True, kw_only=True):
    """The days asked for, and what else could be: all weeks (their Mondays), days and departments of the plan."""

    asked: ScheduleFilter
    days: tuple[DayShown, ...]
    tours: int
    visits: int
    weeks: tuple[date, ...]
    all_days: tuple[date, ...]
    departments: tuple[str, ...]
    areas: tuple[str, ...]


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def tour_lines(dispatch: Dispatch) -> tuple[TourLine, ...]:
    """Show every tour of the plan, in order of time."""
    half_days = {half_day.id: half_day for half_day in dispatch.problem.half_days}
    areas = {area.id: area.name for area in dispatch.problem.areas}
    lines = (_line(dispatch, half_days[tour.half_day], tour, areas) for tour in dispatch.plan.tours)
    return tuple(sorted(lines, key=lambda line: (line.day, line.part, line.begins_at, line.id)))


def schedule_shown(tours: Sequence[TourLine], asked: ScheduleFilter) -> ScheduleShown:
    """Choose from the plan's tours what was asked for, by day and half-day."""
    chosen = [tour for tour in tours if asked.admits(tour)]
    by_day: dict[date, list[TourLine]] = {}
    for tour in chosen:
        by_day.setdefault(tour.day, []).append(tour)
    return ScheduleShown(
        asked=asked,
        days=tuple(_day(day, its) for day, its in by_day.items()),
        tours=len(chosen),
        visits=sum(len(tour.stops) for tour in chosen),
        weeks=tuple(sorted({monday(tour.day) for tour in tours})),
        all_days=tuple(sorted({tour.day for tour in tours})),
        departments=tuple(sorted({crew.department for tour in tours for crew in tour.crew})),
        areas=tuple(sorted({area for tour in tours for area in tour.areas})),
    )


def chosen_tours(tours: Sequence[TourLine], asked: ScheduleFilter) -> frozenset[str]:
    """The ids of the tours asked for."""
    return frozenset(tour.id for tour in tours if asked.admits(tour))


def asked_for(  # noqa: PLR0913 - what can be asked for
    tours: Sequence[TourLine],
    now: datetime,
    *,
    week: str,
    day: str,
    department: str,
    team: str,
    tour: str = "",
    area: str = "",
    notice: str = "",
) -> ScheduleFilter:
    """Read a filter from an address or a form; with no week, day or team: the picked tour's week, or what is on.

    A day of another week leads to its own: else nothing would be shown.
    """
    chosen, picked = read_day(week) if week != ALL else None, read_day(day)
    if picked and week != ALL:
        chosen = monday(picked)
    elif not (week or day or team):
        chosen = next((line.day for line in tours if line.id == tour), None)
        chosen = monday(chosen) if chosen else _week_on(tours, now.astimezone(LOCAL_TIME).date())
    return ScheduleFilter(
        week=chosen, day=picked, department=department.strip(), team=team.strip(), area=area, notice=notice
    )


def read_day(text: str) -> date | None:
    """Read 2026-03-02; empty is None. Raises Invalid."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(f"“{text}”不是日期。", remedy="请写成 2026-03-02 的样子。") from error


def _week_on(tours: Sequence[TourLine], today: date) -> date | None:
    """This week if somebody goes out in it, else the next with tours, else the first."""
    weeks = sorted({monday(tour.day) for tour in tours})
    return next((week for week in weeks if week + WEEK > today), weeks[0] if weeks else None)


def _day(day: date, tours: Sequence[TourLine]) -> DayShown:
    return DayShown(
        day=day,
        morning=tuple(tour for tour in tours if tour.part is HalfDayPart.MORNING),
        afternoon=tuple(tour for tour in tours if tour.part is HalfDayPart.AFTERNOON),
    )


def _line(dispatch: Dispatch, half_day: HalfDay, tour: Tour, areas: Mapping[AreaId, str]) -> TourLine:
    stops = tuple(_stop(dispatch, half_day, tour, visit) for visit in tour.visits)
    crew = Counter[DepartmentId]()
    for role in tour.roles:
        crew[role.department] += role.need
    named = (dispatch.targets[visit.target].area for visit in tour.visits)
    return TourLine(
        id=tour.id,
        day=half_day.date,
        part=HalfDayPart(half_day.id.rpartition("/")[2]),
        half_day_minutes=half_day.minutes,
        begins_at=stops[0].begins_at,
        ends_at=stops[-1].ends_at,
        areas=tuple(dict.fromkeys(areas.get(area, area) for area in named if area)),
        travel_minutes=tour.travel_minutes,
        crew=tuple(Crew(department=department, people=people) for department, people in crew.items()),
        stops=stops,
        inspectors=tuple(sorted({each for role in tour.roles for each in dispatch.teams.get(role.id, ())})),
        is_unannounced=any(stop.is_unannounced for stop in stops),
    )


def _stop(dispatch: Dispatch, half_day: HalfDay, tour: Tour, visit: Visit) -> Stop:
    begins_at, ends_at = dispatch.begins_at(tour, visit), dispatch.ends_at(tour, visit)
    opens_at = begins_at.replace(hour=int(half_day.start[:2]), minute=int(half_day.start[3:]))
    return Stop(
        target=visit.target,
        name=dispatch.targets[visit.target].name,
        begins_at=begins_at,
        ends_at=ends_at,
        offset=_minutes(begins_at - opens_at),
        minutes=_minutes(ends_at - begins_at),
        departments=tuple(dict.fromkeys(matter.department for matter in dispatch.matters_of(visit))),
        matters=len(visit.matters),
        is_unannounced=dispatch.is_unannounced(visit),
    )


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
