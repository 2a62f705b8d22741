"""Identifiers of the draw and what text may be one (draw.md §1).

Those that planning has too are planning's types. Nothing here knows which document an identifier stands in.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Annotated, NewType

from msgspec import Meta

from solver.chance.errors import Broken, Check

Party = NewType("Party", str)
EntryId = NewType("EntryId", str)
StratumId = NewType("StratumId", str)

Digest = NewType("Digest", str)
Secret = NewType("Secret", str)
Seed = NewType("Seed", str)
"""All three are 64 lower-case hex digits: 32 bytes."""

HEX = "^[0-9a-f]{64}$"
HexDigest = Annotated[Digest, Meta(pattern=HEX)]
HexSecret = Annotated[Secret, Meta(pattern=HEX)]
HexSeed = Annotated[Seed, Meta(pattern=HEX)]

# C0 and C1 but TAB and LF, half surrogate pairs, line separators, invisible and directional marks
_FORBIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
)
FORBIDDEN = re.compile(f"[\t\n{_FORBIDDEN}]")
FORBIDDEN_IN_LINES = re.compile(f"[{_FORBIDDEN}]")
"""The same where TAB and LF stand between identifiers."""


def refuse_identifier(place: str, text: str) -> None:
    """Raise `Broken` unless `text` may be an identifier: not empty, NFC, no control or misleading character."""
    if text.isascii() and text.isprintable() and text:
        return
    if not text:
        raise Broken(Check.FORMAT, place, "标识为空。")
    if found := FORBIDDEN.search(text):
        raise Broken(Check.FORMAT, place, f"标识含不许使用的字符 U+{ord(found.group()):04X}。")
    if not unicodedata.is_normalized("NFC", text):
        raise Broken(Check.FORMAT, place, "标识不是 NFC 形式。")


def refuse_unsorted(place: str, identifiers: Iterable[str]) -> None:
    """Raise `Broken` unless each identifier comes after the one before it in code points, so that none stands twice."""
    for previous, identifier in pairwise(identifiers):
        if identifier == previous:
            raise Broken(Check.FORMAT, place, f"“{identifier}” 出现两次。")
        if identifier < previous:
            raise Broken(Check.FORMAT, place, f"“{identifier}” 应排在 “{previous}” 之前。")


def lookalikes(identifiers: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of identifiers that NFKC makes equal (full-width and half-width, say): a warning, no error."""
    groups: dict[str, set[str]] = {}
    for text in identifiers:
        if not (text.isascii() or unicodedata.is_normalized("NFKC", text)):
            groups.setdefault(unicodedata.normalize("NFKC", text), set()).add(text)
    for text in groups.keys() & set(identifiers):
        groups[text].add(text)
    return tuple(tuple(sorted(group)) for _, group in sorted(groups.items()) if len(group) > 1)
