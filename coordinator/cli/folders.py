"""`new`, `intake`, `run`, `results`, `statistics`: from folders of workbooks to folders of results."""

import asyncio
from datetime import date
from pathlib import Path

import click

from coordinator.cli.chance import hex_seed

INCOMPLETE = 1
WAITING = 3
FOLDER = click.argument("folder", type=click.Path(path_type=Path))
OUT = click.option("--out", required=True, type=click.Path(path_type=Path), help="结果写到哪个文件夹。")


def tell(sentence: str) -> None:
    """Say on stderr what is being done."""
    click.echo(sentence, err=True)


@click.command()
@FOLDER
def new(folder: Path) -> None:
    """新建轮次文件夹：round.toml 和空白的部门模板。"""
    from coordinator.actions.starting import start_folder

    for path in start_folder(folder, date.today()):  # noqa: DTZ011 - the office's own calendar day
        click.echo(f"已生成 {path}")


@click.command()
@FOLDER
@OUT
def intake(folder: Path, out: Path) -> None:
    """只检查、不抽取：退回有误的工作簿，给出抽样框和预计工作量。"""
    from coordinator.actions.intaking import intake_in_words, take_in_folder

    found = take_in_folder(folder, out)
    for line in intake_in_words(found):
        click.echo(line)
    raise click.exceptions.Exit(0 if found.is_clean else INCOMPLETE)


@click.command()
@FOLDER
@OUT
@click.option("--seed", metavar="HEX", callback=hex_seed, help="演练用的种子：不影响正式抽取，可重复。")
@click.option("--seconds", type=click.FloatRange(min=1), default=20, show_default=True, help="排期用时上限。")
@click.option("--beacon", metavar="TEXT", help="公共随机事件的结果，写法见 round.toml。")
def run(folder: Path, out: Path, seed: str | None, seconds: float, beacon: str | None) -> None:
    """整轮办完：核对、抽取、排期、抽签，生成任务书、通知和统计表。"""
    from coordinator.actions.running import RunOrder
    from coordinator.wiring import run_here

    order = RunOrder(folder=folder, out=out, seed=seed, seconds=seconds, beacon=beacon)
    ended = asyncio.run(run_here(order, tell))
    for line in ended.words:
        click.echo(line)
    raise click.exceptions.Exit({True: 0, False: INCOMPLETE, None: WAITING}[ended.is_complete])
