"""What somebody owes now: hand in, take part in a draw, enter results; for the coordinator, each round's next step.

Where it is done is the pages' affair; until when is counted in working days.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.approvals import Approval, is_approved
from coordinator.domain.hand_ins import working_days_left
from coordinator.domain.ids import DepartmentId
from coordinator.domain.workdays import Calendar, publication_deadline


class DutyKind(StrEnum):
    HAND_IN = "hand_in"
    MEND = "mend"
    """Rows that were handed in do not count."""
    COMMIT = "commit"
    REVEAL = "reveal"
    ENTER_RESULTS = "enter_results"
    READ_NOTICES = "read_notices"
    """Others found something at targets of one's own (抄告), lately."""
    CHASE = "chase"
    """Others have still to hand in."""
    FIX_FRAME = "fix_frame"
    DRAW_TARGETS = "draw_targets"
    PLAN = "plan"
    TAKE_IN = "take_in"
    """What came after the plan waits to be planned in."""
    DRAW_TEAMS = "draw_teams"
    DRAW_UP = "draw_up"
    """Papers, also anew where teams or times have changed since."""
    APPROVE = "approve"
    DECIDE_RECUSALS = "decide_recusals"
    ANSWER_FIRMS = "answer_firms"


NOTICES_LAST = timedelta(days=30)
"""For so long after an inspection the home page tells what was found."""


class Duty(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to do in one round; without a due day it is due when the round is to go on."""

    kind: DutyKind
    round: UUID
    round_name: str
    count: int = 0
    """How many rows, results or departments it is about."""
    names: tuple[str, ...] = ()
    due_on: date | None = None
    provisional: bool = False
    days_left: int | None = None
    """Working days, today among them; negative: so many have passed since."""


class Outstanding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many results of tasks that end on a day have not been entered."""

    task_ends_on: date
    missing: int


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has been asked for in a round and waits for the coordinating office."""

    recusals: int
    decide_by: date | None
    of_firms: int


class HandedIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a department's handing in stands."""

    due_on: date
    is_there: bool
    refused_rows: int


def to_hand_in(round_: UUID, name: str, stands: HandedIn) -> Iterator[Duty]:
    """What a department owes while a round is collected."""
    if not stands.is_there:
        yield Duty(kind=DutyKind.HAND_IN, round=round_, round_name=name, due_on=stands.due_on)
    elif stands.refused_rows:
        yield Duty(kind=DutyKind.MEND, round=round_, round_name=name, count=stands.refused_rows, due_on=stands.due_on)


def to_enter(calendar: Calendar, round_: UUID, name: str, outstanding: Sequence[Outstanding]) -> Iterator[Duty]:
    """The results that a department owes: all together, by the first day on which some must be public."""
    if outstanding:
        deadline = publication_deadline(calendar, min(each.task_ends_on for each in outstanding))
        yield Duty(
            kind=DutyKind.ENTER_RESULTS,
            round=round_,
            round_name=name,
            count=sum(each.missing for each in outstanding),
            due_on=deadline.due_on,
            provisional=deadline.provisional,
        )


def to_read(round_: UUID, name: str, count: int) -> Iterator[Duty]:
    """What others found that one must know."""
    if count:
        yield Duty(kind=DutyKind.READ_NOTICES, round=round_, round_name=name, count=count)


def to_answer(round_: UUID, name: str, asked: Asked) -> Iterator[Duty]:
    """What people, firms and departments asked and nobody has decided or answered."""
    if asked.recusals:
        yield Duty(
            kind=DutyKind.DECIDE_RECUSALS,
            round=round_,
            round_name=name,
            count=asked.recusals,
            due_on=asked.decide_by,
        )
    if asked.of_firms:
        yield Duty(kind=DutyKind.ANSWER_FIRMS, round=round_, round_name=name, count=asked.of_firms)


def to_approve(round_: UUID, name: str, found: Sequence[Approval], team_changes: int) -> Iterator[Duty]:
    """Papers are drawn up by one, then approved by another, and anew when teams or times have changed."""
    if any(each.is_waiting for each in found):
        yield Duty(kind=DutyKind.APPROVE, round=round_, round_name=name)
    elif not is_approved(found, team_changes):
        yield Duty(kind=DutyKind.DRAW_UP, round=round_, round_name=name)


def to_chase(round_: UUID, name: str, due_on: date, missing: tuple[DepartmentId, ...]) -> Duty:
    """What the coordinator does while a round is collected: wait for who is missing, else fix the names."""
    if not missing:
        return Duty(kind=DutyKind.FIX_FRAME, round=round_, round_name=name)
    return Duty(kind=DutyKind.CHASE, round=round_, round_name=name, count=len(missing), names=missing, due_on=due_on)


def in_order(duties: Iterable[Duty], calendar: Calendar, today: date) -> tuple[Duty, ...]:
    """Count the days left, and put the most urgent first; what has no day comes last."""
    counted = [
        replace(each, days_left=working_days_left(calendar, today, each.due_on)) if each.due_on else each
        for each in duties
    ]
    return tuple(sorted(counted, key=lambda each: (each.due_on is None, each.due_on or today)))
