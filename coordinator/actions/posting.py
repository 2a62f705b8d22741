"""Posting: packages into the outbox, in the transaction of what made them necessary; and what people ask of them after.

How they are then brought to their partners is in `deliveries`.
"""

from collections.abc import Sequence
from uuid import uuid4

from msgspec import Struct

from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.deliveries import DeliveryAttempt, DeliveryKey, DeliveryState, OutboxId, OutgoingFile, Posting
from coordinator.domain.errors import NotFound
from coordinator.domain.permissions import may, permit
from coordinator.storage import audit, inquiries, outbox
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.outbox import PostedFile, StoredDelivery


async def post(
    db: Connection, services: Services, actor: Actor, postings: Sequence[Posting], *, again: bool = False
) -> tuple[OutboxId, ...]:
    """Put packages into the outbox, in the caller's transaction; gives their ids, in order.

    A batch that its partner was sent with the same content is not posted twice, its package stands for it. With `again`
    such a package is due once more, at once: to mend a receiver that lost it, or to follow a run that was killed.
    """
    await outbox.lock_batches(db, postings)
    return tuple([await _post(db, services, actor, posting, again=again) for posting in postings])


async def delivery_states(services: Services, actor: Actor, ids: Sequence[OutboxId]) -> list[StoredDelivery]:
    """How packages fare, those that the actor may see."""
    async with transaction(services.pool, actor) as db:
        return await outbox.deliveries(db, ids)


class DeliveryReading(Struct, frozen=True, kw_only=True):
    """A package: how it fares, what is in it by name, and its tries, the latest first."""

    delivery: StoredDelivery
    files: tuple[PostedFile, ...]
    attempts: tuple[DeliveryAttempt, ...]


async def read_deliveries(
    services: Services,
    actor: Actor,
    destination: str | None,
    state: DeliveryState | None,
    *,
    after: OutboxId | None = None,
    most: int = 200,
) -> list[StoredDelivery]:
    """The latest packages, posted before `after` if given, of one destination or state; those the actor may see."""
    permit(actor, Act.SEE_DELIVERIES)
    async with transaction(services.pool, actor) as db:
        return await outbox.latest_deliveries(db, destination, state, after, most)


async def stuck_deliveries(services: Services, actor: Actor) -> int:
    """How many packages wait for somebody who may mend it; none for those who may not."""
    if not may(actor, Act.MANAGE_DELIVERIES):
        return 0
    async with transaction(services.pool, actor) as db:
        return await outbox.count_dead(db)


async def read_delivery(services: Services, actor: Actor, id_: OutboxId) -> DeliveryReading:
    """Raises NotFound for a package that is not there for the actor."""
    permit(actor, Act.SEE_DELIVERIES)
    async with transaction(services.pool, actor) as db:
        found = await outbox.deliveries(db, [id_])
        if not found:
            raise NotFound("没有这次投递。", remedy="请从投递列表里选择。")
        return DeliveryReading(
            delivery=found[0],
            files=tuple(await outbox.posted_files(db, id_)),
            attempts=tuple(await inquiries.attempts_of(db, id_)),
        )


async def read_package_file(services: Services, actor: Actor, key: DeliveryKey, name: str) -> OutgoingFile:
    """Give one file of a package as it was posted; raises NotFound for what is not there for the actor."""
    permit(actor, Act.SEE_DELIVERIES)
    async with transaction(services.pool, actor) as db:
        found = await outbox.package_file(db, key, name)
    if found is None:
        raise NotFound("没有这个文件。", remedy="请按消息里的地址取件。")
    return found


async def replay(services: Services, actor: Actor, ids: Sequence[OutboxId]) -> None:
    """Have packages delivered once more from now on, dead, paused or delivered ones; raises NotFound."""
    permit(actor, Act.MANAGE_DELIVERIES)
    async with transaction(services.pool, actor) as db:
        await _replay(db, services, actor, ids)


async def pause(services: Services, actor: Actor, ids: Sequence[OutboxId]) -> None:
    """Hold waiting packages back until they are replayed; raises NotFound where one does not wait."""
    permit(actor, Act.MANAGE_DELIVERIES)
    async with transaction(services.pool, actor) as db:
        _require_all(await outbox.pause(db, ids), ids)
        await audit.append(db, actor, "deliveries_paused", None, "outbox", **await _named(db, ids))


async def _replay(db: Connection, services: Services, actor: Actor, ids: Sequence[OutboxId]) -> None:
    _require_all(await outbox.make_due(db, ids, services.clock()), ids)
    await audit.append(db, actor, "deliveries_replayed", None, "outbox", **await _named(db, ids))


async def _named(db: Connection, ids: Sequence[OutboxId]) -> dict[str, object]:
    """Packages as the trail names them; a batch says of which round it is and what is in it."""
    found = await outbox.deliveries(db, ids)
    return {
        "packages": [str(each.outbox) for each in found],
        "batches": [f"{each.recipient} {each.batch}" for each in found],
    }


def _require_all(changed: int, ids: Sequence[OutboxId]) -> None:
    if changed < len(set(ids)):
        raise NotFound("其中有的投递不存在，或不在可以这样处理的状态。", remedy="请刷新后再试。")


async def _post(db: Connection, services: Services, actor: Actor, posting: Posting, *, again: bool) -> OutboxId:
    last = await outbox.last_posted(db, posting)
    if last is None or last.content_digest != posting.content_digest:
        return await _insert(db, services, actor, posting, last.number + 1 if last else 1)
    if again:
        await _replay(db, services, actor, [last.id])
    return last.id


async def _insert(db: Connection, services: Services, actor: Actor, posting: Posting, number: int) -> OutboxId:
    id_, now = OutboxId(uuid4()), services.clock()
    await outbox.insert_package(db, id_, posting, number, now)
    await outbox.insert_package_files(db, id_, posting.files)
    await outbox.insert_delivery(db, id_, now)
    await audit.append(
        db,
        actor,
        "package_posted",
        posting.round,
        posting.partner.recipient,
        key=posting.key(number),
        connector=posting.partner.connector,
        batch=posting.batch,
        number=number,
        files={file.name: file.sha256 for file in posting.files},
    )
    return id_
