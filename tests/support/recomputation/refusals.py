"""Which rows are bad, and which of their cells: the paragraph "Errors" of the specification, one rule after another.

Rows are marked in place (`faults` holds the addresses of bad cells); a row without faults was accepted.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from support.recomputation.sheets import IDENTIFIED_BY_EITHER, Row, columns
from support.recomputation.values import Ratio, UnreadableError, read

CLASS_RATIOS = ("A级比例", "B级比例", "C级比例", "D级比例")
FLOOR = Fraction(5, 100)


def judge(settings: dict[str, Any], rows: list[Row], working: list[date]) -> None:
    """Mark what is bad in every row; a row that repeats another is left out of `rows`."""
    coordinator = settings["round"]["coordinator"]
    rows[:] = [row for row in rows if row.sheet != "区划" or row.department == coordinator]
    for row in rows:
        read_cells(row)
    rows[:] = once(rows)
    for row in rows:
        judge_dates(row, settings["round"])
        if row.sheet == "抽查计划":
            judge_plan(row, working)
        if row.sheet == "抽查事项清单":
            judge_floor(row)
    judge_references(rows)
    judge_tasks(rows)
    judge_doubles(rows, coordinator)


def once(rows: list[Row]) -> list[Row]:
    """The same row twice counts once; a row that cannot be read is given back wherever it stands."""
    told: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        words = sorted((name, row.text(name)) for name in row.cells if row.text(name))
        name = row.number if row.faults else 0
        told.setdefault((row.department, row.sheet, name, *words), row)
    return list(told.values())


def bad(row: Row, column: str) -> None:
    row.faults.add(row.cells[column].address if column in row.cells else f"?{row.number}")


def read_cells(row: Row) -> None:
    for name, kind, required in columns(row.sheet):
        if not row.text(name):
            if required:
                bad(row, name)
            continue
        try:
            row.values[name] = read(kind, row.cells[name])
        except UnreadableError:
            bad(row, name)
            continue
        if required and row.values[name] == []:
            bad(row, name)
    if row.sheet in IDENTIFIED_BY_EITHER and not row.target():
        bad(row, "统一社会信用代码")


def judge_dates(row: Row, round_: dict[str, Any]) -> None:
    first, last = round_["first_day"], round_["last_day"]
    for name in ("开始日期", "结束日期", "截止日期"):
        if name in row.values and not first <= row.values[name] <= last:
            bad(row, name)
    if {"开始日期", "结束日期"} <= row.values.keys() and row.values["开始日期"] > row.values["结束日期"]:
        bad(row, "结束日期")
    if row.values.get("执法证有效期", last) < last:
        bad(row, "执法证有效期")


def judge_plan(row: Row, working: list[date]) -> None:
    given = [name for name in CLASS_RATIOS if row.text(name)]
    if row.text("抽查比例") and given:
        bad(row, "抽查比例")
    if row.text("本部门角色") == "发起" and not row.text("抽查比例") and not given:
        bad(row, "抽查比例")
    judged = {row.cells[name].address for name in ("开始日期", "结束日期", "批次") if name in row.cells}
    if row.text("本部门角色") == "发起" and not judged & row.faults:
        days = [day for day in working if row.values["开始日期"] <= day <= row.values["结束日期"]]
        if len(days) < int(row.values.get("批次", 1)):
            bad(row, "批次")


def judge_floor(row: Row) -> None:
    lowest = row.values.get("最低比例")
    if row.text("事项类别") == "一般" and isinstance(lowest, Ratio) and below_floor(lowest):
        bad(row, "最低比例")


def below_floor(ratio: Ratio) -> bool:
    """Say whether a share below the floor is written; a number of firms alone says nothing of a share."""
    rules = ratio.by_size or ((0, None, ratio.share, ratio.minimum),)
    return any(share < FLOOR and (share or not minimum) for _, _, share, minimum in rules)


def judge_references(rows: list[Row]) -> None:
    """A reference holds when any row of that name was handed in, be it refused."""
    areas = {row.text(name) for row in rows if row.sheet == "区划" for name in ("代码", "名称")}
    areas = areas or {row.text("所在区域") for row in rows}
    area_codes = {row.text("代码") for row in rows if row.sheet == "区划"}
    inspectors = {row.text("人员编号") for row in rows if row.sheet == "执法检查人员名录"}
    targets = {row.target() for row in rows if row.sheet == "检查对象名录"}
    departments = {row.department for row in rows}
    initiated = {row.text("任务编号") for row in rows_of(rows, "抽查计划") if role(row) != "配合"}
    all_items = {(row.department, row.text("事项编码")) for row in rows_of(rows, "抽查事项清单")}
    for row in rows:
        if row.sheet in ("检查对象名录", "执法检查人员名录"):
            refer(row, "所在区域", areas)
            refer(row, "上次检查人员", inspectors)
            refer(row, "可支援部门", departments)
        if row.sheet in ("抽查计划", "特别检查"):
            refer(row, "事项编码", {item for department, item in all_items if department == row.department})
            refer(row, "配合部门", departments)
            if role(row) == "配合":
                refer(row, "任务编号", initiated)
        if row.sheet in ("回避登记", "人员互斥"):
            refer(row, "人员编号", inspectors)
            refer(row, "互斥人员编号", inspectors)
        if row.sheet in ("回避登记", "特别检查") and row.target() and row.target() not in targets:
            bad(row, "统一社会信用代码" if row.text("统一社会信用代码") else "对象编号")
        if row.sheet == "区划":
            refer(row, "相邻", area_codes)


def role(row: Row) -> str | None:
    """发起, 配合, or None where the cell cannot be read."""
    return row.values.get("本部门角色")


def judge_tasks(rows: list[Row]) -> None:
    """One department initiates a task; a task of one department's own line has no cooperating one (a reading)."""
    plan = rows_of(rows, "抽查计划")
    for row in plan:
        initiating = [each for each in plan if role(each) == "发起" and each.text("任务编号") == row.text("任务编号")]
        if role(row) == "发起" and len({each.department for each in initiating}) > 1:
            bad(row, "本部门角色")
        if role(row) == "发起" and row.values.get("抽查类型") == "系统内" and row.text("配合部门"):
            bad(row, "配合部门")
        if (
            role(row) == "配合"
            and "系统内" in {each.values.get("抽查类型") for each in [row, *initiating]}
            and initiating
        ):
            bad(row, "抽查类型")


def judge_doubles(rows: list[Row], coordinator: str) -> None:
    """Of rows that differ but bear one name the first stands, the coordinator's before others (a reading)."""
    taken: set[tuple[str, ...]] = set()
    names = {"抽查事项清单": "事项编码", "执法检查人员名录": "人员编号", "抽查计划": "任务编号", "区划": "代码"}
    for row in sorted(rows, key=lambda row: (row.department != coordinator, row.department.encode())):
        if row.sheet in names and not row.faults:
            whose = "" if row.sheet == "执法检查人员名录" else row.department
            name = (row.sheet, whose, row.text(names[row.sheet]))
            if name in taken:
                bad(row, names[row.sheet])
            taken.add(name)


def refer(row: Row, column: str, known: Iterable[str]) -> None:
    value = row.values.get(column, [])
    for name in [value] if isinstance(value, str) else value:
        if name not in known:
            bad(row, column)


def rows_of(rows: list[Row], sheet: str) -> list[Row]:
    return [row for row in rows if row.sheet == sheet]
