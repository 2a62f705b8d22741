"""A round as it is filled in on a form: what stands there at first, and what was written made into settings.

The reader of round.toml judges both alike; what is said here is only which field of the form is at fault.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.department_names import named_in
from coordinator.domain.errors import Invalid, SeveralInvalid
from coordinator.domain.hand_ins import Collection
from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake import cells
from coordinator.domain.intake.cells import CellFault
from coordinator.domain.rounds import Round, round_of
from coordinator.domain.sheets import CellValue
from coordinator.domain.workdays import Calendar, month_after

Value = TypeVar("Value")
Fields = Mapping[str, str]

DAYS_TO_PREPARE = timedelta(days=7)
"""So long before the first day of inspection workbooks are due, unless somebody says otherwise."""
LONGEST_NAME = 80
LABELS = {
    "id": "编号",
    "name": "名称",
    "region": "行政区划代码",
    "year": "年度",
    "first_day": "检查开始日期",
    "last_day": "检查结束日期",
    "coordinator": "牵头部门",
    "half_days": "上午、下午的时间",
    "alternates": "每层递补家数",
    "beacon.source": "公共随机事件",
    "beacon.when": "公布时间",
    "beacon.pattern": "结果的写法",
}
_WANTED = {
    **{name: LABELS[name] for name in ("name", "id", "region", "coordinator", "first_day", "last_day")},
    "departments": "参加的部门",
    "due_on": "提交期限",
    "morning_minutes": "上午能用多少分钟",
    "afternoon_minutes": "下午能用多少分钟",
    "gap_days": "两次检查相隔的天数",
    "approach_minutes": "往返单位的分钟数",
    "alternates": LABELS["alternates"],
}
"""What a form must hold, in its order."""
_READERS: Mapping[str, Callable[[CellValue], object]] = {
    **dict.fromkeys(("first_day", "last_day", "due_on"), cells.day),
    **dict.fromkeys(
        ("morning_minutes", "afternoon_minutes", "gap_days", "approach_minutes", "alternates"), cells.whole_number
    ),
}
_FIELDS = {"half_days": "morning", "beacon.source": "source", "beacon.when": "when", "beacon.pattern": "pattern"}
_FILE = "round.toml 的 "


def at_first(today: date, last: Round | None, asked: tuple[DepartmentId, ...]) -> dict[str, str]:
    """What a new form holds: the next month, and what the last round had."""
    first_day, last_day = month_after(today)
    return {
        "id": "",
        "name": "",
        "region": last.round.region if last else "",
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "coordinator": last.round.coordinator if last else "",
        "closed": "",
        "open": "",
        "morning": "08:30",
        "morning_minutes": "210",
        "afternoon": "14:30",
        "afternoon_minutes": "180",
        **{f"cap_{each.value}": most for each, most in zip(CreditRiskClass, ("2", "2", "4", "6"), strict=True)},
        "gap_days": "60",
        "approach_minutes": "15",
        "hash": "sha256",
        "alternates": "2",
        "source": "",
        "when": "",
        "pattern": "",
        "due_on": max(today, first_day - DAYS_TO_PREPARE).isoformat(),
        "departments": "\n".join(asked),
    }


def new_settings(fields: Fields) -> Round:
    """Read the form's fields as settings; raises Invalid with every field that is empty or cannot be read."""
    _refuse_unreadable(fields)
    first_day = cells.day(fields["first_day"])
    content = {
        "round": {
            **{name: cells.text(fields[name]) for name in ("id", "name", "region", "coordinator")},
            "year": first_day.year,
            "first_day": first_day,
            "last_day": cells.day(fields["last_day"]),
        },
        "calendar": {name: _days(fields, name) for name in ("closed", "open")} | {"half_days": _half_days(fields)},
        "policy": {name: _read(fields, name, cells.whole_number) for name in ("gap_days", "approach_minutes")}
        | _cap(fields),
        "draw": {
            "hash": fields["hash"],
            "alternates": _read(fields, "alternates", cells.whole_number),
            **({"beacon": _beacon(fields)} if fields["source"].strip() else {}),
        },
    }
    try:
        return round_of(content)
    except Invalid as fault:
        raise _of_form(fault) from fault


def new_collection(due_on: str, departments: str, settings: Round, calendar: Calendar, today: date) -> Collection:
    """Read until when and by whom is to be handed in; the coordinating department always is."""
    due = due_day(due_on, settings, calendar, today)
    return Collection(due_on=due, asked=asked_among(departments, settings))


def due_day(due_on: str, settings: Round, calendar: Calendar, today: date) -> date:
    """Read until when is to be handed in; raises Invalid also where a year has no confirmed calendar yet."""
    due = _read({"due_on": due_on}, "due_on", cells.day)
    if not today <= due <= settings.round.first_day:
        raise Invalid("提交期限应在今天和检查开始日期之间。", remedy="请改正提交期限。", field="due_on")
    years = {due.year, *range(settings.round.first_day.year, settings.round.last_day.year + 1)}
    unknown = sorted(years - calendar.confirmed_years)
    if unknown:
        named = "、".join(f"{year}年" for year in unknown)
        raise Invalid(
            f"{named}的节假日安排还没有确认，期限和工作日算不准。",
            remedy="请等国务院办公厅公布后再定。",
            field="first_day",
        )
    return due


def asked_among(departments: str, settings: Round) -> tuple[DepartmentId, ...]:
    """Read the departments' full names, one a line; raises Invalid where there are none or one is too long."""
    named = named_in(departments)
    if not named:
        raise Invalid("没有填参加的部门。", remedy="请每行写一个部门的全称。", field="departments")
    if too_long := [each for each in named if len(each) > LONGEST_NAME]:
        raise Invalid(f"部门名称“{too_long[0][:20]}……”太长。", remedy="请每行只写一个部门。", field="departments")
    return tuple(sorted({settings.round.coordinator, *named}))


def _refuse_unreadable(fields: Fields) -> None:
    """Raise for all fields at once, in the order of the form; what is not on this form is left out."""
    wanted = {name: words for name, words in _WANTED.items() if name in fields and not _is_idle(fields, name)}
    faults = [fault for name, words in wanted.items() if (fault := _unreadable(fields, name, words))]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SeveralInvalid(faults)


def _is_idle(fields: Fields, name: str) -> bool:
    """Whether a field says how long a half-day is in which nobody goes out."""
    part, _, of = name.partition("_")
    return of == "minutes" and not fields.get(part, "-").strip()


def _unreadable(fields: Fields, name: str, words: str) -> Invalid | None:
    if not fields[name].strip():
        return Invalid(f"没有填{words}。", remedy="请填写。", field=name)
    try:
        _read(fields, name, _READERS.get(name, cells.text))
    except Invalid as fault:
        return Invalid(f"{words}：{fault}", remedy=fault.remedy, field=name)
    return None


def _read(fields: Fields, name: str, reader: Callable[[CellValue], Value]) -> Value:
    try:
        return reader(fields[name])
    except CellFault as fault:
        raise Invalid(f"{fault.message}。", remedy=fault.remedy, field=name) from fault


def _days(fields: Fields, name: str) -> list[date]:
    return [each.date for each in _read(fields, name, cells.occasions)]


def _half_days(fields: Fields) -> list[dict[str, object]]:
    return [
        {"start": fields[part].strip(), "minutes": _read(fields, f"{part}_minutes", cells.whole_number)}
        for part in ("morning", "afternoon")
        if fields[part].strip()
    ]


def _cap(fields: Fields) -> dict[str, object]:
    """The yearly caps by class, where any is given; then all four must be."""
    names = {each.value: f"cap_{each.value}" for each in CreditRiskClass}
    if not any(fields[name].strip() for name in names.values()):
        return {}
    return {"cap": {value: _read(fields, name, cells.whole_number) for value, name in names.items()}}


def _beacon(fields: Fields) -> dict[str, object]:
    try:
        when = datetime.fromisoformat(fields["when"].strip())
    except ValueError as error:
        raise Invalid("公布时间写得不对。", remedy="请写成 2026-03-01T09:00:00+08:00 的样子。", field="when") from error
    return {"source": cells.text(fields["source"]), "when": when, "pattern": fields["pattern"].strip()}


def _of_form(fault: Invalid) -> Invalid:
    """Say a fault of round.toml in the form's words, with the field that it is about."""
    words = str(fault).replace(_FILE, "").replace("round.toml ", "")
    names = [name for name in LABELS if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", words)]
    for name in names:
        words = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", LABELS[name], words)
    field = _FIELDS.get(names[0], names[0]) if names else None
    return Invalid(words, remedy=fault.remedy.replace("对照 onedoor new 生成的样例", ""), field=field)
