"""Manners of the interface, the same for every address: a change is made once, what one holds is not sent again.

`Idempotency-Key` as in the IETF's draft of that name, ETag and If-None-Match as in RFC 9110.
"""

import hashlib

import msgspec
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from coordinator.actions.hashing import digest
from coordinator.actions.program_requests import begin, settle
from coordinator.actions.services import Services
from coordinator.domain.errors import Invalid
from coordinator.storage.program_requests import StoredAnswer
from coordinator.web.problems import PROBLEM_JSON, Problem
from coordinator.web.visiting import SAFE, Asked, token_of

KEY = "Idempotency-Key"
KEPT_HEADERS = (b"content-type", b"location")
REPEATED = (b"idempotent-replayed", b"true")
OK, NOT_MODIFIED, CONFLICT, FIRST_FAULT = 200, 304, 409, 500
GIVEN_ONCE = {"Cache-Control": "no-store"}
"""Stands on an answer that holds what is kept nowhere, as a letter's code: a repeat is told so and gets nothing."""


class Answer:
    """Collects what an app sends, to be looked at before it goes out."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.content += message.get("body", b"")

    async def give(self, send: Send, *more: tuple[bytes, bytes]) -> None:
        headers = [*self.headers, *more]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content, "more_body": False})


class Unchanged:
    """Gives every answer to GET an ETag, and no body to whoever holds it already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.GET:
            await self._app(scope, receive, send)
            return
        answer = Answer()
        await self._app(scope, receive, answer.take)
        if answer.status != OK:
            await answer.give(send)
            return
        tag = b'"' + hashlib.sha256(answer.content).hexdigest()[:32].encode() + b'"'
        # without a body, but with its type: what a HEAD would say
        if tag in _asked(scope, b"if-none-match"):
            answer.status, answer.content = NOT_MODIFIED, b""
            answer.headers = [(name, value) for name, value in answer.headers if name.lower() != b"content-length"]
        await answer.give(send, (b"etag", tag))


class Once:
    """Does what a program asks once for each of its keys, and repeats the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises Invalid without a key."""
        if scope["type"] != ScopeType.HTTP or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        request, services = Asked(scope, receive), services_of(scope)
        token, key = token_of(request), request.headers.get(KEY, "")
        if token is None:
            await self._app(scope, receive, send)
            return
        if not key:
            raise Invalid(f"提交要带请求头 {KEY}。", remedy="请为每次提交用一个新的 UUID，重试时用同一个。")
        owner, print_ = digest(token), _fingerprint(scope, await request.body())
        known = await begin(services, owner, key, print_)
        if known is not None:
            await _again(known, send)
            return
        await self._first(scope, receive, send, services, owner, key)

    async def _first(
        self, scope: Scope, receive: Receive, send: Send, services: Services, owner: bytes, key: str
    ) -> None:
        answer = Answer()
        try:
            await self._app(scope, receive, answer.take)
        except BaseException:
            await settle(services, owner, key, None)
            raise
        kept = None
        if (b"cache-control", b"no-store") in answer.headers:
            kept = _given_once(scope["path"])
        elif answer.status < FIRST_FAULT:
            headers = {n.decode(): v.decode("latin-1") for n, v in answer.headers if n.lower() in KEPT_HEADERS}
            kept = StoredAnswer(status=answer.status, headers=headers, content=answer.content)
        await settle(services, owner, key, kept)
        await answer.give(send)


def _given_once(path: str) -> StoredAnswer:
    problem = Problem(
        type="urn:onedoor:problem:given-once",
        title="只给一次",
        status=CONFLICT,
        detail="这次提交已经办成，回答里的密码只给一次，没有留存。",
        instance=path,
        remedy="没有收到的，请查列表，换发那几封。",
    )
    return StoredAnswer(status=CONFLICT, headers={"content-type": PROBLEM_JSON}, content=msgspec.json.encode(problem))


async def _again(known: StoredAnswer, send: Send) -> None:
    answer = Answer()
    answer.status, answer.content = known.status, known.content
    answer.headers = [(name.encode(), value.encode("latin-1")) for name, value in known.headers.items()]
    await answer.give(send, (b"content-length", str(len(known.content)).encode()), REPEATED)


def services_of(scope: HTTPScope) -> Services:
    """The services of the app that serves a request."""
    services = scope["litestar_app"].state.services
    assert isinstance(services, Services)  # noqa: S101 - narrows the type
    return services


def _asked(scope: HTTPScope, header: bytes) -> set[bytes]:
    """The values of a header that lists several; weak ETags count as strong ones, as RFC 9110 compares them here."""
    values = b",".join(value for name, value in scope["headers"] if name == header).split(b",")
    return {value.strip().removeprefix(b"W/") for value in values}


def _fingerprint(scope: HTTPScope, body: bytes) -> bytes:
    parts = (scope["method"].encode(), scope["path"].encode(), scope.get("query_string", b""), body)
    return hashlib.sha256(b"\n".join(parts)).digest()
