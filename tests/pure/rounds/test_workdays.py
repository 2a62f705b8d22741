"""Working days and deadlines counted in them; a year whose calendar nobody has confirmed makes them provisional."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.actions.calendars import published_calendar
from coordinator.domain.workdays import (
    PUBLICATION_WORKING_DAYS,
    Calendar,
    days,
    month_after,
    publication_deadline,
    working_days_after,
)

DATES = st.dates(date(2025, 1, 1), date(2027, 6, 30))
FEW_DATES = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=20)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    holidays = draw(FEW_DATES)
    return Calendar(
        holidays=holidays, make_up_days=draw(FEW_DATES) - holidays, confirmed_years=frozenset({2025, 2026, 2027})
    )


@given(calendars(), DATES)
def test_a_day_is_worked_from_monday_to_friday_unless_a_notice_says_otherwise(calendar: Calendar, day: date) -> None:
    expected = day in calendar.make_up_days or (day.isoweekday() <= 5 and day not in calendar.holidays)
    assert calendar.is_working_day(day) == expected


@given(calendars(), DATES, st.integers(0, 40))
def test_a_deadline_leaves_exactly_so_many_working_days(calendar: Calendar, day: date, count: int) -> None:
    due = working_days_after(calendar, day, count).due_on
    after = [each for each in days(day + timedelta(days=1), due) if calendar.is_working_day(each)]
    assert len(after) == count
    assert not count or after[-1] == due


@given(calendars(), DATES, st.integers(1, 20), st.integers(1, 20))
def test_deadlines_add_up(calendar: Calendar, day: date, first: int, then: int) -> None:
    halfway = working_days_after(calendar, day, first).due_on
    assert working_days_after(calendar, halfway, then) == working_days_after(calendar, day, first + then)


@given(DATES, st.integers(0, 60))
def test_days_run_from_first_to_last_with_none_left_out(first: date, length: int) -> None:
    run = list(days(first, first + timedelta(days=length)))
    assert run[0] == first
    assert len(run) == length + 1
    assert list(days(first, first - timedelta(days=1))) == []


def test_the_spring_festival_of_2026_and_its_make_up_days_are_known() -> None:
    """Off from 15 to 23 February, at work on Saturdays 14 and 28."""
    calendar = published_calendar()
    assert not any(calendar.is_working_day(day) for day in days(date(2026, 2, 15), date(2026, 2, 23)))
    assert calendar.is_working_day(date(2026, 2, 14))
    assert calendar.is_working_day(date(2026, 2, 28))
    assert not calendar.is_working_day(date(2026, 4, 6))
    assert 2026 in calendar.confirmed_years


@pytest.mark.parametrize(
    ("ends", "due"), [(date(2026, 3, 31), date(2026, 4, 29)), (date(2026, 4, 30), date(2026, 6, 1))]
)
def test_results_are_due_twenty_working_days_after_the_task_ends(ends: date, due: date) -> None:
    """Qingming (4 to 6 April) and Labour Day (1 to 5 May, Saturday 9 May worked) do not count."""
    assert PUBLICATION_WORKING_DAYS == 20
    deadline = publication_deadline(published_calendar(), ends)
    assert (deadline.due_on, deadline.provisional) == (due, False)


def test_a_deadline_that_reaches_a_year_without_a_notice_is_provisional() -> None:
    calendar = Calendar(holidays=frozenset(), make_up_days=frozenset(), confirmed_years=frozenset({2026}))
    assert not publication_deadline(calendar, date(2026, 11, 30)).provisional
    assert publication_deadline(calendar, date(2026, 12, 20)).provisional


@given(DATES)
def test_the_month_after_is_the_next_whole_calendar_month(today: date) -> None:
    first, last = month_after(today)
    assert (first.day, (last + timedelta(days=1)).day) == (1, 1)
    assert (first.year * 12 + first.month) == (today.year * 12 + today.month) + 1
    assert (last.year, last.month) == (first.year, first.month)
