"""What a round begins with: the empty workbook for a department and the commented round.toml.

Sheets, columns and their help are declared in `columns`; this module only lays them out.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from xlsxwriter import Workbook

from coordinator.documents.cells import (
    CellContent,
    Styles,
    add_drop_downs,
    new_workbook,
    style_of,
    styles,
    write,
    write_headings,
)
from coordinator.domain.columns import ALL_FORMS, DEPARTMENTS, EXAMPLE_MARK, NOTES_SHEET, Column, Kind, SheetForm
from coordinator.domain.intake.cells import shown
from coordinator.domain.rounds import RoundHead
from coordinator.domain.sheets import CellValue

Lists: TypeAlias = Mapping[str, Sequence[Mapping[str, CellValue]]]

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RULES = (
    "一、带★的栏目必须填写；“统一社会信用代码”和“对象编号”两栏至少填一栏。",
    f"二、各表第一行是表头，请勿改动。以{EXAMPLE_MARK}开头的行是示例，不会被读取，可以删除。",
    "三、一格填多个内容的，用“；”或“、”隔开。",
    "四、日期写成 2026-03-05、2026.3.5 或 2026年3月5日；只有半天的，在后面加“上午”或“下午”。",
    "五、代码和编号按文本填写（本表已设为文本）。从别处粘贴时请选“只粘贴文本”，以免长数字丢失末几位。",
    "六、比例写成 5%、10-20%、≥1%, ≥10家、60-70家、全覆盖等；写“待定”或只写一个数字的，会退回请您确认。",
    "七、不涉及的表可以空着，表名和栏目名请勿改动，栏目次序不限。",
    "八、填好后保存为 .xlsx 提交。有问题的行会在退回的工作簿中标红并说明怎样改，其余各行照常接收。",
)
_KIND_WORDS = {
    Kind.TEXT: "文字",
    Kind.LIST: "文字，可填多个",
    Kind.CODE: "编码，按文本填写",
    Kind.CODES: "编码，可填多个",
    Kind.DATE: "日期",
    Kind.DATES: "日期，可填多个，可注明上午、下午",
    Kind.WHOLE_NUMBER: "整数",
    Kind.DECIMAL: "数字",
    Kind.RATIO: "比例",
    Kind.CHOICE: "从下拉列表选一个",
    Kind.CHOICES: "列表中的一个或多个",
}


def template(department: str | None = None, lists: Lists = MappingProxyType({})) -> bytes:
    """Give the empty workbook with drop-downs, an example row in each sheet and a 说明 sheet in front.

    With a department's name, its 部门 sheet already holds that name; `lists` are rows to begin with, by sheet. The same
    name and lists always give the same bytes.
    """
    content = BytesIO()
    workbook = new_workbook(content)
    formats = styles(workbook)
    _write_notes(workbook, formats)
    for form in ALL_FORMS:
        _write_form(workbook, form, formats, lists.get(form.name, ()))
    if department and not lists.get(DEPARTMENTS.name):
        column = DEPARTMENTS.columns[0]
        write(workbook.get_worksheet_by_name(DEPARTMENTS.name), (2, 0), department, style_of(column, formats))
    workbook.close()
    return content.getvalue()


def write_template(path: Path, department: str | None = None) -> None:
    """Write the empty workbook of `template` to a file."""
    path.write_bytes(template(department))


def _write_notes(workbook: Workbook, formats: Styles) -> None:
    sheet = workbook.add_worksheet(NOTES_SHEET)
    for number, width in enumerate((18, 22, 8, 30, 62, 34)):
        sheet.set_column(number, number, width)
    sheet.write_string(0, 0, "填报说明", formats.title)
    for row, rule in enumerate(_RULES, start=1):
        sheet.merge_range(row, 0, row, 5, rule, formats.note)
    row = len(_RULES) + 2
    for number, words in enumerate(("工作表", "栏目", "必填", "填什么", "怎样填", "示例")):
        sheet.write_string(row, number, words, formats.heading)
    for form in ALL_FORMS:
        for column in form.columns:
            row += 1
            for number, words in enumerate(_explanation(form, column)):
                sheet.write_string(row, number, words, formats.text)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _explanation(form: SheetForm, column: Column) -> tuple[str, ...]:
    kind = f"{_KIND_WORDS[column.kind]}：{'/'.join(column.choices)}" if column.choices else _KIND_WORDS[column.kind]
    return (form.name, column.name, "★" if column.required else "", kind, column.help, column.example)


def _write_form(workbook: Workbook, form: SheetForm, formats: Styles, rows: Sequence[Mapping[str, CellValue]]) -> None:
    sheet = workbook.add_worksheet(form.name)
    write_headings(sheet, form, formats)
    for number, value in enumerate(example_row(form)):
        write(sheet, (1, number), value or None, formats.example)
    for row, values in enumerate(rows, start=2):
        for number, column in enumerate(form.columns):
            write(sheet, (row, number), _content(column, values.get(column.name)), style_of(column, formats))
    add_drop_downs(sheet, form, first_row=2)


def _content(column: Column, value: CellValue) -> CellContent:
    """A cell's value as it may stand in its column: only a date column shows a moment as its author saw it."""
    if isinstance(value, bool | time | timedelta):
        return shown(value)
    if isinstance(value, datetime | date) and column.kind is not Kind.DATE:
        return shown(value)
    return value


def example_row(form: SheetForm) -> tuple[str, ...]:
    """Give a form's example values, the first one marked so that the intake passes the row over."""
    first, *others = (column.example for column in form.columns)
    return (f"{EXAMPLE_MARK}{first}", *others)


def round_toml(head: RoundHead) -> str:
    """Write the commented round.toml with which a round begins; `read_round` reads it back to the same head."""
    return f"""# 一门查：本轮统筹的设置。以 # 开头的是说明，不影响运行。日期写成 2026-03-02 的样子，不加引号。

[round]
id = {_quoted(head.id)}  # 本轮编号，全市（县）不重复，抽取后不能再改
name = {_quoted(head.name)}
region = {_quoted(head.region)}  # 6位行政区划代码
year = {head.year}
first_day = {_day(head.first_day)}  # 检查从哪天开始
last_day = {_day(head.last_day)}  # 到哪天结束
coordinator = {_quoted(head.coordinator)}  # 牵头部门全称，与其工作簿中的“部门名称”一致

[calendar]
closed = []  # 法定节假日以外另行停止检查的日子，如 [2026-03-12]
open = []  # 照常检查的周末，如 [2026-03-14]
# 上午、下午各从几点开始，能用多少分钟
half_days = [{{ start = "08:30", minutes = 210 }}, {{ start = "14:30", minutes = 180 }}]

[policy]
# 每个部门一年内对同一对象最多检查几次，按信用风险等级；不设上限就删去这一行
cap = {{ A = 2, B = 2, C = 4, D = 6 }}
gap_days = 60  # A、B级对象两次检查至少相隔多少天（只对一般事项）
approach_minutes = 15  # 从单位到第一家、从最后一家回单位各多少分钟
# 以下各项不写就按所示的默认值
# setup_minutes = 10            # 每到一家，出示证件、说明来意的时间
# speed_kmh = 30                # 路上平均时速
# max_visits_per_tour = 6       # 一个组半天最多去几家
# max_tours = 8                 # 同一个半天最多出几个组（受车辆限制时填写）
# reach = "any"                 # 人员能去多远："any" 不限，"neighbours" 本区域及相邻，"area" 只在本区域

# 以下几项只提醒、不剔除：告知之前在轮次页面和牵头部门的任务书里逐条列出；不写就按所示的默认值
# [limits]
# apart_days = 60  # 同一对象两次上门不足多少天就提醒
# quiet_days = [1, 20]  # 每月几日到几日是企业安静期
# yearly = [{{ most = 1, department = "某局", level = "县", item = "事项编码", credit_risk = "A" }}]

[draw]
hash = "sha256"  # 或 "sm3"
alternates = 2  # 每层多抽几家递补
# 用公开事件（如某期彩票号码）参与产生种子，使抽取可以向任何人证明：
# beacon = {{ source = "福彩3D第2026050期", when = 2026-02-25T21:30:00+08:00, pattern = "^[0-9]{{3}}$" }}
"""


def _quoted(text: str) -> str:
    """Write a TOML basic string, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _day(day: date) -> str:
    return day.isoformat()
