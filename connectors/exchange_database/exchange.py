"""Writing a package into an exchange database: its line in `exchange_batch` and all its rows, or nothing.

The rows of a batch are known by their number within it, the package by its key; a greater number of the batch takes
the place of what a smaller one wrote. What the receiver marks in `exchange_batch` is what `ask` reads.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from connectors.contract import Confirmation, DeliveryError, Package, PermanentError, Receipt, Standing
from connectors.exchange_database.check import check, check_lengths
from connectors.exchange_database.connecting import connected
from connectors.exchange_database.fields import (
    BATCH_COLUMNS,
    BATCH_TABLE,
    ROW_KEY,
    FieldMap,
    Row,
    Table,
    load_map,
    rows_of,
)
from connectors.exchange_database.session import Session, insert
from connectors.exchange_database.settings import ExchangeDatabaseSettings
from connectors.outbound.network import Resolve, look_up

STATES = {"new": Standing.PENDING, "read": Standing.TAKEN, "refused": Standing.REFUSED}
KNOWN = f"SELECT package_key, number, state, words FROM {BATCH_TABLE} WHERE recipient = {{}} AND batch = {{}}"  # noqa: S608 - our own name

GONE = "前置库里已经没有这一批数据。"
SUPERSEDED = "已由第{}次投递取代。"


class ExchangeDatabase:
    """Delivers to one database, over one connection that is opened when it is needed."""

    def __init__(
        self, settings: ExchangeDatabaseSettings, secrets: Mapping[str, str], *, resolve: Resolve = look_up
    ) -> None:
        self._settings, self._secrets, self._resolve = settings, secrets, resolve
        self._session: Session | None = None
        self._turn = asyncio.Lock()

    async def deliver(self, package: Package) -> Receipt:
        """Write a package's rows; where its key stands already, nothing is touched."""
        fields = load_map(self._settings.map)
        rows = rows_of(package, fields)
        async with self._connected() as session, session.alone(f"{package.recipient}/{package.batch}"):
            found = await check(self._settings.place, session, fields)
            known = await session.fetch(KNOWN, package.recipient, package.batch)
            receipt = self._receipt(package, known)
            if receipt is None:
                for table in fields.tables:
                    check_lengths(self._settings.place, table, rows[table.table], found)
                await _write(session, package, fields, rows)
                receipt = Receipt(key=package.key, reference=package.key)
        return receipt

    async def ask(self, package: Package, receipt: Receipt) -> Confirmation:
        """Read what the receiver has marked."""
        async with self._connected() as session:
            known = await session.fetch(KNOWN, package.recipient, package.batch)
        newest = max((number for _, number, *_ in known), default=0)
        if newest > package.number:
            return Confirmation(standing=Standing.TAKEN, words=SUPERSEDED.format(newest))
        marked = next(((state, words) for key, _, state, words in known if key == receipt.key), None)
        if marked is None:
            return Confirmation(standing=Standing.MISSING, words=GONE)
        if marked[0] not in STATES:
            raise PermanentError(
                f"{self._settings.place}的表“{BATCH_TABLE}”的列“state”是“{marked[0]}”，看不懂。"
                "请对方只写 new、read、refused。"
            )
        return Confirmation(standing=STATES[marked[0]], words=marked[1] or "")

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Session]:
        """The connection, for one at a time; after any failure it is given up, and with it what was not committed."""
        async with self._turn:
            try:
                if self._session is None:
                    self._session = await connected(self._settings, self._secrets, self._resolve)
                yield self._session
            except BaseException as error:
                said = self._session.failure(error) if self._session else None
                await self.aclose()
                if said is None or isinstance(error, DeliveryError):
                    raise
                raise said from error

    def _receipt(self, package: Package, known: Sequence[Sequence[Any]]) -> Receipt | None:
        """The receipt of a package that is there already, or comes after a greater number of its batch."""
        numbers = {key: number for key, number, *_ in known}
        if package.key in numbers:
            return Receipt(key=package.key, reference=package.key)
        newest = max(numbers.values(), default=0)
        if package.number in numbers.values():
            raise PermanentError(
                f"{self._settings.place}里，“{package.recipient}”的批次“{package.batch}”第{package.number}次投递的内容"
                "与这次不同，没有写入。请与对方核对后删去那一行，再重新投递。"
            )
        if newest > package.number:
            return Receipt(key=package.key, reference=package.key, is_superseded=True)
        return None


async def _write(session: Session, package: Package, fields: FieldMap, rows: Mapping[str, Sequence[Row]]) -> None:
    count = sum(map(len, rows.values()))
    line = (package.key, package.recipient, package.batch, package.number, count, _digest(package), fields.version)
    await session.write(insert(BATCH_TABLE, [column.column for column in BATCH_COLUMNS]), [line])
    for table in fields.tables:
        await _replace(session, package, table, rows[table.table])


async def _replace(session: Session, package: Package, table: Table, rows: Sequence[Row]) -> None:
    """Give a batch's rows their new values, and take away those that it no longer has."""
    whose = (package.recipient, package.batch)
    if rows:
        columns = [column.column for column in table.all_columns]
        given = [(*whose, row.number, package.number, *row.values) for row in rows]
        await session.write(session.upsert(table.table, ROW_KEY, columns), given)
    over = f"DELETE FROM {table.table} WHERE recipient = {{}} AND batch = {{}} AND row_no > {{}}"  # noqa: S608 - the map's name
    await session.write(over, [(*whose, len(rows))])


def _digest(package: Package) -> str:
    listed = "\n".join(sorted(f"{file.sha256}  {file.name}" for file in package.files))
    return hashlib.sha256(listed.encode()).hexdigest()
