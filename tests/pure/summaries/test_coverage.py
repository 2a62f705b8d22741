"""How much of its own directory an item reaches, against floor and ceiling of its list."""

import pytest
from msgspec.structs import replace
from support.dispatches import DAM, FIRE, FIRM, MILL, SHOP, WATER, Ask, a_dispatch, an_outing

from coordinator.domain.coverage import ItemCoverage, debts, item_coverage
from coordinator.domain.ratios import parse_ratio

(_COVERAGE,) = item_coverage(a_dispatch(an_outing(0, FIRM, Ask())))


def a_coverage(drawn: int, population: int, lowest: str = "", highest: str = "") -> ItemCoverage:
    item = replace(
        _COVERAGE.item,
        lowest_ratio=parse_ratio(lowest) if lowest else None,
        highest_ratio=parse_ratio(highest) if highest else None,
    )
    return replace(_COVERAGE, item=item, drawn=drawn, population=population)


def test_drawn_targets_are_held_against_the_own_directory() -> None:
    assert (_COVERAGE.department, _COVERAGE.drawn, _COVERAGE.population) == (WATER, 1, 4)


def test_what_a_complaint_caused_is_no_sample() -> None:
    (coverage,) = item_coverage(a_dispatch(an_outing(0, FIRM, Ask(caused=True))))
    assert coverage.drawn == 0


def test_desk_matters_and_unserved_ones_were_drawn_too() -> None:
    coverage = item_coverage(a_dispatch(desk=[(FIRM, Ask())], unserved=[(SHOP, Ask(FIRE))]))
    assert [each.drawn for each in coverage] == [1, 1]


def test_an_item_that_applies_to_nobody_has_no_debt() -> None:
    assert a_coverage(0, 0, lowest="5%").debt == 0
    assert not a_coverage(0, 0, highest="5%").exceeds_ceiling


@pytest.mark.parametrize(
    ("drawn", "population", "lowest", "debt"),
    [
        (5, 100, "5%", 0),
        (4, 100, "5%", 1),
        (5, 101, "5%", 1),
        (0, 100, "全覆盖", 100),
        (3, 8, "≥1%, ≥10家", 5),
        (0, 100, "", 0),
    ],
)
def test_a_floor_not_yet_met_is_a_debt(drawn: int, population: int, lowest: str, debt: int) -> None:
    assert a_coverage(drawn, population, lowest=lowest).debt == debt


@pytest.mark.parametrize(
    ("drawn", "highest", "exceeds"),
    [
        (20, "20%", False),
        (21, "20%", True),
        (20, "10-20%", False),
        (21, "10-20%", True),
        (60, "60家", False),
        (61, "60家", True),
        (70, "60-70家", False),
        (71, "60-70家", True),
        (100, "", False),
        (1, "0%", True),
    ],
)
def test_a_ceiling_passed_is_noticed(drawn: int, highest: str, *, exceeds: bool) -> None:
    assert a_coverage(drawn, 100, highest=highest).exceeds_ceiling is exceeds


def test_the_largest_debt_comes_first_and_those_without_stay_out() -> None:
    small, large, none = (a_coverage(drawn, 100, lowest="5%") for drawn in (4, 1, 5))
    assert debts([small, none, large]) == (large, small)


def test_every_item_of_every_list_is_measured() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(), Ask(FIRE)), an_outing(3, DAM, Ask()), an_outing(5, MILL, Ask()))
    assert len(item_coverage(dispatch)) == 4
