"""Tours of many targets: joint prices prove a bound, the programme's choice and every block's serve each door once."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure.planning.making import a_big_county, a_county

from solver.planning.blocks import blocks
from solver.planning.calls import DivideDoors, PriceTours, read_answer, read_call, write_answer, write_call
from solver.planning.consolidate import Doorway, consolidate
from solver.planning.limits import Stop
from solver.planning.problem import Problem
from solver.planning.together import Together
from solver.planning.tours.cover import Effort, Members
from solver.planning.tours.dive import dive
from solver.planning.tours.field import SCALE
from solver.planning.tours.joint import Joint
from solver.planning.tours.quotes import quotes_for
from solver.planning.tours.rows import stops_of
from solver.planning.tours.shards import Drawn, Shard, split
from solver.planning.workers import Hands, Site, Workers, site_of

HASTY = Effort(width=20, rounds=1, keep=100, work=0.1)


class Timeless:
    """A clock without a limit, or one that has run out."""

    def __init__(self, left: float | None = None) -> None:
        self._left = left

    def seconds(self, _: float) -> float | None:
        return self._left

    def until(self, _: float) -> Stop:
        return lambda: self._left is not None


def workers(site: Site) -> Workers:
    return Workers(site, Hands())


def parts_of(site: Site) -> list[tuple[Doorway, ...]]:
    ways = list(consolidate(site.ground, site.staffing, site.ground.problem.matters).values())
    return split(site.ground, ways, 30)


def drawn_apart(site: Site, parts: Sequence[tuple[Doorway, ...]]) -> list[Drawn | None]:
    calls = [DivideDoors(shard=Shard(ways=part, effort=HASTY, seconds=None)) for part in parts]
    return list(workers(site).each(calls, lambda _: None, lambda: False))


def test_together_fewer_officers_go_than_apart_and_no_fewer_than_is_proven() -> None:
    site = site_of(varied(a_big_county()))
    parts = parts_of(site)
    drawn = drawn_apart(site, parts)
    together = Together(workers(site), Timeless(), parts, drawn, lambda _: None)
    tours = together.tours()
    assert tours is not None
    served = Counter(matter.id for tour in tours for door in tour for matter in door.matters)
    assert served == Counter(matter.id for matter in site.ground.problem.matters)
    officers = sum(officers_of([demand for door in tour for demand in door.demands]) for tour in tours)
    apart = sum(
        officers_of([demand for place in tour for demand in stops[place].demands])
        for part, found in zip(parts, drawn, strict=True)
        if found is not None
        for stops in [stops_of(part)]
        for tour in found.tours
    )
    assert 0 < sum(together.proven.values()) <= officers * SCALE
    assert officers <= apart
    assert officers * SCALE <= sum(together.proven.values()) * 1.5


def varied(problem: Problem) -> Problem:
    """Matters of different lengths, and not of every department everywhere."""
    return msgspec.structs.replace(
        problem,
        matters=tuple(
            msgspec.structs.replace(matter, minutes=20 + place * 13 % 6 * 10)
            for place, matter in enumerate(problem.matters)
            if place * 7 % 5 > 1
        ),
    )


def officers_of(demands: Sequence[object]) -> int:
    most: dict[int, int] = {}
    for demand in demands:
        department, officers, _ = demand  # type: ignore[misc]
        most[department] = max(most.get(department, 0), officers)
    return sum(most.values())


def test_without_time_what_is_driven_stays() -> None:
    site = site_of(a_county())
    parts = parts_of(site)
    together = Together(workers(site), Timeless(0.0), parts, [None] * len(parts), lambda _: None)
    assert together.tours() is None
    assert together.proven == {}


@given(
    doors=st.integers(1, 8),
    tours=st.lists(st.sets(st.integers(0, 7), min_size=2, max_size=4), max_size=12),
    forbidden=st.sets(st.integers(0, 11)),
)
def test_a_dive_serves_every_door_once_by_tours_that_are_possible(
    doors: int, tours: list[set[int]], forbidden: set[int]
) -> None:
    offered = [tuple(sorted(tour)) for tour in tours if max(tour) < doors]
    out = {offered[place] for place in forbidden if place < len(offered)}
    priced = {tour: 2 + len(tour) for tour in offered} | {(door,): 4 for door in range(doors)}
    found = dive(priced, lambda tour: 2 + len(tour), lambda tour: tour not in out, lambda: None)
    assert found is not None
    assert sorted(door for tour in found for door in tour) == list(range(doors))
    assert not out.intersection(found)


def test_where_no_time_is_left_nothing_is_priced_and_nothing_chosen() -> None:
    site = site_of(a_county())
    joint = Joint(site.ground, list(consolidate(site.ground, site.staffing, site.ground.problem.matters).values()))
    assert joint.ask(0.0) is None
    assert joint.chosen({0, 1}, lambda _: True, lambda: 0.0) is None
    assert joint.chosen({0, 1}, lambda _: True, lambda: None) == [(0,), (1,)]


@pytest.mark.parametrize("start", [0, 3])
def test_every_door_driven_is_in_one_block_and_a_target_in_two_blocks_keeps_its_division(start: int) -> None:
    site = site_of(divided(a_county()))
    ways = list(consolidate(site.ground, site.staffing, site.ground.problem.matters).values())
    now = [(place,) for place in range(len(stops_of(ways)))]
    made = blocks(ways, now, [(0, 2), (1, 4)], 2, start)
    assert sorted(place for block in made for place in block.stops) == list(range(len(now)))
    for block in made:
        stops = stops_of(block.ways)
        assert [stops_of(ways)[place] for place in block.stops] == list(stops)
        assert sorted(place for tour in block.now for place in tour) == list(range(len(stops)))
        assert all(block.stops[place] in {0, 1, 2, 4} for tour in block.known for place in tour)


def divided(problem: Problem) -> Problem:
    """One matter of each target shares its visit with no other."""
    return msgspec.structs.replace(
        problem,
        matters=tuple(
            msgspec.structs.replace(matter, separate=place % 3 == 0) for place, matter in enumerate(problem.matters)
        ),
    )


def test_prices_travel_as_bytes() -> None:
    site = site_of(a_county())
    ways = list(consolidate(site.ground, site.staffing, site.ground.problem.matters).values())
    quotes = quotes_for(site.ground, ways, [5 * SCALE] * len(stops_of(ways)))
    call = PriceTours(quotes=tuple(quotes), part=0, parts=2)
    here = call(site, lambda: False)
    there = read_call(write_call(call))(site, lambda: False)
    assert here.tours
    assert read_answer(call, write_answer(there)) == here


def test_tours_that_joint_prices_know_do_not_cost_more_than_their_worth_once_they_are_learnt() -> None:
    site = site_of(a_county())
    ways = list(consolidate(site.ground, site.staffing, site.ground.problem.matters).values())
    joint = Joint(site.ground, ways)
    bounds = []
    for _ in range(6):
        asked = joint.ask()
        assert asked is not None
        joint.learn(asked, [PriceTours(quotes=asked.quotes, part=0, parts=1)(site, lambda: False)])
        bounds.append(joint.bound)
    assert bounds == sorted(bounds)
    best: list[Members] = [tour for tour in joint.tours() if len(tour) > 1]
    assert best
    assert bounds[-1] > 0.75 * sum(joint.whole.values)
