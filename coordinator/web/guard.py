"""The outermost gate: whom the service answers, and what every answer says to the browser about itself.

It listens on this machine only; others come through a proxy that speaks TLS, by the one name that the settings give. A
request that names another host is a foreign page's trick (DNS rebinding) and is turned away.
"""

from ipaddress import ip_address

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from coordinator.domain.errors import Invalid

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEEP_NOTHING = "no-store"
MISDIRECTED = 421
FOREIGN = "这里只回答本机的请求，和设置好的网址。请在本机用 http://127.0.0.1 打开。\n"


def refuse_foreign_host(host: str) -> str:
    """Give back a host that only this machine can reach; raises Invalid for any other."""
    if not is_loopback(host):
        raise Invalid(
            f"只能在本机提供网页，不能绑定到 {host}。",
            remedy="请去掉 --host；要让别的电脑访问，请在本机架设 TLS 代理，并设置 ONEDOOR_PUBLIC_URL。",
        )
    return host


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine and no other."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


class Guarded:
    """Turns foreign hosts away, answers HEAD as GET without a body, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, public_host: str | None = None) -> None:
        self._app, self._public_host = app, public_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
        elif not is_loopback(_named_host(scope)) and _named_host(scope).casefold() != self._public_host:
            await _turn_away(send)
        else:
            if scope["method"] == HttpMethod.HEAD:
                scope["method"] = HttpMethod.GET
                send = _without_body(send)
            await self._app(scope, receive, _with_headers(send))


def _named_host(scope: HTTPScope) -> str:
    """The host that the request asked for, without its port; empty where it names none or several."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1:
        return ""
    host, _, port = hosts[0].rpartition(":")
    named = host if host and port.isdigit() else hosts[0]
    return named.removeprefix("[").removesuffix("]")


async def _turn_away(send: Send) -> None:
    start = _with_headers(send)
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await start({"type": "http.response.start", "status": MISDIRECTED, "headers": headers})
    await send({"type": "http.response.body", "body": FOREIGN.encode(), "more_body": False})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", KEEP_NOTHING)
        await send(message)

    return sending


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return sending
