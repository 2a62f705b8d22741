"""Where a visit may go, as the page shows it: the nearest lawful places, each day with its count, one day in full.

What is lawful is said in solver/planning/moving.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from coordinator.actions.moving import PickedUp
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import InspectorId
from coordinator.web.known import Known
from coordinator.web.shown.schedules import TourLine
from solver.planning.alterations import called
from solver.planning.moving import Obstacle, Option
from solver.planning.plan import Visit
from solver.planning.wording import NOON, half_day_called

NEAREST = 3


class PlaceShown(Struct, frozen=True, kw_only=True):
    """One place; `tour` is empty for a tour of its own, `obstacle` where it is lawful."""

    half_day: str
    when: str
    tour: str
    firms: tuple[str, ...]
    travel: int
    rule: int
    obstacle: str
    people: tuple[str, ...]


class DayCount(Struct, frozen=True, kw_only=True):
    """How many lawful places a day has; without any, what stands in the way most often."""

    day: date
    lawful: int
    obstacle: str


class HalfDayShown(Struct, frozen=True, kw_only=True):
    words: str
    lawful: tuple[PlaceShown, ...]
    refused: tuple[PlaceShown, ...]


class MoveShown(Struct, frozen=True, kw_only=True):
    """A visit in hand; `asked` is a place that was asked for and is not lawful.

    `loosening` says what two people would have to allow for it, `still` what forbids it even so.
    """

    plan: str
    tour: str
    target: str
    name: str
    now: str
    matters: int
    nearest: tuple[PlaceShown, ...]
    days: tuple[DayCount, ...]
    day: date
    half_days: tuple[HalfDayShown, ...]
    asked: PlaceShown | None
    loosening: tuple[str, ...]
    still: str


class PlacesShown(Struct, frozen=True, kw_only=True):
    """Every place for a visit, lawful ones first and the nearest of them before others; `asked` in full words.

    `plan` is the plan looked at, to be named on moving; `loosening` and `still` are as the page shows them.
    """

    plan: UUID
    half_day: str
    start: str
    places: tuple[PlaceShown, ...]
    asked: PlaceShown | None
    loosening: tuple[str, ...]
    still: str


def places_shown(known: Known, picked: PickedUp) -> PlacesShown:
    """Show every place for a visit in hand."""
    dispatch, lines = known.dispatch, {line.id: line for line in known.tours}
    loosening, still = _overriding(dispatch, picked)
    return PlacesShown(
        plan=picked.plan,
        half_day=picked.tour.half_day,
        start=_visit(picked).start,
        places=tuple(_place(dispatch, lines, each) for each in _nearest_first(dispatch, picked)),
        asked=_place(dispatch, lines, picked.asked) if picked.asked else None,
        loosening=loosening,
        still=still,
    )


def move_shown(known: Known, picked: PickedUp, day: date | None) -> MoveShown:
    """Show a visit in hand; `day` is shown in full, else the day on which it is now."""
    dispatch = known.dispatch
    now = next(each for each in dispatch.problem.half_days if each.id == picked.tour.half_day)
    visit, lines = _visit(picked), {line.id: line for line in known.tours}
    nearest = [each for each in _nearest_first(dispatch, picked)[:NEAREST] if each.obstacle is None]
    loosening, still = _overriding(dispatch, picked)
    is_refused = picked.asked is not None and picked.asked.obstacle is not None
    return MoveShown(
        plan=str(picked.plan),
        tour=picked.tour.id,
        target=picked.target,
        name=dispatch.targets[picked.target].name,
        now=f"{half_day_called(now)} {visit.start}，组次 {picked.tour.id}",
        matters=len(visit.matters),
        nearest=tuple(_place(dispatch, lines, each) for each in nearest),
        days=tuple(_counts(dispatch, picked.options)),
        day=day or now.date,
        half_days=tuple(_half_days(dispatch, lines, picked.options, day or now.date)),
        asked=_place(dispatch, lines, picked.asked) if picked.asked is not None and is_refused else None,
        loosening=loosening,
        still=still,
    )


def _visit(picked: PickedUp) -> Visit:
    return next(each for each in picked.tour.visits if each.target == picked.target)


def _nearest_first(dispatch: Dispatch, picked: PickedUp) -> list[Option]:
    """Lawful places before others, those near the half-day where the visit is before those far from it."""
    order = {each.id: place for place, each in enumerate(dispatch.problem.half_days)}
    at = order[picked.tour.half_day]
    return sorted(
        picked.options,
        key=lambda each: (each.obstacle is not None, abs(order[each.place.half_day] - at), each.travel),
    )


def _overriding(dispatch: Dispatch, picked: PickedUp) -> tuple[tuple[str, ...], str]:
    """What two people would have to allow for the place asked for, and what forbids it even so."""
    still = named_people(dispatch, picked.still.text, picked.still.people) if picked.still else ""
    return tuple(called(dispatch.problem, each) for each in picked.loosening), still


def _counts(dispatch: Dispatch, options: Sequence[Option]) -> list[DayCount]:
    dates = {each.id: each.date for each in dispatch.problem.half_days}
    by_day: dict[date, list[Option]] = defaultdict(list)
    for option in options:
        by_day[dates[option.place.half_day]].append(option)
    return [
        DayCount(
            day=day,
            lawful=sum(each.obstacle is None for each in here),
            obstacle=Counter(each.obstacle.text for each in here if each.obstacle).most_common(1)[0][0]
            if all(each.obstacle for each in here)
            else "",
        )
        for day, here in by_day.items()
    ]


def _half_days(
    dispatch: Dispatch, lines: Mapping[str, TourLine], options: Sequence[Option], day: date
) -> list[HalfDayShown]:
    shown = []
    for half_day in dispatch.problem.half_days:
        if half_day.date != day:
            continue
        here = [_place(dispatch, lines, each) for each in options if each.place.half_day == half_day.id]
        shown.append(
            HalfDayShown(
                words="上午" if half_day.start < NOON else "下午",
                lawful=tuple(sorted((each for each in here if not each.obstacle), key=lambda each: each.travel)),
                refused=tuple(each for each in here if each.obstacle),
            )
        )
    return shown


def _place(dispatch: Dispatch, lines: Mapping[str, TourLine], option: Option) -> PlaceShown:
    half_day = next(each for each in dispatch.problem.half_days if each.id == option.place.half_day)
    line = lines[option.place.tour] if option.place.tour else None
    obstacle = option.obstacle or Obstacle(rule=0, text="")
    return PlaceShown(
        half_day=half_day.id,
        when=half_day_called(half_day),
        tour=option.place.tour or "",
        firms=tuple(stop.name for stop in line.stops) if line else (),
        travel=option.travel,
        rule=obstacle.rule,
        obstacle=named_people(dispatch, obstacle.text, obstacle.people),
        people=tuple(_name(dispatch, each) for each in obstacle.people),
    )


def named_people(dispatch: Dispatch, text: str, people: Sequence[InspectorId]) -> str:
    """An obstacle with names beside the staff numbers: offices know each other by name."""
    for each in people:
        text = text.replace(each, f"{_name(dispatch, each)}（{each}）", 1)
    return text


def _name(dispatch: Dispatch, inspector: InspectorId) -> str:
    return dispatch.inspectors[inspector][1].name
