"""Result forms: what is filled in beforehand for a department, and whose form a workbook is when it comes back.

Laying the form out is in documents; what its rows say is read in `result_rows`.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

from msgspec import Struct

from coordinator.domain.columns import NOTES_SHEET, RESULTS
from coordinator.domain.errors import Invalid
from coordinator.domain.expectations import Expectations, ExpectedResult
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.intake import cells
from coordinator.domain.intake.grid import data_rows, lay_out, sheet_named
from coordinator.domain.intake.rows import Row
from coordinator.domain.sheets import Workbook
from coordinator.domain.wording import marked
from coordinator.domain.workdays import Deadline

FORM_FILE = "检查结果填报.xlsx"
KEY_COLUMNS = ("任务编号", "统一社会信用代码", "对象编号", "事项编码")
GUIDE_COLUMNS = ("任务名称", "对象名称", "事项名称", "计划检查日期", "公示截止日期")
"""To the right of the form's own columns, for the reader's eye; passed over when the form comes back."""

ROUND_LABEL = "轮次编号"
DEPARTMENT_LABEL = "填报部门"


class FormRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One pre-filled row: the four key columns, then what guides the reader."""

    result: ExpectedResult
    uscc: str
    number: str
    task_name: str
    target_name: str
    item_name: str
    publication: Deadline


class HandedIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filled-in form with the path under which it was handed in, which may name its department."""

    workbook: Workbook
    path: str = ""


def form_rows(expectations: Expectations, department: DepartmentId) -> Iterator[FormRow]:
    """Give the rows of a department's form in the order of its work: by day, then target, then item."""
    for result in expectations.results_of(department):
        task = expectations.task_by_id[result.task]
        uscc, number = written_target(result.target, department)
        yield FormRow(
            result=result,
            uscc=uscc,
            number=number,
            task_name=marked(task.name, rehearsal=expectations.rehearsal),
            target_name=expectations.target_by_id[result.target].name,
            item_name=expectations.item_names[result.department, result.item],
            publication=task.publication,
        )


def written_target(target: TargetId, department: DepartmentId) -> tuple[str, str]:
    """Write a target as (统一社会信用代码, 对象编号); a number that another department gave keeps that one's name."""
    if "/" not in target:
        return str(target), ""
    return "", target.removeprefix(f"{department}/")


def key_text(text: str) -> str:
    """Reduce a code to what identifies it, so that width, blanks and case make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def whose(expectations: Expectations, handed_in: HandedIn) -> DepartmentId:
    """Find out which department filled in a form: from its 说明 sheet, the rows themselves, or its path.

    Raises Invalid where it belongs to another round, or to no department for certain.
    """
    file = handed_in.workbook.file
    declared = _declared(handed_in.workbook)
    round_ = declared.get(ROUND_LABEL, "")
    if round_ and key_text(round_) != key_text(expectations.round):
        raise Invalid(
            f"“{file}”是轮次“{round_}”的填报表，这里是“{expectations.round}”。", remedy="请与那一轮的结果一起提交。"
        )
    names = [department.id for department in expectations.departments]
    if declared.get(DEPARTMENT_LABEL):
        own = [name for name in names if key_text(name) == key_text(declared[DEPARTMENT_LABEL])]
    else:
        owing = _owing(expectations, names, handed_in.workbook)
        own = owing if len(owing) == 1 else _named_in_path(names, handed_in.path)
    if len(own) != 1:
        raise Invalid(
            f"看不出“{file}”是哪个部门填的。",
            remedy=f"请使用本轮下发的{FORM_FILE}，并保留其中的“{NOTES_SHEET}”工作表。",
        )
    return own[0]


def _declared(workbook: Workbook) -> dict[str, str]:
    """What the 说明 sheet says: a label in one cell, its value in the next."""
    sheet = sheet_named(workbook, NOTES_SHEET)
    if sheet is None:
        return {}
    pairs = ((row[0], row[1]) for row in sheet.rows if len(row) > 1)
    return {cells.text(label): cells.text(value) for label, value in pairs if label in {ROUND_LABEL, DEPARTMENT_LABEL}}


def _named_in_path(names: list[DepartmentId], path: str) -> list[DepartmentId]:
    """The departments named by the file or its folder; of names inside one another the longest is meant."""
    for part in reversed(PurePath(path).parts[-2:]):
        found = [name for name in names if key_text(name) in key_text(part)]
        longest = [name for name in found if not any(name != other and name in other for other in found)]
        if longest:
            return longest
    return []


def _owing(expectations: Expectations, names: list[DepartmentId], workbook: Workbook) -> list[DepartmentId]:
    """The departments that owe every row of the form."""
    sheet = sheet_named(workbook, RESULTS.name)
    if sheet is None:
        return []
    table = lay_out(sheet, RESULTS)
    rows = {_written(Row(table, number, values)) for number, values in data_rows(table)}
    return [name for name in names if rows and rows <= set(_owed(expectations, name))]


def _written(row: Row) -> tuple[str, ...]:
    task, uscc, number, item = (key_text(cells.shown(row.value(column))) for column in KEY_COLUMNS)
    return task, uscc or number, item


def _owed(expectations: Expectations, department: DepartmentId) -> Iterator[tuple[str, ...]]:
    for result in expectations.results_of(department):
        uscc, number = written_target(result.target, department)
        yield key_text(result.task), key_text(uscc or number), key_text(result.item)
