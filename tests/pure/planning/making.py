"""Small problems for the planner's tests: a county of three departments, and strategies for awkward ones."""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from pure.planning_check.building import a_half_day, a_matter, a_problem, a_target, an_inspector

from solver.planning.check import check
from solver.planning.ids import AreaId, DepartmentId, Expertise, HalfDayId, InspectorId, MatterId, TargetId
from solver.planning.limits import Limit
from solver.planning.plan import Plan
from solver.planning.problem import Apart, Area, Barred, Department, HalfDay, Inspector, Matter, Policy, Problem, Reach
from solver.planning.reading import read_problem
from solver.planning.solve import solve

SHARED_PROBLEMS = Path(__file__).parents[3].parent / "shared" / "data" / "problems"
FIRST = date(2026, 5, 11)
DEPARTMENTS = tuple(DepartmentId(each) for each in ("消防队", "水利局", "环保局"))
SKILLS = (Expertise("电气"), Expertise("水质"))


def half_days(days: int) -> tuple[HalfDay, ...]:
    """Mornings of 210 minutes and afternoons of 180."""
    return tuple(
        a_half_day(
            id=HalfDayId(f"{FIRST + timedelta(days=day)}/{part}"),
            date=FIRST + timedelta(days=day),
            start=start,
            minutes=minutes,
        )
        for day in range(days)
        for part, start, minutes in (("am", "08:30", 210), ("pm", "14:30", 180))
    )


def departments() -> tuple[Department, ...]:
    return tuple(Department(id=each, name=each) for each in DEPARTMENTS)


def officers(department: DepartmentId, count: int, **given: Any) -> tuple[Inspector, ...]:
    return tuple(an_inspector(f"{department}-{number}", department=department, **given) for number in range(count))


def a_county(**given: Any) -> Problem:
    """Two days, six targets in a row, one matter of each of three departments at each, six officers a department."""
    targets = tuple(a_target(f"厂{number}", lat=31.0 + number / 100, lon=112.0) for number in range(6))
    defaults = {
        "half_days": half_days(2),
        "departments": departments(),
        "targets": targets,
        "matters": tuple(
            a_matter(f"{target.id}/{department}", target=target.id, department=department)
            for target in targets
            for department in DEPARTMENTS
        ),
        "inspectors": tuple(each for department in DEPARTMENTS for each in officers(department, 6)),
    }
    return a_problem(**defaults | given)


def a_big_county() -> Problem:
    """Four days, ninety targets: more doors than one block holds."""
    targets = tuple(
        a_target(f"厂{number:02}", lat=31.0 + number % 10 / 100, lon=112.0 + number // 10 / 100) for number in range(90)
    )
    matters = tuple(
        a_matter(f"{target.id}/{department}", target=target.id, department=department)
        for target in targets
        for department in DEPARTMENTS
    )
    people = tuple(each for department in DEPARTMENTS for each in officers(department, 12))
    return a_county(half_days=half_days(4), targets=targets, matters=matters, inspectors=people)


def a_wide_county() -> Problem:
    """Twice as many targets as are planned together, each a tour of its own: many parts, all of them easy."""
    days = half_days(10)
    targets = tuple(
        a_target(f"厂{number:03}", lat=31.0 + number % 25 / 100, lon=112.0 + number // 25 / 100)
        for number in range(500)
    )
    matters = tuple(
        a_matter(f"{target.id}/1", target=target.id, department=DEPARTMENTS[0], last_day=days[-1].date)
        for target in targets
    )
    people = officers(DEPARTMENTS[0], 60)
    alone = Policy(max_visits_per_tour=1)
    return a_county(half_days=days, targets=targets, matters=matters, inspectors=people, policy=alone)


def planned(problem: Problem, effort: int = 1, **given: Any) -> Plan:
    return solve(problem, limit=Limit(effort=effort), now=time.monotonic, **given)


def breaches(problem: Problem, plan: Plan) -> tuple[object, ...]:
    return check(problem, plan).breaches


def shared_problem(name: str) -> Problem:
    path = SHARED_PROBLEMS / name
    if not path.exists():
        pytest.skip(f"the shared problem {name} is not here (../shared/data/problems)")
    return read_problem(path.read_bytes())


@st.composite
def inspectors(draw: st.DrawFn, periods: tuple[HalfDay, ...]) -> tuple[Inspector, ...]:
    """Up to five people a department: some experts only, some borrowed, some serving two departments, some worn out."""
    people = []
    for department in DEPARTMENTS:
        for number in range(draw(st.integers(0, 5))):
            others = [each for each in DEPARTMENTS if each != department]
            people.append(
                an_inspector(
                    f"{department}-{number}",
                    department=department,
                    serves=tuple(draw(st.lists(st.sampled_from(others), max_size=1)) if number == 0 else ()),
                    borrowed=draw(st.booleans()) if number == 1 else False,
                    certified=number != 2 or draw(st.booleans()),
                    area=draw(st.sampled_from([None, AreaId("河东"), AreaId("河西")])),
                    expertise=tuple(sorted(draw(st.sets(st.sampled_from(SKILLS))))),
                    unavailable=tuple(
                        sorted(draw(st.sets(st.sampled_from([each.id for each in periods]), max_size=2)))
                    ),
                    max_half_days=draw(st.sampled_from([None, None, 0, 1, 3])),
                )
            )
    return tuple(people)


@st.composite
def matters(draw: st.DrawFn, targets: tuple[Any, ...], days: int) -> tuple[Matter, ...]:
    made = []
    for number in range(draw(st.integers(0, 9))):
        first = draw(st.integers(0, days - 1))
        last = draw(st.integers(first, days))
        made.append(
            a_matter(
                f"m{number}",
                target=draw(st.sampled_from(targets)).id,
                department=draw(st.sampled_from(DEPARTMENTS)),
                minutes=draw(st.sampled_from([20, 40, 60, 150, 300])),
                first_day=FIRST + timedelta(days=first),
                last_day=FIRST + timedelta(days=last),
                officers=draw(st.sampled_from([2, 2, 2, 3])),
                expertise=tuple(draw(st.lists(st.sampled_from(SKILLS), max_size=2, unique=True))),
                key=draw(st.booleans()),
                separate=draw(st.sampled_from([False, False, False, True])),
            )
        )
    return tuple(made)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    return Policy(
        team_minimum=draw(st.sampled_from([2, 2, 4])),
        approach_minutes=draw(st.sampled_from([0, 15])),
        max_visits_per_tour=draw(st.sampled_from([1, 3, 6])),
        max_tours=draw(st.sampled_from([None, None, 0, 1, 2])),
        reach=draw(st.sampled_from([Reach.ANY, *Reach])),
        pool_factor=draw(st.sampled_from([1, 2, 2.5])),
        scale=draw(st.sampled_from([10_000, 10_000, 7, 1])),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small problems with everything in them that can stand in the way of a plan."""
    days = draw(st.integers(1, 2))
    periods = half_days(days)
    targets = tuple(
        a_target(
            f"厂{number}",
            area=draw(st.sampled_from([None, AreaId("河东"), AreaId("河西")])),
            lat=draw(st.sampled_from([None, 31.0, 31.05])),
            lon=112.0,
            closed=tuple(draw(st.lists(st.sampled_from([each.id for each in periods]), max_size=1))),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    people = draw(inspectors(periods))
    names = [each.id for each in people]
    pairs = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True) if len(names) > 1 else st.nothing()
    apart = draw(st.lists(pairs, max_size=2)) if len(names) > 1 else []
    barred = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(targets)), max_size=3)) if names else []
    return a_problem(
        half_days=periods,
        departments=departments(),
        areas=(
            Area(id=AreaId("河东"), name="河东镇", lat=31.0, lon=112.0, neighbours=(AreaId("河西"),)),
            Area(id=AreaId("河西"), name="河西镇"),
        ),
        targets=targets,
        matters=draw(matters(targets, days)),
        inspectors=people,
        barred=tuple(Barred(inspector=who, target=where.id, reason="近亲属任职") for who, where in barred),
        apart=tuple(Apart(inspectors=(one, other), reason="夫妻") for one, other in apart),
        policy=draw(policies()),
    )


def matter_ids(plan: Plan) -> set[MatterId]:
    return {matter for tour in plan.tours for visit in tour.visits for matter in visit.matters}


def people_of(plan: Plan) -> set[InspectorId]:
    return {inspector for tour in plan.tours for role in tour.roles for inspector in role.chances}


def target_ids(plan: Plan) -> list[TargetId]:
    return [visit.target for tour in plan.tours for visit in tour.visits]
