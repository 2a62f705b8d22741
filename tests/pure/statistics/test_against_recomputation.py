"""P9: over a thousand made worlds the statistics equal a recomputation that shares no code with them."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pure.statistics.recomputing import recomputed
from pure.statistics.worlds import World, worlds

from coordinator.documents.statistics_workbook import statistics_json
from coordinator.domain.codes import PublicationChannel
from coordinator.domain.findings import merge_rounds
from coordinator.domain.statistics import LINES, Column, statistics

FIGURES = (Column.BATCHES, Column.TARGETS, Column.CASES)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from([2025, 2026]))
def test_the_tables_equal_a_naive_recomputation(world: World, year: int) -> None:
    tables = json.loads(statistics_json(statistics(world.folders, year)))["tables"]
    assert {table["year"] for table in tables} == {year}
    assert {table["unit"]: table["rows"] for table in tables} == recomputed(world, year)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from([2025, 2026]))
def test_every_figure_opens_to_exactly_the_things_it_counts(world: World, year: int) -> None:
    made = statistics(world.folders, year)
    for table in made.tables:
        for row, (section, level) in zip(table.rows, LINES, strict=True):
            shown = {
                Column.BATCHES: row.batches,
                Column.TARGETS: row.targets,
                Column.CASES: row.cases,
                Column.FINES: row.fines_fen,
                **{Column(channel.value): count for channel, count in row.published.items()},
            }
            for column, figure in shown.items():
                evidence = made.evidence(table, section, level, column)
                assert sum(each.amount for each in evidence) == figure
                assert len(set(evidence)) == len(evidence)
                assert all(each.findings for each in evidence if column is not Column.BATCHES)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.data())
def test_neither_order_nor_repetition_of_folders_changes_a_figure(world: World, data: st.DataObject) -> None:
    others = data.draw(st.lists(st.sampled_from(world.folders)))
    shuffled = data.draw(st.permutations([*world.folders, *others]))
    assert statistics(shuffled, 2026) == statistics(merge_rounds(world.folders), 2026)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from([2025, 2026]))
def test_the_region_is_the_sum_over_its_departments(world: World, year: int) -> None:
    made = statistics(world.folders, year)
    departments = [table for table in made.tables if not table.is_region]
    regions = [table for table in made.tables if table.is_region]
    for place in range(4):
        for read in (
            lambda row: row.batches,
            lambda row: row.targets,
            lambda row: row.cases,
            lambda row: row.fines_fen,
            lambda row: row.published[PublicationChannel.WEBSITE],
        ):
            assert sum(read(table.rows[place]) for table in regions) == sum(
                read(table.rows[place]) for table in departments
            )
