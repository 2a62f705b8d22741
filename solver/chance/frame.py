"""The frame (draw.md §2, stage `targets`): who may be drawn, in which stratum, at which ratio.

`frame.tsv` stays the bytes it is, read piece by piece: sorted lines keep every stratum in one run, so a stratum is a
slice of them. Judging its lines is in units.py, ranking and taking the sample in targets.py.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, groupby
from typing import Annotated

import msgspec
from msgspec import Meta

from solver.chance.contents import Content
from solver.chance.document import ENTRIES, FRAME, FixedDocument, content, identify, whole
from solver.chance.errors import Broken, Check
from solver.chance.head import HEAD, Stage
from solver.chance.identifiers import EntryId, StratumId, lookalikes, refuse_identifier, refuse_unsorted
from solver.chance.reading import convert, read_value, write
from solver.chance.units import Run, read_runs, shared_target, targets_of
from solver.planning.ids import TargetId

RATIO = r"^(0(\.[0-9]{1,997})?|1(\.0{1,997})?)$"


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
    """A declared stratum and its units: a run of lines of `frame.tsv`."""

    entry: EntryId
    rule: StratumRule
    run: Run

    @property
    def population(self) -> int:
        """How many units it has."""
        return self.run.population


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that was read and judged; `strata` in the order of entries, then strata."""

    document: FixedDocument
    strata: tuple[Stratum, ...]
    units: Content

    def targets(self, stratum: Stratum) -> Iterator[bytes]:
        """Yield the stratum's targets as UTF-8, sorted."""
        return chain.from_iterable(targets_of(self.units, stratum.run))


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


def read_frame(files: Mapping[str, Content]) -> Frame:
    """Read a frame folder's `head.json`, `entries.json` and `frame.tsv`, or raise `Broken` naming file and place."""
    return read_fixed_frame(identify(files), files)


def read_fixed_frame(document: FixedDocument, files: Mapping[str, Content]) -> Frame:
    """Read the frame of a document whose digest is known."""
    if document.head.stage is not Stage.TARGETS:
        raise Broken(Check.FORMAT, f"{HEAD} $.stage", "这不是抽取检查对象的文书。")
    entries = _read_entries(whole(files, ENTRIES))
    units = content(files, FRAME)
    strata = _declared(entries, read_runs(units))
    for entry, siblings in groupby(strata, key=lambda stratum: stratum.entry):
        if target := shared_target(units, [stratum.run for stratum in siblings if stratum.population]):
            reason = f"检查对象 “{target.decode()}” 在任务 “{entry}” 中属于两个层。"
            raise Broken(Check.FORMAT, FRAME, reason)
    return Frame(document=document, strata=strata, units=units)


def frame_lookalikes(frame: Frame) -> tuple[tuple[str, ...], ...]:
    """Return the groups of entries, of an entry's strata, and of targets that NFKC makes equal: a warning."""
    entries = lookalikes({stratum.entry for stratum in frame.strata})
    strata = (
        group
        for _, strata in groupby(frame.strata, key=lambda stratum: stratum.entry)
        for group in lookalikes([stratum.rule.id for stratum in strata])
    )
    return (*entries, *strata, *lookalikes(_possible_lookalikes(frame)))


def _possible_lookalikes(frame: Frame) -> set[str]:
    """Return the targets that NFKC changes, and those that they are changed into."""
    texts = (target.decode() for stratum in frame.strata if not stratum.run.plain for target in frame.targets(stratum))
    changed = {text for text in texts if not unicodedata.is_normalized("NFKC", text)}
    into = {unicodedata.normalize("NFKC", text).encode() for text in changed}
    targets = chain.from_iterable(map(frame.targets, frame.strata if into else ()))
    return changed.union(target.decode() for target in targets if target in into)


def _read_entries(data: bytes) -> tuple[Entry, ...]:
    entries = convert(ENTRIES, read_value(ENTRIES, data), tuple[Entry, ...])
    refuse_unsorted(ENTRIES, (entry.id for entry in entries))
    for at, entry in enumerate(entries):
        refuse_identifier(f"{ENTRIES} $[{at}].id", entry.id)
        refuse_unsorted(f"{ENTRIES} $[{at}].strata", (rule.id for rule in entry.strata))
        for place, rule in enumerate(entry.strata):
            refuse_identifier(f"{ENTRIES} $[{at}].strata[{place}].id", rule.id)
    return entries


def _declared(entries: tuple[Entry, ...], runs: dict[bytes, Run]) -> tuple[Stratum, ...]:
    """Give every declared stratum its run of lines; a run that no entry declares is `Broken`."""
    prefixes = {_prefix(entry.id, rule.id): (entry.id, rule) for entry in entries for rule in entry.strata}
    line = 1
    for prefix, run in runs.items():
        if prefix not in prefixes:
            entry_id, stratum_id, _ = prefix.decode().split("\t")
            reason = f"{ENTRIES} 没有任务 “{entry_id}” 的层 “{stratum_id}”。"
            raise Broken(Check.FORMAT, f"{FRAME} 第 {line} 行", reason)
        line += run.population
    return tuple(
        Stratum(entry=entry, rule=rule, run=runs.get(prefix, Run(prefix=prefix)))
        for prefix, (entry, rule) in prefixes.items()
    )


def _prefix(entry: EntryId, stratum: StratumId) -> bytes:
    """Return what each line of a stratum begins with, before the target."""
    return f"{entry}\t{stratum}\t".encode()
