"""Matters, desk matters, bars and half-days after a draw, by the words of the specification, each worked out anew."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from support.recomputation.frames import MergedTarget, Task, accepted, applies, at_cap
from support.recomputation.sheets import Row

Drawn = dict[str, dict[str, int]]
"""For each task, the drawn targets and the batch of each."""


@dataclass
class Claim:
    """One task asks for one item of one department at one target."""

    task: str
    item: Row
    target: str
    window: tuple[date, date]


@dataclass
class Wanted:
    """What one or several tasks ask for together."""

    tasks: list[str]
    item: Row
    target: str
    window: tuple[date, date]
    key: bool
    separate: bool = False

    def told(self) -> dict[str, Any]:
        values = self.item.values
        return {
            "tasks": sorted(self.tasks),
            "department": self.item.department,
            "item": self.item.text("事项编码"),
            "target": self.target,
            "first_day": self.window[0].isoformat(),
            "last_day": self.window[1].isoformat(),
            "minutes": int(values.get("检查时长(分钟)", 30)),
            "officers": int(values.get("所需人数", 2)),
            "expertise": sorted(values.get("所需专业", [])),
            "key": self.key,
            "separate": self.separate,
        }


def claims_of(
    policy: dict[str, Any], tasks: list[Task], targets: dict[str, MergedTarget], drawn: Drawn
) -> tuple[list[Claim], set[tuple[str, str, str]]]:
    """What is asked for, and (task, department, target) where a cooperating department is at its own cap."""
    claims, dropped = [], set()
    for task in tasks:
        home = task.initiator.department
        for target, batch in drawn.get(task.id, {}).items():
            row = targets[target].rows[home]
            for item in task.items:
                if not applies(item, row):
                    continue
                if item.department != home and at_cap(policy, targets[target], item.department):
                    dropped.add((task.id, item.department, target))
                    continue
                claims.append(Claim(task.id, item, target, task.windows[batch - 1]))
    return claims, dropped


def join(claims: list[Claim]) -> list[Wanted]:
    """One matter for each department, item and target, while the windows still meet."""
    open_matters: dict[tuple[str, str, str], Wanted] = {}
    joined = []
    for claim in sorted(claims, key=lambda claim: (claim.window[0], claim.task)):
        name = (claim.item.department, claim.item.text("事项编码"), claim.target)
        last = open_matters.get(name)
        if last and max(last.window[0], claim.window[0]) <= min(last.window[1], claim.window[1]):
            last.window = (max(last.window[0], claim.window[0]), min(last.window[1], claim.window[1]))
            last.tasks.append(claim.task)
            continue
        key = claim.item.text("事项类别") == "重点"
        open_matters[name] = Wanted([claim.task], claim.item, claim.target, claim.window, key)
        joined.append(open_matters[name])
    return joined


def on_site(item: Row) -> bool:
    return "现场" in item.values["检查方式"]


def caused(settings: dict[str, Any], rows: list[Row]) -> list[Wanted]:
    """Caused inspections, each a matter of its own; n counts the rows of the department's sheet."""
    items = {(row.department, row.text("事项编码")): row for row in accepted(rows, "抽查事项清单")}
    known = {row.target() for row in accepted(rows, "检查对象名录")}
    found, count = [], dict[str, int]()
    for row in accepted(rows, "特别检查"):
        count[row.department] = count.get(row.department, 0) + 1
        item = items.get((row.department, row.text("事项编码")))
        if item and row.target() in known:
            task = f"特别检查/{row.department}/{count[row.department]}"
            window = (settings["round"]["first_day"], row.values["截止日期"])
            found.append(Wanted([task], item, row.target(), window, key=True, separate=True))
    return found


def barred(rows: list[Row], targets: dict[str, MergedTarget]) -> set[tuple[str, str]]:
    inspectors = {row.text("人员编号") for row in accepted(rows, "执法检查人员名录")}
    told = {(row.text("人员编号"), row.target()) for row in accepted(rows, "回避登记")}
    told |= {(name, target.id) for target in targets.values() for name in target.last_inspectors}
    return {(name, target) for name, target in told if name in inspectors and target in targets}


def desk(rows: list[Row], wanted: list[Wanted], targets: dict[str, MergedTarget]) -> list[dict[str, Any]]:
    """Desk matters, one for each department, item and target (each caused one its own), with all who could do them."""
    apart = barred(rows, targets)
    grouped: dict[tuple[str, str, str, str], list[Wanted]] = {}
    for matter in wanted:
        cause = matter.tasks[0] if matter.separate else ""
        name = (matter.item.department, matter.item.text("事项编码"), matter.target, cause)
        grouped.setdefault(name, []).append(matter)
    found = []
    for n, place in enumerate(sorted(grouped), start=1):
        matters = grouped[place]
        department, item, target, _ = place
        asked = set(matters[0].item.values.get("所需专业", []))
        able = {
            row.text("人员编号")
            for row in accepted(rows, "执法检查人员名录")
            if row.department == department
            and row.text("人员类别") == "执法人员"
            and asked <= set(row.values.get("业务专长", []))
            and (row.text("人员编号"), target) not in apart
        }
        found.append(
            {
                "id": f"D{n:04}",
                "tasks": sorted({task for matter in matters for task in matter.tasks}),
                "department": department,
                "target": target,
                "item": item,
                "need": int(matters[0].item.values.get("所需人数", 2)),
                "eligible": sorted(able),
            }
        )
    return found


def half_days(settings: dict[str, Any], working: list[date]) -> list[str]:
    names = []
    for day in working:
        for half in settings["calendar"]["half_days"]:
            part = "am" if time.fromisoformat(half["start"]) < time(12) else "pm"
            names.append(f"{day.isoformat()}/{part}")
    return names


def away(days: Any, known: list[str]) -> list[str]:
    """The half-days of the round that lie on those days or halves of days."""
    told = {(day.isoformat(), half) for day, half in days}
    return [name for name in known if (name[:10], "") in told or (name[:10], name[11:]) in told]
