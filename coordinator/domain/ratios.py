"""Ratios as offices write them (“10-20%”, “≥1%, ≥10家”, “≤10所抽≥2所;>10所≥50%”), compiled into checked numbers (R37).

What cannot be read for certain is never guessed: `parse_ratio` answers None and the row waits for a person.
How many are drawn from a stratum is the draw's affair (solver/chance).
"""

import re
import unicodedata
from decimal import Decimal
from math import isfinite

from msgspec import Struct

LOWEST_GENERAL_RATIO = Decimal("0.05")
"""一般检查事项抽查比例最低不能低于5% (舞水〔2021〕28号 二（二）)."""

_NUMBER = r"(\d+(?:\.\d+)?)"
_COUNTER = r"(?:家|户|所|个)"
_AT_LEAST = r"(?:≥|>=|不低于|不少于|不小于|至少|最少|最低)?"
_TO = r"(?:-|~|至|到|—|–|―)+"

_PERCENT = re.compile(rf"{_AT_LEAST}{_NUMBER}([%‰])(?:以上)?")
_PERCENT_RANGE = re.compile(rf"{_NUMBER}([%‰]?){_TO}{_NUMBER}([%‰])")
_FIRMS = r"(\d{1,9})"
_COUNT = re.compile(rf"{_AT_LEAST}{_FIRMS}{_COUNTER}(?:以上)?")
_COUNT_RANGE = re.compile(rf"{_FIRMS}{_COUNTER}?{_TO}{_FIRMS}{_COUNTER}")
_FRACTION = re.compile(rf"{_AT_LEAST}(0?\.\d+|0\.\d+)")
_WHOLE = ("全覆盖", "全部", "全查")
_STEP = re.compile(rf"(≤|<=|<|≥|>=|>){_FIRMS}{_COUNTER}(?:的)?[抽,]?(.+)")


class Quota(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much is drawn: `ratio` is exact decimal text as spec/draw.md writes it, ceilings are kept to be checked."""

    ratio: str = "0"
    minimum: int = 0
    highest_ratio: str | None = None
    highest_count: int | None = None


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The quota for frames of `smallest` to `largest` units (no end: None)."""

    smallest: int
    largest: int | None
    quota: Quota


class Ratio(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ratio as written, and the steps it means: one for plain ratios, more (smallest first) for rules by size."""

    text: str
    steps: tuple[Step, ...]

    def quota(self, population: int) -> Quota:
        """Give the quota for a frame of that size."""
        return next(step.quota for step in self.steps if step.largest is None or population <= step.largest)


def parse_ratio(value: str | float, *, percent: bool = False) -> Ratio | None:
    """Read a ratio cell; None where it cannot be read for certain or is impossible.

    `percent` says that a number cell is shown in percent format; a number without it counts only between 0 and 1,
    for a bare `1` or `5` may mean a firm or a percentage.
    """
    if isinstance(value, str):
        return _parse_text(value)
    exact = _shortest(Decimal(f"{value:.12g}")) if isfinite(value) else None
    if exact is None or (not percent and exact in {"0", "1"}):
        return None
    shown = f"{(Decimal(exact) * 100).normalize():f}%" if percent else exact
    return _plain(shown, Quota(ratio=exact))


def _parse_text(text: str) -> Ratio | None:
    narrow = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    steps = _parse_steps(narrow)
    if steps is not None:
        return Ratio(text=text, steps=steps)
    quota = _parse_quota(narrow)
    return None if quota is None else _plain(text, quota)


def _plain(text: str, quota: Quota) -> Ratio:
    return Ratio(text=text, steps=(Step(smallest=0, largest=None, quota=quota),))


def _parse_quota(text: str) -> Quota | None:
    """Read `≥1%,≥10家` and its parts; each kind of limit may stand once."""
    parts = [_parse_part(part) for part in re.split(r"[,，、;；且和]|并且", text)]
    if len(parts) == 1:
        return parts[0]
    ratios = [part for part in parts if part is not None and part.ratio != "0"]
    counts = [part for part in parts if part is not None and part.ratio == "0" and part.minimum]
    if len(parts) != 2 or len(ratios) != 1 or len(counts) != 1:  # noqa: PLR2004 - one ratio and one number of firms
        return None
    ratio, count = ratios[0], counts[0]
    return Quota(
        ratio=ratio.ratio,
        minimum=count.minimum,
        highest_ratio=ratio.highest_ratio,
        highest_count=count.highest_count,
    )


def _parse_part(text: str) -> Quota | None:
    if text in _WHOLE:
        return Quota(ratio="1")
    return _parse_fraction(text) or _parse_count(text)


def _parse_fraction(text: str) -> Quota | None:
    if match := _PERCENT.fullmatch(text):
        ratio = _shortest(_scaled(match[1], match[2]))
        return None if ratio is None else Quota(ratio=ratio)
    if match := _PERCENT_RANGE.fullmatch(text):
        low = _shortest(_scaled(match[1], match[2] or match[4]))
        high = _shortest(_scaled(match[3], match[4]))
        if low is None or high is None or Decimal(low) > Decimal(high):
            return None
        return Quota(ratio=low, highest_ratio=high)
    if match := _FRACTION.fullmatch(text):
        ratio = _shortest(Decimal(match[1]))
        return None if ratio in {None, "0"} else Quota(ratio=str(ratio))
    return None


def _parse_count(text: str) -> Quota | None:
    if match := _COUNT.fullmatch(text):
        return Quota(minimum=int(match[1])) if int(match[1]) else None
    if match := _COUNT_RANGE.fullmatch(text):
        low, high = int(match[1]), int(match[2])
        return Quota(minimum=low, highest_count=high) if 0 < low <= high else None
    return None


def _scaled(number: str, sign: str) -> Decimal:
    return Decimal(number) / (100 if sign == "%" else 1000)


def _shortest(value: Decimal) -> str | None:
    """Write a ratio as the shortest decimal; None outside 0 to 1."""
    if not 0 <= value <= 1:
        return None
    return f"{value.normalize():f}"


def _parse_steps(text: str) -> tuple[Step, ...] | None:
    """Read a rule by size; its steps must cover every size exactly once."""
    steps = [_parse_step(part) for part in re.split(r"[;；。]", text) if part]
    ordered = sorted((step for step in steps if step is not None), key=lambda step: step.smallest)
    if len(ordered) != len(steps):
        return None
    expected: int | None = 0
    for step in ordered:
        if step.smallest != expected:
            return None
        expected = None if step.largest is None else step.largest + 1
    return tuple(ordered) if expected is None else None


def _parse_step(text: str) -> Step | None:
    match = _STEP.fullmatch(text)
    quota = _parse_quota(match[3]) if match else None
    if match is None or quota is None:
        return None
    bound = int(match[2])
    if match[1] in {"≤", "<=", "<"}:
        return Step(smallest=0, largest=bound - (match[1] == "<"), quota=quota)
    return Step(smallest=bound + (match[1] == ">"), largest=None, quota=quota)
