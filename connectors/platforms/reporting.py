"""Reporting a package to a platform and asking later what it holds of it.

`POST <address>/batches` takes a package whole, known by its key; `GET <address>/batches/<key>` says what became of it.
How rows are written is in `translating`; what each platform's settings are, beside its maps.
"""

import ssl
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol
from urllib.parse import quote

import msgspec
from msgspec import Struct

from connectors.contract import Confirmation, File, Package, PermanentError, Receipt, Standing
from connectors.outbound import Allowed, Answer, Caps, Clock, Outbound, Resolve
from connectors.outbound.network import look_up
from connectors.platforms.exporting import sheets, workbook
from connectors.platforms.maps import FieldMap, Row, RowFault
from connectors.platforms.translating import Given, Tables, records_of, translated

SECRETS = {"token": "接口令牌"}
_NOT_FOUND, _UNPROCESSABLE = 404, 422
_MOST_TOLD = 5


class Report(Struct, frozen=True, kw_only=True):
    """A package as it is sent: rows by table, under the key that makes a repeat known."""

    map: str
    key: str
    sender: str
    batch: str
    number: int
    tables: Tables


class ReportReceipt(Struct, frozen=True, kw_only=True):
    """The platform has a package."""

    receipt: str
    is_superseded: bool = False


class ReportState(Struct, frozen=True, kw_only=True):
    """What became of a package, and how many of its rows are held; none where a greater number took its place."""

    state: Literal["pending", "taken", "refused"]
    row_count: int
    is_superseded: bool = False
    words: str = ""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a package was not taken, row by row."""

    rows: tuple[RowFault, ...] = ()


class PlatformSettings(Protocol):
    """What every platform's settings say."""

    @property
    def address(self) -> str: ...
    @property
    def networks(self) -> tuple[str, ...]: ...
    @property
    def fields(self) -> FieldMap: ...
    @property
    def given(self) -> Given:
        """The destination's own code lists."""
        ...


class Platform:
    """A way to one platform; a package is taken whole or not at all."""

    def __init__(
        self,
        settings: PlatformSettings,
        secrets: Mapping[str, str],
        *,
        clock: Clock,
        caps: Caps | None = None,
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        allowed = Allowed.of(settings.address, settings.networks)
        self._address, self._fields, self._given = settings.address.rstrip("/"), settings.fields, settings.given
        self._secrets = secrets
        self._way = Outbound(allowed, clock, caps=caps, resolve=resolve, tls=tls)

    async def deliver(self, package: Package) -> Receipt:
        """Report a package; the same key again is the platform's to know."""
        tables = translated(self._fields, records_of(package), self._given)
        report = Report(
            map=self._fields.id,
            key=package.key,
            sender=package.recipient,
            batch=package.batch,
            number=package.number,
            tables=tables,
        )
        headers = {"Content-Type": "application/json", **self._token()}
        answer = await self._way.send("POST", f"{self._address}/batches", headers, msgspec.json.encode(report))
        if answer.status == _UNPROCESSABLE:
            raise PermanentError(self._refused(answer))
        given = answer.accepted(self._way.whom).decoded(self._way.whom, ReportReceipt)
        return Receipt(key=package.key, reference=given.receipt, is_superseded=given.is_superseded)

    async def ask(self, package: Package, receipt: Receipt) -> Confirmation:
        """Read a package back: taken only where the platform holds as many rows as it was sent."""
        address = f"{self._address}/batches/{quote(receipt.key, safe='')}"
        answer = await self._way.send("GET", address, self._token())
        if answer.status == _NOT_FOUND and not answer.is_page:
            return Confirmation(standing=Standing.MISSING, words="平台说没有收到过这个批次。")
        state = answer.accepted(self._way.whom).decoded(self._way.whom, ReportState)
        if state.is_superseded:
            return Confirmation(standing=Standing.TAKEN, words=state.words)
        sent = sum(map(len, translated(self._fields, records_of(package), self._given).values()))
        if state.state == "taken" and state.row_count != sent:
            return Confirmation(standing=Standing.MISSING, words=f"平台上有 {state.row_count} 行，应有 {sent} 行。")
        return Confirmation(standing=Standing(state.state), words=state.words)

    def export(self, packages: Iterable[Package]) -> File:
        """Plan B: packages as one workbook to import by hand."""
        return workbook(self._fields, self._rows(packages))

    def export_sheets(self, packages: Iterable[Package]) -> list[File]:
        """The same as CSV, a file for each table."""
        return sheets(self._fields, self._rows(packages))

    def _rows(self, packages: Iterable[Package]) -> Tables:
        """What they hold, checked as if it were sent; of equal rows the last."""
        rows: dict[str, dict[tuple[str, ...], Row]] = {}
        for package in packages:
            for name, given in translated(self._fields, records_of(package), self._given).items():
                key = self._fields.table_by_name[name].key
                rows.setdefault(name, {}).update({tuple(row[part] for part in key): row for row in given})
        return {name: list(kept.values()) for name, kept in rows.items()}

    async def aclose(self) -> None:
        await self._way.aclose()

    def _token(self) -> dict[str, str]:
        token = self._secrets.get("token", "")
        if not token:
            raise PermanentError("还没有填写接口令牌，没有上报。请管理员填写后，再重新投递。")
        return {"Authorization": f"Bearer {token}"}

    def _refused(self, answer: Answer) -> str:
        rows = answer.decoded(self._way.whom, Refusal).rows
        told = "；".join(str(fault) for fault in rows[:_MOST_TOLD])
        return f"{self._way.whom}退回了 {len(rows)} 处，整批没有收：{told}。请修正后重新投递。"
