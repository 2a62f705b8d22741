"""The list of a round's targets: what falls to each, and how often its door opens for it.

One target whole is in `targets`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import NotFound
from coordinator.domain.ids import AreaId, TargetId
from coordinator.domain.ledger import LedgerEntry
from coordinator.domain.matters import WantedMatter

PAGE = 50


class TargetLine(Struct, frozen=True, kw_only=True):
    """One target in the list; `visits_apart` is how often its door would open if each department came alone."""

    id: str
    name: str
    kind: str
    area: str
    credit_risk: str
    departments: tuple[str, ...]
    matters: int
    desk_matters: int
    unserved: int
    visits: int
    visits_apart: int
    first_visit_at: datetime | None
    is_unannounced: bool


class TargetsPage(Struct, frozen=True, kw_only=True):
    """One page of the list; pages count from 1."""

    targets: tuple[TargetLine, ...]
    query: str
    page: int
    pages: int
    total: int


def target_lines(dispatch: Dispatch, ledger: Mapping[TargetId, LedgerEntry]) -> tuple[TargetLine, ...]:
    """Show every target that something is to be checked at, those visited first by time, then by id."""
    matters: dict[TargetId, list[WantedMatter]] = defaultdict(list)
    for matter in dispatch.wanted.matters:
        matters[matter.target].append(matter)
    areas: dict[AreaId | None, str] = {area.id: area.name for area in dispatch.problem.areas}
    lines = [
        _line(dispatch, target, its, areas.get(dispatch.targets[target].area, ""), ledger.get(target))
        for target, its in matters.items()
    ]
    visited = sorted((line for line in lines if line.first_visit_at), key=lambda line: (line.first_visit_at, line.id))
    return (*visited, *sorted((line for line in lines if not line.first_visit_at), key=lambda line: line.id))


def targets_page(lines: Sequence[TargetLine], query: str, page: int) -> TargetsPage:
    """Choose the targets whose name or code holds the query, and one page of them."""
    found = holding(lines, query)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    return TargetsPage(
        targets=tuple(found[(page - 1) * PAGE : page * PAGE]), query=query, page=page, pages=pages, total=len(found)
    )


def holding(lines: Sequence[TargetLine], query: str) -> list[TargetLine]:
    """Choose the targets whose name or code holds the query."""
    wanted = "".join(query.split()).casefold()
    return [line for line in lines if wanted in line.name.casefold() or wanted in line.id.casefold()]


def find_target(lines: Sequence[TargetLine], id_: str) -> TargetLine:
    """One target by id; raises NotFound."""
    for line in lines:
        if line.id == id_:
            return line
    raise NotFound("本轮没有要检查的这个对象。", remedy="请从检查对象列表里选择。")


def _line(
    dispatch: Dispatch, target_id: TargetId, matters: Sequence[WantedMatter], area: str, entry: LedgerEntry | None
) -> TargetLine:
    target, unserved = dispatch.targets[target_id], dispatch.unserved()
    visits = entry.visits if entry else ()
    return TargetLine(
        id=target.id,
        name=target.name,
        kind=target.kind,
        area=area,
        credit_risk=target.credit_risk,
        departments=tuple(sorted({matter.department for matter in matters})),
        matters=sum(not matter.desk for matter in matters),
        desk_matters=sum(matter.desk for matter in matters),
        unserved=sum(matter.id in unserved for matter in matters),
        visits=len(visits),
        visits_apart=entry.visits_apart if entry else 0,
        first_visit_at=dispatch.begins_at(*visits[0]) if visits else None,
        is_unannounced=any(dispatch.is_unannounced(visit) for _, visit in visits),
    )
