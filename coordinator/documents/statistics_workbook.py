"""The statistics table as a workbook that looks like the annex, and as statistics.json.

One sheet a reporting unit, and behind them 明细: every row that a figure counts. The figures are made in the domain.
"""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import chain, count
from typing import NamedTuple

import msgspec
from msgspec import Struct
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from coordinator.documents.cells import neutral, new_workbook, styles
from coordinator.documents.statistics_details import CORRECTION_SHEET, DETAIL_SHEET, write_corrections, write_details
from coordinator.domain.closed_tables import TableCorrection
from coordinator.domain.codes import DepartmentLevel, PublicationChannel
from coordinator.domain.statistics import (
    PUBLISHED_COLUMNS,
    Section,
    Statistics,
    StatisticsRow,
    StatisticsTable,
)

TITLE = "“双随机、一公开”监管信息统计表"
REHEARSAL_REMARK = "　演练数据，不作正式统计"
NOTES = (
    "1.为防止重复统计，抽查批次、抽查数量和公示数量由联合抽查发起部门统计，案件数、罚没金额由参与部门分别统计。",
    "2.涉及市场主体的抽查检查结果必须归集至公示系统，其他抽查检查结果可通过专业抽查系统或部门网站等渠道进行公示。",
)
SECTION_NAMES = {Section.SINGLE: "系统内双随机抽查", Section.JOINT: "部门联合抽查"}
LINE_NAMES = {
    (Section.SINGLE, DepartmentLevel.PREFECTURE): "省辖市局抽查信息",
    (Section.SINGLE, DepartmentLevel.COUNTY): "县（市、区）局抽查信息",
    (Section.JOINT, DepartmentLevel.PREFECTURE): "省辖市级有关部门联合抽查信息",
    (Section.JOINT, DepartmentLevel.COUNTY): "县（市、区）有关部门联合抽查信息",
}
_WIDTHS = (18, 32, 11, 11, 10, 10, 10, 15, 15)
_CHANNELS = tuple(PublicationChannel(column.value) for column in PUBLISHED_COLUMNS)
_HEAD_HEIGHTS = (36, 20, 24, 22, 36)
_FIRST_ROW = len(_HEAD_HEIGHTS)
_SHEET_NAME_LENGTH = 31


class _RowShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    section: Section
    level: DepartmentLevel
    batches: int
    targets: int
    published: dict[PublicationChannel, int]
    cases: int
    fines_wan: str


class _TableShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    unit: str
    year: int
    rows: tuple[_RowShape, ...]


class _Styles(NamedTuple):
    title: Format
    year: Format
    line: Format
    heading: Format
    cell: Format
    money: Format
    note: Format


def statistics_json(statistics: Statistics) -> bytes:
    """Write statistics.json: `{"tables": [...]}`, departments first, then regions (spec/statistics.md)."""
    tables = [
        _TableShape(unit=table.unit, year=table.year, rows=tuple(map(_row_shape, table.rows)))
        for table in statistics.tables
    ]
    return msgspec.json.format(msgspec.json.encode({"tables": tables}), indent=2) + b"\n"


def _row_shape(row: StatisticsRow) -> _RowShape:
    return _RowShape(
        section=row.section,
        level=row.level,
        batches=row.batches,
        targets=row.targets,
        published=row.published,
        cases=row.cases,
        fines_wan=row.fines_wan,
    )


def statistics_workbook(
    statistics: Statistics,
    reported_on: date | None = None,
    *,
    remark: str = "",
    corrections: Sequence[TableCorrection] = (),
) -> bytes:
    """Write a sheet for each unit, laid out as the annex, and all details; `remark` stands under every title.

    Without `reported_on` the day of reporting is left to be filled in by hand, as seal, signature and number are.
    Corrections of tables that were closed before stand on a sheet of their own.
    """
    content = BytesIO()
    workbook = new_workbook(content)
    formats = _styles(workbook)
    names = {DETAIL_SHEET, CORRECTION_SHEET}
    for table in statistics.tables:
        sheet = workbook.add_worksheet(_sheet_name(table.unit, names))
        _write_head(sheet, table, formats, reported_on, remark)
        _write_figures(sheet, table, formats)
        _write_foot(sheet, formats)
    plain = styles(workbook)
    if corrections:
        write_corrections(workbook.add_worksheet(CORRECTION_SHEET), plain, corrections)
    write_details(workbook.add_worksheet(DETAIL_SHEET), plain, statistics)
    workbook.close()
    return content.getvalue()


def _styles(workbook: Workbook) -> _Styles:
    font = {"font_name": "仿宋", "font_size": 12, "valign": "vcenter"}
    cell = {**font, "border": 1, "text_wrap": True, "align": "center"}
    return _Styles(
        title=workbook.add_format({**font, "font_name": "宋体", "font_size": 20, "bold": True, "align": "center"}),
        year=workbook.add_format({**font, "align": "center"}),
        line=workbook.add_format(font),
        heading=workbook.add_format({**cell, "font_name": "黑体"}),
        cell=workbook.add_format(cell),
        money=workbook.add_format({**cell, "num_format": "0.00"}),
        note=workbook.add_format({**cell, "align": "left"}),
    )


def _write_head(
    sheet: Worksheet, table: StatisticsTable, formats: _Styles, reported_on: date | None, remark: str
) -> None:
    for number, width in enumerate(_WIDTHS):
        sheet.set_column(number, number, width)
    unit = f"{table.unit}（全部部门合计）" if table.is_region else table.unit
    day = f"{reported_on.year}年{reported_on.month}月{reported_on.day}日" if reported_on else "    年  月  日"
    sheet.merge_range("A1:I1", TITLE, formats.title)
    sheet.merge_range("A2:I2", f"（{table.year}年度）{remark}", formats.year)
    sheet.merge_range("A3:E3", neutral(f"填报单位（盖章）：{unit}"), formats.line)
    sheet.merge_range("F3:I3", f"填报时间：{day}", formats.line)
    for place, text in (
        ("A4:A5", "区分"),
        ("B4:B5", "类别"),
        ("C4:C5", "抽查批次"),
        ("D4:D5", "抽查数量\n（户）"),
        ("E4:G4", "抽查结果公示数量（户）"),
        ("H4:H5", "双随机抽查\n案件数（件）"),
        ("I4:I5", "案件处罚金额\n（万元）"),
    ):
        sheet.merge_range(place, text, formats.heading)
    for number, channel in enumerate(_CHANNELS, start=4):
        sheet.write_string(4, number, f"{channel[:2]}\n{channel[2:]}", formats.heading)
    for number, height in enumerate(_HEAD_HEIGHTS):
        sheet.set_row(number, height)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 1)


def _write_figures(sheet: Worksheet, table: StatisticsTable, formats: _Styles) -> None:
    for number, row in enumerate(table.rows, start=_FIRST_ROW):
        sheet.set_row(number, 34)
        if row.level is DepartmentLevel.PREFECTURE:
            sheet.merge_range(number, 0, number + 1, 0, SECTION_NAMES[row.section], formats.cell)
        figures = (row.batches, row.targets, *(row.published[channel] for channel in _CHANNELS), row.cases)
        sheet.write_string(number, 1, LINE_NAMES[row.section, row.level], formats.cell)
        for column, figure in enumerate(figures, start=2):
            sheet.write_number(number, column, figure, formats.cell)
        sheet.write_number(number, 8, float(row.fines_wan), formats.money)


def _write_foot(sheet: Worksheet, formats: _Styles) -> None:
    row = _FIRST_ROW + len(LINE_NAMES)
    sheet.write_string(row, 0, "备 注", formats.cell)
    sheet.merge_range(row, 1, row, 8, "\n".join(NOTES), formats.note)
    sheet.set_row(row, 66)
    sheet.merge_range(row + 1, 0, row + 1, 3, "经办人（签字）：", formats.line)
    sheet.merge_range(row + 1, 4, row + 1, 8, "联系电话：", formats.line)
    sheet.set_row(row + 1, 30)


def _sheet_name(unit: str, taken: set[str]) -> str:
    """A name that a spreadsheet accepts and that no other sheet has, whatever its case."""
    plain = re.sub(r"[\[\]:*?/\\]", "_", unit).strip("'") or "_"
    suffixes = chain([""], (f"({number})" for number in count(2)))
    names = (plain[: _SHEET_NAME_LENGTH - len(suffix)] + suffix for suffix in suffixes)
    name = next(name for name in names if name.casefold() not in taken)
    taken.add(name.casefold())
    return name
