"""Blocks of tours that are chosen anew together: grown along the tours that could be driven instead.

Tours that share departments have more to do with each other than neighbours who share none.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import combinations, groupby
from typing import NamedTuple

from solver.planning.consolidate import Door, Doorway
from solver.planning.tours.cover import Members
from solver.planning.tours.rows import stops_of


class Block(NamedTuple):
    """Doors whose tours are all chosen anew: what is driven and known, as positions among the block's own stops."""

    ways: tuple[Doorway, ...]
    stops: tuple[int, ...]
    """Their positions among all stops."""
    now: tuple[Members, ...]
    known: tuple[Members, ...]


def blocks(
    ways: Sequence[Doorway], now: Sequence[Members], known: Sequence[Members], most: int, start: int
) -> list[Block]:
    """Divide what is driven into blocks of about `most` doors; where growing starts decides what meets."""
    tour_of = {place: number for number, tour in enumerate(now) for place in tour}
    near: list[dict[int, int]] = [defaultdict(int) for _ in now]
    for tour in known:
        touched = sorted({tour_of[place] for place in tour if place in tour_of})
        for one, other in combinations(touched, 2):
            near[one][other] += 1
            near[other][one] += 1
    block_of = _grown(now, near, most, start)
    return _laid(ways, now, known, {place: block_of[number] for place, number in tour_of.items()})


def _grown(now: Sequence[Members], near: Sequence[dict[int, int]], most: int, start: int) -> list[int]:
    """The block of each tour: one after another, each takes in whoever has most to do with it until it is full."""
    block_of = [-1] * len(now)
    block = 0
    for seed in (*range(start, len(now)), *range(start)):
        if block_of[seed] >= 0:
            continue
        ties: dict[int, int] = defaultdict(int)
        doors, waiting = 0, [(0, seed)]
        while waiting and doors < most:
            _, tour = heappop(waiting)
            if block_of[tour] >= 0:
                continue
            block_of[tour] = block
            doors += len(now[tour])
            for other, shared in near[tour].items():
                if block_of[other] < 0:
                    ties[other] += shared
                    heappush(waiting, (-ties[other], other))
        block += 1
    return _gathered(block_of, [len(tour) for tour in now], most)


def _gathered(block_of: Sequence[int], doors: Sequence[int], most: int) -> list[int]:
    """Small blocks put together: what was left over after others had grown."""
    size: dict[int, int] = defaultdict(int)
    for block, count in zip(block_of, doors, strict=True):
        size[block] += count
    name: dict[int, int] = {}
    gathered, last = 0, -1
    for block in sorted(size):
        if size[block] >= most // 2:
            name[block] = block
        else:
            if last < 0 or gathered + size[block] > most:
                last, gathered = block, 0
            name[block] = last
            gathered += size[block]
    return [name[block] for block in block_of]


def _laid(
    ways: Sequence[Doorway], now: Sequence[Members], known: Iterable[Members], block_of: dict[int, int]
) -> list[Block]:
    """Write blocks down. A target visited by several blocks keeps its division, each block has its own doors of it."""
    way_of = [number for number, way in enumerate(ways) for _ in way.choices]
    visiting: list[set[int]] = [set() for _ in ways]
    for place, block in block_of.items():
        visiting[way_of[place]].add(block)
    stops: dict[int, list[int]] = defaultdict(list)
    local: dict[int, int] = {}
    home: dict[int, int] = {}
    for place, way in enumerate(way_of):
        block = block_of.get(place, min(visiting[way]) if len(visiting[way]) == 1 else -1)
        if block >= 0:
            local[place], home[place] = len(stops[block]), block
            stops[block].append(place)
    of_now, of_known = _within(now, home, local), _within(known, home, local)
    doors = stops_of(ways)
    return [
        Block(
            ways=tuple(
                ways[way] if len(visiting[way]) == 1 else _only([doors[place] for place in some])
                for way, some in groupby(here, key=way_of.__getitem__)
            ),
            stops=tuple(here),
            now=tuple(of_now[block]),
            known=tuple(of_known[block]),
        )
        for block, here in sorted(stops.items())
    ]


def _only(doors: Sequence[Door]) -> Doorway:
    """A target of which just these doors are to be visited."""
    return Doorway(doors=tuple(doors), choices=tuple(doors), bound=len(doors), every=False)


def _within(tours: Iterable[Members], home: dict[int, int], local: dict[int, int]) -> dict[int, list[Members]]:
    """The tours that lie within one block, in its own numbers."""
    found: dict[int, list[Members]] = defaultdict(list)
    for tour in tours:
        block = home.get(tour[0], -1)
        if block >= 0 and all(home.get(place) == block for place in tour):
            found[block].append(tuple(local[place] for place in tour))
    return found
