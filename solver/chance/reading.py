"""From bytes to the draw's types: canonical JSON in, a frozen struct out, or `Broken` with file, JSON path and reason.

What a single field may hold is in the structs; what several must hold together is judged beside each of them.
"""

import re
from typing import TypeVar

import msgspec

from solver.canonical import NotCanonical, NotJson, canonical_json, read_canonical
from solver.chance.errors import Broken, Check

T = TypeVar("T")

COMPLAINT = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>.*)`)?", re.DOTALL)
"""How msgspec words a mismatch: the reason, then the path unless it is the root."""

IN_CHINESE = (
    (re.compile(r"Expected `(.+)`, got `(.+)`"), r"应为 \1，却是 \2。"),
    (re.compile(r"Expected `(.+)` (>=|<=|matching regex) (.+)"), r"应为 \1，且符合 \2 \3。"),
    (re.compile(r"Expected `(.+)` of length (.+)"), r"\1 的长度应 \2。"),
    (re.compile(r"Invalid enum value (.+)"), r"\1 不在许可的取值之内。"),
    (re.compile(r"Object missing required field `(.+)`"), r"缺少字段 “\1”。"),
    (re.compile(r"Object contains unknown field `(.+)`"), r"有不认识的字段 “\1”。"),
)


def read_value(name: str, data: bytes) -> object:
    """Read a file that must be canonical JSON, or raise `Broken` naming the file."""
    try:
        return read_canonical(data)
    except (NotJson, NotCanonical) as error:
        raise Broken(Check.FORMAT, name, str(error)) from error


def convert(name: str, value: object, into: type[T]) -> T:
    """Turn a read JSON value into a struct, or raise `Broken` naming the file and the JSON path."""
    try:
        return msgspec.convert(value, into)
    except msgspec.ValidationError as error:
        path, reason = complaint(error)
        raise Broken(Check.FORMAT, f"{name} {path}", reason) from error


def write(value: object) -> bytes:
    """Write a struct or a plain value as canonical JSON."""
    return canonical_json(msgspec.to_builtins(value))


def complaint(error: msgspec.ValidationError) -> tuple[str, str]:
    """Return the JSON path and the Chinese reason of a mismatch."""
    found = COMPLAINT.fullmatch(str(error))
    what, path = found.group("what", "path") if found else (str(error), None)
    for pattern, sentence in IN_CHINESE:
        if matched := pattern.fullmatch(what):
            return path or "$", matched.expand(sentence)
    return path or "$", f"{what}。"
