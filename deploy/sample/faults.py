"""The faults that real workbooks have, and the situations that a round must be able to show, put in by hand.

Each department gets its own, so that every refusal, warning and unserved matter of the sample can be looked up here.
How a sheet is laid out (title rows, changed order) is in `writing`.
"""

from collections.abc import Callable
from datetime import date

from stdnum.iso7064.mod_11_10 import calc_check_digit

from deploy.sample.directories import Sheets

TARGETS, INSPECTORS, PLAN, ITEMS = "检查对象名录", "执法检查人员名录", "抽查计划", "抽查事项清单"
CODE = "统一社会信用代码"


def spoil(mark: str, sheets: Sheets) -> None:
    """Put in what belongs to that department; most of its rows stay as they are."""
    if mark in _FAULTS:
        _FAULTS[mark](sheets)


def _caused(sheets: Sheets, source: str, target: int, item: str, last_day: str, note: str) -> None:
    code = sheets[TARGETS][target][CODE]
    row = {"线索来源": source, CODE: code, "对象编号": None, "事项编码": item, "截止日期": last_day, "说明": note}
    sheets["特别检查"].append(dict(row))


def _market(sheets: Sheets) -> None:
    """A caused inspection at a firm that is closed until its deadline: cannot be served, and the plan says why."""
    _caused(sheets, "投诉举报", 7, "SJ03", "2026-03-13", "群众反映过期食品")
    _caused(sheets, "投诉举报", 11, "SJ01", "2026-03-03", "群众来信反映")
    sheets[TARGETS][11]["不便检查日期"] = "2026-03-02；2026-03-03"
    sheets[TARGETS][20]["信用风险等级"] = "E"
    sheets[INSPECTORS][11]["可支援部门"] = "禾川县公安局"
    sheets.setdefault("人员互斥", []).append({"人员编号": "市监-012", "互斥人员编号": "公安-007", "事由": "父女"})


def _water(sheets: Sheets) -> None:
    """A recusal of nobody, an unknown area, and one who may serve another department."""
    _caused(sheets, "数据监测", 3, "SL01", "2026-03-13", "在线监测取水量异常")
    sheets["回避登记"][0]["人员编号"] = "水利-099"
    sheets[TARGETS][5]["所在区域"] = "望海镇"
    sheets[INSPECTORS][3]["可支援部门"] = "禾川县市场监督管理局"


def _emergency(sheets: Sheets) -> None:
    """A required cell left empty."""
    _caused(sheets, "转办交办", 1, "YJ01", "2026-03-20", "上级转办隐患线索")
    sheets[TARGETS][9]["地址"] = None


def _environment(sheets: Sheets) -> None:
    """A damaged check digit, a code that a spreadsheet took for a number, and two inspectors on loan."""
    code = str(sheets[TARGETS][2][CODE])
    sheets[TARGETS][2][CODE] = code[:-1] + ("1" if code[-1] != "1" else "2")
    sheets[TARGETS][6][CODE] = 914199990000000000
    for inspector in sheets[INSPECTORS][-2:]:
        inspector |= {"单位": "省辖市生态环境局", "借用": "是"}


def _housing(sheets: Sheets) -> None:
    """A 15-digit registration number in place of the code, and the same row twice."""
    old = "41999900001234"
    sheets[TARGETS][4][CODE] = f"{old}{calc_check_digit(old)}"
    sheets[TARGETS].append(dict(sheets[TARGETS][8]))


def _transport(sheets: Sheets) -> None:
    """A ratio in percent format with real dates, and a task with an unknown item and an undecided ratio."""
    for row in sheets[PLAN]:
        row |= {"抽查比例": 0.1, "开始日期": date(2026, 3, 9), "结束日期": date(2026, 3, 31)}
    undecided = {"任务编号": "HC-99", "任务名称": "货运源头抽查", "事项编码": "JT09", "抽查比例": "待定"}
    sheets[PLAN].append(sheets[PLAN][0] | undecided | {"抽查类型": "系统内", "配合部门": None})


def _agriculture(sheets: Sheets) -> None:
    """A general item below the floor of 5 %."""
    item = {"事项编码": "NY03", "抽查类别": "种子监督检查", "抽查事项": "农作物种子质量监督抽查", "最低比例": "3%"}
    sheets[ITEMS].append(sheets[ITEMS][0] | item | {"检查依据": "种子法", "所需专业": "种子"})


def _health(sheets: Sheets) -> None:
    """A certificate that runs out before the round ends."""
    sheets[INSPECTORS][2]["执法证有效期"] = "2026-01-31"
    sheets[TARGETS][3]["上次检查日期"] = "2025年11月8日"


def _police(sheets: Sheets) -> None:
    """A caused inspection at a hotel, unannounced like all of them."""
    _caused(sheets, "投诉举报", 4, "GA01", "2026-03-20", "旅客反映未登记身份证件")


def _culture(sheets: Sheets) -> None:
    """Two firms whose class another department states differently."""
    for target in sheets[TARGETS][:2]:
        target["信用风险等级"] = "A" if target["信用风险等级"] != "A" else "B"


def _labour(sheets: Sheets) -> None:
    """A date in words: when this inspector is away cannot be known."""
    sheets[INSPECTORS][0]["不可用日期"] = "2026.3.5；三月十日"


_FAULTS: dict[str, Callable[[Sheets], None]] = {
    "市监": _market,
    "水利": _water,
    "应急": _emergency,
    "环保": _environment,
    "住建": _housing,
    "交通": _transport,
    "农业": _agriculture,
    "卫健": _health,
    "公安": _police,
    "文旅": _culture,
    "人社": _labour,
}
