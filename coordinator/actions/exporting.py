"""Plan B: what waits for an outside system that cannot be reached, as one file to carry there by hand.

Nothing counts as delivered by that: packages go on waiting, and the receiver knows their rows when they arrive.
"""

import asyncio
from contextlib import aclosing
from itertools import groupby

from connectors.contract import DeliveryError, Exporting, File, Package
from coordinator.actions.connecting import KINDS, settings_of
from coordinator.actions.services import Services
from coordinator.documents.packing import packed
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, NotFound
from coordinator.domain.permissions import permit
from coordinator.storage import destinations, outbox
from coordinator.storage.connection import transaction
from coordinator.storage.outbox import UndeliveredFile


async def export_undelivered(services: Services, actor: Actor, name: str, *, as_csv: bool) -> File:
    """Put the newest of every batch that was not delivered into one file of the receiver's format: a workbook, or CSV.

    Raises NotFound for a destination that takes none, Conflict where nothing waits or a row cannot be exported.
    """
    permit(actor, Act.MANAGE_DELIVERIES)
    async with transaction(services.pool, actor) as db:
        found = await destinations.destination(db, name)
        files = await outbox.undelivered_files(db, name)
    if found is None or not KINDS[found.connector].is_exported:
        raise NotFound("这个对接没有导入文件。", remedy="请从对接列表里选择公示系统或“互联网+监管”。")
    if not files:
        raise Conflict("没有等着投递的内容，不需要导入文件。")
    kind = KINDS[found.connector]
    async with aclosing(kind.make(settings_of(kind, found.settings), {}, services.clock)) as way:
        assert isinstance(way, Exporting)  # noqa: S101 - the kind says so
        try:
            return await asyncio.to_thread(_exported, way, _packages(files), as_csv=as_csv)
        except DeliveryError as error:
            raise Conflict(str(error)) from error


def _exported(way: Exporting, packages: list[Package], *, as_csv: bool) -> File:
    """A workbook, or a table's CSV each packed together."""
    if not as_csv:
        return way.export(packages)
    sheets = way.export_sheets(packages)
    content = packed({each.name: each.content for each in sheets})
    return File(name="csv.zip", content=content, row_count=sum(each.row_count for each in sheets))


def _packages(files: list[UndeliveredFile]) -> list[Package]:
    return [
        Package(
            key=key,
            recipient=recipient,
            batch=batch,
            number=number,
            files=tuple(File(name=file.name, content=file.content, row_count=file.row_count) for file in group),
        )
        for (key, recipient, batch, number), group in groupby(
            files, lambda file: (file.key, file.recipient, file.batch, file.number)
        )
    ]
