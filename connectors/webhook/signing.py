"""Signatures by the Standard Webhooks specification: `v1`, HMAC-SHA256 over `id.timestamp.body`.

Both sides' rules stand here, for the partner kit verifies with them too; keys are kept by whoever calls.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_VERSION = "v1,"
_KEY_BYTES = range(24, 65)


class SigningKey:
    """A key as `whsec_<base64>`, of 24 to 64 bytes; shows itself to nobody."""

    def __init__(self, text: str) -> None:
        """Raises ValueError in Chinese, without the text."""
        try:
            self._key = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            self._key = b""
        if len(self._key) not in _KEY_BYTES:
            raise ValueError("签名密钥的写法不对。应为 whsec_ 开头，后面是 24 至 64 字节的 base64。") from None

    @classmethod
    def of(cls, key: bytes) -> str:
        """Write down a key made elsewhere."""
        return _PREFIX + base64.b64encode(key).decode()

    def sign(self, id_: str, timestamp: int, body: bytes) -> str:
        digest = hmac.digest(self._key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)
        return _VERSION + base64.b64encode(digest).decode()


def signed_headers(keys: Iterable[SigningKey], id_: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers; a signature for each key, so that a receiver that knows either of two can verify."""
    timestamp = int(now.timestamp())
    signatures = " ".join(key.sign(id_, timestamp, body) for key in keys)
    return {ID: id_, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def fault_of(keys: Iterable[SigningKey], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Say in Chinese what is wrong with a message's headers, nothing where they are genuine and of now."""
    id_, timestamp, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (id_ and timestamp.isascii() and timestamp.isdigit() and given):
        return "缺少 webhook-id、webhook-timestamp 或 webhook-signature。"
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        return "webhook-timestamp 与当前时间相差太多。"
    expected = [key.sign(id_, int(timestamp), body) for key in keys]
    pairs = [hmac.compare_digest(own.encode(), other.encode()) for own in expected for other in given.split(" ")]
    return "" if any(pairs) else "签名不对。"
