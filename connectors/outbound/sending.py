"""Sending a request and taking its answer in, whole and in time or not at all; faults of the way become sentences.

Nothing of a request stands in an error: neither its headers nor its path. What an answer means is in `answers`.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Annotated

import httpcore
from msgspec import Meta, Struct

from connectors.contract import PermanentError, TemporaryError
from connectors.outbound.addresses import Allowed
from connectors.outbound.answers import Answer, Clock
from connectors.outbound.network import PinnedNetwork, Resolve, look_up

_MEBIBYTE = 1 << 20
_UNTRUSTED = {
    9: "还没有生效",
    10: "已过期",
    18: "自己签发，不在信任之列",
    19: "签发者不在信任之列",
    20: "签发者不在信任之列",
    62: "证书上不是这个主机名",
    64: "证书上不是这个 IP 地址",
}
"""What OpenSSL's verify codes say."""
_PORT_OF = {"http": 80, "https": 443}


class Caps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a receiver may cost: time for a whole exchange, and bytes of its answer."""

    longest: timedelta = timedelta(seconds=60)
    most_bytes: Annotated[int, Meta(ge=0)] = _MEBIBYTE


class Outbound:
    """Connections to one allow-list entry; made by the first request, kept until `aclose`."""

    def __init__(
        self,
        allowed: Allowed,
        clock: Clock,
        *,
        caps: Caps | None = None,
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed, self._clock, self._caps = allowed, clock, caps or Caps()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or _system_trust(), network_backend=PinnedNetwork(allowed, resolve)
        )

    def __repr__(self) -> str:
        return f"Outbound({self.whom})"

    @property
    def whom(self) -> str:
        """The receiver as it is named in sentences."""
        return f"“{self._allowed.host}:{self._allowed.port}”"

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """Send, and give whatever is answered; raises TemporaryError or PermanentError where nothing whole is."""
        route = self._allowed.route(url)
        target = httpcore.URL(
            scheme=route.scheme.encode(), host=route.host.encode(), port=route.port, target=route.target.encode()
        )
        given = self._headers(route.scheme, headers or {})
        with self._in_words():
            async with (
                asyncio.timeout(self._caps.longest.total_seconds()),
                self._pool.stream(method, target, headers=given, content=content) as response,
            ):
                return await self._answer(response)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            seconds = self._caps.longest.total_seconds()
            raise TemporaryError(f"{self.whom}没有在 {seconds:g} 秒内答完。请对方检查系统和网络。") from None
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise TemporaryError(f"连不上{self.whom}{_certificate(error)}。请检查网络，或请对方检查服务。") from error
        except httpcore.LocalProtocolError:
            # its words hold what was to be sent
            raise PermanentError(f"发给{self.whom}的请求不合规范，没有发出。请核对密钥和接口地址。") from None
        except httpcore.RemoteProtocolError as error:
            raise TemporaryError(f"{self.whom}的应答不合 HTTP 规范，或没有答完就断开了。请对方检查系统。") from error
        except httpcore.NetworkError as error:
            raise TemporaryError(f"与{self.whom}的连接中断，不能确认收到。请检查网络。") from error

    def _headers(self, scheme: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
        if not all(value.isascii() and value.isprintable() for value in given.values()):
            raise PermanentError("密钥或令牌里有不能发送的字符。请重新填写，只用英文字母、数字和半角符号。")
        host = f"[{self._allowed.host}]" if ":" in self._allowed.host else self._allowed.host
        port = "" if self._allowed.port == _PORT_OF[scheme] else f":{self._allowed.port}"
        # identity: a few bytes must not unpack into a gigabyte here
        return [("Host", host + port), ("Accept-Encoding", "identity"), ("User-Agent", "OneDoor"), *given.items()]

    async def _answer(self, response: httpcore.Response) -> Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise PermanentError(f"{self.whom}的应答是压缩过的，没有拆开。请对方按请求不压缩。")
        return Answer(
            status=response.status,
            headers=headers,
            content=await self._content(response.aiter_stream()),
            received_at=self._clock(),
        )

    async def _content(self, parts: AsyncIterator[bytes]) -> bytes:
        content = bytearray()
        async for part in parts:
            content += part
            if len(content) > self._caps.most_bytes:
                raise TemporaryError(
                    f"{self.whom}的应答太大，超过{self._caps.most_bytes}字节，没有读完。请对方检查接口。"
                )
        return bytes(content)


@cache
def _system_trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _certificate(error: BaseException | None) -> str:
    """Say so where it was the other side's certificate that spoilt it, somewhere behind the error."""
    match error:
        case None:
            return ""
        case ssl.SSLCertVerificationError(verify_code=code):
            return f"：对方的证书不能信任（{_UNTRUSTED.get(code, '验证没有通过')}）"
        case ssl.SSLError():
            return "：加密协商失败"
    return _certificate(error.__cause__ or error.__context__)
