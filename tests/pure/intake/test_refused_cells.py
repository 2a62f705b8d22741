"""A fault of every kind planted in the small sample: that row is refused at that cell, and nothing else is.

Each case is also taken in by the second computation (`planting.taken_in`), which must agree in everything.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pure.intake.planting import faults, taken_in
from pure.intake.round_folders import FIRE, MARKET, POLICE, WATER, Place, SmallRound
from support.recomputation.sheets import IDENTIFIED_BY_EITHER, SHEETS, columns

from coordinator.domain.sheets import Severity

DRINKS, HOTEL = "91419999MA1003701P", "91419999MA101147XX"
NOBODYS_ITEM = "SJ06"
KEYS = {
    "部门": POLICE,
    "抽查事项清单": NOBODYS_ITEM,
    "检查对象名录": "91419999MA1016289R",
    "执法检查人员名录": "市监-011",
    "抽查计划": "HC-12",
    "回避登记": "92419999MA1001482G",
    "特别检查": "92419999MA100259X2",
    "区划": "419999203",
    "人员互斥": "市监-012",
}
"""For each sheet a row to which nothing else refers by what the tests change in it."""


@cache
def the_row(sheet: str) -> tuple[str, int]:
    department = POLICE if sheet == "部门" else MARKET
    return department, SmallRound().row(department, sheet, KEYS[sheet])


def spoil(small: SmallRound, sheet: str, column: str, value: object, *, below: int = 0) -> set[Place]:
    """Put a value into that sheet's row, or one some rows below it."""
    department, number = the_row(sheet)
    return small.fill(department, sheet, number + below, {column: value})


def one_row_each(small: SmallRound, sheet: str, values: dict[str, list[Any]]) -> set[Place]:
    """Add a row for each value that differs from the sheet's row in its own name and that one cell."""
    department, number = the_row(sheet)
    key = small.sheet(department, sheet).cell(number, 1).value
    places = set()
    for column, each in values.items():
        for n, value in enumerate(each):
            added = small.add(department, sheet, {columns(sheet)[0][0]: f"{column}{n}"}, like=str(key))
            places |= small.fill(department, sheet, added, {column: value})
    return places


def all_columns(wanted: Callable[[str, bool], bool]) -> list[tuple[str, str]]:
    return [(sheet, name) for sheet in SHEETS for name, kind, required in columns(sheet) if wanted(kind, required)]


REFERRED_TO = {("区划", "代码"), ("执法检查人员名录", "人员编号"), ("抽查计划", "任务编号"), ("部门", "部门名称")}
"""Where an empty cell lets other rows refer to nobody, or nobody's workbook be whose."""


REQUIRED = sorted({*all_columns(lambda _, required: required)} - REFERRED_TO)


@pytest.mark.parametrize(("sheet", "column"), REQUIRED)
def test_a_row_without_a_required_cell_is_refused(sheet: str, column: str, tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, sheet, column, None)
    assert faults(taken_in(small, tmp_path)) == planted


def test_blanks_fill_no_required_cell(tmp_path: Path) -> None:
    """Of 人员互斥 every column is required: a row of blanks alone there is no row."""
    small = SmallRound()
    some = [(sheet, column) for sheet, column in REQUIRED if sheet != "人员互斥"]
    planted = set().union(*(spoil(small, sheet, column, " \u3000 ") for sheet, column in some))
    assert faults(taken_in(small, tmp_path)) == planted


@pytest.mark.parametrize("sheet", IDENTIFIED_BY_EITHER)
def test_a_row_that_names_no_target_in_either_way_is_refused(sheet: str, tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, sheet, "统一社会信用代码", None)
    assert faults(taken_in(small, tmp_path)) == planted


@pytest.mark.parametrize(("sheet", "column"), all_columns(lambda kind, _: "/" in kind))
def test_a_value_off_its_code_list_is_refused(sheet: str, column: str, tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, sheet, column, "都可以")
    assert faults(taken_in(small, tmp_path)) == planted


def test_one_wrong_value_in_a_list_spoils_the_list(tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, "抽查事项清单", "检查方式", "现场、上门")
    assert faults(taken_in(small, tmp_path)) == planted


NUMBERS_FOR_CODES = sorted({*all_columns(lambda kind, _: kind in ("code", "codes", "uscc"))} - REFERRED_TO)


@pytest.mark.parametrize("number", [419999001, 0.5])
def test_a_number_cell_in_any_code_column_is_refused(number: float, tmp_path: Path) -> None:
    small = SmallRound()
    planted = set().union(*(spoil(small, sheet, column, number) for sheet, column in NUMBERS_FOR_CODES))
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_code_with_a_wrong_check_digit_or_form_is_refused(tmp_path: Path) -> None:
    small = SmallRound()
    codes = [
        "91419999MA1016289X",
        "91419999MA1016298R",
        "91419999MA101628R",
        "91419999MA1O16289R",
        "41999900001234",
        "无",
    ]
    planted: set[Place] = set()
    for n, code in enumerate(codes):
        planted |= spoil(small, "检查对象名录", "统一社会信用代码", code, below=n)
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert set(codes) <= {row.code for one in real.taken for row in one.refused}


def test_a_fifteen_digit_number_is_accepted_as_text_and_marked(tmp_path: Path) -> None:
    small = SmallRound()
    spoil(small, "检查对象名录", "统一社会信用代码", "419999000012340")
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert "419999000012340" in real.targets
    assert any("15位注册号" in warning for warning in real.warnings())


def test_a_fifteen_digit_number_cell_has_lost_its_certainty(tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, "检查对象名录", "统一社会信用代码", 419999000012340)
    assert faults(taken_in(small, tmp_path)) == planted


@pytest.mark.parametrize("code", ["N2419999MF0000001X", "A1419999MF0000001D", "Y1419999MF0000001Q"])
def test_codes_given_by_other_registration_authorities_are_codes_too(code: str, tmp_path: Path) -> None:
    """GB 32100-2015: A the military, N agriculture (village collectives), Y others."""
    small = SmallRound()
    spoil(small, "检查对象名录", "统一社会信用代码", code)
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert code in real.targets


@pytest.mark.parametrize(
    ("sheet", "column", "value"),
    [
        ("抽查事项清单", "所需人数", "两人"),
        ("抽查事项清单", "所需人数", 1),
        ("抽查事项清单", "检查时长(分钟)", 0),
        ("抽查事项清单", "检查时长(分钟)", "40分钟"),
        ("检查对象名录", "本年已检查次数", -1),
        ("检查对象名录", "本年已检查次数", "1次"),
        ("检查对象名录", "经度", "东经125度"),
        ("检查对象名录", "纬度", 113.5),
        ("执法检查人员名录", "最多半天数", 7.5),
        ("抽查计划", "批次", 0),
        ("抽查计划", "批次", "两批"),
    ],
)
def test_a_number_that_cannot_be_is_refused(sheet: str, column: str, value: object, tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, sheet, column, value)
    assert faults(taken_in(small, tmp_path)) == planted


@pytest.mark.parametrize("expires", ["2026-03-30", "2025年12月31日", datetime(2026, 3, 1)])  # noqa: DTZ001 - a cell
def test_a_certificate_that_runs_out_before_the_round_ends_is_refused(expires: object, tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, "执法检查人员名录", "执法证有效期", expires)
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_certificate_that_runs_out_with_the_round_is_good(tmp_path: Path) -> None:
    small = SmallRound()
    spoil(small, "执法检查人员名录", "执法证有效期", "2026-03-31")
    assert faults(taken_in(small, tmp_path)) == set()


def test_an_expert_s_expired_certificate_is_expired_too(tmp_path: Path) -> None:
    small = SmallRound()
    spoil(small, "执法检查人员名录", "人员类别", "专家")
    planted = spoil(small, "执法检查人员名录", "执法证有效期", "2025-12-31")
    assert faults(taken_in(small, tmp_path)) == planted


OTHER_WORDINGS = [
    "三月十日",
    "2026/3/5",
    "3月5日",
    "2026-3",
    "2026.13.1",
    "2026-02-30",
    "20260305",
    "2026年3月5号",
    "2026-03-05中午",
    "2026-03-05至2026-03-09",
    "待定",
    46086,
    datetime(2026, 3, 5, 8, 30),  # noqa: DTZ001 - a cell
]


def test_other_wordings_of_a_date_are_errors(tmp_path: Path) -> None:
    small = SmallRound()
    planted: set[Place] = set()
    for n, wording in enumerate(OTHER_WORDINGS):
        planted |= spoil(small, "检查对象名录", "上次检查日期", wording, below=n - 5)
        planted |= spoil(small, "检查对象名录", "不便检查日期", wording, below=n - 5)
    planted |= one_row_each(small, "抽查计划", {"结束日期": OTHER_WORDINGS})
    assert faults(taken_in(small, tmp_path)) == planted


def test_one_unreadable_date_in_a_list_spoils_the_list(tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, "执法检查人员名录", "不可用日期", "2026.3.5；三月十日")
    assert faults(taken_in(small, tmp_path)) == planted


def test_half_a_day_stands_only_where_half_a_day_is_meant(tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, "检查对象名录", "上次检查日期", "2025-03-05上午")
    spoil(small, "执法检查人员名录", "不可用日期", "2026-03-05上午")
    assert faults(taken_in(small, tmp_path)) == planted


@pytest.mark.parametrize(
    ("sheet", "values", "wrong"),
    [
        ("抽查计划", {"开始日期": "2026-03-01"}, ["开始日期"]),
        ("抽查计划", {"结束日期": "2026-04-01"}, ["结束日期"]),
        ("抽查计划", {"开始日期": "2026-03-20", "结束日期": "2026-03-10"}, ["结束日期"]),
        ("抽查计划", {"开始日期": "2025-03-20", "结束日期": "2027-03-10"}, ["开始日期", "结束日期"]),
        ("特别检查", {"截止日期": "2026-04-01"}, ["截止日期"]),
        ("特别检查", {"截止日期": "2026-02-27"}, ["截止日期"]),
    ],
)
def test_dates_outside_the_round_or_reversed_are_refused(
    sheet: str, values: dict[str, Any], wrong: list[str], tmp_path: Path
) -> None:
    small = SmallRound()
    department, number = the_row(sheet)
    small.fill(department, sheet, number, values)
    planted = small.fill(department, sheet, number, {name: values[name] for name in wrong})
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_cooperating_department_s_dates_are_held_to_the_round_too(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(FIRE, "抽查计划", "HC-05", {"结束日期": "2026-04-30"})
    assert faults(taken_in(small, tmp_path)) == planted


def test_fewer_working_days_than_batches_are_refused(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, "抽查计划", "HC-12", {"开始日期": "2026-03-06", "结束日期": "2026-03-10"})
    planted = small.put(MARKET, "抽查计划", "HC-12", {"批次": 4})
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_task_on_a_weekend_alone_has_no_working_day(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(MARKET, "抽查计划", "HC-12", {"批次": None})
    small.put(MARKET, "抽查计划", "HC-12", {"开始日期": "2026-03-07", "结束日期": "2026-03-08"})
    assert faults(taken_in(small, tmp_path)) == planted


UNCERTAIN_RATIOS = [
    "待定",
    "根据实际情况确定",
    "1",
    "5",
    1,
    5,
    0,
    "10-20",
    "20-10%",
    "120%",
    "5%左右",
    "≤5%",
    "一半",
    "5%、10%",
    "0家",
    "≤10所抽≥2所",
    "适当比例，≥2家",
]


def test_a_ratio_that_cannot_be_read_for_certain_waits_for_a_person(tmp_path: Path) -> None:
    small = SmallRound()
    planted = one_row_each(small, "抽查计划", {"抽查比例": UNCERTAIN_RATIOS})
    planted |= one_row_each(small, "抽查事项清单", {"最低比例": UNCERTAIN_RATIOS, "最高比例": UNCERTAIN_RATIOS})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    asked = [f for one in real.taken for f in one.findings if f.severity is Severity.CONFIRM]
    assert len(asked) == 3 * len(UNCERTAIN_RATIOS)


def test_a_general_item_below_five_percent_is_refused(tmp_path: Path) -> None:
    small = SmallRound()
    below = ["3%", "0.04", "4-10%", "≥1%, ≥10家", "不少于2‰", "≤10所抽≥2所;>10所≥3%", "0%"]
    planted = one_row_each(small, "抽查事项清单", {"最低比例": below})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert sum("5%" in row.reason for one in real.taken for row in one.refused) == len(below)


def test_a_general_item_at_five_percent_stands(tmp_path: Path) -> None:
    small = SmallRound()
    one_row_each(
        small, "抽查事项清单", {"最低比例": ["5%", "0.05", "5-10%", "≥5%, ≥10家", "2户", "≤10所抽≥2所;>10所≥5%"]}
    )
    assert faults(taken_in(small, tmp_path)) == set()


def test_a_key_item_may_state_any_ratio(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(FIRE, "抽查事项清单", "XF01", {"最低比例": "1%"})
    assert faults(taken_in(small, tmp_path)) == set()


def test_both_kinds_of_ratio_are_refused(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, "抽查计划", "HC-09", {"抽查比例": "10%"})
    planted = small.put(MARKET, "抽查计划", "HC-12", {"抽查比例": "5%"})
    small.put(MARKET, "抽查计划", "HC-12", {"D级比例": "5%"})
    planted |= small.put(MARKET, "抽查计划", "HC-09", {"抽查比例": "10%"})
    assert faults(taken_in(small, tmp_path)) == planted


def test_an_initiated_task_without_any_ratio_is_refused(tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, "抽查计划", "抽查比例", None)
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_row_with_several_faults_is_one_refused_row_with_several_findings(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(
        MARKET,
        "抽查计划",
        "HC-09",
        {"抽查类型": "联合", "事项编码": "SJ04；SJ99", "抽查比例": "5%", "A级比例": "待定", "开始日期": "2026-01-01"},
    )
    planted |= small.put(
        WATER, "回避登记", "水利-010", {"人员编号": "水利-098", "统一社会信用代码": "91419999MA00000014"}
    )
    planted |= small.put(POLICE, "特别检查", HOTEL, {"线索来源": "听说", "事项编码": "GA77", "截止日期": "2026-05-01"})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert sum(row.sheet == "抽查计划" for one in real.taken for row in one.refused) == 1


def test_a_fault_in_the_department_s_own_row_leaves_its_other_rows_standing(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(POLICE, "部门", POLICE, {"区划代码": 419999, "层级": "市"})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert POLICE in {one.department.id for one in real.submissions}


def test_a_required_cell_of_nothing_but_separators_is_empty(tmp_path: Path) -> None:
    small = SmallRound()
    planted = spoil(small, "抽查事项清单", "检查方式", "、")
    planted |= small.put(MARKET, "抽查计划", "HC-12", {"事项编码": "；"})
    assert faults(taken_in(small, tmp_path)) == planted


def test_one_coordinate_without_the_other_is_no_place_but_no_fault_either(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(WATER, "检查对象名录", "GC-001", {"纬度": None})
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert (real.targets[f"{WATER}/GC-001"].lon, real.targets[f"{WATER}/GC-001"].lat) == (None, None)
    assert any("经度和纬度" in warning for warning in real.warnings())
