"""Pages: the own account: its password, its second factor, and tokens for programs.

One thing a page; what may be done is decided in actions/accounts.py.
"""

from http import HTTPStatus
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Struct

from coordinator.actions.accounts import (
    OwnAccount,
    change_password,
    confirm_second_factor,
    create_token,
    own_account,
    propose_second_factor,
    revoke_token,
)
from coordinator.actions.services import Services
from coordinator.actions.signing_in import SignedIn
from coordinator.domain.accounts import second_factor_address
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid
from coordinator.domain.permissions import BY_PROGRAM, may
from coordinator.web.given import Given
from coordinator.web.rendering import page
from coordinator.web.visiting import Asked, form_key, leaving, read_form


class PasswordForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    old: str
    password: str
    again: str


class OldPasswordForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    old: str


class CodeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str


class TokenForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box for each scope; one that is not ticked is not sent."""

    program: str
    see_rounds: str = ""
    see_plan: str = ""
    see_draws: str = ""
    see_trail: str = ""
    watch_planning: str = ""
    fix_draw: str = ""
    commit: str = ""
    hold_draw: str = ""
    plan_round: str = ""
    see_deliveries: str = ""
    see_directories: str = ""
    merge_targets: str = ""
    hand_in: str = ""
    see_papers: str = ""
    draw_up_papers: str = ""
    approve_papers: str = ""
    see_letters: str = ""
    issue_letters: str = ""
    see_results: str = ""
    enter_results: str = ""
    manage_deliveries: str = ""
    see_destinations: str = ""
    manage_destinations: str = ""
    keep_registry: str = ""
    close_table: str = ""
    begin_round: str = ""
    add_cause: str = ""
    ask_recusal: str = ""
    decide_recusal: str = ""
    see_requests: str = ""
    answer_requests: str = ""
    see_annual_plan: str = ""
    plan_year: str = ""
    approve_year: str = ""

    @property
    def scopes(self) -> frozenset[Act]:
        return frozenset(act for act in BY_PROGRAM if getattr(self, act.value))


class NoForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A button alone."""


@get("/account", include_in_schema=False)
async def account_page(
    request: Asked, who: Given[SignedIn], services: Given[Services], done: FromQuery[str] = ""
) -> Response[bytes]:
    """What there is to keep of the own account."""
    return _show(request, "account.html", who, await own_account(services, who), done=done)


@get("/account/password", include_in_schema=False)
async def password_page(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Response[bytes]:
    """A form for a new password."""
    return _show(request, "password.html", who, await own_account(services, who))


@post("/account/password", include_in_schema=False)
async def set_password(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Response[bytes] | Redirect:
    """Set a new password; one signs in with it afterwards."""
    form = await read_form(request, PasswordForm)
    try:
        await change_password(services, who, form.old, form.password, form.again)
    except Invalid as fault:
        return _show(request, "password.html", who, await own_account(services, who), fault)
    return leaving(request, "/sign-in?done=password")


@get("/account/second-factor", include_in_schema=False)
async def second_factor_page(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Response[bytes]:
    """Setting up the second factor: first the password, then a QR and its first code."""
    own = await own_account(services, who)
    return _show(request, "second_factor.html", who, own, picture=_picture(own))


@post("/account/second-factor", include_in_schema=False)
async def begin_second_factor(
    request: Asked, who: Given[SignedIn], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Make a secret for an authenticator."""
    form = await read_form(request, OldPasswordForm)
    try:
        await propose_second_factor(services, who, form.old)
    except Invalid as fault:
        own = await own_account(services, who)
        return _show(request, "second_factor.html", who, own, fault, picture=_picture(own))
    return Redirect("/account/second-factor", status_code=303)


@post("/account/second-factor/code", include_in_schema=False)
async def show_code(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Response[bytes] | Redirect:
    """Let the second factor stand."""
    form = await read_form(request, CodeForm)
    try:
        await confirm_second_factor(services, who, form.code)
    except Invalid as fault:
        own = await own_account(services, who)
        return _show(request, "second_factor.html", who, own, fault, picture=_picture(own))
    return Redirect("/account?done=second-factor", status_code=303)


@get("/account/tokens", include_in_schema=False)
async def tokens_page(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Response[bytes]:
    """The tokens of the own account."""
    return _show_tokens(request, who, await own_account(services, who))


@post("/account/tokens", include_in_schema=False)
async def add_token(request: Asked, who: Given[SignedIn], services: Given[Services]) -> Response[bytes]:
    """Make a token and show it, this once."""
    form = await read_form(request, TokenForm)
    try:
        secret = await create_token(services, who, form.program, form.scopes)
    except Invalid as fault:
        return _show_tokens(request, who, await own_account(services, who), fault)
    return _show_tokens(request, who, await own_account(services, who), secret=secret)


@post("/account/tokens/{token:uuid}/revoke", include_in_schema=False)
async def end_token(request: Asked, who: Given[SignedIn], services: Given[Services], token: FromPath[UUID]) -> Redirect:
    """Take a token out of use."""
    await read_form(request, NoForm)
    await revoke_token(services, who, token)
    return Redirect("/account/tokens", status_code=303)


def _show_tokens(
    request: Asked, who: SignedIn, own: OwnAccount, fault: Invalid | None = None, secret: str = ""
) -> Response[bytes]:
    scopes = [act for act in BY_PROGRAM if may(who.actor, act)]
    return _show(request, "tokens.html", who, own, fault, scopes=scopes, secret=secret)


def _show(
    request: Asked, template: str, who: SignedIn, own: OwnAccount, fault: Invalid | None = None, **values: object
) -> Response[bytes]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    key = form_key(request)
    return page(template, status=status, actor=who.actor, own=own, form_key=key, fault=fault, **values)


def _picture(own: OwnAccount) -> Markup:
    """The QR of the second factor that is being set up; nothing where none is."""
    if own.proposed is None:
        return Markup()
    address = second_factor_address(own.proposed, own.account.login)
    drawn = segno.make(address, error="m").svg_inline(scale=5, light="#fff", title="动态码的二维码")
    return Markup(drawn)  # noqa: S704 - drawn by segno from numbers, the address is not in it as text


OWN_ACCOUNT = (
    account_page,
    password_page,
    set_password,
    second_factor_page,
    begin_second_factor,
    show_code,
    tokens_page,
    add_token,
    end_token,
)
