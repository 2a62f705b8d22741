"""Drawing targets (draw.md §4): rank every stratum by permanent random number and take its sample.

A target's number depends on the seed and the target alone, so the samples of all departments overlap as far as their
ratios allow. Which frame, and how the seed came to be, is not decided here.
"""

from math import isqrt

import msgspec

from solver.chance.document import FixedDocument
from solver.chance.frame import Frame, Stratum
from solver.chance.identifiers import Digest, EntryId, Seed, StratumId
from solver.chance.numbers import EVERY, NUMBER_BYTES, WORDS, Algorithm, Numbers
from solver.chance.reading import write
from solver.planning.ids import RoundId, TargetId

MARGIN = 10
"""In standard deviations: so far above the last wanted number it is looked for first; it changes no result."""


class StratumSelection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was drawn in one stratum; `batches` holds one batch number for each of `selected`."""

    entry: EntryId
    stratum: StratumId
    population: int
    size: int
    selected: tuple[TargetId, ...]
    alternates: tuple[TargetId, ...]
    batches: tuple[int, ...]


class SelectionFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `onedoor draw` writes."""

    format: str = "onedoor/selection/1"
    round: RoundId
    hash: Algorithm
    document_digest: Digest
    seed: Seed
    result: tuple[StratumSelection, ...]


def draw(frame: Frame, seed: Seed) -> tuple[StratumSelection, ...]:
    """Draw every stratum, by entry, then stratum; the same frame and seed give the same selection for ever."""
    numbers = Numbers(seed, frame.document.head.hash)
    return tuple(_take(frame, stratum, numbers) for stratum in frame.strata)


def selection_file(frame: Frame, seed: Seed) -> bytes:
    """Draw, and write the selection as canonical JSON."""
    document: FixedDocument = frame.document
    return write(
        SelectionFile(
            round=document.head.round,
            hash=document.head.hash,
            document_digest=document.digest,
            seed=seed,
            result=draw(frame, seed),
        )
    )


def _take(frame: Frame, stratum: Stratum, numbers: Numbers) -> StratumSelection:
    size = stratum.rule.size(stratum.population)
    wanted = size + stratum.rule.alternates
    ranked = _ranked(frame, stratum, numbers, min(wanted, stratum.population))
    targets = [TargetId(rank[NUMBER_BYTES:].decode()) for rank in ranked]
    return StratumSelection(
        entry=stratum.entry,
        stratum=stratum.rule.id,
        population=stratum.population,
        size=size,
        selected=tuple(targets[:size]),
        alternates=tuple(targets[size:]),
        batches=tuple(1 + place * stratum.rule.batches // size for place in range(size)),
    )


def _ranked(frame: Frame, stratum: Stratum, numbers: Numbers, wanted: int) -> list[bytes]:
    """Return the first `wanted` ranks: numbers are evenly spread, so that all others need hardly ever be kept."""
    looked_for = wanted + MARGIN * (isqrt(wanted) + 1)
    below = EVERY
    if looked_for < stratum.population:
        below = (looked_for * WORDS // stratum.population).to_bytes(NUMBER_BYTES)
    ranks = sorted(numbers.ranks("target", frame.targets(stratum), below))
    if len(ranks) < wanted:
        ranks = sorted(numbers.ranks("target", frame.targets(stratum), EVERY))
    return ranks[:wanted]
