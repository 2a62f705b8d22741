"""One target for each id, merged over all departments' directories: its name and place, its class, what adds up.

Which targets may be drawn for a task is decided in `frames`, on the initiating department's own row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct

from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.ids import AreaId, DepartmentId, InspectorId, TargetId
from coordinator.domain.submissions import Occasion, Submission, TargetEntry

Value = TypeVar("Value")

_COMPARED: tuple[tuple[str, Callable[[TargetEntry], str]], ...] = (
    ("检查对象名称", lambda entry: entry.name),
    ("地址", lambda entry: entry.address),
    ("所在区域", lambda entry: entry.area or ""),
    ("经纬度", lambda entry: "" if entry.lon is None else f"{entry.lon}, {entry.lat}"),
)

_TO_D = frozenset({"严重违法失信名单"})
_AT_LEAST_C = frozenset({"经营异常名录", "投诉举报较多", "高风险"})
MARKET_ENTITIES = frozenset({"企业", "个体工商户", "农民专业合作社", "外国企业常驻代表机构"})
"""市场主体, whose results must go to the publicity system (note 2 of the statistics table)."""


class Contradiction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two departments say different things about one target; the first one's word was taken."""

    target: TargetId
    field: str
    taken: str
    taken_from: DepartmentId
    other: str
    other_from: DepartmentId


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target as all departments together know it; `entries` are their own rows, in the order they count."""

    id: TargetId
    name: str
    kind: str
    address: str
    area: AreaId | None
    lon: float | None
    lat: float | None
    credit_risk: CreditRiskClass
    credit_risk_given: bool
    tags: tuple[str, ...]
    last_inspected_on: date | None
    last_inspectors: tuple[InspectorId, ...]
    closed: tuple[Occasion, ...]
    entries: dict[DepartmentId, TargetEntry]
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def is_market_entity(self) -> bool:
        return self.kind in MARKET_ENTITIES


def merge_targets(submissions: Sequence[Submission]) -> dict[TargetId, Target]:
    """Merge all directories; submissions come coordinator first, then in byte order of departments."""
    rows: dict[TargetId, list[tuple[DepartmentId, TargetEntry]]] = defaultdict(list)
    for submission in submissions:
        for entry in submission.targets:
            rows[entry.id].append((submission.department.id, entry))
    return {target: _merged(target, rows[target]) for target in sorted(rows)}


def _merged(target: TargetId, rows: Sequence[tuple[DepartmentId, TargetEntry]]) -> Target:
    entries = [entry for _, entry in rows]
    tags = _union(entry.tags for entry in entries)
    classes = [entry.credit_risk for entry in entries if entry.credit_risk is not None]
    place = next((entry for entry in entries if entry.lon is not None), None)
    first: dict[DepartmentId, TargetEntry] = {}
    for department, entry in rows:
        first.setdefault(department, entry)
    return Target(
        id=target,
        name=next((entry.name for entry in entries if entry.name), ""),
        kind=next((entry.kind for entry in entries if entry.kind), ""),
        address=next((entry.address for entry in entries if entry.address), ""),
        area=next((entry.area for entry in entries if entry.area), None),
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        credit_risk=_raised(max(classes, default=CreditRiskClass.B), tags),
        credit_risk_given=bool(classes),
        tags=tags,
        last_inspected_on=max((e.last_inspected_on for e in entries if e.last_inspected_on), default=None),
        last_inspectors=_union(entry.last_inspectors for entry in entries),
        closed=_union(entry.closed for entry in entries),
        entries=first,
        contradictions=tuple(_contradictions(target, rows)) if len(rows) > 1 else (),
    )


def _raised(given: CreditRiskClass, tags: Sequence[str]) -> CreditRiskClass:
    """Let tags raise the class: who is listed or much complained of is inspected more (R04)."""
    if _TO_D.intersection(tags):
        return CreditRiskClass.D
    return max(given, CreditRiskClass.C) if _AT_LEAST_C.intersection(tags) else given


def _contradictions(target: TargetId, rows: Sequence[tuple[DepartmentId, TargetEntry]]) -> Iterable[Contradiction]:
    for field, read in _COMPARED:
        said = [(department, read(entry)) for department, entry in rows if read(entry)]
        for department, other in said[1:]:
            if other != said[0][1]:
                yield Contradiction(
                    target=target,
                    field=field,
                    taken=said[0][1],
                    taken_from=said[0][0],
                    other=other,
                    other_from=department,
                )


def _union(groups: Iterable[Sequence[Value]]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))
