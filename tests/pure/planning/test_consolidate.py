"""Consolidation: the fewest visits, against trying every division."""

from collections.abc import Iterator
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from pure.planning.making import DEPARTMENTS, FIRST, a_county
from pure.planning_check.building import MILL, a_matter, a_target

from solver.planning.consolidate import consolidate, divide, door, visit_minutes
from solver.planning.problem import Matter
from solver.planning.workers import Site, site_of


@st.composite
def matters(draw: st.DrawFn) -> tuple[Matter, ...]:
    days = st.integers(0, 1)
    return tuple(
        a_matter(
            f"m{number}",
            department=draw(st.sampled_from(DEPARTMENTS)),
            minutes=draw(st.sampled_from([30, 60, 100, 170])),
            first_day=FIRST + timedelta(days=draw(days)) * 0,
            last_day=FIRST + timedelta(days=draw(days)),
            separate=draw(st.sampled_from([False, False, True])),
        )
        for number in range(draw(st.integers(1, 5)))
    )


def divisions(some: tuple[Matter, ...]) -> Iterator[list[list[Matter]]]:
    if not some:
        yield []
        return
    first, *rest = some
    for division in divisions(tuple(rest)):
        yield [[first], *division]
        for place, group in enumerate(division):
            yield [*division[:place], [first, *group], *division[place + 1 :]]


def a_site(*some: Matter) -> Site:
    return site_of(a_county(targets=(a_target(),), matters=some))


@given(some=matters())
def test_no_division_of_a_targets_matters_has_fewer_visits(some: tuple[Matter, ...]) -> None:
    site = a_site(*some)
    found = divide(site.ground, site.staffing, some)
    possible = [
        len(division)
        for division in divisions(some)
        if all(door(site.ground, site.staffing, group).half_days for group in division)
    ]
    places = 2 * (1 + (max(each.last_day for each in some) - FIRST).days)
    if found.beyond:
        assert len(found.doors) == places < min(possible), "a target opens once a half-day: the rest stays outside"
    else:
        assert len(found.doors) == found.bound == min(possible)
    behind = [matter.id for each in found.doors for matter in each.matters]
    assert sorted([*behind, *(matter.id for matter in found.beyond)]) == sorted(each.id for each in some)


def test_departments_work_side_by_side_and_each_one_after_another() -> None:
    site = a_site()
    fire = [a_matter(f"f{number}", minutes=40) for number in range(2)]
    water = a_matter("w", department=DEPARTMENTS[1], minutes=50)
    assert visit_minutes(site.ground, [*fire, water]) == 10 + 80


def test_a_separate_matter_shares_its_visit_with_none() -> None:
    some = (a_matter("m1"), a_matter("m2", separate=True), a_matter("m3"))
    site = a_site(*some)
    ways = consolidate(site.ground, site.staffing, some)
    assert sorted(len(each.matters) for each in ways[MILL].doors) == [1, 2]


def test_among_equally_few_visits_a_department_is_not_sent_twice_without_need() -> None:
    early = (a_matter("e", last_day=FIRST, minutes=170), a_matter("w", department=DEPARTMENTS[1], last_day=FIRST))
    late = (
        a_matter("l", first_day=FIRST + timedelta(days=1), minutes=170),
        a_matter("v", department=DEPARTMENTS[1], minutes=60),
    )
    site = a_site(*early, *late)
    doors = divide(site.ground, site.staffing, (*early, *late)).doors
    sent = sorted(len(each.demands) for each in doors)
    assert sent == [1, 2]
