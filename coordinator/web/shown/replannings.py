"""A round planned again, as its pages show it: remedies with their price, two plans beside each other, what moved.

What may be chosen by whom is decided in actions/replanning_choices.py.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from coordinator.actions.replanning import ReplanningReading
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.replannings import Replanning
from coordinator.domain.summaries import matter_words
from coordinator.web.known import Known
from solver.planning.alterations import Added, Alteration, called, loosens
from solver.planning.offers import Offer
from solver.planning.plan import Plan
from solver.planning.replanning.moves import MOVE_CALLED, Cause, Kind, Move, Spot
from solver.planning.wording import half_day_called

FIRST = 3


class OfferShown(Struct, frozen=True, kw_only=True):
    """A remedy as a button sends it, and what it would serve at least."""

    alteration: str
    words: str
    serves: int
    firms: tuple[str, ...]


class AlterationShown(Struct, frozen=True, kw_only=True):
    words: str
    is_looser: bool


class WaitingShown(Struct, frozen=True, kw_only=True):
    """A late cause that could be listed, by the matter that it asks for."""

    matter: str
    words: str


class FigureShown(Struct, frozen=True, kw_only=True):
    """One figure of both plans; `is_better` is None where there is no better or worse."""

    words: str
    before: int
    after: int
    is_better: bool | None


class MoveShown(Struct, frozen=True, kw_only=True):
    kind: str
    target: str
    name: str
    matters: int
    before: str
    after: str
    why: tuple[str, ...]


class ReplanningShown(Struct, frozen=True, kw_only=True):
    """One replanning; `moved` are visits that change day or tour, come or go, `changed` those that do not."""

    asked: Replanning
    alterations: tuple[AlterationShown, ...]
    figures: tuple[FigureShown, ...]
    moved: tuple[MoveShown, ...]
    changed: tuple[MoveShown, ...]
    kept: int
    is_stale: bool
    error: str


class LineShown(Struct, frozen=True, kw_only=True):
    """One of a round's replannings in the list of them."""

    asked: Replanning
    words: tuple[str, ...]


def offers_shown(known: Known, offers: Sequence[Offer]) -> tuple[OfferShown, ...]:
    dispatch = known.dispatch
    return tuple(
        OfferShown(
            alteration=written([each.alteration]),
            words=called(dispatch.problem, each.alteration),
            serves=len(each.serves),
            firms=tuple(matter_words(dispatch, matter) for matter in each.serves[:FIRST]),
        )
        for each in offers
    )


def written(alterations: Sequence[Alteration]) -> str:
    """Write alterations down as a form carries them."""
    return msgspec.json.encode(alterations).decode()


def alterations_shown(dispatch: Dispatch, alterations: Sequence[Alteration]) -> tuple[AlterationShown, ...]:
    problem = dispatch.problem
    return tuple(
        AlterationShown(words=_with_name(dispatch, called(problem, each)), is_looser=loosens(problem, each))
        for each in alterations
    )


def waiting_shown(
    dispatch: Dispatch, waiting: Sequence[Added], listed: Sequence[Alteration]
) -> tuple[WaitingShown, ...]:
    """What was filed and is not listed yet."""
    return tuple(
        WaitingShown(matter=each.matter.id, words=called(dispatch.problem, each))
        for each in waiting
        if each not in listed
    )


def lines_shown(dispatch: Dispatch, listed: Sequence[Replanning]) -> tuple[LineShown, ...]:
    return tuple(
        LineShown(
            asked=each, words=tuple(_with_name(dispatch, called(dispatch.problem, one)) for one in each.alterations)
        )
        for each in listed
    )


def replanning_shown(known: Known, reading: ReplanningReading) -> ReplanningShown:
    """Show one replanning as far as it has come."""
    dispatch = known.dispatch
    shown = [(each.kind, _move(dispatch, reading, each)) for each in reading.moves]
    counts = Counter(kind for kind, _ in shown)
    return ReplanningShown(
        asked=reading.asked,
        alterations=tuple(
            AlterationShown(words=_with_name(dispatch, words), is_looser=loosens(reading.before, each))
            for words, each in zip(reading.words, reading.asked.alterations, strict=True)
        ),
        figures=_figures(reading.base, reading.plan, adds=reading.asked.adds) if reading.plan else (),
        moved=tuple(each for kind, each in shown if kind not in {Kind.KEPT, Kind.CHANGED}),
        changed=tuple(each for kind, each in shown if kind is Kind.CHANGED),
        kept=counts[Kind.KEPT],
        is_stale=reading.is_stale,
        error=(reading.job.error or "") if reading.job else "",
    )


def _figures(base: Plan, plan: Plan, *, adds: bool) -> tuple[FigureShown, ...]:
    before, after = base.metrics, plan.metrics
    serves_alike = len(base.unserved) == len(plan.unserved) and not adds
    return (
        _figure("未排入的事项", len(base.unserved), len(plan.unserved)),
        _figure("其中重点事项", before.unserved_key, after.unserved_key),
        _figure("入户次数", before.visits, after.visits, is_cost=serves_alike),
        _figure("人半天", before.officer_half_days, after.officer_half_days, is_cost=False),
        _figure("巡查组次", before.tours, after.tours, is_cost=False),
        _figure("路上分钟", before.travel_minutes, after.travel_minutes, is_cost=False),
    )


def _figure(words: str, before: int, after: int, *, is_cost: bool = True) -> FigureShown:
    """Serving more takes more visits, and less fewer: neither is then better or worse."""
    is_better = after < before if is_cost and after != before else None
    return FigureShown(words=words, before=before, after=after, is_better=is_better)


def _move(dispatch: Dispatch, reading: ReplanningReading, move: Move) -> MoveShown:
    target = dispatch.targets[move.target]
    return MoveShown(
        kind=MOVE_CALLED[move.kind],
        target=move.target,
        name=target.name,
        matters=len(move.matters),
        before=_spot(reading, move.before),
        after=_spot(reading, move.after),
        why=tuple(_with_name(dispatch, _cause(each)) for each in move.why),
    )


def _spot(reading: ReplanningReading, spot: Spot | None) -> str:
    if spot is None:
        return ""
    half_day = next(each for each in reading.before.half_days if each.id == spot.half_day)
    return f"{half_day_called(half_day)} {spot.start}，{spot.tour}"


def _cause(cause: Cause) -> str:
    return f"规则 {cause.rule}：{cause.text}" if cause.rule else cause.text


def _with_name(dispatch: Dispatch, text: str) -> str:
    """People by name beside their number, where a sentence begins with it."""
    first, _, rest = text.partition(" ")
    found = next((man for id_, (_, man) in dispatch.inspectors.items() if id_ == first), None)
    return f"{found.name}（{first}）{rest}" if found else text
