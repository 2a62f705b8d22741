"""What somebody reports to have changed since a round was planned, as written into a form: read as alterations.

People and firms may be named by number or by name; what is unknown or in doubt is refused with the field at fault. What
alterations do is solver/planning's affair.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.intake import cells
from coordinator.domain.intake.cells import CellFault
from coordinator.domain.rounds import occasions_among
from coordinator.domain.submissions import HalfDayPart, Occasion
from solver.planning.alterations import Alteration, Away, Closed, Window
from solver.planning.ids import HalfDayId

Id = TypeVar("Id", InspectorId, TargetId)


class Event(StrEnum):
    """What can be reported."""

    AWAY = "away"
    CLOSED = "closed"
    WINDOW = "window"


class Reported(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event as it was written; `who` is a person or a firm, `part` empty for whole days."""

    event: Event
    who: str = ""
    first: str = ""
    last: str = ""
    part: str = ""
    department: str = ""


def alteration_of(dispatch: Dispatch, reported: Reported) -> Alteration:
    """Read what was reported; raises Invalid with the field, named after the event, at fault."""
    match reported.event:
        case Event.AWAY:
            return Away(inspector=_inspector(dispatch, reported), half_days=_half_days(dispatch, reported))
        case Event.CLOSED:
            return Closed(target=_target(dispatch, reported), half_days=_half_days(dispatch, reported))
        case Event.WINDOW:
            return _window(dispatch, reported)


def _inspector(dispatch: Dispatch, reported: Reported) -> InspectorId:
    people = ((each.id, dispatch.inspectors[each.id][1].name) for each in dispatch.problem.inspectors)
    return _named(reported, people, "人员", "请写人员编号；重名的只能写编号。")


def _target(dispatch: Dispatch, reported: Reported) -> TargetId:
    targets = ((each.id, each.name) for each in dispatch.problem.targets)
    return _named(reported, targets, "检查对象", "请写统一社会信用代码，或完整的名称；重名的只能写代码。")


def _named(reported: Reported, known: Iterable[tuple[Id, str]], what: str, remedy: str) -> Id:
    written = "".join(reported.who.split()).casefold()
    found = [id_ for id_, name in known if written in {id_.casefold(), "".join(name.split()).casefold()}]
    if len(found) != 1:
        words = f"本轮排期里没有{what}“{reported.who.strip()}”。" if not found else f"有{len(found)}个同名的{what}。"
        raise _at(reported, "who", words, remedy)
    return found[0]


def _half_days(dispatch: Dispatch, reported: Reported) -> tuple[HalfDayId, ...]:
    first = _day(reported, "first")
    last = _day(reported, "last") if reported.last.strip() else first
    if last < first:
        raise _at(reported, "last", "结束日期早于开始日期。", "请改正。")
    part = HalfDayPart(reported.part) if reported.part in set(HalfDayPart) else None
    half_days = dispatch.problem.half_days
    span = tuple(Occasion(date=day, part=part) for day in _days(first, last) if half_days)
    found = occasions_among(span, half_days)
    if not found:
        raise _at(reported, "first", "这段时间不在本轮的检查时间里。", "请核对日期。")
    return found


def _window(dispatch: Dispatch, reported: Reported) -> Window:
    target = _target(dispatch, reported)
    matters = tuple(
        each.id
        for each in dispatch.problem.matters
        if each.target == target and reported.department in {"", each.department}
    )
    if not matters:
        raise _at(reported, "department", "这个部门在这一户没有现场事项。", "请核对部门和检查对象。")
    first = _day(reported, "first") if reported.first.strip() else None
    return Window(matters=matters, first_day=first, last_day=_day(reported, "last"))


def departments_of(dispatch: Dispatch) -> tuple[DepartmentId, ...]:
    """The departments that have something to check on site."""
    return tuple(sorted({each.department for each in dispatch.problem.matters}))


def _day(reported: Reported, field: str) -> date:
    try:
        return cells.day(getattr(reported, field))
    except CellFault as fault:
        raise _at(reported, field, f"{fault.message}。", fault.remedy) from fault


def _days(first: date, last: date) -> Iterator[date]:
    """Both included, and no more than a year of them."""
    count = min((last - first).days, 366)
    return (first + timedelta(days=number) for number in range(count + 1))


def _at(reported: Reported, field: str, words: str, remedy: str) -> Invalid:
    return Invalid(words, remedy=remedy, field=f"{reported.event}-{field}")
