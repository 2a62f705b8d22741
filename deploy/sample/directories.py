"""What each department of 禾川县 hands in, sheet by sheet, as it would be without any fault.

A row is a dict by column name, as in the workbook. The faults are put in by `faults`.
"""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from deploy.sample.firms import REGION, Firm, content, person, projects

Cell = str | int | float | date | None
Row = dict[str, Cell]
Sheets = dict[str, list[Row]]

_REASONS = ("近亲属任职", "持有股份", "曾在该单位工作", "经办过该单位许可")
_POSTS = ("股长", "副股长", "主任科员", "科员", "科员", "工程师")
_FIRST_DAY = date(2026, 3, 2)
_ROUND_DAYS = 30
_EXPERT_EVERY = 14


class Department(NamedTuple):
    name: str
    mark: str
    """What its staff numbers begin with."""
    staff: int
    industries: frozenset[str]
    """Whose directory it keeps; empty: everybody's."""
    expertise: tuple[str, ...]

    def keeps(self, firm: Firm) -> bool:
        """Say whether the firm stands in this department's directory."""
        return not self.industries or not self.industries.isdisjoint(firm.industries)


def departments() -> list[Department]:
    """All departments, the coordinating one first."""
    return [
        Department(
            name=row["部门名称"],
            mark=row["简称"],
            staff=int(row["人数"]),
            industries=frozenset(filter(None, row["名录行业"].split("；"))),
            expertise=tuple(filter(None, row["业务专长"].split("、"))),
        )
        for row in content("departments")
    ]


def sheets_of(chance: Random, department: Department, firms: list[Firm], together: set[str], staff: int) -> Sheets:
    """Fill in every sheet of one department; `together` are the names of the departments in this round."""
    kept = [firm for firm in firms if department.keeps(firm) and firm.number == ""]
    kept += projects(chance, 12) if department.mark == "水利" else []
    inspectors = [_inspector(chance, department, number) for number in range(1, staff + 1)]
    sheets: Sheets = {
        "部门": [_department(chance, department)],
        "抽查事项清单": _lines("items", department),
        "检查对象名录": [_target(chance, firm, department, staff) for firm in kept],
        "执法检查人员名录": inspectors,
        "抽查计划": _plan(department, together),
        "回避登记": [_recusal(chance, department, kept, staff) for _row in range(staff * 3 // 4)],
        "特别检查": [],
    }
    if department.mark == "市监":
        sheets["区划"] = [
            {key: row[key] for key in ("代码", "名称", "经度", "纬度", "相邻")} for row in content("areas")
        ]
    if staff >= 8:  # noqa: PLR2004 - the numbers of the two who are married
        five, eight = f"{department.mark}-005", f"{department.mark}-008"
        sheets["人员互斥"] = [{"人员编号": five, "互斥人员编号": eight, "事由": "夫妻"}]
    return sheets


def _lines(table: str, department: Department) -> list[Row]:
    return [
        {name: int(value) if value.isdigit() else value or None for name, value in row.items() if name != "简称"}
        for row in content(table)
        if row["简称"] == department.mark
    ]


def _plan(department: Department, together: set[str]) -> list[Row]:
    """The department's plan lines, as far as the initiator and at least this department are in the round."""
    initiators = {row["任务编号"]: row for row in content("plan") if row["本部门角色"] == "发起"}
    names = {other.mark: other.name for other in departments()}
    lines = [row for row in _lines("plan", department) if names[initiators[str(row["任务编号"])]["简称"]] in together]
    for row in lines:
        helpers = [name for name in str(row["配合部门"] or "").split("；") if name in together]
        row["配合部门"] = "；".join(helpers) or None
        if row["本部门角色"] == "发起" and not helpers:
            row["抽查类型"] = "系统内"
    return lines


def _department(chance: Random, department: Department) -> Row:
    return {
        "部门名称": department.name,
        "区划代码": REGION,
        "层级": "县",
        "联络员": person(chance),
        "联系电话": f"0000-{chance.randint(2_000_000, 7_999_999)}",
        "执行系统": "公示系统",
    }


def _target(chance: Random, firm: Firm, department: Department, staff: int) -> Row:
    is_placed = chance.random() < 0.9  # noqa: PLR2004 - a share
    visited = chance.random() < 0.4  # noqa: PLR2004 - a share
    return {
        "统一社会信用代码": firm.code or None,
        "对象编号": firm.number or None,
        "检查对象名称": firm.name,
        "对象类型": firm.kind,
        "经营范围": firm.scope,
        "地址": firm.address,
        "所在区域": chance.choice((firm.township.code, firm.township.code, firm.township.name)),
        "行业": "；".join(firm.industries),
        "信用风险等级": firm.credit_risk,
        "标签": "；".join(firm.tags) or None,
        "经度": firm.lon if is_placed else None,
        "纬度": firm.lat if is_placed else None,
        "上次检查日期": _day(chance, date(2025, 1, 6), 410) if visited else None,
        "上次检查人员": _staff(chance, department, staff) if visited and chance.random() < 1 / 3 else None,
        "本年已检查次数": chance.choices((None, 0, 1, 2), (60, 30, 8, 2))[0],
        "不便检查日期": _day(chance, _FIRST_DAY, _ROUND_DAYS) + chance.choice(("", "上午"))
        if chance.random() < 1 / 20
        else None,
    }


def _inspector(chance: Random, department: Department, number: int) -> Row:
    is_expert = number % _EXPERT_EVERY == 0
    skills = department.expertise
    days = sorted({_day(chance, _FIRST_DAY, _ROUND_DAYS) for _day_off in range(chance.choice((0, 0, 1, 2, 3)))})
    return {
        "人员编号": f"{department.mark}-{number:03d}",
        "姓名": person(chance),
        "单位": department.name,
        "职务": chance.choice(_POSTS),
        "人员类别": "专家" if is_expert else "执法人员",
        "执法证号": None if is_expert else f"示{chance.randint(100_000, 999_999)}",
        "执法证有效期": None if is_expert else "2027-12-31",
        "业务专长": "、".join(chance.sample(skills, chance.randint((len(skills) + 1) // 2, len(skills)))) or None,
        "所在区域": chance.choice(content("areas"))["代码"],
        "不可用日期": "；".join(days) or None,
        "最多半天数": chance.choice((None, None, 8, 10, 12)),
        "可支援部门": None,
        "借用": None,
    }


def _recusal(chance: Random, department: Department, kept: list[Firm], staff: int) -> Row:
    firm = chance.choice(kept)
    return {
        "人员编号": _staff(chance, department, staff),
        "统一社会信用代码": firm.code or None,
        "对象编号": firm.number or None,
        "回避事由": chance.choice(_REASONS),
    }


def _staff(chance: Random, department: Department, staff: int) -> str:
    return f"{department.mark}-{chance.randint(1, staff):03d}"


def _day(chance: Random, first: date, span: int) -> str:
    return (first + timedelta(days=chance.randrange(span))).isoformat()
