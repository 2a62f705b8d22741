"""`draw`, `lots`, `verify`: chance by itself, from files to files; no database is asked.

What is drawn, and how, is solver/chance.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import click

from coordinator.cli.entry import read, write
from coordinator.documents.large_files import LargeFile
from solver.chance.contents import Content
from solver.chance.document import ENTRIES, FRAME
from solver.chance.head import HEAD
from solver.chance.identifiers import HEX, Seed


def hex_seed(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """Take a seed of 64 lower-case hexadecimal digits; another form is refused, not repaired."""
    if given is not None and not re.fullmatch(HEX, given):
        raise click.BadParameter("种子应为64位小写十六进制数。")
    return given


SEED = click.option("--seed", required=True, metavar="HEX", callback=hex_seed, help="64位小写十六进制种子。")
OUT = click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="写到哪个文件。")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@SEED
@OUT
def draw(folder: Path, seed: str, out: Path) -> None:
    """抽取检查对象：FOLDER 里有 head.json、entries.json、frame.tsv。"""
    from solver.chance.frame import read_frame
    from solver.chance.targets import selection_file

    frame = read_frame(_contents(folder, (HEAD, ENTRIES, FRAME)))
    write(out, selection_file(frame, Seed(seed)))


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@SEED
@OUT
@click.option("--hash", "algorithm", type=click.Choice(["sha256", "sm3"]), default="sha256", help="摘要算法。")
def lots(plan: Path, seed: str, out: Path, algorithm: str) -> None:
    """抽签确定执法检查人员。"""
    from solver.chance.lots import teams_file
    from solver.chance.numbers import Algorithm
    from solver.chance.plan import read_plan

    write(out, teams_file(read_plan(read(plan)), Seed(seed), Algorithm(algorithm)))


@click.command()
@click.argument("transcript", type=click.Path(path_type=Path))
def verify(transcript: Path) -> None:
    """复核抽取记录；所需文件在同一文件夹。退出码：0 成立，1 不成立，2 无法读取。"""
    from solver.chance.report import report
    from solver.chance.transcript import files_beside
    from solver.chance.verify import verify as recompute

    content = read(transcript)
    names = files_beside(content)
    verdict = recompute(content, _contents(transcript.parent, names))
    click.echo(report(verdict), nl=False)
    raise click.exceptions.Exit(0 if verdict.holds else 1)


def _contents(folder: Path, names: Iterable[str]) -> dict[str, Content]:
    """Open the files of a document; a frame may be too large to be held."""
    return {name: LargeFile(folder / name) for name in names}
