"""What takes two people: one proposes, another confirms, both being allowed to do it; the rule is in `permissions`.

What is proposed is named by its act and subject; the facts are what the proposer saw, and must still be so.
"""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from coordinator.domain.accounts import AccountId
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, TooLate

LASTS = timedelta(hours=1)


class JointAct(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act on a subject, by its id, as the facts stand; it belongs to a round or to none."""

    act: Act
    subject: str
    round: UUID | None
    facts: dict[str, str]


class Proposal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody proposed; confirmed once another has agreed."""

    id: UUID
    act: Act
    subject: str
    facts: dict[str, str]
    proposer: AccountId
    proposer_name: str
    proposed_at: datetime
    expires_at: datetime
    confirmer_name: str | None
    confirmed_at: datetime | None

    def stands(self, now: datetime) -> bool:
        return self.confirmed_at is None and now < self.expires_at


def refuse_stale(proposal: Proposal | None, seen: UUID, facts: dict[str, str], now: datetime) -> Proposal:
    """Give back the proposal that somebody saw and would confirm.

    Raises TooLate where none stands, Conflict where another one does or things have changed since.
    """
    if proposal is None or not proposal.stands(now):
        raise TooLate("没有等待确认的提议，或者它已经过期。", remedy="请先提出，再由另一位确认。")
    if proposal.id != seen or proposal.facts != facts:
        raise Conflict("提出之后情况有变，没有办理。", remedy="请核对后重新提出，再由另一位确认。")
    return proposal
