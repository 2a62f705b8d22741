"""Are the partner's tables as the map has them? What is not is named, table and column, before anything is written.

Nothing is changed here; how a session finds out is in `postgres` and `mysql`.
"""

from collections.abc import Iterator, Sequence

from connectors.contract import PermanentError
from connectors.exchange_database.fields import (
    BATCH_COLUMNS,
    BATCH_TABLE,
    ROW_KEY,
    STATE_COLUMNS,
    Column,
    FieldMap,
    Kind,
    Row,
    Table,
)
from connectors.exchange_database.session import FoundColumn, Session, UniqueKey

TYPES = {
    Kind.TEXT: {"varchar", "bpchar", "text", "char", "mediumtext", "longtext"},
    Kind.INTEGER: {"int2", "int4", "int8", "numeric", "smallint", "mediumint", "int", "bigint", "decimal"},
    Kind.FLAG: {"bool", "tinyint"},
    Kind.DAY: {"date"},
    Kind.MOMENT: {"timestamptz", "timestamp", "datetime"},
}
"""What PostgreSQL and MySQL call the types that take each kind."""
TYPES[Kind.TEXTS] = TYPES[Kind.TEXT]

_REMEDY = "没有写入。请对方按建表脚本改回，或更换字段对照表，再重新投递。"


async def check(place: str, session: Session, fields: FieldMap) -> Sequence[FoundColumn]:
    """Give the columns as they are; raises PermanentError that names everything missing or of another kind."""
    wanted = {BATCH_TABLE: BATCH_COLUMNS + STATE_COLUMNS, **{table.table: table.all_columns for table in fields.tables}}
    found = await session.columns(list(wanted))
    complaints = [
        complaint for table, columns in wanted.items() for complaint in _complaints(table, columns, found)
    ] or [
        *_unkeyed(fields, await session.unique_keys(list(wanted))),
        *(f"表“{table}”不支持事务（要用 InnoDB）" for table in await session.untransactional(list(wanted))),
    ]
    if complaints:
        raise PermanentError(f"{place}的表与约定的不同：{'；'.join(complaints)}。{_REMEDY}")
    return found


def check_lengths(place: str, table: Table, rows: Sequence[Row], found: Sequence[FoundColumn]) -> None:
    """Make sure that every text has room; raises PermanentError that names table, column and row."""
    room = {column.column: column.length for column in found if column.table == table.table and column.length}
    for row in rows:
        for column, value in zip(table.columns, row.values, strict=True):
            most = room.get(column.column)
            if most and isinstance(value, str) and len(value) > most:
                raise PermanentError(
                    f"{place}的表“{table.table}”的列“{column.column}”只放得下{most}个字，第{row.number}行有"
                    f"{len(value)}个字，没有写入。请对方加长这一列，再重新投递。"
                )


def _complaints(table: str, wanted: Sequence[Column], found: Sequence[FoundColumn]) -> Iterator[str]:
    present = {column.column: column for column in found if column.table == table}
    if not present:
        yield f"没有表“{table}”，或者没有它的权限"
        return
    for column in wanted:
        there = present.pop(column.column, None)
        if there is None:
            yield f"表“{table}”缺少列“{column.column}”"
        elif there.type not in TYPES[column.kind]:
            yield f"表“{table}”的列“{column.column}”类型变成了{there.type}"
    for other in present.values():
        if other.is_needed:
            yield f"表“{table}”多了必填的列“{other.column}”"


def _unkeyed(fields: FieldMap, keys: Sequence[UniqueKey]) -> Iterator[str]:
    """Rows are recognised by their key alone: it must be unique, and no other unique key may stand in their way."""
    ours = tuple(sorted(ROW_KEY))
    for table in fields.tables:
        own = [key.columns for key in keys if key.table == table.table]
        if ours not in own:
            yield f"表“{table.table}”没有以 {'、'.join(ROW_KEY)} 为唯一键"
        written = {column.column for column in table.columns}
        for key in own:
            if key != ours and written & set(key):
                yield f"表“{table.table}”的列“{key[0]}”另有唯一约束"
    if ("package_key",) not in [key.columns for key in keys if key.table == BATCH_TABLE]:
        yield f"表“{BATCH_TABLE}”的列“package_key”不是唯一键"
