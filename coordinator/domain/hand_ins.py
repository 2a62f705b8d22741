"""Handing in a workbook in the web: what trying it found, who has handed in, and until when it can be undone.

What rows mean is the intake's affair, what differs from before that of `workbook_changes`.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NewType
from uuid import UUID

from msgspec import Struct

from coordinator.domain.ids import DepartmentId
from coordinator.domain.sheets import CellFinding, Severity
from coordinator.domain.workbook_changes import SheetChanges
from coordinator.domain.workdays import Calendar, days

HandInId = NewType("HandInId", UUID)
UNDO_WITHIN = timedelta(hours=24)
TRIED_LASTS = timedelta(hours=24)
"""So long a workbook that was tried and not handed in is kept."""


class Trial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What trying a workbook found: what differs, and every finding; nothing has been stored of its rows."""

    compared_with: str
    """In words what it was compared with; empty where there was nothing before."""
    changes: tuple[SheetChanges, ...]
    findings: tuple[CellFinding, ...]
    kept_rows: int
    refused_rows: int
    """Rows that their department has to mend."""
    waiting_rows: int
    """Rows that would be refused only because others have not handed in."""
    awaits: tuple[DepartmentId, ...]
    """Who had still to hand in."""

    @property
    def faults(self) -> tuple[CellFinding, ...]:
        """What has to be mended: errors and what a person must confirm, row by row or of a whole sheet."""
        return tuple(each for each in self.findings if _is_fault(each, others_are_missing=bool(self.awaits)))

    @property
    def warnings(self) -> tuple[CellFinding, ...]:
        return tuple(each for each in self.findings if each.severity is Severity.WARNING)

    @property
    def waiting(self) -> tuple[CellFinding, ...]:
        """What only the others' handing in can settle."""
        told = {*self.faults, *self.warnings}
        return tuple(each for each in self.findings if each not in told)


class HandIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department's workbook for one round: tried, then perhaps handed in (`number`), then perhaps undone."""

    id: HandInId
    round: UUID
    department: DepartmentId
    file: str
    sha256: str
    replaces: HandInId | None
    settings_digest: str
    trial: Trial
    tried_by: str
    tried_at: datetime
    number: int | None = None
    handed_in_by: str | None = None
    handed_in_at: datetime | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None

    def may_be_undone(self, now: datetime) -> bool:
        """Whether its day has not passed; whether the round is still being collected is asked elsewhere."""
        return self.handed_in_at is not None and self.undone_at is None and now <= self.handed_in_at + UNDO_WITHIN


class Collection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when a round's workbooks are due, and from whom."""

    due_on: date
    asked: tuple[DepartmentId, ...]


def tried(
    compared_with: str,
    changes: tuple[SheetChanges, ...],
    findings: Iterable[CellFinding],
    kept_rows: int,
    awaits: tuple[DepartmentId, ...],
) -> Trial:
    """Count what trying a workbook found."""
    found = tuple(findings)
    by_row: dict[tuple[str, int], list[CellFinding]] = defaultdict(list)
    for each in found:
        if each.row is not None and each.severity is not Severity.WARNING:
            by_row[each.sheet, each.row].append(each)
    refused = sum(any(_is_fault(each, others_are_missing=bool(awaits)) for each in row) for row in by_row.values())
    return Trial(
        compared_with=compared_with,
        changes=changes,
        findings=found,
        kept_rows=kept_rows,
        refused_rows=refused,
        waiting_rows=len(by_row) - refused,
        awaits=awaits,
    )


def working_days_left(calendar: Calendar, today: date, due_on: date) -> int:
    """Count the working days from today, which counts, to the due day; negative: how many have passed since."""
    if today <= due_on:
        return sum(calendar.is_working_day(day) for day in days(today, due_on))
    return -sum(calendar.is_working_day(day) for day in days(due_on + timedelta(days=1), today))


def _is_fault(finding: CellFinding, *, others_are_missing: bool) -> bool:
    return finding.severity is not Severity.WARNING and not (finding.of_others and others_are_missing)
