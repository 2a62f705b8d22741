"""Field maps: what a platform calls our fields, which codes and lengths it wants; a TOML file with a version.

Both sides read the same file: we translate by it (`translating`), and whoever receives validates by it.
"""

import re
import tomllib
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from stdnum.cn import uscc

from connectors.records import SORTS, sort_of

Row = dict[str, str]
"""One row as a platform has it: its own field names, everything text, empty fields too."""

_REGISTRATION_NUMBER = re.compile("[0-9]{15}")


class MapField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field of theirs, from one of ours or the same for all rows (`constant`).

    `codes` names a list that turns our word into their code; `join` puts several values together; `date` is the
    strftime pattern; `decimals` moves the point of a whole number (分 to 元: 2).
    """

    theirs: Annotated[str, Meta(min_length=1)]
    title: Annotated[str, Meta(min_length=1)]
    ours: str = ""
    constant: str = ""
    codes: str = ""
    join: str = "；"
    date: str = "%Y-%m-%d"
    decimals: Annotated[int, Meta(ge=0)] = 0
    required: bool = False
    longest: Annotated[int, Meta(ge=1, le=32_000)] = 200
    check: Literal["", "uscc", "date"] = ""

    def fault_of(self, value: str, codes: frozenset[str]) -> str:
        """Say in Chinese what is wrong with a value, nothing where it is right; `codes` is empty where all will do."""
        if not value.strip():
            return "没有填写" if self.required else ""
        if len(value) > self.longest:
            return f"太长，最多 {self.longest} 个字"
        if codes and not set(value.split(self.join)) <= codes:
            return f"“{value}”不在代码表里"
        if self.check == "uscc" and not (_REGISTRATION_NUMBER.fullmatch(value) or uscc.is_valid(value)):
            return f"“{value}”不是统一社会信用代码或15位注册号"
        if self.check == "date" and not _is_day(value, self.date):
            return f"“{value}”不是日期"
        return ""


class MapTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of theirs and the records that go into it: those of a sort, with these values of ours (`only`)."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9_]{1,31}$")]
    title: Annotated[str, Meta(min_length=1)]
    record: str
    only: dict[str, str] = {}
    key: Annotated[tuple[str, ...], Meta(min_length=1)]
    """What no two rows of a package have in common."""
    fields: Annotated[tuple[MapField, ...], Meta(min_length=1)]


class RowFault(Struct, frozen=True, kw_only=True):
    """What is wrong with one field of one row; rows are counted from 1 within their table."""

    table: str
    row: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.table} 第{self.row}行 {self.field}：{self.reason}"


class FieldMap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A whole map; `given` names the code lists that stand in no map, because each destination has its own."""

    format: Literal["onedoor/field-map/1"]
    name: str
    version: Annotated[int, Meta(ge=1)]
    title: str
    codes: dict[str, dict[str, str]] = {}
    given: tuple[str, ...] = ()
    tables: tuple[MapTable, ...]

    def __post_init__(self) -> None:
        fields = {sort_of(sort): set(sort.__struct_fields__) for sort in SORTS}
        for table in self.tables:
            theirs = [field.theirs for field in table.fields]
            ours = {field.ours for field in table.fields if field.ours} | set(table.only)
            lists = {field.codes for field in table.fields if field.codes}
            unknown = (ours - fields.get(table.record, set())) | (lists - set(self.codes) - set(self.given))
            unknown |= set(table.key) - set(theirs)
            if unknown or len(set(theirs)) < len(theirs):
                raise ValueError(f"对照表 {self.id} 的 {table.name} 有不认识或重复的字段：{'、'.join(sorted(unknown))}")

    @property
    def id(self) -> str:
        return f"{self.name}/{self.version}"

    @cached_property
    def table_by_name(self) -> dict[str, MapTable]:
        return {table.name: table for table in self.tables}

    def faults_of(self, table: MapTable, rows: list[Row]) -> list[RowFault]:
        """Everything wrong with rows as they came: unknown and missing fields, values, rows that come twice."""
        faults: list[RowFault] = []
        keys: set[tuple[str, ...]] = set()
        for number, row in enumerate(rows, 1):
            for field, reason in self._faults_of_row(table, row):
                faults.append(RowFault(table=table.name, row=number, field=field, reason=reason))
            key = tuple(row.get(name, "") for name in table.key)
            if key in keys:
                faults.append(
                    RowFault(table=table.name, row=number, field="＋".join(table.key), reason="与前面的行重复")
                )
            keys.add(key)
        return faults

    def _faults_of_row(self, table: MapTable, row: Row) -> list[tuple[str, str]]:
        known = {field.theirs for field in table.fields}
        strange = [(name, "没有这个字段") for name in row if name not in known]
        found = [(each.theirs, each.fault_of(row.get(each.theirs, ""), self._allowed(each))) for each in table.fields]
        return [*strange, *((name, reason) for name, reason in found if reason)]

    def _allowed(self, field: MapField) -> frozenset[str]:
        return frozenset(self.codes.get(field.codes, {}).values())


def read_map(path: Path) -> FieldMap:
    """Read a map; raises ValueError in Chinese for a file that is none."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), FieldMap)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"字段对照表“{path.name}”不能使用：{error}") from error


def map_named(name: str, shipped: Path) -> FieldMap:
    """Read one of the shipped maps by its name, or a province's own by its absolute path; raises ValueError."""
    if name.startswith("/") and name.endswith(".toml"):
        return read_map(Path(name))
    names = sorted(path.stem for path in shipped.glob("*.toml"))
    if name not in names:
        raise ValueError(f"没有字段对照表“{name}”。可以写 {'、'.join(names)}，或一个 .toml 文件的完整路径。")
    return read_map(shipped / f"{name}.toml")


def _is_day(text: str, pattern: str) -> bool:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=UTC).strftime(pattern) == text
    except ValueError:
        return False
