"""A second, deliberately plain reading of the workbooks of a round folder: openpyxl, dictionaries, nothing of ours.

Written from the words of the specification alone, so that intake can be compared with it. What a value means
is in `values`, what makes a row bad in `refusals`.
"""

import io
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl

# One line a sheet: ★ required, `=kind` where it is not plain text; a/b is a code list, a trailing + a list of them.
SHEETS = {
    "部门": "★部门名称 ★区划代码=code ★层级=省辖市/县 联络员 联系电话 执行系统",
    "抽查事项清单": "★事项编码=code 抽查类别 ★抽查事项 ★事项类别=重点/一般 检查对象类型=list "
    "★检查方式=现场/书面/网络/委托+ 检查依据 最低比例=ratio 最高比例=ratio 所需专业=list 所需人数=whole2 "
    "检查时长(分钟)=whole1 告知方式=提前告知/不予告知 责任股室 需准备材料",
    "检查对象名录": "统一社会信用代码=uscc 对象编号=code ★检查对象名称 ★对象类型 经营范围 ★地址 所在区域=code "
    "行业=list 信用风险等级=A/B/C/D 标签=list 经度=number180 纬度=number90 上次检查日期=date 上次检查人员=codes "
    "本年已检查次数=whole 不便检查日期=days",
    "执法检查人员名录": "★人员编号=code ★姓名 ★单位 职务 ★人员类别=执法人员/专家 执法证号=code 执法证有效期=date "
    "业务专长=list 所在区域=code 不可用日期=days 最多半天数=whole 可支援部门=list 借用=是/否",
    "抽查计划": "★任务编号=code ★任务名称 ★抽查类型=系统内/部门联合 ★本部门角色=发起/配合 配合部门=list "
    "★事项编码=codes 对象类型=list 对象范围=list 抽查比例=ratio A级比例=ratio B级比例=ratio C级比例=ratio "
    "D级比例=ratio ★开始日期=date ★结束日期=date 批次=whole1",
    "回避登记": "★人员编号=code 统一社会信用代码=uscc 对象编号=code ★回避事由",
    "特别检查": "★线索来源=投诉举报/转办交办/数据监测/其他 统一社会信用代码=uscc 对象编号=code ★事项编码=code "
    "★截止日期=date 说明",
    "区划": "★代码=code ★名称 经度=number180 纬度=number90 相邻=codes",
    "人员互斥": "★人员编号=code ★互斥人员编号=code ★事由",
}
IDENTIFIED_BY_EITHER = ("检查对象名录", "回避登记", "特别检查")


@dataclass
class Cell:
    address: str
    value: Any
    format: str


@dataclass
class Row:
    department: str
    file: str
    sheet: str
    number: int
    cells: dict[str, Cell]
    values: dict[str, Any] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)

    def text(self, column: str) -> str:
        return as_text(self.cells[column].value) if column in self.cells else ""

    def target(self) -> str:
        code, number = self.text("统一社会信用代码"), self.text("对象编号")
        return code or (f"{self.department}/{number}" if number else "")


def columns(sheet: str) -> list[tuple[str, str, bool]]:
    """Each column of a sheet: its name, its kind, whether it is required."""
    found = []
    for word in SHEETS[sheet].split():
        name, _, kind = word.lstrip("★").partition("=")
        found.append((name, kind or "text", word.startswith("★")))
    return found


def as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def plain(text: str) -> str:
    """A header without what width and spacing make of it."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_round(folder: Path) -> tuple[dict[str, Any], list[Row]]:
    """The settings of the round and the rows of every workbook, in the order of file names."""
    settings = tomllib.loads((folder / "round.toml").read_text(encoding="utf-8"))
    rows: list[Row] = []
    for path in sorted(folder.glob("*.xlsx")):
        own = [
            Row("", path.name, sheet, number, dict(cells)) for sheet, number, cells in read_workbook(path.read_bytes())
        ]
        department = next((row.text("部门名称") for row in own if row.sheet == "部门"), "")
        for row in own:
            row.department = department
        rows += own
    return settings, rows


@lru_cache(maxsize=8)
def read_workbook(content: bytes) -> list[tuple[str, int, dict[str, Cell]]]:
    """The rows of all known sheets: sheet, row number, cells by column."""
    workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    known = [sheet for sheet in SHEETS if sheet in workbook.sheetnames]
    return [(sheet, *row) for sheet in known for row in read_sheet(workbook[sheet], sheet)]


def read_sheet(worksheet: Any, sheet: str) -> list[tuple[int, dict[str, Cell]]]:
    names = [name for name, _, _ in columns(sheet)]
    lines = list(worksheet.iter_rows())
    known = [sum(plain(as_text(cell.value)) in names for cell in line) for line in lines]
    if not known or max(known) == 0:
        return []
    at = known.index(max(known))
    header = [plain(as_text(cell.value)) for cell in lines[at]]
    rows = []
    for line in lines[at + 1 :]:
        cells = {
            name: Cell(cell.coordinate, cell.value, cell.number_format)
            for name, cell in zip(header, line, strict=True)
            if name in names
        }
        texts = [as_text(cell.value) for cell in cells.values()]
        if any(texts) and plain(next(text for text in texts if text)) != "合计":
            rows.append((line[0].row, cells))
    return rows
