"""A small HTTP server on loopback for partners: a request in, a reply out, and every fault acted out on the wire.

What a partner makes of a request is its own affair; when and how often it misbehaves is drawn in `misbehaving`.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

import h11
import msgspec
from msgspec import Struct

from connectors.partners.misbehaving import Fault, Misbehaviour, Mishap

LOOPBACK = "127.0.0.1"
PAGE = "text/html; charset=utf-8"
_MOST_BYTES = 64 << 20
_CHUNK = 1 << 16
_PATIENCE = timedelta(seconds=30)
_LONG_SECONDS = 600
_BYTES_LEFT_OUT = 8
_LOGIN_PAGE = "<!DOCTYPE html><html lang=zh><title>统一登录</title><form><input name=password></form></html>".encode()


class Request(Struct, frozen=True, kw_only=True):
    """What came; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Reply(Struct, frozen=True, kw_only=True):
    """What is answered."""

    status: int = HTTPStatus.OK
    content: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = {}


Handle = Callable[[Request], Awaitable[Reply]]


def reply(value: object, status: int = HTTPStatus.OK) -> Reply:
    """Answer in JSON."""
    return Reply(status=status, content=msgspec.json.encode(value))


@asynccontextmanager
async def standing(
    handle: Handle, clock: Callable[[], datetime], *, port: int = 0, misbehaviour: Misbehaviour | None = None
) -> AsyncIterator[str]:
    """Stand on loopback with a partner, any free port for 0; gives its address, and is gone with all it had open."""
    taking: set[asyncio.Task[None]] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a task runs this
        taking.add(task)
        with suppress(OSError, h11.RemoteProtocolError, asyncio.CancelledError):
            await _Line(handle, clock, misbehaviour or Misbehaviour({}), reader, writer).serve()
        writer.transport.abort()
        taking.discard(task)

    server = await asyncio.start_server(take, LOOPBACK, port)
    try:
        yield f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in taking:
            task.cancel()
        await asyncio.gather(*taking, return_exceptions=True)


class _Line:
    """One connection: requests one after another, until either side is done."""

    def __init__(
        self,
        handle: Handle,
        clock: Callable[[], datetime],
        misbehaviour: Misbehaviour,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._handle, self._clock, self._misbehaviour = handle, clock, misbehaviour
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        while (request := await self._request()) is not None:
            mishap = self._misbehaviour.draw()
            if mishap is None:
                await self._answer(await self._handle(request))
            else:
                if mishap.has_effect:
                    await self._handle(request)
                await self._misbehave(mishap)
            if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _request(self) -> Request | None:
        """The next request, whole; None where there is none, or too much of it."""
        head, body = None, bytearray()
        while True:
            match await self._event():
                case h11.Request() as event:
                    head = event
                case h11.Data(data=data) if len(body) + len(data) <= _MOST_BYTES:
                    body += data
                case h11.EndOfMessage() if head:
                    return _request(head, bytes(body))
                case _:
                    return None

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event

    async def _answer(self, answer: Reply, *, until: int | None = None) -> None:
        """Send a reply; `until` is where it breaks off."""
        headers = {
            "Content-Type": answer.kind,
            **answer.headers,
            "Content-Length": str(len(answer.content)),
            "Date": _date(self._clock()),
        }
        head = self._http.send(h11.Response(status_code=answer.status, headers=list(headers.items())))
        body = self._http.send(h11.Data(data=answer.content)) or b""
        end = self._http.send(h11.EndOfMessage()) or b""
        self._writer.write(((head or b"") + body + end)[:until])
        await self._writer.drain()

    async def _misbehave(self, mishap: Mishap) -> None:
        match mishap.fault:
            case Fault.RESET:
                self._reset()
            case Fault.HALF:
                await self._answer(reply({"reference": "…"}), until=-_BYTES_LEFT_OUT)
                self._reset()
            case Fault.SLOW:
                await self._drip()
            case Fault.HUGE:
                await self._flood()
            case fault:
                await self._answer(_standing_in(fault, self._clock()))

    def _reset(self) -> None:
        """Break the connection off with an RST, as a crash or a firewall does."""
        line: socket.socket = self._writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def _drip(self) -> None:
        """One byte a second, as long as somebody waits."""
        self._writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(_LONG_SECONDS):
            self._writer.write(b" ")
            await self._writer.drain()
            await asyncio.sleep(1)

    async def _flood(self) -> None:
        """A gigabyte, as long as somebody reads."""
        self._writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
        for _ in range((1 << 30) // _CHUNK):
            self._writer.write(b" " * _CHUNK)
            await self._writer.drain()


def _request(head: h11.Request, body: bytes) -> Request:
    return Request(
        method=head.method.decode(),
        path=head.target.decode("latin-1"),
        headers={name.decode().lower(): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )


def _standing_in(fault: Fault, now: datetime) -> Reply:
    match fault:
        case Fault.OFTEN:
            seconds = {"Retry-After": str(int(_PATIENCE.total_seconds()))}
            return Reply(status=HTTPStatus.TOO_MANY_REQUESTS, headers=seconds)
        case Fault.CLOSED:
            until = {"Retry-After": _date(now + _PATIENCE)}
            return Reply(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=until)
        case Fault.REDIRECT:
            return Reply(status=HTTPStatus.FOUND, kind=PAGE, headers={"Location": "/login"})
        case Fault.HTML:
            return Reply(content=_LOGIN_PAGE, kind=PAGE)
    return Reply(status=HTTPStatus.INTERNAL_SERVER_ERROR, content=b"{}")


def _date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
