"""A draw held by its parties together: how far it has come, who acts for which party, what may be done when.

Whose commitment and reveal count is solver/chance's affair (spec/draw.md 3), who may act at all that of `permissions`.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from coordinator.domain.actors import Actor, Office
from coordinator.domain.errors import Invalid, NotPermitted
from coordinator.domain.rounds import Round
from solver.chance.ceremony import FEWEST_REVEALS, Ceremony, reason_void
from solver.chance.head import HEAD, Head, moment
from solver.chance.identifiers import Party

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=7)
BEFORE_EVENT = timedelta(seconds=1)
LONGEST_REASON = 200


class Terms(Struct, frozen=True, kw_only=True):
    """How a draw is held: by one operator who makes all the secrets, or by its parties, and how long these have."""

    single_operator: bool
    lasts: timedelta


ONE_OPERATOR = Terms(single_operator=True, lasts=timedelta(hours=1))


class Phase(StrEnum):
    """How far a draw's fixed attempt has come."""

    COMMITTING = "committing"
    REVEALING = "revealing"
    AWAITING_EVENT = "awaiting_event"
    READY = "ready"
    """Only chance is left."""
    FAILED = "failed"
    """No seed may be derived: the attempt can only be declared void."""


def by_parties(lasts: timedelta) -> Terms:
    """Give the terms of a ceremony; raises Invalid where nobody could keep them."""
    if not SHORTEST <= lasts <= LONGEST:
        raise Invalid("从固定到公布截止，应在五分钟到七天之间。", field="minutes")
    return Terms(single_operator=False, lasts=lasts)


def reveal_by(terms: Terms, event: datetime | None, now: datetime) -> datetime:
    """Say until when secrets are revealed: before the beacon's event. Raises Invalid for an event that has come.

    One operator answers for what the seed is made of and is only told (`Beacon.doubts`); parties rely on the order.
    """
    if event is None:
        return now + terms.lasts
    ends = min(now + terms.lasts, event - BEFORE_EVENT)
    if not terms.single_operator and ends <= now:
        raise Invalid(
            "约定的公共随机事件已经发生，不能在它之后固定名单。",
            remedy="请在本轮的设置（round.toml）里另约定一次，再固定。",
        )
    return ends


def party_of(actor: Actor, round_: Round, head: Head) -> Party:
    """For which party somebody acts; raises NotPermitted where it is none of this attempt's."""
    party = party_named(actor, round_)
    if party not in head.parties:
        raise NotPermitted(
            "您不代表这一次抽取的参与方。", remedy="参与方是牵头部门和各发起部门，由其统筹、联络员提交承诺、公布秘密。"
        )
    return party


def party_named(actor: Actor, round_: Round) -> Party | None:
    """Whom somebody would act for: liaisons for their department, coordinators for the coordinating one."""
    if actor.office is Office.DEPARTMENT and actor.department is not None:
        return Party(actor.department)
    return Party(round_.round.coordinator) if actor.office is Office.COORDINATOR else None


def is_closed(head: Head, ceremony: Ceremony, closed_at: datetime | None) -> bool:
    """Whether no more commitments are taken: all have come, or the coordinator has closed the list."""
    return closed_at is not None or bool(ceremony.reveals) or len(ceremony.commitments) == len(head.parties)


def phase_of(head: Head, ceremony: Ceremony, closed_at: datetime | None, now: datetime) -> Phase:
    """Say how far an attempt has come."""
    is_over = now > reveals_end(head)
    if not is_over and not is_closed(head, ceremony, closed_at):
        return Phase.COMMITTING
    if not is_over and silent_in(ceremony):
        return Phase.REVEALING
    if reason_void(head, ceremony):
        return Phase.FAILED
    return Phase.AWAITING_EVENT if now < (event_at(head) or now) else Phase.READY


def may_be_void(phase: Phase, ceremony: Ceremony) -> bool:
    """Whether an attempt may be given up: nobody can have seen a result, or none can come of it any more."""
    return phase is Phase.FAILED or not ceremony.reveals


def next_parties(head: Head, ceremony: Ceremony, ended_at: datetime) -> tuple[Party, ...]:
    """Say who takes part in the attempt after a void one: who committed and stayed silent does not (spec/draw.md 3).

    Where fewer than two would remain nobody can be left out, nor where the attempt ended before anyone had to reveal.
    """
    had_to_reveal = ceremony.reveals or ended_at > reveals_end(head)
    silent = silent_in(ceremony) if had_to_reveal else ()
    remaining = tuple(party for party in head.parties if party not in silent)
    return remaining if len(remaining) >= FEWEST_REVEALS else head.parties


def silent_in(ceremony: Ceremony) -> tuple[Party, ...]:
    """Who committed and has not revealed."""
    return tuple(party for party in sorted(ceremony.commitments) if party not in ceremony.reveals)


def refuse_too_few(parties: tuple[Party, ...]) -> None:
    """Raise Invalid where a draw has not the two parties that a seed needs."""
    if len(parties) < FEWEST_REVEALS:
        raise Invalid(
            "这个轮次只有一个参与方，各方共同抽取至少要有两方。",
            remedy="请用 onedoor run 抽取，记录会写明由一人操作。",
        )


def void_reason(written: str) -> str:
    """Give back a reason that can stand on the record; raises Invalid."""
    reason = " ".join(written.split())
    if not 1 <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise Invalid(f"请写明作废的原因，不超过 {LONGEST_REASON} 个字。", field="reason")
    return reason


def reveals_end(head: Head) -> datetime:
    """Until when secrets are revealed."""
    return moment(f"{HEAD} $.reveal_by", head.reveal_by)


def event_at(head: Head) -> datetime | None:
    """When the beacon's event happens; None without a beacon."""
    return moment(f"{HEAD} $.beacon.when", head.beacon.when) if head.beacon else None
