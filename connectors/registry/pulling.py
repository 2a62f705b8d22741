"""Pulling registrations: page by page from a cursor on, so that the next pull goes on where this one ended.

`GET address?cursor=…&limit=…` with a bearer token gives rows, the cursor after them, and whether there are more.
"""

import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, Struct

from connectors.contract import PermanentError, blaming
from connectors.outbound import Allowed, Caps, Clock, Outbound, Resolve
from connectors.outbound.network import look_up
from connectors.registry.rows import Registration

SECRETS = {"token": "取数令牌"}
CAPS = Caps(longest=timedelta(minutes=2), most_bytes=64 << 20)


class RegistrySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the registry gives out its changes. Raises ValueError in Chinese for an address that cannot be used."""

    address: Annotated[str, Meta(title="取数地址", description="如 https://registry.example.gov.cn/changes。")]
    networks: Annotated[
        tuple[str, ...], Meta(title="允许的网段", description="对方地址必须在其中；在公网的不填。如 10.20.0.0/16。")
    ] = ()
    page_size: Annotated[int, Meta(title="每次取多少条", ge=1, le=20_000)] = 5_000

    def __post_init__(self) -> None:
        with blaming("address"):
            Allowed.of(self.address, self.networks)


class RegistryPage(Struct, frozen=True, kw_only=True):
    """Rows in the order in which they changed; `cursor` stands after the last of them."""

    rows: tuple[Registration, ...]
    cursor: str
    has_more: bool = False


class Registry:
    """One registry's changes. Making one opens nothing."""

    def __init__(
        self,
        settings: RegistrySettings,
        secrets: Mapping[str, str],
        *,
        clock: Clock,
        caps: Caps = CAPS,
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings, self._token = settings, secrets.get("token", "")
        allowed = Allowed.of(settings.address, settings.networks)
        self._way = Outbound(allowed, clock, caps=caps, resolve=resolve, tls=tls)

    async def page(self, cursor: str) -> RegistryPage:
        """Give what changed after a cursor, empty for the beginning; raises TemporaryError or PermanentError."""
        asked = urlencode({"cursor": cursor, "limit": self._settings.page_size})
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        answer = await self._way.send("GET", f"{self._settings.address}?{asked}", headers)
        content = answer.accepted(self._way.whom).content
        try:
            return msgspec.json.decode(content, type=RegistryPage)
        except msgspec.DecodeError as error:
            raise PermanentError(
                f"登记部门给出的数据不是约定的写法（{error}），没有采用。请与对方核对接口后再取。"
            ) from error

    async def aclose(self) -> None:
        await self._way.aclose()
