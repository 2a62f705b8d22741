"""What programs see of a workbook that was tried, handed in, undone: what differs, what has to be mended.

Who has handed in is shown in `collections`; what was found is worked out in domain/hand_ins.py.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.domain.hand_ins import HandIn
from coordinator.domain.sheets import Severity
from coordinator.domain.workbook_changes import ChangeKind

T = TypeVar("T")


class HandInStep(StrEnum):
    TRIED = "tried"
    HANDED_IN = "handed_in"
    UNDONE = "undone"


class FoundInCell(Struct, frozen=True, kw_only=True):
    """Something about one cell, row or sheet; row and column count from 1."""

    sheet: str
    row: int | None
    column: int | None
    found: str
    message: str
    remedy: str
    severity: Severity


class CellDiffers(Struct, frozen=True, kw_only=True):
    column: str
    before: str
    now: str


class RowDiffers(Struct, frozen=True, kw_only=True):
    """One row that is not as it was; `row` is where it stands now, null where it is gone."""

    kind: ChangeKind
    row: int | None
    name: str
    cells: tuple[CellDiffers, ...]


class SheetDiffers(Struct, frozen=True, kw_only=True):
    """How many rows of a sheet are new, changed, gone and as they were; `rows` are the first of those that differ."""

    sheet: str
    new: int
    changed: int
    gone: int
    same: int
    rows: tuple[RowDiffers, ...]


class HandInShown(Struct, frozen=True, kw_only=True):
    """One workbook: `faults` have to be mended, `waiting` is settled by others' handing in."""

    id: UUID
    department: str
    file: str
    sha256: str
    step: HandInStep
    compared_with: str
    changes: tuple[SheetDiffers, ...]
    faults: tuple[FoundInCell, ...]
    warnings: tuple[FoundInCell, ...]
    waiting: tuple[FoundInCell, ...]
    kept_rows: int
    refused_rows: int
    waiting_rows: int
    awaits: tuple[str, ...]
    tried_at: datetime
    handed_in_at: datetime | None
    undone_at: datetime | None
    may_be_undone: bool


def hand_in_shown(found: HandIn, now: datetime) -> HandInShown:
    """Show one workbook as it stands."""
    trial = found.trial
    return HandInShown(
        id=found.id,
        department=found.department,
        file=found.file,
        sha256=found.sha256,
        step=_step(found),
        compared_with=trial.compared_with,
        changes=_as(trial.changes, SheetDiffers),
        faults=_as(trial.faults, FoundInCell),
        warnings=_as(trial.warnings, FoundInCell),
        waiting=_as(trial.waiting, FoundInCell),
        kept_rows=trial.kept_rows,
        refused_rows=trial.refused_rows,
        waiting_rows=trial.waiting_rows,
        awaits=trial.awaits,
        tried_at=found.tried_at,
        handed_in_at=found.handed_in_at,
        undone_at=found.undone_at,
        may_be_undone=found.may_be_undone(now),
    )


def _step(found: HandIn) -> HandInStep:
    if found.undone_at is not None:
        return HandInStep.UNDONE
    return HandInStep.TRIED if found.number is None else HandInStep.HANDED_IN


def _as(lines: tuple[object, ...], kind: type[T]) -> tuple[T, ...]:
    return msgspec.convert(lines, tuple[kind, ...], from_attributes=True)  # type: ignore[valid-type] # made at run time
