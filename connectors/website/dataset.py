"""Open data of one batch: its rows by sort, where each lies, and since when; as JSON, as CSV, with a schema.

The JSON is also what the next publication starts from. Pages and feed are in `pages`.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from connectors.contract import Package, PermanentError
from connectors.platforms.exporting import neutral
from connectors.records import SORTS, SUFFIX, AnyRecord, Record, read_records, sort_of, text_of, words_of

TITLES = {
    "annual_plan": "年度抽查计划",
    "task": "抽查任务",
    "drawn_target": "抽中名单",
    "visit": "检查安排",
    "result": "检查结果",
    "penalty": "行政处罚",
    "list_entry": "名单变动",
}
_SLUG_DIGITS = 10


class Table(Struct, frozen=True, kw_only=True):
    """The rows of one sort of record."""

    record: str
    title: str
    csv: str
    schema: str
    rows: list[dict[str, Any]]


class Dataset(Struct, frozen=True, kw_only=True):
    """One batch as it stands; `earlier` are the keys of packages that it took the place of."""

    format: Literal["onedoor/open-data/1"] = "onedoor/open-data/1"
    key: str
    earlier: tuple[str, ...]
    recipient: str
    batch: str
    number: int
    published_at: datetime
    updated_at: datetime
    tables: tuple[Table, ...]

    @property
    def slug(self) -> str:
        return slug_of(self.recipient, self.batch)

    @property
    def title(self) -> str:
        return f"{self.recipient}：{self.batch}"

    def id_under(self, address: str) -> str:
        """Name this batch for ever, for readers of the feed."""
        return uuid5(NAMESPACE_URL, f"{address}/{self.slug}.html").urn


def slug_of(recipient: str, batch: str) -> str:
    """The stable part of a batch's addresses: what of its name is plain, and a digest."""
    plain = re.sub(r"[^a-z0-9]+", "-", batch.lower()).strip("-")
    digest = hashlib.sha256(f"{recipient}\n{batch}".encode()).hexdigest()[:_SLUG_DIGITS]
    return f"{plain}-{digest}".strip("-")


def dataset_of(package: Package, before: Dataset | None, now: datetime) -> Dataset:
    """What a package says, published now, or when it was published first."""
    records = [record for file in package.files for record in _records(package, file.name)]
    is_repeat = before is not None and before.key == package.key
    earlier = () if before is None else before.earlier if is_repeat else (*before.earlier, before.key)
    return Dataset(
        key=package.key,
        earlier=earlier,
        recipient=package.recipient,
        batch=package.batch,
        number=package.number,
        published_at=before.published_at if before else now,
        updated_at=before.updated_at if before and is_repeat else now,
        tables=tuple(_tables(slug_of(package.recipient, package.batch), records)),
    )


def _records(package: Package, name: str) -> Iterable[AnyRecord]:
    file = next(file for file in package.files if file.name == name)
    if not name.endswith(SUFFIX):
        raise PermanentError(f"网站只公开数据行，“{name}”不是数据行文件，没有公开。请改用文件方式投递。")
    try:
        return read_records(file)
    except msgspec.ValidationError as error:
        raise PermanentError(f"“{name}”里的数据行不合规定（{error}），没有公开。请重新生成后再投递。") from error


def _tables(slug: str, records: list[AnyRecord]) -> Iterable[Table]:
    for sort in map(sort_of, SORTS):
        rows = [row for row in records if sort_of(row) == sort]
        if rows:
            yield Table(
                record=sort,
                title=TITLES[sort],
                csv=f"{slug}-{sort}.csv",
                schema=f"schema-{sort}.json",
                rows=[msgspec.to_builtins(row) for row in rows],
            )


def columns_of(table: Table) -> dict[str, str]:
    """The Chinese words of a table's columns, by field."""
    return words_of(_type_of(table.record))


def lines_of(table: Table) -> list[list[str]]:
    """The cells of a table, as people read them."""
    records = [msgspec.convert(row, AnyRecord) for row in table.rows]
    return [[text_of(getattr(record, name)) for name in columns_of(table)] for record in records]


def csv_of(table: Table) -> bytes:
    """A table for spreadsheets: with a mark of its encoding, and no cell that one would take for a formula."""
    text = io.StringIO()
    rows = ([neutral(cell) for cell in line] for line in lines_of(table))
    csv.writer(text).writerows([list(columns_of(table).values()), *rows])
    return text.getvalue().encode("utf-8-sig")


def schema_of(table: Table) -> bytes:
    """The JSON Schema of a table's rows, with what each field means."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(_type_of(table.record))), indent=2) + b"\n"


def content_of(dataset: Dataset) -> bytes:
    return msgspec.json.format(msgspec.json.encode(dataset), indent=1) + b"\n"


def _type_of(record: str) -> type[Record]:
    return next(sort for sort in SORTS if sort_of(sort) == record)
