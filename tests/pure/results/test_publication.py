"""What is due where by when, what is overdue or missing, and whom else a finding concerns."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pure.results.building import (
    A_CASE,
    DAM_ECOLOGY,
    DAM_OWN,
    ECOLOGY,
    FIRM_ECOLOGY,
    FIRM_OWN,
    FIRM_WATER,
    NO_PROBLEM,
    ROUND,
    SHOP_WATER,
    TRADE,
    WATER,
    Answers,
    a_form,
    taken,
)

from coordinator.domain.codes import PublicationChannel
from coordinator.domain.expectations import ResultKey
from coordinator.domain.findings import Facts
from coordinator.domain.publication import (
    MissingState,
    NoticeReason,
    Publication,
    PublicationState,
    publication,
)
from coordinator.domain.workdays import Calendar, Deadline, days, publication_deadline

DUE = date(2026, 4, 29)
PUBLISHED: Answers = {"公示渠道": "公示系统", "公示日期": "2026-04-29"}


def seen(answers: dict[ResultKey, Answers], today: date = DUE) -> Publication:
    forms = [a_form(department, answers) for department in (WATER, ECOLOGY)]
    return publication(taken(*forms, today=today).facts, today)


@pytest.mark.parametrize(
    ("answers", "today", "state"),
    [
        ({}, DUE, PublicationState.WAITING),
        ({}, DUE + timedelta(1), PublicationState.OVERDUE),
        (PUBLISHED, DUE + timedelta(90), PublicationState.PUBLISHED),
        (PUBLISHED | {"公示日期": "2026-04-30"}, DUE + timedelta(90), PublicationState.LATE),
        ({"公示渠道": "公示系统"}, DUE, PublicationState.WAITING),
        ({"公示渠道": "不予公示", "不予公示理由": "涉及国家秘密"}, DUE + timedelta(9), PublicationState.WITHHELD),
    ],
)
def test_a_result_is_due_on_the_twentieth_working_day_and_overdue_after_it(
    answers: Answers, today: date, state: PublicationState
) -> None:
    (line,) = seen({FIRM_WATER: NO_PROBLEM | answers}, today).lines
    assert (line.due.due_on, line.state) == (DUE, state)


def test_a_market_entity_s_result_belongs_in_the_publicity_system_whether_its_department_says_so_or_not() -> None:
    found = seen({FIRM_WATER: NO_PROBLEM, DAM_OWN: NO_PROBLEM})
    assert [line.finding.key for line in found.of_channel(PublicationChannel.PUBLICITY_SYSTEM)] == [FIRM_WATER]
    assert [line.finding.key for line in found.of_channel(None)] == [DAM_OWN]


def test_a_market_entity_s_result_published_elsewhere_is_a_defect_and_another_target_s_is_none() -> None:
    elsewhere = NO_PROBLEM | {"公示渠道": "部门网站", "公示日期": "2026-04-01"}
    planned = NO_PROBLEM | {"公示渠道": "部门网站"}
    found = seen({FIRM_WATER: elsewhere, FIRM_OWN: planned, SHOP_WATER: NO_PROBLEM | PUBLISHED, DAM_OWN: elsewhere})
    assert [line.finding.key for line in found.defects] == [FIRM_WATER]


def test_what_nobody_entered_is_missing_and_more_pressing_from_day_to_day() -> None:
    def state(today: date) -> set[MissingState]:
        return {each.state for each in seen({}, today).missing}

    assert state(date(2026, 3, 12)) == {MissingState.PLANNED}
    assert state(date(2026, 3, 13)) == state(DUE) == {MissingState.AWAITED}
    assert state(DUE + timedelta(1)) == {MissingState.OVERDUE}
    assert len(seen({FIRM_WATER: NO_PROBLEM}).missing) == len(ROUND.results) - 1


def told(answers: dict[ResultKey, Answers]) -> set[tuple[str, NoticeReason, ResultKey]]:
    return {(notice.to, notice.reason, notice.finding.key) for notice in seen(answers).notices}


def test_a_problem_at_a_shared_target_is_told_to_everybody_who_knows_it() -> None:
    found = NO_PROBLEM | {"检查结果": "已关闭停业或正在清算"}
    assert told({FIRM_ECOLOGY: found}) == {
        (WATER, NoticeReason.SHARED_TARGET, FIRM_ECOLOGY),
        (TRADE, NoticeReason.SHARED_TARGET, FIRM_ECOLOGY),
    }


def test_a_target_without_a_problem_is_no_news() -> None:
    assert told({FIRM_ECOLOGY: NO_PROBLEM}) == set()


def test_who_inspects_a_target_is_told_though_it_is_not_in_the_own_directory() -> None:
    assert told({DAM_OWN: A_CASE}) == {(ECOLOGY, NoticeReason.SHARED_TARGET, DAM_OWN)}


def test_a_notice_that_was_asked_for_goes_out_without_a_problem_and_to_the_coordinator_if_nobody_else_knows() -> None:
    asked = NO_PROBLEM | {"处理措施": "抄告其他部门"}
    assert told({DAM_ECOLOGY: asked}) == {(WATER, NoticeReason.ASKED, DAM_ECOLOGY)}
    assert told({SHOP_WATER: asked}) == {(TRADE, NoticeReason.ASKED, SHOP_WATER)}


def test_a_referral_goes_to_the_organ_named_or_through_the_coordinator() -> None:
    to_ecology = told({SHOP_WATER: NO_PROBLEM | {"移送机关": ECOLOGY}})
    outside = told({SHOP_WATER: NO_PROBLEM | {"移送机关": "某县公安局"}})
    assert to_ecology == {(ECOLOGY, NoticeReason.REFERRED, SHOP_WATER)}
    assert outside == {(TRADE, NoticeReason.REFERRED, SHOP_WATER)}


def test_one_thing_found_for_two_tasks_is_told_once() -> None:
    found = seen({FIRM_WATER: A_CASE, FIRM_OWN: A_CASE})
    assert sorted(notice.to for notice in found.notices) == sorted([ECOLOGY, TRADE])


def a_calendar(*holidays: date, make_up: tuple[date, ...] = (), years: tuple[int, ...] = (2026,)) -> Calendar:
    return Calendar(holidays=frozenset(holidays), make_up_days=frozenset(make_up), confirmed_years=frozenset(years))


def test_a_deadline_over_the_year_s_end_skips_holidays_and_counts_make_up_days() -> None:
    new_year = [date(2027, 1, 1)]
    both = a_calendar(*new_year, make_up=(date(2027, 1, 10),), years=(2026, 2027))
    assert publication_deadline(both, date(2026, 12, 18)) == Deadline(due_on=date(2027, 1, 15), provisional=False)
    without = a_calendar(*new_year, years=(2026, 2027))
    assert publication_deadline(without, date(2026, 12, 18)).due_on == date(2027, 1, 18)


def test_a_deadline_that_reaches_an_unconfirmed_year_says_so_on_every_line() -> None:
    deadline = publication_deadline(a_calendar(), date(2026, 12, 31))
    assert deadline == Deadline(due_on=date(2027, 1, 28), provisional=True)
    tasks = tuple(replace(task, publication=deadline) for task in ROUND.tasks)
    facts = Facts(expectations=replace(ROUND, tasks=tasks))
    assert {missing.due.provisional for missing in publication(facts, DUE).missing} == {True}


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sets(st.dates(date(2026, 1, 1), date(2027, 3, 31)), max_size=30),
    st.sets(st.dates(date(2026, 1, 1), date(2027, 3, 31)), max_size=10),
)
def test_exactly_twenty_working_days_lie_between_a_task_s_end_and_its_deadline(
    ends_on: date, holidays: set[date], make_up: set[date]
) -> None:
    calendar = a_calendar(*holidays, make_up=tuple(make_up))
    deadline = publication_deadline(calendar, ends_on)
    worked = [day for day in days(ends_on + timedelta(1), deadline.due_on) if calendar.is_working_day(day)]
    assert len(worked) == 20
    assert worked[-1] == deadline.due_on
    assert deadline.provisional == (deadline.due_on.year == 2027)
