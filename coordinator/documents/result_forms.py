"""The form on which a department enters its results (检查结果填报.xlsx): codes filled in, drop-downs, guiding columns.

Which rows it holds and how it is known again is decided in the domain's `result_forms`.
"""

from datetime import date
from io import BytesIO

from xlsxwriter import Workbook

from coordinator.documents.cells import (
    Styles,
    add_drop_downs,
    new_workbook,
    style_of,
    styles,
    write,
    write_headings,
)
from coordinator.domain.columns import NOTES_SHEET, RESULTS
from coordinator.domain.expectations import Expectations
from coordinator.domain.ids import DepartmentId
from coordinator.domain.result_forms import DEPARTMENT_LABEL, GUIDE_COLUMNS, ROUND_LABEL, FormRow, form_rows
from coordinator.domain.wording import REHEARSAL_WORDS

_RULES = (
    "一、“检查结果”表每行是一个对象的一个事项在一个任务中的结果，编码已填好，请勿改动；右侧灰色各栏供对照，不会被读取。",
    "二、检查完一项填一行，带★的栏目必须填写；还没有检查的行空着，以后再交。",
    "三、日期写成 2026-03-05、2026.3.5 或 2026年3月5日。",
    "四、立案的，案件文号和立案日期必须填写；同一案件涉及几行的，各行文号、日期相同，罚没金额填同一数额或只填一行。",
    "五、罚没金额是罚款和没收合计，单位元，最多两位小数。",
    "六、市场主体的结果必须在公示系统公示，其他的可以在专业系统或部门网站公示；不予公示的写明理由。",
    "七、任务结束后20个工作日内公示，公示后填写公示日期。",
    "八、结果有变的，改好原行重新提交即为更正；同一份文件交几次都只计一次。",
    "九、本表上方的轮次编号和填报部门用来识别这份表，请勿改动。",
)
_GUIDE_WIDTHS = (26, 30, 30, 14, 16)


def result_form(expectations: Expectations, department: DepartmentId) -> bytes:
    """Give a department's pre-filled form; the same expectations always give the same bytes."""
    content = BytesIO()
    workbook = new_workbook(content)
    formats = styles(workbook)
    _write_results(workbook, formats, tuple(form_rows(expectations, department)))
    _write_notes(workbook, formats, expectations, department)
    workbook.close()
    return content.getvalue()


def _write_results(workbook: Workbook, formats: Styles, rows: tuple[FormRow, ...]) -> None:
    sheet = workbook.add_worksheet(RESULTS.name)
    write_headings(sheet, RESULTS, formats)
    first_guide = len(RESULTS.columns)
    for number, (name, width) in enumerate(zip(GUIDE_COLUMNS, _GUIDE_WIDTHS, strict=True), start=first_guide):
        sheet.set_column(number, number, width, formats.example)
        sheet.write_string(0, number, name, formats.heading)
    for line, row in enumerate(rows, start=1):
        for number, value in enumerate((row.result.task, row.uscc, row.number, row.result.item)):
            write(sheet, (line, number), value or None, formats.text)
        for number, column in enumerate(RESULTS.columns[4:], start=4):
            write(sheet, (line, number), None, style_of(column, formats))
        for number, guide in enumerate(_guides(row), start=first_guide):
            write(sheet, (line, number), guide, formats.example)
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, max(len(rows), 1), first_guide + len(GUIDE_COLUMNS) - 1)
    add_drop_downs(sheet, RESULTS, first_row=1)


def _guides(row: FormRow) -> tuple[str, ...]:
    provisional = "（暂定）" if row.publication.provisional else ""
    due = f"{row.publication.due_on.isoformat()}{provisional}"
    return row.task_name, row.target_name, row.item_name, _day(row.result.planned_on), due


def _day(day: date) -> str:
    return day.isoformat()


def _write_notes(workbook: Workbook, formats: Styles, expectations: Expectations, department: DepartmentId) -> None:
    sheet = workbook.add_worksheet(NOTES_SHEET)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    lines = (
        (ROUND_LABEL, expectations.round),
        ("轮次名称", expectations.name),
        (DEPARTMENT_LABEL, department),
    )
    for number, (label, value) in enumerate(lines):
        write(sheet, (number, 0), label, formats.heading)
        write(sheet, (number, 1), value, formats.text)
    rules = (REHEARSAL_WORDS, *_RULES) if expectations.rehearsal else _RULES
    for number, rule in enumerate(rules, start=len(lines) + 1):
        sheet.merge_range(number, 0, number, 1, rule, formats.note)
        sheet.set_row(number, 30)
