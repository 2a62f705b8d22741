"""Partners standing on loopback, and ways to them, for the tests of connectors over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace
from pure.connectors.dropping import a_package

from connectors.contract import Package
from connectors.outbound import Caps
from connectors.partners.http import Handle, standing
from connectors.partners.misbehaving import Fault, Misbehaviour
from connectors.webhook import SigningKey, Webhook, WebhookSettings

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
OWN = ("127.0.0.0/8",)
KEY = SigningKey.of(b"k" * 32)
FORMER_KEY = SigningKey.of(b"f" * 24)
SHORT = Caps(longest=timedelta(seconds=0.6))


def now() -> datetime:
    return NOW


def always(fault: Fault) -> Misbehaviour:
    return Misbehaviour({fault: 1.0})


@asynccontextmanager
async def webhook_to(
    handle: Handle,
    *,
    keys: tuple[str, ...] = (KEY,),
    misbehaviour: Misbehaviour | None = None,
    pull_from: str = "",
    clock: datetime = NOW,
    caps: Caps | None = None,
) -> AsyncIterator[Webhook]:
    """A webhook to a partner that stands on loopback."""
    async with standing(handle, now, misbehaviour=misbehaviour) as address:
        settings = WebhookSettings(address=f"{address}/in", networks=OWN, pull_from=pull_from)
        secrets = dict(zip(("signing_key", "former_signing_key"), keys, strict=False))
        way = Webhook(settings, secrets, clock=lambda: clock, caps=caps)
        try:
            yield way
        finally:
            await way.aclose()


def posted(number: int = 1, salt: str = "") -> Package:
    """A package under a key as the outbox makes them."""
    package = a_package(number, salt=salt)
    return replace(package, key=sha256(package.key.encode()).hexdigest())
