"""A provincial platform's end: validates every row by the published map, holds entities with their results.

A package is taken whole or not at all; what is wrong is said row by row. How it is spoken to is in `http`.
"""

import hmac
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from connectors.partners.http import Reply, Request, reply
from connectors.platforms.maps import FieldMap, RowFault
from connectors.platforms.reporting import Refusal, Report, ReportReceipt, ReportState
from connectors.platforms.translating import Tables

_BATCHES, _ENTITIES = "/batches", "/entities/"


class HeldBatch(Struct, frozen=True, kw_only=True):
    """A batch as it is shown."""

    sender: str
    batch: str
    number: int
    rows: dict[str, int]


class _Received(NamedTuple):
    at: datetime
    receipt: ReportReceipt
    report: Report


class PlatformPartner:
    """Keeps books over all packages; `entity` names the fields that say whose row it is (`UNISCID`)."""

    def __init__(
        self,
        fields: FieldMap,
        token: str,
        clock: Callable[[], datetime],
        *,
        entity: str,
        looks_after: timedelta = timedelta(),
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._fields, self._token, self._clock = fields, token, clock
        self._entity, self._looks_after, self._tell = entity, looks_after, tell
        self.held: dict[tuple[str, str], Report] = {}
        self.taken: list[Report] = []
        self.told: Counter[str] = Counter()
        self._receipts: dict[str, _Received] = {}

    async def handle(self, request: Request) -> Reply:
        """Take a package, say what became of one, show an entity; to whoever looks without a path, what is held."""
        if request.method == "GET" and request.path == "/":
            return reply(self.shown())
        if request.method == "GET" and request.path.startswith(_ENTITIES):
            return reply(self.entity(unquote(request.path.removeprefix(_ENTITIES))))
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {self._token}".encode()):
            return self._refuse(HTTPStatus.UNAUTHORIZED, "令牌不对。")
        if request.method == "POST" and request.path == _BATCHES:
            return self._take(request.body)
        if request.method == "GET" and request.path.startswith(f"{_BATCHES}/"):
            return self._state(unquote(request.path.removeprefix(f"{_BATCHES}/")))
        return self._refuse(HTTPStatus.NOT_FOUND, "没有这个地址。")

    def shown(self) -> list[HeldBatch]:
        """All batches that stand."""
        return [
            HeldBatch(
                sender=sender,
                batch=batch,
                number=report.number,
                rows={name: len(rows) for name, rows in report.tables.items()},
            )
            for (sender, batch), report in sorted(self.held.items())
        ]

    def entity(self, code: str) -> Tables:
        """Everything gathered under one entity's code."""
        gathered: Tables = {}
        for report in self.held.values():
            for name, rows in report.tables.items():
                own = [row for row in rows if row.get(self._entity) == code]
                if own:
                    gathered.setdefault(name, []).extend(own)
        return gathered

    def _take(self, body: bytes) -> Reply:
        try:
            report = msgspec.json.decode(body, type=Report)
        except msgspec.MsgspecError as error:
            return self._refuse(HTTPStatus.BAD_REQUEST, f"内容看不懂：{error}")
        self.told[report.key] += 1
        known = self._receipts.get(report.key)
        if known:
            return reply(known.receipt)
        faults = self._faults(report)
        if faults:
            self._tell(f"退回 {report.sender}｜{report.batch}：{len(faults)} 处，{faults[0]}")
            return reply(Refusal(rows=tuple(faults)), HTTPStatus.UNPROCESSABLE_ENTITY)
        newest = self.held.get((report.sender, report.batch))
        if newest and newest.number == report.number:
            return self._refuse(HTTPStatus.CONFLICT, f"批次“{report.batch}”第 {report.number} 次已经收过别的内容。")
        return reply(self._hold(report, is_superseded=newest is not None and newest.number > report.number))

    def _faults(self, report: Report) -> list[RowFault]:
        if report.map != self._fields.id:
            return [RowFault(table=report.map, row=0, field="", reason=f"请按对照表 {self._fields.id} 上报")]
        tables = self._fields.table_by_name
        strange = [
            RowFault(table=name, row=0, field="", reason="没有这个表") for name in report.tables if name not in tables
        ]
        known = [(tables[name], rows) for name, rows in report.tables.items() if name in tables]
        return [*strange, *(fault for table, rows in known for fault in self._fields.faults_of(table, rows))]

    def _hold(self, report: Report, *, is_superseded: bool) -> ReportReceipt:
        receipt = ReportReceipt(receipt=f"H{len(self._receipts) + 1:06}", is_superseded=is_superseded)
        self._receipts[report.key] = _Received(self._clock(), receipt, report)
        if not is_superseded:
            self.held[report.sender, report.batch] = report
            self.taken.append(report)
            count = sum(map(len, report.tables.values()))
            self._tell(f"已收 {report.sender}｜{report.batch}｜第 {report.number} 次｜{count} 行")
        return receipt

    def _state(self, key: str) -> Reply:
        if key not in self._receipts:
            return self._refuse(HTTPStatus.NOT_FOUND, "没有收到过这个批次。")
        received = self._receipts[key]
        if self._clock() < received.at + self._looks_after:
            return reply(ReportState(state="pending", row_count=0, words="还没有入库。"))
        report = received.report
        if self.held[report.sender, report.batch].key != key:
            return reply(ReportState(state="taken", row_count=0, is_superseded=True, words="已由后来的一次代替。"))
        return reply(ReportState(state="taken", row_count=sum(map(len, report.tables.values()))))

    def _refuse(self, status: int, words: str) -> Reply:
        self._tell(f"拒收（{status}）：{words}")
        return reply({"detail": words}, status)
