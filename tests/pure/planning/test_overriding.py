"""What a move by hand may loosen: windows, closures and cars, so that the plan is lawful then; people never."""

from datetime import date
from typing import Any

import msgspec
import pytest
from pure.planning.making import DEPARTMENTS, FIRST, a_county, officers, planned
from pure.planning_check.building import a_matter, a_target

from solver.planning.alterations import Alteration, MoreTours, Opened, Window
from solver.planning.check import check
from solver.planning.ids import HalfDayId, MatterId, TargetId
from solver.planning.moving import Moved, Obstacle, Place, moved_under, overridden, overriding
from solver.planning.plan import Plan, Tour
from solver.planning.problem import Policy, Problem
from solver.planning.reading import problem_digest, write_problem

FIRM = TargetId("厂0")
SECOND = date(2026, 5, 12)
MORNINGS = (HalfDayId(f"{FIRST}/am"), HalfDayId(f"{SECOND}/am"))


def a_town(matter: dict[str, Any], **given: Any) -> Problem:
    matters = (
        a_matter("m0", target=FIRM, department=DEPARTMENTS[0], **matter),
        a_matter("m1", target=TargetId("厂1"), department=DEPARTMENTS[0], first_day=SECOND, last_day=SECOND),
    )
    return a_county(**{"matters": matters} | given)


def source(plan: Plan) -> Tour:
    return next(tour for tour in plan.tours if any(visit.target == FIRM for visit in tour.visits))


def moved_there(problem: Problem, place: Place) -> tuple[tuple[Alteration, ...], Moved | Obstacle | None]:
    plan = planned(problem)
    tour = source(plan).id
    alterations = overriding(problem, plan, tour, FIRM, place)
    looser = overridden(problem, alterations)
    digest = problem_digest(write_problem(looser))
    made = moved_under(looser, plan, tour, FIRM, place, digest)
    if isinstance(made, Moved):
        assert check(looser, made.plan, digest).lawful
        assert source(made.plan).half_day == place.half_day
    return alterations, made


def closed_on_the_second() -> Problem:
    shut = a_target(FIRM, lat=31.0, lon=112.0, closed=(MORNINGS[1],))
    town = a_town({"last_day": FIRST})
    return msgspec.structs.replace(town, targets=tuple(shut if each.id == FIRM else each for each in town.targets))


LATE = Window(matters=(MatterId("m0"),), last_day=SECOND)
CASES: tuple[tuple[Problem, HalfDayId, tuple[Alteration, ...]], ...] = (
    (a_town({"last_day": FIRST}), MORNINGS[1], (LATE,)),
    (
        a_town({"first_day": SECOND, "last_day": SECOND}),
        MORNINGS[0],
        (Window(matters=(MatterId("m0"),), first_day=FIRST, last_day=SECOND),),
    ),
    (closed_on_the_second(), MORNINGS[1], (LATE, Opened(target=FIRM, half_days=(MORNINGS[1],)))),
)


@pytest.mark.parametrize(("problem", "half_day", "expected"), CASES)
def test_windows_and_closures_can_be_loosened_and_the_plan_is_lawful_then(
    problem: Problem, half_day: HalfDayId, expected: tuple[Alteration, ...]
) -> None:
    alterations, made = moved_there(problem, Place(half_day=half_day, tour=None))
    assert alterations == expected
    assert isinstance(made, Moved)


def test_one_car_more_can_be_had_for_a_tour_of_its_own() -> None:
    problem = a_town({"last_day": FIRST}, policy=Policy(max_tours=1))
    there = next(tour.half_day for tour in planned(problem).tours if any(v.target == "厂1" for v in tour.visits))
    alterations, made = moved_there(problem, Place(half_day=there, tour=None))
    assert MoreTours(more=1) in alterations
    assert isinstance(made, Moved)


def test_people_are_never_loosened() -> None:
    away = tuple(msgspec.structs.replace(each, unavailable=(MORNINGS[1],)) for each in officers(DEPARTMENTS[0], 3))
    town = a_town({})
    alterations, made = moved_there(
        msgspec.structs.replace(town, inspectors=away), Place(half_day=MORNINGS[1], tour=None)
    )
    assert alterations == ()
    assert isinstance(made, Obstacle)
    late = a_town({"last_day": FIRST})
    alterations, made = moved_there(
        msgspec.structs.replace(late, inspectors=away), Place(half_day=MORNINGS[1], tour=None)
    )
    assert alterations == (LATE,)
    assert isinstance(made, Obstacle)
    assert made.rule == 5


def test_what_is_not_there_loosens_nothing() -> None:
    problem = a_town({"last_day": FIRST})
    plan = planned(problem)
    for place, target in (
        (Place(half_day=HalfDayId("无"), tour=None), FIRM),
        (Place(half_day=MORNINGS[1], tour=None), TargetId("无")),
    ):
        assert overriding(problem, plan, source(plan).id, target, place) == ()
