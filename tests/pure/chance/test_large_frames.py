"""Frames read piece by piece, samples taken without ranking everything: the same as line by line, with all ranked."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pure.chance.building import SEED, a_rule, an_entry, frame_files

from coordinator.documents.large_files import LargeFile
from coordinator.domain.errors import Invalid
from solver.chance import targets, units
from solver.chance.errors import Broken
from solver.chance.frame import Frame, entries_file, read_frame
from solver.chance.identifiers import FORBIDDEN
from solver.chance.targets import draw
from solver.chance.units import Run, read_runs, shared_target, targets_of

SIZES = st.sampled_from([1, 10, 40, 1 << 20])
PARTS = st.text(st.sampled_from("abＡ甲𠮷"), min_size=1, max_size=3)
LINES = st.lists(st.tuples(PARTS, PARTS, PARTS).map("\t".join), unique=True, max_size=12).map(sorted)
STRAYS = st.sampled_from(
    [
        "",
        "甲",
        "a\tb",
        "a\tb\t",
        "\tb\tc",
        "a\t\tc",
        "a\tb\tc\td",
        "a\tb\te\u0301",
        "a\t\u200b\tc",
        "a\tb\tc\r",
        "a\tb\tc",
    ]
)


def first_fault(text: str) -> int | None:
    """Look at one line after the other, by the words of the rule."""
    *lines, rest = text.split("\n")
    before = ""
    for place, line in enumerate(lines, 1):
        parts = line.split("\t")
        sound = len(parts) == 3 and all(parts) and not any(map(FORBIDDEN.search, parts))
        if not sound or not unicodedata.is_normalized("NFC", line) or line <= before:
            return place
        before = line
    return len(lines) + 1 if rest else None


@settings(max_examples=400, deadline=None)
@given(LINES, st.none() | STRAYS, st.integers(0, 12), st.sampled_from(["\n", ""]), SIZES)
def test_lines_are_judged_and_cut_into_strata_as_one_by_one(
    lines: list[str], stray: str | None, place: int, end: str, size: int
) -> None:
    text = "\n".join([*lines[:place], *([] if stray is None else [stray]), *lines[place:]]) + end
    faulty = first_fault(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "PIECE", size)
        if faulty is None:
            runs = read_runs(text.encode())
            sound = text.split("\n")[:-1]
            populations = Counter(line[: line.rindex("\t") + 1] for line in sound)
            assert {prefix.decode(): run.population for prefix, run in runs.items()} == populations
            assert [line.decode() for run in runs.values() for line in lines_of(text.encode(), run)] == sound
        else:
            with pytest.raises(Broken) as broken:
                read_runs(text.encode())
            assert broken.value.place == f"frame.tsv 第 {faulty} 行"


def lines_of(content: bytes, run: Run) -> Iterator[bytes]:
    return (run.prefix + target for found in targets_of(content, run) for target in found)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sets(st.integers(0, 60), min_size=1), min_size=1, max_size=4), SIZES)
def test_a_target_in_two_strata_is_found_whatever_lies_between(members: list[set[int]], size: int) -> None:
    lines = [f"任务\t{stratum}\t甲{target}\n" for stratum, found in enumerate(members) for target in found]
    content = "".join(sorted(lines)).encode()
    times = Counter(f"甲{target}" for found in members for target in found)
    twice = min((target for target, number in times.items() if number > 1), default=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "MERGED_PIECE", size)
        shared = shared_target(content, list(read_runs(content).values()))
    assert (shared and shared.decode()) == twice


UNITS = 200_000
RATIOS = {"A": "0.001", "B": "0.07", "C": "0.6", "D": "1"}


def a_large_frame() -> tuple[dict[str, list[str]], dict[str, bytes]]:
    members = {
        stratum: [f"9141{number:014}" for number in range(place, UNITS, 4)] for place, stratum in enumerate("ABCD")
    }
    rules = [a_rule(stratum, ratio, alternates=5) for stratum, ratio in RATIOS.items()]
    lines = (f"任务\t{stratum}\t{target}\n" for stratum, found in members.items() for target in found)
    files = {"entries.json": entries_file([an_entry("任务", *rules)]), "frame.tsv": "".join(lines).encode()}
    return members, {**frame_files(), **files}


@pytest.mark.parametrize("margin", [targets.MARGIN, -1], ids=["enough looked for", "too few looked for at first"])
def test_a_large_frame_is_drawn_as_by_ranking_all(margin: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "MARGIN", margin)
    members, files = a_large_frame()
    for one in draw(read_frame(files), SEED):
        ranked = sorted(
            members[one.stratum],
            key=lambda target: (hashlib.sha256(f"{SEED}\ttarget\t{target}".encode()).digest()[:8], target),
        )
        size = ceil(int(float(RATIOS[one.stratum]) * 1000) * len(ranked) / 1000)
        assert (one.population, one.size) == (len(ranked), size)
        assert [*one.selected, *one.alternates] == ranked[: size + 5]


def test_a_frame_on_disk_is_read_as_one_that_is_held(tmp_path: Path) -> None:
    _, files = a_large_frame()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    frame = read_frame({name: LargeFile(tmp_path / name) for name in files})
    held: Frame = read_frame(files)
    assert (frame.document, frame.strata) == (held.document, held.strata)
    assert draw(frame, SEED) == draw(held, SEED)


def test_a_file_that_is_missing_or_grows_shorter_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="读不了文件"):
        LargeFile(tmp_path / "frame.tsv")
    (tmp_path / "frame.tsv").write_bytes(b"0123456789")
    content = LargeFile(tmp_path / "frame.tsv")
    (tmp_path / "frame.tsv").write_bytes(b"0")
    with pytest.raises(Invalid, match="变短"):
        content[:]
