"""What rows say about each other: references to nobody, doubles, windows, and who initiates a task.

Every check notes its finding on the row that has to be changed, whatever else is wrong with that row. A reference to a
refused row is no error: its author is told at that row, so rows are known here by their names as written, too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from coordinator.domain.codes import CreditRiskClass, TaskKind, TaskRole
from coordinator.domain.columns import (
    APART,
    AREAS,
    CAUSED_INSPECTIONS,
    INSPECTORS,
    ITEMS,
    PLAN,
    RECUSALS,
    TARGETS,
    SheetForm,
)
from coordinator.domain.ids import DepartmentId, TargetId, TaskId
from coordinator.domain.intake.drafts import Draft
from coordinator.domain.intake.rows import Row
from coordinator.domain.rounds import Round
from coordinator.domain.sheets import Severity
from coordinator.domain.submissions import (
    ApartPair,
    Area,
    CausedInspection,
    InspectionItem,
    Inspector,
    PlanLine,
    Record,
    Recusal,
    TargetEntry,
)


class _Initiators(NamedTuple):
    """Who initiates each task, by its name as written; an undecided one has a line whose role cannot be read."""

    by_task: Mapping[str, Mapping[DepartmentId, TaskKind]]
    undecided: set[str]

    def of(self, task: TaskId) -> Mapping[DepartmentId, TaskKind]:
        return self.by_task.get(task, {})


def check_references(drafts: Sequence[Draft], round_: Round, working_days: Sequence[date]) -> None:
    """Check everything that one row alone cannot show."""
    departments = {draft.department.id for draft in drafts}
    inspectors = {name for draft in drafts for name in _named(draft, INSPECTORS, "人员编号")}
    targets = {record.id for draft in drafts for _, record in draft.of(TARGETS, TargetEntry)} | {
        row.written_target(draft.department.id) for draft in drafts for row, _ in draft.of(TARGETS, TargetEntry)
    }
    _check_inspectors(drafts, departments)
    _check_plans(drafts, round_, working_days)
    for draft in drafts:
        _check_items(draft)
        _check_targets(draft, inspectors)
        _check_recusals(draft, inspectors, targets)
        _check_caused(draft, round_, targets)
        _check_areas(draft)
        _check_apart(draft, inspectors)


def _named(draft: Draft, form: SheetForm, column: str) -> set[str]:
    """The names by which other rows may refer to a sheet's rows, refused ones as written."""
    return {row.written(column) for row, _ in draft.of(form, Record)} - {""}


def _check_items(draft: Draft) -> None:
    _refuse_doubles(
        ((row, item.code, "事项编码") for row, item in draft.of(ITEMS, InspectionItem)),
        "同一事项编码出现了两次，内容不同",
    )


def _check_targets(draft: Draft, inspectors: set[str]) -> None:
    first: dict[TargetId, int] = {}
    for row, target in draft.of(TARGETS, TargetEntry):
        for unknown in [each for each in target.last_inspectors if each not in inspectors]:
            row.note("上次检查人员", f"人员名录中没有“{unknown}”", "请核对人员编号；已离任的请删去。", of_others=True)
        if row.refused:
            continue
        if first.setdefault(target.id, row.number) != row.number:
            row.note(None, f"与第{first[target.id]}行是同一对象，内容不同，已合并", "请合为一行。", Severity.WARNING)
        if target.credit_risk is None:
            row.note("信用风险等级", "没有填信用风险等级，其他部门也没有填的按B处理", "请补填。", Severity.WARNING)


def _check_inspectors(drafts: Sequence[Draft], departments: set[DepartmentId]) -> None:
    people = [(row, person) for draft in drafts for row, person in draft.of(INSPECTORS, Inspector)]
    _refuse_doubles(((row, person.id, "人员编号") for row, person in people), "人员编号与另一人重复")
    for row, person in people:
        for unknown in [each for each in person.serves if each not in departments]:
            row.note("可支援部门", f"没有“{unknown}”上交的工作簿", "请核对部门全称。", of_others=True)


def _check_recusals(draft: Draft, inspectors: set[str], targets: set[str]) -> None:
    for row, recusal in draft.of(RECUSALS, Recusal):
        if recusal.inspector and recusal.inspector not in inspectors:
            row.note("人员编号", f"人员名录中没有“{recusal.inspector}”", "请核对人员编号。", of_others=True)
        _check_target(row, recusal.target, targets)


def _check_caused(draft: Draft, round_: Round, targets: set[str]) -> None:
    items = _named(draft, ITEMS, "事项编码")
    for row, caused in draft.of(CAUSED_INSPECTIONS, CausedInspection):
        if caused.item and caused.item not in items:
            row.note("事项编码", f"本部门事项清单中没有“{caused.item}”", "请核对事项编码，或先把事项列入清单。")
        if row.is_sound("截止日期") and not round_.round.first_day <= caused.last_day <= round_.round.last_day:
            row.note("截止日期", "截止日期不在本轮起止日期之内", _within(round_))
        _check_target(row, caused.target, targets)


def _check_target(row: Row, target: TargetId, targets: set[str]) -> None:
    if target in targets or not row.is_sound("统一社会信用代码", "对象编号"):
        return
    column = "对象编号" if "/" in target else "统一社会信用代码"
    row.note(
        column,
        f"各部门的检查对象名录中都没有“{target.rpartition('/')[2]}”",
        "请核对，或先把对象列入名录。",
        of_others=True,
    )


def _check_areas(draft: Draft) -> None:
    areas = draft.of(AREAS, Area)
    known = _named(draft, AREAS, "代码")
    _refuse_doubles(((row, area.id, "代码") for row, area in areas), "同一区划代码出现了两次，内容不同")
    for row, area in areas:
        for unknown in [each for each in area.neighbours if each not in known]:
            row.note("相邻", f"“区划”表中没有“{unknown}”", "请填写区划表中的代码。")


def _check_apart(draft: Draft, inspectors: set[str]) -> None:
    for row, pair in draft.of(APART, ApartPair):
        for column, person in (("人员编号", pair.inspector), ("互斥人员编号", pair.other)):
            if person and person not in inspectors:
                row.note(column, f"人员名录中没有“{person}”", "请核对人员编号。", of_others=True)


def _check_plans(drafts: Sequence[Draft], round_: Round, working_days: Sequence[date]) -> None:
    initiators = _initiators(drafts)
    departments = {draft.department.id for draft in drafts}
    for draft in drafts:
        items = _named(draft, ITEMS, "事项编码")
        lines = draft.of(PLAN, PlanLine)
        _refuse_doubles(((row, line.task, "任务编号") for row, line in lines), "本部门同一任务编号出现了两次，内容不同")
        for row, line in lines:
            _check_window(row, line, round_, working_days)
            for unknown in [code for code in line.items if code not in items]:
                row.note("事项编码", f"本部门事项清单中没有“{unknown}”", "请核对事项编码，或先把事项列入清单。")
            _check_ratios(row, line)
            if line.role is TaskRole.INITIATES:
                _check_initiation(row, line, departments, initiators.of(line.task))
            elif line.task not in initiators.undecided and row.is_sound("任务编号", "本部门角色"):
                _check_cooperation(row, line, initiators.of(line.task))


def _initiators(drafts: Sequence[Draft]) -> _Initiators:
    by_task: dict[str, dict[DepartmentId, TaskKind]] = defaultdict(dict)
    undecided: set[str] = set()
    for draft in drafts:
        for row, line in draft.of(PLAN, PlanLine):
            if line.role is TaskRole.INITIATES:
                kind = line.kind if row.is_sound("抽查类型") else TaskKind.JOINT
                by_task[row.written("任务编号")].setdefault(draft.department.id, kind)
            elif not row.is_sound("本部门角色"):
                undecided.add(row.written("任务编号"))
    return _Initiators(by_task, undecided)


def _check_window(row: Row, line: PlanLine, round_: Round, working_days: Sequence[date]) -> None:
    first, last = round_.round.first_day, round_.round.last_day
    in_order = line.first_day <= line.last_day or not row.is_sound("开始日期", "结束日期")
    for column, day in (("开始日期", line.first_day), ("结束日期", line.last_day)):
        if row.is_sound(column) and not first <= day <= last:
            row.note(column, f"{column}不在本轮起止日期之内", _within(round_))
    if not in_order:
        row.note("结束日期", "结束日期早于开始日期", "请改正起止日期。")
    if line.role is TaskRole.COOPERATES or not row.is_sound("开始日期", "结束日期", "批次"):
        return
    count = sum(line.first_day <= day <= line.last_day for day in working_days)
    if count < line.batches:
        row.note("批次", f"起止日期之间只有{count}个工作日，不够分{line.batches}批", "请放宽日期或减少批次。")


def _check_initiation(
    row: Row, line: PlanLine, departments: set[DepartmentId], initiators: Mapping[DepartmentId, TaskKind]
) -> None:
    if len(initiators) > 1 and row.is_sound("任务编号"):
        named = "、".join(sorted(initiators))
        row.note("本部门角色", f"任务“{line.task}”有多个部门发起（{named}）", "请商定一个发起部门，其余改为配合。")
    for unknown in [name for name in line.cooperating if name not in departments]:
        row.note("配合部门", f"“{unknown}”没有上交工作簿", "请核对部门全称并催交，或删去该部门。", of_others=True)
    if line.kind is TaskKind.SINGLE and line.cooperating and row.is_sound("抽查类型"):
        row.note("配合部门", "系统内任务不应有配合部门", "请改为部门联合，或删去配合部门。")


def _check_cooperation(row: Row, line: PlanLine, initiators: Mapping[DepartmentId, TaskKind]) -> None:
    if not initiators:
        row.note(
            "任务编号", f"没有部门发起任务“{line.task}”", "请与发起部门核对任务编号，或改为本部门发起。", of_others=True
        )
    elif TaskKind.SINGLE in {line.kind, *initiators.values()} and row.is_sound("抽查类型"):
        row.note("抽查类型", "系统内任务没有配合部门", "请与发起部门商定：改为部门联合，或删去这一行。")


def _check_ratios(row: Row, line: PlanLine) -> None:
    by_class = any(row.written(f"{each}级比例") for each in CreditRiskClass)
    if row.written("抽查比例") and by_class:
        row.note("抽查比例", "统一比例和分级比例都填了", "请只保留一种。")
    if line.role is TaskRole.INITIATES and not row.written("抽查比例") and not by_class:
        row.note("抽查比例", "没有填抽查比例", "请填写统一比例或各级比例。")


def _refuse_doubles(rows: Iterable[tuple[Row, str, str]], message: str) -> None:
    """Refuse every later row that bears an identifier already taken by a row that stands."""
    standing = [(row, key, column) for row, key, column in rows if not row.refused]
    taken: Counter[str] = Counter()
    for row, key, column in standing:
        taken[key] += 1
        if taken[key] > 1:
            row.note(column, message, "请核对后只保留一行。")


def _within(round_: Round) -> str:
    return f"请改在{round_.round.first_day}至{round_.round.last_day}之间。"
