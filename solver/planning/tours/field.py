"""All doors of a problem as arrays, for proofs: what no lawful tour can undercut is all that is kept of it.

Travel is at most the true minutes between any two doors, however the tour gets from one to the other. Worths are whole
numbers (SCALE of them are one officer half-day), so that what is proven is proven exactly.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from solver.planning.geometry import EARTH_RADIUS_KM, Place, places
from solver.planning.ground import Ground
from solver.planning.ids import TargetId
from solver.planning.tours.stops import (
    NEVER,
    Flags,
    Ints,
    Spans,
    Step,
    Words,
    areas_apart,
    as_words,
    lengths,
    levels,
    steps_asked,
)

SCALE = 10_000
"""One officer half-day in the whole numbers of worths."""
ROUNDING = 1e-6
"""Minutes by which floating-point arithmetic could overstate a distance, generously."""

Reals = npt.NDArray[np.float64]


class Quote(msgspec.Struct, frozen=True, array_like=True):
    """A door that may be visited, as far as it matters to what tours cost, and what visiting it is worth.

    `asked` are (department, officers); SCALE of `worth` are one officer half-day.
    """

    target: TargetId
    minutes: int
    half_days: int
    asked: tuple[tuple[int, int], ...]
    worth: int


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Doors as rows. `asks` are bits: one for every step by which some department's officers on a tour can grow."""

    minutes: Spans
    half_days: Words
    asks: Words
    weights: tuple[tuple[int, tuple[int, ...]], ...]
    """(officers, the steps that are so many officers more, in words of 64 bits)."""
    target: Ints
    area: Ints
    spots: Reals
    """Points on the unit sphere; not a number for a target without a place."""
    vague: Flags
    apart: Words | None
    """[area, area]: the steps for which too few officers reach both; None where all reach everywhere."""
    lengths: tuple[tuple[int, tuple[int, ...]], ...]
    short_cuts: bool
    """Whether there are targets without a place: everything is then two default legs apart at most."""
    minutes_a_unit: float
    vague_minutes: int
    default_minutes: int
    most: int
    least: int

    def part(self, rows: Ints) -> "Field":
        """Only these rows."""
        return msgspec.structs.replace(
            self,
            minutes=self.minutes[rows],
            half_days=self.half_days[rows],
            asks=self.asks[rows],
            target=self.target[rows],
            area=self.area[rows],
            spots=self.spots[rows],
            vague=self.vague[rows],
        )

    def officers(self, asks: Words) -> Ints:
        """The least officers a tour with these steps (words along the last axis) sends, team minimum aside."""
        total = np.zeros(asks.shape[:-1], dtype=np.int64)
        for officers, masks in self.weights:
            for word, mask in enumerate(masks):
                if mask:
                    total += officers * np.bitwise_count(asks[..., word] & np.uint64(mask)).astype(np.int64)
        return total

    def longest(self, half_days: Words) -> Spans:
        """The length of the longest half-day in each set; 0 where there is none."""
        longest: Spans = np.zeros(half_days.shape[:-1], dtype=np.int16)
        for minutes, masks in self.lengths:
            some: Flags = np.zeros(longest.shape, dtype=np.bool_)
            for word, mask in enumerate(masks):
                some |= (half_days[..., word] & np.uint64(mask)) != 0
            longest[some] = min(minutes, NEVER)
        return longest

    def travel(self, one: Ints, other: Ints) -> Spans:
        """At most the minutes between doors, by whatever way: chords below arcs, and placeless doors as short cuts.

        Rows against rows, in whatever shapes they can be set against each other.
        """
        square = np.zeros(np.broadcast_shapes(one.shape, other.shape))
        for axis in range(3):
            square += (self.spots[one, axis] - self.spots[other, axis]) ** 2
        minutes = np.ceil(np.sqrt(square) * self.minutes_a_unit - ROUNDING)
        vague = self.vague[one] | self.vague[other]
        minutes = np.where(vague, np.maximum(minutes, self.vague_minutes), minutes)
        if self.short_cuts:
            minutes = np.fmin(minutes, 2 * self.default_minutes)
            minutes[np.isnan(square)] = self.default_minutes
        return np.clip(minutes, 0, NEVER).astype(np.int16)

    def together(self, rows: Ints, columns: Ints) -> Flags:
        """Which two doors one tour could hold, targets and reach considered."""
        possible: Flags = self.target[rows][:, None] != self.target[columns][None, :]
        if self.apart is not None:
            out = self.apart[self.area[rows][:, None], self.area[columns][None, :]]
            possible &= ~((out & (self.asks[rows][:, None] | self.asks[columns][None, :])) != 0).any(axis=-1)
        return possible


def lay_field(ground: Ground, quotes: Sequence[Quote]) -> Field:
    """Write quotes as arrays, row by row."""
    policy = ground.problem.policy
    steps = levels(quote.asked for quote in quotes)
    known = places(ground.problem)
    spots, vague = _spots([known.get(each.target) for each in quotes])
    areas = {each.id: each.area for each in ground.problem.targets}
    names = {area: place for place, area in enumerate(dict.fromkeys(areas[each.target] for each in quotes))}
    targets = {target: place for place, target in enumerate(dict.fromkeys(each.target for each in quotes))}
    return Field(
        minutes=np.minimum(np.array([each.minutes for each in quotes], dtype=np.int64), NEVER).astype(np.int16),
        half_days=_words([each.half_days for each in quotes], len(ground.capacity)),
        asks=_words([steps_asked(dict(each.asked), steps) for each in quotes], len(steps)),
        weights=_weights([officers for _, _, officers in steps]),
        target=np.array([targets[each.target] for each in quotes], dtype=np.int64),
        area=np.array([names[areas[each.target]] for each in quotes], dtype=np.int64),
        spots=spots,
        vague=vague,
        apart=_apart(ground, [each.target for each in quotes], steps),
        lengths=lengths(ground),
        short_cuts=bool(np.isnan(spots).any()),
        minutes_a_unit=min(EARTH_RADIUS_KM * policy.detour / policy.speed_kmh * 60, 1e9) * (1 - 1e-9),
        vague_minutes=policy.vague_minutes,
        default_minutes=policy.default_travel_minutes,
        most=min(policy.max_visits_per_tour, NEVER),  # a visit takes a minute at least
        least=policy.team_minimum,
    )


def _words(masks: Sequence[int], bits: int) -> Words:
    return np.array([as_words(mask, max(1, bits)) for mask in masks], dtype=np.uint64).reshape(len(masks), -1)


def _weights(officers: Sequence[int]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    masks = {each: sum(1 << place for place, other in enumerate(officers) if other == each) for each in officers}
    return tuple((each, as_words(masks[each], len(officers))) for each in sorted(masks))


def _spots(found: Sequence[Place | None]) -> tuple[Reals, Flags]:
    degrees = np.array([(spot.lat, spot.lon) if spot else (np.nan, np.nan) for spot in found]).reshape(-1, 2)
    north, east = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    points = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)
    return points, np.array([spot is not None and spot.vague for spot in found], dtype=np.bool_)


def _apart(ground: Ground, targets: Sequence[TargetId], steps: Sequence[Step]) -> Words | None:
    """For each two areas the steps that too few officers reach both of."""
    out = areas_apart(ground, targets, steps)
    return None if out is None else np.array([_words(row, len(steps)) for row in out], dtype=np.uint64)
