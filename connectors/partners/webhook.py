"""A department's end of a webhook: verifies, knows a key again, keeps the newest of a batch, pulls its files.

How it is spoken to is in `http`. Files are pulled only from the one place that it was told of.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

import msgspec
from msgspec import Struct

from connectors.contract import DeliveryError
from connectors.outbound import Allowed, Caps, Outbound
from connectors.partners.http import Reply, Request, reply
from connectors.records import SUFFIX
from connectors.webhook.payload import Payload, PayloadFile, PayloadPackage
from connectors.webhook.signing import ID, SigningKey, fault_of

_LARGEST_FILE = 64 << 20


class Pull(Struct, frozen=True, kw_only=True):
    """Where packages may be pulled from, and with which token."""

    address: str
    token: str
    networks: tuple[str, ...] = ()


class HeldPackage(Struct, frozen=True, kw_only=True):
    """What stands of a batch; `contents` has the files that were pulled."""

    package: PayloadPackage
    contents: dict[str, bytes]


class HeldWords(Struct, frozen=True, kw_only=True):
    """A held package as it is shown."""

    recipient: str
    batch: str
    number: int
    key: str
    files: tuple[str, ...]
    pulled: tuple[str, ...]


class WebhookPartner:
    """Keeps books over all that it was told; `taken` has every effect, in order."""

    def __init__(
        self,
        keys: Sequence[SigningKey],
        clock: Callable[[], datetime],
        *,
        pull: Pull | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._keys, self._clock, self._pull, self._tell = keys, clock, pull, tell
        self.held: dict[tuple[str, str], HeldPackage] = {}
        self.taken: list[PayloadPackage] = []
        self.told: Counter[str] = Counter()
        self._receipts: dict[str, Reply] = {}
        self._alone = asyncio.Lock()

    async def handle(self, request: Request) -> Reply:
        """Take a webhook in, or show what is held to whoever looks."""
        if request.method == "GET":
            return reply(self.shown())
        fault = fault_of(self._keys, request.headers, request.body, self._clock())
        if fault:
            return self._refuse(HTTPStatus.UNAUTHORIZED, fault)
        try:
            payload = msgspec.json.decode(request.body, type=Payload)
        except msgspec.MsgspecError as error:
            return self._refuse(HTTPStatus.BAD_REQUEST, f"内容看不懂：{error}")
        if payload.data.key != request.headers[ID]:
            return self._refuse(HTTPStatus.BAD_REQUEST, "webhook-id 与内容里的 key 不一致。")
        async with self._alone:
            return await self._take(payload.data)

    def shown(self) -> list[HeldWords]:
        """All that is held, by recipient and batch."""
        return [
            HeldWords(
                recipient=recipient,
                batch=batch,
                number=held.package.number,
                key=held.package.key,
                files=tuple(file.name for file in held.package.files),
                pulled=tuple(held.contents),
            )
            for (recipient, batch), held in sorted(self.held.items())
        ]

    async def _take(self, package: PayloadPackage) -> Reply:
        self.told[package.key] += 1
        known = self._receipts.get(package.key)
        if known:
            return known
        newest = self.held.get((package.recipient, package.batch))
        if newest and newest.package.number == package.number:
            return self._refuse(HTTPStatus.CONFLICT, f"批次“{package.batch}”第 {package.number} 次已经收过别的内容。")
        is_superseded = newest is not None and newest.package.number > package.number
        if not is_superseded:
            try:
                self._hold(HeldPackage(package=package, contents=await self._pulled(package)))
            except (DeliveryError, ValueError) as error:
                return self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, f"取件没有成功：{error}")
        answer = reply({"reference": f"R{len(self._receipts) + 1:06}", "is_superseded": is_superseded})
        return self._receipts.setdefault(package.key, answer)

    def _hold(self, held: HeldPackage) -> None:
        package = held.package
        self.held[package.recipient, package.batch] = held
        self.taken.append(package)
        self._tell(f"已收 {package.recipient}｜{package.batch}｜第 {package.number} 次｜{len(package.files)} 个文件")

    async def _pulled(self, package: PayloadPackage) -> dict[str, bytes]:
        if self._pull is None:
            return {}
        way = Outbound(
            Allowed.of(self._pull.address, self._pull.networks), self._clock, caps=Caps(most_bytes=_LARGEST_FILE)
        )
        try:
            return {file.name: await self._pulled_file(way, self._pull, file) for file in package.files}
        finally:
            await way.aclose()

    async def _pulled_file(self, way: Outbound, pull: Pull, file: PayloadFile) -> bytes:
        if not file.pull.startswith(pull.address.rstrip("/") + "/"):
            raise ValueError(f"“{file.name}”的取件地址不在约定的地方。")
        answer = await way.send("GET", file.pull, {"Authorization": f"Bearer {pull.token}"})
        if not answer.is_success:
            raise ValueError(f"“{file.name}”没有取到（HTTP {answer.status}）。")
        if sha256(answer.content).hexdigest() != file.sha256:
            raise ValueError(f"“{file.name}”与告知的校验值不一致。")
        if file.name.endswith(SUFFIX) and answer.content.count(b"\n") != file.row_count:
            raise ValueError(f"“{file.name}”与告知的行数不一致。")
        return answer.content

    def _refuse(self, status: int, words: str) -> Reply:
        self._tell(f"拒收（{status}）：{words}")
        return reply({"detail": words}, status)
