"""The annual plan (年度抽查工作计划): by calendar year, gathered line by line, changed on record, approved, published.

Its lines are what changes leave standing; a change says who, what and why and is never taken back, only followed by
another. Rounds refer to lines by their number: a task without one needs a cause (R01).
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.domain.actors import Actor
from coordinator.domain.approvals import Decision
from coordinator.domain.codes import TaskKind
from coordinator.domain.errors import Conflict, Invalid, NotPermitted, TooLate
from coordinator.domain.ids import DepartmentId, TaskId
from coordinator.domain.intake.cells import text
from coordinator.domain.ratios import parse_ratio
from coordinator.domain.tasks import Task

LONGEST = 200
COLUMNS = {
    "id": "任务编号",
    "name": "任务名称",
    "kind": "抽查类型",
    "department": "发起部门",
    "cooperating": "配合部门",
    "items": "抽查事项",
    "targets": "抽查对象",
    "ratio": "抽查比例",
    "first_day": "开始日期",
    "last_day": "结束日期",
}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


class AnnualLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task that a department means to carry out this year."""

    id: TaskId
    name: str
    kind: TaskKind
    department: DepartmentId
    cooperating: str
    items: str
    targets: str
    ratio: str
    first_day: date
    last_day: date


class AnnualChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change of the plan: the line as it stands from then on, None where it was withdrawn."""

    number: int
    line: TaskId
    department: DepartmentId
    content: AnnualLine | None
    reason: str
    by_name: str
    at: datetime


class AnnualIssue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The plan as it was drawn up to be approved; once approved, published."""

    id: UUID
    issue: int
    lines: tuple[AnnualLine, ...]
    digest: str
    drawn_up_by: str
    drawn_up_name: str
    drawn_up_at: datetime
    decision: Decision | None
    decided_name: str | None
    decided_at: datetime | None
    number: str | None
    reason: str | None

    @property
    def is_waiting(self) -> bool:
        return self.decision is None

    @property
    def is_published(self) -> bool:
        return self.decision is Decision.APPROVED


def new_line(year: int, department: str, fields: Mapping[str, str]) -> AnnualLine:
    """Read a line as it was written into the form; raises Invalid with the field at fault."""
    said = {name: text(value) for name, value in fields.items()}
    for name, words in (("id", "任务编号"), ("name", "任务名称"), ("items", "抽查事项"), ("targets", "抽查对象")):
        if not 1 <= len(said[name]) <= LONGEST:
            raise Invalid(f"请填写{words}，不超过 {LONGEST} 个字。", field=name)
    kind = next((each for each in TaskKind if each.value == said["kind"]), None)
    if kind is None:
        raise Invalid("请选择抽查类型。", field="kind")
    if kind is TaskKind.JOINT and not said["cooperating"]:
        raise Invalid("部门联合的任务要写明配合部门。", field="cooperating")
    if parse_ratio(said["ratio"]) is None:
        raise Invalid("看不准抽查比例。", remedy="请写成 5%、10-20%、≥1%, ≥10家、全覆盖 的样子。", field="ratio")
    first_day, last_day = (_day(said[name], name, year) for name in ("first_day", "last_day"))
    if last_day < first_day:
        raise Invalid("结束日期早于开始日期。", field="last_day")
    return AnnualLine(
        id=TaskId(said["id"]),
        name=said["name"],
        kind=kind,
        department=DepartmentId(department),
        cooperating=said["cooperating"],
        items=said["items"],
        targets=said["targets"],
        ratio=said["ratio"],
        first_day=first_day,
        last_day=last_day,
    )


def standing_lines(changes: Iterable[AnnualChange]) -> tuple[AnnualLine, ...]:
    """The lines that changes leave standing, by their number."""
    lines: dict[TaskId, AnnualLine | None] = {}
    for change in sorted(changes, key=lambda each: each.number):
        lines[change.line] = change.content
    return tuple(line for _, line in sorted(lines.items()) if line is not None)


def refuse_unlike(lines: Sequence[AnnualLine], line: AnnualLine) -> None:
    """Raise Conflict for a change that changes nothing, and for a number that another department has."""
    before = next((each for each in lines if each.id == line.id), None)
    if before is not None and before.department != line.department:
        raise Conflict(f"任务编号 {line.id} 已经用过。", remedy="请换一个编号。", field="id")
    if before == line:
        raise Conflict("与现在的计划一样，没有改动。")


def issue_content(lines: Sequence[AnnualLine]) -> bytes:
    """Write down the lines, the same bytes for the same plan: what is approved and what is published."""
    return msgspec.json.encode(list(lines), order="sorted")


def issue_digest(lines: Sequence[AnnualLine]) -> str:
    return hashlib.sha256(issue_content(lines)).hexdigest()


def refuse_deciding_issue(waiting: AnnualIssue | None, actor: Actor, seen: str) -> AnnualIssue:
    """Give back the issue that somebody may decide and has seen; raises TooLate, Conflict or NotPermitted."""
    if waiting is None:
        raise TooLate("没有等待审批的计划。", remedy="请先提请审批。")
    if waiting.digest != seen:
        raise Conflict("等待审批的计划不是您看到的那一份，没有办理。", remedy="请刷新页面，看过之后再办。")
    if waiting.drawn_up_by == actor.id:
        raise NotPermitted("自己提请的，不能自己审批。", remedy="请由另一位有审批权限的人办理。")
    return waiting


def unplanned(tasks: Sequence[Task], lines: Sequence[AnnualLine]) -> tuple[Task, ...]:
    """The tasks of a round that stand in no line of the published plan: each needs a cause."""
    planned = {line.id for line in lines}
    return tuple(task for task in tasks if task.id not in planned)


def plan_csv(lines: Sequence[AnnualLine]) -> bytes:
    """Write the plan as open data: UTF-8 with a mark that spreadsheets know, no cell that they would compute."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS.values())
    for line in lines:
        rows.writerow([_harmless(str(getattr(line, name))) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _day(said: str, field: str, year: int) -> date:
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        raise Invalid("日期请写成 2026-03-02 的样子。", field=field) from error
    if day.year != year:
        raise Invalid(f"年度计划以自然年为单位，日期要在 {year} 年内。", field=field)
    return day
