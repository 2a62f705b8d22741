"""Lists of results as workbooks: what is published where by when, what is overdue, missing or to be told (抄告).

Which line stands on which list is decided in the domain's `publication`.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO

from msgspec import Struct

from coordinator.documents.cells import CellContent, new_workbook, styles, write
from coordinator.domain.expectations import Expectations, ResultKey
from coordinator.domain.findings import FEN_A_YUAN, Finding
from coordinator.domain.publication import MissingResult, Notice, PublicationLine
from coordinator.domain.wording import REHEARSAL_WORDS, marked
from coordinator.domain.workdays import Deadline

_KEY_HEADINGS = ("任务编号", "任务名称", "对象代码", "对象名称", "检查部门", "事项编码", "事项名称")
_FINDING_HEADINGS = ("检查日期", "检查结果", "问题描述", "处理措施")
_CASE_HEADINGS = ("案件文号", "立案日期", "罚没金额(元)", "移送机关")
_PUBLICATION_HEADINGS = ("公示渠道", "公示日期", "不予公示理由", "公示截止日期", "公示情况")
_WIDE = {"任务名称": 26, "对象代码": 22, "对象名称": 32, "检查部门": 26, "事项名称": 32, "检查结果": 28, "问题描述": 36}
_USUAL_WIDTH = 15.0


class Listing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list with its title, what it is good for, its headings and rows."""

    title: str
    explanation: str
    headings: tuple[str, ...]
    rows: tuple[tuple[CellContent, ...], ...]


def publication_list(title: str, expectations: Expectations, lines: Sequence[PublicationLine]) -> bytes:
    """Results with the channel they belong in, their due day and how far their publication is."""
    rows = (
        (*_key(expectations, line.finding.key), *_finding(line.finding), *_publication(line))
        for line in sorted(lines, key=lambda line: (line.due.due_on, line.finding.key))
    )
    explanation = "结果在任务结束后20个工作日内公示。“暂定”表示该年度放假安排尚未确认，期限可能变动。"
    headings = (*_KEY_HEADINGS, *_FINDING_HEADINGS, *_PUBLICATION_HEADINGS)
    return _workbook(_listing(title, expectations, explanation, headings, rows))


def missing_list(title: str, expectations: Expectations, missing: Sequence[MissingResult]) -> bytes:
    """Results that nobody has entered, with the day planned for the check and the day by which they must be public."""
    rows = (
        (
            *_key(expectations, each.expected.key),
            each.expected.planned_on.isoformat(),
            _due(each.due),
            each.state.value,
        )
        for each in sorted(missing, key=lambda each: (each.due.due_on, each.expected.planned_on, each.expected.key))
    )
    explanation = "已检查的请尽快填报；没有去成的，请说明原因并另行安排。"
    headings = (*_KEY_HEADINGS, "计划检查日期", "公示截止日期", "填报情况")
    return _workbook(_listing(title, expectations, explanation, headings, rows))


def notice_list(title: str, expectations: Expectations, notices: Sequence[Notice]) -> bytes:
    """What other departments found that this one must know (抄告)."""
    rows = (
        (
            notice.reason.value,
            *_key(expectations, notice.finding.key),
            *_finding(notice.finding),
            *_case(notice.finding),
        )
        for notice in notices
    )
    explanation = "其他部门在本部门监管的对象上发现的情况，以及抄告、移送的事项，请按“谁管辖、谁负责”做好后续监管。"
    headings = ("缘由", *_KEY_HEADINGS, *_FINDING_HEADINGS, *_CASE_HEADINGS)
    return _workbook(_listing(title, expectations, explanation, headings, rows))


def _listing(
    title: str,
    expectations: Expectations,
    explanation: str,
    headings: tuple[str, ...],
    rows: Iterable[tuple[CellContent, ...]],
) -> Listing:
    title, remark = marked(title, rehearsal=expectations.rehearsal), REHEARSAL_WORDS if expectations.rehearsal else ""
    return Listing(title=title, explanation=explanation + remark, headings=headings, rows=tuple(rows))


def _key(expectations: Expectations, key: ResultKey) -> tuple[CellContent, ...]:
    return (
        key.task,
        expectations.task_by_id[key.task].name,
        key.target,
        expectations.target_by_id[key.target].name,
        key.department,
        key.item,
        expectations.item_names[key.department, key.item],
    )


def _finding(finding: Finding) -> tuple[CellContent, ...]:
    measures = "；".join(finding.dispositions)
    return finding.inspected_on.isoformat(), finding.result.value, finding.problem, measures


def _case(finding: Finding) -> tuple[CellContent, ...]:
    case = finding.case
    if case is None:
        return None, None, None, finding.referred_to
    fine = None if case.fine_fen is None else case.fine_fen / FEN_A_YUAN
    return case.number, case.filed_on.isoformat(), fine, finding.referred_to


def _publication(line: PublicationLine) -> tuple[CellContent, ...]:
    finding = line.finding
    return (
        finding.channel.value if finding.channel else "（未填）",
        finding.published_on.isoformat() if finding.published_on else None,
        finding.withheld_reason,
        _due(line.due),
        line.state.value,
    )


def _due(due: Deadline) -> str:
    return f"{due.due_on.isoformat()}（暂定）" if due.provisional else due.due_on.isoformat()


def _workbook(listing: Listing) -> bytes:
    content = BytesIO()
    workbook = new_workbook(content)
    formats = styles(workbook)
    sheet = workbook.add_worksheet("清单")
    sheet.write_string(0, 0, listing.title, formats.title)
    sheet.write_string(1, 0, f"共{len(listing.rows)}条。{listing.explanation}")
    for number, heading in enumerate(listing.headings):
        sheet.set_column(number, number, _WIDE.get(heading, _USUAL_WIDTH))
        sheet.write_string(2, number, heading, formats.heading)
    for line, row in enumerate(listing.rows, start=3):
        for number, value in enumerate(row):
            write(sheet, (line, number), value or None, formats.number if isinstance(value, float) else formats.text)
    sheet.freeze_panes(3, 0)
    sheet.autofilter(2, 0, max(len(listing.rows) + 2, 3), len(listing.headings) - 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    workbook.close()
    return content.getvalue()
