"""Bounds are proven: no plan of all there are undercuts them, whatever prices they started from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from pure.planning.every_plan import EveryPlan
from pure.planning.making import DEPARTMENTS, FIRST, a_county, breaches, departments, half_days, planned
from pure.planning.test_solve import PATIENT
from pure.planning_check.building import a_matter, a_problem, a_target, an_inspector

from solver.planning.bounds import officer_half_days_bound
from solver.planning.consolidate import Doorway, consolidate, door
from solver.planning.ids import AreaId, TargetId
from solver.planning.problem import Area, Matter, Policy, Problem, Reach
from solver.planning.tours.field import SCALE
from solver.planning.tours.pricing import price
from solver.planning.tours.quotes import ROUNDING, excess, proven, quotes_for, settled, unsettled
from solver.planning.tours.rows import Whole, lay_rows
from solver.planning.workers import Site, site_of

EAST, WEST = AreaId("河东"), AreaId("河西")


@st.composite
def peopled(draw: st.DrawFn) -> Problem:
    """Up to four targets and six matters; officers enough in each town, and by department a few who go to both."""
    roaming = {department: draw(st.integers(0, 3)) for department in DEPARTMENTS}
    days = draw(st.integers(1, 2))
    periods = half_days(days)
    targets = tuple(
        a_target(
            f"厂{number}",
            area=draw(st.sampled_from([EAST, WEST])),
            lat=draw(st.sampled_from([None, 31.0, 31.02, 31.05, 31.1])),
            lon=112.0,
            closed=tuple(draw(st.lists(st.sampled_from([each.id for each in periods]), max_size=1))),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    matters = tuple(
        a_matter(
            f"m{number}",
            target=draw(st.sampled_from(targets)).id,
            department=draw(st.sampled_from(DEPARTMENTS)),
            minutes=draw(st.sampled_from([20, 40, 60, 90, 150])),
            first_day=FIRST,
            last_day=FIRST + timedelta(days=draw(st.integers(0, days))),
            officers=draw(st.sampled_from([2, 2, 2, 3])),
            separate=draw(st.sampled_from([False, False, False, True])),
        )
        for number in range(draw(st.integers(1, 6)))
    )
    return a_problem(
        half_days=periods,
        departments=departments(),
        areas=(Area(id=EAST, name="河东镇", lat=31.0, lon=112.0), Area(id=WEST, name="河西镇")),
        targets=targets,
        matters=matters,
        inspectors=tuple(
            an_inspector(f"{department}-{area}-{number}", department=department, area=area)
            for department in DEPARTMENTS
            for area, count in ((EAST, 18), (WEST, 18), (None, roaming[department]))
            for number in range(count)
        ),
        policy=Policy(
            team_minimum=draw(st.sampled_from([2, 2, 4])),
            approach_minutes=draw(st.sampled_from([0, 15])),
            max_visits_per_tour=draw(st.sampled_from([1, 3, 6])),
            max_tours=draw(st.sampled_from([None, None, 2])),
            reach=draw(st.sampled_from([Reach.ANY, Reach.AREA])),
            default_travel_minutes=draw(st.sampled_from([5, 30])),
        ),
    )


@given(problem=peopled())
@PATIENT
def test_no_plan_with_as_few_visits_takes_fewer_officer_half_days_than_the_bound(problem: Problem) -> None:
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    gone = {each.matter for each in plan.unserved}
    served = [each for each in problem.matters if each.id not in gone]
    least = EveryPlan(msgspec.structs.replace(problem, matters=tuple(served))).least(plan.metrics.visits)
    assert plan.metrics.officer_half_days_bound <= least <= plan.metrics.officer_half_days


@given(problem=peopled(), data=st.data())
@PATIENT
def test_from_whatever_prices_the_proven_ones_hold_on_every_tour(problem: Problem, data: st.DataObject) -> None:
    site = site_of(problem)
    ways = [*consolidate(site.ground, site.staffing, possible(site)).values()]
    rows = lay_rows(ways)
    earned = data.draw(st.lists(st.floats(0, 6), min_size=rows.count, max_size=rows.count))
    visits = data.draw(st.lists(st.floats(0, 2), min_size=len(rows.limits), max_size=len(rows.limits)))
    whole = rows.in_whole(earned, visits)
    prices = proven_by_trying(site, ways, whole, parts=data.draw(st.integers(1, 3)))
    everything = EveryPlan(msgspec.structs.replace(problem, matters=possible(site)))
    assert sum(prices.values()) <= everything.least(sum(way.bound for way in ways)) * SCALE


@given(problem=peopled(), data=st.data())
@PATIENT
def test_from_whatever_prices_compiled_searches_prove_prices_that_hold(problem: Problem, data: st.DataObject) -> None:
    site = site_of(problem)
    ways = [*consolidate(site.ground, site.staffing, possible(site)).values()]
    rows = lay_rows(ways)
    earned = data.draw(st.lists(st.floats(0, 6), min_size=rows.count, max_size=rows.count))
    visits = data.draw(st.lists(st.floats(0, 2), min_size=len(rows.limits), max_size=len(rows.limits)))
    whole = rows.in_whole(earned, visits)
    glances = iter(data.draw(st.lists(st.booleans(), max_size=3)))
    prices = priced_apart(site, ways, whole, data.draw(st.integers(1, 3)), lambda: next(glances, False))
    everything = EveryPlan(msgspec.structs.replace(problem, matters=possible(site)))
    assert sum(prices.values()) <= everything.least(sum(way.bound for way in ways)) * SCALE


@given(problem=peopled())
@PATIENT
def test_the_dearest_tour_of_each_leader_is_the_one_that_trying_all_finds(problem: Problem) -> None:
    site = site_of(problem)
    ways = [*consolidate(site.ground, site.staffing, possible(site)).values()]
    quotes = quotes_for(site.ground, ways, [3 * SCALE] * sum(len(way.choices) for way in ways))
    if not quotes:
        return
    whole = excess(site.ground, quotes, 0, 1, lambda: False)
    lost = price(site.ground, quotes, 0, 1, lambda: False).lost
    assert bool(lost) == any(factor > 1 + ROUNDING for factor in whole.factors)
    lowered = [
        msgspec.structs.replace(quote, worth=quote.worth - lost.get(place, 0)) for place, quote in enumerate(quotes)
    ]
    assert all(factor <= 1 + ROUNDING for factor in excess(site.ground, lowered, 0, 1, lambda: False).factors)


def test_where_tours_fit_tightly_the_bound_is_the_plan() -> None:
    plan = planned(a_county(), effort=2)
    assert plan.metrics.officer_half_days_bound == plan.metrics.officer_half_days


def test_prices_of_which_nothing_is_known_prove_nothing() -> None:
    site = site_of(a_county())
    ways = [*consolidate(site.ground, site.staffing, possible(site)).values()]
    quotes = quotes_for(site.ground, ways, [5 * SCALE] * sum(len(way.choices) for way in ways))
    values = {way.doors[0].target: 5 * SCALE for way in ways}
    for nothing in (excess(site.ground, quotes, 0, 1, lambda: True), unsettled(site.ground, quotes, range(4), 4)):
        assert sum(proven(values, quotes, [nothing]).values()) == 0


def test_a_plan_with_more_visits_than_the_bound_leaves_out_the_dearest_targets() -> None:
    site = site_of(a_county())
    priced = {target.id: (place + 2) * SCALE for place, target in enumerate(site.ground.problem.targets)}
    bounds = [officer_half_days_bound(site.ground, (), priced, more) for more in (0, 1, 3)]
    assert bounds == [27, 20, 9]


def priced_apart(
    site: Site, ways: Sequence[Doorway], whole: Whole, parts: int, stop: Callable[[], bool]
) -> Mapping[TargetId, int]:
    quotes = quotes_for(site.ground, ways, whole.worth.tolist())
    values = {way.doors[0].target: value for way, value in zip(ways, whole.values, strict=True)}
    found = [price(site.ground, quotes, part, parts, stop) for part in range(parts)] if quotes else []
    return settled(ways, values, quotes, found)


def proven_by_trying(site: Site, ways: Sequence[Doorway], whole: Whole, parts: int) -> Mapping[TargetId, int]:
    quotes = quotes_for(site.ground, ways, whole.worth.tolist())
    values = {way.doors[0].target: value for way, value in zip(ways, whole.values, strict=True)}
    found = [excess(site.ground, quotes, part, parts, lambda: False) for part in range(parts)] if quotes else []
    assert not any(each.unsettled for each in found)
    return proven(values, quotes, found)


def possible(site: Site) -> tuple[Matter, ...]:
    return tuple(each for each in site.ground.problem.matters if door(site.ground, site.staffing, (each,)).half_days)
