"""Pages: recusal after the lots, asked for on a form and decided on another.

What may be asked and decided by whom is said in actions/recusing.py.
"""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.firm_requests import one_request
from coordinator.actions.recusing import RecusalWish, ask_recusal, decide_recusal, read_recusals
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid
from coordinator.domain.recusals import RecusalCause, RecusalDecision
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.recusals import recusals_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_form


class AskForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    target: str = ""
    inspector: str = ""
    cause: RecusalCause = RecusalCause.DECLARED
    reason: str = ""


class DecideForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    decision: RecusalDecision
    reason: str = ""


@get("/rounds/{round_id:uuid}/recusals", include_in_schema=False)
async def recusals_page(
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    target: FromQuery[str] = "",
    wish: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """What was asked and decided, and the form to ask; `wish` is a firm's request, handed on in its words."""
    asked = await one_request(services, actor, wish) if wish else None
    form = AskForm(target=target)
    if asked is not None:
        cause, inspector = RecusalCause.REQUESTED, asked.inspector or ""
        form = AskForm(target=asked.target, inspector=inspector, cause=cause, reason=asked.reason)
    return await _page(request, planned, actor, services, now, form)


@post("/rounds/{round_id:uuid}/recusals", include_in_schema=False)
async def ask(
    request: Asked, planned: Given[Known], actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> Response[bytes] | Redirect:
    """Ask that an inspector does not go to a target."""
    form, round_id = await read_form(request, AskForm), planned.reading.stored.id
    wish = RecusalWish(target=form.target, inspector=form.inspector, cause=form.cause, reason=form.reason)
    try:
        await ask_recusal(services, actor, round_id, wish)
    except Invalid as fault:
        return await _page(request, planned, actor, services, now, form, fault)
    return Redirect(f"/rounds/{round_id}/recusals", status_code=303)


@post("/rounds/{round_id:uuid}/recusals/{request_id:uuid}", include_in_schema=False)
async def decide(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    round_id: FromPath[UUID],
    request_id: FromPath[UUID],
) -> Redirect:
    """Grant or refuse; on a granted request the next in the published order goes."""
    form = await read_form(request, DecideForm)
    await decide_recusal(services, actor, round_id, request_id, form.decision, form.reason)
    return Redirect(f"/rounds/{round_id}/recusals", status_code=303)


async def _page(
    request: Asked,
    known: Known,
    actor: Actor,
    services: Services,
    now: datetime,
    form: AskForm,
    fault: Invalid | None = None,
) -> Response[bytes]:
    reading = await read_recusals(services, actor, known.reading.stored.id)
    shown = recusals_shown(known.dispatch, reading)
    answer = in_round(
        "recusals.html", known, now, actor, shown=shown, form=form, form_key=form_key(request), fault=fault
    )
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return answer


RECUSALS = (recusals_page, ask, decide)
