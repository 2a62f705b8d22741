"""Candidate tours fit their half-days, and the choice among them holds every door once."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from pure.planning.making import a_county

from solver.planning.consolidate import Door, consolidate
from solver.planning.problem import Policy
from solver.planning.tours.cover import Column, Effort, choose, generate
from solver.planning.tours.grow import grow
from solver.planning.tours.shards import Shard, split, tours_of
from solver.planning.tours.stops import Prices, lay_stops, lengths
from solver.planning.workers import Site, site_of

EFFORT = Effort(width=200, rounds=5, keep=500, work=1.0)


@pytest.fixture(scope="module")
def site() -> Site:
    return site_of(a_county())


@pytest.fixture(scope="module")
def doors(site: Site) -> tuple[Door, ...]:
    ways = consolidate(site.ground, site.staffing, site.ground.problem.matters)
    return tuple(each for way in ways.values() for each in way.doors)


def prices(site: Site, doors: tuple[Door, ...], worth: float) -> Prices:
    steps = lay_stops(site.ground, site.travel, doors).steps
    return Prices(
        worth=np.full(len(doors), worth),
        wages=np.ones(len(steps), dtype=np.float32),
        lengths=lengths(site.ground),
        least=2,
    )


def test_every_tour_grown_fits_into_a_half_day_in_the_order_given(site: Site, doors: tuple[Door, ...]) -> None:
    stops = lay_stops(site.ground, site.travel, doors)
    grown = grow(stops, prices(site, doors, 5.0), width=100, most=6)
    tours = [tour for batch in grown for tour in batch.doors.tolist()]
    assert max(len(tour) for tour in tours) > 2
    for batch in grown:
        for tour, minutes in zip(batch.doors.tolist(), batch.minutes.tolist(), strict=True):
            legs = sum(site.travel.minutes(doors[one].target, doors[other].target) for one, other in pairwise(tour))
            assert minutes == legs + sum(doors[each].minutes for each in tour) <= 210
            assert len(set(tour)) == len(tour)


def test_the_choice_holds_every_door_exactly_once(site: Site, doors: tuple[Door, ...]) -> None:
    shard = Shard(doors=doors, effort=EFFORT, seconds=None)
    tours = tours_of(site.ground, site.staffing, site.travel, shard, lambda: False)
    assert sorted(door for tour in tours for door in tour) == list(range(len(doors)))
    assert len(tours) < len(doors)


def test_the_cheapest_choice_is_found_where_it_can_be_counted() -> None:
    columns = [Column((0,), 4), Column((1,), 4), Column((2,), 4), Column((0, 1), 5), Column((1, 2), 6)]
    chosen = choose(3, columns, 1.0, None, lambda: False)
    assert sum(column.cost for column in chosen) == 9


def test_told_to_stop_there_is_still_a_tour_for_every_door(site: Site, doors: tuple[Door, ...]) -> None:
    stops = lay_stops(site.ground, site.travel, doors)
    found = generate(stops, prices(site, doors, 0.0), EFFORT, most=3, stop=lambda: True)
    assert set(found) == {(door,) for door in range(len(doors))}


def test_shards_hold_every_door_once_and_no_more_than_asked(site: Site, doors: tuple[Door, ...]) -> None:
    shards = split(site.ground, doors, 2)
    assert max(len(shard) for shard in shards) <= 2
    assert sorted(each.target for shard in shards for each in shard) == sorted(each.target for each in doors)


def test_a_route_is_the_shortest_of_all_orders(site: Site) -> None:
    targets = [target.id for target in site.ground.problem.targets][:5]
    shuffled = [targets[place] for place in (3, 0, 4, 1, 2)]
    minutes, order = site.travel.route(shuffled)
    every = [sum(site.travel.minutes(one, other) for one, other in pairwise(way)) for way in permutations(shuffled)]
    assert minutes == min(every)
    assert sorted(order) == list(range(5))


def test_where_reach_ends_no_tour_is_grown_across() -> None:
    site = site_of(a_county(policy=Policy(reach="area")))
    ways = consolidate(site.ground, site.staffing, site.ground.problem.matters)
    doors = tuple(each for way in ways.values() for each in way.doors)
    assert lay_stops(site.ground, site.travel, doors).together.sum() == len(doors) * (len(doors) - 1)
