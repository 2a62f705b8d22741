"""Everything that a rehearsal writes says so where a reader looks first; what is real never does."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import pytest
from icalendar import Calendar
from msgspec.structs import replace
from openpyxl import load_workbook
from support.dispatches import BEFORE, FIRE, FIRM, WATER, Ask, a_dispatch, an_outing

from coordinator.documents.calendars import calendar
from coordinator.documents.notices import notice
from coordinator.documents.publication_lists import missing_list
from coordinator.documents.reports import report
from coordinator.documents.result_forms import result_form
from coordinator.documents.task_books import task_book
from coordinator.domain.announcements import announcements
from coordinator.domain.coverage import item_coverage
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.expectations import expectations_of
from coordinator.domain.summaries import Summary, summarise, summary_in_words

REAL = a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(FIRE)))
REHEARSED = replace(REAL, rehearsal=True)
MARK = "演练"

Pieces = Iterator[str]


def summary_of(dispatch: Dispatch) -> Summary:
    return summarise(dispatch, refused_rows=0, excluded=0, single_operator=True, seconds={})


def sheets_of(content: bytes) -> Pieces:
    for sheet in load_workbook(BytesIO(content)):
        yield "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def the_report(dispatch: Dispatch) -> Pieces:
    page = report(dispatch, summary_of(dispatch), item_coverage(dispatch), made_at=BEFORE).decode()
    yield from (page.partition("<style>")[0], page.partition("</style>")[2])


def the_notice(dispatch: Dispatch) -> Pieces:
    page = notice(dispatch, announcements(dispatch)[FIRM], told_at=BEFORE).decode()
    yield from (page.partition("<style>")[0], page.partition("</style>")[2])


def the_calendar(dispatch: Dispatch) -> Pieces:
    read = Calendar.from_ical(calendar(announcements(dispatch)[FIRM], made_at=BEFORE))
    for event in read.walk("VEVENT"):
        yield from (str(event["SUMMARY"]), str(event["DESCRIPTION"]))
    yield from (str(alarm["DESCRIPTION"]) for alarm in read.walk("VALARM"))


def every_sheet_of_the_task_book(dispatch: Dispatch) -> Pieces:
    return sheets_of(task_book(dispatch, WATER, made_at=BEFORE))


def every_sheet_of_the_result_form(dispatch: Dispatch) -> Pieces:
    return sheets_of(result_form(expectations_of(dispatch, date(2026, 3, 1)), WATER))


def a_list_of_results(dispatch: Dispatch) -> Pieces:
    return sheets_of(missing_list("尚未录入的结果", expectations_of(dispatch, date(2026, 3, 1)), ()))


def the_words_at_the_end(dispatch: Dispatch) -> Pieces:
    yield summary_in_words(dispatch, summary_of(dispatch), item_coverage(dispatch))[0]


PAPERS = [
    the_report,
    the_notice,
    the_calendar,
    every_sheet_of_the_task_book,
    every_sheet_of_the_result_form,
    a_list_of_results,
    the_words_at_the_end,
]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_rehearsals_paper_is_marked_and_a_real_one_is_not(paper: Callable[[Dispatch], Pieces]) -> None:
    rehearsed = list(paper(REHEARSED))
    assert rehearsed
    assert all(MARK in piece for piece in rehearsed)
    assert not any(MARK in piece for piece in paper(REAL))


def test_a_rehearsed_visit_never_takes_the_place_of_the_real_one_in_a_calendar() -> None:
    uids = {
        str(event["UID"])
        for dispatch in (REAL, REHEARSED)
        for event in Calendar.from_ical(calendar(announcements(dispatch)[FIRM], made_at=BEFORE)).walk("VEVENT")
    }
    assert len(uids) == 2
