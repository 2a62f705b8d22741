"""Tours change doors and half-days: less cost, then more even chances, and nothing that comes before evenness grows."""

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from pure.planning.making import DEPARTMENTS, a_big_county, a_county, half_days, officers, problems
from pure.planning_check.building import a_matter, a_target

from solver.planning.consolidate import consolidate, door, hopeless_of
from solver.planning.dispatch import dispatch, score
from solver.planning.exchange import exchange, neighbourhoods
from solver.planning.ground import bits
from solver.planning.problem import Barred, Policy, Problem
from solver.planning.timetable import Timetable
from solver.planning.tours.swaps import Tours, swaps
from solver.planning.workers import site_of


def sent_out(problem: Problem, tours: Iterable[tuple[int, tuple[str, ...]]]) -> Timetable:
    """Tours to targets, each with all of its matters, in these half-days."""
    site = site_of(problem)
    timetable = Timetable(site.ground, site.staffing, site.travel)
    for half_day, targets in tours:
        doors = [
            door(site.ground, site.staffing, [each for each in problem.matters if each.target == target])
            for target in targets
        ]
        assert timetable.place(doors, 1 << half_day) is not None
    return timetable


def matters_of(timetable: Timetable) -> list[str]:
    return sorted(each.id for stint in timetable.stints.values() for one in stint.doors for each in one.matters)


def never() -> bool:
    return False


def test_doors_of_the_same_departments_come_together() -> None:
    problem = a_county(
        targets=tuple(a_target(f"厂{number}") for number in range(4)),
        matters=tuple(
            a_matter(f"m{number}", target=f"厂{number}", department=DEPARTMENTS[number % 2]) for number in range(4)
        ),
    )
    timetable = sent_out(problem, [(0, ("厂0", "厂1")), (1, ("厂2", "厂3"))])
    assert score(timetable, ()).cost == 8
    exchange(timetable, (), 0, never)
    assert score(timetable, ()).cost == 4
    assert matters_of(timetable) == ["m0", "m1", "m2", "m3"]


def five_officers(**given: object) -> Problem:
    """Two may not go to 厂0: beside 厂1 the other three are wanted too often. A tour visits one target."""
    people = officers(DEPARTMENTS[0], 5)
    return a_county(
        targets=tuple(a_target(f"厂{number}") for number in range(2)),
        matters=tuple(a_matter(f"m{number}", target=f"厂{number}", department=DEPARTMENTS[0]) for number in range(2)),
        inspectors=people,
        barred=tuple(Barred(inspector=each.id, target="厂0", reason="近亲属任职") for each in people[:2]),
        policy=Policy(max_visits_per_tour=1),
        **given,
    )


@pytest.mark.parametrize(("days", "apart"), [(1, True), (0, False)])
def test_a_tour_goes_when_chances_are_even_if_there_is_such_a_half_day(days: int, *, apart: bool) -> None:
    timetable = sent_out(five_officers(half_days=half_days(1)[: 1 + days]), [(0, ("厂0",)), (0, ("厂1",))])
    exchange(timetable, (), 0, never)
    assert (len({stint.half_day for stint in timetable.stints.values()}) == 2) is apart


def test_who_stays_out_on_other_tours_counts() -> None:
    """One tour exchanges at a time: the other one's people are wanted all the same."""
    timetable = sent_out(five_officers(half_days=half_days(1)), [(0, ("厂0",)), (0, ("厂1",))])
    exchange(timetable, (), 0, never, most=1)
    assert len({stint.half_day for stint in timetable.stints.values()}) == 2


@given(problem=problems())
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("most", [250, 2])
def test_nothing_that_comes_before_evenness_grows_and_every_matter_keeps_a_place(problem: Problem, most: int) -> None:
    site = site_of(problem)
    timetable = Timetable(site.ground, site.staffing, site.travel)
    todo = [matter for matter in problem.matters if matter.id not in site.ground.settled]
    hopeless = hopeless_of(site.ground, site.staffing, todo)
    ways = consolidate(site.ground, site.staffing, [matter for matter in todo if matter.id not in hopeless])
    dispatch(timetable, [(each,) for way in ways.values() for each in way.doors])
    before, matters = score(timetable, ()), matters_of(timetable)
    for turn in range(2):
        exchange(timetable, (), turn, never, most=most)
    assert score(timetable, ()) <= before
    assert matters_of(timetable) == matters
    for half_day in range(len(site.ground.capacity)):
        out = [
            person
            for each in timetable.at(half_day)
            for seats in timetable.seated(timetable.stints[each])
            for person in bits(seats)
        ]
        assert len(out) == len(set(out))


def test_told_to_stop_everything_keeps_a_place() -> None:
    timetable = sent_out(a_county(), [(number % 4, (f"厂{number}",)) for number in range(6)])
    before, matters = score(timetable, ()), matters_of(timetable)
    exchange(timetable, (), 0, lambda: True)
    assert score(timetable, ()) <= before
    assert matters_of(timetable) == matters


def test_what_neighbours_could_make_instead_can_be_driven() -> None:
    problem = a_county()
    site = site_of(problem)
    doors = [
        door(site.ground, site.staffing, [each for each in problem.matters if each.target == target.id])
        for target in problem.targets
    ]
    now = [(0, 1), (2, 3), (4, 5)]
    found = swaps(Tours(site.ground, site.staffing, site.travel, doors), now, never)
    assert {tuple(sorted(tour.doors)) for tour in found} > set(now)
    for tour in found:
        for half_day, posts in tour.ways.items():
            timetable = Timetable(site.ground, site.staffing, site.travel)
            number = timetable.place([doors[place] for place in tour.doors], 1 << half_day)
            assert number is not None
            stint = timetable.stints[number]
            assert (stint.posts, stint.travel) == (posts, tour.travel)


def test_a_county_is_one_neighbourhood_and_without_tours_there_is_nothing_to_exchange() -> None:
    problem = a_big_county()
    nobody = sent_out(problem, ())
    exchange(nobody, problem.matters, 0, never)
    assert (neighbourhoods(nobody), nobody.stints) == (0, {})
    assert neighbourhoods(sent_out(problem, [(0, ("厂00",))])) == 1
