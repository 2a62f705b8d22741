"""What an administrator enters for one exchange database.

Its password is handed in apart, by the name that `SECRETS` has for it.
"""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from connectors.contract import blaming
from connectors.outbound import Allowed, Networks

PASSWORD = "password"  # noqa: S105 - the name under which it is handed in
SECRETS = {PASSWORD: "账号的密码"}


class Engine(StrEnum):
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    """MariaDB too."""


class ExchangeDatabaseSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department's exchange database (前置库), as the account that it has made for us.

    Without TLS only where whoever approves the destination accepts that what is written can be read on the way.
    Raises ValueError in Chinese for an address that cannot be used.
    """

    engine: Annotated[Engine, Meta(title="数据库类型", description="postgresql，或者 mysql（含 MariaDB）。")]
    host: Annotated[str, Meta(min_length=1, title="主机", description="主机名或地址。")]
    port: Annotated[int, Meta(ge=1, le=65535, title="端口", description="PostgreSQL 一般是 5432，MySQL 一般是 3306。")]
    networks: Networks = ()
    database: Annotated[str, Meta(min_length=1, title="库名")]
    user: Annotated[str, Meta(min_length=1, title="账号", description="对方按建表脚本为一门查开的写入账号。")]
    schema: Annotated[str, Meta(min_length=1, title="模式", description="只有 PostgreSQL 用。")] = "public"
    map: Annotated[str, Meta(title="字段对照表", description="对方表和列的名称，按对照表写入。")] = "onedoor-1"
    is_encrypted: Annotated[bool, Meta(title="用 TLS 连接并核对证书")] = True
    authority: Annotated[
        tuple[str, ...], Meta(title="签发对方证书的 CA 证书", description="PEM 格式；空着就用系统自带的。")
    ] = ()
    lock_seconds: Annotated[int, Meta(ge=1, le=30, title="等锁最多几秒")] = 5
    statement_seconds: Annotated[int, Meta(ge=1, le=60, title="一条语句最多几秒")] = 20

    def __post_init__(self) -> None:
        with blaming("host"):
            self.at  # noqa: B018 - whatever is wrong with it is said now

    @property
    def at(self) -> Allowed:
        """What of the network it may use."""
        return Allowed(host=self.host, port=self.port, networks=self.networks)

    @property
    def place(self) -> str:
        """What sentences call it."""
        return f"前置库“{self.database}”（{self.host}:{self.port}）"
