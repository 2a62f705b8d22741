"""The head of a document (draw.md §2): which draw this is, who takes part, until when, and what comes after.

The files that stand under the head, and their digest, are in document.py.
"""

import re
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from solver.chance.errors import Broken, Check
from solver.chance.identifiers import HexDigest, Party, refuse_identifier, refuse_unsorted
from solver.chance.numbers import Algorithm
from solver.chance.reading import convert, read_value
from solver.planning.ids import RoundId

HEAD = "head.json"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Stage(StrEnum):
    """Which of a round's two draws."""

    TARGETS = "targets"
    TEAMS = "teams"


class Beacon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public event after the reveals; `pattern` leaves one way to write its outcome."""

    source: Annotated[str, Meta(min_length=1)]
    when: str
    pattern: str


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`previous`: transcript of the void attempt before; `targets`: the round's first transcript, for `teams`."""

    format: Literal["onedoor/head/2"] = "onedoor/head/2"
    stage: Stage
    round: RoundId
    attempt: Annotated[int, Meta(ge=1)]
    hash: Algorithm
    parties: Annotated[tuple[Party, ...], Meta(min_length=1)]
    reveal_by: str
    beacon: Beacon | None
    previous: HexDigest | None
    targets: HexDigest | None


def read_head(data: bytes) -> Head:
    """Read and judge `head.json`; raises `Broken` (format) with the JSON path."""
    head = convert(HEAD, read_value(HEAD, data), Head)
    refuse_head(head)
    return head


def refuse_head(head: Head) -> None:
    """Raise `Broken` where the head contradicts itself."""
    refuse_identifier(f"{HEAD} $.round", head.round)
    for place, party in enumerate(head.parties):
        refuse_identifier(f"{HEAD} $.parties[{place}]", party)
    refuse_unsorted(f"{HEAD} $.parties", head.parties)
    reveal_by = moment(f"{HEAD} $.reveal_by", head.reveal_by)
    if head.beacon:
        _refuse_beacon(head.beacon, reveal_by)
    if (head.previous is None) != (head.attempt == 1):
        raise Broken(Check.FORMAT, f"{HEAD} $.previous", "首次抽取填 null，再次抽取须填上一次（作废）记录的摘要。")
    if head.targets and head.stage is Stage.TARGETS:
        raise Broken(Check.FORMAT, f"{HEAD} $.targets", "抽取检查对象的文书此处须为 null。")


def moment(place: str, text: str) -> datetime:
    """Read an RFC 3339 time with offset, or raise `Broken` naming the place."""
    if RFC3339.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    raise Broken(Check.FORMAT, place, f"“{text}” 不是带时区的时间，应如 2026-03-01T20:00:00+08:00。")


def _refuse_beacon(beacon: Beacon, reveal_by: datetime) -> None:
    if moment(f"{HEAD} $.beacon.when", beacon.when) <= reveal_by:
        raise Broken(Check.FORMAT, f"{HEAD} $.beacon.when", "公共随机事件须晚于公布秘密的截止时间。")
    pattern = beacon.pattern
    if not re.fullmatch(r"\^.*[^\\](\\\\)*\$", pattern):
        raise Broken(Check.FORMAT, f"{HEAD} $.beacon.pattern", "正则表达式须以 ^ 开头、以 $ 结尾。")
    try:
        re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise Broken(Check.FORMAT, f"{HEAD} $.beacon.pattern", f"正则表达式有误：{error}。") from error
