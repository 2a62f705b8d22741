"""References between rows: one to nobody is refused, one to a refused row is not; the same row twice; doubles."""

from pathlib import Path

import pytest
from pure.intake.planting import faults, taken_in
from pure.intake.round_folders import FIRE, MARKET, POLICE, WATER, SmallRound

from coordinator.domain.errors import Invalid

NOBODY, DRINKS, HOTEL = "91419999MA00000014", "91419999MA1003701P", "91419999MA101147XX"

REFERENCES = [
    (MARKET, "检查对象名录", DRINKS, "所在区域", "望海镇"),
    (WATER, "检查对象名录", "GC-001", "所在区域", "419999999"),
    (MARKET, "检查对象名录", DRINKS, "上次检查人员", "市监-001；市监-099"),
    (FIRE, "执法检查人员名录", "消防-001", "所在区域", "禾川"),
    (FIRE, "执法检查人员名录", "消防-001", "可支援部门", "禾川县气象局"),
    (MARKET, "抽查计划", "HC-12", "事项编码", "SJ01、SJ07"),
    (MARKET, "抽查计划", "HC-12", "事项编码", "GA01"),
    (MARKET, "抽查计划", "HC-01", "配合部门", "禾川县消防救援大队；禾川县卫生健康委员会"),
    (FIRE, "抽查计划", "HC-05", "任务编号", "HC-55"),
    (POLICE, "回避登记", "公安-002", "人员编号", "公安-099"),
    (POLICE, "回避登记", "公安-002", "统一社会信用代码", NOBODY),
    (WATER, "回避登记", "GC-012", "对象编号", "GC-099"),
    (POLICE, "特别检查", HOTEL, "统一社会信用代码", NOBODY),
    (POLICE, "特别检查", HOTEL, "事项编码", "SJ01"),
    (MARKET, "区划", "419999203", "相邻", "419999105；419999999"),
    (MARKET, "人员互斥", "市监-012", "人员编号", "市监-099"),
    (MARKET, "人员互斥", "市监-012", "互斥人员编号", "公安-099"),
]


@pytest.mark.parametrize(("department", "sheet", "key", "column", "value"), REFERENCES)
def test_a_reference_to_nobody_is_refused_where_it_stands(
    department: str, sheet: str, key: str, column: str, value: str, tmp_path: Path
) -> None:
    small = SmallRound()
    planted = small.put(department, sheet, key, {column: value})
    expected = planted | ({(WATER, "回避登记", "A2")} if key == "GC-012" and column == "对象编号" else set())
    assert faults(taken_in(small, tmp_path)) == expected - {(WATER, "回避登记", "A2")}


def test_recusals_and_pairs_may_name_people_and_firms_of_other_departments(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(POLICE, "回避登记", "公安-002", {"人员编号": "水利-003", "统一社会信用代码": DRINKS})
    small.put(WATER, "人员互斥", "水利-008", {"人员编号": "市监-001"})
    assert faults(taken_in(small, tmp_path)) == set()


def test_a_reference_to_a_refused_row_is_no_error(tmp_path: Path) -> None:
    """Every kind of row is refused for a cell that is not its name, and others refer to it by its name."""
    small = SmallRound()
    planted = small.put(MARKET, "抽查事项清单", "SJ01", {"检查方式": "上门"})
    planted |= small.put(MARKET, "检查对象名录", "92419999MA1001482G", {"对象类型": None})
    planted |= small.put(FIRE, "检查对象名录", "92419999MA1001482G", {"对象类型": None})
    planted |= small.put(MARKET, "执法检查人员名录", "市监-012", {"执法证有效期": "2026-01-01"})
    planted |= small.put(MARKET, "区划", "419999105", {"经度": "不详"})
    planted |= small.put(POLICE, "抽查计划", "HC-05", {"抽查比例": "待定"})
    planted |= small.put(POLICE, "部门", POLICE, {"层级": "区"})
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_reference_to_a_row_refused_for_its_name_is_no_error_either(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(MARKET, "执法检查人员名录", "市监-011", {"人员编号": 11})
    small.put(MARKET, "回避登记", "92419999MA1001482G", {"人员编号": "11"})
    planted |= small.put(MARKET, "检查对象名录", "91419999MA1016289R", {"统一社会信用代码": 419999000012340})
    small.put(MARKET, "回避登记", "92419999MA1019244Q", {"统一社会信用代码": "419999000012340"})
    planted |= small.put(MARKET, "区划", "419999105", {"代码": 419999105})
    planted |= small.put(MARKET, "抽查事项清单", "SJ06", {"事项编码": 6})
    small.put(MARKET, "特别检查", "92419999MA100259X2", {"事项编码": "6"})
    planted |= small.put(POLICE, "抽查计划", "HC-05", {"任务编号": 5})
    small.put(FIRE, "抽查计划", "HC-05", {"任务编号": "5"})
    small.put(MARKET, "抽查计划", "HC-05", {"任务编号": "5"})
    # those who named the inspector by its right number now name nobody
    small.sheet(MARKET, "回避登记").delete_rows(2, 2)
    small.sheet(MARKET, "回避登记").delete_rows(3, 2)
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_cooperating_row_may_wait_for_an_initiator_whose_role_cannot_be_read(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(POLICE, "抽查计划", "HC-05", {"本部门角色": "牵头"})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert "HC-05" not in {task.id for task in real.tasks}


def test_two_departments_that_initiate_one_task_are_both_refused(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(FIRE, "抽查计划", "HC-05", {"本部门角色": "发起"})
    small.put(FIRE, "抽查计划", "HC-05", {"抽查比例": "20%", "配合部门": None})
    planted |= small.put(POLICE, "抽查计划", "HC-05", {"本部门角色": "发起"})
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_task_that_nobody_initiates_is_refused_where_departments_cooperate(tmp_path: Path) -> None:
    small = SmallRound()
    small.sheet(POLICE, "抽查计划").delete_rows(small.row(POLICE, "抽查计划", "HC-05"))
    planted = small.put(FIRE, "抽查计划", "HC-05", {"任务编号": "HC-05"})
    planted |= small.put(MARKET, "抽查计划", "HC-05", {"任务编号": "HC-05"})
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_department_that_never_handed_in_refuses_what_names_it(tmp_path: Path) -> None:
    small = SmallRound()
    small.take_out(WATER)
    planted = small.put(MARKET, "抽查计划", "HC-01", {"配合部门": f"{FIRE}；{WATER}"})
    planted |= small.put(FIRE, "执法检查人员名录", "消防-001", {"可支援部门": WATER})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert {task.id for task in real.tasks} == {"HC-05", "HC-09", "HC-12", "HC-13"}


def test_without_the_coordinator_s_workbook_nothing_can_be_done(tmp_path: Path) -> None:
    small = SmallRound()
    small.take_out(MARKET)
    with pytest.raises(Invalid, match="牵头部门"):
        taken_in(small, tmp_path)


@pytest.mark.parametrize(
    ("department", "sheet", "key"),
    [
        (MARKET, "抽查事项清单", "SJ01"),
        (MARKET, "检查对象名录", DRINKS),
        (FIRE, "执法检查人员名录", "消防-001"),
        (MARKET, "抽查计划", "HC-12"),
        (POLICE, "回避登记", "公安-002"),
        (POLICE, "特别检查", HOTEL),
        (MARKET, "区划", "419999105"),
        (MARKET, "人员互斥", "市监-012"),
        (POLICE, "部门", POLICE),
    ],
)
def test_the_same_row_twice_counts_once_with_a_warning(department: str, sheet: str, key: str, tmp_path: Path) -> None:
    small = SmallRound()
    number = small.add(department, sheet, {}, like=key)
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert any("只计一次" in f.message and f.row == number for one in real.taken for f in one.findings)


def test_a_good_row_is_no_twin_of_a_bad_one(tmp_path: Path) -> None:
    small = SmallRound()
    small.add(MARKET, "检查对象名录", {"信用风险等级": None}, like="91419999MA1007403R")
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert MARKET in real.targets["91419999MA1007403R"].entries


def test_recusals_of_one_person_at_one_firm_add_up(tmp_path: Path) -> None:
    small = SmallRound()
    small.add(POLICE, "回避登记", {"回避事由": "配偶任职"}, like="公安-002")
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    police = next(one.submission for one in real.taken if one.submission.department.id == POLICE)
    reasons = [each.reason for each in police.recusals if each.inspector == "公安-002"]
    assert reasons == ["持有股份", "配偶任职"]


def test_one_code_for_two_different_rows_stands_for_the_first(tmp_path: Path) -> None:
    small = SmallRound()
    planted = set()
    for department, sheet, key, column, other in (
        (MARKET, "抽查事项清单", "SJ06", "事项编码", {"抽查事项": "其他广告检查"}),
        (FIRE, "执法检查人员名录", "消防-001", "人员编号", {"姓名": "另一人"}),
        (MARKET, "抽查计划", "HC-12", "任务编号", {"任务名称": "另一任务"}),
        (MARKET, "区划", "419999105", "代码", {"名称": "另一镇"}),
    ):
        number = small.add(department, sheet, other, like=key)
        planted |= small.fill(department, sheet, number, {column: key})
    assert faults(taken_in(small, tmp_path)) == planted


def test_a_task_that_its_frame_forbids_is_refused_at_the_row_that_stands(tmp_path: Path) -> None:
    """A second, different row of the same task must not take the blame for the first."""
    small = SmallRound()
    planted = small.put(MARKET, "抽查计划", "HC-12", {"抽查比例": "0%"})
    number = small.add(MARKET, "抽查计划", {"任务名称": "另一任务"}, like="HC-12")
    planted |= small.fill(MARKET, "抽查计划", number, {"任务编号": "HC-12"})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert "HC-12" not in {task.id for task in real.tasks}


def test_codes_stay_as_written_and_meet_only_what_is_written_alike(tmp_path: Path) -> None:
    small = SmallRound()
    for department in (POLICE, FIRE, MARKET):
        small.put(department, "抽查计划", "HC-05", {"任务编号": "禾联（2026）5号"})
    small.put(MARKET, "区划", "419999105", {"名称": "枣园（东）镇"})
    for department in (MARKET, FIRE):
        for line in small.sheet(department, "检查对象名录").iter_rows():
            for cell in line:
                cell.value = "枣园（东）镇" if cell.value == "枣园镇" else cell.value
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert "禾联（2026）5号" in {frame.entry.id for frame in real.frames}


def test_an_invisible_mark_in_a_code_is_refused(tmp_path: Path) -> None:
    """An identifier of the draw may hold none (spec/draw.md 1), and nobody could tell two such codes apart."""
    small = SmallRound()
    planted = small.put(MARKET, "抽查计划", "HC-12", {"任务编号": "HC-12\u200b"})
    assert faults(taken_in(small, tmp_path)) == planted
