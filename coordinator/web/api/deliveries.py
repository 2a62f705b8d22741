"""The interface for programs: what was sent to outside systems, every try with its answer; sent again, held back.

What a package holds is fetched in `packages`; where packages go is in `destinations`.
"""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from coordinator.actions.posting import DeliveryReading, pause, read_deliveries, read_delivery, replay
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.deliveries import (
    DeliveryAttempt,
    DeliveryConfirmation,
    DeliveryReceipt,
    DeliveryState,
    OutboxId,
)
from coordinator.domain.destinations import MOST_LETTERS
from coordinator.domain.permissions import permit
from coordinator.storage.outbox import PostedFile
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.api.pages import Turn, listing, unreadable
from coordinator.web.given import Given

ONE = "/deliveries/{delivery_id:uuid}"
Named = Annotated[str, QueryParameter(max_length=MOST_LETTERS, pattern=r"^[^\x00-\x1f]*$", description="对接的代号")]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["对接"])


class DeliveryLine(Struct, frozen=True, kw_only=True):
    """How a package fares; `batch` and `number` say what it is, `last_error` why the last try failed."""

    outbox: UUID
    round: UUID | None
    department: str
    connector: str
    destination: str
    recipient: str
    batch: str
    number: int
    state: DeliveryState
    attempts: int
    next_try_at: datetime
    receipt: DeliveryReceipt | None
    confirmation: DeliveryConfirmation | None
    last_error: str | None
    created_at: datetime


class DeliveryWhole(Struct, frozen=True, kw_only=True):
    """A package with what is in it by name, and its tries, the latest first."""

    delivery: DeliveryLine
    files: tuple[PostedFile, ...]
    attempts: tuple[DeliveryAttempt, ...]


@listing("/deliveries", tags=["对接"], summary="投递，新的在前；可按对接、状态筛选")
async def list_deliveries(
    turn: Given[Turn],
    actor: Given[Actor],
    services: Given[Services],
    destination: Named = "",
    only: FromQuery[DeliveryState | None] = None,
) -> Response[list[DeliveryLine]]:
    found = await read_deliveries(services, actor, destination or None, only, after=_place(turn), most=turn.most + 1)
    shown = [msgspec.convert(each, DeliveryLine, from_attributes=True) for each in found[: turn.most]]
    return turn.answer(shown, [str(shown[-1].outbox)] if len(found) > turn.most else None)


@get(ONE, responses=ERRORS, tags=["对接"], summary="一次投递：文件，每次尝试和对方的回答")
async def get_delivery(delivery_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> DeliveryWhole:
    return delivery_whole(await read_delivery(services, actor, OutboxId(delivery_id)))


@write(f"{ONE}/replay", summary="重新投递")
async def post_replay(delivery_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> DeliveryWhole:
    permit(actor, Act.SEE_DELIVERIES)
    await replay(services, actor, [OutboxId(delivery_id)])
    return delivery_whole(await read_delivery(services, actor, OutboxId(delivery_id)))


@write(f"{ONE}/pause", summary="暂不投递，重新投递之前不发")
async def post_pause(delivery_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> DeliveryWhole:
    permit(actor, Act.SEE_DELIVERIES)
    await pause(services, actor, [OutboxId(delivery_id)])
    return delivery_whole(await read_delivery(services, actor, OutboxId(delivery_id)))


def delivery_whole(reading: DeliveryReading) -> DeliveryWhole:
    return msgspec.convert(reading, DeliveryWhole, from_attributes=True)


def _place(turn: Turn) -> OutboxId | None:
    """The package to go on after; raises Invalid."""
    (last,) = turn.key(1)
    try:
        return OutboxId(UUID(last)) if last else None
    except ValueError as error:
        raise unreadable() from error


DELIVERIES = (list_deliveries, get_delivery, post_replay, post_pause)
