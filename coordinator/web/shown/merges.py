"""The merge board: every firm with its doors before and after, whose matters they are, and why some stayed apart.

What was merged, and what not, is accounted for in domain/ledger.py.
"""

from datetime import datetime

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ledger import LedgerEntry
from coordinator.web.known import Known

PAGE = 50


class VisitLine(Struct, frozen=True, kw_only=True):
    """One visit as it stands now; `obstacle` says why the next one is not part of it."""

    tour: str
    begins_at: datetime
    departments: tuple[str, ...]
    matters: int
    obstacle: str


class MergeLine(Struct, frozen=True, kw_only=True):
    """A firm; `departments` each with the number of its matters, as if each came alone."""

    target: str
    name: str
    departments: dict[str, int]
    before: int
    visits: tuple[VisitLine, ...]
    saved: int


class MergesPage(Struct, frozen=True, kw_only=True):
    """One page of the board; `before`, `after` and `saved` are doors of all that was asked for."""

    lines: tuple[MergeLine, ...]
    query: str
    department: str
    only: str
    departments: tuple[str, ...]
    before: int
    after: int
    saved: int
    page: int
    pages: int
    total: int


def merges_page(known: Known, *, query: str, department: str, only: str, page: int) -> MergesPage:
    """Choose the firms that were asked for, most doors saved first, and one page of them."""
    found = _found(known, query, department, only)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    return MergesPage(
        lines=tuple(_line(known.dispatch, entry) for entry in found[(page - 1) * PAGE : page * PAGE]),
        query=query,
        department=department,
        only=only,
        departments=tuple(sorted({each for entry in known.ledger.values() for each in entry.departments})),
        before=sum(entry.visits_apart for entry in found),
        after=sum(len(entry.visits) for entry in found),
        saved=sum(entry.saved for entry in found),
        page=page,
        pages=pages,
        total=len(found),
    )


def merge_lines(known: Known, *, query: str, department: str, only: str) -> list[MergeLine]:
    """Show the firms that were asked for, most doors saved first."""
    return [_line(known.dispatch, entry) for entry in _found(known, query, department, only)]


def _found(known: Known, query: str, department: str, only: str) -> list[LedgerEntry]:
    dispatch, wanted = known.dispatch, "".join(query.split()).casefold()
    return [
        entry
        for entry in known.ledger.values()
        if (wanted in dispatch.targets[entry.target].name.casefold() or wanted in entry.target.casefold())
        and (not department or department in entry.departments)
        and (only != "merged" or entry.saved)
        and (only != "parted" or entry.obstacles)
    ]


def _line(dispatch: Dispatch, entry: LedgerEntry) -> MergeLine:
    visits = [
        VisitLine(
            tour=tour.id,
            begins_at=dispatch.begins_at(tour, visit),
            departments=tuple(dict.fromkeys(matter.department for matter in dispatch.matters_of(visit))),
            matters=len(visit.matters),
            obstacle=obstacle,
        )
        for (tour, visit), obstacle in zip(entry.visits, (*entry.obstacles, ""), strict=True)
    ]
    return MergeLine(
        target=entry.target,
        name=dispatch.targets[entry.target].name,
        departments={str(name): count for name, count in entry.departments.items()},
        before=entry.visits_apart,
        visits=tuple(visits),
        saved=entry.saved,
    )
