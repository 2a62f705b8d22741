"""What has to be checked where and when, once targets are drawn; and what the planner gets to know of people and days.

Each round is also worked out by the second computation (`planting.taken_in`), which must agree in everything.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pure.intake.comparing import CALENDAR, RealRound, drawn_with, real_round_of
from pure.intake.planting import faults, taken_in
from pure.intake.round_folders import FIRE, MARKET, POLICE, SMALL, WATER, SmallRound

from coordinator.domain.ids import TargetId, TaskId
from coordinator.domain.matters import DrawnTarget, Wanted, WantedMatter, batch_windows, wanted_matters
from coordinator.domain.problems import barred_pairs, desk_matters, planning_problem
from coordinator.domain.tasks import Task
from solver.planning.problem import Problem

PLAN, DIRECTORY, ITEMS = "抽查计划", "检查对象名录", "抽查事项清单"
HOTEL, FOUNDRY, ELEVATORS, DRINKS = (
    "91419999MA1002960Y",
    "91419999MA1012958E",
    "91419999MA1014064E",
    "91419999MA1003701P",
)
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)


def wanted_of(real: RealRound) -> Wanted:
    return wanted_matters(real.round, CALENDAR, real.submissions, real.tasks, real.targets, drawn_with(real))


def problem_of(real: RealRound) -> Problem:
    return planning_problem(real.round, CALENDAR, real.submissions, real.targets, wanted_of(real).matters)


def at(wanted: Wanted, department: str, item: str, target: str) -> list[WantedMatter]:
    return [m for m in wanted.matters if (m.department, m.item.code, m.target) == (department, item, target)]


def everything_drawn(small: SmallRound) -> None:
    """Let every task draw all of its frame, so that what is expected does not hang on a seed."""
    for department, task in ((MARKET, "HC-12"), (POLICE, "HC-05"), (POLICE, "HC-13"), (WATER, "HC-03")):
        small.put(department, PLAN, task, {"抽查比例": "全覆盖"})
    for department, task in ((MARKET, "HC-01"), (MARKET, "HC-09"), (WATER, "HC-04")):
        small.put(department, PLAN, task, {f"{klass}级比例": "100%" for klass in "ABCD"})


def another_task(small: SmallRound, first: str, last: str, **more: object) -> None:
    """A second task of 市场监督管理局 that asks for SJ04 where HC-09 does."""
    values = {"任务编号": "HC-98", "任务名称": "又一次", "开始日期": first, "结束日期": last, **more}
    small.add(MARKET, PLAN, values, like="HC-09")


def test_each_applying_item_of_each_department_is_one_matter_at_a_drawn_target(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    wanted = wanted_of(taken_in(small, tmp_path))
    hotel = {(m.department, m.item.code, m.tasks) for m in wanted.matters if m.target == HOTEL}
    assert hotel == {
        (POLICE, "GA01", ("HC-05",)),
        (FIRE, "XF01", ("HC-01", "HC-05")),
        (MARKET, "SJ01", ("HC-05",)),
        (MARKET, "SJ03", ("HC-01",)),
        (MARKET, "SJ05", ("HC-01",)),
    }


def test_minutes_and_officers_are_thirty_and_two_where_nothing_is_said(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(POLICE, ITEMS, "GA01", {"检查时长(分钟)": None, "所需人数": None})
    small.put(FIRE, ITEMS, "XF01", {"检查时长(分钟)": "55", "所需人数": 3})
    matters = {(m.item, m.minutes, m.officers, m.key) for m in problem_of(taken_in(small, tmp_path)).matters}
    assert ("GA01", 30, 2, False) in matters
    assert ("XF01", 55, 3, True) in matters


def test_tasks_whose_windows_meet_share_a_matter_in_their_intersection(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    another_task(small, "2026-03-12", "2026-03-25")
    wanted = wanted_of(taken_in(small, tmp_path))
    (matter,) = at(wanted, MARKET, "SJ04", FOUNDRY)
    assert matter.tasks == ("HC-09", "HC-98")
    assert tuple(matter.window) == (date(2026, 3, 12), date(2026, 3, 25))


def test_tasks_whose_windows_do_not_meet_are_two_matters_with_a_warning(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(MARKET, PLAN, "HC-09", {"结束日期": "2026-03-11"})
    another_task(small, "2026-03-12", "2026-03-31")
    wanted = wanted_of(taken_in(small, tmp_path))
    one, other = at(wanted, MARKET, "SJ04", FOUNDRY)
    assert (one.tasks, other.tasks) == (("HC-09",), ("HC-98",))
    assert any(FOUNDRY in warning and "不相交" in warning for warning in wanted.warnings)


def test_three_windows_join_while_they_meet_in_order_of_their_start(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    another_task(small, "2026-03-05", "2026-03-06")
    another_task(small, "2026-03-06", "2026-03-31", 任务编号="HC-97")
    another_task(small, "2026-03-09", "2026-03-31", 任务编号="HC-96")
    matters = at(wanted_of(taken_in(small, tmp_path)), MARKET, "SJ04", FOUNDRY)
    assert [m.tasks for m in matters] == [("HC-09", "HC-97", "HC-98"), ("HC-96",)]
    assert tuple(matters[0].window) == (date(2026, 3, 6), date(2026, 3, 6))


def test_a_batch_gives_its_target_its_window(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(MARKET, PLAN, "HC-09", {"批次": 4, "开始日期": "2026-03-02", "结束日期": "2026-03-31"})
    real = taken_in(small, tmp_path)
    task = next(task for task in real.tasks if task.id == "HC-09")
    windows = batch_windows(task, real.round.working_days(CALENDAR))
    assert [tuple(day.day for day in window) for window in windows] == [(2, 6), (9, 13), (16, 20), (23, 31)]
    batches = {one.target: one.batch for one in drawn_with(real) if one.task == "HC-09"}
    assert len(set(batches.values())) > 1
    for matter in problem_of(real).matters:
        if matter.item == "SJ04":
            assert (matter.first_day, matter.last_day) == windows[batches[matter.target] - 1]


def test_a_cooperating_department_at_its_own_cap_drops_its_matters_there_and_says_so(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(FIRE, DIRECTORY, HOTEL, {"本年已检查次数": 2})
    real = taken_in(small, tmp_path)
    wanted = wanted_of(real)
    assert at(wanted, FIRE, "XF01", HOTEL) == []
    assert at(wanted, POLICE, "GA01", HOTEL)
    dropped = {(one.task, one.department, one.target, one.items) for one in wanted.dropped}
    assert ("HC-05", FIRE, HOTEL, ("XF01",)) in dropped
    assert all("年度上限2次" in one.reason for one in wanted.dropped)


def test_a_department_that_does_not_list_the_target_has_not_inspected_it(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.set_up("cap = { A = 2, B = 2, C = 4, D = 6 }", "cap = 1")
    small.sheet(FIRE, DIRECTORY).delete_rows(small.row(FIRE, DIRECTORY, HOTEL))
    real = taken_in(small, tmp_path)
    assert at(wanted_of(real), FIRE, "XF01", HOTEL)


def test_a_caused_inspection_is_a_separate_key_matter_of_its_own(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.set_up("cap = { A = 2, B = 2, C = 4, D = 6 }", "cap = 1")
    small.add(MARKET, "特别检查", {"统一社会信用代码": FOUNDRY, "事项编码": "SJ04"}, like="92419999MA100259X2")
    small.put(MARKET, DIRECTORY, "92419999MA100259X2", {"本年已检查次数": 99, "上次检查日期": "2026-02-28"})
    real = taken_in(small, tmp_path)
    problem = problem_of(real)
    caused = {(m.department, m.item, m.target, m.last_day) for m in problem.matters if m.separate}
    assert caused == {
        (MARKET, "SJ03", "92419999MA100259X2", date(2026, 3, 13)),
        (MARKET, "SJ01", "91419999MA10040771", date(2026, 3, 3)),
        (MARKET, "SJ04", FOUNDRY, date(2026, 3, 13)),
        (POLICE, "GA01", "91419999MA101147XX", date(2026, 3, 20)),
        (WATER, "SL01", "91419999MA100777XJ", date(2026, 3, 13)),
    }
    assert all(m.first_day == FIRST and m.key for m in problem.matters if m.separate)
    drawn_too = at(wanted_of(real), MARKET, "SJ04", FOUNDRY)
    assert [m.caused for m in drawn_too] == [False, True]
    assert [m.tasks for m in drawn_too] == [("HC-09",), (f"特别检查/{MARKET}/3",)]
    assert drawn_too[1].unannounced


def test_a_caused_inspection_without_a_visit_is_a_desk_matter_beside_the_drawn_one(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(WATER, "特别检查", "SL01", {"统一社会信用代码": "91419999MA1010362C", "事项编码": "SL04"})
    real = taken_in(small, tmp_path)
    both = at(wanted_of(real), WATER, "SL04", "91419999MA1010362C")
    assert [(m.desk, m.caused, m.tasks) for m in both] == [
        (True, False, ("HC-03",)),
        (True, True, (f"特别检查/{WATER}/1",)),
    ]


def test_a_caused_inspection_of_a_refused_item_or_target_waits_and_says_so(tmp_path: Path) -> None:
    small = SmallRound()
    planted = small.put(POLICE, ITEMS, "GA01", {"检查方式": "上门"})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    wanted = wanted_of(real)
    assert not [m for m in wanted.matters if m.department == POLICE and m.caused]
    assert any(f"特别检查/{POLICE}/1" in warning for warning in wanted.warnings)


def test_desk_matters_stand_once_whatever_the_windows_with_everyone_who_could_do_them(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(WATER, PLAN, "HC-03", {"结束日期": "2026-03-06"})
    small.add(WATER, PLAN, {"任务编号": "HC-97", "开始日期": "2026-03-16", "结束日期": "2026-03-31"}, like="HC-03")
    small.put(WATER, ITEMS, "SL04", {"所需专业": "河道"})
    small.put(WATER, "执法检查人员名录", "水利-001", {"人员类别": "专家"})
    small.put(WATER, "执法检查人员名录", "水利-003", {"业务专长": "水土保持"})
    small.put(WATER, "回避登记", "水利-005", {"人员编号": "水利-002", "统一社会信用代码": "91419999MA1010362C"})
    real = taken_in(small, tmp_path)
    desk, unserved = desk_matters(real.submissions, real.targets, wanted_of(real).matters)
    assert unserved == ()
    assert [one.id for one in desk] == [f"D{n:04}" for n in range(1, len(desk) + 1)]
    one = next(one for one in desk if one.target == "91419999MA1010362C")
    assert one.tasks == ("HC-03", "HC-97")
    assert one.eligible == ("水利-004", "水利-006", "水利-008", "水利-009", "水利-011", "水利-012")


def test_a_desk_matter_for_which_too_few_remain_is_unserved_by_its_id(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(WATER, ITEMS, "SL04", {"所需专业": "会计"})
    real = taken_in(small, tmp_path)
    desk, unserved = desk_matters(real.submissions, real.targets, wanted_of(real).matters)
    assert desk == ()
    assert {one.matter for one in unserved} == {m.id for m in wanted_of(real).matters if m.desk}
    assert all("会计" in one.reasons[0].text for one in unserved)


def test_whoever_went_last_and_whoever_is_registered_may_not_go(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(FIRE, DIRECTORY, HOTEL, {"上次检查人员": "消防-001；市监-002"})
    small.add(POLICE, "回避登记", {"统一社会信用代码": HOTEL, "回避事由": "配偶任职"}, like="公安-002")
    small.add(POLICE, "回避登记", {"统一社会信用代码": HOTEL, "回避事由": "配偶持股"}, like="公安-002")
    real = taken_in(small, tmp_path)
    told = [(one.inspector, one.reason) for one in problem_of(real).barred if one.target == HOTEL]
    assert dict(told)["公安-002"] == "配偶任职；配偶持股"  # type: ignore[index]
    assert {"消防-001", "市监-002", "公安-004", "市监-011"} <= dict(told).keys()
    assert len(told) == len(set(told))
    assert barred_pairs(real.submissions, real.targets).keys() >= {("公安-002", HOTEL)}


def test_a_recusal_of_a_refused_inspector_bars_nobody(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(MARKET, "执法检查人员名录", "市监-011", {"执法证有效期": "2025-01-01"})
    problem = problem_of(taken_in(small, tmp_path))
    assert "市监-011" not in {one.id for one in problem.inspectors} | {one.inspector for one in problem.barred}


def test_absences_and_closed_days_become_half_days_of_the_round(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    small.put(FIRE, "执法检查人员名录", "消防-001", {"不可用日期": "2026-03-05上午；2026-03-07；2026-03-09"})
    small.put(FIRE, DIRECTORY, HOTEL, {"不便检查日期": "2026-03-10下午"})
    problem = problem_of(taken_in(small, tmp_path))
    people = {one.id: one.unavailable for one in problem.inspectors}
    assert people["消防-001"] == ("2026-03-05/am", "2026-03-09/am", "2026-03-09/pm")  # type: ignore[index]
    assert next(one.closed for one in problem.targets if one.id == HOTEL) == ("2026-03-10/pm",)


def test_what_is_said_of_a_person_reaches_the_planner(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(
        FIRE,
        "执法检查人员名录",
        "消防-001",
        {
            "最多半天数": "6",
            "可支援部门": f"{POLICE}、{MARKET}",
            "借用": "是",
            "所在区域": "青峪乡",
            "人员类别": "专家",
        },
    )
    problem = problem_of(taken_in(small, tmp_path))
    one = next(one for one in problem.inspectors if one.id == "消防-001")
    assert (one.max_half_days, one.serves, one.borrowed, one.certified) == (6, (POLICE, MARKET), True, False)
    assert (one.area, one.expertise) == ("419999200", ("消防",))
    assert ("市监-012", "公安-007") in {pair.inspectors for pair in problem.apart}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("closed = []", "closed = [2026-03-03, 2026-03-08]", {"2026-03-03/am": False, "2026-03-04/am": True}),
        ("open = []", "open = [2026-03-14]", {"2026-03-14/pm": True, "2026-03-15/am": False}),
        (
            'half_days = [{ start = "08:30", minutes = 210 }, { start = "14:30", minutes = 180 }]',
            'half_days = [{ start = "12:00", minutes = 180 }]',
            {"2026-03-02/am": False, "2026-03-02/pm": True},
        ),
    ],
)
def test_the_round_s_own_calendar_has_the_last_word(
    old: str, new: str, expected: dict[str, bool], tmp_path: Path
) -> None:
    small = SmallRound()
    small.set_up(old, new)
    known = {half.id for half in problem_of(taken_in(small, tmp_path)).half_days}
    assert {name: name in known for name in expected} == expected  # type: ignore[comparison-overlap]


def test_public_holidays_and_make_up_days_move_windows(tmp_path: Path) -> None:
    """A round over the Spring Festival of 2026: off from 15 to 23 February, at work on Saturdays 14 and 28."""
    small = SmallRound()
    small.set_up("first_day = 2026-03-02", "first_day = 2026-02-09")
    small.put(MARKET, PLAN, "HC-09", {"开始日期": "2026-02-11", "结束日期": "2026-03-01", "批次": 3})
    real = taken_in(small, tmp_path)
    task = next(task for task in real.tasks if task.id == "HC-09")
    windows = batch_windows(task, real.round.working_days(CALENDAR))
    told = [f"{first:%m%d}-{last:%m%d}" for first, last in windows]
    assert told == ["0211-0213", "0214-0225", "0226-0228"]


def test_matters_are_numbered_by_department_item_and_target(tmp_path: Path) -> None:
    small = SmallRound()
    everything_drawn(small)
    wanted = wanted_of(taken_in(small, tmp_path))
    for letter in "MD":
        numbered = [m for m in wanted.matters if m.id.startswith(letter)]
        assert [m.id for m in numbered] == [f"{letter}{n:04}" for n in range(1, len(numbered) + 1)]
        places = [(m.department.encode(), m.item.code.encode(), m.target.encode()) for m in numbered]
        assert places == sorted(places)
        assert {m.desk for m in numbered} == {letter == "D"}


@cache
def _sample() -> RealRound:
    return real_round_of(SMALL)


def _task(first: date, last: date, batches: int, number: int = 0) -> Task:
    """A task that asks for SJ04, as HC-09 does."""
    base = next(task for task in _sample().tasks if task.id == "HC-09")
    return replace(base, id=TaskId(f"T{number}"), first_day=first, last_day=last, batches=batches)


@given(st.lists(st.dates(FIRST, LAST), unique=True, min_size=1).map(sorted), st.data())
def test_batches_part_the_working_days_into_runs_of_equal_length_but_for_the_last(
    working: list[date], data: st.DataObject
) -> None:
    first, last = sorted(data.draw(st.tuples(st.sampled_from(working), st.sampled_from(working))))
    days = [day for day in working if first <= day <= last]
    batches = data.draw(st.integers(1, len(days)))
    task = _task(first, last, batches)
    windows = batch_windows(task, working)
    runs = [[day for day in days if window.first_day <= day <= window.last_day] for window in windows]
    assert [day for run in runs for day in run] == days
    assert {len(run) for run in runs[:-1]} <= {len(days) // batches}
    assert len(runs[-1]) >= len(days) // batches
    assert all((run[0], run[-1]) == window for run, window in zip(runs, windows, strict=True))


@given(st.lists(st.tuples(st.dates(FIRST, LAST), st.integers(0, 20)), min_size=1, max_size=6))
def test_joining_keeps_every_task_s_wish_once_inside_its_own_window(spans: list[tuple[date, int]]) -> None:
    """Whatever the windows: each task is in exactly one matter, whose window lies within the task's own."""
    real = _sample()
    tasks = [
        _task(first, min(LAST, date.fromordinal(first.toordinal() + length)), 1, number)
        for number, (first, length) in enumerate(spans)
    ]
    working = real.round.working_days(CALENDAR)
    tasks = [task for task in tasks if any(task.first_day <= day <= task.last_day for day in working)]
    drawn = [DrawnTarget(task=task.id, target=TargetId(FOUNDRY), batch=1) for task in tasks]
    wanted = wanted_matters(real.round, CALENDAR, [], tasks, real.targets, drawn)
    asked = [task for matter in wanted.matters for task in matter.tasks]
    assert sorted(asked) == sorted(task.id for task in tasks)
    windows = {task.id: batch_windows(task, working)[0] for task in tasks}
    for matter in wanted.matters:
        assert matter.window.first_day == max(windows[task].first_day for task in matter.tasks)
        assert matter.window.last_day == min(windows[task].last_day for task in matter.tasks)
        assert matter.window.first_day <= matter.window.last_day
    in_order = sorted(wanted.matters, key=lambda matter: min(windows[task].first_day for task in matter.tasks))
    for one, other in pairwise(in_order):
        assert min(windows[task].first_day for task in other.tasks) > one.window.last_day
