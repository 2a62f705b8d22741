"""Pages: signing in, the first time with a one-time code, and signing out.

Wrong tries are all answered alike; why is said in actions/signing_in.py.
"""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.services import Services
from coordinator.actions.signing_in import SignedIn, accept_invitation, sign_in, sign_out, sign_out_everywhere
from coordinator.domain.errors import Invalid, NotSignedIn
from coordinator.web.given import Given
from coordinator.web.rendering import page
from coordinator.web.visiting import Asked, entering, leaving, own_path, read_form, session_of, with_form_key


class SignInForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    login: str
    password: str
    code: str = ""
    next: str = "/"


class InvitationForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    login: str
    code: str
    password: str
    again: str


@get("/sign-in", include_in_schema=False, sync_to_thread=False)
def sign_in_page(request: Asked, done: FromQuery[str] = "") -> Response[bytes]:
    """The way in; `next` is where to go on to."""
    path = own_path(request.query_params.get("next", "/"))
    return with_form_key(request, lambda key: page("sign_in.html", form_key=key, next=path, done=done))


@post("/sign-in", include_in_schema=False)
async def try_to_sign_in(request: Asked, services: Given[Services]) -> Response[bytes] | Redirect:
    """Begin a session, or say that it did not work."""
    form = await read_form(request, SignInForm)
    try:
        session = await sign_in(services, form.login, form.password, form.code, before=session_of(request))
    except NotSignedIn as fault:
        return _again(request, "sign_in.html", fault, next=own_path(form.next), done="", login=form.login)
    return entering(request, session, own_path(form.next))


@get("/sign-in/first", include_in_schema=False, sync_to_thread=False)
def first_page(request: Asked) -> Response[bytes]:
    """The way in with a one-time code; looking at it uses nothing up."""
    return with_form_key(request, lambda key: page("first_sign_in.html", form_key=key))


@post("/sign-in/first", include_in_schema=False)
async def try_invitation(request: Asked, services: Given[Services]) -> Response[bytes] | Redirect:
    """Set a password with a one-time code and begin a session, or say what is wrong."""
    form = await read_form(request, InvitationForm)
    try:
        session = await accept_invitation(services, form.login, form.code, form.password, form.again)
    except (NotSignedIn, Invalid) as fault:
        return _again(request, "first_sign_in.html", fault, login=form.login)
    return entering(request, session, "/")


@post("/sign-out", include_in_schema=False)
async def leave(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Redirect:
    """End this session."""
    await sign_out(services, who, session_of(request))
    return leaving(request, "/sign-in?done=out")


@post("/sign-out/everywhere", include_in_schema=False)
async def leave_everywhere(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Redirect:
    """End all sessions of the account."""
    await sign_out_everywhere(services, who)
    return leaving(request, "/sign-in?done=everywhere")


def _again(request: Asked, template: str, fault: NotSignedIn | Invalid, **values: object) -> Response[bytes]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return with_form_key(request, lambda key: page(template, status=status, form_key=key, fault=fault, **values))


SIGNING_IN = (sign_in_page, try_to_sign_in, first_page, try_invitation, leave, leave_everywhere)
