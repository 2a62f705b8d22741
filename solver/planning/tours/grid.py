"""A field as compiled code takes it (search.py), and the room that a search works in: arrays in plain tuples.

The types of compiled functions are made of these; nothing is searched here.
"""

from typing import NamedTuple

import numpy as np

from solver.planning.tours.field import Field, Reals
from solver.planning.tours.stops import Flags, Ints, Words

DEEPEST = 12
"""Tours of more doors are not searched, only bounded."""
MOST_ORDERED = 6
"""Up to so many doors the shortest way is exact; beyond, a lower bound of it."""
BEST = 8
"""So many of the most worthwhile further doors are remembered, to bound what all of them could bring."""


class Grid(NamedTuple):
    """A field's arrays as compiled code takes them; `rank` is the order in which leaders are chosen."""

    minutes: Ints
    half_days: Words
    asks: Words
    own: Ints
    target: Ints
    area: Ints
    spots: Reals
    vague: Flags
    rank: Ints
    apart: Words
    lengths: Ints
    length_masks: Words
    officers: Ints
    officer_masks: Words
    minutes_a_unit: float
    vague_minutes: int
    default_minutes: int
    short_cuts: bool
    most: int
    least: int
    shortest: int


class Bench(NamedTuple):
    """Room to work in, by depth (doors of the tour so far, less one): candidates and the tour itself."""

    stop: Ints
    far: Ints
    place: Ints
    gain: Reals
    minutes: Ints
    near: Flags
    counts: Ints
    turn: Ints
    asks: Words
    half_days: Words
    worth: Ints
    cost: Ints
    served: Ints
    way: Ints
    longest: Ints
    more: Ints
    doors: Ints
    legs: Ints
    ways: Ints
    pace: Reals
    pace_minutes: Ints
    top: Reals


def bench_for(grid: Grid) -> Bench:
    """Lay out the room for one field."""
    doors, deep = len(grid.minutes), DEEPEST + 1
    whole, real = np.int64, np.float64
    return Bench(
        stop=np.zeros(doors, whole),
        far=np.zeros(doors, whole),
        place=np.zeros((deep, doors), whole),
        gain=np.zeros((deep, doors), real),
        minutes=np.zeros((deep, doors), whole),
        near=np.zeros((deep, doors), np.bool_),
        counts=np.zeros(deep, whole),
        turn=np.zeros(deep, whole),
        asks=np.zeros((deep, grid.asks.shape[1]), np.uint64),
        half_days=np.zeros((deep, grid.half_days.shape[1]), np.uint64),
        worth=np.zeros(deep, whole),
        cost=np.zeros(deep, whole),
        served=np.zeros(deep, whole),
        way=np.zeros(deep, whole),
        longest=np.zeros(deep, whole),
        more=np.zeros(deep, whole),
        doors=np.zeros(deep, whole),
        legs=np.zeros((deep, deep), whole),
        ways=np.zeros((1 << MOST_ORDERED, MOST_ORDERED), whole),
        pace=np.zeros((deep, BEST), real),
        pace_minutes=np.zeros((deep, BEST), whole),
        top=np.zeros((deep, BEST), real),
    )


def grid_of(field: Field) -> Grid:
    """A field's arrays for compiled code; leaders by most officers, then as they come."""
    own = field.officers(field.asks)
    rank = np.empty(len(own), dtype=np.int64)
    rank[np.lexsort((np.arange(len(own)), -own))] = np.arange(len(own))
    none = np.zeros((0, 0, field.asks.shape[1]), dtype=np.uint64)
    return Grid(
        minutes=field.minutes.astype(np.int64),
        half_days=field.half_days,
        asks=field.asks,
        own=own,
        target=field.target,
        area=field.area,
        spots=field.spots,
        vague=field.vague,
        rank=rank,
        apart=none if field.apart is None else field.apart,
        lengths=np.array([minutes for minutes, _ in field.lengths], dtype=np.int64),
        length_masks=np.array([masks for _, masks in field.lengths], dtype=np.uint64),
        officers=np.array([officers for officers, _ in field.weights], dtype=np.int64),
        officer_masks=np.array([masks for _, masks in field.weights], dtype=np.uint64),
        minutes_a_unit=float(field.minutes_a_unit),
        vague_minutes=int(field.vague_minutes),
        default_minutes=int(field.default_minutes),
        short_cuts=field.short_cuts,
        most=int(field.most),
        least=int(field.least),
        shortest=int(field.minutes.min()),
    )
