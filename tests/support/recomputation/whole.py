"""The whole second computation of a round folder, from workbooks to frames, and from a draw to matters."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from support.recomputation.frames import MergedTarget, Task, build_frames, merge
from support.recomputation.matters import Drawn, Wanted, caused, claims_of, desk, join, on_site
from support.recomputation.refusals import judge
from support.recomputation.sheets import Row, read_round

# The State Council's notice for 2026, the months that tests use.
HOLIDAYS = {date(2026, 2, 15) + timedelta(n) for n in range(9)} | {date(2026, 4, 4) + timedelta(n) for n in range(3)}
HOLIDAYS |= {date(2026, 5, 1) + timedelta(n) for n in range(5)}
MAKE_UP_DAYS = {date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9)}


@dataclass
class Recomputed:
    settings: dict[str, Any]
    working: list[date]
    rows: list[Row]
    targets: dict[str, MergedTarget]
    tasks: list[Task]
    excluded: set[tuple[str, str]]

    def accepted(self) -> dict[tuple[str, str], set[int]]:
        """Row numbers by file and sheet."""
        return self._numbers(refused=False)

    def refused(self) -> dict[tuple[str, str], set[int]]:
        return self._numbers(refused=True)

    def _numbers(self, *, refused: bool) -> dict[tuple[str, str], set[int]]:
        found: dict[tuple[str, str], set[int]] = {}
        for row in self.rows:
            if bool(row.faults) == refused:
                found.setdefault((row.file, row.sheet), set()).add(row.number)
        return found


def working_days(settings: dict[str, Any]) -> list[date]:
    first, last = settings["round"]["first_day"], settings["round"]["last_day"]
    calendar = settings["calendar"]
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return [
        day
        for day in days
        if day in calendar.get("open", [])
        or (
            day not in calendar.get("closed", [])
            and (day in MAKE_UP_DAYS or (day.weekday() < 5 and day not in HOLIDAYS))
        )
    ]


def recompute(folder: Path) -> Recomputed:
    settings, rows = read_round(folder)
    working = working_days(settings)
    judge(settings, rows, working)
    targets = merge(rows, settings["round"]["coordinator"])
    tasks, excluded = build_frames(settings, rows, targets, working)
    return Recomputed(settings, working, rows, targets, tasks, excluded)


def matters_after(round_: Recomputed, drawn: Drawn) -> tuple[list[Wanted], list[dict[str, Any]], set[Any]]:
    """Visits' matters, desk matters and what cooperating departments dropped, once chance has decided."""
    claims, dropped = claims_of(round_.settings["policy"], round_.tasks, round_.targets, drawn)
    special = caused(round_.settings, round_.rows)
    visits = join([claim for claim in claims if on_site(claim.item)]) + [m for m in special if on_site(m.item)]
    papers = join([claim for claim in claims if not on_site(claim.item)]) + [m for m in special if not on_site(m.item)]
    return visits, desk(round_.rows, papers, round_.targets), dropped
