"""The merge ledger (R33): for every target, which departments came together, what stayed apart, and why.

Planning is the solver's affair, why two visits stayed apart is said in `obstacles`, savings of the whole round are in
`summaries`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.matters import WantedMatter, Window
from coordinator.domain.obstacles import obstacle
from solver.planning.plan import Tour, Visit


class LedgerEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one target was spared; visits in order of time, `obstacles` between each and the next."""

    target: TargetId
    visits: tuple[tuple[Tour, Visit], ...]
    departments: dict[DepartmentId, int]
    """Each with the number of its matters."""
    visits_apart: int
    """How often its door opens at least if every department comes alone: a proven number, not a plan."""
    obstacles: tuple[str, ...]

    @property
    def saved(self) -> int:
        return max(0, self.visits_apart - len(self.visits))


def ledger(dispatch: Dispatch) -> tuple[LedgerEntry, ...]:
    """Account for every visited target: most visits saved first, then by target."""
    visits: dict[TargetId, list[tuple[Tour, Visit]]] = defaultdict(list)
    for tour, visit in dispatch.visits():
        visits[visit.target].append((tour, visit))
    entries = [_entry(dispatch, target, visits[target]) for target in visits]
    return tuple(sorted(entries, key=lambda entry: (-entry.saved, entry.target)))


def _entry(dispatch: Dispatch, target: TargetId, visits: Sequence[tuple[Tour, Visit]]) -> LedgerEntry:
    matters = [matter for _, visit in visits for matter in dispatch.matters_of(visit)]
    return LedgerEntry(
        target=target,
        visits=tuple(visits),
        departments=dict(sorted(Counter(matter.department for matter in matters).items())),
        visits_apart=_visits_apart(matters),
        obstacles=tuple(obstacle(dispatch, one, other) for (_, one), (_, other) in pairwise(visits)),
    )


def _visits_apart(matters: Iterable[WantedMatter]) -> int:
    """Count the fewest visits by department: each caused matter its own, the others as their windows meet."""
    caused = 0
    windows: dict[DepartmentId, list[Window]] = defaultdict(list)
    for matter in matters:
        if matter.caused:
            caused += 1
        else:
            windows[matter.department].append(matter.window)
    return caused + sum(_days_needed(each) for each in windows.values())


def _days_needed(windows: Iterable[Window]) -> int:
    """The fewest days that meet every window: always the earliest last day that is still needed."""
    count, reached = 0, date.min
    for window in sorted(windows, key=lambda window: window.last_day):
        if window.first_day > reached:
            count, reached = count + 1, window.last_day
    return count
