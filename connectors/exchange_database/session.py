"""One connection to an exchange database, whatever its engine: what `exchange` asks of it, and how failures are said.

The engines themselves are in `postgres` and `mysql`.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from msgspec import Struct

from connectors.contract import DeliveryError, PermanentError, TemporaryError

NEEDS_RIGHTS = "没有权限（{}）。请对方按授权脚本给我方账号授权后，再重新投递。"
CHANGED = "表结构与约定的不同（{}），没有写入。请对方改回，或更换字段对照表，再重新投递。"
NOT_LET_IN = "拒绝登录（{}）。请核对账号、密码和库名，再重新投递。"
REFUSED = "拒绝了数据（{}），没有写入。请与对方核对这批数据，再重新投递。"
LOCKED = "的表正被占用，等不到锁，没有写入。"
TOO_SLOW = "没有在规定时间内答复，没有写入。"
UNENCRYPTED = "不提供加密连接，没有登录。请对方开启 TLS。"
UNTRUSTED = "的证书不能信任（{}），没有登录。请对方检查证书，或在设置里填写签发它的 CA 证书。"
UNREACHABLE = "连不上或连接中断（{}），这次没有写入完成。请确认对方数据库正在运行、网络畅通。"


class FoundColumn(Struct, frozen=True):
    """A column as the partner's database describes it; `is_needed` where it must be given and has no default."""

    table: str
    column: str
    type: str
    length: int | None
    is_needed: bool


class UniqueKey(Struct, frozen=True):
    """The columns of one unique index."""

    table: str
    columns: tuple[str, ...]


class Session(Protocol):
    """Statements are written with `{}` for each value and names that need no quotes."""

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """A transaction that no other of ours with this name shares the time with."""
        ...

    async def fetch(self, statement: str, *values: object) -> Sequence[Sequence[Any]]: ...

    async def write(self, statement: str, rows: Sequence[Sequence[object]]) -> None: ...

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str]) -> str:
        """The statement that inserts a row, or gives the row of that key its values."""
        ...

    async def columns(self, tables: Sequence[str]) -> Sequence[FoundColumn]:
        """The columns of those tables that exist and may be seen."""
        ...

    async def unique_keys(self, tables: Sequence[str]) -> Sequence[UniqueKey]: ...

    async def untransactional(self, tables: Sequence[str]) -> Sequence[str]:
        """The tables whose changes no rollback takes back."""
        ...

    def failure(self, error: BaseException) -> DeliveryError | None:
        """Say in words what an error of this engine means; None for what is none of its own."""
        ...

    async def close(self) -> None: ...


def temporary(place: str, words: str, said: object = "") -> TemporaryError:
    return TemporaryError(f"{place}{words.format(said)}")


def permanent(place: str, words: str, said: object = "") -> PermanentError:
    return PermanentError(f"{place}{words.format(said)}")


def insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('{}' for _ in columns)})"  # noqa: S608 - names
