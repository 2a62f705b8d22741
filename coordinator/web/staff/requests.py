"""Pages: what firms ask of their visits, and the answer to one of them.

Who sees and who answers is decided by the permissions table and row-level security.
"""

from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.firm_requests import answer_request, listed_requests, one_request, recusals_asked
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.firm_requests import is_granted
from coordinator.web.given import Given
from coordinator.web.memory import Memory
from coordinator.web.rendering import page
from coordinator.web.shown.requests import request_lines
from coordinator.web.visiting import Asked, form_key, read_form


class AnswerForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    answer: str
    granted: str = ""


@get("/requests", include_in_schema=False)
async def requests_page(
    actor: Given[Actor], services: Given[Services], memory: Given[Memory], done: FromQuery[str] = ""
) -> Response[bytes]:
    """Everything that firms ask, those that wait first."""
    asked = await listed_requests(services, actor)
    known = {round_: await memory.recall(PUBLICATION, round_) for round_ in {each.round for each in asked}}
    lines = [
        *(line for each in asked for line in request_lines(known[each.round], [each], department=actor.department))
    ]
    recusals = await recusals_asked(services, actor, asked)
    return page("requests.html", actor=actor, lines=lines, recusals=recusals, done=done)


@get("/requests/{request_id:uuid}", include_in_schema=False)
async def request_page(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    memory: Given[Memory],
    request_id: FromPath[UUID],
) -> Response[bytes]:
    """One request, and the form that answers it."""
    return await _one(request, actor, services, memory, request_id)


@post("/requests/{request_id:uuid}", include_in_schema=False)
async def give_answer(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    memory: Given[Memory],
    request_id: FromPath[UUID],
) -> Response[bytes] | Redirect:
    """Answer yes or no with a sentence."""
    form = await read_form(request, AnswerForm)
    try:
        await answer_request(services, actor, request_id, form.answer, granted=is_granted(form.granted))
    except (Invalid, Conflict) as fault:
        return await _one(request, actor, services, memory, request_id, fault)
    return Redirect("/requests?done=answered", status_code=303)


async def _one(
    request: Asked,
    actor: Actor,
    services: Services,
    memory: Memory,
    id_: UUID,
    fault: Invalid | Conflict | None = None,
) -> Response[bytes]:
    found = await one_request(services, actor, id_)
    known = await memory.recall(PUBLICATION, found.round)
    (line,) = request_lines(known, [found], department=actor.department)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    recusal = (await recusals_asked(services, actor, [found])).get(id_)
    values = {"line": line, "recusal": recusal, "form_key": form_key(request), "fault": fault}
    return page("one_request.html", status=status, actor=actor, **values)


REQUESTS = (requests_page, request_page, give_answer)
