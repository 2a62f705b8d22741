"""What single cells say: dates in three wordings, lists in four ways, codes as written, numbers, choices."""

import unicodedata
from datetime import date, datetime, time, timedelta
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.codes import CreditRiskClass, InspectionMethod
from coordinator.domain.intake.cells import (
    CellFault,
    choice,
    choices,
    code,
    codes,
    day,
    decimal,
    is_blank,
    occasions,
    text,
    texts,
    whole_number,
)
from coordinator.domain.sheets import CellValue
from coordinator.domain.submissions import HalfDayPart, Occasion

DATES = st.dates(date(1000, 1, 1), date(9999, 12, 31))
WORDINGS = st.sampled_from(
    [
        lambda d: d.isoformat(),
        lambda d: f"{d.year}.{d.month}.{d.day}",
        lambda d: f"{d.year}年{d.month}月{d.day}日",
        lambda d: f"{d.year}年{d.month:02}月{d.day:02}日",
        lambda d: f" {d.year}.{d.month:02}.{d.day:02}\u3000",
    ]
)
PARTS = st.sampled_from([("", None), ("上午", HalfDayPart.MORNING), (" 下午", HalfDayPart.AFTERNOON)])
SEPARATORS = st.sampled_from([";", "；", "、", "\n", "；\n", " ; "])


@given(DATES, WORDINGS)
def test_a_date_is_read_in_each_of_its_wordings(when: date, write: object) -> None:
    assert day(write(when)) == when  # type: ignore[operator]
    assert day(when) == when
    assert day(datetime.combine(when, time())) == when


@given(st.lists(st.tuples(DATES, WORDINGS, PARTS), min_size=1, max_size=5), SEPARATORS)
def test_a_list_of_dates_and_halves_is_read_in_order_and_each_once(
    given_days: list[tuple[date, object, tuple[str, HalfDayPart | None]]], separator: str
) -> None:
    written = separator.join(f"{write(when)}{word}" for when, write, (word, _) in given_days)  # type: ignore[operator]
    expected = tuple(dict.fromkeys(Occasion(date=when, part=part) for when, _, (_, part) in given_days))
    assert occasions(written) == expected


@given(DATES, PARTS.filter(lambda part: part[1] is not None))
def test_half_a_day_is_no_day(when: date, part: tuple[str, HalfDayPart]) -> None:
    with pytest.raises(CellFault):
        day(f"{when}{part[0]}")


@given(DATES, st.sampled_from("/、·-—年月 "), st.text("0123456789上下午中晚 号", max_size=3))
def test_what_follows_or_parts_a_date_otherwise_makes_it_another_wording(when: date, part: str, rest: str) -> None:
    for written in (f"{when.year}/{when.month}/{when.day}", f"{when.isoformat()}{part}{rest}1", f"{when:%Y%m%d}"):
        with pytest.raises(CellFault):
            day(written)


@given(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_day_that_does_not_exist_is_no_day(year: int, month: int, day_: int) -> None:
    written = f"{year:04}-{month}-{day_}"
    try:
        expected = date(year, month, day_)
    except ValueError:
        with pytest.raises(CellFault):
            day(written)
    else:
        assert day(written) == expected


@pytest.mark.parametrize("value", [46086, 46086.5, True, time(8, 30), timedelta(days=1), datetime(2026, 3, 5, 8, 30)])  # noqa: DTZ001 - a cell
def test_a_cell_that_is_not_a_day_is_none(value: CellValue) -> None:
    with pytest.raises(CellFault):
        day(value)


ENTRIES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5)


@given(st.lists(ENTRIES, min_size=1, max_size=6), SEPARATORS)
def test_a_list_gives_each_entry_once_in_the_order_written(entries: list[str], separator: str) -> None:
    expected = tuple(dict.fromkeys(text(entry) for entry in entries))
    assert texts(separator.join(entries)) == expected


CODES = st.text(alphabet=ascii_uppercase + digits + "-（）〔〕号", min_size=1, max_size=12)


@given(CODES, st.sampled_from(["", " ", "\u3000", "\n"]))
def test_a_code_stays_as_written_but_for_the_blanks_around_it(written: str, space: str) -> None:
    assert code(f"{space}{written}{space}") == written


@given(st.lists(CODES, min_size=1, unique=True), SEPARATORS)
def test_a_list_of_codes_keeps_each_as_written(written: list[str], separator: str) -> None:
    assert codes(separator.join(written)) == tuple(written)


@given(st.integers() | st.floats() | st.booleans() | st.dates())
def test_a_code_that_is_no_text_has_lost_digits(value: CellValue) -> None:
    for read in (code, codes):
        with pytest.raises(CellFault):
            read(value)


@given(CODES, st.sampled_from("\u200b\u200e\u202e\u2060\ufeff\x07"), CODES)
def test_a_mark_that_nobody_sees_spoils_a_code_and_falls_out_of_a_text(left: str, mark: str, right: str) -> None:
    with pytest.raises(CellFault):
        code(f"{left}{mark}{right}")
    assert text(f"{left}{mark}{right}") == f"{left}{right}"


@given(st.integers(-5, 10**4), st.integers(0, 9))
def test_a_whole_number_may_be_a_cell_or_typed_and_is_never_below_its_least(number: int, least: int) -> None:
    for value in (number, float(number), str(number), f" {number} "):
        if number < least:
            with pytest.raises(CellFault):
                whole_number(value, least=least)
        else:
            assert whole_number(value, least=least) == number


@pytest.mark.parametrize(
    "value", ["", "两", "1.5", 1.5, "1户", "1e3", "1,000", True, "--1", "nan", "inf", date(2026, 3, 5)]
)
def test_what_is_no_whole_number_is_refused(value: CellValue) -> None:
    with pytest.raises(CellFault):
        whole_number(value)


@given(st.decimals("-180", "180", places=6))
def test_a_decimal_is_the_same_typed_or_as_a_cell(number: object) -> None:
    assert decimal(str(f"{number:f}")) == decimal(float(str(number)))


@pytest.mark.parametrize("written", ["0\x1f", "\u3000１２.5\x1c", " 7\x85"])
def test_blanks_of_every_kind_around_a_number_are_no_part_of_it(written: str) -> None:
    """Once a separator sign behind a number that was taken for one broke the whole workbook."""
    assert decimal(written) == float(unicodedata.normalize("NFKC", written).strip())


@given(st.sampled_from(CreditRiskClass), st.sampled_from(["", " ", "\u3000"]))
def test_a_choice_is_read_whatever_its_width(member: CreditRiskClass, space: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in member.value)
    assert choice(f"{space}{member.value}{space}", CreditRiskClass) is member
    assert choice(wide, CreditRiskClass) is member


@given(st.text(max_size=4).filter(lambda word: text(word) not in set(InspectionMethod)))
def test_a_word_off_the_list_is_refused_and_the_list_is_named(word: str) -> None:
    with pytest.raises(CellFault) as fault:
        choice(word, InspectionMethod)
    assert all(member.value in fault.value.remedy for member in InspectionMethod)


@given(st.lists(st.sampled_from(InspectionMethod), unique=True, min_size=1), SEPARATORS)
def test_several_choices_are_all_read(members: list[InspectionMethod], separator: str) -> None:
    assert choices(separator.join(members), InspectionMethod) == tuple(members)


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000", "\n\t"])
def test_blanks_say_nothing(value: CellValue) -> None:
    assert is_blank(value)
