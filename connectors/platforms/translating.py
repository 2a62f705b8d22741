"""Our records as a platform's rows, by its field map; a code or a value that it does not know is named.

Nothing is left out or guessed: a row that cannot be translated stops its package, and a person mends map or record.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from connectors.contract import Package, PermanentError
from connectors.platforms.maps import FieldMap, MapField, MapTable, Row, RowFault
from connectors.records import SUFFIX, AnyRecord, read_records, sort_of, text_of

Tables = dict[str, list[Row]]
Given = Mapping[str, Mapping[str, str]]
"""A destination's own code lists, by name."""

_MOST_TOLD = 5


class _NoCodeError(Exception):
    """A word of ours for which the map has no code."""


def records_of(package: Package) -> list[AnyRecord]:
    """All rows of a package; raises PermanentError where they are of another kind, or a line is no record.

    A file without rows, as a test has it, is nothing to report: the package is then an empty one.
    """
    records: list[AnyRecord] = []
    for file in (each for each in package.files if each.row_count):
        if not file.name.endswith(SUFFIX):
            raise PermanentError(f"批次“{package.batch}”里的“{file.name}”不是数据行，平台只收数据行，没有上报。")
        try:
            records.extend(read_records(file))
        except ValueError as error:
            raise PermanentError(f"批次“{package.batch}”的“{file.name}”读不懂：{error}") from error
    return records


def translated(fields: FieldMap, records: Iterable[AnyRecord], given: Given | None = None) -> Tables:
    """Put records into the platform's tables; raises PermanentError that names rows and fields."""
    tables: Tables = {}
    faults: list[RowFault] = []
    for number, record in enumerate(records, 1):
        homes = [table for table in fields.tables if _belongs(record, table)]
        if not homes:
            faults.append(RowFault(table="数据", row=number, field=sort_of(record), reason="对照表里没有接收它的表"))
        for table in homes:
            rows = tables.setdefault(table.name, [])
            rows.append(_row(fields, table, record, given or {}, faults, len(rows) + 1))
    _refuse(fields, tables, faults)
    return tables


def _refuse(fields: FieldMap, tables: Tables, faults: list[RowFault]) -> None:
    """Raise where anything is wrong; what has no code is not called empty too."""
    checked = [fault for name, rows in tables.items() for fault in fields.faults_of(fields.table_by_name[name], rows)]
    by_place = {(fault.table, fault.row, fault.field): str(fault) for fault in (*checked, *faults)}
    if by_place:
        told = "；".join(list(by_place.values())[:_MOST_TOLD])
        raise PermanentError(
            f"按对照表 {fields.id} 有 {len(by_place)} 处不能上报，整批没有上报：{told}。请修正后重新投递。"
        )


def _belongs(record: AnyRecord, table: MapTable) -> bool:
    return sort_of(record) == table.record and all(
        text_of(getattr(record, name)) == value for name, value in table.only.items()
    )


def _row(
    fields: FieldMap, table: MapTable, record: AnyRecord, given: Given, faults: list[RowFault], number: int
) -> Row:
    row: Row = {}
    for field in table.fields:
        lists = {**fields.codes, **given}
        try:
            row[field.theirs] = _value(field, record, lists.get(field.codes, {}))
        except _NoCodeError as word:
            row[field.theirs] = ""
            reason = f"代码表 {field.codes} 里没有“{word}”"
            faults.append(RowFault(table=table.name, row=number, field=field.theirs, reason=reason))
    return row


def _value(field: MapField, record: AnyRecord, codes: Mapping[str, str]) -> str:
    if not field.ours:
        return field.constant
    given = getattr(record, field.ours)
    values = given if isinstance(given, tuple) else () if given is None else (given,)
    return field.join.join(filter(None, (_text(field, value, codes) for value in values)))


def _text(field: MapField, value: object, codes: Mapping[str, str]) -> str:
    words = value.strftime(field.date) if isinstance(value, date) else text_of(value)
    if field.codes and words:
        if words not in codes:
            raise _NoCodeError(words)
        return codes[words]
    if field.decimals:
        whole, part = divmod(int(words), 10**field.decimals)
        return f"{whole}.{part:0{field.decimals}}"
    return words
