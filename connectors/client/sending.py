"""How requests go out: with the token, again after a failure that says nothing, and with one key however often.

What can be asked is in `client`. Answers that were read before are kept with their ETag and not sent again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import TypeVar
from uuid import uuid4

import httpx
import msgspec

T = TypeVar("T")

PAUSES = (0.5, 2.0, 8.0)
"""Seconds before each further try."""
TRIED_AGAIN = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
MOST_KEPT = 256


class Refused(Exception):  # noqa: N818 - named for what became of the request
    """What was asked was refused: status, the kind of problem (RFC 9457), and words with a remedy, in Chinese."""

    def __init__(self, status: int, kind: str, words: str, remedy: str) -> None:
        super().__init__(words if not remedy else f"{words}{remedy}")
        self.status, self.kind, self.remedy = status, kind, remedy


class _Problem(msgspec.Struct, frozen=True):
    type: str = "about:blank"
    detail: str = ""
    remedy: str = ""


class Sender:
    """One connection to one service, as one token."""

    def __init__(
        self, address: str, token: str, transport: httpx.BaseTransport | None, pause: Callable[[float], None]
    ) -> None:
        self._http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
            transport=transport,
        )
        self._pause = pause
        self._kept: dict[str, tuple[str, bytes, str]] = {}

    def close(self) -> None:
        self._http.close()

    def read(self, path: str, kind: type[T], **asked: str | int) -> T:
        """Get an answer of a kind; raises Refused, httpx.TransportError once all tries failed."""
        return msgspec.json.decode(self.fetch(path, **asked), type=kind)

    def pages(self, path: str, kind: type[T], **asked: str | int) -> Iterator[T]:
        """Get the lines of a list, page after page as they are wanted."""
        address = _address(path, asked)
        while address:
            content, link = self._get(address)
            yield from msgspec.json.decode(content, type=list[kind])  # type: ignore[valid-type] # a type made at run time
            address = _next(link)

    def fetch(self, path: str, **asked: str | int) -> bytes:
        """Get an answer as bytes."""
        return self._get(_address(path, asked))[0]

    def _get(self, address: str) -> tuple[bytes, str]:
        """Get an answer and its `Link`, or what is held already where nothing has changed."""
        known = self._kept.get(address)
        answer = self._send("GET", address, {"If-None-Match": known[0]} if known else {}, None)
        if known and answer.status_code == HTTPStatus.NOT_MODIFIED:
            return known[1:]
        link = answer.headers.get("Link", "")
        if tag := answer.headers.get("ETag"):
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[address] = (tag, answer.content, link)
        return answer.content, link

    def write(self, path: str, given: object, kind: type[T], key: str | None = None) -> T:
        """Send something that changes something: once, however many tries it takes; `key` to go on after a restart."""
        return self._write(path, "application/json", msgspec.json.encode(given), kind, key)

    def upload(self, path: str, name: str, content: bytes, kind: type[T], key: str | None = None) -> T:
        """Send a workbook, once, however many tries it takes."""
        return self._write(_address(path, {"file": name}), "application/octet-stream", content, kind, key)

    def _write(self, path: str, media: str, content: bytes, kind: type[T], key: str | None) -> T:
        headers = {"Idempotency-Key": key or str(uuid4()), "Content-Type": media}
        return msgspec.json.decode(self._send("POST", path, headers, content).content, type=kind)

    def _send(self, method: str, path: str, headers: dict[str, str], content: bytes | None) -> httpx.Response:
        for pause in PAUSES:
            try:
                answer = self._http.request(method, path, headers=headers, content=content)
            except httpx.TransportError:
                self._pause(pause)
                continue
            if answer.status_code not in TRIED_AGAIN:
                return _accepted(answer)
            self._pause(pause)
        return _accepted(self._http.request(method, path, headers=headers, content=content))


def _address(path: str, asked: Mapping[str, str | int]) -> str:
    return str(httpx.URL(path, params=dict(asked))) if asked else path


def _next(link: str) -> str:
    """Where the next page is, beneath the interface's own address; empty after the last."""
    found = re.fullmatch(r'<[^>]*?/api/v1(/[^>]*)>; rel="next"', link)
    return found[1] if found else ""


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success or answer.status_code == HTTPStatus.NOT_MODIFIED:
        return answer
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem(detail=f"HTTP {answer.status_code}")
    raise Refused(answer.status_code, problem.type, problem.detail, problem.remedy)
