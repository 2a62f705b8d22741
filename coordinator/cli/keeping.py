"""`backup`, `restore`, `doctor`, `admin-code`: keeping what is stored, showing that it is whole, letting back in.

How a database becomes a file is in coordinator/embedded/dumps.py, what must hold in actions/invariants.py.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@FILE
def backup(file: Path) -> None:
    """把数据库备份到 FILE（含全部数据，请妥善保管）。"""
    from coordinator.wiring import back_up_here

    asyncio.run(back_up_here(file.absolute()))
    click.echo(f"已备份：{file}（{file.stat().st_size / 1e6:.1f} MB）。里面有个人信息，请加密后存到另一台机器。")
    click.echo("密钥文件 seal.keys 不在备份里，请另外保管一份；没有它，动态码和外部系统的密码打不开。")


@click.command()
@FILE
def restore(file: Path) -> None:
    """从备份恢复到空的数据库，升级并逐项复核。退出码：0 全部成立，1 有不成立的。"""
    from coordinator.wiring import restore_here

    _tell("已恢复，", asyncio.run(restore_here(file.absolute())))


@click.command()
def doctor() -> None:
    """复核数据库里的每次抽取、每个方案和登记的结果。退出码：0 全部成立，1 有不成立的。"""
    from coordinator.wiring import examine_here

    _tell("", asyncio.run(examine_here()))


@click.command("admin-code")
@click.argument("login")
def admin_code(login: str) -> None:
    """给系统管理员 LOGIN 发新的一次性代码（密码或动态码丢了，又没有别的管理员时用）。"""
    from coordinator.domain.accounts import CODE_LASTS
    from coordinator.wiring import admin_code_here

    given = asyncio.run(admin_code_here(login))
    click.echo(f"账号 {given.account.login} 的一次性代码：{given.code}（{CODE_LASTS.days} 天内有效，只用一次）。")
    click.echo("原来的密码和动态码已经作废，请打开 /sign-in/first 重新设置。")


def _tell(done: str, broken: Sequence[str]) -> None:
    for sentence in broken:
        click.echo(sentence)
    click.echo(f"{done}{f'{len(broken)}处不成立，见上。' if broken else '全部复核成立。'}")
    raise click.exceptions.Exit(1 if broken else 0)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def registry(file: Path) -> None:
    """取得登记信息：FILE 是登记机关给出的 .csv 或 .jsonl 文件，再大也可以。各部门的名录不会被改动。"""
    from coordinator.wiring import take_registry_here

    for line in asyncio.run(take_registry_here(file.absolute())):
        click.echo(line)
