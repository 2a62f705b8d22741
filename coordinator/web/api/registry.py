"""The interface for programs: registrations taken in from a file, and what each batch of them changed.

What a row may say is in connectors/registry; whose directories are told of it is decided as for its owner's pages.
"""

from functools import partial
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from coordinator.actions.registry import BatchReading, read_batch, read_batches, take_registry_file
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.permissions import permit
from coordinator.domain.registry import Counted, RegistryBatch
from coordinator.web.api.answers import ERRORS, of_writing
from coordinator.web.api.handing_in import FileName, Workbook
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.shown.registry import ChangeLine, change_shown
from coordinator.web.uploads import LARGEST_UPLOAD
from coordinator.web.visiting import Asked

write = partial(post, responses=of_writing(), operation_class=Workbook, status_code=200, tags=["登记信息"])


class RegistryReport(Struct, frozen=True, kw_only=True):
    """A batch: the rows left out, how much changed over all and in each directory, and the first 200 changes."""

    batch: RegistryBatch
    counted: tuple[Counted, ...]
    changes: tuple[ChangeLine, ...]


@listing("/registry", tags=["登记信息"], summary="取得的各批登记信息，新的在前")
async def list_registry_batches(
    turn: Given[Turn], actor: Given[Actor], services: Given[Services]
) -> Response[list[RegistryBatch]]:
    return turn.cut(await read_batches(services, actor), lambda _, each: str(each.id))


@get("/registry/{batch_id:uuid}", responses=ERRORS, tags=["登记信息"], summary="一批登记信息：变动、没有采用的行")
async def get_registry_batch(
    batch_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> RegistryReport:
    return _report(await read_batch(services, actor, batch_id, None))


@write("/registry", request_max_body_size=LARGEST_UPLOAD, summary="交一份登记信息；有问题的行不采用，逐行说明")
async def post_registry_file(
    request: Asked, actor: Given[Actor], services: Given[Services], file: FileName = "登记.csv"
) -> RegistryReport:
    permit(actor, Act.SEE_DIRECTORIES)
    batch = await take_registry_file(services, actor, file, await request.body())
    return _report(await read_batch(services, actor, batch.id, None))


def _report(reading: BatchReading) -> RegistryReport:
    lines = tuple(change_shown(each) for each in reading.changes)
    return RegistryReport(batch=reading.batch, counted=reading.counted, changes=lines)


REGISTRY = (list_registry_batches, get_registry_batch, post_registry_file)
