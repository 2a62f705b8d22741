"""Statistics tables closed on their day of reporting (填报时间): what came later is a marked correction.

Figures are made in `statistics`; where closed tables are kept is not decided here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec
from msgspec import Struct

from coordinator.domain.codes import DepartmentLevel
from coordinator.domain.errors import Conflict
from coordinator.domain.statistics import Column, Section, StatisticsRow, StatisticsTable


class ClosedTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table as it was reported."""

    table: StatisticsTable
    closed_on: date


class FigureChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure as reported and as it now stands; fines in 万元 as shown."""

    section: Section
    level: DepartmentLevel
    column: Column
    reported: Decimal
    now: Decimal


class TableCorrection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has changed in a unit's table since it was closed."""

    unit: str
    year: int
    closed_on: date
    changes: tuple[FigureChange, ...]


def table_digest(table: StatisticsTable) -> str:
    """Digest a table's figures, so that one reports what one has seen."""
    return hashlib.sha256(msgspec.json.encode(table, order="deterministic")).hexdigest()


def correction_since(closed: ClosedTable, current: StatisticsTable) -> TableCorrection | None:
    """Compare a closed table with the facts of today; None where every figure still holds."""
    if (closed.table.unit, closed.table.year) != (current.unit, current.year):
        raise Conflict("更正只能与同一单位、同一年度的已报统计表比较。", remedy="请核对单位和年度。")
    changes = tuple(
        change
        for before, after in zip(closed.table.rows, current.rows, strict=True)
        for change in _changes(before, after)
    )
    if not changes:
        return None
    return TableCorrection(unit=current.unit, year=current.year, closed_on=closed.closed_on, changes=changes)


def _changes(before: StatisticsRow, after: StatisticsRow) -> Iterator[FigureChange]:
    reported, now = shown_figures(before), shown_figures(after)
    for column in Column:
        if reported[column] != now[column]:
            yield FigureChange(
                section=after.section, level=after.level, column=column, reported=reported[column], now=now[column]
            )


def shown_figures(row: StatisticsRow) -> Mapping[Column, Decimal]:
    """The seven figures of a row as the table shows them."""
    return {
        Column.BATCHES: Decimal(row.batches),
        Column.TARGETS: Decimal(row.targets),
        **{Column(channel.value): Decimal(count) for channel, count in row.published.items()},
        Column.CASES: Decimal(row.cases),
        Column.FINES: Decimal(row.fines_wan),
    }
