"""Another ratio, estimated: as many targets as the rule says, those first whom the other tasks make likely."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from pure.planning_check.building import a_matter, a_problem, a_target
from pure.results.building import (
    DAM,
    ECOLOGY,
    FIRM,
    JOINT,
    OWN,
    ROUND,
    SHOP,
    TRADE,
    WATER,
)

from coordinator.domain.errors import Invalid, NotFound
from coordinator.domain.ids import TargetId
from coordinator.domain.ratio_estimates import Drawable, Estimate, with_ratio
from solver.chance.frame import StratumRule
from solver.planning.problem import Department, Problem

NEVER = tuple(TargetId(f"未抽{number}") for number in range(7))
DAYS = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 31)}


def a_wanted(identifier: str, target: TargetId, department: str, item: str, **given: Any) -> Any:
    return a_matter(identifier, target=target, department=department, item=item, **DAYS, **given)


def a_drawn_round() -> Problem:
    """What ROUND asks for: 甲厂 and 丙坝 for both tasks, 乙店 for the joint one alone, a caused inspection at 甲厂."""
    return a_problem(
        departments=tuple(Department(id=each, name=each) for each in (WATER, ECOLOGY, TRADE)),
        targets=(a_target(FIRM), a_target(SHOP), a_target(DAM)),
        matters=(
            a_wanted("M1", FIRM, WATER, "SL01"),
            a_wanted("M2", SHOP, WATER, "SL01"),
            a_wanted("M3", FIRM, ECOLOGY, "HB01"),
            a_wanted("M4", DAM, ECOLOGY, "HB01"),
            a_wanted("M5", DAM, WATER, "SL02"),
            a_wanted("M6", FIRM, ECOLOGY, "HB02", separate=True, key=True),
        ),
        inspectors=(),
    )


def strata() -> list[Drawable]:
    """Ten may be drawn for the joint task (30 %), four for the own one (50 %), among them one that nobody drew."""
    joint = StratumRule(id="全部", ratio="0.3")
    own = StratumRule(id="全部", ratio="0.5")
    return [
        Drawable(task=JOINT, rule=joint, targets=(FIRM, SHOP, DAM, *NEVER)),
        Drawable(task=OWN, rule=own, targets=(FIRM, SHOP, DAM, NEVER[0])),
    ]


def estimated(task: str, ratio: str) -> Estimate:
    return with_ratio(a_drawn_round(), ROUND, strata(), task, ratio)


def matters(found: Estimate) -> set[tuple[str, str, str]]:
    return {(each.target, each.department, each.item) for each in found.problem.matters}


def test_the_same_ratio_leaves_the_round_as_it_is() -> None:
    found = estimated(JOINT, "30%")
    assert (found.before, found.after) == (3, 3)
    assert found.problem == a_drawn_round()


def test_a_lower_ratio_drops_first_whom_no_other_task_has_drawn() -> None:
    found = estimated(JOINT, "20%")
    assert (found.before, found.after) == (3, 2)
    assert {each.id for each in a_drawn_round().matters} - {each.id for each in found.problem.matters} == {"M2"}


def test_what_another_task_asks_for_and_a_caused_inspection_stay() -> None:
    found = estimated(JOINT, "0%")
    assert found.after == 0
    assert {each.id for each in found.problem.matters} == {"M1", "M5", "M6"}


def test_a_higher_ratio_adds_first_whom_another_task_has_drawn_and_what_that_asks_for_answers_both() -> None:
    found = estimated(OWN, "75%")
    assert (found.before, found.after) == (2, 3)
    assert found.problem == a_drawn_round()
    whole = estimated(OWN, "100%")
    assert [each.id for each in whole.problem.targets] == [FIRM, SHOP, DAM, NEVER[0]]
    assert matters(whole) - matters(found) == {(NEVER[0], WATER, "SL02")}


def test_targets_that_nobody_drew_stand_where_one_that_was_drawn_stands() -> None:
    found = estimated(JOINT, "50%")
    added = found.problem.targets[3:]
    assert (found.after, len(added)) == (5, 2)
    assert {each.id for each in added} <= set(NEVER)
    places = {(each.area, each.lat, each.lon) for each in a_drawn_round().targets}
    assert {(each.area, each.lat, each.lon) for each in added} <= places
    assert all("·估" in each.id for each in found.problem.matters if each.target in {one.id for one in added})


def test_a_number_of_firms_is_understood_and_minimums_stay() -> None:
    assert estimated(JOINT, "≥4家").after == 4
    least = [replace(each, rule=replace(each.rule, minimum=3)) for each in strata()]
    assert with_ratio(a_drawn_round(), ROUND, least, JOINT, "1%").after == 3


def test_a_task_is_found_by_number_or_name_and_never_guessed() -> None:
    assert estimated(f"{OWN}任务", "50%").task.id == OWN
    with pytest.raises(NotFound, match="SL-1"):
        estimated("SL-1", "50%")


def test_a_ratio_that_is_not_clear_is_refused() -> None:
    with pytest.raises(Invalid, match="大约一成"):
        estimated(OWN, "大约一成")
