"""What a round leaves behind: a row for each task that asked, for everything served; strict files."""

from datetime import date

import msgspec
import pytest
from msgspec.structs import replace
from pure.results.building import FIRM_WATER, NO_PROBLEM, ROUND, WATER, a_batch, a_form, taken

from coordinator.domain.codes import (
    CauseSource,
    DepartmentLevel,
    InspectionMethod,
    InspectorKind,
    ItemWeight,
    TaskKind,
    TaskRole,
)
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Invalid
from coordinator.domain.expectations import Expectations, ResultKey, expectations_of
from coordinator.domain.ids import DepartmentId, InspectorId, ItemCode, RoundId, TargetId, TaskId
from coordinator.domain.matters import DrawnTarget, wanted_matters
from coordinator.domain.problems import desk_matters, planning_problem
from coordinator.domain.result_files import read_expectations, read_facts, write_expectations, write_facts
from coordinator.domain.rounds import Round, RoundHead
from coordinator.domain.submissions import (
    CausedInspection,
    Department,
    InspectionItem,
    Inspector,
    PlanLine,
    Submission,
    TargetEntry,
)
from coordinator.domain.targets import merge_targets
from coordinator.domain.tasks import tasks_of
from coordinator.domain.workdays import Calendar
from solver.planning.ids import MatterId, RoleId, Sha256, TourId
from solver.planning.plan import Plan, Reason, Role, Tour, Unserved, Visit

FIRE, SAFETY = DepartmentId("某市消防支队"), DepartmentId("某市应急局")
MILL, DEPOT = TargetId("91419999MA00000014"), TargetId("某市消防支队/库-1")
ALARM, PAPERS, DRILL = ItemCode("XF01"), ItemCode("XF02"), ItemCode("YJ01")
BOTH, SINGLE = TaskId("LH-01"), TaskId("XF-01")
DAY = date(2026, 3, 3)


def an_item(code: ItemCode, method: InspectionMethod = InspectionMethod.ON_SITE) -> InspectionItem:
    return InspectionItem(row=2, code=code, name=f"{code}检查", weight=ItemWeight.KEY, methods=(method,))


def a_line(task: TaskId, role: TaskRole, *items: ItemCode) -> PlanLine:
    return PlanLine(
        row=2,
        task=task,
        name=f"{task}任务",
        kind=TaskKind.JOINT if task == BOTH else TaskKind.SINGLE,
        role=role,
        cooperating=(SAFETY,) if task == BOTH else (),
        items=items,
        first_day=date(2026, 3, 2),
        last_day=date(2026, 3, 31),
        batches=2,
    )


def submissions() -> tuple[Submission, ...]:
    fire = Submission(
        department=Department(row=2, id=FIRE, region="419900", level=DepartmentLevel.PREFECTURE),
        items=(an_item(ALARM), an_item(PAPERS, InspectionMethod.DOCUMENTS)),
        targets=(
            TargetEntry(row=2, id=MILL, name="面粉厂", kind="企业", address="路1号"),
            TargetEntry(row=3, id=DEPOT, name="油库", kind="项目", address="路2号"),
        ),
        inspectors=tuple(
            Inspector(row=n, id=InspectorId(f"XF-{n}"), name="某", organisation=FIRE, kind=InspectorKind.OFFICER)
            for n in (1, 2)
        ),
        plan=(a_line(BOTH, TaskRole.INITIATES, ALARM, PAPERS), a_line(SINGLE, TaskRole.INITIATES, ALARM)),
    )
    safety = Submission(
        department=Department(row=2, id=SAFETY, region="419900", level=DepartmentLevel.COUNTY),
        items=(an_item(DRILL),),
        targets=(TargetEntry(row=2, id=MILL, name="面粉厂", kind="企业", address="路1号"),),
        plan=(a_line(BOTH, TaskRole.COOPERATES, DRILL),),
        caused=(
            CausedInspection(
                row=2, source=CauseSource.COMPLAINT, target=MILL, item=DRILL, number=1, last_day=date(2026, 3, 6)
            ),
        ),
    )
    return fire, safety


def a_dispatch() -> Dispatch:
    """Drawn and planned by hand: everything is served but 应急局's matter at the depot."""
    round_ = Round(
        round=RoundHead(
            id=RoundId("2026-Q1"),
            name="一季度",
            region="419900",
            year=2026,
            first_day=date(2026, 3, 2),
            last_day=date(2026, 3, 31),
            coordinator=FIRE,
        )
    )
    calendar = Calendar(holidays=frozenset(), make_up_days=frozenset(), confirmed_years=frozenset({2026}))
    handed_in = submissions()
    targets, tasks = merge_targets(handed_in), tasks_of(handed_in)
    drawn = tuple(
        DrawnTarget(task=task, target=target, batch=batch)
        for task, target, batch in ((BOTH, MILL, 1), (BOTH, DEPOT, 2), (SINGLE, MILL, 1))
    )
    wanted = wanted_matters(round_, calendar, handed_in, tasks, targets, drawn)
    desk, too_few = desk_matters(handed_in, targets, wanted.matters)
    missed = [m for m in wanted.matters if m.department == SAFETY and m.target == DEPOT]
    visited = [m for m in wanted.matters if not m.desk and m not in missed]
    plan = Plan(
        round=round_.id,
        problem_sha256=Sha256("0" * 64),
        scale=10_000,
        tours=tuple(
            Tour(
                id=TourId(f"T{number}"),
                half_day=round_.half_days(calendar)[2].id,
                travel_minutes=0,
                visits=(Visit(target=m.target, start="08:45", end="09:00", matters=(MatterId(m.id),)),),
                roles=(
                    Role(id=RoleId(f"T{number}/1"), department=FIRE, need=2, certified=True, expertise=(), chances={}),
                ),
            )
            for number, m in enumerate(visited)
        ),
        desk=desk,
        unserved=(
            *too_few,
            *(Unserved(matter=MatterId(m.id), reasons=(Reason(code="x", text="", remedy=""),)) for m in missed),
        ),
    )
    return Dispatch(
        round=round_,
        calendar=calendar,
        submissions=handed_in,
        tasks=tasks,
        targets=targets,
        drawn=drawn,
        wanted=wanted,
        problem=planning_problem(round_, calendar, handed_in, targets, wanted.matters),
        plan=plan,
        teams={},
    )


@pytest.fixture(scope="module")
def expectations() -> Expectations:
    return expectations_of(a_dispatch(), date(2026, 2, 25))


def test_a_row_is_owed_for_each_task_that_asked_for_a_served_matter(expectations: Expectations) -> None:
    assert (BOTH, SINGLE) in {matter.tasks for matter in a_dispatch().wanted.matters}
    assert set(expectations.result_by_key) == {
        ResultKey(BOTH, FIRE, MILL, ALARM),
        ResultKey(SINGLE, FIRE, MILL, ALARM),
        ResultKey(BOTH, FIRE, MILL, PAPERS),
        ResultKey(BOTH, FIRE, DEPOT, ALARM),
        ResultKey(BOTH, FIRE, DEPOT, PAPERS),
        ResultKey(BOTH, SAFETY, MILL, DRILL),
        ResultKey(TaskId(f"特别检查/{SAFETY}/1"), SAFETY, MILL, DRILL),
    }


def test_a_batch_counts_its_targets_whether_served_or_not(expectations: Expectations) -> None:
    assert [(batch.task, batch.number, batch.targets) for batch in expectations.batches] == [
        (BOTH, 1, (MILL,)),
        (BOTH, 2, (DEPOT,)),
        (SINGLE, 1, (MILL,)),
    ]
    assert {batch.drawn_on for batch in expectations.batches} == {date(2026, 2, 25)}


def test_a_visit_is_planned_for_its_day_and_desk_work_until_its_last(expectations: Expectations) -> None:
    assert expectations.result_by_key[ResultKey(BOTH, FIRE, MILL, ALARM)].planned_on == DAY
    assert expectations.result_by_key[ResultKey(BOTH, FIRE, DEPOT, PAPERS)].planned_on == date(2026, 3, 31)


def test_a_task_carries_its_row_of_the_table_and_its_publication_deadline(expectations: Expectations) -> None:
    both, caused = expectations.task_by_id[BOTH], expectations.task_by_id[TaskId(f"特别检查/{SAFETY}/1")]
    assert (both.kind, both.level, both.initiator, both.drawn) == (
        TaskKind.JOINT,
        DepartmentLevel.PREFECTURE,
        FIRE,
        True,
    )
    assert both.publication.due_on == date(2026, 4, 28)
    assert (caused.drawn, caused.initiator, caused.level, caused.last_day) == (
        False,
        SAFETY,
        DepartmentLevel.COUNTY,
        date(2026, 3, 6),
    )


def test_a_target_names_the_departments_that_know_it(expectations: Expectations) -> None:
    assert {target.id: target.departments for target in expectations.targets} == {MILL: (SAFETY, FIRE), DEPOT: (FIRE,)}


def test_expectations_are_read_back_as_they_were_written(expectations: Expectations) -> None:
    assert read_expectations(write_expectations(expectations)) == expectations
    assert write_expectations(expectations) == write_expectations(expectations_of(a_dispatch(), date(2026, 2, 25)))


def test_facts_are_read_back_as_they_were_written() -> None:
    facts = taken(a_form(answers={FIRM_WATER: NO_PROBLEM})).facts
    assert read_facts(write_facts(facts)) == facts


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff\xfe", b"[]", b'{"format": "onedoor/round/2"}', write_expectations(ROUND)[:-20]],
)
def test_a_file_that_is_no_round_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"round\.json"):
        read_expectations(data)


@pytest.mark.parametrize(
    "changed",
    [
        replace(ROUND, departments=ROUND.departments[1:]),
        replace(ROUND, tasks=ROUND.tasks[1:]),
        replace(ROUND, tasks=(*ROUND.tasks, ROUND.tasks[0])),
        replace(ROUND, targets=ROUND.targets[1:]),
        replace(ROUND, items=ROUND.items[1:]),
        replace(ROUND, batches=ROUND.batches[1:]),
        replace(ROUND, batches=(*ROUND.batches, a_batch(TaskId("LH-01"), TargetId("91419999MA00000014"), number=2))),
        replace(ROUND, results=(*ROUND.results, ROUND.results[0])),
    ],
)
def test_a_round_whose_parts_do_not_fit_together_is_refused(changed: Expectations) -> None:
    with pytest.raises(Invalid, match="前后不一致"):
        read_expectations(write_expectations(changed))


def test_an_unknown_field_is_refused_with_its_place() -> None:
    content = msgspec.json.decode(write_expectations(ROUND))
    content["tasks"][1]["secret"] = 1
    with pytest.raises(Invalid, match=r"tasks\[1\]"):
        read_expectations(msgspec.json.encode(content))


def test_facts_about_something_the_round_does_not_expect_are_refused() -> None:
    facts = taken(a_form(WATER, {FIRM_WATER: NO_PROBLEM})).facts
    lost = replace(ROUND, results=tuple(each for each in ROUND.results if each.key != FIRM_WATER))
    for changed in (replace(facts, expectations=lost), replace(facts, findings=facts.findings * 2)):
        with pytest.raises(Invalid, match=r"facts\.json"):
            read_facts(write_facts(changed))
