"""Made worlds for the statistics: several rounds, some handed in twice, with cases that cross tasks and rounds.

Written as plain rows first (what somebody could have noted on paper), then put into the domain's facts.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from hypothesis import strategies as st

from coordinator.domain.codes import DepartmentLevel, PublicationChannel, ResultCode, TaskKind
from coordinator.domain.expectations import (
    Expectations,
    ExpectedBatch,
    ExpectedDepartment,
    ExpectedItem,
    ExpectedResult,
    ExpectedTarget,
    ExpectedTask,
)
from coordinator.domain.findings import Case, Facts, Finding
from coordinator.domain.ids import DepartmentId, ItemCode, RoundId, TargetId, TaskId
from coordinator.domain.workdays import Deadline

DEPARTMENTS = ("甲局", "乙局", "丙局")
TARGETS = ("一厂", "二店", "三社")
ITEMS = ("01", "02")
CASES = ("罚1号", "罚2号", "罚3号")
YEARS = (2025, 2026)
CHANNELS = ("公示系统", "专业系统", "部门网站", "不予公示", None)


class TaskRow(NamedTuple):
    """A task: `batches` holds for each batch the day of its draw and its targets."""

    round: str
    task: str
    joint: bool
    initiator: str
    level: str
    caused: bool
    batches: tuple[tuple[date, tuple[str, ...]], ...]


class ResultRow(NamedTuple):
    """A result: `case` names a case of the department, whose day and fine are the world's."""

    round: str
    task: str
    department: str
    target: str
    item: str
    inspected_on: date
    channel: str | None
    published: bool
    case: str | None
    names_fine: bool


class World(NamedTuple):
    regions: dict[str, str]
    tasks: tuple[TaskRow, ...]
    results: tuple[ResultRow, ...]
    case_days: dict[tuple[str, str], date]
    case_fines: dict[tuple[str, str], int]
    folders: tuple[Facts, ...]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    rounds = draw(st.lists(st.sampled_from(["Q1", "Q2", "Q3"]), min_size=1, max_size=3, unique=True))
    regions = {round_: draw(st.sampled_from(["419999", "419998"])) for round_ in rounds}
    tasks = tuple(draw(a_task_row(round_, number)) for round_ in rounds for number in range(draw(st.integers(1, 3))))
    results = tuple(draw(result_rows(task)) for task in tasks)
    flat = tuple(row for rows in results for row in rows)
    named = sorted({(row.department, row.case) for row in flat if row.case})
    case_days = {case: date(draw(st.sampled_from(YEARS)), 7, 1) for case in named}
    case_fines = {case: draw(st.integers(0, 3_000_000)) for case in named}
    folders = []
    for round_ in rounds:
        whole = facts_of(round_, regions[round_], tasks, flat, case_days, case_fines)
        kept = draw(st.sets(st.integers(0, max(len(whole.findings) - 1, 0))))
        part = tuple(finding for place, finding in enumerate(whole.findings) if place in kept)
        folders.extend([whole, Facts(expectations=whole.expectations, findings=part)])
    return World(regions, tasks, flat, case_days, case_fines, tuple(draw(st.permutations(folders))))


@st.composite
def a_task_row(draw: st.DrawFn, round_: str, number: int) -> TaskRow:
    caused = draw(st.integers(0, 5)) == 0
    targets = draw(st.lists(st.sampled_from(TARGETS), unique=True))
    cut = draw(st.integers(0, len(targets)))
    parts = [tuple(part) for part in (targets[:cut], targets[cut:]) if part]
    days = (date(draw(st.sampled_from(YEARS)), 2, 1) for _ in parts)
    return TaskRow(
        round=round_,
        task=f"任务{number}",
        joint=draw(st.booleans()),
        initiator=draw(st.sampled_from(DEPARTMENTS)),
        level=draw(st.sampled_from(["省辖市", "县"])),
        caused=caused,
        batches=() if caused else tuple(zip(days, parts, strict=True)),
    )


@st.composite
def result_rows(draw: st.DrawFn, task: TaskRow) -> list[ResultRow]:
    targets = TARGETS if task.caused else [target for _, part in task.batches for target in part]
    departments = DEPARTMENTS if task.joint else (task.initiator,)
    places = [(d, t, i) for d in departments for t in targets for i in ITEMS]
    chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=8)) if places else []
    return [
        ResultRow(
            round=task.round,
            task=task.task,
            department=department,
            target=target,
            item=item,
            inspected_on=date(2026, 3, draw(st.integers(1, 3))),
            channel=draw(st.sampled_from(CHANNELS)),
            published=draw(st.booleans()),
            case=draw(st.sampled_from([None, None, *CASES])),
            names_fine=draw(st.booleans()),
        )
        for department, target, item in chosen
    ]


def facts_of(
    round_: str,
    region: str,
    tasks: Sequence[TaskRow],
    results: Sequence[ResultRow],
    case_days: dict[tuple[str, str], date],
    case_fines: dict[tuple[str, str], int],
) -> Facts:
    """Put a round's rows into the domain's own types."""
    own = [row for row in tasks if row.round == round_]
    findings = [finding_of(row, case_days, case_fines) for row in results if row.round == round_]
    expectations = Expectations(
        round=RoundId(round_),
        name=round_,
        year=2026,
        region=region,
        coordinator=DepartmentId(DEPARTMENTS[0]),
        departments=tuple(
            ExpectedDepartment(id=DepartmentId(name), level=DepartmentLevel.COUNTY) for name in DEPARTMENTS
        ),
        tasks=tuple(expected_task(row) for row in own),
        batches=tuple(
            ExpectedBatch(
                task=TaskId(row.task), number=number, drawn_on=day, targets=tuple(TargetId(each) for each in part)
            )
            for row in own
            for number, (day, part) in enumerate(row.batches, start=1)
        ),
        targets=tuple(ExpectedTarget(id=TargetId(name), name=name, kind="企业") for name in TARGETS),
        items=tuple(
            ExpectedItem(department=DepartmentId(name), code=ItemCode(item), name=item)
            for name in DEPARTMENTS
            for item in ITEMS
        ),
        results=tuple(
            ExpectedResult(
                task=f.task, department=f.department, target=f.target, item=f.item, planned_on=f.inspected_on
            )
            for f in findings
        ),
    )
    return Facts(expectations=expectations, findings=tuple(sorted(findings, key=lambda finding: finding.key)))


def expected_task(row: TaskRow) -> ExpectedTask:
    return ExpectedTask(
        id=TaskId(row.task),
        name=row.task,
        kind=TaskKind.JOINT if row.joint else TaskKind.SINGLE,
        initiator=DepartmentId(row.initiator),
        level=DepartmentLevel(row.level),
        last_day=date(2026, 3, 31),
        publication=Deadline(due_on=date(2026, 4, 29), provisional=False),
        drawn=not row.caused,
    )


def finding_of(
    row: ResultRow, case_days: dict[tuple[str, str], date], case_fines: dict[tuple[str, str], int]
) -> Finding:
    case = None
    if row.case:
        which = (row.department, row.case)
        fine = case_fines[which] if row.names_fine else None
        case = Case(number=row.case, filed_on=case_days[which], fine_fen=fine)
    return Finding(
        task=TaskId(row.task),
        department=DepartmentId(row.department),
        target=TargetId(row.target),
        item=ItemCode(row.item),
        inspected_on=row.inspected_on,
        result=ResultCode.NO_PROBLEM,
        case=case,
        channel=PublicationChannel(row.channel) if row.channel else None,
        published_on=date(2026, 4, 1) if row.published and row.channel not in {None, "不予公示"} else None,
    )
