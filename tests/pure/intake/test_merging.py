"""One target for each id, whoever lists it: whose word counts, what adds up, which class it comes to."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure.intake.planting import faults, taken_in
from pure.intake.round_folders import FIRE, MARKET, POLICE, WATER, SmallRound

from coordinator.domain.codes import CreditRiskClass, DepartmentLevel
from coordinator.domain.ids import AreaId, DepartmentId, InspectorId, TargetId
from coordinator.domain.submissions import Department, HalfDayPart, Occasion, Submission, TargetEntry
from coordinator.domain.targets import merge_targets

DIRECTORY = "检查对象名录"
HOTEL = "91419999MA1002960Y"
"""Listed by 市场监督管理局 (without coordinates), 公安局 and 消防救援大队."""


def test_the_coordinator_s_word_counts_then_that_of_others_in_byte_order(tmp_path: Path) -> None:
    small = SmallRound()
    for department in (POLICE, FIRE):
        small.put(
            department,
            DIRECTORY,
            HOTEL,
            {"检查对象名称": f"{department}所称", "地址": f"{department}所记", "所在区域": "青峪乡"},
        )
    small.put(MARKET, DIRECTORY, HOTEL, {"所在区域": None})
    small.put(POLICE, DIRECTORY, HOTEL, {"经度": 125.5, "纬度": 30.5})
    target = taken_in(small, tmp_path).targets[HOTEL]
    assert (target.name, target.address) == ("禾川县诚美酒店管理有限公司", "禾川县石井镇工业路90号")
    assert (target.area, target.lon, target.lat) == ("419999200", 125.5, 30.5)
    contradictions = {(each.field, each.taken_from, each.other_from) for each in target.contradictions}
    assert {("检查对象名称", MARKET, POLICE), ("地址", MARKET, FIRE), ("经纬度", POLICE, FIRE)} <= contradictions
    assert ("所在区域", POLICE, FIRE) not in contradictions


def test_what_adds_up_adds_up_and_the_latest_inspection_counts(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(
        MARKET, DIRECTORY, HOTEL, {"标签": "重点监管", "上次检查日期": "2025-05-01", "不便检查日期": "2026-03-05"}
    )
    small.put(POLICE, DIRECTORY, HOTEL, {"标签": "重点监管；夜间营业", "上次检查人员": "公安-004；公安-005"})
    small.put(FIRE, DIRECTORY, HOTEL, {"上次检查日期": "2025-12-01", "上次检查人员": "消防-001"})
    small.put(FIRE, DIRECTORY, HOTEL, {"不便检查日期": "2026-03-05；2026-03-06上午"})
    target = taken_in(small, tmp_path).targets[HOTEL]
    assert set(target.tags) == {"重点监管", "夜间营业"}
    assert target.last_inspected_on == date(2025, 12, 1)
    assert set(target.last_inspectors) == {"公安-004", "公安-005", "消防-001"}
    assert set(target.closed) == {
        Occasion(date=date(2026, 3, 5)),
        Occasion(date=date(2026, 3, 6), part=HalfDayPart.MORNING),
    }


@pytest.mark.parametrize(
    ("given_classes", "tags", "expected"),
    [
        (("A", "B", "A"), None, "B"),
        (("A", None, "D"), None, "D"),
        ((None, None, None), None, "B"),
        (("A", "A", "A"), "经营异常名录", "C"),
        (("A", None, None), "投诉举报较多", "C"),
        ((None, None, None), "高风险", "C"),
        (("D", "A", "A"), "高风险", "D"),
        (("A", "A", "A"), "高风险；严重违法失信名单", "D"),
        (("A", "A", "A"), "诚信示范", "A"),
    ],
)
def test_the_highest_risk_any_row_gives_counts_and_tags_raise_it(
    given_classes: tuple[str | None, ...], tags: str | None, expected: str, tmp_path: Path
) -> None:
    small = SmallRound()
    for department, klass in zip((MARKET, POLICE, FIRE), given_classes, strict=True):
        small.put(department, DIRECTORY, HOTEL, {"信用风险等级": klass})
    small.put(FIRE, DIRECTORY, HOTEL, {"标签": tags})
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert real.targets[HOTEL].credit_risk == expected
    warned = any("没有填信用风险等级" in warning for warning in real.warnings())
    assert warned == (None in given_classes)


def test_a_target_without_a_code_is_its_department_s_own(tmp_path: Path) -> None:
    small = SmallRound()
    small.add(
        POLICE,
        DIRECTORY,
        {"对象编号": "GC-001", "检查对象名称": "水库警务室", "对象类型": "项目", "地址": "城关", "标签": "高风险"},
    )
    real = taken_in(small, tmp_path)
    assert {f"{WATER}/GC-001", f"{POLICE}/GC-001"} <= real.targets.keys()
    assert real.targets[f"{WATER}/GC-001"].credit_risk == "B"


def test_a_refused_row_says_nothing_about_its_target(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(FIRE, DIRECTORY, HOTEL, {"标签": "严重违法失信名单", "地址": None})
    target = taken_in(small, tmp_path).targets[HOTEL]
    assert target.credit_risk == "B"
    assert set(target.entries) == {MARKET, POLICE}


words = st.sampled_from(["", "甲", "乙"])
areas = st.sampled_from([None, AreaId("1"), AreaId("2")])
tags = st.lists(st.sampled_from(["经营异常名录", "严重违法失信名单", "夜间营业"]), max_size=2).map(tuple)
places = st.sampled_from([(None, None), (113.5, 33.3), (113.6, 33.4)])
days = st.none() | st.dates(date(2025, 1, 1), date(2026, 3, 1))


@st.composite
def directories(draw: st.DrawFn) -> tuple[Submission, ...]:
    """Up to four departments that list some of three targets, in the order in which intake hands them on."""
    names = draw(st.lists(st.sampled_from("甲乙丙丁"), min_size=1, unique=True))
    coordinator, *others = names
    return tuple(draw(submissions(name)) for name in (coordinator, *sorted(others)))


@st.composite
def submissions(draw: st.DrawFn, name: str) -> Submission:
    department = Department(row=2, id=DepartmentId(name), region="419999", level=DepartmentLevel.COUNTY)
    listed = draw(st.lists(st.sampled_from("xyz"), unique=True))
    return Submission(department=department, targets=tuple(draw(entries(target)) for target in listed))


@st.composite
def entries(draw: st.DrawFn, target: str) -> TargetEntry:
    lon, lat = draw(places)
    return TargetEntry(
        row=2,
        id=TargetId(target),
        name=draw(words),
        kind="企业",
        address=draw(words),
        area=draw(areas),
        credit_risk=draw(st.none() | st.sampled_from(CreditRiskClass)),
        tags=draw(tags),
        lon=lon,
        lat=lat,
        last_inspected_on=draw(days),
        last_inspectors=draw(st.lists(st.sampled_from([InspectorId("1"), InspectorId("2")])).map(tuple)),
    )


@given(directories())
def test_merging_takes_the_first_word_the_highest_risk_and_everything_that_adds_up(
    handed_in: tuple[Submission, ...],
) -> None:
    targets = merge_targets(handed_in)
    assert list(targets) == sorted({entry.id for one in handed_in for entry in one.targets})
    for target in targets.values():
        rows = [entry for one in handed_in for entry in one.targets if entry.id == target.id]
        assert target.name == next(filter(None, (row.name for row in rows)), "")
        assert target.address == next(filter(None, (row.address for row in rows)), "")
        assert target.area == next(filter(None, (row.area for row in rows)), None)
        assert (target.lon, target.lat) == next(((r.lon, r.lat) for r in rows if r.lon), (None, None))
        assert set(target.tags) == {tag for row in rows for tag in row.tags}
        assert set(target.last_inspectors) == {each for row in rows for each in row.last_inspectors}
        assert all(target.credit_risk >= row.credit_risk for row in rows if row.credit_risk)
        assert all(target.last_inspected_on >= row.last_inspected_on for row in rows if row.last_inspected_on)
        assert set(target.entries) == {
            one.department.id for one in handed_in if target.id in {e.id for e in one.targets}
        }


@given(directories(), st.randoms(use_true_random=False))
def test_what_adds_up_and_the_class_do_not_depend_on_the_order_of_departments(
    handed_in: tuple[Submission, ...], order: st.DataObject
) -> None:
    shuffled = list(handed_in)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = merge_targets(handed_in), merge_targets(shuffled)
    assert one.keys() == other.keys()
    for target in one:
        assert one[target].credit_risk == other[target].credit_risk
        assert one[target].last_inspected_on == other[target].last_inspected_on
        assert set(one[target].tags) == set(other[target].tags)
        assert set(one[target].last_inspectors) == set(other[target].last_inspectors)
        assert one[target].entries == other[target].entries
