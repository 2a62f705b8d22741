"""`backup`, `restore`, `doctor`: keeping what is stored, and showing that it is whole.

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
    click.echo(f"已备份：{file}（{file.stat().st_size / 1e6:.1f} MB）。里面有个人信息，请加密保存，不要和数据库放在同一台机器。")


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


def _tell(done: str, broken: Sequence[str]) -> None:
    for sentence in broken:
        click.echo(sentence)
    click.echo(f"{done}{f'{len(broken)}处不成立，见上。' if broken else '全部复核成立。'}")
    raise click.exceptions.Exit(1 if broken else 0)
