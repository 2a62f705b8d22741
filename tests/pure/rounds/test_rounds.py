"""round.toml: what may be left out, what is refused and in which words; half-days of the round's own calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.errors import Invalid
from coordinator.domain.rounds import HalfDayPattern, Round, occasions_among, read_round
from coordinator.domain.submissions import HalfDayPart, Occasion
from coordinator.domain.workdays import Calendar

HEAD = """
[round]
id = "419999-2026-Q1"
name = "某县2026年第一季度"
region = "419999"
year = 2026
first_day = 2026-03-02
last_day = 2026-03-31
coordinator = "某县市场监督管理局"
"""
MONDAY_TO_FRIDAY = Calendar(holidays=frozenset(), make_up_days=frozenset(), confirmed_years=frozenset({2026}))


def a_round(more: str = "", head: str = HEAD) -> Round:
    return read_round(f"{head}{more}".encode())


def test_a_head_is_enough_and_the_rest_has_the_defaults_of_the_specification() -> None:
    read = a_round()
    assert [(half.start, half.minutes) for half in read.calendar.half_days] == [("08:30", 210), ("14:30", 180)]
    policy = read.policy
    assert (policy.cap, policy.gap_days, policy.approach_minutes, policy.setup_minutes) == (None, 0, 15, 10)
    assert (policy.team_minimum, policy.speed_kmh, policy.detour, policy.default_travel_minutes) == (2, 30, 1.3, 30)
    assert (policy.vague_minutes, policy.max_visits_per_tour, policy.max_tours) == (10, 6, None)
    assert (policy.reach, policy.pool_factor, policy.scale) == ("any", 2, 10000)
    assert (read.draw.hash, read.draw.alternates, read.draw.beacon) == ("sha256", 2, None)


def test_a_file_with_windows_line_ends_and_a_byte_order_mark_is_read() -> None:
    assert read_round(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode()).id == "419999-2026-Q1"


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        ("cap = 3", {"A": 3, "B": 3, "C": 3, "D": 3}),
        ("cap = { A = 1, D = 6 }", {"A": 1, "B": None, "C": None, "D": 6}),
        ("", {"A": None, "B": None, "C": None, "D": None}),
        ("cap = 0", {"A": 0, "B": 0, "C": 0, "D": 0}),
    ],
)
def test_a_cap_is_one_number_or_one_for_each_class_or_none(cap: str, expected: dict[str, int | None]) -> None:
    policy = a_round(f"[policy]\n{cap}\n").policy
    assert {klass.value: policy.cap_of(klass) for klass in CreditRiskClass} == expected


@pytest.mark.parametrize(
    ("head", "more", "words"),
    [
        (HEAD.replace("2026-03-31", "2026-02-01"), "", "first_day 晚于 last_day"),
        (HEAD.replace('"419999"', '"41999"'), "", "6位行政区划代码"),
        (HEAD.replace('"419999-2026-Q1"', '"a/b"'), "", "斜杠"),
        (HEAD.replace('"419999-2026-Q1"', '" "'), "", "不能为空"),
        (HEAD.replace("year = 2026\n", ""), "", "缺少“year”"),
        (HEAD.replace("2026-03-02", '"2026-03"'), "", "first_day"),
        (HEAD, "[policy]\ncaps = 3\n", "不认识的项目“caps”"),
        (HEAD, "[policy]\ncap = { E = 3 }\n", "没有“E”这个取值"),
        (HEAD, "[policy]\ngap_days = -1\n", "gap_days"),
        (HEAD, "[calendar]\nhalf_days = []\n", "half_days"),
        (HEAD, '[calendar]\nhalf_days = [{ start = "8:30", minutes = 200 }]\n', "half_days"),
        (
            HEAD,
            '[calendar]\nhalf_days = [{ start = "08:00", minutes = 90 }, { start = "10:00", minutes = 90 }]\n',
            "至多一段",
        ),
        (HEAD, '[draw]\nhash = "md5"\n', "hash"),
        (HEAD, '[draw]\nbeacon = { source = "彩票", when = 2026-02-25T21:30:00, pattern = "^1$" }\n', "时区"),
        (HEAD, '[draw]\nbeacon = { source = "彩票", when = 2026-02-25T21:30:00+08:00, pattern = "1" }\n', "以 ^ 开头"),
        (HEAD, '[draw]\nbeacon = { source = "彩票", when = 2026-02-25T21:30:00+08:00, pattern = "^($" }\n', "正则"),
        (HEAD.replace("year = 2026", 'year = "二"'), "", "应为整数，写成了文字（加引号）（位置：round.year）"),
        (HEAD.replace("2026-03-02", '"三月"'), "", "应为日期（不加引号），如 2026-03-02（位置：round.first_day）"),
        (HEAD, "[policy]\nspeed_kmh = 0\n", "应为不小于 1 的整数（位置：policy.speed_kmh）"),
        (HEAD, "[policy]\napproach_minutes = 99999999999999999999\n", "policy.approach_minutes 太大"),
        (
            HEAD,
            '[draw]\nbeacon = { source = " ", when = 2026-02-25T21:30:00+08:00, pattern = "^1$" }\n',
            "source 没有填",
        ),
        (
            HEAD,
            '[draw]\nbeacon = { source = "彩票", when = 2026-02-25T21:30:00+08:00, pattern = "^1\\\\$" }\n',
            "以 $ 结尾",
        ),
        ("[round\nid = 3", "", "第1行第7个字附近"),
        (HEAD, "[policy\n", "TOML"),
        ('[round]\nid = "', "", "文件末尾"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_their_place(head: str, more: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_round(more, head)
    assert words in str(refusal.value)
    assert refusal.value.remedy
    assert "xpected" not in str(refusal.value)


def test_settings_that_are_no_text_are_refused() -> None:
    with pytest.raises(Invalid, match="UTF-8"):
        read_round(HEAD.encode("gb18030"))


@given(st.lists(st.dates(date(2026, 3, 1), date(2026, 4, 2)), max_size=6), st.data())
def test_the_round_s_days_are_the_calendar_s_less_closed_plus_open(closed: list[date], data: st.DataObject) -> None:
    opened = data.draw(st.lists(st.dates(date(2026, 3, 1), date(2026, 4, 2)), max_size=6))
    written = [", ".join(map(str, each)) for each in (closed, opened)]
    round_ = a_round(f"[calendar]\nclosed = [{written[0]}]\nopen = [{written[1]}]\n")
    working = round_.working_days(MONDAY_TO_FRIDAY)
    for day in (date(2026, 3, n) for n in range(1, 32)):
        weekday = day.isoweekday() <= 5 and day not in closed
        assert (day in working) == (day.day >= 2 and (weekday or day in opened))
    assert list(working) == sorted(set(working))


def test_half_days_stand_in_order_of_time_and_are_named_by_their_half() -> None:
    round_ = a_round(
        '[calendar]\nhalf_days = [{ start = "12:00", minutes = 180 }, { start = "11:59", minutes = 30 }]\n'
        "closed = [2026-03-03]\n"
    )
    halves = round_.half_days(MONDAY_TO_FRIDAY)
    assert [half.id for half in halves[:4]] == ["2026-03-02/am", "2026-03-02/pm", "2026-03-04/am", "2026-03-04/pm"]
    assert [(half.start, half.minutes) for half in halves[:2]] == [("11:59", 30), ("12:00", 180)]


@given(st.times())
def test_a_half_day_is_in_the_morning_where_it_starts_before_noon(start: object) -> None:
    part = HalfDayPattern(start=f"{start:%H:%M}", minutes=60).part
    assert part is (HalfDayPart.MORNING if f"{start:%H}" < "12" else HalfDayPart.AFTERNOON)


@given(
    st.lists(
        st.builds(
            Occasion, date=st.dates(date(2026, 3, 1), date(2026, 4, 2)), part=st.none() | st.sampled_from(HalfDayPart)
        )
    )
)
def test_a_day_takes_up_its_half_days_and_a_half_only_its_own(occasions: list[Occasion]) -> None:
    halves = a_round().half_days(MONDAY_TO_FRIDAY)
    taken = occasions_among(tuple(occasions), halves)
    for half in halves:
        part = HalfDayPart(half.id[-2:])
        expected = any(one.date == half.date and one.part in {None, part} for one in occasions)
        assert (half.id in taken) == expected
    assert list(taken) == [half.id for half in halves if half.id in taken]
