"""Who has handed in for a round, as its pages show it: a line a department, what is owed, what comes next.

What was found in one workbook is shown as it was found (domain/hand_ins.py).
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.actions.reading_collections import CollectionReading
from coordinator.domain.actors import Actor
from coordinator.domain.hand_ins import HandIn
from coordinator.domain.ids import DepartmentId
from coordinator.domain.sheets import Severity


class HandInState(StrEnum):
    MISSING = "missing"
    LATE = "late"
    FAULTY = "faulty"
    """Handed in, with rows that do not count."""
    DONE = "done"


class DepartmentLine(Struct, frozen=True, kw_only=True):
    """How far one department has come; `id` is what stands of it."""

    department: DepartmentId
    state: HandInState
    id: UUID | None
    file: str
    by: str
    at: datetime | None
    kept_rows: int
    refused_rows: int
    may_be_undone: bool
    may_be_taken_off: bool


class CollectionShown(Struct, frozen=True, kw_only=True):
    """`own` is the looker's own department; `history` what it handed in, the newest first."""

    due_on: date
    days_left: int
    is_open: bool
    coordinator: DepartmentId
    departments: tuple[DepartmentLine, ...]
    own: DepartmentLine | None
    history: tuple[HandIn, ...]

    @property
    def missing(self) -> tuple[DepartmentId, ...]:
        undone = {HandInState.MISSING, HandInState.LATE}
        return tuple(each.department for each in self.departments if each.state in undone)

    @property
    def may_go_on(self) -> bool:
        """Whether the names can be fixed: the coordinating department's areas and tasks must be there."""
        return self.is_open and self.coordinator not in self.missing


def collection_shown(reading: CollectionReading, actor: Actor, now: datetime) -> CollectionShown:
    """Show a round's collecting as far as it was read."""
    lines = tuple(_line(reading, department, now) for department in reading.collection.asked)
    own = next((each for each in lines if each.department == actor.department), None)
    return CollectionShown(
        due_on=reading.collection.due_on,
        days_left=reading.days_left,
        is_open=reading.is_open,
        coordinator=reading.stored.settings.round.coordinator,
        departments=lines,
        own=own,
        history=tuple(each for each in reading.handed_in if own and each.department == own.department),
    )


def _line(reading: CollectionReading, department: DepartmentId, now: datetime) -> DepartmentLine:
    standing, submission = reading.standing(department), reading.submission(department)
    is_whole = submission is not None and not any(each.severity is not Severity.WARNING for each in submission.findings)
    return DepartmentLine(
        department=department,
        state=_state(reading, has_handed_in=standing is not None, is_whole=is_whole),
        id=standing.id if standing else None,
        file=standing.file if standing else "",
        by=standing.handed_in_by or "" if standing else "",
        at=standing.handed_in_at if standing else None,
        kept_rows=standing.trial.kept_rows if standing else 0,
        refused_rows=len(submission.refused) if submission else 0,
        may_be_undone=reading.is_open and standing is not None and standing.may_be_undone(now),
        may_be_taken_off=reading.is_open and _may_be_taken_off(reading, department),
    )


def _may_be_taken_off(reading: CollectionReading, department: DepartmentId) -> bool:
    return department != reading.stored.settings.round.coordinator and not any(
        each.department == department for each in reading.handed_in
    )


def _state(reading: CollectionReading, *, has_handed_in: bool, is_whole: bool) -> HandInState:
    if has_handed_in:
        return HandInState.DONE if is_whole else HandInState.FAULTY
    return HandInState.LATE if reading.today > reading.collection.due_on else HandInState.MISSING
