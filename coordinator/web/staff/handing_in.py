"""Pages: who has handed in for a round; a workbook uploaded, looked through, handed in, undone.

What a workbook comes to is decided in actions/handing_in.py.
"""

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.handing_in import Stale, find_hand_in, hand_in, try_again, try_workbook, undo
from coordinator.actions.reading_collections import filled_template, read_collection, returned_workbook
from coordinator.actions.services import Services
from coordinator.documents.templates import WORKBOOK_TYPE
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid, NotPermitted
from coordinator.domain.hand_ins import HandInId
from coordinator.domain.ids import DepartmentId
from coordinator.web.given import Given
from coordinator.web.shown.collections import collection_shown
from coordinator.web.staff.framing import while_collecting
from coordinator.web.uploads import LARGEST_UPLOAD, read_upload
from coordinator.web.visiting import Asked, form_key, read_form


class HandInForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`with_faults`: only the good rows count, and their author knows it."""

    with_faults: str = ""


@get("/rounds/{round_id:uuid}/hand-in", include_in_schema=False)
async def hand_in_page(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], done: FromQuery[str] = ""
) -> Response[bytes]:
    """Who has handed in and what comes next; for a department, its own part."""
    return await hand_in_again(request, actor, services, round_id, done=done)


@get("/rounds/{round_id:uuid}/template", include_in_schema=False)
async def template_file(
    actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], department: FromQuery[str] = ""
) -> Response[bytes]:
    """The workbook to fill in, with the department's own lists."""
    named = DepartmentId(department or actor.department or "")
    return workbook_response(f"{named}.xlsx", await filled_template(services, actor, round_id, named))


@post("/rounds/{round_id:uuid}/hand-in", request_max_body_size=LARGEST_UPLOAD, include_in_schema=False)
async def try_upload(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Response[bytes] | Redirect:
    """Look an uploaded workbook through; nothing is handed in yet."""
    upload = await read_upload(request)
    try:
        id_ = await try_workbook(services, actor, round_id, upload.file, upload.content)
    except (Invalid, NotPermitted) as fault:
        return await hand_in_again(request, actor, services, round_id, fault)
    return Redirect(f"/rounds/{round_id}/hand-in/{id_}", status_code=303)


@get("/rounds/{round_id:uuid}/hand-in/{id_:uuid}", include_in_schema=False)
async def trial_page(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], id_: FromPath[UUID]
) -> Response[bytes]:
    """What was found in a workbook, and the button that hands it in."""
    found = await find_hand_in(services, actor, round_id, HandInId(id_))
    reading = await read_collection(services, actor, round_id)
    return while_collecting(
        "trial.html", reading.stored, actor, found=found, is_open=reading.is_open, form_key=form_key(request)
    )


@post("/rounds/{round_id:uuid}/hand-in/{id_:uuid}/commit", include_in_schema=False)
async def commit(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], id_: FromPath[UUID]
) -> Response[bytes] | Redirect:
    """Hand a workbook in; pressed twice, it is handed in once."""
    form = await read_form(request, HandInForm)
    try:
        await hand_in(services, actor, round_id, HandInId(id_), with_faults=bool(form.with_faults))
    except Stale as stale:
        stored = (await read_collection(services, actor, round_id)).stored
        values = {"stale": stale, "id": id_, "form_key": form_key(request)}
        return while_collecting("stale_trial.html", stored, actor, HTTPStatus.CONFLICT, **values)
    return Redirect(f"/rounds/{round_id}/hand-in?done=handed-in", status_code=303)


@post("/rounds/{round_id:uuid}/hand-in/{id_:uuid}/again", include_in_schema=False)
async def look_again(
    actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], id_: FromPath[UUID]
) -> Redirect:
    """Look the same workbook through once more."""
    again = await try_again(services, actor, round_id, HandInId(id_))
    return Redirect(f"/rounds/{round_id}/hand-in/{again}", status_code=303)


@post("/rounds/{round_id:uuid}/hand-in/{id_:uuid}/undo", include_in_schema=False)
async def undo_hand_in(
    actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], id_: FromPath[UUID]
) -> Redirect:
    """Take back what was handed in."""
    await undo(services, actor, round_id, HandInId(id_))
    return Redirect(f"/rounds/{round_id}/hand-in?done=undone", status_code=303)


@get("/rounds/{round_id:uuid}/hand-in/{id_:uuid}/returned", include_in_schema=False)
async def returned_file(
    actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID], id_: FromPath[UUID]
) -> Response[bytes]:
    """The own workbook with its faults marked."""
    found, content = await returned_workbook(services, actor, round_id, HandInId(id_))
    return workbook_response(f"退回-{found.file}", content)


async def hand_in_again(
    request: Asked,
    actor: Actor,
    services: Services,
    round_id: UUID,
    fault: Invalid | NotPermitted | None = None,
    done: str = "",
    written: str = "",
) -> Response[bytes]:
    """The page of who has handed in, with what was wrong."""
    reading = await read_collection(services, actor, round_id)
    return while_collecting(
        "hand_in.html",
        reading.stored,
        actor,
        _status(fault),
        shown=collection_shown(reading, actor, services.clock()),
        form_key=form_key(request),
        fault=fault,
        done=done,
        written=written,
    )


def _status(fault: Invalid | NotPermitted | None) -> HTTPStatus:
    if fault is None:
        return HTTPStatus.OK
    return HTTPStatus.FORBIDDEN if isinstance(fault, NotPermitted) else HTTPStatus.UNPROCESSABLE_ENTITY


def workbook_response(name: str, content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, headers=headers, media_type=WORKBOOK_TYPE)


HANDING_IN = (
    hand_in_page,
    template_file,
    try_upload,
    trial_page,
    commit,
    look_again,
    undo_hand_in,
    returned_file,
)
