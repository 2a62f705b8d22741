"""How long it takes from one target to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pure.planning_check.building import EAST, MILL, a_problem, a_target

from solver.planning.geometry import Place, kilometres, places, travel_minutes
from solver.planning.problem import Area, Policy

POLICY = Policy()
points = st.builds(Place, lat=st.floats(-90, 90), lon=st.floats(-180, 180), vague=st.booleans())


def at(lat: float, lon: float, *, vague: bool = False) -> Place:
    return Place(lat=lat, lon=lon, vague=vague)


def test_a_degree_of_latitude_is_a_360th_of_the_way_around_the_earth() -> None:
    assert kilometres(at(0, 0), at(1, 0)) == pytest.approx(2 * 3.141592653589793 * 6371.0088 / 360)


def test_a_quarter_of_the_way_around_the_earth_is_the_same_over_the_pole_and_along_the_equator() -> None:
    assert kilometres(at(0, 0), at(90, 0)) == pytest.approx(kilometres(at(0, 10), at(0, 100)))


def test_travel_is_stretched_by_the_detour_and_rounded_up() -> None:
    assert kilometres(at(31, 112), at(31.01, 112)) == pytest.approx(1.112, abs=0.001)  # × 1.3 ÷ 30 × 60 = 2.89
    assert travel_minutes(at(31, 112), at(31.01, 112), POLICY) == 3


def test_at_one_point_there_is_no_travel() -> None:
    assert travel_minutes(at(31, 112), at(31, 112), POLICY) == 0


def test_a_vague_place_is_never_nearer_than_the_policy_says() -> None:
    assert travel_minutes(at(31, 112), at(31, 112, vague=True), POLICY) == 10
    assert travel_minutes(at(31, 112, vague=True), at(31.2, 112), POLICY) == 58


def test_without_any_place_travel_takes_the_default() -> None:
    assert travel_minutes(None, at(31, 112, vague=True), POLICY) == 30
    assert travel_minutes(None, None, POLICY) == 30


@settings(deadline=None)
@given(points, points)
def test_there_and_back_take_equally_long(one: Place, other: Place) -> None:
    assert travel_minutes(one, other, POLICY) == travel_minutes(other, one, POLICY) >= 0


def test_a_target_stands_at_its_own_place_else_at_its_areas_centre_else_nowhere() -> None:
    bare = Area(id=EAST, name="河东镇")
    own = a_problem(targets=(a_target(lat=30.5, lon=111.5),))
    assert places(own) == {MILL: at(30.5, 111.5)}
    assert places(a_problem()) == {MILL: at(31.0, 112.0, vague=True)}
    assert places(a_problem(areas=(bare,))) == {}
    assert places(a_problem(targets=(a_target(area=None),))) == {}
