"""`new`, `intake`, `run`, `results`, `statistics`: from folders of workbooks to folders of results.

What they do is said in coordinator/actions.
"""

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


@click.command()
@click.argument("result_folder", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("filled", nargs=-1, type=click.Path(path_type=Path))
@OUT
def results(result_folder: Path, filled: tuple[Path, ...], out: Path) -> None:
    """收回各部门填好的检查结果：给出公示清单、逾期和未报、抄告、统计表。"""
    from coordinator.actions.results import take_filled_forms
    from coordinator.actions.statistics import load_facts
    from coordinator.domain.wording import REHEARSAL_WORDS
    from coordinator.wiring import record_here

    report = take_filled_forms(result_folder, filled, out, date.today())  # noqa: DTZ011 - the office's own calendar day
    if report.rehearsal:
        click.echo(REHEARSAL_WORDS)
    for form in report.forms:
        click.echo(
            f"{form.department}：新{form.new}条，更正{form.corrected}条，相同{form.unchanged}条，退回{form.refused}行"
        )
    click.echo(
        f"应填{report.expected}条，已填{report.entered}条，缺{report.missing}条（逾期{report.missing_overdue}条）。"
    )
    click.echo(f"公示逾期{report.publication_overdue}条，渠道不符{report.defects}条，抄告{report.notices}条。")
    recorded = asyncio.run(record_here(load_facts(out)))
    click.echo("已记入数据库。" if recorded else "本机数据库里没有这一次抽取，只写了文件夹。")
    raise click.exceptions.Exit(INCOMPLETE if report.refused_rows else 0)


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--year", required=True, type=int, help="统计年度。")
@OUT
def statistics(folders: tuple[Path, ...], year: int, out: Path) -> None:
    """汇总若干轮次的结果文件夹，生成“双随机、一公开”监管信息统计表。"""
    from coordinator.actions.statistics import add_up_folders

    report = add_up_folders(folders, year, out, date.today())  # noqa: DTZ011 - 填报时间 is the office's own calendar day
    click.echo(f"已汇总{len(report.rounds)}个轮次：{'、'.join(report.rounds)}。")
    if report.rehearsals:
        click.echo(f"其中{'、'.join(report.rehearsals)}是演练，不能作为正式统计。")
