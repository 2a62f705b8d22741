"""`partner sftp`, `website` and `mail`: a department's folder behind SFTP, its website, its mailbox, on loopback.

What they check and how they misbehave is said in connectors/partners; nothing is kept when it is stopped.
"""

import asyncio
import secrets
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coordinator.cli.partner import PORT

if TYPE_CHECKING:
    from connectors.partners.sftp import Mood

PAUSE_SECONDS = 0.5
PASSWORD_BYTES = 16
USER, MAILBOX = "onedoor", "department@partner.test"
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
SLOW_SECONDS, LAST_STEP, ROOM_BYTES = 2.0, 7, 1000


@click.command()
@PORT
@click.option("--folder", type=FOLDER, help="放文件的文件夹；不给则临时用一个。")
@click.option(
    "--misbehave",
    type=click.Choice(["half", "hang-up", "slow", "full"]),
    help="只存一半（half）、写到一半断开（hang-up）、很慢（slow）、磁盘满（full）。",
)
def sftp(port: int, folder: Path | None, misbehave: str | None) -> None:
    """部门的 SFTP 文件夹：按清单核对校验值和行数，写回执。"""
    with tempfile.TemporaryDirectory(prefix="onedoor-partner-") as temporary:
        asyncio.run(_stand_sftp(folder or Path(temporary), port, misbehave))


async def _stand_sftp(folder: Path, port: int, misbehave: str | None) -> None:
    from connectors.partners.sftp import sftp_partner

    password = secrets.token_hex(PASSWORD_BYTES)
    async with sftp_partner(folder, USER, password, port=port, mood=_mood(misbehave)) as partner:
        click.echo(f"主机：127.0.0.1\n端口：{partner.port}\n网段：127.0.0.1/32\n账号：{USER}\n密码：{password}")
        click.echo(f"主机公钥：{partner.host_key}\n文件在 {folder}")
        await until_stopped(
            lambda: [f"{said.standing.value} {said.key} {said.words}".rstrip() for said in partner.take()]
        )
        click.echo(f"共 {len(partner.held())} 个文件。")


def _mood(misbehave: str | None) -> "Mood":
    from connectors.partners.sftp import Mood

    return Mood(
        keeps_half=misbehave == "half",
        hang_up_at=LAST_STEP if misbehave == "hang-up" else None,
        pause=SLOW_SECONDS if misbehave == "slow" else 0.0,
        room=ROOM_BYTES if misbehave == "full" else None,
    )


@click.command()
@PORT
@click.option("--folder", type=FOLDER, help="网站的文件夹；不给则临时用一个。")
def website(port: int, folder: Path | None) -> None:
    """部门网站：提供网页，随时检查有没有断链、半截文件和不完整的订阅源。"""
    with tempfile.TemporaryDirectory(prefix="onedoor-partner-") as temporary:
        asyncio.run(_stand_website(folder or Path(temporary), port))


async def _stand_website(folder: Path, port: int) -> None:
    from connectors.partners.http import standing
    from connectors.partners.website import WebsitePartner

    partner, known = WebsitePartner(folder), set[str]()

    def look() -> list[str]:
        new = [fault for fault in partner.broken() if fault not in known]
        known.update(new)
        return new

    async with standing(partner.handle, _now, port=port) as address:
        click.echo(f"公开地址：{address}\n文件夹：{folder}")
        await until_stopped(look)
    faults = partner.unequal()
    click.echo("\n".join([f"共 {len(partner.held())} 个文件，{len(faults)} 处不一致。", *faults]))


@click.command()
@PORT
@click.option("--misbehave", type=click.Choice(["451", "550", "hang-up"]), help="暂时不收、拒收、收下却断开。")
def mail(port: int, misbehave: str | None) -> None:
    """部门的收件邮箱：按 Message-ID 认得重复，同一批次以最大的次数为准。"""
    asyncio.run(_stand_mail(port, misbehave))


async def _stand_mail(port: int, misbehave: str | None) -> None:
    from connectors.partners.mail import Mailbox, standing_mailbox

    mailbox, known = Mailbox(MAILBOX), set[str]()
    mailbox.is_hanging_up = misbehave == "hang-up"
    mailbox.answer = f"{misbehave} told to" if misbehave in {"451", "550"} else ""

    def look() -> list[str]:
        new = [taken for name, taken in mailbox.taken.items() if name not in known]
        known.update(taken.message_id for taken in new)
        return [f"已收 {taken.subject}：{'、'.join(taken.attachments)}" for taken in new]

    async with standing_mailbox(mailbox, port=port):
        click.echo(
            f"收件邮箱：{MAILBOX}\n发信服务器：127.0.0.1\n端口：{mailbox.port}\n网段：127.0.0.1/32\n加密方式：none"
        )
        await until_stopped(look)
    click.echo(f"共收到 {len(mailbox.taken)} 封，重复 {mailbox.told.total() - len(mailbox.told)} 次。")


def _now() -> datetime:
    return datetime.now(UTC)


async def until_stopped(look: Callable[[], Sequence[str]]) -> None:
    """Look for what is new, and say it, until told to stop."""
    from coordinator.stopping import STOP, stopping

    click.echo(STOP)
    with stopping() as stop:
        while not stop.is_set():
            for line in look():
                click.echo(line)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
