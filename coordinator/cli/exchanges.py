"""`partner exchange-postgres` and `exchange-mysql`: a department's exchange database and its receiver, on loopback.

The servers are this project's PostgreSQL and the machine's MariaDB, or a database that is named. What the receiver
checks is said in connectors/partners.
"""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import click

from coordinator.cli.partner import PORT

if TYPE_CHECKING:
    from connectors.exchange_database import Engine
    from connectors.partners.exchange_database import ExchangePartner, Way

SPOILT_TABLE, SPOILT_COLUMN = "exchange_result", "problem"
PAUSE_SECONDS = 0.5
PASSWORD_BYTES = 16

SCRIPT = click.option("--sql", is_flag=True, help="只打印建表和授权脚本，交对方的数据库管理员执行。")
MAP = click.option("--map", "map_", default="onedoor-1", show_default=True, help="字段对照表。")
DATABASE = click.option(
    "--database-url",
    default="",
    help="已有的空库和它的管理员，如 postgresql://管理员:密码@主机:端口/库名；不给则临时开一个。",
)
MISBEHAVE = click.option(
    "--misbehave",
    type=click.Choice(["lock", "rename", "refuse"]),
    help="一直占着检查结果表（lock）、把它的一列改名（rename）、或退回每一批（refuse）。",
)


@click.command("exchange-postgres")
@PORT
@MAP
@SCRIPT
@DATABASE
@MISBEHAVE
def exchange_postgres(port: int, map_: str, sql: bool, database_url: str, misbehave: str | None) -> None:  # noqa: FBT001 - click's
    """部门的前置库（PostgreSQL）：建表、取数、核对行数、标记已读或退回。"""
    from connectors.exchange_database import Engine

    _serve(Engine.POSTGRESQL, port, map_, database_url, misbehave, is_script=sql)


@click.command("exchange-mysql")
@PORT
@MAP
@SCRIPT
@DATABASE
@MISBEHAVE
def exchange_mysql(port: int, map_: str, sql: bool, database_url: str, misbehave: str | None) -> None:  # noqa: FBT001 - click's
    """部门的前置库（MySQL、MariaDB）：建表、取数、核对行数、标记已读或退回。"""
    from connectors.exchange_database import Engine

    _serve(Engine.MYSQL, port, map_, database_url, misbehave, is_script=sql)


def _serve(engine: "Engine", port: int, map_: str, url: str, misbehave: str | None, *, is_script: bool) -> None:
    from connectors.contract import DeliveryError
    from connectors.exchange_database.fields import load_map
    from connectors.exchange_database.setup import script

    try:
        if is_script:
            click.echo(script(engine, load_map(map_)))
            return
        with _server(engine, url) as (socket, way):
            asyncio.run(_stand(way, socket, port, map_, misbehave))
    except DeliveryError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _server(engine: "Engine", url: str) -> Iterator[tuple[Path | None, "Way"]]:
    """The server that is named, or one of this machine behind a socket file, which goes when this does."""
    from connectors.exchange_database import Engine
    from connectors.partners.exchange_database import Way, way_to
    from connectors.partners.mariadb import mariadb
    from coordinator.embedded import embedded
    from coordinator.settings import Settings

    if url:
        yield None, way_to(engine, url)
        return
    folder = Path(tempfile.mkdtemp(prefix="onedoor-partner-"))
    folder.chmod(0o755)
    try:
        if engine is Engine.MYSQL:
            with mariadb(folder) as socket:
                yield socket, Way(engine=engine, port=0, database="mysql", administrator="root", password="")
            return
        with embedded(Settings(home=folder, redis_url="unix:///none")) as server:
            yield behind_socket(str(server.superuser_url))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def behind_socket(url: str) -> tuple[Path, "Way"]:
    """The socket file of a PostgreSQL whose URL names its folder, and the way in that such a URL describes."""
    from connectors.exchange_database import Engine
    from connectors.partners.exchange_database import Way

    given = urlsplit(url)
    place = {name: values[0] for name, values in parse_qs(given.query).items()}
    way = Way(
        engine=Engine.POSTGRESQL,
        port=0,
        database="postgres",
        administrator=str(given.username),
        password=unquote(str(given.password)),
    )
    return Path(place["host"]) / f".s.PGSQL.{place['port']}", way


async def _stand(way: "Way", socket: Path | None, port: int, map_: str, misbehave: str | None) -> None:
    """Set up, say how to get in, take what comes until stopped, and say what is held."""
    from connectors.exchange_database.fields import load_map
    from connectors.exchange_database.setup import WRITER
    from connectors.partners.exchange_database import made, receiving, set_up
    from connectors.partners.relay import relayed
    from coordinator.stopping import STOP, stopping

    fields, password, reader = load_map(map_), secrets.token_hex(PASSWORD_BYTES), secrets.token_hex(PASSWORD_BYTES)
    async with AsyncExitStack() as open_:
        if socket:
            relay = await open_.enter_async_context(relayed(socket, port))
            way = await made(way, relay.port, "exchange")
        await set_up(way, fields, password, reader)
        receiver = await open_.enter_async_context(receiving(way, fields, reader))
        await _misbehave(receiver, misbehave, open_)
        entered = way.settings(WRITER)
        click.echo(f"主机：{entered.host}\n端口：{entered.port}\n网段：{'、'.join(entered.networks)}")
        click.echo(f"库名：{entered.database}\n账号：{entered.user}\n密码：{password}\n不用 TLS。{STOP}")
        with stopping() as stop:
            while not stop.is_set():
                for marked in await receiver.take():
                    click.echo(f"{'已读' if marked.state == 'read' else '退回'} {marked.key} {marked.words}")
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
        for name, count in (await receiver.held()).items():
            click.echo(f"{name} {count}")


async def _misbehave(receiver: "ExchangePartner", misbehave: str | None, open_: AsyncExitStack) -> None:
    receiver.is_refusing = misbehave == "refuse"
    if misbehave == "lock":
        await open_.enter_async_context(receiver.locking(SPOILT_TABLE))
    if misbehave == "rename":
        await receiver.rename(SPOILT_TABLE, SPOILT_COLUMN, f"{SPOILT_COLUMN}_2")
