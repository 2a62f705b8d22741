"""What the draws of one half-day lose by each other is what the fairest chances then lose."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st
from pure.planning.making import DEPARTMENTS, a_county, half_days, officers
from pure.planning_check.building import a_matter, a_target

from solver.planning.admission import admit
from solver.planning.chances import share_out
from solver.planning.consolidate import door
from solver.planning.evenness import MOST_EXACT, WHOLE, Draws, Evenness, rivals
from solver.planning.problem import Barred, Problem
from solver.planning.timetable import Timetable
from solver.planning.workers import site_of

PAIR, THREE, OTHERS = 0b11, 0b111, 0b11000


def test_draws_of_different_people_lose_nothing() -> None:
    assert Evenness().lost(((1, PAIR), (2, OTHERS))) == 0


def test_a_role_loses_all_where_somebody_is_needed_elsewhere() -> None:
    assert Evenness().lost(((1, 0b1), (1, THREE))) == WHOLE


def test_a_role_loses_what_its_least_likely_member_lacks_of_the_even_share() -> None:
    """Three places for three people, who all go: of the pair each has 1/2 in the second role, where 2/3 were even."""
    assert Evenness().lost(((1, PAIR), (2, THREE))) == WHOLE / 4


def test_roles_that_cannot_be_filled_at_once_lose_everything() -> None:
    assert Evenness().lost(((2, PAIR), (1, PAIR))) == 2 * WHOLE


def test_of_very_many_roles_it_is_counted_how_often_people_are_wanted() -> None:
    wide = tuple((1, 1 << number) for number in range(10, 10 + MOST_EXACT))
    assert Evenness().lost(((1, PAIR), (2, THREE), *wide)) == 2 * round(WHOLE * (1 - 6 / 7))


def test_tours_are_rivals_where_their_draws_lose_more_together() -> None:
    tours: list[tuple[int, dict[int, Draws]]] = [
        (0, {0: ((1, 0b1),)}),
        (0, {0: ((1, THREE),)}),
        (0, {0: ((1, THREE),)}),
        (1, {0: ((1, 0b1),)}),
        (0, {1: ((1, 0b1),)}),
    ]
    assert rivals(Evenness(), tours) == [([0], [1, 2], WHOLE)]


def test_tours_with_the_same_draws_can_be_rivals() -> None:
    tours: list[tuple[int, dict[int, Draws]]] = [(0, {0: ((2, THREE),)}), (0, {0: ((2, THREE),)})]
    assert rivals(Evenness(), tours) == [([0, 1], [0, 1], 2 * WHOLE)]


@st.composite
def half_days_with_visits(draw: st.DrawFn) -> Problem:
    """One half-day, up to four targets and up to nine officers of one department, some of them barred somewhere."""
    people = officers(DEPARTMENTS[0], draw(st.integers(4, 9)))
    targets = tuple(a_target(f"厂{number}") for number in range(draw(st.integers(1, 4))))
    barred = draw(st.sets(st.tuples(st.sampled_from(people), st.sampled_from(targets))))
    return a_county(
        half_days=half_days(1)[:1],
        targets=targets,
        matters=tuple(a_matter(f"m/{each.id}", target=each.id, department=DEPARTMENTS[0]) for each in targets),
        inspectors=people,
        barred=tuple(
            Barred(inspector=person.id, target=target.id, reason="近亲属任职")
            for person, target in sorted(barred, key=lambda pair: (pair[0].id, pair[1].id))
        ),
    )


@given(half_days_with_visits())
def test_what_is_lost_is_what_the_chances_of_the_plan_lose(problem: Problem) -> None:
    site = site_of(problem)
    timetable = Timetable(site.ground, site.staffing, site.travel)
    for matter in problem.matters:
        timetable.place((door(site.ground, site.staffing, (matter,)),))
    openings = admit(timetable, list(timetable.stints.values()))
    scale = problem.policy.scale
    lost = 0.0
    for opening, table in zip(openings, share_out(site.ground, openings), strict=True):
        lost += 1 - min(table.values()) * len(table) / (opening.post.need * scale)
    rounding = ceil(len(openings) * (1 + WHOLE * len(problem.inspectors) / scale))
    assert abs(timetable.strains().uneven - WHOLE * lost) <= rounding
