"""A table closed on its day of reporting is never rewritten: what came later is a marked correction."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from pure.results.building import A_CASE, FIRM_WATER, NO_PROBLEM, SHOP_WATER, WATER, Answers, a_form, taken

from coordinator.documents.statistics_workbook import statistics_workbook
from coordinator.domain.closed_tables import ClosedTable, correction_since
from coordinator.domain.errors import Conflict
from coordinator.domain.expectations import ResultKey
from coordinator.domain.statistics import Column, Statistics, StatisticsTable, statistics

CLOSED_ON = date(2026, 12, 31)


def made(answers: dict[ResultKey, Answers], year: int = 2026) -> Statistics:
    return statistics([taken(a_form(WATER, answers)).facts], year)


def water(statistics_: Statistics) -> StatisticsTable:
    return next(table for table in statistics_.tables if table.unit == WATER)


def test_nothing_new_is_no_correction() -> None:
    table = water(made({FIRM_WATER: NO_PROBLEM}))
    assert correction_since(ClosedTable(table=table, closed_on=CLOSED_ON), table) is None


def test_later_facts_show_as_changes_of_the_figures_they_touch() -> None:
    closed = ClosedTable(table=water(made({FIRM_WATER: NO_PROBLEM})), closed_on=CLOSED_ON)
    later = made({FIRM_WATER: NO_PROBLEM, SHOP_WATER: A_CASE | {"罚没金额(元)": 12_345}})
    correction = correction_since(closed, water(later))
    assert correction is not None
    assert [(change.column, change.reported, change.now) for change in correction.changes] == [
        (Column.TARGETS, 1, 2),
        (Column.CASES, 0, 1),
        (Column.FINES, 0, Decimal("1.23")),
    ]
    workbook = load_workbook(io.BytesIO(statistics_workbook(later, corrections=[correction])))
    rows = [[cell.value for cell in row] for row in workbook["更正"].iter_rows(min_row=2)]
    assert rows[0] == [WATER, 2026, "2026-12-31", "联合", "县", "抽查数量", 1, 2, 1]
    assert rows[2][5:] == ["处罚金额（万元）", 0, 1.23, 1.23]


def test_tables_of_different_years_are_not_compared() -> None:
    closed = ClosedTable(table=water(made({})), closed_on=CLOSED_ON)
    with pytest.raises(Conflict):
        correction_since(closed, water(made({}, 2025)))
