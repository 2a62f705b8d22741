"""The statistics table as a page: one unit's figures as the annex lays them out, and what one of them counts.

The figures are made in the domain's `statistics`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from coordinator.documents.statistics_workbook import LINE_NAMES, NOTES, SECTION_NAMES, TITLE
from coordinator.domain.closed_tables import correction_since, table_digest
from coordinator.domain.codes import DepartmentLevel
from coordinator.domain.errors import NotFound
from coordinator.domain.expectations import Expectations
from coordinator.domain.findings import FEN_A_YUAN
from coordinator.domain.statistics import (
    PUBLISHED_COLUMNS,
    Column,
    Counted,
    Statistics,
    StatisticsRow,
    StatisticsTable,
)
from coordinator.storage.closed_tables import StoredTable

COLUMN_NAMES: Mapping[Column, str] = {
    Column.BATCHES: "抽查批次",
    Column.TARGETS: "抽查数量（户）",
    **{column: column.value for column in PUBLISHED_COLUMNS},
    Column.CASES: "双随机抽查案件数（件）",
    Column.FINES: "案件处罚金额（万元）",
}


class Figure(Struct, frozen=True, kw_only=True):
    """One figure; `key` opens it."""

    key: str
    value: str


class FigureRow(Struct, frozen=True, kw_only=True):
    name: str
    section: str
    begins_section: bool
    figures: tuple[Figure, ...]


class EvidenceLine(Struct, frozen=True, kw_only=True):
    """One thing that a figure counts, with the findings behind it in words."""

    adds: str
    round_name: str
    task: str
    batch: int
    targets: tuple[str, ...]
    case: str
    findings: tuple[str, ...]


class ChangeShown(Struct, frozen=True, kw_only=True):
    """A figure that is another since the table was reported."""

    name: str
    column: str
    reported: str
    now: str


class StatisticsPage(Struct, frozen=True, kw_only=True):
    """One unit's table of a year; `opened` names the figure whose evidence is listed."""

    title: str
    year: int
    unit: str
    units: tuple[str, ...]
    is_region: bool
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    notes: tuple[str, ...]
    seen: str
    closed_on: date | None
    closed_by: str
    changes: tuple[ChangeShown, ...]
    opened: str
    evidence: tuple[EvidenceLine, ...]


def statistics_page(
    made: Statistics, closed: Sequence[StoredTable], expected: Sequence[Expectations], unit: str, opened: str
) -> StatisticsPage:
    """Show a unit's table, at first the region's; raises NotFound for a unit or figure that is not there."""
    tables = [*reversed(made.tables)]
    table = next((each for each in tables if each.unit == unit or not unit), None)
    if table is None:
        raise NotFound("没有这个单位的统计表。", remedy="请从页面上选择。")
    names = {name: line for line, name in LINE_NAMES.items()}
    row, _, column = opened.partition("/")
    counted: Sequence[Counted] = ()
    if opened:
        if row not in names or column not in {*Column}:
            raise NotFound("没有这个数字。", remedy="请从统计表里点开。")
        counted = made.evidence(table, *names[row], Column(column))
    reported = next((each for each in closed if each.content.unit == table.unit), None)
    return StatisticsPage(
        title=TITLE,
        year=made.year,
        unit=table.unit,
        units=tuple(each.unit for each in tables),
        is_region=table.is_region,
        columns=tuple(COLUMN_NAMES.values()),
        rows=tuple(_rows(table)),
        notes=NOTES,
        seen=table_digest(table),
        closed_on=reported.closed_on if reported else None,
        closed_by=reported.closed_by if reported else "",
        changes=tuple(_changes(reported, table)) if reported else (),
        opened=f"{row}：{COLUMN_NAMES[Column(column)]}" if opened else "",
        evidence=tuple(_evidence(counted, expected)),
    )


def _changes(reported: StoredTable, table: StatisticsTable) -> Iterator[ChangeShown]:
    correction = correction_since(reported.closed, table)
    for each in correction.changes if correction else ():
        yield ChangeShown(
            name=LINE_NAMES[each.section, each.level],
            column=COLUMN_NAMES[each.column],
            reported=str(each.reported),
            now=str(each.now),
        )


def _rows(table: StatisticsTable) -> Iterator[FigureRow]:
    for row in table.rows:
        name = LINE_NAMES[row.section, row.level]
        yield FigureRow(
            name=name,
            section=SECTION_NAMES[row.section],
            begins_section=row.level is DepartmentLevel.PREFECTURE,
            figures=tuple(Figure(key=f"{name}/{column}", value=_value(row, column)) for column in COLUMN_NAMES),
        )


def _value(row: StatisticsRow, column: Column) -> str:
    published = {each.value: count for each, count in row.published.items()}
    figures = {Column.BATCHES: row.batches, Column.TARGETS: row.targets, Column.CASES: row.cases}
    return row.fines_wan if column is Column.FINES else str(figures.get(column, published.get(column.value, 0)))


def _evidence(counted: Sequence[Counted], expected: Sequence[Expectations]) -> Iterator[EvidenceLine]:
    known = {each.round: each for each in expected}
    for each in counted:
        of = known[each.round]
        yield EvidenceLine(
            adds=f"{each.amount / FEN_A_YUAN:.2f} 元" if each.column is Column.FINES else "1",
            round_name=of.name,
            task=of.task_by_id[each.task].name,
            batch=each.batch,
            targets=tuple(of.target_by_id[target].name for target in each.targets),
            case=each.case,
            findings=tuple(
                f"{found.department}：{of.item_names[found.department, found.item]}，{found.result}"
                for found in each.findings
            ),
        )
