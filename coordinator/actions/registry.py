"""Taking registrations in: from a file, or pulled from where an earlier pull ended; each change is kept and told.

What a row may say is in connectors/registry. Departments' own lists are not touched: what differs is on work lists.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing
from uuid import UUID, uuid4

from msgspec import Struct
from msgspec.structs import replace

from connectors.contract import DeliveryError
from connectors.registry import Fault, Registration, Registry, read_registrations
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid, NotFound, Unavailable
from coordinator.domain.permissions import permit
from coordinator.domain.registry import (
    IN_WORDS,
    ChangedRegistration,
    Counted,
    RefusedRow,
    RegistryBatch,
    RegistryChange,
)
from coordinator.storage import audit, registry
from coordinator.storage.connection import Connection, transaction

AT_ONCE = 5_000
"""Rows a statement."""
MOST_REFUSED_KEPT = 500


class BatchReading(Struct, frozen=True, kw_only=True):
    """A batch, what it changed by number and directory, and the first changes."""

    batch: RegistryBatch
    counted: tuple[Counted, ...]
    changes: tuple[ChangedRegistration, ...]


async def read_batches(services: Services, actor: Actor) -> list[RegistryBatch]:
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        return await registry.batches(db)


async def read_batch(services: Services, actor: Actor, id_: UUID, kind: RegistryChange | None) -> BatchReading:
    """Raises NotFound."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        found = await registry.batch(db, id_)
        if found is None:
            raise NotFound("没有这一批登记信息。", remedy="请从列表里选择。")
        return BatchReading(
            batch=found,
            counted=tuple(await registry.counted(db, id_)),
            changes=tuple(await registry.changes(db, id_, kind)),
        )


def in_words(reading: BatchReading) -> tuple[str, ...]:
    """Say what a batch changed, over all and in each directory."""
    words = [f"共{reading.batch.rows}行，没有采用{len(reading.batch.refused)}行。"]
    words += [f"第{each.row}行：{each.words}" for each in reading.batch.refused[:20]]
    words += [f"{each.department or '全部'}：{IN_WORDS[each.change]}{each.count}条" for each in reading.counted]
    return tuple(words)


async def take_registry_file(services: Services, actor: Actor, name: str, content: bytes) -> RegistryBatch:
    """Take a file in, whole or not at all; rows with faults are left out and named. Raises Invalid."""
    permit(actor, Act.KEEP_REGISTRY)
    try:
        found = list(read_registrations(name, content))
    except ValueError as error:
        raise Invalid(str(error)) from error
    good, faults = [*_good(found)], [each for each in found if isinstance(each, Fault)]
    if not good:
        words = f"第{faults[0].row}行：{faults[0].words}" if faults else "文件是空的。"
        raise Invalid(f"没有可以采用的行。{words}", remedy="请改正后再上传。")
    batch = _begun(services, actor, name, rows=len(found), refused=_refused(faults))
    async with transaction(services.pool, actor) as db:
        await registry.insert_batch(db, batch)
        await _put(db, batch.id, good)
        await _note(db, actor, batch)
    return batch


async def pull_registry(services: Services, actor: Actor, source: str, way: Registry) -> RegistryBatch | None:
    """Pull what changed since the last time, page by page, each kept with its cursor; None where nothing did.

    Killed at any moment it goes on after the last page that was kept. Raises Unavailable with the other side's trouble.
    """
    permit(actor, Act.KEEP_REGISTRY)
    async with transaction(services.pool, actor) as db:
        last = await registry.last_batch(db, source)
    batch = _begun(services, actor, source, cursor=last.cursor if last else "")
    async with aclosing(way):
        while True:
            try:
                page = await way.page(batch.cursor)
            except DeliveryError as error:
                raise Unavailable(str(error)) from error
            if not page.rows:
                break
            batch = replace(batch, cursor=page.cursor, rows=batch.rows + len(page.rows))
            async with transaction(services.pool, actor) as db:
                await _keep(db, batch, page.rows)
            if not page.has_more:
                break
    if not batch.rows:
        return None
    async with transaction(services.pool, actor) as db:
        await _note(db, actor, batch)
    return batch


def _begun(
    services: Services,
    actor: Actor,
    source: str,
    *,
    cursor: str = "",
    rows: int = 0,
    refused: tuple[RefusedRow, ...] = (),
) -> RegistryBatch:
    return RegistryBatch(
        id=uuid4(),
        source=source,
        cursor=cursor,
        taken_at=services.clock(),
        taken_by=actor.name,
        rows=rows,
        refused=refused,
    )


async def _keep(db: Connection, batch: RegistryBatch, rows: Sequence[Registration]) -> None:
    if batch.rows == len(rows):
        await registry.insert_batch(db, batch)
    else:
        await registry.update_batch(db, batch.id, batch.cursor, batch.rows, batch.refused)
    await _put(db, batch.id, rows)


async def _put(db: Connection, batch: UUID, rows: Iterable[Registration]) -> None:
    """Each code once, as its last row says it."""
    last = list({row.code: row for row in rows}.values())
    for first in range(0, len(last), AT_ONCE):
        await registry.put_registrations(db, batch, last[first : first + AT_ONCE])


async def _note(db: Connection, actor: Actor, batch: RegistryBatch) -> None:
    facts = {"rows": batch.rows, "refused": len(batch.refused), "batch": str(batch.id)}
    await audit.append(db, actor, "registry_taken", None, batch.source, **facts)


def _good(found: Iterable[Registration | Fault]) -> Iterator[Registration]:
    return (each for each in found if isinstance(each, Registration))


def _refused(faults: Sequence[Fault]) -> tuple[RefusedRow, ...]:
    return tuple(RefusedRow(row=each.row, words=each.words) for each in faults[:MOST_REFUSED_KEPT])
