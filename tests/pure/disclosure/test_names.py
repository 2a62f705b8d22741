"""Names and certificates stand in task books and in the notice of the firm's own visit, and nowhere else."""

import json
import zipfile
from io import BytesIO

import msgspec
from hypothesis import given, settings
from support.dispatches import (
    BEFORE,
    DEPARTMENTS,
    FIRE,
    FIRM,
    TRADE,
    WATER,
    Ask,
    a_dispatch,
    an_outing,
    certificate,
    dispatches,
    officer_names,
    staff,
)

from coordinator.documents.calendars import calendar
from coordinator.documents.notices import notice
from coordinator.documents.reports import report
from coordinator.documents.task_books import task_book
from coordinator.domain.announcements import announcements
from coordinator.domain.coverage import item_coverage
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId
from coordinator.domain.summaries import Summary, summarise, summary_in_words

EVERY_NAME = {name: department for department in DEPARTMENTS for name in officer_names(department)}
EVERY_CERTIFICATE = {certificate(department, n): department for department in DEPARTMENTS for n in range(1, 5)}


def a_summary(dispatch: Dispatch) -> Summary:
    return summarise(dispatch, refused_rows=0, excluded=0, single_operator=True, seconds={})


def names_in(text: str) -> set[str]:
    return {name for name in EVERY_NAME if name in text}


def certificates_in(text: str) -> set[str]:
    return {number for number in EVERY_CERTIFICATE if number in text}


def words_of(book: bytes) -> str:
    with zipfile.ZipFile(BytesIO(book)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


@settings(max_examples=40, deadline=None)
@given(dispatches())
def test_report_summary_and_calendars_name_nobody(dispatch: Dispatch) -> None:
    summary, coverage = a_summary(dispatch), item_coverage(dispatch)
    page = report(dispatch, summary, coverage, made_at=BEFORE).decode()
    words = "".join(summary_in_words(dispatch, summary, coverage))
    entries = "".join(calendar(each, made_at=BEFORE).decode() for each in announcements(dispatch).values())
    for text in (page, words, json.dumps(msgspec.to_builtins(summary), ensure_ascii=False), entries):
        assert not names_in(text)
        assert not certificates_in(text)


@settings(max_examples=60)
@given(dispatches())
def test_a_notice_names_exactly_those_who_come_to_its_own_visits(dispatch: Dispatch) -> None:
    for target, announcement in announcements(dispatch).items():
        page = notice(dispatch, announcement, told_at=BEFORE).decode()
        expected = {
            dispatch.inspectors[inspector][1].name
            for tour, visit in dispatch.visits()
            if visit.target == target and not dispatch.is_unannounced(visit)
            for _, team in dispatch.roles_at(tour, visit)
            for inspector in team
        }
        assert names_in(page) == expected
        assert not certificates_in(page)
        assert "联络某" not in page


@settings(max_examples=40, deadline=None)
@given(dispatches())
def test_a_task_book_names_only_the_own_department(dispatch: Dispatch) -> None:
    for department in DEPARTMENTS:
        words = words_of(task_book(dispatch, department, made_at=BEFORE))
        assert {EVERY_NAME[name] for name in names_in(words)} <= {department}
        assert {EVERY_CERTIFICATE[number] for number in certificates_in(words)} <= {department}


def test_a_lent_officer_stands_in_both_books_with_the_certificate_masked_where_he_helps() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(TRADE)), lent={"T001/某县水利局": staff(FIRE, 3)})
    name, number = officer_names(FIRE)[2], certificate(FIRE, 3)
    books = {d: words_of(task_book(dispatch, DepartmentId(d), made_at=BEFORE)) for d in DEPARTMENTS}
    assert name in books[WATER]
    assert number not in books[WATER]
    assert number[-4:] in books[WATER]
    assert name in books[FIRE]
    assert name not in books[TRADE]
    (told,) = announcements(dispatch).values()
    assert name in notice(dispatch, told, told_at=BEFORE).decode()
