"""What a cell says: dates, lists, codes, ratios, read as the specification words them and in no other way.

A reader returns the value or raises `Unreadable`; nothing is guessed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from math import ceil

from support.recomputation.sheets import Cell, as_text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
INVISIBLE = {chr(point) for point in [*range(0x20), *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]}
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]


class UnreadableError(Exception):
    """The cell does not say anything certain."""


@dataclass
class Ratio:
    """A share and a least number; or, by size, [(least size, largest size, share, least number)]."""

    share: Fraction = Fraction(0)
    minimum: int = 0
    by_size: tuple[tuple[int, int | None, Fraction, int], ...] = ()

    def on(self, population: int) -> tuple[Fraction, int]:
        for least, largest, share, minimum in self.by_size:
            if least <= population and (largest is None or population <= largest):
                return share, minimum
        return self.share, self.minimum


def read(kind: str, cell: Cell) -> object:  # noqa: C901, PLR0911 - one line a kind is the plainest table
    value = cell.value
    if kind in ("code", "uscc", "codes") and isinstance(value, int | float):
        raise UnreadableError
    text = as_text(value)
    if kind in ("code", "uscc", "codes") and INVISIBLE & set(text.replace("\n", ";")):
        raise UnreadableError
    if kind in ("text", "code"):
        return text
    if kind == "uscc":
        return uscc(text)
    if kind in ("list", "codes"):
        return items(text)
    if kind == "date":
        day, half = a_day(value)
        if half:
            raise UnreadableError
        return day
    if kind == "days":
        return [a_day(part) for part in ([value] if isinstance(value, datetime) else items(text))]
    if kind.startswith(("whole", "number")):
        return number(kind, text)
    if kind == "ratio":
        return ratio(value, cell.format)
    return options(kind, text)


def options(kind: str, text: str) -> object:
    allowed = kind.rstrip("+").split("/")
    given = items(text) if kind.endswith("+") else [text]
    if not given or any(word not in allowed for word in given):
        raise UnreadableError
    return given if kind.endswith("+") else text


def items(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;；、\n]", text) if part.strip()]


def a_day(value: object) -> tuple[date, str]:
    """A day and the half of it, if half is meant."""
    if isinstance(value, datetime):
        if value.time() != time():
            raise UnreadableError
        return value.date(), ""
    text = as_text(value)
    half = {"上午": "am", "下午": "pm"}.get(text[-2:], "")
    day = text[:-2].strip() if half else text
    found = (
        re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", day)
        or re.fullmatch(r"(\d{4})\.(\d{1,2})\.(\d{1,2})", day)
        or re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", day)
    )
    if not found:
        raise UnreadableError
    try:
        return date(*map(int, found.groups())), half
    except ValueError as error:
        raise UnreadableError from error


def number(kind: str, text: str) -> float:
    """`whole` may name its least value (whole2), `number` the limit on both sides (number180)."""
    whole = kind.startswith("whole")
    if not re.fullmatch(r"\d+" if whole else r"-?\d+(\.\d+)?", text):
        raise UnreadableError
    limit = float(kind.removeprefix("whole").removeprefix("number") or 0)
    if float(text) < limit if whole else abs(float(text)) > limit:
        raise UnreadableError
    return float(text)


def uscc(text: str) -> str:
    if re.fullmatch(r"\d{15}", text):
        return text
    if len(text) != 18 or any(sign not in ALPHABET for sign in text):
        raise UnreadableError
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(text[:17], WEIGHTS, strict=True))
    if ALPHABET[(31 - total % 31) % 31] != text[17]:
        raise UnreadableError
    return text


def ratio(value: object, number_format: str) -> Ratio:
    if isinstance(value, int | float):
        return number_ratio(Fraction(str(value)), percent="%" in number_format)
    text = "".join(unicodedata.normalize("NFKC", as_text(value)).split())
    if text == "全覆盖":
        return Ratio(Fraction(1))
    if "抽" in text or text.startswith((">", "≤")):
        small, large = (size_rule(part) for part in text.split(";")) if text.count(";") == 1 else (None, None)
        if not small or not large or small[1] is None or large[0] != small[1] + 1:
            raise UnreadableError
        return Ratio(by_size=(small, large))
    parts = [one_ratio(part) for part in text.split(",")]
    if len([part for part in parts if part.share]) > 1 or len([part for part in parts if part.minimum]) > 1:
        raise UnreadableError
    return Ratio(sum(part.share for part in parts) or Fraction(0), sum(part.minimum for part in parts))


def number_ratio(value: Fraction, *, percent: bool) -> Ratio:
    if not 0 <= value <= 1 or (value in (0, 1) and not percent):
        raise UnreadableError
    return Ratio(value)


def one_ratio(text: str) -> Ratio:
    text = re.sub(r"^(≥|不低于|不少于)", "", text)
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?([%‰])", text):
        low, high = (Fraction(number or found[1]) / (100 if found[3] == "%" else 1000) for number in found.group(1, 2))
        if not low <= high <= 1:
            raise UnreadableError
        return Ratio(low)
    if found := re.fullmatch(r"(\d+)(?:-(\d+))?[家户所]", text):
        if not 0 < int(found[1]) <= int(found[2] or found[1]):
            raise UnreadableError
        return Ratio(minimum=int(found[1]))
    if re.fullmatch(r"0\.\d+", text):
        return number_ratio(Fraction(text), percent=False)
    raise UnreadableError


def size_rule(text: str) -> tuple[int, int | None, Fraction, int]:
    found = re.fullmatch(r"([≤>])(\d+)[家户所]抽?(.+)", text)
    if not found:
        raise UnreadableError
    one, bound = one_ratio(found[3]), int(found[2])
    return (0, bound, one.share, one.minimum) if found[1] == "≤" else (bound + 1, None, one.share, one.minimum)


def drawn(share: Fraction, minimum: int, population: int) -> int:
    return min(population, max(minimum, ceil(share * population)))
