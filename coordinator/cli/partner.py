"""`partner KIND`: an outside system's end on loopback, for departments and administrators to try deliveries with.

What each of them validates and holds is in connectors/partners; nothing is kept when it is stopped.
"""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coordinator.cli.entry import read

if TYPE_CHECKING:
    from connectors.partners.http import Handle
    from connectors.partners.misbehaving import Misbehaviour

NEW_KEY_BYTES = 32
PORT = click.option("--port", type=click.IntRange(0, 65535), default=0, help="本机端口；0 为任意空闲端口。")
MISBEHAVE = click.option("--misbehave", default="", help="按概率出故障，如 500:5%,429:1%,slow。")
SEED = click.option("--seed", type=int, default=0, show_default=True, help="故障的随机种子；同样的种子，同样的故障。")
TOKEN = click.option("--token-file", type=click.Path(path_type=Path), help="写有接口令牌的文件；不给则新造一个。")
FIELD_MAP = click.option(
    "--map", "field_map", default="henan-1", show_default=True, help="字段对照表的名称或完整路径。"
)
LOOKS_AFTER = click.option(
    "--looks-after",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="收到几小时后才入库，此前回查为“待处理”。",
)


@click.group()
def partner() -> None:
    """开一个对方系统（只在本机），用来试投递：照规矩校验，可以按概率出故障，显示收到了什么。"""


@partner.command()
@PORT
@MISBEHAVE
@SEED
@click.option("--signing-key-file", type=click.Path(path_type=Path), help="写有签名密钥的文件；不给则新造一个。")
@click.option("--pull-from", default="", help="取件地址；给了才取文件。")
@click.option("--pull-token-file", type=click.Path(path_type=Path), help="写有取件令牌的文件。")
def webhook(
    port: int, misbehave: str, seed: int, signing_key_file: Path | None, pull_from: str, pull_token_file: Path | None
) -> None:
    """部门的消息接收端（Standard Webhooks）：验签名和时间，认得重复，可以取回文件。"""
    from connectors.partners.webhook import Pull, WebhookPartner
    from connectors.webhook import SigningKey

    key = _text(signing_key_file) or SigningKey.of(secrets.token_bytes(NEW_KEY_BYTES))
    if signing_key_file is None:
        click.echo(f"签名密钥：{key}")
    try:
        keys = [SigningKey(line) for line in key.split()]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--signing-key-file") from error
    pull = Pull(address=pull_from, token=_text(pull_token_file), networks=("127.0.0.0/8",)) if pull_from else None
    held = WebhookPartner(keys, _now, pull=pull, tell=click.echo)
    stand(held.handle, port, _misbehaviour(misbehave, seed))
    click.echo(f"共收到 {len(held.taken)} 个包裹，重复 {held.told.total() - len(held.told)} 次。")


@partner.command("registry")
@PORT
@MISBEHAVE
@SEED
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--token-file", type=click.Path(path_type=Path), help="写有取数令牌的文件；不给则新造一个。")
def registry_partner(port: int, misbehave: str, seed: int, file: Path, token_file: Path | None) -> None:
    """登记机关的取数接口：按变更次序一页一页给出 FILE（.csv 或 .jsonl）里的登记信息。"""
    from connectors.partners.registry import RegistryPartner
    from connectors.registry import Registration, read_registrations

    token = _text(token_file) or secrets.token_urlsafe(NEW_KEY_BYTES)
    if token_file is None:
        click.echo(f"取数令牌：{token}")
    try:
        rows = list(read_registrations(file.name, read(file)))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="FILE") from error
    held = RegistryPartner(token, [each for each in rows if isinstance(each, Registration)])
    click.echo(f"共 {len(held.changes)} 条，{len(rows) - len(held.changes)} 行写法不对，没有采用。")
    stand(held.handle, port, _misbehaviour(misbehave, seed))
    click.echo(f"共被取了 {len(held.asked)} 次。")


@partner.command()
@PORT
@MISBEHAVE
@SEED
@TOKEN
@FIELD_MAP
@LOOKS_AFTER
def publicity(port: int, misbehave: str, seed: int, token_file: Path | None, field_map: str, looks_after: int) -> None:
    """公示系统（省平台）的接收端：按字段对照表逐行校验，结果归集到每户名下，可以回查。"""
    from connectors.publicity import MAPS

    _stand_platform(MAPS, field_map, "UNISCID", token_file, looks_after, port, _misbehaviour(misbehave, seed))


@partner.command()
@PORT
@MISBEHAVE
@SEED
@TOKEN
@FIELD_MAP
@LOOKS_AFTER
def supervision(
    port: int, misbehave: str, seed: int, token_file: Path | None, field_map: str, looks_after: int
) -> None:
    """“互联网+监管”系统的接收端：按字段对照表逐行校验监管行为，可以回查。"""
    from connectors.supervision import MAPS

    _stand_platform(MAPS, field_map, "object_code", token_file, looks_after, port, _misbehaviour(misbehave, seed))


def _stand_platform(
    maps: Path,
    field_map: str,
    entity: str,
    token_file: Path | None,
    looks_after: int,
    port: int,
    misbehaviour: "Misbehaviour",
) -> None:
    from connectors.partners.platform import PlatformPartner
    from connectors.platforms.maps import map_named

    try:
        fields = map_named(field_map, maps)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--map") from error
    token = _text(token_file) or secrets.token_urlsafe(NEW_KEY_BYTES)
    if token_file is None:
        click.echo(f"接口令牌：{token}")
    held = PlatformPartner(
        fields, token, _now, entity=entity, looks_after=timedelta(hours=looks_after), tell=click.echo
    )
    click.echo(f"字段对照表：{fields.title}（{fields.id}）；某一户的归集：地址后加 /entities/统一社会信用代码")
    stand(held.handle, port, misbehaviour)
    click.echo(f"共收到 {len(held.taken)} 个批次，重复 {held.told.total() - len(held.told)} 次。")


def stand(handle: "Handle", port: int, misbehaviour: "Misbehaviour") -> None:
    """Stand with a partner until stopped."""
    from connectors.partners.http import standing
    from coordinator.stopping import STOP, stopping

    async def _stand() -> None:
        with stopping() as stop:
            async with standing(handle, _now, port=port, misbehaviour=misbehaviour) as address:
                click.echo(f"地址：{address}（浏览器打开可看收到了什么）\n{STOP}")
                await stop.wait()

    asyncio.run(_stand())


def _misbehaviour(text: str, seed: int) -> "Misbehaviour":
    from connectors.partners.misbehaving import read_misbehaviour

    try:
        return read_misbehaviour(text, seed)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--misbehave") from error


def _text(path: Path | None) -> str:
    return read(path).decode().strip() if path else ""


def _now() -> datetime:
    return datetime.now(UTC)
