"""Candidate tours fit their half-days, and the choice among them holds every door once."""

from datetime import timedelta
from itertools import pairwise, permutations

import numpy as np
import pytest
from pure.planning.making import DEPARTMENTS, FIRST, a_county, half_days
from pure.planning_check.building import a_matter

from solver.planning.consolidate import Door, Doorway, consolidate
from solver.planning.ids import TargetId
from solver.planning.problem import Policy, Reach
from solver.planning.tours.cover import Column, Effort, choose, generate
from solver.planning.tours.grow import grow
from solver.planning.tours.rows import lay_rows, stops_of
from solver.planning.tours.shards import Shard, driven, split, tours_of
from solver.planning.tours.stops import Prices, lay_stops, lengths
from solver.planning.workers import Site, site_of

EFFORT = Effort(width=200, rounds=5, keep=500, work=1.0)


@pytest.fixture(scope="module")
def site() -> Site:
    return site_of(a_county())


@pytest.fixture(scope="module")
def ways(site: Site) -> tuple[Doorway, ...]:
    return tuple(consolidate(site.ground, site.staffing, site.ground.problem.matters).values())


@pytest.fixture(scope="module")
def doors(ways: tuple[Doorway, ...]) -> tuple[Door, ...]:
    return stops_of(ways)


def prices(site: Site, doors: tuple[Door, ...], worth: float) -> Prices:
    steps = lay_stops(site.ground, site.travel, doors).steps
    return Prices(
        worth=np.full(len(doors), worth),
        wages=np.array([officers for _, officers in steps], dtype=np.float32),
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


def test_the_choice_holds_every_door_exactly_once(site: Site, ways: tuple[Doorway, ...]) -> None:
    shard = Shard(ways=ways, effort=EFFORT, seconds=None)
    tours = driven(ways, tours_of(site.ground, site.staffing, site.travel, shard, lambda: False))
    assert sorted(each.target for tour in tours for each in tour) == sorted(way.doors[0].target for way in ways)
    assert len(tours) < len(ways)


def test_the_cheapest_choice_is_found_where_it_can_be_counted(ways: tuple[Doorway, ...]) -> None:
    columns = [Column((0,), 4), Column((1,), 4), Column((2,), 4), Column((0, 1), 5), Column((1, 2), 6)]
    chosen = choose(lay_rows(ways[:3]), columns, 1.0, None, lambda: False)
    assert sum(column.cost for column in chosen) == 9


@pytest.mark.parametrize("day", [0, 1])
def test_a_target_is_divided_as_its_neighbours_need_it(day: int) -> None:
    """One matter could go with either of two that are bound to a day; beside it a neighbour has the same department."""
    fire, water, _ = DEPARTMENTS
    spans = ((0, 0), (1, 1), (0, 1), (day, day))
    asked = (("厂0", fire, 120), ("厂0", fire, 120), ("厂0", water, 60), ("厂1", water, 60))
    matters = tuple(
        a_matter(
            f"m{number}",
            target=TargetId(target),
            department=department,
            minutes=minutes,
            first_day=FIRST + timedelta(days=first),
            last_day=FIRST + timedelta(days=last),
        )
        for number, ((target, department, minutes), (first, last)) in enumerate(zip(asked, spans, strict=True))
    )
    site = site_of(a_county(matters=matters, half_days=half_days(2)[::2]))
    ways = tuple(consolidate(site.ground, site.staffing, matters).values())
    shard = Shard(ways=ways, effort=EFFORT, seconds=None)
    tours = driven(ways, tours_of(site.ground, site.staffing, site.travel, shard, lambda: False))
    held = {tuple(sorted(tuple(matter.id for matter in each.matters) for each in tour)) for tour in tours}
    assert held == {((f"m{1 - day}",),), ((f"m{day}", "m2"), ("m3",))}


def test_told_to_stop_there_is_still_a_tour_for_every_door(
    site: Site, ways: tuple[Doorway, ...], doors: tuple[Door, ...]
) -> None:
    stops = lay_stops(site.ground, site.travel, doors)
    found = generate(stops, lay_rows(ways), prices(site, doors, 0.0), EFFORT, most=3, stop=lambda: True)
    assert set(found.tours) == {(door,) for door in range(len(doors))}


def test_shards_hold_every_target_once_and_no_more_visits_than_asked(site: Site, ways: tuple[Doorway, ...]) -> None:
    shards = split(site.ground, ways, 2)
    assert max(len(shard) for shard in shards) <= 2
    assert sorted(way.doors[0].target for shard in shards for way in shard) == [way.doors[0].target for way in ways]


def test_a_route_is_the_shortest_of_all_orders(site: Site) -> None:
    targets = [target.id for target in site.ground.problem.targets][:5]
    shuffled = [targets[place] for place in (3, 0, 4, 1, 2)]
    minutes, order = site.travel.route(shuffled)
    every = [sum(site.travel.minutes(one, other) for one, other in pairwise(way)) for way in permutations(shuffled)]
    assert minutes == min(every)
    assert sorted(order) == list(range(5))


def test_where_reach_ends_no_tour_is_grown_across() -> None:
    site = site_of(a_county(policy=Policy(reach=Reach.AREA)))
    ways = consolidate(site.ground, site.staffing, site.ground.problem.matters)
    doors = tuple(each for way in ways.values() for each in way.doors)
    assert lay_stops(site.ground, site.travel, doors).together.sum() == len(doors) * (len(doors) - 1)
