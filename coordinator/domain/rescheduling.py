"""Moving a visit to another half-day after the lots: where it may go, and when it may not be moved at all.

The drawn team goes with it; what is lawful is said in solver/planning/moving/after_lots.py. Its record is in
`reschedulings`.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.actors import Actor
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.domain.findings import Finding
from coordinator.domain.ids import HalfDayId, TargetId
from coordinator.domain.replacing import by_lot
from coordinator.domain.reschedulings import Rescheduling
from solver.planning.ids import MatterId
from solver.planning.moving.after_lots import Alternative, Held, Standing, alternative, alternatives, found
from solver.planning.plan import Tour, Visit

NO_SUCH_VISIT = NotFound("没有这次入户，或者它的时间已经变动。", remedy="请从排期或检查对象的页面重新选择。")


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody wants: which visit, from which half-day, as it was seen, to which, and why."""

    matter: str
    half_day: str
    half_day_seen: str
    reason: str


class By(Struct, frozen=True, kw_only=True):
    """Who moves a visit when, after so many changes of the round, and for which firm's request."""

    actor: Actor
    at: datetime
    changes: int
    request: UUID | None


def visit_of(dispatch: Dispatch, matter: str, now: datetime) -> tuple[Tour, Visit]:
    """Give the visit of a matter that can still be moved; raises NotFound, TooLate once it has begun."""
    at = found(dispatch.plan, MatterId(matter))
    if at is None:
        raise NO_SUCH_VISIT
    if now >= dispatch.begins_at(*at):
        raise TooLate("这次检查已经开始，不能再改期。", remedy="没有查成的，请在检查结果里如实记录。")
    return at


def places(dispatch: Dispatch, matter: str, now: datetime) -> tuple[Alternative, ...]:
    """Every half-day of the round but the visit's own, with what forbids it where something does."""
    _, visit = visit_of(dispatch, matter, now)
    return alternatives(_held(dispatch, visit, now))


def place(dispatch: Dispatch, matter: str, half_day: str, now: datetime) -> Alternative:
    """Say it of one half-day; raises NotFound for one that the round does not have."""
    _, visit = visit_of(dispatch, matter, now)
    asked = alternative(_held(dispatch, visit, now), HalfDayId(half_day))
    if asked is None:
        raise NotFound("没有这个半天，或者检查本来就在这半天。", remedy="请从列出的时间里选择。")
    return asked


def rescheduled(dispatch: Dispatch, wanted: Wanted, chosen: Alternative, by: By) -> Rescheduling:
    """Write down that a visit goes to a lawful place."""
    tour, visit = visit_of(dispatch, wanted.matter, by.at)
    return Rescheduling(
        number=_number(dispatch),
        matter=anchor(visit),
        target=TargetId(visit.target),
        was_tour=tour.id,
        was_half_day=HalfDayId(tour.half_day),
        was_start=visit.start,
        tour=chosen.shift.tour,
        half_day=HalfDayId(chosen.shift.half_day),
        start=chosen.start,
        joins=chosen.shift.joins,
        replacements=max((each.number for each in dispatch.replaced), default=0),
        changes=by.changes + 1,
        reason=wanted.reason,
        request=by.request,
        moved_by=by.actor.id,
        moved_name=by.actor.name,
        at=by.at,
    )


def refuse_inspected(dispatch: Dispatch, visit: Visit, findings: Iterable[Finding]) -> None:
    """Raise Conflict where a result of the visit is entered already: it was made."""
    checked = {(each.department, each.target, each.item.code) for each in dispatch.matters_of(visit)}
    if any((each.department, each.target, each.item) in checked for each in findings):
        raise Conflict("这次检查已经录入结果，不能再改期。", remedy="录错的，请先由检查部门更正结果。")


def is_done(dispatch: Dispatch, actor: Actor, wanted: Wanted) -> bool:
    """Whether this very person has just moved the visit there: a second press of the button."""
    last = dispatch.rescheduled[-1:]
    return [(each.matter, each.was_half_day, each.half_day, each.moved_by) for each in last] == [
        (wanted.matter, wanted.half_day_seen, wanted.half_day, actor.id)
    ]


def standing_of(dispatch: Dispatch) -> Standing:
    """Plan and teams as they stand."""
    return Standing(plan=dispatch.plan, teams=by_lot(dispatch), published=dispatch.published)


def anchor(visit: Visit) -> MatterId:
    """The first matter's id names a visit: it stays when the visit is moved."""
    return min(visit.matters)


def _held(dispatch: Dispatch, visit: Visit, now: datetime) -> Held:
    return Held(
        problem=dispatch.problem,
        standing=standing_of(dispatch),
        matter=anchor(visit),
        number=_number(dispatch),
        too_soon=now.astimezone(LOCAL_TIME).date(),
    )


def _number(dispatch: Dispatch) -> int:
    return 1 + max((each.number for each in dispatch.rescheduled), default=0)
