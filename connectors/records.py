"""The rows that connectors carry: what a coordinated round is, as frozen types with a Chinese word for every field.

They travel as a file of JSON lines (`records_file`), a record a line, its sort in `record`. Which system calls a field
what is said by the field maps beside each kind; what a round's rows are is the coordinator's affair.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from connectors.contract import File

SUFFIX = ".jsonl"

BEIJING = timezone(timedelta(hours=8))
BETWEEN = "；"

Text = Annotated[str, Meta(min_length=1)]


class TaskKind(StrEnum):
    """抽查类型; a caused inspection is not drawn."""

    SINGLE = "系统内"
    JOINT = "部门联合"
    CAUSED = "特别检查"


class ResultCode(StrEnum):
    """检查结果, in the wording of the publicity system's result list."""

    NO_PROBLEM = "未发现问题"
    NOT_PUBLISHED = "未按规定公示应当公示的信息"
    CONCEALED = "公示信息隐瞒真实情况、弄虚作假"
    UNREACHABLE = "通过登记的住所（经营场所）无法联系"
    ORDERED_TO_CORRECT = "发现问题已责令改正"
    OBSTRUCTED = "不配合检查情节严重"
    NO_SUCH_ACTIVITY = "未发现开展本次抽查涉及的经营活动"
    PENDING = "发现问题待后续处理"
    CLOSED_DOWN = "已关闭停业或正在清算"
    DEREGISTERED = "注销、吊销、撤销、迁出"


class Disposition(StrEnum):
    """处理措施."""

    NOTHING = "无需后续处置"
    ORDER_CORRECTION = "责令改正"
    OPEN_CASE = "移送办案"
    NOTIFY_DEPARTMENT = "抄告其他部门"
    DAILY_SUPERVISION = "反馈日常监管"


class PublicationChannel(StrEnum):
    """公示渠道."""

    PUBLICITY_SYSTEM = "公示系统"
    PROFESSIONAL_SYSTEM = "专业系统"
    WEBSITE = "部门网站"
    WITHHELD = "不予公示"


class TargetList(StrEnum):
    """The lists that an entry puts a target on, or takes it off (R13)."""

    ABNORMAL = "经营异常名录"
    SERIOUS = "严重违法失信名单"


class ListChange(StrEnum):
    PUT_ON = "列入"
    TAKEN_OFF = "移出"


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record"):
    """One row; its type's tag stands in the line as `record`."""


class AnnualPlan(Record, frozen=True, kw_only=True, tag="annual_plan"):
    """One line of the annual plan (年度抽查工作计划)."""

    year: Annotated[int, Meta(description="计划年度")]
    task: Annotated[Text, Meta(description="任务编号")]
    task_name: Annotated[Text, Meta(description="任务名称")]
    task_kind: Annotated[TaskKind, Meta(description="抽查类型")]
    department: Annotated[Text, Meta(description="发起部门")]
    cooperating: Annotated[str, Meta(description="配合部门")] = ""
    items: Annotated[str, Meta(description="抽查事项")]
    targets: Annotated[str, Meta(description="抽查对象")]
    ratio: Annotated[str, Meta(description="抽查比例")]
    first_day: Annotated[date, Meta(description="开始日期")]
    last_day: Annotated[date, Meta(description="结束日期")]


class Task(Record, frozen=True, kw_only=True, tag="task"):
    """A task (抽查任务) of a round, as it was carried out."""

    round: Annotated[Text, Meta(description="轮次编号")]
    task: Annotated[Text, Meta(description="任务编号")]
    task_name: Annotated[Text, Meta(description="任务名称")]
    task_kind: Annotated[TaskKind, Meta(description="抽查类型")]
    department: Annotated[Text, Meta(description="发起部门")]
    cooperating: Annotated[tuple[str, ...], Meta(description="配合部门")] = ()
    first_day: Annotated[date, Meta(description="开始日期")]
    last_day: Annotated[date, Meta(description="结束日期")]
    target_count: Annotated[int, Meta(ge=0, description="抽取户数")]


class DrawnTarget(Record, frozen=True, kw_only=True, tag="drawn_target"):
    """One line of a drawn list (抽中名单)."""

    round: Annotated[Text, Meta(description="轮次编号")]
    task: Annotated[Text, Meta(description="任务编号")]
    batch: Annotated[int, Meta(ge=1, description="批次")]
    drawn_on: Annotated[date, Meta(description="抽取日期")]
    target: Annotated[Text, Meta(description="统一社会信用代码、注册号或对象编号")]
    target_name: Annotated[Text, Meta(description="检查对象名称")]
    target_kind: Annotated[str, Meta(description="对象类型")]


class Visit(Record, frozen=True, kw_only=True, tag="visit"):
    """One consolidated visit (进一次门) and the matters that it answers."""

    round: Annotated[Text, Meta(description="轮次编号")]
    tour: Annotated[Text, Meta(description="巡查组次")]
    target: Annotated[Text, Meta(description="统一社会信用代码、注册号或对象编号")]
    target_name: Annotated[Text, Meta(description="检查对象名称")]
    begins_at: Annotated[datetime, Meta(tz=True, description="开始时间")]
    ends_at: Annotated[datetime, Meta(tz=True, description="结束时间")]
    departments: Annotated[tuple[str, ...], Meta(description="检查部门")]
    items: Annotated[tuple[str, ...], Meta(description="检查事项")]


class Result(Record, frozen=True, kw_only=True, tag="result"):
    """The result of one matter for one task (检查结果)."""

    round: Annotated[Text, Meta(description="轮次编号")]
    task: Annotated[Text, Meta(description="任务编号")]
    task_name: Annotated[Text, Meta(description="任务名称")]
    task_kind: Annotated[TaskKind, Meta(description="抽查类型")]
    initiator: Annotated[Text, Meta(description="发起部门")]
    batch: Annotated[int, Meta(ge=1, description="批次，特别检查没有")] | None = None
    department: Annotated[Text, Meta(description="检查部门")]
    target: Annotated[Text, Meta(description="统一社会信用代码、注册号或对象编号")]
    target_name: Annotated[Text, Meta(description="检查对象名称")]
    target_kind: Annotated[str, Meta(description="对象类型")]
    item: Annotated[Text, Meta(description="事项编码")]
    item_name: Annotated[Text, Meta(description="事项名称")]
    inspected_on: Annotated[date, Meta(description="检查日期")]
    result: Annotated[ResultCode, Meta(description="检查结果")]
    problem: Annotated[str, Meta(description="发现的问题")] = ""
    dispositions: Annotated[tuple[Disposition, ...], Meta(description="处理措施")] = ()
    case_number: Annotated[str, Meta(description="案件文号")] = ""
    channel: Annotated[PublicationChannel, Meta(description="公示渠道")] | None = None
    published_on: Annotated[date, Meta(description="公示日期")] | None = None
    withheld_reason: Annotated[str, Meta(description="不予公示理由")] = ""
    referred_to: Annotated[str, Meta(description="移送或抄告的部门")] = ""
    is_correction: Annotated[bool, Meta(description="是否更正")] = False


class Penalty(Record, frozen=True, kw_only=True, tag="penalty"):
    """A case and what it ended with (行政处罚); the fine is 罚款 and 没收 together."""

    department: Annotated[Text, Meta(description="处罚机关")]
    case_number: Annotated[Text, Meta(description="案件文号")]
    target: Annotated[Text, Meta(description="统一社会信用代码、注册号或对象编号")]
    target_name: Annotated[Text, Meta(description="检查对象名称")]
    filed_on: Annotated[date, Meta(description="立案日期")]
    fine_fen: Annotated[int, Meta(ge=0, description="罚没金额（分）")] | None = None
    offence: Annotated[str, Meta(description="违法行为类型")] = ""
    content: Annotated[str, Meta(description="处罚内容")] = ""
    decision_number: Annotated[str, Meta(description="处罚决定书文号")] = ""
    decided_on: Annotated[date, Meta(description="处罚决定日期")] | None = None
    published_on: Annotated[date, Meta(description="公示日期")] | None = None


class ListEntry(Record, frozen=True, kw_only=True, tag="list_entry"):
    """A target put on a list or taken off it (经营异常名录、严重违法失信名单)."""

    list: Annotated[TargetList, Meta(description="名单")]
    change: Annotated[ListChange, Meta(description="列入或移出")]
    target: Annotated[Text, Meta(description="统一社会信用代码、注册号或对象编号")]
    target_name: Annotated[Text, Meta(description="检查对象名称")]
    reason: Annotated[Text, Meta(description="事由")]
    decided_on: Annotated[date, Meta(description="决定日期")]
    department: Annotated[Text, Meta(description="决定机关")]


AnyRecord = AnnualPlan | Task | DrawnTarget | Visit | Result | Penalty | ListEntry

SORTS: tuple[type[Record], ...] = (AnnualPlan, Task, DrawnTarget, Visit, Result, Penalty, ListEntry)


def sort_of(record: type[Record] | Record) -> str:
    """The tag of a record's type, as it stands in its line: `result`, `penalty` …"""
    return str(record.__struct_config__.tag)


def words_of(sort: type[Record]) -> dict[str, str]:
    """The Chinese words of a type's fields, in their order."""
    fields = msgspec.json.schema(sort)["$defs"][sort.__name__]["properties"]
    return {name: _word(field) for name, field in fields.items() if name != "record"}


def _word(field: dict[str, object]) -> str:
    """A field that may be empty has its word in the alternative that is not null."""
    alternatives = field.get("anyOf")
    described = [field, *(alternatives if isinstance(alternatives, list) else [])]
    return next(str(each["description"]) for each in described if "description" in each)


def text_of(value: object) -> str:
    """A field's value as people read it; several in one line, a moment by Beijing's clock."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case tuple():
            return BETWEEN.join(map(text_of, value))
        case datetime():
            return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        case _:
            return str(value.value if isinstance(value, Enum) else value)


def records_file(stem: str, records: Iterable[AnyRecord]) -> File:
    """Put records into a file `<stem>.jsonl`, in the order given."""
    lines = [msgspec.json.encode(record) + b"\n" for record in records]
    return File(name=stem + SUFFIX, content=b"".join(lines), row_count=len(lines))


def read_records(file: File) -> tuple[AnyRecord, ...]:
    """Read what `records_file` wrote; raises msgspec.ValidationError that names the line."""
    return tuple(_read_line(number, line) for number, line in enumerate(file.content.splitlines(), 1))


def _read_line(number: int, line: bytes) -> AnyRecord:
    try:
        record: AnyRecord = msgspec.json.decode(line, type=AnyRecord)
    except msgspec.DecodeError as error:
        raise msgspec.ValidationError(f"第{number}行：{error}") from error
    return record
