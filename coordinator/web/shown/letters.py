"""A round's letters as the offices see them: to whom, since when, and whether they were opened or are locked.

No code stands here, and of what a firm does with its page only the day on which it first opened it.
"""

from datetime import datetime
from enum import Enum
from uuid import UUID

from msgspec import Struct

from coordinator.actions.letters import LetterList
from coordinator.domain.letters import Letter, letters_due
from coordinator.web.known import Known


class LetterState(Enum):
    """How a letter stands, in the words of the list."""

    WITHDRAWN = "✕ 已收回"
    EXPIRED = "✕ 已过期"
    LOCKED = "■ 输错锁住"
    OPENED = "✓ 已打开"
    SENT = "● 已发出"


class LetterLine(Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    target: str
    target_name: str
    issued_at: datetime
    letter: Letter
    state: LetterState

    @property
    def stands(self) -> bool:
        return self.state not in {LetterState.WITHDRAWN, LetterState.EXPIRED}


class LettersShown(Struct, frozen=True, kw_only=True):
    """The list, and how many firms are to be told and have no letter: None before the papers are approved."""

    lines: tuple[LetterLine, ...]
    due: int | None


def letters_shown(known: Known, listed: LetterList, department: str | None, now: datetime) -> LettersShown:
    """Show a round's letters."""
    is_told = known.reading.is_dispatched
    return LettersShown(
        lines=tuple(_line(known, listed, each, now) for each in listed.letters),
        due=len(letters_due(known.announcements, listed.written_to, department)) if is_told else None,
    )


def _line(known: Known, listed: LetterList, letter: Letter, now: datetime) -> LetterLine:
    return LetterLine(
        id=letter.id,
        number=letter.number,
        target=letter.target,
        target_name=known.dispatch.targets[letter.target].name,
        issued_at=letter.issued_at,
        letter=letter,
        state=_state(letter, now, is_locked=letter.id in listed.locked),
    )


def _state(letter: Letter, now: datetime, *, is_locked: bool) -> LetterState:
    if letter.withdrawn_at is not None:
        return LetterState.WITHDRAWN
    if not letter.opens(now):
        return LetterState.EXPIRED
    if is_locked:
        return LetterState.LOCKED
    return LetterState.OPENED if letter.first_opened_on else LetterState.SENT
