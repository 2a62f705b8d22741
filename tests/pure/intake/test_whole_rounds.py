"""Whole round folders, read from disk as the program reads them, against the second computation."""

from pathlib import Path

import pytest
from pure.intake.comparing import differences, faulty_cells, real_round
from support.recomputation.whole import recompute

from coordinator.documents.round_folder import read_round_folder

PROJECT = Path(__file__).parents[3]
SAMPLES = PROJECT / "deploy" / "sample"
ROUNDS = PROJECT.parent / "shared" / "data" / "rounds"
FOLDERS = {
    "small": (SAMPLES / "small", 3),
    "round": (SAMPLES / "round", 10),
    "wugang": (ROUNDS / "wugang-2026-Q1", 6),
    "pingdingshan": (ROUNDS / "pingdingshan-2026-Q1", 6),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_whole_round_comes_out_as_the_specification_works_it_out(name: str) -> None:
    folder, refused = FOLDERS[name]
    if not folder.is_dir():
        pytest.skip(f"the shared round is not here (../shared/data/rounds/{folder.name})")
    read = read_round_folder(folder)
    assert read.refused == ()
    real = real_round(read.settings, read.workbooks)
    unlike = differences(real, recompute(folder))
    assert not unlike, "\n".join(unlike)
    assert len(faulty_cells(real)) == refused
    assert real.frames
