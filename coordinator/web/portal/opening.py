"""Pages: a firm opens its letter with number and code, looks at its page, and leaves.

A QR brings number and code along; looking at that address uses nothing up: it takes the press of a button.
"""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.feedback import given_before
from coordinator.actions.firm_requests import own_requests
from coordinator.actions.opening import Opened, leave_letter, open_letter
from coordinator.actions.services import Services
from coordinator.domain.errors import LetterShut
from coordinator.domain.feedback import FeedbackKind, may_give
from coordinator.domain.firm_requests import FirmRequest
from coordinator.domain.letters import Letter
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.rendering import page
from coordinator.web.shown.firms import firm_page
from coordinator.web.shown.requests import askable, request_lines
from coordinator.web.shown.targets import firm_view, has_begun
from coordinator.web.visiting import LETTER, Asked, entering, leaving, letter_session_of, read_form, with_form_key

VISITS = "/letter/visits"


class OpeningForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: str
    code: str


@get("/letter", include_in_schema=False, sync_to_thread=False)
def letter_page(
    request: Asked, n: FromQuery[str] = "", c: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Response[bytes]:
    """Where number and code are entered."""
    return with_form_key(
        request, lambda key: page("letter.html", form_key=key, fault=None, number=n, code=c, done=done)
    )


@post("/letter", include_in_schema=False)
async def try_letter(request: Asked, services: Given[Services]) -> Response[bytes] | Redirect:
    """Begin a firm's session, or say that it did not work."""
    form = await read_form(request, OpeningForm)
    try:
        session = await open_letter(services, form.number, form.code)
    except LetterShut as fault:
        shut, status = fault, HTTPStatus.UNPROCESSABLE_ENTITY
        return with_form_key(
            request,
            lambda key: page("letter.html", status=status, form_key=key, fault=shut, number="", code="", done=""),
        )
    return entering(request, session, VISITS, name=LETTER)


@get(VISITS, include_in_schema=False)
async def visits_page(
    request: Asked,
    firm: Given[Opened],
    told: Given[Known],
    services: Given[Services],
    now: Given[datetime],
    done: FromQuery[str] = "",
) -> Response[bytes]:
    """Everything for this firm on one page."""
    asked, given = await own_requests(services, firm), await given_before(services, firm)
    return with_form_key(
        request, lambda key: shown_to(told, firm.letter, now, asked=asked, given=given, form_key=key, done=done)
    )


@post("/letter/leave", include_in_schema=False)
async def leave_page(request: Asked, services: Given[Services]) -> Redirect:
    """End the firm's session."""
    await leave_letter(services, letter_session_of(request))
    return leaving(request, "/letter?done=left", name=LETTER)


def shown_to(
    told: Known,
    letter: Letter,
    now: datetime,
    *,
    asked: Sequence[FirmRequest] = (),
    given: frozenset[FeedbackKind] = frozenset(),
    form_key: str,
    done: str = "",
) -> Response[bytes]:
    """Show a letter's firm what it may know now, and what it asked."""
    view = firm_view(told, letter.target, now)
    begun = has_begun(view, now)
    return page(
        "firm.html",
        may_say=[kind for kind in FeedbackKind if kind not in given and may_give(kind, begun=begun)],
        form_key=form_key,
        done=done,
        letter=letter,
        shown=firm_page(told, letter.target, view),
        asked=request_lines(told, asked),
        askable=askable(told, letter.target, now),
    )


OPENING = (letter_page, try_letter, visits_page, leave_page)
