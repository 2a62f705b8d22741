"""Makes the sample county's round folders: `python -m deploy.sample.make_county`, from the project's root.

Everything is invented and follows from the seed below: the same call gives the same workbooks. `round/` is a whole
county (12 departments, 2,000 firms, 300 inspectors), `small/` four departments of it for quick tests.
"""

import sys
from datetime import date
from pathlib import Path
from random import Random

from coordinator.documents.templates import round_toml
from coordinator.domain.ids import DepartmentId, RoundId
from coordinator.domain.rounds import RoundHead
from deploy.sample.directories import departments, sheets_of
from deploy.sample.faults import spoil
from deploy.sample.firms import COUNTY, REGION, firms
from deploy.sample.writing import write_workbook

HERE = Path(__file__).parent
SMALL = frozenset({"市监", "水利", "公安", "消防"})
_SMALL_SHARE = 1 / 50
_SMALL_STAFF = 12


def make(folder: Path, *, small: bool) -> None:
    """Write one round folder: round.toml and a workbook for each department."""
    chance = Random(f"{COUNTY} {'small' if small else 'whole'}")  # noqa: S311 - invented data, no secret
    taking_part = [department for department in departments() if not small or department.mark in SMALL]
    invented = firms(chance, _SMALL_SHARE if small else 1)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "round.toml").write_text(round_toml(_head(small=small)), encoding="utf-8")
    for department in taking_part:
        staff = _SMALL_STAFF if small else department.staff
        sheets = sheets_of(chance, department, invented, {other.name for other in taking_part}, staff)
        spoil(department.mark, sheets)
        write_workbook(folder, department, sheets)


def _head(*, small: bool) -> RoundHead:
    suffix = "-small" if small else ""
    return RoundHead(
        id=RoundId(f"{REGION}-2026-Q1{suffix}"),
        name=f"{COUNTY}2026年第一季度部门联合抽查{'（小样）' if small else ''}",
        region=REGION,
        year=2026,
        first_day=date(2026, 3, 2),
        last_day=date(2026, 3, 31),
        coordinator=DepartmentId(departments()[0].name),
    )


def main(folder: Path = HERE) -> None:
    """Write both folders."""
    make(folder / "round", small=False)
    make(folder / "small", small=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
