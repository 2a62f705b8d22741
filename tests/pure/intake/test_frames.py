"""Who may be drawn: populations, strata, ratios, caps, gaps, and the tasks that only their frame shows to be unlawful.

Each round is also worked out by the second computation (`planting.taken_in`), which must agree in everything.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from pure.intake.comparing import RealRound
from pure.intake.planting import faults, taken_in
from pure.intake.round_folders import FIRE, MARKET, POLICE, WATER, SmallRound

from coordinator.domain.frames import TaskFrame, excluded_file
from coordinator.domain.intake.taking import refused_targets

PLAN, DIRECTORY = "抽查计划", "检查对象名录"
SHOP, TAILOR, HAIRDRESSER = "92419999MA1001482G", "92419999MA1018874N", "92419999MA1019615F"


def frame_of(real: RealRound, task: str) -> TaskFrame:
    return next(frame for frame in real.frames if frame.task == task)


def strata_of(real: RealRound, task: str) -> list[dict[str, Any]]:
    found = msgspec.to_builtins(frame_of(real, task).entry)["strata"]
    return [{name: value for name, value in rule.items() if name != "alternates"} for rule in found]


def targets_in(real: RealRound, task: str) -> set[str]:
    return {target for _, target in frame_of(real, task).units}


def left_out(real: RealRound, task: str) -> dict[str, str]:
    return {each.target: each.reason for each in frame_of(real, task).excluded}


WORDINGS: list[tuple[object, dict[str, Any]]] = [
    ("5%", {"ratio": "0.05"}),
    ("0.05", {"ratio": "0.05"}),
    (0.05, {"ratio": "0.05"}),
    ("10-20%", {"ratio": "0.1"}),
    ("１０％", {"ratio": "0.1"}),
    ("≥6%, ≥10家", {"ratio": "0.06", "minimum": 10}),
    ("不低于7.5%", {"ratio": "0.075"}),
    ("不少于80‰", {"ratio": "0.08"}),
    ("60-70家", {"ratio": "0", "minimum": 60}),
    ("1户", {"ratio": "0", "minimum": 1}),
    ("100%", {"ratio": "1"}),
    ("全覆盖", {"ratio": "1"}),
    ("≤10所抽≥2所;>10所≥50%", {"ratio": "0.5"}),
    ("≤11所抽≥2所；>11所≥50%", {"ratio": "0", "minimum": 2}),
    ("≥5%，≥3家", {"ratio": "0.05", "minimum": 3}),
]


def test_every_wording_of_a_ratio_becomes_the_stratum_s_numbers(tmp_path: Path) -> None:
    """HC-12 holds eleven units, so the rules by size show on which side of their bound it lies."""
    small = SmallRound()
    for n, (wording, _) in enumerate(WORDINGS):
        small.add(MARKET, PLAN, {"任务编号": f"W{n}", "抽查比例": wording}, like="HC-12")
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    for n, (wording, rule) in enumerate(WORDINGS):
        assert len(targets_in(real, f"W{n}")) == 11
        assert strata_of(real, f"W{n}") == [{"id": "*", **rule}], wording


def test_a_range_is_drawn_at_its_floor_and_its_ceiling_is_checked(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, PLAN, "HC-12", {"抽查比例": "5-6%"})
    real = taken_in(small, tmp_path)
    assert strata_of(real, "HC-12") == [{"id": "*", "ratio": "0.05"}]
    assert any("超过上限0.06" in warning for warning in frame_of(real, "HC-12").warnings)


def test_alternates_come_from_the_settings_and_none_are_left_out(tmp_path: Path) -> None:
    small = SmallRound()
    small.set_up("alternates = 2", "alternates = 0")
    real = taken_in(small, tmp_path)
    assert msgspec.to_builtins(frame_of(real, "HC-12").entry)["strata"] == ({"id": "*", "ratio": "0.05"},)


def test_alternates_are_two_where_the_settings_say_nothing(tmp_path: Path) -> None:
    small = SmallRound()
    small.set_up("alternates = 2", "")
    real = taken_in(small, tmp_path)
    assert frame_of(real, "HC-12").entry.strata[0].alternates == 2


def test_a_class_in_the_frame_without_a_ratio_refuses_the_task(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(MARKET, PLAN, "HC-09", {"B级比例": None})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert "HC-09" not in {frame.task for frame in real.frames}


def test_a_class_that_nobody_in_the_frame_has_needs_no_ratio(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, PLAN, "HC-09", {"C级比例": None})
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert {rule["id"] for rule in strata_of(real, "HC-09")} == {"A", "B", "D"}


def test_a_class_whose_only_unit_was_left_out_is_no_stratum(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, PLAN, "HC-09", {"A级比例": None})
    small.put(MARKET, DIRECTORY, "91419999MA1014064E", {"本年已检查次数": 2})
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert {rule["id"] for rule in strata_of(real, "HC-09")} == {"B", "D"}


@pytest.mark.parametrize(
    ("key", "ratios", "cell"),
    [
        ("HC-12", {"抽查比例": "0%"}, "抽查比例"),
        ("HC-12", {"抽查比例": None, "A级比例": "0%", "B级比例": "0%", "C级比例": "0%", "D级比例": "100%"}, "A级比例"),
    ],
)
def test_a_task_with_a_general_item_that_draws_less_than_five_percent_in_all_is_refused(
    key: str, ratios: dict[str, Any], cell: str, tmp_path: Path
) -> None:
    small = SmallRound()
    small.put(MARKET, PLAN, key, ratios)
    planted = small.put(MARKET, PLAN, key, {cell: ratios[cell]})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert any("5%" in row.reason for one in real.taken for row in one.refused if row.sheet == PLAN)


def test_low_classes_may_be_drawn_below_five_percent_where_the_whole_task_is_not(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(
        MARKET, PLAN, "HC-12", {"抽查比例": None, "A级比例": "0%", "B级比例": "0%", "C级比例": "50%", "D级比例": "0%"}
    )
    assert faults(taken_in(small, tmp_path)) == set()


def test_a_general_item_of_a_cooperating_department_binds_the_task_too(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(POLICE, "抽查事项清单", "GA01", {"事项类别": "重点"})
    planted = small.put(POLICE, PLAN, "HC-05", {"抽查比例": "0%"})
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_task_of_key_items_alone_may_draw_as_little_as_it_likes(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(POLICE, PLAN, "HC-13", {"抽查比例": "0%"})
    assert faults(taken_in(small, tmp_path)) == set()


CAPS = [
    ("cap = { A = 2, B = 2, C = 4, D = 6 }", {"92419999MA1012210N": False, "91419999MA1012587P": True}),
    ("cap = 2", {"92419999MA1012210N": True, "91419999MA1012587P": True}),
    ("cap = { C = 2 }", {"92419999MA1012210N": True, "91419999MA1012587P": False}),
    ("cap = 0", {"91419999MA1002960Y": True, "91419999MA101147XX": True}),
    ("", {"92419999MA1012210N": False, "91419999MA1012587P": False}),
]


@pytest.mark.parametrize(("cap", "expected"), CAPS)
def test_a_target_at_its_class_s_cap_is_left_out_and_listed(
    cap: str, expected: dict[str, bool], tmp_path: Path
) -> None:
    """In 公安局's rows the café (C) and the dance hall (A) have been inspected twice this year, the hotels never."""
    small = SmallRound()
    small.set_up("cap = { A = 2, B = 2, C = 4, D = 6 }", cap)
    real = taken_in(small, tmp_path)
    listed = left_out(real, "HC-05")
    for target, out in expected.items():
        assert (target in listed) == out
        assert (target in targets_in(real, "HC-05")) != out
    assert all("年度上限" in reason for reason in listed.values())


def test_only_the_initiator_s_own_count_fills_its_cap(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(FIRE, DIRECTORY, "91419999MA1002960Y", {"本年已检查次数": 9})
    real = taken_in(small, tmp_path)
    assert "91419999MA1002960Y" in targets_in(real, "HC-05")


@pytest.mark.parametrize(
    ("last", "gap", "out"),
    [
        ("2026-01-02", "gap_days = 60", True),
        ("2026-01-01", "gap_days = 60", False),
        ("2026-01-01", "gap_days = 61", True),
        ("2026-03-01", "", False),
        ("2026-03-20", "gap_days = 10", True),
    ],
)
def test_the_trustworthy_are_left_in_peace_for_the_gap(last: str, gap: str, out: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a table's column
    """HC-12 holds general items only; the tailor is A; what counts is the task's first day, 2 March."""
    small = SmallRound()
    small.set_up("gap_days = 60", gap)
    small.put(MARKET, DIRECTORY, TAILOR, {"上次检查日期": last})
    real = taken_in(small, tmp_path)
    assert (TAILOR in left_out(real, "HC-12")) == out


def test_an_inspection_by_any_department_counts_and_the_latest_does(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, DIRECTORY, SHOP, {"上次检查日期": "2025-06-01"})
    small.put(FIRE, DIRECTORY, SHOP, {"上次检查日期": "2026-02-20"})
    real = taken_in(small, tmp_path)
    assert SHOP in left_out(real, "HC-12")


@pytest.mark.parametrize("tag", ["经营异常名录", "严重违法失信名单"])
def test_c_and_d_get_a_warning_instead_of_peace(tag: str, tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, DIRECTORY, TAILOR, {"上次检查日期": "2026-02-20", "标签": tag})
    real = taken_in(small, tmp_path)
    assert TAILOR in targets_in(real, "HC-12")
    assert any("60日内检查过" in warning for warning in frame_of(real, "HC-12").warnings)


def test_a_key_item_of_any_department_sets_the_gap_aside(tmp_path: Path) -> None:
    small = SmallRound()
    hotel = "91419999MA1002960Y"
    small.put(POLICE, DIRECTORY, hotel, {"上次检查日期": "2026-02-20"})
    assert hotel in targets_in(taken_in(small, tmp_path), "HC-05")
    small.sheet(FIRE, PLAN).delete_rows(small.row(FIRE, PLAN, "HC-05"))
    assert hotel in left_out(taken_in(small, tmp_path), "HC-05")


def test_the_population_is_the_initiator_s_rows_in_its_own_words(tmp_path: Path) -> None:
    """What other departments say of type, trade, area and tags decides nothing about the initiator's task."""
    small = SmallRound()
    before = targets_in(taken_in(small, tmp_path), "HC-05")
    small.put(MARKET, DIRECTORY, "91419999MA1002960Y", {"对象类型": "项目", "行业": "其他", "标签": "住宿文化"})
    small.put(FIRE, DIRECTORY, "91419999MA1005184M", {"行业": "住宿文化"})
    assert targets_in(taken_in(small, tmp_path), "HC-05") == before
    small.put(POLICE, DIRECTORY, "91419999MA1002960Y", {"对象类型": "项目"})
    assert targets_in(taken_in(small, tmp_path), "HC-05") == before - {"91419999MA1002960Y"}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("419999103", {TAILOR}),
        ("双塔镇", {TAILOR}),
        ("双塔镇；419999200", {TAILOR, SHOP, "93419999MA10199818"}),
        ("经营异常名录", {"92419999MA10018537"}),
        ("农资", {"92419999MA1014806Q", "93419999MA1015171W"}),
        ("农资；双塔镇、经营异常名录", {"92419999MA1014806Q", "93419999MA1015171W", TAILOR, "92419999MA10018537"}),
        ("不存在的行业", set()),
    ],
)
def test_a_scope_names_trades_areas_or_tags_and_any_one_is_enough(
    scope: str, expected: set[str], tmp_path: Path
) -> None:
    small = SmallRound()
    small.put(MARKET, PLAN, "HC-12", {"对象范围": scope})
    assert targets_in(taken_in(small, tmp_path), "HC-12") == expected


def test_an_empty_frame_is_said(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, PLAN, "HC-12", {"对象范围": "不存在的行业"})
    assert any("没有可抽的对象" in warning for warning in frame_of(taken_in(small, tmp_path), "HC-12").warnings)


def test_an_item_applies_by_type_or_trade_and_without_either_to_all(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, PLAN, "HC-12", {"事项编码": "SJ06"})
    assert targets_in(taken_in(small, tmp_path), "HC-12") == {"92419999MA1014806Q", "93419999MA1015171W"}
    small.put(MARKET, "抽查事项清单", "SJ06", {"检查对象类型": "农资；农民专业合作社"})
    assert "93419999MA10199818" in targets_in(taken_in(small, tmp_path), "HC-12")
    small.put(MARKET, "抽查事项清单", "SJ06", {"检查对象类型": None})
    assert len(targets_in(taken_in(small, tmp_path), "HC-12")) == 11


def test_an_item_of_a_cooperating_department_alone_brings_a_target_into_the_population(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(POLICE, PLAN, "HC-05", {"对象范围": None})
    with_both = targets_in(taken_in(small, tmp_path), "HC-05")
    assert "91419999MA1005184M" in with_both, "市场监督管理局 checks the registration of every firm"
    small.put(MARKET, PLAN, "HC-05", {"事项编码": "SJ06"})
    assert "91419999MA1005184M" not in targets_in(taken_in(small, tmp_path), "HC-05")


def test_a_joint_task_goes_on_without_a_department_whose_line_is_missing_and_says_so(tmp_path: Path) -> None:
    small = SmallRound()
    small.sheet(FIRE, PLAN).delete_rows(small.row(FIRE, PLAN, "HC-05"))
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    task = next(task for task in real.tasks if task.id == "HC-05")
    assert set(task.items) == {POLICE, MARKET}
    assert any(FIRE in warning for warning in frame_of(real, "HC-05").warnings)


def test_a_department_that_cooperates_unasked_takes_part_and_that_is_said(tmp_path: Path) -> None:
    small = SmallRound()
    small.add(
        WATER, PLAN, {"任务编号": "HC-05", "抽查类型": "部门联合", "本部门角色": "配合", "抽查比例": None}, like="HC-03"
    )
    real = taken_in(small, tmp_path)
    assert WATER in next(task for task in real.tasks if task.id == "HC-05").items
    assert any(WATER in warning for warning in frame_of(real, "HC-05").warnings)


def test_a_refused_item_takes_no_part_and_a_task_left_without_items_draws_nobody(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(WATER, "抽查事项清单", "SL03", {"检查方式": None})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    task = next(task for task in real.tasks if task.id == "HC-04")
    assert [item.code for item in task.items[WATER]] == ["SL02"]
    planted |= small.put(WATER, "抽查事项清单", "SL02", {"检查方式": None})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert targets_in(real, "HC-04") == set()


def test_every_unit_of_the_population_is_in_the_frame_or_left_out_with_a_reason(tmp_path: Path) -> None:
    real = taken_in(SmallRound(), tmp_path)
    for frame in real.frames:
        kept = [target for _, target in frame.units]
        listed = [each.target for each in frame.excluded]
        assert len(kept) == len(set(kept))
        assert set(kept).isdisjoint(listed)
        assert all(each.reason for each in frame.excluded)


def test_refused_rows_of_directories_are_listed_by_their_code_as_written(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(WATER, DIRECTORY, "GC-001", {"地址": None})
    small.put(WATER, DIRECTORY, "GC-002", {"对象编号": None})
    small.put(MARKET, DIRECTORY, SHOP, {"统一社会信用代码": "92419999MA1001482H"})
    real = taken_in(small, tmp_path)
    listed = excluded_file(
        each for one in real.taken for each in refused_targets(one.submission.department.id, one.refused)
    ).decode()
    lines = [line.split("\t") for line in listed.splitlines()]
    assert {line[0] for line in lines} == {"-"}
    assert {line[1] for line in lines} == {
        "GC-001",
        "第13行",
        "92419999MA1001482H",
        "91419999MA1007403R",
        "91419999MA10096285",
    }
    assert all(line[2] for line in lines)
    assert listed.splitlines() == sorted(listed.splitlines(), key=str.encode)
