"""Sending a webhook and taking its receipt: any success is one, with the receiver's own reference if it gives one.

What is said is in `payload`, how it is signed in `signing`.
"""

import ssl
from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from connectors.contract import Package, PermanentError, Receipt, blaming
from connectors.outbound import Allowed, Answer, Caps, Clock, Networks, Outbound, Resolve
from connectors.outbound.network import look_up
from connectors.webhook.payload import payload_of
from connectors.webhook.signing import SigningKey, signed_headers

SECRETS = {"signing_key": "签名密钥", "former_signing_key": "更换前的签名密钥（更换期间填写）"}


class WebhookSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a department wants to be told, and where our packages can be pulled from.

    `networks` are those in which its address must lie. Raises ValueError in Chinese for an address that cannot be used.
    """

    address: Annotated[str, Meta(title="接收地址", description="如 https://hook.example.gov.cn/onedoor。")]
    networks: Networks = ()
    pull_from: Annotated[
        str, Meta(title="取件地址", description="对方从哪里取文件：本系统的网址加 /api/v1/packages；不取文件的不填。")
    ] = ""

    def __post_init__(self) -> None:
        with blaming("address"):
            Allowed.of(self.address, self.networks)


class _Given(Struct, frozen=True):
    """What of a receipt is of use to us; a receiver may say more."""

    reference: str = ""
    is_superseded: bool = False


class Webhook:
    """Delivers to one address, signed with the present key and, while keys are changed, with the former one too."""

    def __init__(
        self,
        settings: WebhookSettings,
        secrets: Mapping[str, str],
        *,
        clock: Clock,
        caps: Caps | None = None,
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings, self._secrets, self._clock = settings, secrets, clock
        allowed = Allowed.of(settings.address, settings.networks)
        self._way = Outbound(allowed, clock, caps=caps, resolve=resolve, tls=tls)

    async def deliver(self, package: Package) -> Receipt:
        """Tell of a package under its key as `webhook-id`: the receiver knows a repeat by it."""
        body = msgspec.json.encode(payload_of(package, self._settings.pull_from))
        headers = signed_headers(self._keys(), package.key, self._clock(), body)
        answer = await self._way.send(
            "POST", self._settings.address, {"Content-Type": "application/json", **headers}, body
        )
        given = _given(answer.accepted(self._way.whom))
        return Receipt(key=package.key, reference=given.reference or package.key, is_superseded=given.is_superseded)

    async def aclose(self) -> None:
        await self._way.aclose()

    def _keys(self) -> list[SigningKey]:
        given = [self._secrets.get(name, "") for name in SECRETS]
        if not given[0]:
            raise PermanentError("还没有填写签名密钥，没有投递。请管理员填写后，再重新投递。")
        try:
            return [SigningKey(text) for text in given if text]
        except ValueError as error:
            raise PermanentError(f"{error}没有投递。") from None


def _given(answer: Answer) -> _Given:
    """Read a receipt; the standard asks for none, so that an empty or another answer is as good."""
    try:
        return msgspec.json.decode(answer.content, type=_Given)
    except msgspec.MsgspecError:
        return _Given()
