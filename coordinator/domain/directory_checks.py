"""What is wrong in the directories as departments last handed them in: work lists (真实、全面、合法).

Rows that could not be taken in at all are returned with their workbook; these stand and should be mended.
"""

from enum import StrEnum

from msgspec import Struct

from coordinator.domain.ids import DepartmentId


class Doubt(StrEnum):
    """Why a row is on a work list."""

    NAMESAKES = "namesakes"
    """One name under several codes."""
    CONTRADICTION = "contradiction"
    """Departments say different things of one target."""
    OLD_CODE = "old_code"
    """A 15-digit registration number in place of a USCC."""
    CLOSED = "closed"
    """Revoked, struck off or moved away by the registry, and still listed."""
    RENAMED = "renamed"
    """Called otherwise by the registry."""
    INCOMPLETE = "incomplete"
    EXPIRED = "expired"
    """A certificate that is missing or over, so that its holder may not be sent."""


class Doubtful(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row to look at; `code` is a target's, or an inspector's number."""

    code: str
    name: str
    departments: tuple[DepartmentId, ...]
    found: str


class WorkList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first rows of one list; `is_whole` says that there are no more."""

    doubt: Doubt
    rows: tuple[Doubtful, ...]
    is_whole: bool
