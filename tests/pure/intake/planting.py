"""Taking a changed small round in twice, and saying which faults there must be beside those the sample comes with."""

from pathlib import Path

from pure.intake.comparing import RealRound, both, differences, faulty_cells
from pure.intake.round_folders import PLANTED_BEFORE, Place, SmallRound


def taken_in(small: SmallRound, tmp_path: Path) -> RealRound:
    """Take the round in; the second computation must agree in everything."""
    real, second = both(small.written(tmp_path / "round"))
    unlike = differences(real, second)
    assert not unlike, "\n".join(unlike)
    return real


def faults(real: RealRound) -> set[Place]:
    """The faulty cells, less those of the sample itself."""
    found = {
        (file.removesuffix(".xlsx"), sheet, cell)
        for (file, sheet, _), cells in faulty_cells(real).items()
        for cell in cells
    }
    return found - PLANTED_BEFORE
