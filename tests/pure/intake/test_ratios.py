"""Ratios as offices write them: every wording means one thing, and what means nothing certain is never guessed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.ratios import Quota, Ratio, parse_ratio

AT_LEAST = st.sampled_from(["", "≥", ">=", "不低于", "不少于", "至少", "不小于"])
COUNTERS = st.sampled_from(["家", "户", "所"])
COMMAS = st.sampled_from([", ", "，", "、", "且", ";", "；"])
SPACES = st.sampled_from(["", " ", "\u3000", "\n"])
TENTHS = st.integers(1, 1000)
"""Tenths of a percent, from 0.1 % to 100 %."""


def percent(tenths: int) -> str:
    return f"{Decimal(tenths) / 10:f}"


def meaning(ratio: Ratio | None, population: int = 100) -> tuple[Fraction, int, Fraction | None, int | None]:
    assert ratio is not None
    quota = ratio.quota(population)
    highest = None if quota.highest_ratio is None else Fraction(quota.highest_ratio)
    return Fraction(quota.ratio), quota.minimum, highest, quota.highest_count


def is_shortest(text: str) -> bool:
    return text in {"0", "1"} or (text.startswith("0.") and not text.endswith("0"))


@given(AT_LEAST, TENTHS, SPACES, st.sampled_from(["%", "％"]))
def test_a_percentage_means_itself(at_least: str, tenths: int, space: str, sign: str) -> None:
    ratio = parse_ratio(f"{at_least}{space}{percent(tenths)}{space}{sign}")
    assert meaning(ratio) == (Fraction(tenths, 1000), 0, None, None)
    assert ratio is not None
    assert is_shortest(ratio.quota(1).ratio)


@given(AT_LEAST, st.integers(1, 1000))
def test_a_per_mille_means_itself(at_least: str, per_mille: int) -> None:
    assert meaning(parse_ratio(f"{at_least}{per_mille}‰")) == (Fraction(per_mille, 1000), 0, None, None)


@given(st.decimals("0.0001", "0.9999", places=4))
def test_a_fraction_means_itself_as_text_and_as_number(fraction: Decimal) -> None:
    expected = (Fraction(fraction), 0, None, None)
    assert meaning(parse_ratio(f"{fraction:f}")) == expected
    assert meaning(parse_ratio(float(fraction))) == expected
    assert meaning(parse_ratio(float(fraction), percent=True)) == expected


@given(TENTHS, TENTHS, st.sampled_from(["-", "~", "～", "－", "—", "至", "到"]), st.booleans())
def test_a_range_is_drawn_at_its_floor_and_keeps_its_ceiling(one: int, other: int, to: str, both: bool) -> None:  # noqa: FBT001 - drawn
    low, high = sorted((one, other))
    ratio = parse_ratio(f"{percent(low)}{'%' if both else ''}{to}{percent(high)}%")
    assert meaning(ratio) == (Fraction(low, 1000), 0, Fraction(high, 1000), None)
    if low != high:
        assert parse_ratio(f"{percent(high)}{to}{percent(low)}%") is None


@given(AT_LEAST, st.integers(1, 5000), COUNTERS)
def test_a_number_of_firms_is_ratio_nought_with_a_minimum(at_least: str, count: int, counter: str) -> None:
    assert meaning(parse_ratio(f"{at_least}{count}{counter}")) == (0, count, None, None)


@given(st.integers(1, 500), st.integers(0, 500), COUNTERS, st.booleans())
def test_a_range_of_firms_is_drawn_at_its_floor(low: int, more: int, counter: str, both: bool) -> None:  # noqa: FBT001 - drawn
    ratio = parse_ratio(f"{low}{counter if both else ''}-{low + more}{counter}")
    assert meaning(ratio) == (0, low, None, low + more)


@given(AT_LEAST, TENTHS, st.integers(1, 500), COUNTERS, COMMAS, st.booleans())
def test_a_percentage_and_a_number_of_firms_bind_both(
    at_least: str,
    tenths: int,
    count: int,
    counter: str,
    comma: str,
    first: bool,  # noqa: FBT001 - drawn
) -> None:
    parts = [f"{at_least}{percent(tenths)}%", f"{at_least}{count}{counter}"]
    ratio = parse_ratio(comma.join(parts if first else reversed(parts)))
    assert meaning(ratio) == (Fraction(tenths, 1000), count, None, None)


@given(st.integers(0, 300), st.integers(1, 50), TENTHS, st.sampled_from([";", "；", "； "]), st.integers(0, 1000))
def test_a_rule_by_size_is_worked_out_on_the_frame(
    bound: int, count: int, tenths: int, parted: str, population: int
) -> None:
    ratio = parse_ratio(f"≤{bound}所抽≥{count}所{parted}>{bound}所≥{percent(tenths)}%")
    expected = (Fraction(0), count) if population <= bound else (Fraction(tenths, 1000), 0)
    assert meaning(ratio, population)[:2] == expected


@given(st.integers(1, 300), st.integers(0, 1000))
def test_strict_bounds_of_a_rule_by_size_mean_what_they_say(bound: int, population: int) -> None:
    ratio = parse_ratio(f"＜{bound}家抽2家；≥{bound}家抽10%")
    expected = (Fraction(0), 2) if population < bound else (Fraction(1, 10), 0)
    assert meaning(ratio, population)[:2] == expected


@pytest.mark.parametrize("gap", ["≤10所抽≥2所;>11所≥50%", "≤10所抽≥2所;>9所≥50%", "≤10所抽≥2所", ">10所≥50%"])
def test_a_rule_by_size_must_cover_every_size_exactly_once(gap: str) -> None:
    assert parse_ratio(gap) is None


@pytest.mark.parametrize("words", ["全覆盖", "100%", "1000‰", "全部"])
def test_all_are_all(words: str) -> None:
    assert meaning(parse_ratio(words)) == (1, 0, None, None)


@given(st.integers(0, 10_000))
def test_a_bare_whole_number_may_be_firms_or_a_percentage_and_is_never_guessed(number: int) -> None:
    assert parse_ratio(str(number)) is None
    assert parse_ratio(number) is None
    assert parse_ratio(float(number)) is None
    assert parse_ratio(f"{number}.0") is None


@given(st.integers(0, 100))
def test_a_percent_cell_is_its_value(hundredths: int) -> None:
    assert meaning(parse_ratio(hundredths / 100, percent=True))[0] == Fraction(hundredths, 100)


@pytest.mark.parametrize("value", [1.01, 5.0, -0.1])
def test_a_percent_cell_beyond_the_whole_is_impossible(value: float) -> None:
    assert parse_ratio(value, percent=True) is None


@given(st.integers(1001, 100_000))
def test_more_than_all_is_impossible(tenths: int) -> None:
    assert parse_ratio(f"{percent(tenths)}%") is None


WORDINGS = st.sampled_from(["5%", "10-20%", "≥1%, ≥10家", "60-70家", "1户", "0.05", "2‰"])
DOUBT = st.sampled_from(
    ["左右", "约", "原则上", "不超过", "≤", "以内", "待定", "?", "（暂定）", "每年", "或", "每季度", "待上级确定"]
)


@given(WORDINGS, DOUBT, st.booleans())
def test_any_word_of_doubt_makes_a_ratio_doubtful(wording: str, doubt: str, before: bool) -> None:  # noqa: FBT001 - drawn
    assert parse_ratio(f"{doubt}{wording}" if before else f"{wording}{doubt}") is None


@given(WORDINGS, WORDINGS, COMMAS)
def test_two_limits_of_one_kind_contradict_each_other(one: str, other: str, comma: str) -> None:
    kinds = ["%" in text or "‰" in text or "." in text for text in (one, other)]
    if kinds[0] == kinds[1]:
        assert parse_ratio(f"{one}{comma}{other}") is None


@given(st.text(alphabet="0123456789.%‰-~≥≤>家户所抽,;；全覆盖不低于待定 ", max_size=14), st.integers(0, 400))
def test_whatever_is_read_is_a_lawful_quota(text: str, population: int) -> None:
    """No text is an error here: it is read for certain, or it waits for a person."""
    ratio = parse_ratio(text)
    if ratio is None:
        return
    quota = ratio.quota(population)
    assert isinstance(quota, Quota)
    assert is_shortest(quota.ratio)
    assert 0 <= Fraction(quota.ratio) <= 1
    assert quota.minimum >= 0
    assert any(sign in text for sign in "%‰家户所.全")
    assert quota.highest_ratio is None or Fraction(quota.ratio) <= Fraction(quota.highest_ratio) <= 1
    assert quota.highest_count is None or quota.minimum <= quota.highest_count


@pytest.mark.parametrize(
    "words", ["", " ", "待定", "根据实际情况确定", "按需", "5", "1", "一半", "三分之一", "10-20", "0家"]
)
def test_what_says_nothing_certain_waits_for_a_person(words: str) -> None:
    assert parse_ratio(words) is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("percent_format", [True, False])
def test_what_is_no_number_is_no_ratio(number: float, *, percent_format: bool) -> None:
    assert parse_ratio(number, percent=percent_format) is None


@pytest.mark.parametrize("wording", ["{}家", "≥{}户", "{}-{}家", "≤{}所抽≥2所;>{}所≥50%"])
def test_more_firms_than_there_are_people_are_no_ratio(wording: str) -> None:
    for digits in (10, 5000):
        assert parse_ratio(wording.format("9" * digits, "9" * digits)) is None
