"""What programs see of the directories over all rounds, named field by field.

Lines as pages and workbooks show them are in `directories`; which of them an actor gets is decided by the actions.
"""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.codes import Announcement, InspectionMethod, InspectorKind, ItemWeight
from coordinator.domain.directory_checks import Doubt
from coordinator.domain.duplicates import Likeness


class DirectoryTarget(Struct, frozen=True, kw_only=True):
    """A target with the newest words about it; `stands` is the record it was merged into."""

    id: str
    name: str
    kind: str
    departments: tuple[str, ...]
    address: str
    area: str | None
    credit_risk: str | None
    stands: str | None


class TargetSaid(Struct, frozen=True, kw_only=True):
    """What one department said about a target in one round."""

    round: UUID
    round_name: str
    department: str
    name: str
    kind: str
    address: str
    area: str | None
    scope: str
    credit_risk: str | None
    tags: tuple[str, ...]
    last_inspected_on: date | None
    inspected_count: int


class TargetMerged(Struct, frozen=True, kw_only=True):
    """One record refers to another; without `department` it was the coordinating office that said so."""

    id: UUID
    department: str | None
    away: str
    stands: str
    merged_at: datetime


class DirectoryTargetWhole(Struct, frozen=True, kw_only=True):
    """Everything the directory says of a target, the newest round first."""

    id: str
    said: tuple[TargetSaid, ...]
    merges: tuple[TargetMerged, ...]


class RatioText(Struct, frozen=True, kw_only=True):
    """A ratio as its department wrote it."""

    text: str


class ItemContent(Struct, frozen=True, kw_only=True):
    """What an item says."""

    code: str
    category: str
    name: str
    weight: ItemWeight
    applies_to: tuple[str, ...]
    methods: tuple[InspectionMethod, ...]
    legal_basis: tuple[str, ...]
    lowest_ratio: RatioText | None
    highest_ratio: RatioText | None
    expertise: tuple[str, ...]
    officers: int
    minutes: int
    announcement: Announcement
    unit: str
    documents: tuple[str, ...]


class DirectoryItem(Struct, frozen=True, kw_only=True):
    """An item in one of its versions; `version` counts from 1."""

    department: str
    version: int
    created_at: datetime
    item: ItemContent


class DirectoryInspector(Struct, frozen=True, kw_only=True):
    """A person as last listed by the department."""

    id: str
    department: str
    name: str
    organisation: str
    post: str
    kind: InspectorKind
    certificate: str
    certificate_expires_on: date | None
    expertise: tuple[str, ...]
    round_name: str


class DoubtfulRow(Struct, frozen=True, kw_only=True):
    code: str
    name: str
    departments: tuple[str, ...]
    found: str


class DirectoryWorkList(Struct, frozen=True, kw_only=True):
    """The first rows of one work list; `is_whole` says that there are no more."""

    doubt: Doubt
    rows: tuple[DoubtfulRow, ...]
    is_whole: bool


class DuplicatePair(Struct, frozen=True, kw_only=True):
    """Two records that may be one target, and why; `stands` is the one that rather stands.

    `seen` is the digest of what is shown of them, and is handed back by whoever merges them.
    """

    records: tuple[DirectoryTarget, DirectoryTarget]
    likeness: Likeness | None
    stands: str
    seen: str
