"""Pages: a firm asks to move a visit, for a recusal, or objects; and takes its calendar along.

What may be asked is decided in domain/firm_requests.py.
"""

from datetime import datetime
from http import HTTPStatus

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.feeds import calendar_of, letter_of_feed, new_feed
from coordinator.actions.firm_requests import ask
from coordinator.actions.opening import Opened
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.firm_requests import RequestKind, Wish
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.memory import Memory
from coordinator.web.portal.opening import VISITS
from coordinator.web.rendering import page
from coordinator.web.shown.requests import ask_page
from coordinator.web.visiting import Asked, read_form, site_of, with_form_key

ENDING = ".ics"


class AskForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: str
    visit: str = ""
    day: str = ""
    inspector: str = ""


EMPTY = AskForm(reason="")


@get("/letter/ask/{kind:str}", include_in_schema=False)
async def ask_form(
    request: Asked,
    firm: Given[Opened],
    told: Given[Known],
    now: Given[datetime],
    kind: FromPath[RequestKind],
    visit: FromQuery[str] = "",
) -> Response[bytes]:
    """The form for one kind of request."""
    shown = ask_page(told, firm.letter.target, kind, visit, now)
    return with_form_key(request, lambda key: page("firm_ask.html", form_key=key, shown=shown, form=EMPTY, fault=None))


@post("/letter/ask/{kind:str}", include_in_schema=False)
async def try_to_ask(
    request: Asked,
    firm: Given[Opened],
    told: Given[Known],
    services: Given[Services],
    kind: FromPath[RequestKind],
) -> Response[bytes] | Redirect:
    """Take a request in, or say what is missing."""
    form = await read_form(request, AskForm)
    wish = Wish(kind=kind, visit=form.visit, reason=form.reason, day=form.day, inspector=form.inspector)
    try:
        await ask(services, firm, told.dispatch, wish)
    except (Invalid, Conflict) as fault:
        again, status = fault, HTTPStatus.UNPROCESSABLE_ENTITY
        shown = ask_page(told, firm.letter.target, kind, form.visit, services.clock())
        return with_form_key(
            request,
            lambda key: page("firm_ask.html", status=status, form_key=key, shown=shown, form=form, fault=again),
        )
    return Redirect(f"{VISITS}?done=asked#asked", status_code=303)


@post("/letter/calendar", include_in_schema=False)
async def calendar_page(request: Asked, firm: Given[Opened], services: Given[Services]) -> Response[bytes]:
    """Give the address of the firm's calendar, this once."""
    secret = await new_feed(services, firm)
    address = f"{site_of(request, services.settings.public_host)}/calendar/{secret}{ENDING}"
    return page("firm_calendar.html", address=address)


@get("/calendar/{name:str}", include_in_schema=False)
async def calendar_file(name: FromPath[str], services: Given[Services], memory: Given[Memory]) -> Response[bytes]:
    """A firm's calendar, for whatever program follows the address."""
    letter = await letter_of_feed(services, name.removesuffix(ENDING))
    known = await memory.recall(PUBLICATION, letter.round)
    return Response(await calendar_of(services, letter, known.dispatch), media_type="text/calendar")


ASKING = (ask_form, try_to_ask, calendar_page, calendar_file)
