"""The sheets behind a statistics table: 明细, all that a figure counts, and 更正, what changed since it was closed.

In 明细 the column 计入 adds up to the figure (fines in yuan); further rows behind the same thing leave it empty.
"""

from collections.abc import Iterable, Iterator, Sequence

from xlsxwriter.worksheet import Worksheet

from coordinator.documents.cells import CellContent, Styles, write
from coordinator.domain.closed_tables import TableCorrection
from coordinator.domain.findings import FEN_A_YUAN, Finding
from coordinator.domain.statistics import Column, Counted, Statistics

DETAIL_SHEET = "明细"
CORRECTION_SHEET = "更正"

_FIGURES = {
    Column.BATCHES: "抽查批次",
    Column.TARGETS: "抽查数量",
    Column.PUBLICITY_SYSTEM: "公示数量（公示系统）",
    Column.PROFESSIONAL_SYSTEM: "公示数量（专业系统）",
    Column.WEBSITE: "公示数量（部门网站）",
    Column.CASES: "案件数",
    Column.FINES: "处罚金额（元）",
}
_HEADINGS = (
    ("统计单位", 26),
    ("区划", 10),
    ("区分", 10),
    ("层级", 8),
    ("指标", 22),
    ("计入", 12),
    ("轮次", 20),
    ("任务编号", 16),
    ("批次", 6),
    ("检查对象", 22),
    ("案件文号", 24),
    ("检查部门", 26),
    ("事项编码", 12),
    ("检查日期", 12),
    ("检查结果", 24),
    ("公示渠道", 12),
    ("公示日期", 12),
    ("来源文件", 26),
    ("来源行", 8),
)
_CORRECTION_HEADINGS = (
    ("填报单位", 30),
    ("年度", 8),
    ("填报时间", 12),
    ("区分", 10),
    ("层级", 8),
    ("指标", 24),
    ("已报", 12),
    ("现为", 12),
    ("更正（增减）", 14),
)


def write_details(sheet: Worksheet, formats: Styles, statistics: Statistics) -> None:
    """Write everything counted in a year's tables; a region's figure is found by filtering 区划."""
    _write_rows(sheet, formats, _HEADINGS, (line for counted in statistics.counted for line in _lines(counted)))


def write_corrections(sheet: Worksheet, formats: Styles, corrections: Sequence[TableCorrection]) -> None:
    """Write every figure that has changed since its table was closed, with the difference to be reported."""
    lines = (
        (
            correction.unit,
            correction.year,
            correction.closed_on.isoformat(),
            change.section.value,
            change.level.value,
            "处罚金额（万元）" if change.column is Column.FINES else _FIGURES[change.column],
            float(change.reported),
            float(change.now),
            float(change.now - change.reported),
        )
        for correction in corrections
        for change in correction.changes
    )
    _write_rows(sheet, formats, _CORRECTION_HEADINGS, lines)


def _write_rows(
    sheet: Worksheet,
    formats: Styles,
    headings: Sequence[tuple[str, int]],
    lines: Iterable[tuple[CellContent, ...]],
) -> None:
    for number, (heading, width) in enumerate(headings):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, heading, formats.heading)
    last = 0
    for last, values in enumerate(lines, start=1):
        for number, value in enumerate(values):
            write(sheet, (last, number), value, formats.number)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(headings) - 1)


def _lines(counted: Counted) -> Iterator[tuple[CellContent, ...]]:
    """The thing counted with each finding behind it; the first line alone counts."""
    amount = counted.amount / FEN_A_YUAN if counted.column is Column.FINES else counted.amount
    for number, finding in enumerate(counted.findings or (None,)):
        yield (
            counted.department,
            counted.region,
            counted.section.value,
            counted.level.value,
            _FIGURES[counted.column],
            None if number else amount,
            counted.round,
            finding.task if finding else counted.task,
            counted.batch or None,
            finding.target if finding else f"{len(counted.targets)}户",
            counted.case or None,
            *_finding(finding),
        )


def _finding(finding: Finding | None) -> tuple[CellContent, ...]:
    if finding is None:
        return (None,) * 8
    return (
        finding.department,
        finding.item,
        finding.inspected_on.isoformat(),
        finding.result.value,
        finding.channel.value if finding.channel else None,
        finding.published_on.isoformat() if finding.published_on else None,
        finding.file,
        finding.row or None,
    )
