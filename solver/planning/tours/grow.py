"""Candidate tours (columns): grown door by door from every door, the most promising kept at each length.

A beam search in arrays. It finds good tours, it does not prove that there are no better ones; nothing here is a bound.
"""

import msgspec
import numpy as np

from solver.planning.tours.stops import Flags, Floats, Ints, Prices, Spans, Stops, Words

CELLS = 2_000_000
"""So many (tour, door) pairs are tried in one sweep: keeps the arrays of a large shard small."""
OVERSHOOT = 3
"""A tour is found once for each order of its doors: keep so many times the width before duplicates go."""
IMPOSSIBLE = np.float32(1e9)


class Grown(msgspec.Struct, frozen=True, kw_only=True):
    """Tours of one length: `doors` in driving order, the officers and minutes they take, worth less cost."""

    doors: Ints
    wages: Floats
    minutes: Spans
    gain: Floats


class _Beam(msgspec.Struct, frozen=True, kw_only=True):
    doors: Ints
    asks: Floats
    minutes: Spans
    half_days: Words
    worth: Floats


def grow(stops: Stops, prices: Prices, *, width: int, most: int) -> list[Grown]:
    """Grow tours of two to `most` doors, keeping the `width` best of each length."""
    beam = _Beam(
        doors=np.arange(len(stops.minutes))[:, None],
        asks=stops.asks,
        minutes=stops.minutes,
        half_days=stops.half_days,
        worth=prices.worth.astype(np.float32),
    )
    grown: list[Grown] = []
    for _ in range(1, most):
        wider = _extend(stops, prices, beam, width)
        if wider is None:
            break
        beam = wider
        wages = np.maximum(beam.asks @ prices.wages, np.float32(prices.least))
        grown.append(Grown(doors=beam.doors, wages=wages, minutes=beam.minutes, gain=beam.worth - wages))
    return grown


def _extend(stops: Stops, prices: Prices, beam: _Beam, width: int) -> _Beam | None:
    """Add one door, at the best place in the order, to each tour; None when nothing fits any more."""
    count = len(stops.minutes)
    gains = np.concatenate(
        [
            _gains(stops, prices, _slice(beam, start, start + max(1, CELLS // count)))
            for start in range(0, len(beam.minutes), max(1, CELLS // count))
        ]
    ).ravel()
    possible = int((gains > -IMPOSSIBLE).sum())
    if possible == 0:
        return None
    take = min(possible, width * OVERSHOOT)
    best = np.argpartition(-gains, take - 1)[:take]
    best = best[np.lexsort((best, -gains[best]))]
    parent, door = np.divmod(best, count)
    names = np.sort(np.concatenate([beam.doors[parent], door[:, None]], axis=1), axis=1)
    _, first = np.unique(names, axis=0, return_index=True)
    first = np.sort(first)[:width]
    return _joined(stops, prices, _pick(beam, parent[first]), door[first])


def _gains(stops: Stops, prices: Prices, beam: _Beam) -> Floats:
    """Worth less wages of every tour with every further door; minus IMPOSSIBLE where it does not fit."""
    wages = (beam.asks @ prices.wages)[:, None] + ((1 - beam.asks) * prices.wages) @ stops.asks.T
    wages = np.maximum(wages, np.float32(prices.least))
    gains: Floats = (beam.worth[:, None] + prices.worth[None, :].astype(np.float32) - wages).astype(np.float32)
    minutes = beam.minutes[:, None] + stops.minutes[None, :] + _detours(stops, beam.doors)
    fits = np.zeros(gains.shape, dtype=np.bool_)
    shared = [beam.half_days[:, None, word] & stops.half_days[None, :, word] for word in range(beam.half_days.shape[1])]
    for length, half_days in prices.lengths:
        some: Flags = np.zeros(gains.shape, dtype=np.bool_)
        for word, mask in zip(shared, half_days, strict=True):
            some |= (word & np.uint64(mask)) != 0
        fits |= (minutes <= length) & some
    for place in range(beam.doors.shape[1]):
        fits &= stops.together[beam.doors[:, place]]
    gains[~fits] = -IMPOSSIBLE
    return gains


def _detours(stops: Stops, doors: Ints) -> Spans:
    """The least further travel for each further door: first, last or between two."""
    least = np.minimum(stops.travel[doors[:, 0]], stops.travel[doors[:, -1]])
    for place in range(doors.shape[1] - 1):
        here, there = doors[:, place], doors[:, place + 1]
        between = stops.travel[here]
        between += stops.travel[there]
        between -= stops.travel[here, there][:, None]
        np.minimum(least, between, out=least)
    return least


def _joined(stops: Stops, prices: Prices, beam: _Beam, door: Ints) -> _Beam:
    """Put each door into its tour at the place with the least further travel."""
    doors = beam.doors
    length = doors.shape[1]
    detours = [stops.travel[door, doors[:, 0]]]
    for place in range(length - 1):
        here, there = doors[:, place], doors[:, place + 1]
        detours.append(stops.travel[here, door] + stops.travel[door, there] - stops.travel[here, there])
    detours.append(stops.travel[doors[:, -1], door])
    choices = np.stack(detours, axis=1)
    places = choices.argmin(axis=1)
    ordered = np.empty((len(door), length + 1), dtype=np.int64)
    for place in range(length + 1):
        rows = places == place
        ordered[rows] = np.concatenate([doors[rows, :place], door[rows, None], doors[rows, place:]], axis=1)
    return _Beam(
        doors=ordered,
        asks=np.maximum(beam.asks, stops.asks[door]),
        minutes=beam.minutes + stops.minutes[door] + choices.min(axis=1),
        half_days=beam.half_days & stops.half_days[door],
        worth=beam.worth + prices.worth[door].astype(np.float32),
    )


def _pick(beam: _Beam, rows: Ints) -> _Beam:
    return _Beam(
        doors=beam.doors[rows],
        asks=beam.asks[rows],
        minutes=beam.minutes[rows],
        half_days=beam.half_days[rows],
        worth=beam.worth[rows],
    )


def _slice(beam: _Beam, start: int, end: int) -> _Beam:
    return _pick(beam, np.arange(start, min(end, len(beam.minutes))))
