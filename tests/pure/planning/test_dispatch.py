"""Sending tours out: what is tried and does not work leaves the state as it was."""

from datetime import timedelta

from pure.planning.making import DEPARTMENTS, FIRST, a_county, half_days, officers
from pure.planning_check.building import a_matter, a_target, an_inspector

from solver.planning.consolidate import door
from solver.planning.dispatch import reunite
from solver.planning.problem import Policy
from solver.planning.timetable import Timetable
from solver.planning.workers import site_of


def test_a_divided_visit_that_cannot_be_reunited_stays_as_it_was() -> None:
    """One car a day. The expert has one half-day, and 厂2 takes it: 厂1's tour cannot take the whole visit along."""
    first, second, third = DEPARTMENTS
    last = {"last_day": FIRST + timedelta(days=1), "first_day": FIRST}
    wanted = (
        a_matter("whole/1", target="厂0", department=first, expertise=("电气",), **last),
        a_matter("whole/2", target="厂0", department=second, first_day=FIRST, last_day=FIRST),
        a_matter("beside", target="厂1", department=third, **last),
        a_matter("also beside", target="厂2", department=first, expertise=("电气",), **last),
    )
    expert = an_inspector("专家", department=first, expertise=("电气",), max_half_days=1)
    site = site_of(
        a_county(
            half_days=tuple(each for each in half_days(2) if each.id.endswith("am")),
            targets=tuple(a_target(f"厂{number}") for number in range(3)),
            matters=wanted,
            inspectors=(expert, *(each for name in DEPARTMENTS for each in officers(name, 4))),
            policy=Policy(max_tours=1),
        )
    )
    timetable = Timetable(site.ground, site.staffing, site.travel)
    doors = [door(site.ground, site.staffing, (each,)) for each in wanted]
    assert timetable.place((doors[1], doors[2]), 0b01) is not None
    assert timetable.place((doors[0], doors[3]), 0b10) is not None
    before = _where(timetable)
    reunite(timetable)
    assert sorted(_where(timetable)) == sorted(before)


def test_no_tour_visits_a_target_twice() -> None:
    """Rule 3: one visit a half-day, also where the tour that is there already would take the other along."""
    apart = (a_matter("m1", target="厂0", separate=True), a_matter("m2", target="厂0", separate=True))
    site = site_of(a_county(targets=(a_target("厂0"),), matters=apart))
    timetable = Timetable(site.ground, site.staffing, site.travel)
    doors = [door(site.ground, site.staffing, (each,)) for each in apart]
    assert timetable.place(doors) is None
    assert [timetable.place((each,), 0b01) is None for each in doors] == [False, True]


def _where(timetable: Timetable) -> list[tuple[int, tuple[str, ...]]]:
    return [(each.half_day, tuple(door.matters[0].id for door in each.doors)) for each in timetable.stints.values()]
