"""The interface for programs: outside systems that packages go to, proposed by one person, approved by another.

A token acts for its owner: two programs of one person are one person. Secrets are set on pages, and shown nowhere.
"""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.department_names import refuse_mistyped
from coordinator.actions.destinations import (
    Destinations,
    OneDestination,
    confirm_destination,
    propose_destination,
    read_destination,
    read_destinations,
    send_test,
    set_destination_state,
    withdraw_destination,
)
from coordinator.actions.posting import read_delivery
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.destinations import (
    MOST_LETTERS,
    Destination,
    DestinationDraft,
    DestinationState,
    KeptSecret,
    Wanted,
    draft_of,
    new_draft,
)
from coordinator.domain.permissions import permit
from coordinator.domain.proposals import Proposal
from coordinator.storage.destinations import Fares
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.api.deliveries import DeliveryWhole, delivery_whole
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given

ONE = "/destinations/{name:str}"
Words = Annotated[str, Meta(max_length=MOST_LETTERS)]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["对接"])


class DestinationLine(Struct, frozen=True, kw_only=True):
    """One of them, and how its packages fare; without a state it is only proposed."""

    name: str
    connector: str
    title: str
    department: str
    wants: tuple[Wanted, ...]
    state: DestinationState | None
    proposal: UUID | None
    waiting: int
    dead: int
    delivered: int
    last_delivered_at: datetime | None


class DestinationProposed(Struct, frozen=True, kw_only=True):
    """What somebody would have it be; confirmed with its id, until it expires."""

    id: UUID
    title: str
    department: str
    wants: tuple[Wanted, ...]
    settings: dict[str, object]
    proposer_name: str
    proposed_at: datetime
    expires_at: datetime


class DestinationShown(Struct, frozen=True, kw_only=True):
    """A destination as it stands and as it was proposed; of secrets only that they are set, for who may set them."""

    name: str
    connector_title: str
    standing: Destination | None
    proposed: DestinationProposed | None
    secrets: tuple[KeptSecret, ...]


class DestinationWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`sure`: a department whose name is nearly a known one is another one indeed."""

    name: Words
    connector: Words
    title: Words
    department: Words
    wants: Annotated[list[Wanted], Meta(max_length=len(Wanted))]
    settings: dict[str, object]
    sure: bool = False


class DestinationSeen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` is the id of the proposal that was looked at."""

    seen: UUID


class DestinationWithdrawn(Struct, frozen=True, kw_only=True):
    name: str


class StateWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: DestinationState


@listing("/destinations", tags=["对接"], summary="各个对接，只是提出的也在内")
async def list_destinations(
    turn: Given[Turn], actor: Given[Actor], services: Given[Services]
) -> Response[list[DestinationLine]]:
    return turn.cut(_lines(await read_destinations(services, actor)), lambda _, each: each.name)


@get(ONE, responses=ERRORS, tags=["对接"], summary="一个对接：设置，和等另一人确认的提议")
async def get_destination(name: FromPath[str], actor: Given[Actor], services: Given[Services]) -> DestinationShown:
    return _shown(await read_destination(services, actor, name))


@write("/destinations", summary="提出一个对接，或一项修改；由另一人确认")
async def post_destination(
    data: JSONBody[DestinationWish], actor: Given[Actor], services: Given[Services]
) -> DestinationShown:
    permit(actor, Act.SEE_DESTINATIONS)
    permit(actor, Act.MANAGE_DESTINATIONS)
    wants = [wanted.value for wanted in data.wants]
    draft = new_draft(data.name, data.connector, data.title, data.department, wants, data.settings)
    await refuse_mistyped(services, actor, [draft.department], sure="是" if data.sure else "")
    await propose_destination(services, actor, draft)
    return _shown(await read_destination(services, actor, draft.name))


@write(f"{ONE}/confirm", summary="确认另一人提出的；此后开始发送")
async def post_destination_confirmation(
    name: FromPath[str], data: JSONBody[DestinationSeen], actor: Given[Actor], services: Given[Services]
) -> DestinationShown:
    permit(actor, Act.SEE_DESTINATIONS)
    await confirm_destination(services, actor, name, data.seen)
    return _shown(await read_destination(services, actor, name))


@write(f"{ONE}/withdraw", summary="撤回提议")
async def post_destination_withdrawal(
    name: FromPath[str], actor: Given[Actor], services: Given[Services]
) -> DestinationWithdrawn:
    permit(actor, Act.SEE_DESTINATIONS)
    await withdraw_destination(services, actor, name)
    return DestinationWithdrawn(name=name)


@write(f"{ONE}/state", summary="暂停、恢复或停用")
async def post_destination_state(
    name: FromPath[str], data: JSONBody[StateWish], actor: Given[Actor], services: Given[Services]
) -> DestinationShown:
    permit(actor, Act.SEE_DESTINATIONS)
    await set_destination_state(services, actor, name, data.state)
    return _shown(await read_destination(services, actor, name))


@write(f"{ONE}/test", summary="发送一份测试")
async def post_destination_test(name: FromPath[str], actor: Given[Actor], services: Given[Services]) -> DeliveryWhole:
    permit(actor, Act.SEE_DELIVERIES)
    return delivery_whole(await read_delivery(services, actor, await send_test(services, actor, name)))


def _lines(found: Destinations) -> list[DestinationLine]:
    """Those that stand, then those only proposed."""
    proposed = {each.subject: each for each in found.proposed}
    lines = [
        _line(each.draft, each.state, proposed.pop(each.name, None), found.fares.get(each.name))
        for each in found.standing
    ]
    new = ((draft_of(name, each.facts), each) for name, each in proposed.items())
    return lines + [_line(draft, None, each, found.fares.get(draft.name)) for draft, each in new]


def _line(
    draft: DestinationDraft, state: DestinationState | None, proposed: Proposal | None, fares: Fares | None
) -> DestinationLine:
    return DestinationLine(
        name=draft.name,
        connector=draft.connector,
        title=draft.title,
        department=draft.department,
        wants=draft.wants,
        state=state,
        proposal=proposed.id if proposed else None,
        waiting=fares.waiting if fares else 0,
        dead=fares.dead if fares else 0,
        delivered=fares.delivered if fares else 0,
        last_delivered_at=fares.last_delivered_at if fares else None,
    )


def _shown(one: OneDestination) -> DestinationShown:
    return DestinationShown(
        name=one.name,
        connector_title=one.kind.title,
        standing=one.standing,
        proposed=_proposed(one.name, one.proposed) if one.proposed else None,
        secrets=tuple(one.secrets.values()),
    )


def _proposed(name: str, proposal: Proposal) -> DestinationProposed:
    fields = msgspec.structs.asdict(draft_of(name, proposal.facts))
    return DestinationProposed(
        id=proposal.id,
        proposer_name=proposal.proposer_name,
        proposed_at=proposal.proposed_at,
        expires_at=proposal.expires_at,
        **{each: fields[each] for each in ("title", "department", "wants", "settings")},
    )


DESTINATIONS = (
    list_destinations,
    get_destination,
    post_destination,
    post_destination_confirmation,
    post_destination_withdrawal,
    post_destination_state,
    post_destination_test,
)
