"""Merged targets, tasks, frames and who was left out, by the words of "From sheets to frames and matters"."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from support.recomputation.refusals import CLASS_RATIOS, FLOOR, bad, rows_of
from support.recomputation.sheets import Row
from support.recomputation.values import Ratio, drawn

RAISING = {"严重违法失信名单": "D", "经营异常名录": "C", "投诉举报较多": "C", "高风险": "C"}
MERGED = {"name": ("检查对象名称",), "address": ("地址",), "area": ("所在区域",), "place": ("经度", "纬度")}


@dataclass
class MergedTarget:
    id: str
    rows: dict[str, Row]
    fields: dict[str, Any]
    klass: str
    tags: set[str]
    last_inspected_on: date | None
    last_inspectors: set[str]
    closed: set[tuple[date, str]]


@dataclass
class Task:
    id: str
    initiator: Row
    items: list[Row]
    windows: list[tuple[date, date]]
    population: list[str] = field(default_factory=list)
    frame: dict[str, list[str]] = field(default_factory=dict)
    entry: dict[str, Any] = field(default_factory=dict)


def accepted(rows: list[Row], sheet: str) -> list[Row]:
    return [row for row in rows_of(rows, sheet) if not row.faults]


def merge(rows: list[Row], coordinator: str) -> dict[str, MergedTarget]:
    groups: dict[str, dict[str, Row]] = {}
    for row in accepted(rows, "检查对象名录"):
        groups.setdefault(row.target(), {}).setdefault(row.department, row)
    areas = area_codes(rows)
    return {
        target: merged(target, dict(sorted(own.items(), key=lambda kv: (kv[0] != coordinator, kv[0].encode()))), areas)
        for target, own in groups.items()
    }


def merged(target: str, own: dict[str, Row], areas: dict[str, str]) -> MergedTarget:
    fields = {}
    for name, where in MERGED.items():
        told = [tuple(row.values.get(column) for column in where) for row in own.values()]
        full = [value for value in told if None not in value]
        fields[name] = full[0] if full else None
    if fields["area"]:
        fields["area"] = areas.get(fields["area"][0])
    tags = {tag for row in own.values() for tag in row.values.get("标签", [])}
    given = [row.values["信用风险等级"] for row in own.values() if "信用风险等级" in row.values] or ["B"]
    days = [row.values["上次检查日期"] for row in own.values() if "上次检查日期" in row.values]
    return MergedTarget(
        id=target,
        rows=own,
        fields=fields,
        klass=max(given + [RAISING[tag] for tag in tags if tag in RAISING]),
        tags=tags,
        last_inspected_on=max(days, default=None),
        last_inspectors={name for row in own.values() for name in row.values.get("上次检查人员", [])},
        closed={day for row in own.values() for day in row.values.get("不便检查日期", [])},
    )


def area_codes(rows: list[Row]) -> dict[str, str]:
    """Codes by name and by code; a row refused for something else still says which is which."""
    codes = {row.text("名称"): row.values["代码"] for row in rows_of(rows, "区划") if "代码" in row.values}
    return codes | {code: code for code in codes.values()}


def tasks_of(rows: list[Row], working: list[date]) -> list[Task]:
    tasks = []
    items = {(row.department, row.text("事项编码")): row for row in accepted(rows, "抽查事项清单")}
    plan = accepted(rows, "抽查计划")
    for row in plan:
        if row.text("本部门角色") != "发起":
            continue
        partners = [
            other
            for other in plan
            if other.text("本部门角色") == "配合" and other.text("任务编号") == row.text("任务编号")
        ]
        named = [(line.department, code) for line in [row, *partners] for code in line.values["事项编码"]]
        windows = cut(row, working)
        tasks.append(Task(row.text("任务编号"), row, [items[name] for name in named if name in items], windows))
    return sorted(tasks, key=lambda task: task.id.encode())


def cut(row: Row, working: list[date]) -> list[tuple[date, date]]:
    """The windows of the batches: runs of equally many working days, the last taking the rest."""
    days = [day for day in working if row.values["开始日期"] <= day <= row.values["结束日期"]]
    batches = int(row.values.get("批次", 1))
    length = len(days) // batches
    runs = [days[n * length : (n + 1) * length] for n in range(batches - 1)] + [days[(batches - 1) * length :]]
    return [(run[0], run[-1]) for run in runs]


def applies(item: Row, row: Row) -> bool:
    kinds = item.values.get("检查对象类型", [])
    return not kinds or row.text("对象类型") in kinds or any(trade in kinds for trade in row.values.get("行业", []))


def in_scope(task: Row, row: Row, areas: dict[str, str]) -> bool:
    kinds, scope = task.values.get("对象类型", []), task.values.get("对象范围", [])
    if kinds and row.text("对象类型") not in kinds:
        return False
    own = {*row.values.get("行业", []), *row.values.get("标签", [])}
    area = areas.get(row.text("所在区域"))
    return not scope or any(word in own or (area is not None and areas.get(word) == area) for word in scope)


def build_frames(
    settings: dict[str, Any], rows: list[Row], targets: dict[str, MergedTarget], working: list[date]
) -> tuple[list[Task], set[tuple[str, str]]]:
    """The lawful tasks with their frames, and who was left out; marks the plan rows of unlawful tasks as bad."""
    areas = area_codes(rows)
    excluded: set[tuple[str, str]] = set()
    tasks = []
    for task in tasks_of(rows, working):
        home = task.initiator.department
        for target in targets.values():
            row = target.rows.get(home)
            if row and in_scope(task.initiator, row, areas) and any(applies(item, row) for item in task.items):
                task.population.append(target.id)
        out = {name for name in task.population if left_out(settings["policy"], task, targets[name])}
        stratify(settings, task, [targets[name] for name in task.population if name not in out])
        if not task.initiator.faults:
            tasks.append(task)
            excluded |= {(task.id, name) for name in out}
    for row in rows_of(rows, "检查对象名录"):
        if row.faults:
            excluded.add(("-", row.text("统一社会信用代码") or row.text("对象编号") or f"第{row.number}行"))
    return tasks, excluded


def left_out(policy: dict[str, Any], task: Task, target: MergedTarget) -> bool:
    if at_cap(policy, target, task.initiator.department):
        return True
    if any(item.text("事项类别") == "重点" for item in task.items) or target.klass in "CD":
        return False
    last, gap = target.last_inspected_on, policy.get("gap_days", 0)
    return last is not None and (task.initiator.values["开始日期"] - last).days < gap


def at_cap(policy: dict[str, Any], target: MergedTarget, department: str) -> bool:
    cap = policy.get("cap")
    limit = cap.get(target.klass) if isinstance(cap, dict) else cap
    if limit is None or department not in target.rows:
        return False
    return bool(target.rows[department].values.get("本年已检查次数", 0) >= limit)


def stratify(settings: dict[str, Any], task: Task, frame: list[MergedTarget]) -> None:
    row = task.initiator
    single = row.values.get("抽查比例")
    ratios: dict[str, Ratio] = {}
    for target in frame:
        stratum = "*" if single else target.klass
        task.frame.setdefault(stratum, []).append(target.id)
        ratio = single or row.values.get(f"{target.klass}级比例")
        if ratio is None:
            bad(row, CLASS_RATIOS["ABCD".index(target.klass)])
            return
        ratios[stratum] = ratio
    if single:
        task.frame.setdefault("*", [])
        ratios["*"] = single
    strata, sizes = [], 0
    for stratum in sorted(task.frame):
        population = len(task.frame[stratum])
        share, minimum = ratios[stratum].on(population)
        sizes += drawn(share, minimum, population)
        strata.append(written(settings, row, stratum, share, minimum))
    task.entry = {"id": task.id, "strata": strata}
    general = any(item.text("事项类别") == "一般" for item in task.items)
    if general and sizes < FLOOR * len(frame):
        bad(row, "抽查比例" if single else "A级比例")


def written(settings: dict[str, Any], row: Row, stratum: str, share: Fraction, minimum: int) -> dict[str, Any]:
    alternates = settings.get("draw", {}).get("alternates", 2)
    batches = int(row.values.get("批次", 1))
    told = {"id": stratum, "ratio": shortest(share)}
    told |= {"minimum": minimum} if minimum else {}
    told |= {"alternates": alternates} if alternates else {}
    return told | ({"batches": batches} if batches != 1 else {})


def shortest(share: Fraction) -> str:
    text = format(Decimal(share.numerator) / Decimal(share.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
