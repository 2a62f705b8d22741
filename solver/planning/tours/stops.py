"""The doors of one shard as arrays, so that a hundred thousand candidate tours can be tried at once.

Prices turn a step's wishes into numbers: what serving a door is worth, what a department's officers cost. Which people
go is not known here; `together` only says which doors no one tour can hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from solver.planning.consolidate import Door
from solver.planning.ground import Ground
from solver.planning.ids import AreaId, TargetId
from solver.planning.problem import Reach
from solver.planning.travel import Travel

Ints = npt.NDArray[np.int64]
Spans = npt.NDArray[np.int16]
"""Minutes, in arrays so large that two bytes each matter; nothing beyond NEVER is told apart."""
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Step = tuple[int, int, int]
"""Department, level of officers asked for, officers beyond the level below."""

WORD = 64
NEVER = 4_000
"""More minutes than a day holds, small enough that a few of them still fit into 16 bits."""


class Stops(msgspec.Struct, frozen=True, kw_only=True):
    """Doors as rows; `asks[i, j]` is 1 where door i asks department and level j (at least so many officers)."""

    minutes: Spans
    travel: Spans
    half_days: Words
    together: Flags
    asks: Floats
    steps: tuple[tuple[int, int], ...]
    """For each column of `asks`: department and officers added by the step up to this level."""


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """What a tour is judged by: worth of its doors, `wages` of what they ask for, `lengths` of half-days."""

    worth: npt.NDArray[np.float64]
    wages: Floats
    lengths: tuple[tuple[int, tuple[int, ...]], ...]
    """(minutes, the half-days at least so long, in words of 64 bits), shortest first."""
    least: float
    """What the smallest team costs (rule 4, team minimum)."""


def as_words(mask: int, count: int) -> tuple[int, ...]:
    """Cut a bit set of half-days into words of 64 bits."""
    return tuple((mask >> (WORD * place)) & ((1 << WORD) - 1) for place in range(-(-count // WORD)))


def lengths(ground: Ground) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The different lengths of half-days, and which half-days are at least so long."""
    count = len(ground.capacity)
    return tuple(
        (minutes, as_words(sum(1 << place for place, each in enumerate(ground.capacity) if each >= minutes), count))
        for minutes in sorted(set(ground.capacity))
    )


def lay_stops(ground: Ground, travel: Travel, doors: Sequence[Door]) -> Stops:
    """Write doors as arrays; the order of the doors is the order of the rows."""
    steps = levels([(demand.department, demand.officers) for demand in each.demands] for each in doors)
    asks = np.zeros((len(doors), len(steps)), dtype=np.float32)
    for row, each in enumerate(doors):
        asked = {demand.department: demand.officers for demand in each.demands}
        for column, (department, level, _) in enumerate(steps):
            asks[row, column] = asked.get(department, 0) >= level
    targets = [each.target for each in doors]
    minutes = travel.matrix(targets)
    words = [as_words(each.half_days, len(ground.capacity)) for each in doors]
    return Stops(
        minutes=_spans([each.minutes for each in doors]),
        travel=_spans(minutes).reshape(len(doors), len(doors)),
        half_days=np.array(words, dtype=np.uint64).reshape(len(doors), -1),
        together=_together(ground, doors, steps),
        asks=asks,
        steps=tuple((department, officers) for department, _, officers in steps),
    )


def _spans(minutes: Sequence[int] | Sequence[Sequence[int]]) -> Spans:
    return np.minimum(np.array(minutes, dtype=np.int64), NEVER).astype(np.int16)


def levels(asks: Iterable[Iterable[tuple[int, int]]]) -> tuple[Step, ...]:
    """The steps by which tours can need more officers.

    `asks` are, door by door, (department, officers).
    """
    asked: dict[int, set[int]] = defaultdict(set)
    for each in asks:
        for department, officers in each:
            asked[department].add(officers)
    return tuple(
        (department, level, level - below)
        for department in sorted(asked)
        for below, level in pairwise((0, *sorted(asked[department])))
    )


def _together(ground: Ground, doors: Sequence[Door], steps: Sequence[Step]) -> Flags:
    """Which two doors may share a tour: different targets, and each department reaches both (rule 5, `reach`)."""
    numbers = {target: place for place, target in enumerate(sorted({each.target for each in doors}))}
    target = np.array([numbers[each.target] for each in doors], dtype=np.int64)
    together: Flags = target[:, None] != target[None, :]
    out = areas_apart(ground, [each.target for each in doors], steps)
    if out is None:
        return together
    areas = {each.id: each.area for each in ground.problem.targets}
    kinds: dict[tuple[AreaId | None, int], list[int]] = {}
    for row, each in enumerate(doors):
        asked = steps_asked({demand.department: demand.officers for demand in each.demands}, steps)
        kinds.setdefault((areas[each.target], asked), []).append(row)
    number = {area: place for place, area in enumerate(dict.fromkeys(areas[each.target] for each in doors))}
    for (area, asked), rows in kinds.items():
        for (other_area, others), columns in kinds.items():
            if out[number[area]][number[other_area]] & (asked | others):
                together[np.ix_(rows, columns)] = False
    return together


def steps_asked(asked: Mapping[int, int], steps: Sequence[Step]) -> int:
    """The steps that officers by department come to, as a bit set."""
    return sum(1 << place for place, (department, level, _) in enumerate(steps) if asked.get(department, 0) >= level)


def areas_apart(ground: Ground, targets: Sequence[TargetId], steps: Sequence[Step]) -> list[list[int]] | None:
    """For each two areas (in order of appearance) the steps that too few reach both of; None: no limits.

    Certified officers of the department are counted (rule 4); barring is for the roster to judge.
    """
    if ground.problem.policy.reach is Reach.ANY:
        return None
    areas = {each.id: each.area for each in ground.problem.targets}
    reach: dict[AreaId | None, int] = {}
    for target in targets:
        reach[areas[target]] = reach.get(areas[target], 0) | ground.allowed[target]
    officers = [ground.of_department[department] & ground.certified for department, _, _ in steps]
    return [
        [
            sum(
                1 << place
                for place, ((_, level, _), people) in enumerate(zip(steps, officers, strict=True))
                if (here & there & people).bit_count() < level
            )
            for there in reach.values()
        ]
        for here in reach.values()
    ]
