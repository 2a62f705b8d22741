"""The script by which a department makes its exchange database: tables of a map, and the least rights for both sides.

`onedoor_writer` is our account: it adds and replaces rows, and cannot touch what the receiver marks.
`onedoor_reader` is the department's: it reads everything and marks `state` and `words`.
"""

from collections.abc import Iterator

from connectors.exchange_database.fields import (
    BATCH_COLUMNS,
    BATCH_TABLE,
    ROW_COLUMNS,
    ROW_KEY,
    STATE_COLUMNS,
    Column,
    FieldMap,
    Kind,
)
from connectors.exchange_database.settings import Engine
from connectors.records import SORTS, sort_of, words_of

WRITER, READER = "onedoor_writer", "onedoor_reader"

WORDS = {
    "package_key": "包的唯一标识",
    "recipient": "接收单位",
    "batch": "批次",
    "number": "批次的第几次投递，大的取代小的",
    "row_no": "批次内的行号",
    "row_count": "各表行数合计",
    "digest": "内容的 SHA-256",
    "map_version": "字段对照表的版本",
    "state": "接收方填：new 未读、read 已读、refused 退回",
    "words": "接收方填：退回的原因",
    "written_at": "写入时间",
}
_TYPES = {
    Engine.POSTGRESQL: {Kind.INTEGER: "bigint", Kind.FLAG: "boolean", Kind.DAY: "date", Kind.MOMENT: "timestamptz"},
    Engine.MYSQL: {Kind.INTEGER: "bigint", Kind.FLAG: "tinyint(1)", Kind.DAY: "date", Kind.MOMENT: "datetime"},
}
_DEFAULTS = {"state": " DEFAULT 'new'", "words": " DEFAULT ''"}
_END = {
    Engine.POSTGRESQL: "",
    # names and codes are the same only when every character is
    Engine.MYSQL: " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
}
_WRITTEN_AT = {
    Engine.POSTGRESQL: "timestamptz NOT NULL DEFAULT now()",
    Engine.MYSQL: "datetime NOT NULL DEFAULT CURRENT_TIMESTAMP",
}
HEAD = """\
-- 一门查前置库（{engine}），字段对照表 {version}。由对方的数据库管理员在空的库里执行。
-- 先建两个账号（密码各自设置，不要写进本脚本）：{writer} 给一门查写入，{reader} 给本部门读取、标记。
-- 读取：按 exchange_batch 里 state = 'new' 的批次到各表取行，取完把 state 改成 'read'；
-- 不能接收的改成 'refused'，words 写明原因。
"""


def script(engine: Engine, fields: FieldMap) -> str:
    """The whole script, to be read by people before it is run."""
    head = HEAD.format(engine=engine.value, version=fields.version, writer=WRITER, reader=READER)
    return head + "".join(f"\n{statement};\n" for statement in statements(engine, fields))


def statements(engine: Engine, fields: FieldMap) -> list[str]:
    """What the script consists of, one by one."""
    return [*_tables(engine, fields), *_grants(fields)]


def _tables(engine: Engine, fields: FieldMap) -> Iterator[str]:
    columns = [_column(engine, column, WORDS[column.column], is_needed=True) for column in BATCH_COLUMNS]
    columns += [_column(engine, column, WORDS[column.column], is_needed=True) for column in STATE_COLUMNS]
    columns.append(f"written_at {_WRITTEN_AT[engine]}{_comment(engine, WORDS['written_at'])}")
    keys = ["PRIMARY KEY (package_key)", "UNIQUE (recipient, batch, number)"]
    yield _create(engine, BATCH_TABLE, columns, keys)
    sorts = {sort_of(sort): sort for sort in SORTS}
    for table in fields.tables:
        words = words_of(sorts[table.record])
        columns = [_column(engine, column, WORDS[column.column], is_needed=True) for column in ROW_COLUMNS]
        columns += [_column(engine, column, words[column.field], is_needed=False) for column in table.columns]
        yield _create(engine, table.table, columns, [f"PRIMARY KEY ({', '.join(ROW_KEY)})"])


def _create(engine: Engine, table: str, columns: list[str], keys: list[str]) -> str:
    lines = ",\n".join(f"  {line}" for line in [*keys, *columns])
    return f"CREATE TABLE {table} (\n{lines}\n){_END[engine]}"


def _column(engine: Engine, column: Column, words: str, *, is_needed: bool) -> str:
    kind = _TYPES[engine].get(column.kind) or (f"varchar({column.length})" if column.length else "text")
    needed = " NOT NULL" if is_needed else ""
    return f"{column.column} {kind}{needed}{_DEFAULTS.get(column.column, '')}{_comment(engine, words)}"


def _comment(engine: Engine, words: str) -> str:
    """Each column's meaning: for MySQL it is kept in the table, for PostgreSQL it stands in the script."""
    return f" COMMENT '{words}'" if engine is Engine.MYSQL else f" /* {words} */"


def _grants(fields: FieldMap) -> Iterator[str]:
    rows = [table.table for table in fields.tables]
    for table in rows:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WRITER}"
        yield f"GRANT SELECT ON {table} TO {READER}"
    yield f"GRANT SELECT, INSERT ON {BATCH_TABLE} TO {WRITER}"
    yield f"GRANT SELECT, UPDATE (state, words) ON {BATCH_TABLE} TO {READER}"
