"""Field maps: which table and which columns a sort of record has in an exchange database; data with a version.

A department whose tables look otherwise gets a file of its own in `maps/`. What every exchange database has whatever
its map (`exchange_batch`, the first four columns of each row table) is said here; how it is written, in `exchange`.
"""

from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from connectors.contract import Package, PermanentError
from connectors.records import BEIJING, BETWEEN, SUFFIX, AnyRecord, read_records, sort_of, words_of

MAPS = Path(__file__).with_name("maps")

Value = str | int | bool | date | datetime | None
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]


class Kind(StrEnum):
    """What a column holds; a moment without a time zone is Beijing's."""

    TEXT = "text"
    TEXTS = "texts"
    INTEGER = "integer"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"


class Column(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column; `length` is how many characters we make room for, None for a text of any length."""

    column: Name
    kind: Kind
    length: int | None = None
    field: str = ""
    """The record's field that goes into it; empty for a column of ours."""


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table of one sort of record; a field that shall reach nobody is named in `left_out`."""

    record: str
    table: Name
    columns: tuple[Column, ...]
    left_out: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return ROW_COLUMNS + self.columns


class FieldMap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that one department's database differs in from another's."""

    version: str
    tables: tuple[Table, ...]


class Row(Struct, frozen=True, kw_only=True):
    """A record as it goes into its table, counted from 1 within the package."""

    number: int
    values: tuple[Value, ...]


_RECIPIENT = Column(column="recipient", kind=Kind.TEXT, length=100)
_BATCH = Column(column="batch", kind=Kind.TEXT, length=200)
_NUMBER = Column(column="number", kind=Kind.INTEGER)

BATCH_TABLE = "exchange_batch"
BATCH_COLUMNS = (
    Column(column="package_key", kind=Kind.TEXT, length=128),
    _RECIPIENT,
    _BATCH,
    _NUMBER,
    Column(column="row_count", kind=Kind.INTEGER),
    Column(column="digest", kind=Kind.TEXT, length=64),
    Column(column="map_version", kind=Kind.TEXT, length=64),
)
STATE_COLUMNS = (
    Column(column="state", kind=Kind.TEXT, length=16),
    Column(column="words", kind=Kind.TEXT, length=1000),
)
ROW_COLUMNS = (_RECIPIENT, _BATCH, Column(column="row_no", kind=Kind.INTEGER), _NUMBER)
ROW_KEY = ("recipient", "batch", "row_no")


@cache
def load_map(name: str) -> FieldMap:
    """Read a map by its name in `maps/`; raises PermanentError where there is none."""
    path = MAPS / f"{name}.json"
    if path.parent != MAPS or not path.is_file():
        raise PermanentError(f"没有名为“{name}”的字段对照表。请在目的地设置里核对对照表的名称，再重新投递。")
    return msgspec.json.decode(path.read_bytes(), type=FieldMap)


def rows_of(package: Package, fields: FieldMap) -> dict[str, list[Row]]:
    """Put a package's records into rows, by the name of their table; raises PermanentError for what has no place."""
    rows: dict[str, list[Row]] = {table.table: [] for table in fields.tables}
    tables = {table.record: table for table in fields.tables}
    for record in _records(package):
        table = tables.get(sort_of(record))
        if table is None:
            raise PermanentError(
                f"字段对照表“{fields.version}”没有为“{sort_of(record)}”类记录指定表，没有写入。"
                "请更换对照表，或不向这个前置库投递这类记录。"
            )
        own = rows[table.table]
        own.append(Row(number=len(own) + 1, values=tuple(_value(record, column) for column in table.columns)))
    return rows


def unplaced(table: Table, sort: type[AnyRecord]) -> set[str]:
    """The fields of a sort of record that a table has no column for and does not leave out by name."""
    return set(words_of(sort)) - {column.field for column in table.columns} - set(table.left_out)


def _records(package: Package) -> list[AnyRecord]:
    """All rows of a package; a workbook beside them says the same to people, and stays out of the database."""
    records: list[AnyRecord] = []
    files = [file for file in package.files if file.name.endswith(SUFFIX)]
    if not files:
        raise PermanentError("前置库只接收数据行，这次投递里只有给人看的文件。请改用文件方式投递。")
    for file in files:
        try:
            records.extend(read_records(file))
        except msgspec.ValidationError as error:
            raise PermanentError(
                f"“{file.name}”里的数据行不合规定（{error}），没有写入。请重新生成后再投递。"
            ) from error
    return records


def _value(record: AnyRecord, column: Column) -> Value:
    value = getattr(record, column.field)
    if column.kind is Kind.TEXTS:
        return BETWEEN.join(value)
    if isinstance(value, datetime):
        return value.astimezone(BEIJING)
    return str(value.value) if isinstance(value, Enum) else value
