"""Who may see what from when: the table as a whole, seals, and what lies open to the public."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.dispatches import BEFORE, FIRM, MILL, SHOP, WHOLE_ROUND, Ask, a_dispatch, an_outing, dispatches

from coordinator.domain.disclosure import (
    SHUT,
    UNSEALED,
    Audience,
    Part,
    Seal,
    public_files,
    seal_of,
    seal_of_visit,
    shown_certificate,
    visible,
)
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch

SEALED_PARTS = (Part.FRAME, Part.SEED, Part.TRANSCRIPT, Part.PLAN, Part.TEAMS)
OFFICES = (Audience.COORDINATOR, Audience.OWN_DEPARTMENT, Audience.PARTY, Audience.SUPERVISOR)
OUTSIDERS = (Audience.INSPECTED, Audience.PUBLIC)
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=LOCAL_TIME)
DRAW_FILES = {
    *(f"draws/{stage}/void-1{beside}transcript.json" for stage in ("targets", "teams") for beside in "-/"),
    *("draws/targets/void-2-head.json", "draws/targets/void-2/frame.tsv", "draws/teams/void-12/plan.json"),
    "draws/targets/head.json",
    "draws/targets/entries.json",
    "draws/targets/frame.tsv",
    "draws/targets/excluded.tsv",
    "draws/targets/transcript.json",
    "draws/teams/head.json",
    "draws/teams/plan.json",
    "draws/teams/transcript.json",
}
PRIVATE_FILES = {
    "summary.json",
    "report.html",
    "problem.json",
    "plan.json",
    "teams.json",
    "departments/某县水利局/任务书.xlsx",
    f"targets/{FIRM}.html",
    f"targets/{FIRM}.ics",
    "statistics.json",
}

moments = st.integers(0, 60 * 24 * 30).map(lambda minutes: BEFORE + timedelta(minutes=minutes))


def sealed_at(moment: datetime) -> Seal:
    return Seal(opens_at=moment)


@pytest.mark.parametrize(("part", "audience"), list(product(Part, Audience)))
def test_whatever_may_be_seen_stays_visible(part: Part, audience: Audience) -> None:
    seal = sealed_at(MONDAY)
    seen = [visible(part, audience, MONDAY + timedelta(hours=hours), seal) for hours in (-2, -1, 0, 1, 2)]
    assert seen == sorted(seen)


@pytest.mark.parametrize(("part", "audience"), list(product(SEALED_PARTS, Audience)))
def test_frame_seed_transcript_and_plan_are_for_offices_until_the_seal_opens(part: Part, audience: Audience) -> None:
    assert visible(part, audience, MONDAY - timedelta(seconds=1), sealed_at(MONDAY)) == (audience in OFFICES)
    assert visible(part, audience, MONDAY, sealed_at(MONDAY))


@pytest.mark.parametrize(
    ("part", "audience"), list(product((Part.DIGESTS, Part.COMMITMENTS, Part.VOID_ATTEMPTS), Audience))
)
def test_digests_commitments_and_void_attempts_are_for_everyone_at_once(part: Part, audience: Audience) -> None:
    assert visible(part, audience, MONDAY, SHUT)


@pytest.mark.parametrize("part", list(Part))
def test_coordinator_and_supervisor_see_everything_at_once(part: Part) -> None:
    assert visible(part, Audience.COORDINATOR, MONDAY, SHUT)
    assert visible(part, Audience.SUPERVISOR, MONDAY, SHUT)


@pytest.mark.parametrize(
    "part",
    [
        Part.PROBLEM,
        Part.REPORT,
        Part.TASK_BOOK,
        Part.NOTICE,
        Part.OFFICER_NAMES,
        Part.CERTIFICATES,
        Part.CERTIFICATE_ENDINGS,
    ],
)
def test_the_public_never_sees_names_certificates_notices_or_working_papers(part: Part) -> None:
    assert not visible(part, Audience.PUBLIC, MONDAY, UNSEALED)


@pytest.mark.parametrize("part", [Part.NOTICE, Part.OFFICER_NAMES, Part.CERTIFICATE_ENDINGS])
def test_the_firm_sees_who_comes_once_its_visit_may_be_known(part: Part) -> None:
    assert not visible(part, Audience.INSPECTED, MONDAY - timedelta(seconds=1), sealed_at(MONDAY))
    assert visible(part, Audience.INSPECTED, MONDAY, sealed_at(MONDAY))


@pytest.mark.parametrize("part", [Part.PROBLEM, Part.TASK_BOOK, Part.NOTICE, Part.OFFICER_NAMES, Part.CERTIFICATES])
def test_another_department_never_sees_them(part: Part) -> None:
    assert not visible(part, Audience.PARTY, MONDAY, UNSEALED)


@pytest.mark.parametrize("audience", [Audience.PARTY, Audience.PUBLIC])
def test_results_are_shown_when_published_and_not_before(audience: Audience) -> None:
    assert not visible(Part.RESULTS, audience, MONDAY, SHUT)
    assert visible(Part.RESULTS, audience, MONDAY, sealed_at(MONDAY))


@pytest.mark.parametrize("part", list(Part))
def test_a_firm_sees_at_least_what_the_public_sees_and_a_department_more(part: Part) -> None:
    for seal in (UNSEALED, SHUT):
        if visible(part, Audience.PUBLIC, MONDAY, seal):
            assert all(visible(part, audience, MONDAY, seal) for audience in Audience)
        if visible(part, Audience.PARTY, MONDAY, seal):
            assert visible(part, Audience.OWN_DEPARTMENT, MONDAY, seal)


@pytest.mark.parametrize(
    ("audience", "shown"),
    [
        (Audience.COORDINATOR, "豫D123456"),
        (Audience.OWN_DEPARTMENT, "豫D123456"),
        (Audience.SUPERVISOR, "豫D123456"),
        (Audience.PARTY, "3456"),
        (Audience.INSPECTED, "3456"),
        (Audience.PUBLIC, ""),
    ],
)
def test_certificates_are_masked(audience: Audience, shown: str) -> None:
    assert shown_certificate("豫D123456", audience, MONDAY, UNSEALED) == shown


def test_a_round_without_anything_unannounced_is_never_sealed() -> None:
    assert seal_of(a_dispatch(an_outing(0, FIRM, Ask()), an_outing(3, SHOP, Ask())), BEFORE) == UNSEALED


def test_the_seal_opens_when_the_last_unannounced_visit_begins() -> None:
    dispatch = a_dispatch(
        an_outing(0, FIRM, Ask(announced=False)),
        an_outing(2, SHOP, Ask(announced=False)),
        an_outing(9, MILL, Ask()),
    )
    assert seal_of(dispatch, BEFORE) == sealed_at(MONDAY + timedelta(days=1))


def test_one_unannounced_matter_seals_the_whole_visit() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(), Ask(announced=False)))
    ((tour, visit),) = dispatch.visits()
    assert seal_of_visit(dispatch, tour, visit, BEFORE) == sealed_at(MONDAY)


def test_a_caused_visit_is_sealed_though_its_item_is_announced_as_a_rule() -> None:
    assert seal_of(a_dispatch(an_outing(0, FIRM, Ask(caused=True))), BEFORE) == sealed_at(MONDAY)


def test_an_unannounced_matter_without_a_visit_seals_the_round_to_the_end_of_its_window() -> None:
    after = datetime(2026, 3, 14, tzinfo=LOCAL_TIME)
    assert WHOLE_ROUND.last_day.day == 13
    assert seal_of(a_dispatch(unserved=[(FIRM, Ask(announced=False))]), BEFORE) == sealed_at(after)
    assert seal_of(a_dispatch(desk=[(FIRM, Ask(caused=True))]), BEFORE) == sealed_at(after)


def test_a_visit_whose_time_had_passed_when_it_was_drawn_stays_sealed() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(announced=False)))
    long_after = MONDAY + timedelta(days=200)
    assert seal_of(dispatch, long_after) == SHUT
    assert not seal_of(dispatch, long_after).is_open(long_after + timedelta(days=1000))


@given(dispatches(), moments)
def test_nothing_of_the_draws_is_public_while_something_unannounced_is_left_to_come(
    dispatch: Dispatch, now: datetime
) -> None:
    shown = public_files(DRAW_FILES | PRIVATE_FILES, now, seal_of(dispatch, BEFORE))
    to_come = [
        visit
        for tour, visit in dispatch.visits()
        if dispatch.is_unannounced(visit) and dispatch.begins_at(tour, visit) > now
    ]
    assert not (to_come and shown)
    assert set(shown) in (set(), DRAW_FILES)


@given(dispatches())
def test_after_the_round_all_draw_files_are_public_and_nothing_else(dispatch: Dispatch) -> None:
    after = BEFORE + timedelta(days=60)
    assert set(public_files(DRAW_FILES | PRIVATE_FILES, after, seal_of(dispatch, BEFORE))) == DRAW_FILES


@given(st.sets(st.text(min_size=1)))
def test_a_file_that_the_table_does_not_know_is_never_public(names: set[str]) -> None:
    assert not public_files(names - DRAW_FILES, MONDAY, UNSEALED)
