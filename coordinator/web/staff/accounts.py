"""Pages: the accounts, for the administrator, and the whole trail's latest entries, for whoever may read it.

What may be done to an account is decided in actions/accounts.py.
"""

from collections.abc import Awaitable
from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.accounts import create_account, end_account, give_code, listed_accounts, lock, unlock
from coordinator.actions.department_names import known_departments, refuse_mistyped
from coordinator.actions.reading import read_latest_trail
from coordinator.actions.services import Services
from coordinator.domain.accounts import CODE_LASTS, AccountId, new_account
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Conflict, Invalid, NotFound
from coordinator.web.given import Given
from coordinator.web.rendering import page
from coordinator.web.shown.trails import trail_entry
from coordinator.web.visiting import Asked, form_key, read_form


class AccountForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    login: str
    name: str
    office: str = ""
    department: str = ""
    sure: str = ""
    """The department is none of those that it looks like."""


class EndForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    successor: str = ""


EMPTY = AccountForm(login="", name="")


@get("/accounts", include_in_schema=False)
async def accounts_page(
    request: Asked, actor: Given[Actor], services: Given[Services], done: FromQuery[str] = ""
) -> Response[bytes]:
    """All accounts, and a form for a new one."""
    return await _list(request, actor, services, EMPTY, done=done)


@post("/accounts", include_in_schema=False)
async def add_account(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes]:
    """Make an account and show its one-time code, this once."""
    form = await read_form(request, AccountForm)
    try:
        wanted = new_account(form.login, form.name, form.office, form.department)
        await refuse_mistyped(services, actor, [form.department], sure=form.sure)
        invitation = await create_account(services, actor, wanted)
    except (Invalid, Conflict) as fault:
        return await _list(request, actor, services, form, fault)
    return page("invitation.html", actor=actor, invitation=invitation, days=CODE_LASTS.days)


@get("/accounts/{account_id:uuid}", include_in_schema=False)
async def one_account_page(
    request: Asked, actor: Given[Actor], services: Given[Services], account_id: FromPath[UUID]
) -> Response[bytes]:
    """One account and what can be done to it."""
    return await _one(request, actor, services, account_id)


@post("/accounts/{account_id:uuid}/code", include_in_schema=False)
async def renew_code(actor: Given[Actor], services: Given[Services], account_id: FromPath[UUID]) -> Response[bytes]:
    """Show a new one-time code, this once."""
    invitation = await give_code(services, actor, AccountId(account_id))
    return page("invitation.html", actor=actor, invitation=invitation, days=CODE_LASTS.days)


@post("/accounts/{account_id:uuid}/lock", include_in_schema=False)
async def lock_account(actor: Given[Actor], services: Given[Services], account_id: FromPath[UUID]) -> Redirect:
    """Keep an account out."""
    return await _then_list(lock(services, actor, AccountId(account_id)), "locked")


@post("/accounts/{account_id:uuid}/unlock", include_in_schema=False)
async def unlock_account(actor: Given[Actor], services: Given[Services], account_id: FromPath[UUID]) -> Redirect:
    """Let an account in again."""
    return await _then_list(unlock(services, actor, AccountId(account_id)), "unlocked")


@post("/accounts/{account_id:uuid}/end", include_in_schema=False)
async def hand_over(
    request: Asked, actor: Given[Actor], services: Given[Services], account_id: FromPath[UUID]
) -> Response[bytes] | Redirect:
    """End an account, with or without somebody who takes over."""
    form = await read_form(request, EndForm)
    try:
        await end_account(services, actor, AccountId(account_id), form.successor)
    except Invalid as fault:
        return await _one(request, actor, services, account_id, fault)
    return Redirect("/accounts?done=ended", status_code=303)


@get("/trail", include_in_schema=False)
async def latest_trail_page(actor: Given[Actor], services: Given[Services]) -> Response[bytes]:
    """What was done of late, to rounds and accounts, as far as one may read it."""
    entries = await read_latest_trail(services, actor)
    return page("latest_trail.html", actor=actor, entries=[trail_entry(each) for each in entries])


async def _then_list(doing: Awaitable[None], done: str) -> Redirect:
    await doing
    return Redirect(f"/accounts?done={done}", status_code=303)


async def _list(
    request: Asked,
    actor: Actor,
    services: Services,
    form: AccountForm,
    fault: Invalid | Conflict | None = None,
    done: str = "",
) -> Response[bytes]:
    return page(
        "accounts.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        actor=actor,
        listing=await listed_accounts(services, actor),
        departments=await known_departments(services, actor),
        form=form,
        form_key=form_key(request),
        fault=fault,
        done=done,
    )


async def _one(
    request: Asked, actor: Actor, services: Services, id_: UUID, fault: Invalid | None = None
) -> Response[bytes]:
    listing = await listed_accounts(services, actor)
    found = {each.id: each for each in listing.accounts}
    account = found.get(AccountId(id_))
    if account is None:
        raise NotFound("没有这个账号。", remedy="请从账号列表里选择。")
    return page(
        "one_account.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        actor=actor,
        account=account,
        is_failing=account.id in listing.failing,
        successor=found[account.successor] if account.successor else None,
        form_key=form_key(request),
        fault=fault,
    )


ACCOUNTS = (
    accounts_page,
    add_account,
    one_account_page,
    renew_code,
    lock_account,
    unlock_account,
    hand_over,
    latest_trail_page,
)
