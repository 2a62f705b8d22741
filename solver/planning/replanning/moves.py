"""What changed between two plans of one round, visit by visit and in office words, with the rule that made it change.

Compares documents only: how the new plan was found does not matter here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from solver.planning.ids import DeskMatterId, HalfDayId, MatterId, TargetId, TourId
from solver.planning.plan import Plan, Tour, Unserved, Visit
from solver.planning.problem import HalfDay, Problem
from solver.planning.replanning.faults import Faults


class Kind(StrEnum):
    """What became of matters that were together, or now are."""

    KEPT = "kept"
    CHANGED = "changed"
    """The same half-day and tour, but another hour, other matters beside it, or other roles in the team."""
    MOVED = "moved"
    """Another half-day or another tour."""
    DROPPED = "dropped"
    NEW = "new"


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a visit stands in a plan."""

    tour: TourId
    half_day: HalfDayId
    start: str
    end: str


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why, in Chinese; `rule` is the one of planning.md that the old plan would break now, if it is a rule."""

    rule: int | None = None
    text: str


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Matters of one visit that stayed together: where they were, and where they are now."""

    kind: Kind
    target: TargetId
    matters: tuple[MatterId, ...]
    before: Spot | None = msgspec.field(name="from")
    after: Spot | None = msgspec.field(name="to")
    why: tuple[Cause, ...]


class _Place(msgspec.Struct, frozen=True):
    tour: Tour
    position: int
    visit: Visit


class _Reasons(msgspec.Struct, frozen=True):
    """Where causes are looked up."""

    found: Faults
    unserved: Mapping[MatterId | DeskMatterId, Unserved]
    known: frozenset[MatterId]
    spots: Mapping[MatterId, tuple[TourId, HalfDayId]]
    """Where the old plan had each matter."""


def moves(problem: Problem, old: Plan, new: Plan, found: Faults) -> tuple[Move, ...]:
    """List every visit of either plan, in the order of the old one and then of the new.

    Matters that neither plan serves are not listed: the new plan's `unserved` says why.
    """
    then, now = _places(old.tours), _places(new.tours)
    groups: defaultdict[tuple[object, object], list[MatterId]] = defaultdict(list)
    for matter in dict.fromkeys((*then, *now)):
        groups[_key(then.get(matter)), _key(now.get(matter))].append(matter)
    reasons = _Reasons(
        found,
        {entry.matter: entry for entry in new.unserved},
        frozenset(matter.id for matter in problem.matters),
        {matter: (place.tour.id, place.tour.half_day) for matter, place in then.items()},
    )
    return tuple(
        _move(tuple(matters), then.get(matters[0]), now.get(matters[0]), reasons) for matters in groups.values()
    )


def _places(tours: Sequence[Tour]) -> dict[MatterId, _Place]:
    return {
        matter: _Place(tour, position, visit)
        for tour in tours
        for position, visit in enumerate(tour.visits)
        for matter in visit.matters
    }


def _key(place: _Place | None) -> tuple[TourId, int] | None:
    return None if place is None else (place.tour.id, place.position)


def _move(matters: tuple[MatterId, ...], was: _Place | None, is_now: _Place | None, reasons: _Reasons) -> Move:
    kind = _kind(was, is_now)
    target = next(place.visit.target for place in (is_now, was) if place is not None)
    return Move(
        kind=kind,
        target=target,
        matters=matters,
        before=_spot(was),
        after=_spot(is_now),
        why=tuple(dict.fromkeys(_why(kind, matters, was, is_now, reasons))),
    )


def _spot(place: _Place | None) -> Spot | None:
    if place is None:
        return None
    return Spot(tour=place.tour.id, half_day=place.tour.half_day, start=place.visit.start, end=place.visit.end)


def _kind(was: _Place | None, is_now: _Place | None) -> Kind:
    if was is None:
        return Kind.NEW
    if is_now is None:
        return Kind.DROPPED
    if (was.tour.id, was.tour.half_day) != (is_now.tour.id, is_now.tour.half_day):
        return Kind.MOVED
    same = was.visit == is_now.visit and was.tour.roles == is_now.tour.roles
    return Kind.KEPT if same else Kind.CHANGED


def _why(
    kind: Kind, matters: Sequence[MatterId], was: _Place | None, is_now: _Place | None, reasons: _Reasons
) -> Iterator[Cause]:
    if is_now is not None and kind in (Kind.NEW, Kind.MOVED) and _joined(is_now, reasons):
        yield Cause(text="该户已排有检查，并入同一次，不另上门")
    if was is None:
        yield Cause(text="原方案没有安排")
        return
    if kind is Kind.KEPT:
        return
    gone = [matter for matter in matters if matter not in reasons.known]
    if gone:
        yield Cause(text="问题中已没有该事项")
    broken = [] if gone else list(reasons.found.about(was.tour.id, was.position))
    yield from (Cause(rule=breach.rule, text=breach.text) for breach in broken)
    if is_now is None:
        yield from _unserved(matters, reasons)
    elif kind is Kind.CHANGED:
        yield from _changed(was, is_now)
    elif not broken:
        yield Cause(text="原安排仍然合规，为排入其他事项让出")


def _joined(place: _Place, reasons: _Reasons) -> bool:
    """Whether the old plan had others of this visit on this tour."""
    spot = (place.tour.id, place.tour.half_day)
    return any(reasons.spots.get(matter) == spot for matter in place.visit.matters)


def _unserved(matters: Sequence[MatterId], reasons: _Reasons) -> Iterator[Cause]:
    for matter in matters:
        if matter in reasons.unserved:
            yield from (Cause(text=reason.text) for reason in reasons.unserved[matter].reasons)


def _changed(was: _Place, is_now: _Place) -> Iterator[Cause]:
    """What is not as it was, of a visit that kept its half-day and tour."""
    if was.visit.matters != is_now.visit.matters:
        yield Cause(text="同次检查的事项有增减")
    if (was.visit.start, was.visit.end) != (is_now.visit.start, is_now.visit.end):
        yield Cause(text=f"时间由{was.visit.start}至{was.visit.end}改为{is_now.visit.start}至{is_now.visit.end}")
    if was.tour.roles != is_now.tour.roles:
        asked = [[(role.id, role.need) for role in place.tour.roles] for place in (was, is_now)]
        yield Cause(text="该组中签概率重新计算" if asked[0] == asked[1] else "该组岗位有调整")


def moves_json(plan: Plan, listed: Sequence[Move]) -> bytes:
    """Write the list as `onedoor replan --json` prints it; `counts` has every kind, `unserved` is the new plan's."""
    counts = Counter(move.kind for move in listed)
    return msgspec.json.encode(
        {
            "format": "onedoor/moves/1",
            "round": plan.round,
            "counts": {kind: counts[kind] for kind in Kind},
            "moves": listed,
            "unserved": plan.unserved,
            "metrics": plan.metrics,
        }
    )


def moves_in_words(problem: Problem, plan: Plan, listed: Sequence[Move]) -> Iterator[str]:
    """Say what is not as it was, a line each, and how much there is of every kind."""
    names = {target.id: target.name for target in problem.targets}
    half_days = {half_day.id: half_day for half_day in problem.half_days}
    for move in listed:
        if move.kind is not Kind.KEPT:
            who = f"{names.get(move.target, '')}（{move.target}）事项{'、'.join(move.matters)}"
            yield f"{MOVE_CALLED[move.kind]} {who}：{_way(move, half_days)}。{_because(move)}。"
    counts = Counter(move.kind for move in listed)
    yield "，".join(f"{MOVE_CALLED[kind]}{counts[kind]}次" for kind in Kind) + f"；未排入{len(plan.unserved)}项。"


MOVE_CALLED = {
    Kind.KEPT: "保留",
    Kind.CHANGED: "调整",
    Kind.MOVED: "改期",
    Kind.DROPPED: "取消",
    Kind.NEW: "新增",
}


def _way(move: Move, half_days: Mapping[HalfDayId, HalfDay]) -> str:
    spots = [spot for spot in (move.before, move.after) if spot is not None]
    shown = spots[-1:] if move.kind is Kind.CHANGED else spots
    return " → ".join(f"{spot.tour} {_when(spot, half_days)}" for spot in shown)


def _when(spot: Spot, half_days: Mapping[HalfDayId, HalfDay]) -> str:
    half_day = half_days.get(spot.half_day)
    return f"{half_day.date if half_day else spot.half_day} {spot.start}"


def _because(move: Move) -> str:
    texts = ((f"规则{cause.rule} " if cause.rule else "") + cause.text.rstrip("。") for cause in move.why)
    return "；".join(texts)
