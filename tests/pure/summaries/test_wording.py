"""Days, times and names in words."""

from datetime import date, datetime

import pytest

from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.ids import DepartmentId
from coordinator.domain.wording import day_words, moment_words, remedy_words, short_names, span_words


def test_days_and_moments() -> None:
    assert day_words(date(2026, 3, 8)) == "3月8日（周日）"
    assert moment_words(datetime(2026, 3, 2, 8, 5, tzinfo=LOCAL_TIME)) == "3月2日（周一）上午 8:05"
    assert moment_words(datetime(2026, 3, 2, 12, 0, tzinfo=LOCAL_TIME)) == "3月2日（周一）下午 12:00"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 3, 2), date(2026, 3, 13), "3月2日—13日"),
        (date(2026, 3, 30), date(2026, 4, 3), "3月30日—4月3日"),
        (date(2026, 3, 2), date(2026, 3, 2), "3月2日"),
    ],
)
def test_spans(first: date, last: date, words: str) -> None:
    assert span_words(first, last) == words


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["舞钢市水利局", "舞钢市公安局"], ["水利局", "公安局"]),
        (["某县水利局"], ["某县水利局"]),
        (["某县水利局", "市消防支队"], ["某县水利局", "市消防支队"]),
        (["水利局", "水务局"], ["水利局", "水务局"]),
        ([], []),
    ],
)
def test_departments_lose_the_place_that_all_share_and_no_more(names: list[str], short: list[str]) -> None:
    departments = [DepartmentId(name) for name in names]
    assert list(short_names(departments).values()) == short


def test_a_remedy_names_no_matters_by_their_ids() -> None:
    assert remedy_words("放宽检查期限到3月4日（周三）：可排入2项（M0188、M0187）；或聘请专家") == (
        "放宽检查期限到3月4日（周三）：可排入2项；或聘请专家"
    )
    assert remedy_words("请核对（周三）") == "请核对（周三）"
