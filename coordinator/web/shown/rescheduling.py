"""Where a visit may go after the lots, as the page and programs see it: the nearest half-days first, then every day.

What is lawful is said in solver/planning/moving/after_lots.py; the drawn team goes with the visit.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct

from coordinator.actions.rescheduling import Movable
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.firm_requests import FirmRequest
from coordinator.domain.ids import TargetId
from coordinator.domain.rescheduling import anchor
from coordinator.domain.teams import members
from coordinator.domain.wording import day_words
from coordinator.web.shown.moves import NEAREST, named_people
from solver.planning.moving import Obstacle
from solver.planning.moving.after_lots import Alternative
from solver.planning.problem import HalfDay
from solver.planning.wording import NOON, half_day_called

_DAYS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODES = re.compile(r"(?<=事项 )\S+|(?<=检查对象 )[^\s、：]+")


class HalfDayPlace(Struct, frozen=True, kw_only=True):
    """One half-day: when the visit would begin, and with which tour it would go; `obstacle` is empty where it may."""

    half_day: str
    day: date
    part: str
    start: str
    end: str
    joins: str
    rule: int
    obstacle: str


class GoingPerson(Struct, frozen=True, kw_only=True):
    department: str
    id: str
    name: str


class ReschedulingShown(Struct, frozen=True, kw_only=True):
    """A visit in hand: it stays with `people`; `wished` are the half-days of the day for which a firm asked."""

    matter: str
    target: str
    target_name: str
    tour: str
    half_day: str
    begins_at: datetime
    is_unannounced: bool
    people: tuple[GoingPerson, ...]
    nearest: tuple[HalfDayPlace, ...]
    wished: tuple[HalfDayPlace, ...]
    places: tuple[HalfDayPlace, ...]


def rescheduling_shown(held: Movable, asked: FirmRequest | None = None) -> ReschedulingShown:
    """Show where a visit may go; near is near the day that the firm wished, else near the day on which it is."""
    dispatch = held.dispatch
    places = tuple(_places(held))
    at: dict[str, int] = {half_day.id: place for place, half_day in enumerate(dispatch.problem.half_days)}
    wished = tuple(each for each in places if asked is not None and each.day == asked.wished_day)
    middle = at[held.tour.half_day] if not wished else at[wished[0].half_day]
    lawful = (each for each in places if not each.obstacle and each not in wished)
    return ReschedulingShown(
        matter=anchor(held.visit),
        target=held.visit.target,
        target_name=dispatch.targets[held.visit.target].name,
        tour=held.tour.id,
        half_day=held.tour.half_day,
        begins_at=dispatch.begins_at(held.tour, held.visit),
        is_unannounced=dispatch.is_unannounced(held.visit),
        people=tuple(
            GoingPerson(department=each.department, id=each.inspector.id, name=each.inspector.name)
            for each in members(dispatch, held.tour, held.visit)
        ),
        nearest=tuple(sorted(lawful, key=lambda each: abs(at[each.half_day] - middle))[:NEAREST]),
        wished=wished,
        places=places,
    )


def obstacle_words(dispatch: Dispatch, obstacle: Obstacle) -> str:
    """An obstacle with names in place of codes, and days as people say them."""
    text = named_people(dispatch, obstacle.text, obstacle.people)
    for half_day in dispatch.problem.half_days:
        if half_day.id in text:
            text = text.replace(f"，{half_day.id} 不在其内", "").replace(half_day.id, half_day_called(half_day))
    for code in set(_CODES.findall(text)):
        text = text.replace(code, _named(dispatch, code))
    return _DAYS.sub(lambda found: day_words(date.fromisoformat(found[0])), text)


def _places(held: Movable) -> Iterator[HalfDayPlace]:
    half_days = {half_day.id: half_day for half_day in held.dispatch.problem.half_days}
    return (_place(held.dispatch, half_days[each.shift.half_day], each) for each in held.places)


def _place(dispatch: Dispatch, half_day: HalfDay, each: Alternative) -> HalfDayPlace:
    return HalfDayPlace(
        half_day=half_day.id,
        day=half_day.date,
        part=_part(half_day),
        start=each.start,
        end=each.end,
        joins=each.shift.tour if each.shift.joins else "",
        rule=each.obstacle.rule if each.obstacle else 0,
        obstacle=obstacle_words(dispatch, each.obstacle) if each.obstacle else "",
    )


def by_day(places: Sequence[HalfDayPlace]) -> tuple[tuple[date, tuple[HalfDayPlace, ...]], ...]:
    """Every day with its half-days."""
    days = dict.fromkeys(each.day for each in places)
    return tuple((day, tuple(each for each in places if each.day == day)) for day in days)


def _named(dispatch: Dispatch, code: str) -> str:
    """The item of a matter or the name of a target, whatever the code is of."""
    matter, target = dispatch.matters.get(code), dispatch.targets.get(TargetId(code))
    return matter.item.name if matter else target.name if target else code


def _part(half_day: HalfDay) -> str:
    return "上午" if half_day.start < NOON else "下午"
