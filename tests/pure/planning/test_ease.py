"""Wider draws for nothing: tours that narrow each other's draws go out at different times."""

from typing import Any

import msgspec
from pure.planning.making import DEPARTMENTS, a_county, half_days, officers
from pure.planning_check.building import a_matter, a_target

from solver.planning.consolidate import door
from solver.planning.ease import ease
from solver.planning.problem import Barred, Policy, Problem
from solver.planning.timetable import Timetable
from solver.planning.workers import site_of

FIRST_HALF = 0b01


def a_narrow_and_a_wide_target() -> Problem:
    """Five officers; three of them may not go to 厂0, so its two are sure to go there, whoever else might want them."""
    people = officers(DEPARTMENTS[0], 5)
    return a_county(
        half_days=half_days(1),
        targets=tuple(a_target(f"厂{number}") for number in range(2)),
        matters=tuple(a_matter(f"m{number}", target=f"厂{number}", department=DEPARTMENTS[0]) for number in range(2)),
        inspectors=people,
        barred=tuple(Barred(inspector=each.id, target="厂0", reason="近亲属任职") for each in people[:3]),
    )


def out_together(problem: Problem) -> Timetable:
    site = site_of(problem)
    timetable = Timetable(site.ground, site.staffing, site.travel)
    for matter in problem.matters:
        assert timetable.place((door(site.ground, site.staffing, (matter,)),), FIRST_HALF) is not None
    return timetable


def test_strain_counts_who_cannot_have_a_chance_beside_a_role_that_needs_them() -> None:
    strain = out_together(a_narrow_and_a_wide_target()).strain(0)
    assert (strain.thin, strain.chanceless, strain.departments) == (2, 2, {0})


def test_a_tour_moves_to_the_half_day_in_which_everyone_has_a_chance() -> None:
    timetable = out_together(a_narrow_and_a_wide_target())
    ease(timetable, lambda: False)
    assert sorted(len(timetable.at(half_day)) for half_day in range(2)) == [1, 1]
    assert (timetable.strains().thin, timetable.strains().chanceless) == (1, 0)


def test_tours_that_cannot_move_stay_as_they_are() -> None:
    problem = a_narrow_and_a_wide_target()
    timetable = out_together(msgspec.structs.replace(problem, half_days=problem.half_days[:1]))
    before = sorted(timetable.stints.values(), key=lambda stint: stint.doors[0].target)
    ease(timetable, lambda: False)
    after = sorted(timetable.stints.values(), key=lambda stint: stint.doors[0].target)
    assert [(each.doors, each.half_day, each.posts) for each in after] == [
        (each.doors, each.half_day, each.posts) for each in before
    ]


def uneven(**given: Any) -> Problem:
    """Five officers, of whom two may not go to 厂0: with 厂1 at the same time the other three are wanted too often."""
    people = officers(DEPARTMENTS[0], 5)
    defaults = {
        "half_days": half_days(1),
        "targets": tuple(a_target(f"厂{number}") for number in range(4)),
        "matters": tuple(
            a_matter(f"m{number}", target=f"厂{number}", department=DEPARTMENTS[0]) for number in range(2)
        ),
        "inspectors": (*people, *officers(DEPARTMENTS[1], 9)),
        "barred": tuple(Barred(inspector=each.id, target="厂0", reason="近亲属任职") for each in people[:2]),
    }
    return a_county(**defaults | given)


def together(timetable: Timetable, one: str, other: str) -> bool:
    when = {each.target: stint.half_day for stint in timetable.stints.values() for each in stint.doors}
    return when[one] == when[other]


def test_a_tour_moves_to_the_half_day_in_which_shares_are_even() -> None:
    timetable = out_together(uneven())
    assert (timetable.strains().chanceless, together(timetable, "厂0", "厂1")) == (0, True)
    ease(timetable, lambda: False)
    assert not together(timetable, "厂0", "厂1")


def test_where_every_car_is_taken_two_tours_change_half_days() -> None:
    matters = tuple(
        a_matter(f"m{number}", target=f"厂{number}", department=DEPARTMENTS[number // 2]) for number in range(4)
    )
    site = site_of(uneven(matters=matters, policy=Policy(max_tours=2)))
    timetable = Timetable(site.ground, site.staffing, site.travel)
    for number, matter in enumerate(matters):
        assert timetable.place((door(site.ground, site.staffing, (matter,)),), 1 << number // 2) is not None
    ease(timetable, lambda: False)
    assert not together(timetable, "厂0", "厂1")
    assert [len(timetable.at(half_day)) for half_day in range(2)] == [2, 2]


def test_told_to_stop_nothing_moves() -> None:
    timetable = out_together(uneven())
    ease(timetable, lambda: True)
    assert together(timetable, "厂0", "厂1")
