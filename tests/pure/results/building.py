"""A small round as its results see it, and forms filled in for it.

水利局 initiates the joint task LH-01 (with 生态局) and its own task SL-01; one target has only a number of 水利局's.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

from msgspec.structs import replace

from coordinator.domain.codes import DepartmentLevel, TaskKind
from coordinator.domain.columns import NOTES_SHEET, RESULTS
from coordinator.domain.expectations import (
    Expectations,
    ExpectedBatch,
    ExpectedDepartment,
    ExpectedItem,
    ExpectedResult,
    ExpectedTarget,
    ExpectedTask,
    ResultKey,
)
from coordinator.domain.findings import Facts
from coordinator.domain.ids import DepartmentId, ItemCode, RoundId, TargetId, TaskId
from coordinator.domain.result_forms import DEPARTMENT_LABEL, ROUND_LABEL, HandedIn, form_rows
from coordinator.domain.results import ResultsTaken, take_results
from coordinator.domain.sheets import CellValue, Sheet, Workbook
from coordinator.domain.workdays import Deadline

WATER = DepartmentId("某县水利局")
ECOLOGY = DepartmentId("某县生态环境局")
TRADE = DepartmentId("某县市场监督管理局")
FIRM = TargetId("91419999MA00000014")
SHOP = TargetId("92419999MA00000024")
DAM = TargetId("某县水利局/坝-1")
JOINT, OWN, CAUSED = TaskId("LH-01"), TaskId("SL-01"), TaskId("特别检查/某县生态环境局/1")
TODAY = date(2026, 6, 1)

FIRM_WATER = ResultKey(JOINT, WATER, FIRM, ItemCode("SL01"))
SHOP_WATER = ResultKey(JOINT, WATER, SHOP, ItemCode("SL01"))
FIRM_ECOLOGY = ResultKey(JOINT, ECOLOGY, FIRM, ItemCode("HB01"))
DAM_ECOLOGY = ResultKey(JOINT, ECOLOGY, DAM, ItemCode("HB01"))
FIRM_OWN = ResultKey(OWN, WATER, FIRM, ItemCode("SL01"))
DAM_OWN = ResultKey(OWN, WATER, DAM, ItemCode("SL02"))
FIRM_CAUSED = ResultKey(CAUSED, ECOLOGY, FIRM, ItemCode("HB02"))

Answers = Mapping[str, CellValue]
NO_PROBLEM: Answers = {"检查日期": "2026-03-12", "检查结果": "未发现问题"}
A_CASE: Answers = {
    "检查日期": "2026-03-12",
    "检查结果": "发现问题待后续处理",
    "立案": "是",
    "案件文号": "罚〔2026〕1号",
    "立案日期": "2026-03-20",
}


def a_task(task: TaskId, initiator: DepartmentId = WATER, *, joint: bool = False, drawn: bool = True) -> ExpectedTask:
    return ExpectedTask(
        id=task,
        name=f"{task}任务",
        kind=TaskKind.JOINT if joint else TaskKind.SINGLE,
        initiator=initiator,
        level=DepartmentLevel.COUNTY,
        last_day=date(2026, 3, 31),
        publication=Deadline(due_on=date(2026, 4, 29), provisional=False),
        drawn=drawn,
    )


def a_batch(task: TaskId, *targets: TargetId, number: int = 1, drawn_on: date = date(2026, 2, 25)) -> ExpectedBatch:
    return ExpectedBatch(task=task, number=number, drawn_on=drawn_on, targets=targets)


def an_expected(key: ResultKey) -> ExpectedResult:
    return ExpectedResult(
        task=key.task, department=key.department, target=key.target, item=key.item, planned_on=date(2026, 3, 12)
    )


ROUND = Expectations(
    round=RoundId("2026-Q1"),
    name="某县2026年第一季度抽查",
    year=2026,
    region="419999",
    coordinator=TRADE,
    departments=tuple(
        ExpectedDepartment(id=name, level=DepartmentLevel.COUNTY) for name in sorted((WATER, ECOLOGY, TRADE))
    ),
    tasks=(a_task(JOINT, joint=True), a_task(OWN), a_task(CAUSED, ECOLOGY, drawn=False)),
    batches=(a_batch(JOINT, FIRM, SHOP, DAM), a_batch(OWN, FIRM, DAM)),
    targets=(
        ExpectedTarget(id=FIRM, name="甲厂", kind="企业", departments=(TRADE, ECOLOGY, WATER)),
        ExpectedTarget(id=SHOP, name="乙店", kind="个体工商户", departments=(WATER,)),
        ExpectedTarget(id=DAM, name="丙坝", kind="项目", departments=(WATER,)),
    ),
    items=tuple(
        ExpectedItem(department=department, code=ItemCode(code), name=f"{code}检查")
        for department, code in ((ECOLOGY, "HB01"), (ECOLOGY, "HB02"), (WATER, "SL01"), (WATER, "SL02"))
    ),
    results=tuple(
        map(
            an_expected,
            (FIRM_WATER, SHOP_WATER, FIRM_ECOLOGY, DAM_ECOLOGY, FIRM_OWN, DAM_OWN, FIRM_CAUSED),
        )
    ),
)


def a_form(
    department: DepartmentId = WATER,
    answers: Mapping[ResultKey, Answers] | None = None,
    *,
    extra_rows: Sequence[Answers] = (),
    with_notes: bool = True,
    expectations: Expectations = ROUND,
    path: str = "检查结果填报.xlsx",
) -> HandedIn:
    """A department's form with some rows filled in, as its workbook would be read; extra rows stand below."""
    names = [column.name for column in RESULTS.columns]
    filled = [
        {
            "任务编号": row.result.task,
            "统一社会信用代码": row.uscc,
            "对象编号": row.number,
            "事项编码": row.result.item,
            **(answers or {}).get(row.result.key, {}),
        }
        for row in form_rows(expectations, department)
    ]
    rows = [tuple(row.get(name) or None for name in names) for row in (*filled, *extra_rows)]
    results = Sheet(name=RESULTS.name, rows=(tuple(column.heading for column in RESULTS.columns), *rows))
    notes = Sheet(name=NOTES_SHEET, rows=((ROUND_LABEL, expectations.round), (DEPARTMENT_LABEL, department)))
    sheets = (results, notes) if with_notes else (results,)
    digest = sha256(repr(sheets).encode()).hexdigest()
    return HandedIn(workbook=Workbook(file=path.rpartition("/")[2], sha256=digest, sheets=sheets), path=path)


def taken(*forms: HandedIn, facts: Facts | None = None, today: date = TODAY) -> ResultsTaken:
    return take_results(facts or Facts(expectations=ROUND), forms, today)


def cell_of(column: str, row: int) -> tuple[int, int]:
    return row, [each.name for each in RESULTS.columns].index(column) + 1


def in_round(facts: Facts, round_: str) -> Facts:
    """The same facts as those of another round."""
    return replace(facts, expectations=replace(facts.expectations, round=RoundId(round_)))
