"""The lines of `frame.tsv`, `entry TAB stratum TAB target LF`: judged, cut into strata, searched for a target twice.

Everything is done piece by piece, so that ten million units need no more memory than a piece of them. A piece is judged
as a whole; only where it is not sound, each of its lines is, and the first is named. Which strata are declared, and how
many are drawn, is not known here.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import chain, islice
from operator import lt

import msgspec

from solver.chance.contents import PIECE, Content, line_pieces
from solver.chance.document import FRAME
from solver.chance.errors import Broken, Check
from solver.chance.identifiers import FORBIDDEN_IN_LINES

UNIT_LINE = re.compile(r"[^\t\n]+\t[^\t\n]+\t[^\t\n]+\n")
TABS = 2
NOT_PLAIN = bytes([*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0x100)])
"""All bytes but LF and the printable ones of ASCII."""
MERGED_PIECE = 1 << 16
"""Small, for an entry's strata are merged all at once."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one stratum: from byte `start` to `stop`, all beginning with `prefix`, then comes the target.

    `plain` where all targets are of printable ASCII, as numbers of firms are: nothing in them can be taken for another.
    """

    prefix: bytes
    start: int = 0
    stop: int = 0
    population: int = 0
    plain: bool = True


def read_runs(units: Content) -> dict[bytes, Run]:
    """Judge all lines and return each stratum's by its prefix, in order; raises `Broken` at the first faulty line."""
    runs: dict[bytes, Run] = {}
    before, start, line = b"", 0, 1
    for piece in line_pieces(units, 0, len(units), PIECE):
        lines = piece.split(b"\n")
        found = _sound_runs(piece, lines, before)
        if not found:
            raise _first_fault(piece, before, line)
        for run in found:
            so_far = runs.get(run.prefix, Run(prefix=run.prefix, start=start + run.start))
            runs[run.prefix] = Run(
                prefix=run.prefix,
                start=so_far.start,
                stop=start + run.stop,
                population=so_far.population + run.population,
                plain=so_far.plain and run.plain,
            )
        before, start, line = lines[-1], start + len(piece), line + len(lines)
    return runs


def targets_of(units: Content, run: Run, size: int = PIECE) -> Iterator[list[bytes]]:
    """Yield a stratum's targets, sorted, in lists of those of one piece."""
    for piece in line_pieces(units, run.start, run.stop, size):
        yield piece[len(run.prefix) : -1].split(b"\n" + run.prefix)


def side_by_side(units: Content, runs: Sequence[Run]) -> Iterator[list[list[bytes]]]:
    """Go through the runs' targets together, from the least up: yield those of each run, in the order of the runs.

    Each run is sorted, so they are merged bit by bit; a target that stands in several runs comes from all at once.
    """
    further = [targets_of(units, run, MERGED_PIECE) for run in runs]
    waiting = [next(more, []) for more in further]
    while any(waiting):
        bound = min(targets[-1] for targets in waiting if targets)
        cuts = [bisect_right(targets, bound) for targets in waiting]
        yield [targets[:cut] for targets, cut in zip(waiting, cuts, strict=True)]
        waiting = [targets[cut:] or next(more, []) for targets, cut, more in zip(waiting, cuts, further, strict=True)]


def shared_target(units: Content, runs: Sequence[Run]) -> bytes | None:
    """Return the least target that stands in two of the runs."""
    if len(runs) == 1:
        return None
    for together in side_by_side(units, runs):
        targets = list(chain.from_iterable(together))
        if len(set(targets)) < len(targets):
            return min(target for target, times in Counter(targets).items() if times > 1)
    return None


def _sound_runs(piece: bytes, lines: list[bytes], before: bytes) -> list[Run]:
    """Take the empty rest after the last LF from `lines`, and return their runs: none where any line is not sound."""
    if lines.pop() or not before < lines[0] or not all(map(lt, lines, islice(lines, 1, None))):
        return []
    runs = list(_cut(piece, lines))
    return runs if all(_is_sound(piece[run.start : run.stop], run) for run in runs) else []


def _cut(piece: bytes, lines: Sequence[bytes]) -> Iterator[Run]:
    """Cut a piece of ascending lines where the prefix changes: TAB, with which it ends, is the byte before LF."""
    place, start = 0, 0
    while place < len(lines):
        prefix = lines[place][: lines[place].rfind(b"\t") + 1]
        end = bisect_left(lines, prefix[:-1] + b"\n", place + 1)
        stop = start + sum(map(len, lines[place:end])) + end - place
        plain = _not_plain(piece[start:stop]) == _not_plain(prefix) * (end - place)
        yield Run(prefix=prefix, start=start, stop=stop, population=end - place, plain=plain)
        place, start = end, stop


def _is_sound(body: bytes, run: Run) -> bool:
    """Tell whether all lines of `body`, which begin with the run's prefix, are what lines of a frame should be."""
    try:
        text = (run.prefix if run.plain else body).decode()
    except UnicodeDecodeError:
        return False
    parts = run.prefix.split(b"\t")
    return (
        len(parts) == TABS + 1
        and all(parts[:TABS])
        and not body.startswith(run.prefix + b"\n")
        and body.count(b"\t") == TABS * run.population
        and not FORBIDDEN_IN_LINES.search(text)
        and unicodedata.is_normalized("NFC", text)
    )


def _not_plain(text: bytes) -> int:
    return len(text) - len(text.translate(None, NOT_PLAIN))


def _first_fault(piece: bytes, before: bytes, number: int) -> Broken:
    """Say what is wrong with the first faulty line of a piece that begins with line `number`."""
    for place, line in enumerate(BytesIO(piece), number):
        if fault := _fault(line, before):
            return Broken(Check.FORMAT, f"{FRAME} 第 {place} 行", fault)
        before = line[:-1]
    raise AssertionError(piece)


def _fault(line: bytes, before: bytes) -> str:
    """Return what is wrong with a line after the one before it, or nothing."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return "不是 UTF-8 文字。"
    if not UNIT_LINE.fullmatch(text) or FORBIDDEN_IN_LINES.search(text):
        return "应为 “任务 TAB 层 TAB 检查对象”，以换行结束，不含不许使用的字符。"
    if not unicodedata.is_normalized("NFC", text):
        return "文字不是 NFC 形式。"
    if line[:-1] <= before:
        return "与上一行重复。" if line[:-1] == before else "未按字节顺序排列。"
    return ""
