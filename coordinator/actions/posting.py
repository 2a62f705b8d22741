"""Posting: packages into the outbox, in the transaction of what made them necessary; and what people ask of them after.

How they are then brought to their partners is in `deliveries`.
"""

from collections.abc import Sequence
from uuid import uuid4

from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.deliveries import OutboxId, Posting
from coordinator.domain.errors import NotFound
from coordinator.storage import audit, outbox
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.outbox import StoredDelivery


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


async def replay(services: Services, actor: Actor, ids: Sequence[OutboxId]) -> None:
    """Have packages delivered once more from now on, dead, paused or delivered ones; raises NotFound."""
    async with transaction(services.pool, actor) as db:
        await _replay(db, services, actor, ids)


async def pause(services: Services, actor: Actor, ids: Sequence[OutboxId]) -> None:
    """Hold waiting packages back until they are replayed; raises NotFound where one does not wait."""
    async with transaction(services.pool, actor) as db:
        _require_all(await outbox.pause(db, ids), ids)
        await audit.append(db, actor, "deliveries_paused", None, "outbox", packages=[str(id_) for id_ in ids])


async def _replay(db: Connection, services: Services, actor: Actor, ids: Sequence[OutboxId]) -> None:
    _require_all(await outbox.make_due(db, ids, services.clock()), ids)
    await audit.append(db, actor, "deliveries_replayed", None, "outbox", packages=[str(id_) for id_ in ids])


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
