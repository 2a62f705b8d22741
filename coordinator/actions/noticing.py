"""What other departments found that one must know (抄告): read by whom it is told to, and by who sees all.

Who is told of what is said in the domain's `publication`, who may see it in `disclosure`.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor, Office
from coordinator.domain.acts import Act
from coordinator.domain.disclosure import UNSEALED, Audience, Part, visible
from coordinator.domain.errors import NotFound
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import permit
from coordinator.domain.publication import Notice, Receivers, notices_of
from coordinator.storage import findings, rounds, submissions
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.findings import ConcerningFinding
from coordinator.storage.rounds import StoredRound


class NamedNotice(Struct, frozen=True, kw_only=True):
    """A notice with the names of its target and item."""

    notice: Notice
    target_name: str
    item_name: str


async def read_notices(services: Services, actor: Actor, round_: UUID) -> tuple[NamedNotice, ...]:
    """What a department is told of a round's findings, all notices for who sees all; raises NotFound."""
    permit(actor, Act.SEE_RESULTS)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
        if stored is None:
            raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
        return await notices_now(db, actor, stored, services.clock())


async def notices_now(
    db: Connection, actor: Actor, stored: StoredRound, now: datetime, since: date | None = None
) -> tuple[NamedNotice, ...]:
    """What the actor is told, of what was found since a day: worked out of all findings, which it could not read."""
    await act_as(db, PUBLICATION)
    found = await findings.concerning_findings(db, stored.id, since)
    departments = tuple(each.id for each in await submissions.departments(db, stored.id))
    await act_as(db, actor)
    return tuple(_told(found, Receivers(departments=departments, coordinator=_coordinator(stored)), actor, now))


def _told(found: Sequence[ConcerningFinding], round_: Receivers, actor: Actor, now: datetime) -> Iterator[NamedNotice]:
    named = {each.finding.key: each for each in found}
    for notice in notices_of(round_, ((each.finding, each.concerned) for each in found)):
        if visible(Part.REFERRALS, _audience(actor, notice.to), now, UNSEALED):
            about = named[notice.finding.key]
            yield NamedNotice(notice=notice, target_name=about.target_name, item_name=about.item_name)


def _audience(actor: Actor, told: DepartmentId) -> Audience:
    if actor.department is None:
        return Audience.SUPERVISOR if actor.office is Office.SUPERVISOR else Audience.COORDINATOR
    return Audience.OWN_DEPARTMENT if actor.department == told else Audience.PARTY


def _coordinator(stored: StoredRound) -> DepartmentId:
    return stored.settings.round.coordinator
