"""Keys and tries of deliveries, as values."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coordinator.domain.deliveries import (
    FILE_DROP,
    LEASE,
    LONGEST_PAUSE,
    LONGEST_TRY,
    MOST_ATTEMPTS,
    OutgoingFile,
    Partner,
    Posting,
    next_try,
)
from coordinator.domain.ids import DepartmentId

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FILES = (
    OutgoingFile(name="任务书.xlsx", content=b"book", row_count=3),
    OutgoingFile(name="退回.xlsx", content=b"refused", row_count=1),
)
POSTING = Posting(
    partner=Partner(connector=FILE_DROP, destination="/srv/drop", recipient="舞钢市水利局"),
    department=DepartmentId("舞钢市水利局"),
    round=None,
    batch="2026-Q1",
    files=FILES,
)


def test_a_key_is_the_same_for_the_same_content_in_any_order() -> None:
    assert POSTING.key(1) == replace(POSTING, files=FILES[::-1]).key(1)


def test_a_key_differs_wherever_the_package_does() -> None:
    others = (
        replace(POSTING, partner=replace(POSTING.partner, recipient="舞钢市公安局")),
        replace(POSTING, partner=replace(POSTING.partner, destination="/srv/other")),
        replace(POSTING, batch="2026-Q2"),
        replace(POSTING, files=FILES[:1]),
        replace(POSTING, files=(replace(FILES[0], row_count=4), FILES[1])),
        replace(POSTING, files=(replace(FILES[0], name="任务书2.xlsx"), FILES[1])),
    )
    keys = {POSTING.key(1), POSTING.key(2), *(other.key(1) for other in others)}
    assert len(keys) == 2 + len(others)


@given(st.integers(1, MOST_ATTEMPTS - 1), st.timedeltas() | st.none())
def test_the_next_try_is_neither_before_the_schedule_nor_for_ever(attempts: int, asked: timedelta | None) -> None:
    scheduled, again_at = next_try(attempts, NOW), next_try(attempts, NOW, asked)
    assert scheduled
    assert again_at
    assert NOW < scheduled <= again_at <= NOW + LONGEST_PAUSE


@given(st.integers(MOST_ATTEMPTS, MOST_ATTEMPTS + 5))
def test_after_the_last_try_it_is_a_persons_turn(attempts: int) -> None:
    assert next_try(attempts, NOW) is None


def test_a_try_is_given_up_before_another_dispatcher_may_make_the_next() -> None:
    assert LONGEST_TRY < LEASE
