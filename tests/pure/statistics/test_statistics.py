"""Each sentence of the table's definition (spec/statistics.md), alone."""

from datetime import date

import pytest
from msgspec.structs import replace
from pure.results.building import (
    A_CASE,
    CAUSED,
    DAM,
    DAM_OWN,
    ECOLOGY,
    FIRM,
    FIRM_CAUSED,
    FIRM_ECOLOGY,
    FIRM_OWN,
    FIRM_WATER,
    JOINT,
    NO_PROBLEM,
    OWN,
    ROUND,
    SHOP,
    SHOP_WATER,
    TRADE,
    WATER,
    Answers,
    a_batch,
    a_form,
    in_round,
    taken,
)

from coordinator.domain.codes import DepartmentLevel, PublicationChannel, TaskKind
from coordinator.domain.errors import Conflict
from coordinator.domain.expectations import Expectations, ResultKey
from coordinator.domain.findings import Facts
from coordinator.domain.statistics import Column, Section, Statistics, StatisticsRow, statistics

COUNTY, PREFECTURE = DepartmentLevel.COUNTY, DepartmentLevel.PREFECTURE
IN_SYSTEM, PUBLISHED = PublicationChannel.PUBLICITY_SYSTEM, {"公示渠道": "公示系统", "公示日期": "2026-04-01"}
REGION = ROUND.region


def facts(answers: dict[ResultKey, Answers], expectations: Expectations = ROUND) -> Facts:
    forms = [a_form(department, answers, expectations=expectations) for department in (WATER, ECOLOGY)]
    result = taken(*forms, facts=Facts(expectations=expectations))
    assert result.refused_count == 0
    return result.facts


def row(
    made: Statistics, unit: str, section: Section = Section.JOINT, level: DepartmentLevel = COUNTY
) -> StatisticsRow:
    table = next(table for table in made.tables if table.unit == unit)
    return next(each for each in table.rows if (each.section, each.level) == (section, level))


def figures(each: StatisticsRow) -> tuple[int, ...]:
    return (each.batches, each.targets, *each.published.values(), each.cases, each.fines_fen)


def test_the_tables_are_the_departments_and_then_the_region_each_with_four_rows() -> None:
    made = statistics([facts({})], 2026)
    assert [table.unit for table in made.tables] == [*sorted([WATER, ECOLOGY, TRADE]), REGION]
    assert {tuple((each.section, each.level) for each in table.rows) for table in made.tables} == {
        (
            (Section.SINGLE, PREFECTURE),
            (Section.SINGLE, COUNTY),
            (Section.JOINT, PREFECTURE),
            (Section.JOINT, COUNTY),
        )
    }


def test_a_batch_counts_once_drawn_in_its_initiator_s_table_and_the_region_s_before_any_result() -> None:
    batches = (a_batch(JOINT, FIRM), a_batch(JOINT, SHOP, DAM, number=2), a_batch(OWN, FIRM, DAM))
    made = statistics([facts({}, replace(ROUND, batches=batches))], 2026)
    assert [row(made, unit).batches for unit in (WATER, ECOLOGY, REGION)] == [2, 0, 2]
    assert [row(made, unit, Section.SINGLE).batches for unit in (WATER, ECOLOGY, REGION)] == [1, 0, 1]
    assert figures(row(made, WATER))[1:] == (0, 0, 0, 0, 0, 0)


def test_the_year_of_a_batch_its_targets_and_publications_is_that_of_its_draw() -> None:
    batches = (a_batch(JOINT, FIRM, SHOP, DAM, drawn_on=date(2025, 12, 30)), a_batch(OWN, FIRM, DAM))
    known = facts({FIRM_WATER: NO_PROBLEM | PUBLISHED}, replace(ROUND, batches=batches))
    assert figures(row(statistics([known], 2025), WATER)) == (1, 1, 1, 0, 0, 0, 0)
    assert figures(row(statistics([known], 2026), WATER)) == (0,) * 7


def test_a_target_counts_with_any_result_whatever_it_is() -> None:
    closed = NO_PROBLEM | {"检查结果": "已关闭停业或正在清算"}
    made = statistics([facts({SHOP_WATER: closed})], 2026)
    assert row(made, WATER).targets == 1


def test_a_target_counts_once_however_many_items_and_departments_report_on_it() -> None:
    made = statistics([facts({FIRM_WATER: NO_PROBLEM, FIRM_ECOLOGY: NO_PROBLEM})], 2026)
    assert [row(made, unit).targets for unit in (WATER, ECOLOGY, REGION)] == [1, 0, 1]


def test_a_cooperating_department_s_result_counts_in_the_initiator_s_table() -> None:
    made = statistics([facts({FIRM_ECOLOGY: NO_PROBLEM | PUBLISHED})], 2026)
    assert (row(made, WATER).targets, row(made, WATER).published[IN_SYSTEM]) == (1, 1)
    assert figures(row(made, ECOLOGY)) == (0,) * 7


def test_tasks_that_meet_in_one_visit_each_count_their_own_pair() -> None:
    made = statistics([facts({FIRM_WATER: NO_PROBLEM, FIRM_OWN: NO_PROBLEM})], 2026)
    assert (row(made, WATER).targets, row(made, WATER, Section.SINGLE).targets) == (1, 1)


def test_one_pair_published_through_two_channels_counts_in_both_and_twice_in_one_counts_once() -> None:
    website = NO_PROBLEM | {"公示渠道": "部门网站", "公示日期": "2026-04-01"}
    two = statistics([facts({FIRM_WATER: NO_PROBLEM | PUBLISHED, FIRM_ECOLOGY: website})], 2026)
    assert list(row(two, WATER).published.values()) == [1, 0, 1]
    one = statistics([facts({FIRM_WATER: NO_PROBLEM | PUBLISHED, FIRM_ECOLOGY: NO_PROBLEM | PUBLISHED})], 2026)
    assert list(row(one, WATER).published.values()) == [1, 0, 0]


def test_a_channel_without_a_day_is_a_plan_and_what_is_withheld_is_not_published() -> None:
    planned = NO_PROBLEM | {"公示渠道": "公示系统"}
    withheld = NO_PROBLEM | {"公示渠道": "不予公示", "不予公示理由": "涉密"}
    made = statistics([facts({FIRM_WATER: planned, SHOP_WATER: withheld})], 2026)
    assert (row(made, WATER).targets, list(row(made, WATER).published.values())) == (2, [0, 0, 0])


def test_a_case_counts_for_the_department_that_filed_it_in_the_row_of_its_task() -> None:
    known = facts({FIRM_ECOLOGY: A_CASE | {"罚没金额(元)": 50_000}, DAM_OWN: A_CASE | {"罚没金额(元)": 10_000}})
    made = statistics([known], 2026)
    assert (row(made, ECOLOGY).cases, row(made, ECOLOGY).fines_wan) == (1, "5.00")
    assert (row(made, WATER).cases, row(made, WATER, Section.SINGLE).cases) == (0, 1)
    assert (row(made, REGION).cases, row(made, REGION, Section.SINGLE).fines_wan) == (1, "1.00")


def test_a_case_named_by_many_rows_counts_once_with_one_fine() -> None:
    fined = A_CASE | {"罚没金额(元)": 30_000}
    made = statistics([facts({FIRM_WATER: fined, SHOP_WATER: A_CASE, FIRM_OWN: fined})], 2026)
    assert (row(made, WATER).cases, row(made, WATER).fines_wan) == (1, "3.00")
    assert row(made, WATER, Section.SINGLE).cases == 0
    assert row(made, REGION).cases == 1


def test_a_case_found_first_for_another_task_stands_in_that_task_s_row() -> None:
    earlier = A_CASE | {"检查日期": "2026-03-11"}
    made = statistics([facts({FIRM_WATER: A_CASE, FIRM_OWN: earlier})], 2026)
    assert (row(made, WATER).cases, row(made, WATER, Section.SINGLE).cases) == (0, 1)


def test_the_year_of_a_case_and_its_fine_is_that_of_its_filing() -> None:
    known = facts({FIRM_WATER: A_CASE | {"立案日期": "2027-01-04", "罚没金额(元)": 100}})
    assert figures(row(statistics([known], 2026), WATER))[-2:] == (0, 0)
    assert figures(row(statistics([known], 2027), WATER)) == (0, 0, 0, 0, 0, 1, 10_000)


def test_the_same_number_filed_by_two_departments_is_two_cases() -> None:
    made = statistics([facts({FIRM_WATER: A_CASE, FIRM_ECOLOGY: A_CASE})], 2026)
    assert [row(made, unit).cases for unit in (WATER, ECOLOGY, REGION)] == [1, 1, 2]


def test_caused_inspections_are_not_in_the_table() -> None:
    made = statistics([facts({FIRM_CAUSED: A_CASE | PUBLISHED | {"罚没金额(元)": 100}})], 2026)
    assert {figures(each)[1:] for table in made.tables for each in table.rows} == {(0,) * 6}
    assert CAUSED not in {each.task for each in made.counted}


def test_the_upper_line_is_for_tasks_initiated_by_the_prefecture() -> None:
    tasks = tuple(replace(task, level=PREFECTURE, kind=TaskKind.JOINT) for task in ROUND.tasks)
    made = statistics([facts({FIRM_ECOLOGY: A_CASE}, replace(ROUND, tasks=tasks))], 2026)
    assert figures(row(made, WATER, Section.JOINT, PREFECTURE))[:2] == (2, 1)
    assert row(made, ECOLOGY, Section.JOINT, PREFECTURE).cases == 1
    assert row(made, WATER).batches == 0


@pytest.mark.parametrize(
    ("fines", "shown"),
    [(["50"], "0.01"), (["49.99"], "0.00"), (["24.99", "25.01"], "0.01"), (["25", "24.99"], "0.00"), ([], "0.00")],
)
def test_fines_are_summed_in_fen_and_rounded_half_up_once(fines: list[str], shown: str) -> None:
    keys = (FIRM_WATER, SHOP_WATER)
    cases = {
        key: A_CASE | {"案件文号": f"罚{number}号", "罚没金额(元)": fine}
        for number, (key, fine) in enumerate(zip(keys, fines, strict=False))
    }
    made = statistics([facts(cases)], 2026)
    assert (row(made, WATER).fines_wan, row(made, REGION).fines_wan) == (shown, shown)


def test_the_region_s_fines_are_summed_before_they_are_rounded() -> None:
    fined = A_CASE | {"罚没金额(元)": "30"}
    made = statistics([facts({FIRM_WATER: fined, FIRM_ECOLOGY: fined})], 2026)
    assert [row(made, unit).fines_wan for unit in (WATER, ECOLOGY, REGION)] == ["0.00", "0.00", "0.01"]


def test_several_rounds_add_up_and_one_handed_in_twice_counts_once() -> None:
    first = facts({FIRM_WATER: NO_PROBLEM | PUBLISHED})
    second = in_round(first, "2026-Q2")
    made = statistics([first, second, first], 2026)
    assert figures(row(made, WATER)) == (2, 2, 2, 0, 0, 0, 0)


def test_a_case_that_two_rounds_name_counts_once_and_must_agree() -> None:
    fined = facts({FIRM_WATER: A_CASE | {"罚没金额(元)": 100}})
    made = statistics([fined, in_round(facts({FIRM_WATER: A_CASE}), "2026-Q2")], 2026)
    assert (row(made, WATER).cases, row(made, WATER).fines_fen) == (1, 10_000)
    other = in_round(facts({FIRM_WATER: A_CASE | {"罚没金额(元)": 200}}), "2026-Q2")
    with pytest.raises(Conflict, match="立案日期或罚没金额不一致"):
        statistics([fined, other], 2026)


def test_two_folders_of_one_round_that_contradict_each_other_are_refused_unless_one_corrects_the_other() -> None:
    before = facts({FIRM_WATER: NO_PROBLEM})
    after = taken(a_form(WATER, {FIRM_WATER: A_CASE}), facts=before).facts
    assert row(statistics([before, after], 2026), WATER).cases == 1
    assert statistics([before, after], 2026) == statistics([after, before], 2026)
    with pytest.raises(Conflict, match="说法不同"):
        statistics([before, facts({FIRM_WATER: A_CASE})], 2026)


def test_a_figure_opens_to_the_findings_behind_it() -> None:
    known = facts({FIRM_WATER: NO_PROBLEM | PUBLISHED, FIRM_ECOLOGY: NO_PROBLEM, SHOP_WATER: NO_PROBLEM})
    made = statistics([known], 2026)
    table = next(table for table in made.tables if table.unit == WATER)
    opened = made.evidence(table, Section.JOINT, COUNTY, Column.TARGETS)
    assert {(each.targets, tuple(f.key for f in each.findings)) for each in opened} == {
        ((FIRM,), (FIRM_WATER, FIRM_ECOLOGY)),
        ((SHOP,), (SHOP_WATER,)),
    }
    (published,) = made.evidence(table, Section.JOINT, COUNTY, Column.PUBLICITY_SYSTEM)
    assert [found.row for found in published.findings] == [2]
