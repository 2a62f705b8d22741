"""Pages: a department's result form downloaded, uploaded, looked through, entered.

What a form comes to is decided in actions/result_uploads.py.
"""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.entering import own_department
from coordinator.actions.result_uploads import (
    OtherOutcome,
    blank_form,
    enter_form,
    returned_form,
    tried_form,
    try_form,
)
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid, NotPermitted
from coordinator.domain.result_forms import FORM_FILE
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.result_trials import form_trial
from coordinator.web.staff.framing import in_round
from coordinator.web.staff.handing_in import workbook_response
from coordinator.web.uploads import LARGEST_UPLOAD, read_upload
from coordinator.web.visiting import Asked, form_key, read_form


class EnterForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` is what the page said that the form comes to; `with_faults`: only its good rows count."""

    seen: str
    with_faults: str = ""


@get("/rounds/{round_id:uuid}/results/form", include_in_schema=False)
async def blank_file(planned: Given[Known], actor: Given[Actor]) -> Response[bytes]:
    """The form to fill in."""
    content = await blank_form(actor, planned.reading)
    return workbook_response(f"{own_department(actor)} {FORM_FILE}", content)


@get("/rounds/{round_id:uuid}/results/forms", include_in_schema=False)
async def upload_page(
    request: Asked, planned: Given[Known], actor: Given[Actor], now: Given[datetime]
) -> Response[bytes]:
    """Download, fill in, upload."""
    return _upload(request, planned, actor, now)


@post("/rounds/{round_id:uuid}/results/forms", request_max_body_size=LARGEST_UPLOAD, include_in_schema=False)
async def try_filled(
    request: Asked, planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Look an uploaded form through; nothing is entered yet."""
    upload = await read_upload(request)
    try:
        id_ = await try_form(services, actor, planned.reading, upload.file, upload.content)
    except (Invalid, NotPermitted) as fault:
        return _upload(request, planned, actor, services.clock(), fault)
    return Redirect(f"/rounds/{planned.reading.stored.id}/results/forms/{id_}", status_code=303)


@get("/rounds/{round_id:uuid}/results/forms/{id_:uuid}", include_in_schema=False)
async def form_page(
    request: Asked, planned: Given[Known], actor: Given[Actor], services: Given[Services], id_: FromPath[UUID]
) -> Response[bytes]:
    """What a form would come to, and the button that enters it."""
    return await _trial(request, planned, actor, services, id_)


@post("/rounds/{round_id:uuid}/results/forms/{id_:uuid}", include_in_schema=False)
async def enter_filled(
    request: Asked, planned: Given[Known], actor: Given[Actor], services: Given[Services], id_: FromPath[UUID]
) -> Response[bytes] | Redirect:
    """Enter a form; pressed twice, it is entered once."""
    form = await read_form(request, EnterForm)
    try:
        await enter_form(services, actor, planned.reading, id_, form.seen, with_faults=bool(form.with_faults))
    except OtherOutcome as fault:
        return await _trial(request, planned, actor, services, id_, fault)
    return Redirect(f"/rounds/{planned.reading.stored.id}/results/forms/{id_}", status_code=303)


@get("/rounds/{round_id:uuid}/results/forms/{id_:uuid}/returned", include_in_schema=False)
async def returned_file(
    planned: Given[Known], actor: Given[Actor], services: Given[Services], id_: FromPath[UUID]
) -> Response[bytes]:
    """The own form with its faults marked."""
    file, content = await returned_form(services, actor, planned.reading, id_)
    return workbook_response(f"退回-{file}", content)


def _upload(
    request: Asked, planned: Known, actor: Actor, now: datetime, fault: Invalid | NotPermitted | None = None
) -> Response[bytes]:
    own_department(actor)
    answer = in_round("result_upload.html", planned, now, actor, form_key=form_key(request), fault=fault)
    statuses = {Invalid: HTTPStatus.UNPROCESSABLE_ENTITY, NotPermitted: HTTPStatus.FORBIDDEN}
    answer.status_code = next((status for kind, status in statuses.items() if isinstance(fault, kind)), HTTPStatus.OK)
    return answer


async def _trial(
    request: Asked, planned: Known, actor: Actor, services: Services, id_: UUID, fault: OtherOutcome | None = None
) -> Response[bytes]:
    tried = await tried_form(services, actor, planned.reading, id_)
    values = {"tried": tried, "trial": form_trial(tried), "form_key": form_key(request), "fault": fault}
    answer = in_round("result_trial.html", planned, services.clock(), actor, **values)
    answer.status_code = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    return answer


RESULT_UPLOADS = (blank_file, upload_page, try_filled, form_page, enter_filled, returned_file)
