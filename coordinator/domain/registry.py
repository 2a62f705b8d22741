"""What the registry changed, in words of the directories: new firms, changed ones, closed ones, and lists.

Registrations themselves are connectors' records; which rows changed is found by the database.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.ids import DepartmentId


class RegistryChange(StrEnum):
    """What happened to a registration; one may have changed in several ways at once."""

    NEW = "new"
    CHANGED = "changed"
    """Name, kind, address, area, industry or number."""
    CLOSED = "closed"
    """No longer 存续: not to be inspected any more."""
    REOPENED = "reopened"
    LISTED = "listed"
    UNLISTED = "unlisted"


IN_WORDS = {
    RegistryChange.NEW: "新登记",
    RegistryChange.CHANGED: "变更",
    RegistryChange.CLOSED: "注销、吊销等",
    RegistryChange.REOPENED: "恢复",
    RegistryChange.LISTED: "列入名单",
    RegistryChange.UNLISTED: "移出名单",
}


class RefusedRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    row: int
    words: str


class RegistryBatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file, or one pull, as it was taken in; `refused` names the first rows that were left out."""

    id: UUID
    source: str
    cursor: str
    taken_at: datetime
    taken_by: str
    rows: int
    refused: tuple[RefusedRow, ...]


class Counted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many changes of a kind; `department`: in whose directory, None for all that were taken in."""

    department: DepartmentId | None
    change: RegistryChange
    count: int


class ChangedRegistration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change, with what stood before and what stands now."""

    code: str
    change: RegistryChange
    before: dict[str, object] | None
    after: dict[str, object]
