"""Results entered on a page: what is asked together at one stop, and the answers as a filled-in form's cells.

There is one set of rules for results (`result_rows`, `results`): answers come to them as rows of such a form.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from coordinator.domain.codes import YesNo
from coordinator.domain.columns import NOTES_SHEET, RESULTS
from coordinator.domain.expectations import ExpectedResult, ResultKey
from coordinator.domain.findings import FEN_A_YUAN, Facts, Finding
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId, TaskId
from coordinator.domain.result_forms import DEPARTMENT_LABEL, KEY_COLUMNS, ROUND_LABEL, HandedIn, written_target
from coordinator.domain.results import take_results
from coordinator.domain.sheets import CellFinding, Severity, Sheet, Workbook

PAGE_FORM = "网页录入"
"""Stands for the file's name in findings that were entered on a page."""


class Stop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, order=True):
    """What one department checks at one target on one day, asked on one page."""

    day: date
    target: TargetId


class Answers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody wrote about one matter, cell by cell; the fields stand in the order of the form's columns."""

    inspected_on: str = ""
    result: str = ""
    problem: str = ""
    dispositions: str = ""
    filed: str = ""
    case: str = ""
    filed_on: str = ""
    fine: str = ""
    channel: str = ""
    published_on: str = ""
    withheld_reason: str = ""
    referred_to: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(asdict(self).values())


COLUMN_OF = dict(zip(Answers.__struct_fields__, (column.name for column in RESULTS.columns[4:]), strict=True))
"""What the form calls each answer."""
_FIELD_OF = {name: field for field, name in COLUMN_OF.items()}


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One matter, asked once for all tasks that want it; for each task apart where they were answered differently."""

    item: ItemCode
    tasks: tuple[TaskId, ...]
    standing: Finding | None
    planned_on: date

    @property
    def answers(self) -> Answers:
        """What the page shows at first."""
        return answers_of(self.standing) if self.standing else Answers(inspected_on=self.planned_on.isoformat())


class Entered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers to one matter as sent, for the tasks that the page showed with it."""

    item: ItemCode
    tasks: tuple[TaskId, ...]
    answers: Answers


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something about an answer that its author should know; `field` is empty where the whole matter is meant."""

    item: ItemCode
    tasks: tuple[TaskId, ...]
    field: str
    message: str
    remedy: str
    severity: Severity


class Taken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What entering came to: the facts afterwards, and what was found; refused where any of it is more than a hint."""

    facts: Facts
    faults: tuple[Fault, ...]

    @property
    def is_refused(self) -> bool:
        return any(fault.severity is not Severity.WARNING for fault in self.faults)


def stops_of(results: Sequence[ExpectedResult]) -> tuple[Stop, ...]:
    """Give the stops of a department's expected results, in order of time."""
    return tuple(sorted({Stop(day=each.planned_on, target=each.target) for each in results}))


def asked_at(facts: Facts, department: DepartmentId, stop: Stop) -> tuple[Asked, ...]:
    """Give what a department is asked at a stop, by item; nothing where it has none there."""
    groups: dict[tuple[ItemCode, Finding | None], list[ExpectedResult]] = {}
    for each in facts.expectations.results_of(department):
        if (each.planned_on, each.target) == (stop.day, stop.target):
            groups.setdefault((each.item, _said(facts.finding_by_key.get(each.key))), []).append(each)
    return tuple(
        Asked(
            item=item,
            tasks=tuple(each.task for each in group),
            standing=facts.finding_by_key.get(group[0].key),
            planned_on=stop.day,
        )
        for (item, _), group in sorted(groups.items(), key=lambda each: (each[0][0], each[1][0].task))
    )


def version_of(asked: Sequence[Asked]) -> str:
    """Digest what a page shows, so that what was written on it is known to be about that and nothing newer."""
    shown = [(each.item, each.tasks, _said(each.standing)) for each in asked]
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()


def take_entered(facts: Facts, department: DepartmentId, stop: Stop, entered: Sequence[Entered], today: date) -> Taken:
    """Take answers in as a form with these rows would be; a matter that nobody has touched is left for later.

    All of them cannot be: whoever saves such a page believes that something was saved.
    """
    rows = [(each, task) for each in entered if not _is_untouched(facts, department, stop, each) for task in each.tasks]
    emptied = [_emptied(each) for each, _ in rows if not any(each.answers.cells)]
    if not rows and not any(each.standing for each in asked_at(facts, department, stop)):
        emptied = [_unanswered(each) for each in entered]
    taken = take_results(facts, [_form(facts, department, stop, rows)], today)
    faults = [*emptied, *_faults(rows, taken.forms[0].findings)]
    return Taken(facts=taken.facts, faults=tuple(dict.fromkeys(faults)))


def answers_of(finding: Finding) -> Answers:
    """Write a finding as somebody would have entered it."""
    case = finding.case
    return Answers(
        inspected_on=finding.inspected_on.isoformat(),
        result=finding.result,
        problem=finding.problem,
        dispositions="；".join(finding.dispositions),
        filed=YesNo.YES if case else "",
        case=case.number if case else "",
        filed_on=case.filed_on.isoformat() if case else "",
        fine=_yuan(case.fine_fen) if case and case.fine_fen is not None else "",
        channel=finding.channel or "",
        published_on=finding.published_on.isoformat() if finding.published_on else "",
        withheld_reason=finding.withheld_reason,
        referred_to=finding.referred_to,
    )


def _yuan(fen: int) -> str:
    yuan, rest = divmod(fen, FEN_A_YUAN)
    return f"{yuan}.{rest:02}" if rest else str(yuan)


def _said(finding: Finding | None) -> Finding | None:
    """What was found, for whichever task: by this it is seen whether several tasks have the same answer."""
    return replace(finding.content, task=TaskId("")) if finding else None


def _is_untouched(facts: Facts, department: DepartmentId, stop: Stop, entered: Entered) -> bool:
    """Whether nothing was written beside the day that the page shows at first."""
    keys = (ResultKey(task, department, stop.target, entered.item) for task in entered.tasks)
    is_new = all(key not in facts.finding_by_key for key in keys)
    return is_new and not any(replace(entered.answers, inspected_on="").cells)


def _form(facts: Facts, department: DepartmentId, stop: Stop, rows: Sequence[tuple[Entered, TaskId]]) -> HandedIn:
    uscc, number = written_target(stop.target, department)
    written = tuple((task, uscc, number, each.item, *each.answers.cells) for each, task in rows)
    header = (*KEY_COLUMNS, *COLUMN_OF.values())
    notes = ((ROUND_LABEL, facts.round), (DEPARTMENT_LABEL, department))
    sheets = (Sheet(name=RESULTS.name, rows=(header, *written)), Sheet(name=NOTES_SHEET, rows=notes))
    digest = hashlib.sha256(msgspec.json.encode(written)).hexdigest()
    return HandedIn(workbook=Workbook(file=PAGE_FORM, sha256=digest, sheets=sheets))


def _faults(rows: Sequence[tuple[Entered, TaskId]], found: Sequence[CellFinding]) -> Iterator[Fault]:
    """Bring what was found in cells back to the answers; several tasks of one matter say the same once."""
    for each in found:
        entered, _ = rows[(each.row or 0) - 2]
        column = RESULTS.columns[each.column - 1].name if each.column else ""
        yield Fault(
            item=entered.item,
            tasks=entered.tasks,
            field=_FIELD_OF.get(column, ""),
            message=each.message,
            remedy=each.remedy,
            severity=each.severity,
        )


def _emptied(entered: Entered) -> Fault:
    return _of_result(entered, "已经录入的结果不能删去", "有变的，请选择正确的结果。")


def _unanswered(entered: Entered) -> Fault:
    return _of_result(entered, "没有选检查结果", "请选一项；还没有查的，按“不保存”。")


def _of_result(entered: Entered, message: str, remedy: str) -> Fault:
    return Fault(
        item=entered.item,
        tasks=entered.tasks,
        field="result",
        message=message,
        remedy=remedy,
        severity=Severity.ERROR,
    )
