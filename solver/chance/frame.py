"""The frame (draw.md §2, stage `targets`): who may be drawn, in which stratum, at which ratio.

`frame.tsv` stays the bytes it is: sorted lines keep every stratum in one run, so a stratum is a slice of them, and ten
million units need little more memory than their file. Ranking and taking the sample are in targets.py.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from io import BytesIO
from itertools import groupby, islice, pairwise
from operator import lt
from typing import Annotated

import msgspec
from msgspec import Meta

from solver.chance.document import ENTRIES, FRAME, FixedDocument, content, identify
from solver.chance.errors import Broken, Check
from solver.chance.head import HEAD, Stage
from solver.chance.identifiers import (
    FORBIDDEN_IN_LINES,
    EntryId,
    StratumId,
    lookalikes,
    refuse_identifier,
    refuse_unsorted,
)
from solver.chance.reading import convert, read_value, write
from solver.planning.ids import TargetId

RATIO = r"^(0(\.[0-9]{1,997})?|1(\.0{1,997})?)$"
CHUNK = 1 << 22
UNIT_LINES = re.compile(r"(?:[^\t\n]+\t[^\t\n]+\t[^\t\n]+\n)*+")


class StratumRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How many of a stratum are drawn: an exact ratio written as text, at least `minimum`, and what follows them."""

    id: StratumId
    ratio: Annotated[str, Meta(pattern=RATIO)]
    minimum: Annotated[int, Meta(ge=0)] = 0
    alternates: Annotated[int, Meta(ge=0)] = 0
    batches: Annotated[int, Meta(ge=1)] = 1

    def size(self, population: int) -> int:
        """Return how many of `population` units are drawn: `"0.07"` of 100 is 7, never 8."""
        return min(population, max(self.minimum, -(-Fraction(self.ratio) * population // 1)))


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task's strata, sorted by id."""

    id: EntryId
    strata: tuple[StratumRule, ...]


class Stratum(msgspec.Struct, frozen=True, kw_only=True):
    """A declared stratum and its units: the lines of `frame.tsv` from byte `start` to `stop`."""

    entry: EntryId
    rule: StratumRule
    population: int
    start: int
    stop: int

    @property
    def prefix(self) -> bytes:
        """What each of its lines begins with, before the target."""
        return f"{self.entry}\t{self.rule.id}\t".encode()


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that was read and judged; `strata` in the order of entries, then strata."""

    document: FixedDocument
    strata: tuple[Stratum, ...]
    units: bytes

    def targets(self, stratum: Stratum) -> Iterator[bytes]:
        """Yield the stratum's targets as UTF-8, sorted."""
        start = len(stratum.prefix)
        return (line[start:-1] for line in BytesIO(self.units[stratum.start : stratum.stop]))


def entries_file(entries: Iterable[Entry]) -> bytes:
    """Write `entries.json`, everything in its order."""
    ordered = (
        Entry(id=entry.id, strata=tuple(sorted(entry.strata, key=lambda rule: rule.id)))
        for entry in sorted(entries, key=lambda entry: entry.id)
    )
    return write(tuple(ordered))


def frame_file(units: Iterable[tuple[EntryId, StratumId, TargetId]]) -> bytes:
    """Write `frame.tsv`, one sorted line for each unit."""
    return b"".join(sorted(f"{entry}\t{stratum}\t{target}\n".encode() for entry, stratum, target in units))


def read_frame(files: Mapping[str, bytes]) -> Frame:
    """Read a frame folder's `head.json`, `entries.json` and `frame.tsv`, or raise `Broken` naming file and place."""
    return read_fixed_frame(identify(files), files)


def read_fixed_frame(document: FixedDocument, files: Mapping[str, bytes]) -> Frame:
    """Read the frame of a document whose digest is known."""
    if document.head.stage is not Stage.TARGETS:
        raise Broken(Check.FORMAT, f"{HEAD} $.stage", "这不是抽取检查对象的文书。")
    entries = _read_entries(content(files, ENTRIES))
    units = content(files, FRAME)
    _refuse_lines(units)
    frame = Frame(document=document, strata=_declared(entries, units), units=units)
    for entry, strata in groupby(frame.strata, key=lambda stratum: stratum.entry):
        _refuse_target_in_two_strata(frame, entry, [stratum for stratum in strata if stratum.population])
    return frame


def frame_lookalikes(frame: Frame) -> tuple[tuple[str, ...], ...]:
    """Return the groups of entries, of an entry's strata, and of targets that NFKC makes equal: a warning."""
    entries = lookalikes({stratum.entry for stratum in frame.strata})
    strata = (
        group
        for _, strata in groupby(frame.strata, key=lambda stratum: stratum.entry)
        for group in lookalikes([stratum.rule.id for stratum in strata])
    )
    if all(unicodedata.is_normalized("NFKC", text) for text in _texts(frame.units)):
        return (*entries, *strata)
    targets = lookalikes({target.decode() for stratum in frame.strata for target in frame.targets(stratum)})
    return (*entries, *strata, *targets)


def _read_entries(data: bytes) -> tuple[Entry, ...]:
    entries = convert(ENTRIES, read_value(ENTRIES, data), tuple[Entry, ...])
    refuse_unsorted(ENTRIES, (entry.id for entry in entries))
    for at, entry in enumerate(entries):
        refuse_identifier(f"{ENTRIES} $[{at}].id", entry.id)
        refuse_unsorted(f"{ENTRIES} $[{at}].strata", (rule.id for rule in entry.strata))
        for place, rule in enumerate(entry.strata):
            refuse_identifier(f"{ENTRIES} $[{at}].strata[{place}].id", rule.id)
    return entries


def _refuse_lines(units: bytes) -> None:
    """Raise `Broken` at the first line that is not `entry TAB stratum TAB target LF`, after the one before."""
    line = 1
    for text in _texts(units):
        whole = UNIT_LINES.match(text)
        good = whole.end() if whole else 0
        if forbidden := FORBIDDEN_IN_LINES.search(text):
            good = min(good, forbidden.start())
        if good < len(text):
            place = f"{FRAME} 第 {line + text.count(chr(10), 0, good)} 行"
            raise Broken(Check.FORMAT, place, "应为 “任务 TAB 层 TAB 检查对象”，以换行结束，不含不许使用的字符。")
        if not unicodedata.is_normalized("NFC", text):
            line += next(at for at, unit in enumerate(text.split("\n")) if not unicodedata.is_normalized("NFC", unit))
            raise Broken(Check.FORMAT, f"{FRAME} 第 {line} 行", "文字不是 NFC 形式。")
        line += text.count("\n")
    if not all(map(lt, BytesIO(units), islice(BytesIO(units), 1, None))):
        pairs = pairwise(BytesIO(units))
        line, twice = next((at, one == two) for at, (one, two) in enumerate(pairs, 2) if one >= two)
        raise Broken(Check.FORMAT, f"{FRAME} 第 {line} 行", "与上一行重复。" if twice else "未按字节顺序排列。")


def _texts(units: bytes) -> Iterator[str]:
    """Yield the frame in pieces of whole lines, decoded: a large frame is never held twice."""
    start = 0
    while start < len(units):
        stop = units.find(b"\n", start + CHUNK) + 1 or len(units)
        try:
            yield units[start:stop].decode()
        except UnicodeDecodeError as error:
            line = units.count(b"\n", 0, start + error.start) + 1
            raise Broken(Check.FORMAT, f"{FRAME} 第 {line} 行", "不是 UTF-8 文字。") from error
        start = stop


def _declared(entries: tuple[Entry, ...], units: bytes) -> tuple[Stratum, ...]:
    """Give every declared stratum its run of lines; a run that no entry declares is `Broken`."""
    runs = _runs(units)
    strata = []
    for entry in entries:
        for rule in entry.strata:
            start, stop, population = runs.pop(f"{entry.id}\t{rule.id}\t".encode(), (0, 0, 0))
            strata.append(Stratum(entry=entry.id, rule=rule, population=population, start=start, stop=stop))
    for prefix, (start, _, _) in runs.items():
        entry_id, stratum_id, _ = prefix.decode().split("\t")
        line = units.count(b"\n", 0, start) + 1
        reason = f"{ENTRIES} 没有任务 “{entry_id}” 的层 “{stratum_id}”。"
        raise Broken(Check.FORMAT, f"{FRAME} 第 {line} 行", reason)
    return tuple(strata)


def _runs(units: bytes) -> dict[bytes, tuple[int, int, int]]:
    """Return for each `entry TAB stratum TAB` where its lines start and stop, in bytes, and how many they are."""
    runs = {}
    start = 0
    for prefix, lines in groupby(BytesIO(units), key=lambda line: line[: line.rindex(b"\t") + 1]):
        lengths = list(map(len, lines))
        stop = start + sum(lengths)
        runs[prefix] = start, stop, len(lengths)
        start = stop
    return runs


def _refuse_target_in_two_strata(frame: Frame, entry: EntryId, strata: list[Stratum]) -> None:
    if len(strata) <= 1:
        return
    seen: set[bytes] = set()
    for stratum in strata:
        targets = set(frame.targets(stratum))
        if not seen.isdisjoint(targets):
            target = min(seen & targets).decode()
            raise Broken(Check.FORMAT, FRAME, f"检查对象 “{target}” 在任务 “{entry}” 中属于两个层。")
        seen |= targets
