"""Letters (告知函): the paper on which a firm finds the number and code that open the page of its visits.

The code is shown once, when the letter is made; what is kept of it is in actions/hashing.py. What may be told to whom
is in `announcements` and `disclosure`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NewType
from uuid import UUID

from msgspec import Struct

from coordinator.domain.actors import Actor, ActorId, Office
from coordinator.domain.announcements import Announcement
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.ids import DepartmentId, TargetId

LetterId = NewType("LetterId", UUID)

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Five bits a sign, without I, L, O and U, so that nothing is misread on paper (Crockford)."""
LENGTH = 8
"""Signs of a number and of a code: 40 bits each."""
MOST_TRIES = 5
OPEN_AFTER_ROUND = timedelta(days=90)
"""How long after the round's last day a letter still opens: results, rating and complaint come after the visit."""
IDLE_FOR = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=4)
TRY_KEPT = timedelta(days=1)
"""How long the tries of a number that no letter bears are remembered."""
_ALIKE = str.maketrans("OIL", "011")
_HALF = LENGTH // 2


class Letter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One letter to one target of a round; it may be withdrawn, and another takes its place."""

    id: LetterId
    round: UUID
    target: TargetId
    departments: tuple[DepartmentId, ...]
    """Who takes part in the visits that it announces."""
    number: str
    issued_at: datetime
    expires_at: datetime
    first_opened_on: date | None
    """The day and no more: what a firm does with its page is its own affair."""
    reopened_at: datetime | None
    withdrawn_at: datetime | None

    def opens(self, now: datetime) -> bool:
        return self.withdrawn_at is None and now < self.expires_at

    def actor(self) -> Actor:
        """The firm, acting through this letter: row-level security shows it what belongs to this letter alone."""
        return Actor(id=ActorId(str(self.id)), name=f"企业（函号 {in_halves(self.number)}）", office=Office.ENTERPRISE)


def expiry(last_day: date) -> datetime:
    """Give the moment from which a letter of a round that ends that day opens nothing any more."""
    return datetime.combine(last_day, time(), tzinfo=LOCAL_TIME) + OPEN_AFTER_ROUND


def as_signs(chance: int) -> str:
    """Write 40 bits in the signs of letters."""
    return "".join(SIGNS[chance >> 5 * place & 31] for place in reversed(range(LENGTH)))


def as_typed(written: str) -> str:
    """Read a number or code however it was typed: blanks, dashes, small letters, O for 0, I and L for 1."""
    return re.sub(r"[\s\-－—]", "", written.upper()).translate(_ALIKE)


def in_halves(signs: str) -> str:
    """Write a number or code as people read it: 7Q3K-9XW2."""
    return f"{signs[:_HALF]}-{signs[_HALF:]}"


def departments_told(announcement: Announcement) -> tuple[DepartmentId, ...]:
    """Everyone who takes part in a visit that a firm is told of."""
    return tuple(sorted({department for visit in announcement.visits for department in visit.departments}))


def letters_due(
    told: Mapping[TargetId, Announcement], standing: Iterable[TargetId], department: str | None
) -> tuple[Announcement, ...]:
    """Who is to be told and has no letter; for a department those to whom it goes, None: all."""
    written = set(standing)
    return tuple(
        announcement
        for target, announcement in told.items()
        if target not in written and (department is None or department in departments_told(announcement))
    )
