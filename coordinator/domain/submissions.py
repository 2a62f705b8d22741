"""What a department hands in for a round, row by row, once every cell has been understood.

One struct a sheet of spec/round-folder.md. Cells and their faults are the intake's affair; what several departments'
rows say together is decided in `targets`, `tasks` and `matters`.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from coordinator.domain.codes import (
    Announcement,
    CauseSource,
    CreditRiskClass,
    DepartmentLevel,
    InspectionMethod,
    InspectorKind,
    ItemWeight,
    TaskKind,
    TaskRole,
)
from coordinator.domain.ids import AreaId, DepartmentId, InspectorId, ItemCode, TargetId, TaskId
from coordinator.domain.ratios import Ratio


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One accepted row; `row` is where it stands in its sheet, so that later checks can still point at it."""

    row: int


class HalfDayPart(StrEnum):
    """Which half of a working day."""

    MORNING = "am"
    AFTERNOON = "pm"


class Occasion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, order=True):
    """A date, or one half of it where `part` says so."""

    date: date
    part: HalfDayPart | None = None


class Department(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: DepartmentId
    region: str
    level: DepartmentLevel
    liaison: str = ""
    phone: str = ""
    system: str = ""


class InspectionItem(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: ItemCode
    category: str = ""
    name: str
    weight: ItemWeight
    applies_to: tuple[str, ...] = ()
    methods: tuple[InspectionMethod, ...]
    legal_basis: tuple[str, ...] = ()
    lowest_ratio: Ratio | None = None
    highest_ratio: Ratio | None = None
    expertise: tuple[str, ...] = ()
    officers: int = 2
    minutes: int = 30
    announcement: Announcement = Announcement.ANNOUNCED
    unit: str = ""
    documents: tuple[str, ...] = ()

    @property
    def needs_visit(self) -> bool:
        """Say whether the item is checked on site; what is not needs no door to open."""
        return InspectionMethod.ON_SITE in self.methods


class TargetEntry(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target as one department's directory describes it."""

    id: TargetId
    name: str
    kind: str
    scope: str = ""
    address: str
    area: AreaId | None = None
    industries: tuple[str, ...] = ()
    credit_risk: CreditRiskClass | None = None
    tags: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None
    last_inspected_on: date | None = None
    last_inspectors: tuple[InspectorId, ...] = ()
    inspected_count: int = 0
    closed: tuple[Occasion, ...] = ()


class Inspector(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: InspectorId
    name: str
    organisation: str
    post: str = ""
    kind: InspectorKind
    certificate: str = ""
    certificate_expires_on: date | None = None
    expertise: tuple[str, ...] = ()
    area: AreaId | None = None
    unavailable: tuple[Occasion, ...] = ()
    max_half_days: int | None = None
    serves: tuple[DepartmentId, ...] = ()
    borrowed: bool = False

    @property
    def certified(self) -> bool:
        """Say whether this person counts towards the two officers (行政处罚法 42)."""
        return self.kind is InspectorKind.OFFICER


class PlanLine(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department's row for one task; ratios and the frame's limits count only where it initiates."""

    task: TaskId
    name: str
    kind: TaskKind
    role: TaskRole
    cooperating: tuple[DepartmentId, ...] = ()
    items: tuple[ItemCode, ...]
    kinds: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    ratio: Ratio | None = None
    class_ratios: dict[CreditRiskClass, Ratio] = {}
    first_day: date
    last_day: date
    batches: int = 1


class Recusal(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    inspector: InspectorId
    target: TargetId
    reason: str


class CausedInspection(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: CauseSource
    target: TargetId
    item: ItemCode
    number: int
    """Counted by row within the department's sheet, from 1."""
    last_day: date
    note: str = ""


class LateCause(CausedInspection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One that came after the round was planned: its matter has been numbered on, after all that stood."""

    matter: str
    document: str
    """The number of the paper that orders it (文号)."""
    first_day: date


class Area(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: AreaId
    name: str
    lon: float | None = None
    lat: float | None = None
    neighbours: tuple[AreaId, ...] = ()


class ApartPair(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    inspector: InspectorId
    other: InspectorId
    reason: str


class Submission(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything one department hands in for one round, as far as it was accepted."""

    department: Department
    items: tuple[InspectionItem, ...] = ()
    targets: tuple[TargetEntry, ...] = ()
    inspectors: tuple[Inspector, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    caused: tuple[CausedInspection, ...] = ()
    areas: tuple[Area, ...] = ()
    apart: tuple[ApartPair, ...] = ()
