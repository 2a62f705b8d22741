"""Pages: what the registry of enterprises said, batch by batch, and in whose directory it matters; a file taken in.

What a row may say is in connectors/registry.
"""

from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from connectors.registry import HEADINGS
from coordinator.actions.registry import read_batch, read_batches, take_registry_file
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid
from coordinator.domain.registry import IN_WORDS, RegistryChange
from coordinator.web.given import Given
from coordinator.web.rendering import page
from coordinator.web.shown.directories import TITLES
from coordinator.web.shown.registry import by_department, change_shown
from coordinator.web.uploads import LARGEST_UPLOAD, read_upload
from coordinator.web.visiting import Asked, form_key


@get("/registry", include_in_schema=False)
async def registry_page(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes]:
    """What was taken in, the latest first, and a form for a file."""
    return await _list(request, actor, services)


@post("/registry", request_max_body_size=LARGEST_UPLOAD, include_in_schema=False)
async def take_file(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes] | Redirect:
    """Take a file in and show what it changed."""
    upload = await read_upload(request)
    try:
        batch = await take_registry_file(services, actor, upload.file or "文件", upload.content)
    except Invalid as fault:
        return await _list(request, actor, services, fault)
    return Redirect(f"/registry/{batch.id}", status_code=303)


@get("/registry/{batch_id:uuid}", include_in_schema=False)
async def batch_page(
    actor: Given[Actor],
    services: Given[Services],
    batch_id: FromPath[UUID],
    change: FromQuery[RegistryChange | None] = None,
) -> Response[bytes]:
    """One batch: what changed, in whose directory, and which rows were left out."""
    reading = await read_batch(services, actor, batch_id, change)
    return page(
        "registry_batch.html",
        actor=actor,
        batch=reading.batch,
        total={each.change: each.count for each in reading.counted if each.department is None},
        departments=by_department(reading.counted),
        lines=[change_shown(each) for each in reading.changes],
        kinds=IN_WORDS,
        only=change,
    )


async def _list(request: Asked, actor: Actor, services: Services, fault: Invalid | None = None) -> Response[bytes]:
    return page(
        "registry.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        actor=actor,
        batches=await read_batches(services, actor),
        headings=HEADINGS,
        titles=TITLES,
        form_key=form_key(request),
        fault=fault,
    )


REGISTRY = (registry_page, take_file, batch_page)
