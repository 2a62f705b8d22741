"""What one cell says: text, codes, dates, numbers and choices as people write them.

Each reader answers a value or raises `CellFault`; nothing is guessed. Ratios have their own module (`ratios`).
"""

import re
import unicodedata
from datetime import date, datetime
from enum import Enum
from math import isfinite
from typing import TypeVar

from coordinator.domain.sheets import CellValue, Severity
from coordinator.domain.submissions import HalfDayPart, Occasion
from solver.chance.identifiers import FORBIDDEN

Code = TypeVar("Code", bound=Enum)

_SEPARATORS = re.compile(r"[;；、\r\n]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")
_LARGEST = 100_000
_PARTS = {"": None, "上午": HalfDayPart.MORNING, "下午": HalfDayPart.AFTERNOON}
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class CellFault(Exception):  # noqa: N818 - a fault of the cell, not an error of ours
    """A cell that cannot be used: what is wrong and what to do about it."""

    def __init__(self, message: str, remedy: str, severity: Severity = Severity.ERROR) -> None:
        super().__init__(message)
        self.message, self.remedy, self.severity = message, remedy, severity


def shown(value: CellValue) -> str:
    """Write a cell's value the way its author saw it, as nearly as can be known, with a sign for what no page shows."""
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", _written(value))


def _written(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_blank(value: CellValue) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def text(value: CellValue) -> str:
    """Read plain text on one line, without marks nobody can see; numbers count as their digits."""
    visible = FORBIDDEN.sub("", " ".join(_written(value).split()))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def texts(value: CellValue) -> tuple[str, ...]:
    """Read a list in which each entry counts once, in the order written."""
    entries = (text(entry) for entry in _SEPARATORS.split(_written(value)))
    return tuple(dict.fromkeys(entry for entry in entries if entry))


def code(value: CellValue) -> str:
    """Read a code as written (NFC); a number cell has already lost digits or leading zeros."""
    if not isinstance(value, str):
        raise CellFault("编码写成了数字，Excel 可能已丢失位数", "请把单元格设为“文本”格式后重新填写完整编码。")
    written = unicodedata.normalize("NFC", value).strip()
    if FORBIDDEN.search(written):
        raise CellFault("编码中有看不见的字符", "请删去后重新手工输入。")
    return written


def codes(value: CellValue) -> tuple[str, ...]:
    if not isinstance(value, str):
        code(value)
    return tuple(dict.fromkeys(code(entry) for entry in _SEPARATORS.split(str(value)) if entry.strip()))


def day(value: CellValue) -> date:
    """Read a whole date."""
    occasion = _occasion(value)
    if occasion.part is not None:
        raise CellFault("这里要填整天的日期，不分上午下午", "请删去“上午”或“下午”。")
    return occasion.date


def occasions(value: CellValue) -> tuple[Occasion, ...]:
    """Read a list of dates, each with 上午 or 下午 where half a day is meant."""
    if not isinstance(value, str):
        return (_occasion(value),)
    return tuple(dict.fromkeys(_occasion(entry) for entry in _SEPARATORS.split(value) if entry.strip()))


def _occasion(value: CellValue) -> Occasion:
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return Occasion(date=value.date())
    if isinstance(value, date) and not isinstance(value, datetime):
        return Occasion(date=value)
    written = re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)) if isinstance(value, str) else ""
    match = _DATE.match(written)
    rest = written[match.end() :] if match else None
    if match is None or rest not in _PARTS:
        raise CellFault(
            f"日期“{shown(value)}”无法识别",
            "请写成 2026-03-05、2026.3.5 或 2026年3月5日，半天的在后面加“上午”或“下午”。",
        )
    year, month, day_ = (int(group) for group in match.groups() if group is not None)
    try:
        return Occasion(date=date(year, month, day_), part=_PARTS[rest])
    except ValueError:
        raise CellFault(f"没有“{shown(value)}”这一天", "请核对月份和日期。") from None


def whole_number(value: CellValue, *, least: int = 0) -> int:
    """Read a whole number of at least `least`; digits typed as text count."""
    number = decimal(value)
    if not number.is_integer() or not least <= number <= _LARGEST:
        raise CellFault(f"应为{least}到{_LARGEST}之间的整数", "请改为整数。")
    return int(number)


def decimal(value: CellValue) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise CellFault("应为数字", "请改为数字。")
    written = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
    if isinstance(written, str) and not re.fullmatch(r"[+-]?\d+(\.\d+)?", written):
        raise CellFault("应为数字", "请只填数字，不带单位。")
    number = float(written)
    if not isfinite(number):
        raise CellFault("应为数字", "请改为数字。")
    return number


def choice(value: CellValue, of: type[Code]) -> Code:
    """Read one value of a code list."""
    written = unicodedata.normalize("NFKC", text(value))
    found = next((member for member in of if unicodedata.normalize("NFKC", str(member.value)) == written), None)
    if found is None:
        listed = "、".join(str(member.value) for member in of)
        raise CellFault(f"“{text(value)}”不在可选值内", f"请从以下选择：{listed}。")
    return found


def choices(value: CellValue, of: type[Code]) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(choice(entry, of) for entry in texts(value)))
