"""Who visits: cookies and tokens of a request, and the key that every form must carry back.

What a session or token is good for is the actions' affair. Forms are read here and not by Litestar, which keeps the
last thousand bodies, passwords too, in a cache.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar
from urllib.parse import parse_qsl, quote

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import HttpMethod
from litestar.response import Redirect

from coordinator.domain.accounts import same
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid, NotPermitted
from coordinator.web.guard import is_loopback
from coordinator.web.uploads import is_upload, read_upload

Asked: TypeAlias = Request[Any, Any, Any]
T = TypeVar("T")

SESSION, FORM, LETTER = "onedoor_session", "onedoor_form", "onedoor_letter"
FORM_KEY = "form_key"
API = "/api/"
SAFE = frozenset({HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS})
BEARER = "Bearer "
_WHO = "who_asked"
MOST_FIELDS = 1200
"""A visit's results have some fifteen for each matter; how large a form may be is said where its route is."""


def session_of(request: Asked) -> str:
    """Give the secret of the browser's session; empty where it has none."""
    return request.cookies.get(_named(SESSION, request), "")


def letter_session_of(request: Asked) -> str:
    """Give the secret of the session in which a firm looks at its page; empty where it has none."""
    return request.cookies.get(_named(LETTER, request), "")


def site_of(request: Asked, public_host: str | None) -> str:
    """Where others find this service: the name that the proxy serves, else this machine's own."""
    return f"https://{public_host}" if public_host else str(request.base_url).rstrip("/")


def token_of(request: Asked) -> str | None:
    """Give the token that a program sent; None where it sent none."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix(BEARER) if header.startswith(BEARER) else None


def is_api(request: Asked) -> bool:
    """Whether the interface for programs was asked, which alone takes tokens."""
    return request.url.path.startswith(API)


def is_here(request: Asked) -> bool:
    """Whether the request came to this machine's own name, not to the one that a proxy serves."""
    return is_loopback(request.url.hostname or "")


def remember_who(request: Asked, actor: Actor) -> Actor:
    """Note who asked, for the page that says why it was refused."""
    request.state[_WHO] = actor
    return actor


def who_asked(request: Asked) -> Actor | None:
    """Give who asked, as far as the request came to that."""
    who: Actor | None = request.state.get(_WHO)
    return who


def form_key(request: Asked) -> str:
    """Give what this browser's forms must carry back: another site cannot know it."""
    secret = session_of(request) or request.cookies.get(_named(FORM, request), "")
    return _key(secret) if secret else ""


async def refuse_foreign_form(request: Asked) -> None:
    """Stop whatever would change something and was not sent from one of our pages; raises NotPermitted.

    A program's token is no cookie: no foreign page can make a browser send it. A program that sent neither hears from
    its route that nobody has signed in.
    """
    if request.method in SAFE or (is_api(request) and (token_of(request) is not None or not session_of(request))):
        return
    expected = form_key(request)
    if not expected or not same((await _fields(request)).get(FORM_KEY, ""), expected):
        raise NotPermitted("这个表单已经失效，没有提交。", remedy="请退回上一页，先抄下填写的内容，刷新之后再提交。")


async def read_form(request: Asked, kind: type[T]) -> T:
    """Read a form; raises Invalid where a field is missing or was not asked for."""
    try:
        return msgspec.convert(await read_fields(request), kind)
    except msgspec.ValidationError as error:
        raise Invalid("表单的内容不完整。", remedy="请从页面上重新填写。") from error


async def read_fields(request: Asked) -> dict[str, str]:
    """Give a form's fields by their names, for forms that ask the same of several things."""
    return {name: value for name, value in (await _fields(request)).items() if name != FORM_KEY}


def entering(request: Asked, session: str, path: str, *, name: str = SESSION) -> Redirect:
    """Go on with a new session."""
    return Redirect(path, cookies=[_cookie(request, name, session)], status_code=303)


def leaving(request: Asked, path: str, *, name: str = SESSION) -> Redirect:
    """Go on without a session."""
    return Redirect(path, cookies=[_cookie(request, name, "", max_age=0)], status_code=303)


def with_form_key(request: Asked, show: Callable[[str], Response[bytes]]) -> Response[bytes]:
    """Answer with a page whose form can be sent without a session: its key hangs on a cookie of its own."""
    if form_key(request):
        return show(form_key(request))
    secret = secrets.token_urlsafe(32)
    page = show(_key(secret))
    page.cookies.append(_cookie(request, FORM, secret))
    return page


def own_path(path: str) -> str:
    """Give back a path of this service to go on to; anything that could lead elsewhere leads home."""
    is_own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return quote(path, safe="/?&=%:") if is_own else "/"


def _key(secret: str) -> str:
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _named(name: str, request: Asked) -> str:
    """Behind TLS a cookie is bound to this very host; on the machine itself there is no TLS."""
    return name if is_here(request) else f"__Host-{name}"


def _cookie(request: Asked, name: str, value: str, *, max_age: int | None = None) -> Cookie:
    return Cookie(
        key=_named(name, request),
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=not is_here(request),
        max_age=max_age,
    )


async def _fields(request: Asked) -> dict[str, str]:
    if is_upload(request):
        return (await read_upload(request)).fields
    try:
        body = (await request.body()).decode()
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except UnicodeDecodeError as error:
        raise Invalid("表单里有不能使用的字符。") from error
    except ValueError as error:
        raise Invalid("表单的内容太多。") from error
    if any("\0" in text for pair in pairs for text in pair):
        raise Invalid("表单里有不能使用的字符。")
    return dict(pairs)
