"""What planning starts from: the problem, field for field the document `onedoor/problem/1`, defaults included.

Ranges that a single number can break stand here as constraints; references between the parts, windows and clock
times are judged where the document is read (reading.py).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from solver.planning.ids import (
    AreaId,
    DepartmentId,
    Expertise,
    HalfDayId,
    InspectorId,
    MatterId,
    RoundId,
    TargetId,
)
from solver.planning.plan import Tour

OFFICERS_BY_LAW = 2
"""行政处罚法 42: no fewer than two certified officers at any check."""

# Both kinds of number, so that a whole one stays whole and a problem that is read and written again keeps its digest.
Latitude = Annotated[int, Meta(ge=-90, le=90)] | Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[int, Meta(ge=-180, le=180)] | Annotated[float, Meta(ge=-180, le=180)]
Speed = Annotated[int, Meta(gt=0, le=1000)] | Annotated[float, Meta(gt=0, le=1000)]
Factor = Annotated[int, Meta(ge=1, le=100)] | Annotated[float, Meta(ge=1, le=100)]
Minutes = Annotated[int, Meta(ge=0, le=1440)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Positive = Annotated[int, Meta(ge=1, le=1_000_000)]


class Reach(StrEnum):
    """How far from the own area an inspector is sent (rule 5)."""

    ANY = "any"
    AREA = "area"
    NEIGHBOURS = "neighbours"


class HalfDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of one working day: a tour begins and ends within it; `start` is a clock time such as 08:30."""

    id: HalfDayId
    date: date
    start: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
    minutes: Annotated[int, Meta(ge=1, le=1440)]


class Department(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: DepartmentId
    name: str


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A town or street; `neighbours` are taken as given, one-way."""

    id: AreaId
    name: str
    lat: Latitude | None = None
    lon: Longitude | None = None
    neighbours: tuple[AreaId, ...] = ()


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is inspected; without a place of its own it stands at its area's centre."""

    id: TargetId
    name: str
    area: AreaId | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    closed: tuple[HalfDayId, ...] = ()


class Matter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One inspection item of one department at one target: the atom of work; `separate` shares its visit with none."""

    id: MatterId
    target: TargetId
    department: DepartmentId
    item: str
    minutes: Positive
    first_day: date
    last_day: date
    officers: Annotated[int, Meta(ge=OFFICERS_BY_LAW, le=1_000_000)] = OFFICERS_BY_LAW
    expertise: tuple[Expertise, ...] = ()
    key: bool = False
    separate: bool = False


class Inspector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who can be sent; without `certified` an expert, who never counts as an officer; no area reaches everywhere."""

    id: InspectorId
    department: DepartmentId
    serves: tuple[DepartmentId, ...] = ()
    borrowed: bool = False
    area: AreaId | None = None
    certified: bool = True
    expertise: tuple[Expertise, ...] = ()
    unavailable: tuple[HalfDayId, ...] = ()
    max_half_days: Count | None = None


class Barred(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Recusal: this inspector never goes to this target."""

    inspector: InspectorId
    target: TargetId
    reason: str


class Apart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two who are never both admitted on one tour."""

    inspectors: tuple[InspectorId, InspectorId]
    reason: str


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the coordinator decides for the whole round; every default is the specification's."""

    team_minimum: Positive = 2
    setup_minutes: Minutes = 10
    speed_kmh: Speed = 30
    detour: Factor = 1.3
    default_travel_minutes: Minutes = 30
    vague_minutes: Minutes = 10
    approach_minutes: Minutes = 0
    max_visits_per_tour: Positive = 6
    max_tours: Count | None = None
    reach: Reach = Reach.ANY
    pool_factor: Factor = 2
    scale: Positive = 10_000


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One round to plan; `fixed` tours are already announced and stand in every plan exactly as they are."""

    format: Literal["onedoor/problem/1"] = "onedoor/problem/1"
    round: RoundId
    half_days: tuple[HalfDay, ...]
    departments: tuple[Department, ...]
    areas: tuple[Area, ...]
    targets: tuple[Target, ...]
    matters: tuple[Matter, ...]
    inspectors: tuple[Inspector, ...]
    barred: tuple[Barred, ...] = ()
    apart: tuple[Apart, ...] = ()
    fixed: tuple[Tour, ...] = ()
    policy: Policy = Policy()
