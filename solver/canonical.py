"""Canonical JSON (draw.md §1): the one way to write a value as bytes, and a reading that refuses every other way.

Keys sorted by code point, no white space, no escape that JSON does not demand, NFC, no control character, no key
twice, whole numbers only. Fractions are refused unless a caller asks for them: a problem of planning holds latitudes,
a document of the draw never does. What the values mean is not known here.
"""

import hashlib
import json
import math
import re
import unicodedata
from collections import Counter
from typing import Never

CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""C0, DEL and C1, and half a surrogate pair, which no text can hold."""


class NotJson(ValueError):  # noqa: N818 - named for what the bytes are
    """The bytes are no JSON text in UTF-8."""


class NotCanonical(ValueError):  # noqa: N818 - as above
    """The value or its bytes break a rule of canonical JSON; `str()` names the place in Chinese."""


def canonical_json(value: object, *, fractions: bool = False) -> bytes:
    """Write `value` (None, bool, int, str, list, tuple, dict) canonically, or raise `NotCanonical`.

    With `fractions`, floats are written as Python prints them: the shortest digits that read back the same.
    """
    try:
        fault = _fault(value, fractions=fractions)
    except RecursionError:
        fault = " 嵌套过深。"
    if fault:
        raise NotCanonical(f"${fault}")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def canonical_digest(value: object, *, algorithm: str = "sha256", fractions: bool = False) -> str:
    """Return the digest of `value`'s canonical JSON in lower-case hex (planning.md: `problem_sha256`)."""
    return hashlib.new(algorithm, canonical_json(value, fractions=fractions)).hexdigest()


def read_json(data: bytes) -> object:
    """Read any JSON text in UTF-8 without a repeated key; fractions become floats. Raises `NotJson`, `NotCanonical`."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (NotJson, NotCanonical):
        raise
    except (ValueError, RecursionError) as error:
        raise NotJson(f"不是 UTF-8 的 JSON 文本（{_where(error)}）。") from error


def read_canonical(data: bytes) -> object:
    """Read bytes that must be canonical JSON: what would be written differently is refused, never repaired."""
    value = read_json(data)
    written = canonical_json(value)
    if written != data:
        at = next(
            (i for i, (a, b) in enumerate(zip(written, data, strict=False)) if a != b), min(len(written), len(data))
        )
        raise NotCanonical(f"第 {at + 1} 字节处不是规范写法：键须排序，不留空白，不作多余转义，文末不换行。")
    return value


def _fault(value: object, *, fractions: bool) -> str:
    """Return what keeps `value` from being written, as path and reason, or nothing; the path grows on the way back."""
    match value:
        case str():
            return _text_fault(value)
        case None | bool() | int():
            return ""
        case float():
            allowed = fractions and math.isfinite(value)
            return "" if allowed else f" 处的数 {value} 不是整数；此处只许整数，比例须写成文字。"
        case list() | tuple():
            found = ((f"[{place}]", _fault(item, fractions=fractions)) for place, item in enumerate(value))
        case dict():
            found = ((f".{key}", _key_fault(key) or _fault(item, fractions=fractions)) for key, item in value.items())
        case _:
            return f" 处的 {type(value).__name__} 不能写成 JSON。"
    return next((place + fault for place, fault in found if fault), "")


def _key_fault(key: object) -> str:
    return _text_fault(key) if isinstance(key, str) else " 的键不是文字。"


def _text_fault(text: str) -> str:
    if text.isascii() and text.isprintable():
        return ""
    if found := CONTROL_CHARACTERS.search(text):
        return f" 处含控制字符 U+{ord(found.group()):04X}。"
    return "" if unicodedata.is_normalized("NFC", text) else " 处的文字不是 NFC 形式。"


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise NotCanonical(f"键 “{twice}” 出现两次。")
    return value


def _refuse_constant(name: str) -> Never:
    raise NotJson(f"{name} 不是 JSON 的数。")


def _where(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"第 {error.lineno} 行第 {error.colno} 字"
        case UnicodeDecodeError():
            return f"第 {error.start + 1} 字节"
        case RecursionError():
            return "嵌套过深"
        case _:
            return "数字过长"
