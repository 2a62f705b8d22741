"""The gate before the service: whom it answers, and what every answer carries."""

from typing import Any

import httpx
import pytest
from httpx import ASGITransport
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.errors import Invalid
from coordinator.web.guard import HEADERS, Guarded, is_loopback, refuse_foreign_host

LOCAL = ("127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]", "[::1]:8000", "127.8.9.10:80")
FOREIGN = (
    "evil.example",
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "192.168.1.7:8000",
    "0.0.0.0",  # noqa: S104 - an address that is asked for, not bound
    "[2001:db8::1]:8000",
    "127.0.0.1:evil",
    "",
)


async def answering(scope: Any, receive: Any, send: Any) -> None:
    assert scope["method"] == "GET"
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"the list of targets"})


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=ASGITransport(Guarded(answering)), base_url="http://127.0.0.1")


@pytest.mark.parametrize("host", LOCAL)
async def test_this_machine_is_answered(host: str) -> None:
    async with client() as browser:
        answer = await browser.get("/", headers={"Host": host})
    assert answer.text == "the list of targets"


@pytest.mark.parametrize("host", FOREIGN)
async def test_a_page_that_names_another_host_gets_nothing(host: str) -> None:
    async with client() as browser:
        answer = await browser.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "targets" not in answer.text
    assert "本机" in answer.text


async def test_a_request_that_names_two_hosts_gets_nothing() -> None:
    async with client() as browser:
        answer = await browser.get("/", headers=[("Host", "127.0.0.1"), ("Host", "evil.example")])
    assert answer.status_code == 421


@pytest.mark.parametrize(("host", "status"), [("YMC.example", 200), ("ymc.example:443", 200), ("x.ymc.example", 421)])
async def test_behind_a_proxy_one_name_more_is_answered(host: str, status: int) -> None:
    transport = ASGITransport(Guarded(answering, "ymc.example"))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        assert (await browser.get("/", headers={"Host": host})).status_code == status


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example"])
async def test_every_answer_tells_the_browser_to_trust_nothing_else(host: str) -> None:
    async with client() as browser:
        answer = await browser.get("/", headers={"Host": host})
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


async def test_a_head_request_gets_the_headers_alone() -> None:
    async with client() as browser:
        answer = await browser.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


@given(st.ip_addresses())
def test_only_addresses_of_this_machine_can_be_bound(address: Any) -> None:
    if address.is_loopback:
        assert refuse_foreign_host(str(address)) == str(address)
    else:
        with pytest.raises(Invalid, match="只能在本机"):
            refuse_foreign_host(str(address))


@given(st.from_regex(r"[a-z0-9.-]{1,30}", fullmatch=True))
def test_no_name_but_localhost_means_this_machine(name: str) -> None:
    assert is_loopback(name) == (name == "localhost" or name.startswith("127."))
