"""JSON read without mercy: a key twice, NaN, an unknown field or a value of the wrong kind is named, never repaired.

Every refusal says where (a JSON path) and what to do, in one Chinese sentence. What the values mean for planning is
judged elsewhere (references.py, check/).
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from solver.canonical import NotCanonical, NotJson, canonical_json, read_json

T = TypeVar("T")

_BARE_CONTROL = re.compile("[\x7f-\x9f]")


class Unreadable(ValueError):  # noqa: N818 - the word the specification uses (exit 2)
    """Input that cannot be used as it is: `place` is a JSON path, `text` says what was found and what to do."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place}：{text}")
        self.place = place
        self.text = text


class Misshapen(Unreadable):
    """JSON of the format named, yet not of its form; in a plan that is a breach (rule 7), elsewhere unreadable."""


def parse(data: bytes, document_format: str) -> dict[str, object]:
    """Parse one JSON object of the format named, whose text can be written canonically, or raise `Unreadable`."""
    try:
        document = read_json(data)
    except (NotJson, NotCanonical) as error:
        raise Unreadable(_fault_place(data), f"{error}请改正或重新导出该文件。") from error
    if not isinstance(document, dict):
        raise Unreadable("$", f"应为一个 JSON 对象（{document_format}），请检查是否选错了文件。")
    if document.get("format") != document_format:
        raise Unreadable("$.format", f"应为“{document_format}”，请检查是否选错了文件。")
    if not _is_plain(data):
        canonical(document)
    return document


def _fault_place(data: bytes) -> str:
    """Find where a refused text repeats a key or writes what is no number; "$" where it is no JSON at all."""
    try:
        tree = json.loads(data, object_pairs_hook=tuple)
        return next(_faults(tree, "$"), "$")
    except (ValueError, RecursionError):
        return "$"


def _faults(value: object, place: str) -> Iterator[str]:
    if isinstance(value, float) and not math.isfinite(value):
        yield place
    elif isinstance(value, tuple):  # an object's pairs, see above
        keys = [key for key, _ in value]
        yield from (f"{place}.{key}" for key in keys if keys.count(key) > 1)
        for key, inner in value:
            yield from _faults(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _faults(inner, f"{place}[{position}]")


def _is_plain(data: bytes) -> bool:
    """Tell at one glance whether all text is as canonical JSON wants it; a big plan holds millions of texts.

    Other control characters JSON itself admits only escaped, and half a surrogate pair likewise.
    """
    text = data.decode()
    return "\\" not in text and unicodedata.is_normalized("NFC", text) and not _BARE_CONTROL.search(text)


def shape(document: dict[str, object], kind: type[T]) -> T:
    """Give a parsed document its type, or raise `Misshapen` at the first place that does not fit."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        found, _, at = str(error).partition(" - at `")
        field = re.search(r"field `(.*)`", found)
        place = (at.removesuffix("`") or "$") + (f".{field[1]}" if field else "")
        raise Misshapen(place, _in_chinese(found)) from error


def canonical(document: object) -> bytes:
    """Write a document canonically, fractions as Python prints them, or raise `Misshapen` for text it cannot hold."""
    try:
        return canonical_json(document, fractions=True)
    except NotCanonical as error:
        place, _, found = str(error).partition(" ")
        raise Misshapen(place, f"{found}请改正该处。") from error


_KINDS = {
    "int": "整数",
    "float": "数",
    "str": "文字",
    "bool": "true 或 false",
    "null": "null",
    "array": "列表",
    "object": "对象",
    "date": "日期",
}
_LIMITS = {">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于"}


def _kinds(expression: str) -> str:
    return "或".join(_KINDS.get(kind.strip(), kind.strip()) for kind in expression.split("|"))


def _in_chinese(found: str) -> str:
    """Turn msgspec's words into a Chinese sentence with the remedy; words it has not met are passed on as they are."""
    for pattern, sentence in _SENTENCES:
        if matched := re.fullmatch(pattern, found):
            return sentence(*matched.groups())
    return f"与规定的格式不符（{found}），请对照格式说明改正。"


_SENTENCES: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"Object contains unknown field `(.*)`", lambda name: f"没有名为“{name}”的字段，请改正拼写或删去。"),
    (r"Object missing required field `(.*)`", lambda name: f"缺少字段“{name}”，请补上。"),
    (
        r"Expected `(?:int|float)` (>=|<=|>|<) (\S+)",
        lambda sign, limit: f"数值不可能：应{_LIMITS[sign]} {limit.removesuffix('.0')}，请改正。",
    ),
    (r"Expected `array` of length (\d+), got (\d+)", lambda due, got: f"应恰有 {due} 项，现有 {got} 项，请改正。"),
    (r"Expected `str` matching regex .*", lambda: "时刻不可能：应写成 08:30 的样子，请改正。"),
    (r"Expected `(.*)`, got `(.*)`", lambda due, got: f"应为{_kinds(due)}，现为{_kinds(got)}，请改正。"),
    (r"Invalid RFC3339 encoded date", lambda: "日期不存在或写法不对：应写成 2026-03-02 的样子，请改正。"),
    (r"Invalid enum value (.*)", lambda value: f"不认识的取值 {value}，请改用格式说明中列出的取值。"),
)
