"""Problems that could be: windows end later, a neighbouring area lends its people, and nothing else differs."""

from datetime import date, timedelta

import msgspec
import pytest
from pure.planning.making import FIRST, a_county, breaches, half_days, planned
from pure.planning_check.building import a_half_day, a_matter, a_problem, a_target, an_inspector

from solver.planning.changes import lending, widened
from solver.planning.ids import AreaId, HalfDayId
from solver.planning.index import index
from solver.planning.problem import Area, Policy, Problem, Reach
from solver.planning.reading import read_problem, write_problem

NORTH, MIDDLE, SOUTH, FAR = (AreaId(name) for name in ("北", "中", "南", "远"))


def a_chain(reach: Reach) -> Problem:
    """北 names 中 as its neighbour, 中 names 南; 远 is next to none; one officer lives in each."""
    next_to = {NORTH: (MIDDLE,), MIDDLE: (SOUTH,), SOUTH: (), FAR: ()}
    areas = tuple(Area(id=name, name=f"{name}镇", neighbours=names) for name, names in next_to.items())
    return a_problem(
        areas=areas,
        targets=tuple(a_target(name, area=name) for name in next_to),
        matters=(),
        inspectors=tuple(an_inspector(f"消{name}", area=name) for name in next_to),
        policy=Policy(reach=reach),
    )


def reached_by(problem: Problem, inspector: str) -> set[str]:
    known = index(problem)
    return {target.id for target in problem.targets if inspector in known.reaching[target.area]}


def test_every_window_ends_later_and_none_begins_earlier() -> None:
    problem = a_county()
    wider = widened(problem, 3, ())
    assert wider.half_days == problem.half_days
    for before, after in zip(problem.matters, wider.matters, strict=True):
        assert after == msgspec.structs.replace(before, last_day=before.last_day + timedelta(3))


def test_working_days_beyond_the_round_that_windows_reach_get_the_half_days_of_the_last_day() -> None:
    problem = a_problem(half_days=half_days(2), matters=(a_matter(last_day=FIRST + timedelta(1)),))
    wider = widened(problem, 3, [FIRST + timedelta(day) for day in (0, 1, 2, 4, 5)])
    added = wider.half_days[len(problem.half_days) :]
    assert [(each.id, each.date, each.minutes) for each in added] == [
        ("2026-05-13/am", date(2026, 5, 13), 210),
        ("2026-05-13/pm", date(2026, 5, 13), 180),
        ("2026-05-15/am", date(2026, 5, 15), 210),
        ("2026-05-15/pm", date(2026, 5, 15), 180),
    ]
    assert read_problem(write_problem(wider)) == wider


def test_half_days_whose_names_hold_no_date_are_numbered_anew() -> None:
    named = tuple(a_half_day(id=HalfDayId(name), start=start) for name, start in (("早", "08:30"), ("晚", "14:30")))
    wider = widened(a_problem(half_days=named), 1, [FIRST + timedelta(1)])
    assert [each.id for each in wider.half_days] == ["早", "晚", "2026-05-12/1", "2026-05-12/2"]


def test_a_round_without_half_days_gets_none() -> None:
    assert widened(a_problem(half_days=()), 5, [FIRST]).half_days == ()


@pytest.mark.parametrize("reach", [Reach.AREA, Reach.NEIGHBOURS])
def test_lent_people_reach_what_is_next_to_them_in_either_direction_and_no_further(reach: Reach) -> None:
    problem = a_chain(reach)
    lent = lending(problem, MIDDLE)
    assert reached_by(lent, "消中") == {NORTH, MIDDLE, SOUTH}
    for other in ("消北", "消南", "消远"):
        assert reached_by(lent, other) == reached_by(problem, other)
    assert {each.id for each in lent.inspectors if each.borrowed} == {"消中"}
    assert read_problem(write_problem(lent)) == lent


def test_where_everyone_reaches_everything_lending_changes_nothing() -> None:
    problem = a_chain(Reach.ANY)
    assert lending(problem, MIDDLE) is problem


def test_lent_people_serve_what_the_own_cannot() -> None:
    problem = msgspec.structs.replace(
        a_chain(Reach.AREA),
        targets=(a_target("厂", area=NORTH),),
        matters=(a_matter(target="厂"),),
        inspectors=tuple(an_inspector(f"消{number}", area=MIDDLE) for number in range(4)),
    )
    assert planned(problem).metrics.served == 0
    lent = lending(problem, MIDDLE)
    plan = planned(lent)
    assert breaches(lent, plan) == ()
    assert (plan.metrics.served, plan.metrics.borrowed) == (1, 2.0)
