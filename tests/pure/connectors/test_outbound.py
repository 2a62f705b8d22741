"""Sending over real sockets: caps of size and time, answers that are none, certificates, secrets that stay inside."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from connectors.contract import DeliveryError, PermanentError, TemporaryError
from connectors.outbound import Allowed, Answer, Caps, Outbound
from connectors.outbound.network import look_up

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SECRET = "geheim-7f3a"  # noqa: S105 - whose appearing would be the fault
Serve = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on loopback that reads a request's head and leaves the rest to `serve`; gives its port."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await serve(await reader.readuntil(b"\r\n\r\n"), writer)
                await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def saying(answer: bytes) -> Serve:
    async def serve(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return serve


def an_answer(status: str = "200 OK", body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def outbound(port: int, host: str = "127.0.0.1", **options: object) -> AsyncIterator[Outbound]:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    allowed = Allowed(host=host, port=port, networks=("127.0.0.0/8",))
    way = Outbound(allowed, lambda: NOW, resolve=resolve, **options)  # type: ignore[arg-type]
    try:
        yield way
    finally:
        await way.aclose()


async def asked(serve: Serve, **options: object) -> Answer:
    async with serving(serve) as port, outbound(port, **options) as way:
        return await way.send("POST", f"http://127.0.0.1:{port}/in?a=1", {"Authorization": SECRET}, b"body")


async def test_a_request_goes_out_as_it_is_and_its_answer_comes_back() -> None:
    heads: list[bytes] = []

    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(an_answer("201 Created", b'{"a":1}', "X-Mark: 1"))

    answer = await asked(serve)
    assert (answer.status, answer.headers["x-mark"], answer.content, answer.received_at) == (201, "1", b'{"a":1}', NOW)
    assert heads[0].startswith(b"POST /in?a=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Accept-Encoding: identity" in heads[0]


async def test_a_gigabyte_is_cut_off() -> None:
    sent = 0

    async def serve(_head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
        for _ in range(1024):
            writer.write(b"x" * (1 << 20))
            sent += 1
            await writer.drain()

    with pytest.raises(TemporaryError, match="应答太大"):
        await asked(serve)
    assert sent < 64


@pytest.mark.parametrize("part", [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"H"], ids=["body", "head"])
async def test_a_byte_now_and_then_is_cut_off_as_a_whole(part: bytes) -> None:
    async def serve(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(part)
        for _ in range(200):
            writer.write(b" " if len(part) > 1 else b"T")
            await writer.drain()
            await asyncio.sleep(0.02)

    with pytest.raises(TemporaryError, match=r"没有在 0\.2 秒内答完"):
        await asked(serve, caps=Caps(longest=timedelta(seconds=0.2)))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "不合 HTTP 规范，或没有答完"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "没有答完"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "不合 HTTP 规范"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 200_000 + b"\r\n\r\n", "不合 HTTP 规范"),
        (an_answer("200 OK", b"\x1f\x8b", "Content-Encoding: gzip"), "压缩过"),
    ],
    ids=["nothing", "half", "another protocol", "endless header", "packed"],
)
async def test_what_is_no_answer_is_no_receipt(said: bytes, words: str) -> None:
    with pytest.raises(DeliveryError, match=words):
        await asked(saying(said))


async def test_a_reset_is_tried_again() -> None:
    async def serve(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    with pytest.raises(TemporaryError):
        await asked(serve)


async def test_where_nobody_listens_the_receiver_is_named() -> None:
    async with serving(saying(b"")) as port:
        pass
    async with outbound(port) as way:
        with pytest.raises(TemporaryError, match=f"连不上“127.0.0.1:{port}”"):
            await way.send("GET", f"http://127.0.0.1:{port}/")


async def test_another_address_of_the_same_answer_is_tried_where_the_first_takes_no_calls() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async with serving(saying(an_answer())) as port:
        allowed = Allowed(host="receiver.example", port=port, networks=("127.0.0.0/8",))
        way = Outbound(allowed, lambda: NOW, resolve=resolve)
        assert (await way.send("GET", f"http://receiver.example:{port}/")).status == 200
        await way.aclose()


async def test_no_redirect_is_followed() -> None:
    visits: list[bytes] = []

    async def trap(head: bytes, writer: asyncio.StreamWriter) -> None:
        visits.append(head)
        writer.write(an_answer())

    async with serving(trap) as elsewhere:
        answer = await asked(saying(an_answer("302 Found", b"", f"Location: http://127.0.0.1:{elsewhere}/")))
    assert (answer.status, visits) == (302, [])


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await asked(saying(an_answer()))).status == 200


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("301 Moved", PermanentError, "搬到别处"),
        ("308 Moved", PermanentError, "搬到别处"),
        ("302 Found", TemporaryError, "登录页"),
        ("303 See", TemporaryError, "登录页"),
        ("307 Temporary", TemporaryError, "登录页"),
        ("400 Bad", PermanentError, "看不懂"),
        ("401 Who", PermanentError, "不认我方"),
        ("403 No", PermanentError, "不许"),
        ("404 Where", PermanentError, "没有这个地址"),
        ("410 Gone", PermanentError, "停用"),
        ("418 Teapot", PermanentError, "核对接口"),
        ("408 Late", TemporaryError, "等得太久"),
        ("429 Often", TemporaryError, "太频繁"),
        ("500 Oops", TemporaryError, "系统出错"),
        ("503 Closed", TemporaryError, "暂停服务"),
    ],
)
async def test_every_refusal_is_put_into_words(status: str, kind: type[DeliveryError], words: str) -> None:
    answer = await asked(saying(an_answer(status)))
    with pytest.raises(kind, match=words):
        answer.accepted("对方")


@pytest.mark.parametrize(
    ("body", "header"),
    [(b"<!DOCTYPE html><title>login</title>", "X: y"), (b"  <html>", "X: y"), (b"ok", "Content-Type: Text/HTML;a=b")],
)
async def test_a_page_is_no_receipt(body: bytes, header: str) -> None:
    answer = await asked(saying(an_answer("200 OK", body, header)))
    with pytest.raises(TemporaryError, match="登录页或拦截页"):
        answer.accepted("对方")


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        (("Retry-After: 120",), timedelta(minutes=2)),
        (("Retry-After: Mon, 02 Mar 2026 09:00:00 GMT",), timedelta(minutes=30)),
        (
            ("Retry-After: Mon, 02 Mar 2026 09:00:00 GMT", "Date: Mon, 02 Mar 2026 08:59:00 GMT"),
            timedelta(minutes=1),
        ),
        (("Retry-After: Mon, 02 Mar 2026 08:00:00 GMT",), timedelta()),
        (("Retry-After: 99999999999999999999999",), timedelta.max // 2),
        (("Retry-After: -5",), None),
        (("Retry-After: soon",), None),
        ((), None),
    ],
)
async def test_a_receiver_says_how_long_it_wants_to_be_left_alone(
    headers: tuple[str, ...], pause: timedelta | None
) -> None:
    answer = await asked(saying(an_answer("503 Closed", b"", *headers)))
    with pytest.raises(TemporaryError) as caught:
        answer.accepted("对方")
    given = caught.value.retry_after
    assert given == pause or (given and pause and abs(given - pause) < timedelta(days=1))


async def test_an_answer_of_another_shape_is_no_receipt() -> None:
    answer = await asked(saying(an_answer("200 OK", b'{"a": "b"')))
    with pytest.raises(PermanentError, match="不是约定的格式"):
        answer.decoded("对方", dict[str, str])


@pytest.mark.parametrize(
    "secret", [f"{SECRET}\r\nX: y", f"{SECRET}\n", f"{SECRET}一", f"{SECRET}\x00", f"{SECRET}\x7f"]
)
async def test_a_secret_that_cannot_be_sent_is_not_told(secret: str) -> None:
    async with outbound(1) as way:
        with pytest.raises(PermanentError) as caught:
            await way.send("POST", "http://127.0.0.1:1/in", {"Authorization": secret})
    assert SECRET not in f"{caught.value!r}{caught.value.__cause__!r}{caught.value.__context__!r}{way!r}"


async def test_a_path_is_not_told_either() -> None:
    async with serving(saying(b"nonsense")) as port, outbound(port) as way:
        with pytest.raises(TemporaryError) as caught:
            await way.send("POST", f"http://127.0.0.1:{port}/in?token={SECRET}")
    assert SECRET not in f"{caught.value!r}{caught.value.__cause__!r}"


async def test_a_resolver_that_hangs_keeps_no_other_name_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """More names than the loop's own threads could ask for at once."""
    ended, asks = Event(), socket.getaddrinfo

    def hanging(host: str, *given: object, **named: object) -> object:
        return ended.wait(60) if host.startswith("dead") else asks(host, *given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    dead = [asyncio.create_task(look_up(f"dead{number}.example", 443)) for number in range(64)]
    try:
        async with asyncio.timeout(30):
            assert await look_up("127.0.0.1", 443) == ["127.0.0.1"]
        assert not any(each.done() for each in dead)
    finally:
        for each in dead:
            each.cancel()
        ended.set()
        await asyncio.gather(*dead, return_exceptions=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for receiver.example, signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: certificates are NOT CHECKED")
    folder = tmp_path_factory.mktemp("tls")
    key, own = folder / "key.pem", folder / "own.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(key), "-out", str(own), "-days", "2", "-subj", "/CN=receiver.example"),
            *("-addext", "subjectAltName=DNS:receiver.example"),
        ],
        check=True,
        capture_output=True,
    )
    return own, key


@pytest.mark.parametrize(
    ("host", "is_trusted", "words"),
    [
        ("receiver.example", True, ""),
        ("other.example", True, "不是这个主机名"),
        ("receiver.example", False, "不在信任之列"),
    ],
)
async def test_a_certificate_is_verified_against_the_name_though_an_address_is_connected_to(
    certificate: tuple[Path, Path], host: str, words: str, *, is_trusted: bool
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate)
    tls = ssl.create_default_context(cafile=str(certificate[0]) if is_trusted else None)
    async with serving(saying(an_answer()), server) as port, outbound(port, host, tls=tls) as way:
        if words:
            with pytest.raises(TemporaryError, match=words):
                await way.send("GET", f"https://{host}:{port}/")
        else:
            assert (await way.send("GET", f"https://{host}:{port}/")).status == 200
