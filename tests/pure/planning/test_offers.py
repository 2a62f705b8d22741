"""What an offer promises it keeps: planned again with its alteration, the matters named are served."""

import time
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from pure.planning.making import FIRST, half_days, planned
from pure.planning_check.building import FIRE, WATER, a_matter, a_problem, a_target, an_inspector

from solver.planning.alterations import (
    Alteration,
    Away,
    Closed,
    HigherCeiling,
    Lend,
    MoreTours,
    Opened,
    SmallerTeams,
    WiderReach,
    Window,
    altered,
    called,
    loosens,
)
from solver.planning.ids import AreaId, HalfDayId, InspectorId, MatterId, TargetId
from solver.planning.limits import Limit
from solver.planning.offers import Offer, offers
from solver.planning.plan import Plan
from solver.planning.problem import Area, Policy, Problem, Reach
from solver.planning.replanning.again import replan

DAYS = half_days(3)
TARGETS = tuple(a_target(f"厂{number}", name=f"厂{number}") for number in range(4))
OFFICERS = tuple(an_inspector(f"消{number}") for number in range(1, 4))
NEAR, FAR = AreaId("近"), AreaId("远")


def a_full_round(**given: Any) -> Problem:
    """Four long fire matters, all to be done on the first day by three officers: one tour a half-day."""
    matters = tuple(
        a_matter(f"m{number}", target=each.id, minutes=120, first_day=FIRST, last_day=FIRST)
        for number, each in enumerate(TARGETS)
    )
    defaults = {"half_days": DAYS, "targets": TARGETS, "matters": matters, "inspectors": OFFICERS}
    return a_problem(**defaults | given)


def served_after(problem: Problem, plan: Plan, alteration: Alteration) -> set[MatterId]:
    """What planning again with the alteration serves that was not served before."""
    again = replan(altered(problem, alteration), plan, limit=Limit(effort=5), now=time.monotonic).plan
    before, after = ({each.matter for each in made.unserved} for made in (plan, again))
    return {MatterId(str(each)) for each in before - after}


def taken(problem: Problem, kind: type[Any]) -> Offer:
    """The first offer of a kind, after it has been seen to hold what it promises."""
    plan = planned(problem)
    offer = next(each for each in offers(problem, plan) if isinstance(each.alteration, kind))
    assert set(offer.serves) <= served_after(problem, plan, offer.alteration)
    assert loosens(problem, offer.alteration)
    return offer


def test_a_wider_window_names_its_day_and_serves_what_it_promises() -> None:
    offer = taken(a_full_round(), Window)
    assert offer.alteration == Window(matters=offer.serves, last_day=FIRST + timedelta(days=1))
    assert len(offer.serves) == 2


def test_one_car_more_serves_what_it_promises() -> None:
    people = tuple(an_inspector(f"消{number}") for number in range(1, 9))
    offer = taken(a_full_round(inspectors=people, policy=Policy(max_tours=1)), MoreTours)
    assert len(offer.serves) == 2


def test_a_higher_ceiling_serves_what_it_promises() -> None:
    worn = tuple(an_inspector(f"消{number}", max_half_days=1) for number in range(1, 3))
    offer = taken(a_full_round(inspectors=worn), HigherCeiling)
    assert offer.alteration == HigherCeiling(department=FIRE, more=1)
    assert len(offer.serves) == 1


@pytest.mark.parametrize("kind", [Lend, WiderReach])
def test_people_of_the_next_area_serve_what_they_promise(kind: type[Any]) -> None:
    areas = (
        Area(id=NEAR, name="近镇", lat=31.0, lon=112.0, neighbours=(FAR,)),
        Area(id=FAR, name="远镇", lat=31.0, lon=112.0, neighbours=(NEAR,)),
    )
    targets = tuple(msgspec.structs.replace(each, area=NEAR) for each in TARGETS)
    people = tuple(an_inspector(f"消{number}", area=NEAR if number < 3 else FAR) for number in range(1, 5))
    problem = a_full_round(areas=areas, targets=targets, inspectors=people, policy=Policy(reach=Reach.AREA))
    assert len(taken(problem, kind).serves) == 2


def test_smaller_teams_serve_what_they_promise_and_never_go_below_the_law() -> None:
    people = tuple(an_inspector(f"消{number}") for number in range(1, 3))
    offer = taken(a_full_round(inspectors=people, policy=Policy(team_minimum=3)), SmallerTeams)
    assert offer.alteration == SmallerTeams(people=2)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"type":"smaller_teams","people":1}', type=SmallerTeams)


def test_what_serves_nothing_is_not_offered_and_a_full_plan_needs_nothing() -> None:
    nobody = a_full_round(inspectors=OFFICERS[:1])
    assert offers(nobody, planned(nobody)) == ()
    everything = a_full_round(matters=(a_matter(target=TARGETS[0].id),))
    assert offers(everything, planned(everything)) == ()


def test_matters_of_one_firm_are_offered_one_day_together_though_each_is_priced_alone() -> None:
    firm = a_target(closed=(DAYS[0].id, DAYS[1].id))
    matters = tuple(
        a_matter(f"m{number}", target=firm.id, department=department, first_day=FIRST, last_day=FIRST)
        for number, department in enumerate((FIRE, WATER, WATER))
    )
    people = tuple(an_inspector(f"{name}{number}", department=name) for name in (FIRE, WATER) for number in range(3))
    offer = taken(a_full_round(targets=(firm,), matters=matters, inspectors=people), Window)
    assert offer.alteration.matters == ("m0", "m1", "m2")  # type: ignore[union-attr] # a window
    assert len(offer.serves) == 2


ONE = (DAYS[0].id,)
EVENTS: tuple[tuple[Alteration, bool, str], ...] = (
    (Away(inspector=InspectorId("消1"), half_days=ONE), False, "消1 5月11日（周一）上午不能出勤"),
    (Closed(target=TargetId("厂0"), half_days=ONE), False, "厂0 5月11日（周一）上午停业或不便受检"),
    (
        Window(matters=(MatterId("m0"),), last_day=FIRST + timedelta(days=2)),
        True,
        "厂0共1项的检查期限放宽到5月13日（周三）",
    ),
    (
        Window(matters=(MatterId("m1"),), first_day=FIRST, last_day=FIRST - timedelta(days=1)),
        False,
        "厂1共1项的检查期限改为5月11日（周一）至5月10日（周日）",
    ),
    (MoreTours(more=2), True, "每半天增加2个巡查组次（车辆）"),
)


@pytest.mark.parametrize(("alteration", "is_looser", "words"), EVENTS)
def test_an_alteration_changes_what_it_says_and_says_it_in_words(
    alteration: Alteration,
    is_looser: bool,  # noqa: FBT001 - the case's
    words: str,
) -> None:
    problem = a_full_round(policy=Policy(max_tours=1))
    assert altered(problem, alteration) != problem
    assert loosens(problem, alteration) is is_looser
    assert called(problem, alteration) == words


def test_what_is_closed_is_opened_again_and_what_is_not_known_changes_nothing() -> None:
    problem = a_full_round()
    shut = altered(problem, Closed(target=TargetId("厂0"), half_days=(DAYS[1].id, DAYS[0].id)))
    assert shut.targets[0].closed == (DAYS[0].id, DAYS[1].id)
    opened = altered(shut, Opened(target=TargetId("厂0"), half_days=ONE))
    assert opened.targets[0].closed == (DAYS[1].id,)
    assert loosens(shut, Opened(target=TargetId("厂0"), half_days=ONE))
    for unknown in (
        Away(inspector=InspectorId("无"), half_days=ONE),
        Away(inspector=InspectorId("消1"), half_days=(HalfDayId("无"),)),
        Lend(area=AreaId("无")),
        MoreTours(more=1),
    ):
        assert altered(problem, unknown) == problem
