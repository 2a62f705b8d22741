"""Connecting: a name is looked up once, all its addresses are judged, and the connection goes to one of those.

TLS is verified against the name all the same. What may be reached is said in `addresses`.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from ipaddress import ip_address

import httpcore

from connectors.contract import PermanentError, TemporaryError
from connectors.outbound.addresses import NOT_ALLOWED, Allowed, IPAddress

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives all addresses of a host; raises OSError where there are none."""


async def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver, in a thread of its own: one that hangs keeps nobody else's name waiting."""
    hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="look-up")
    asking = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await asyncio.get_running_loop().run_in_executor(hand, asking)
    finally:
        hand.shutdown(wait=False)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def judged_addresses(allowed: Allowed, resolve: Resolve) -> tuple[IPAddress, ...]:
    """The addresses of an allowed host; one among them that is not allowed spoils them all.

    Raises TemporaryError where the name has none, PermanentError where it has a wrong one.
    """
    try:
        given = [allowed.host] if _is_literal(allowed.host) else await resolve(allowed.host, allowed.port)
        addresses = tuple(ip_address(address) for address in given)
    except (OSError, ValueError):
        addresses = ()
    if not addresses:
        raise TemporaryError(f"查不到“{allowed.host}”的地址。请检查域名解析和网络。")
    for address in addresses:
        if not allowed.allows(address):
            raise PermanentError(f"“{allowed.host}”解析到的地址 {address} {NOT_ALLOWED}")
    return addresses


class PinnedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to one allow-list entry and to nothing else, whoever asks."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed, self._resolve = allowed, resolve
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look up, judge, connect; further addresses of the same answer where the first ones do not take calls."""
        if (host, port) != (self._allowed.host, self._allowed.port):
            raise PermanentError(f"地址{NOT_ALLOWED}")
        *others, last = await judged_addresses(self._allowed, self._resolve)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._sockets.connect_tcp(str(address), port, timeout, local_address, socket_options)
        return await self._sockets.connect_tcp(str(last), port, timeout, local_address, socket_options)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
