"""`whatif`: what wider windows, borrowed people or another ratio would give, as a table; nothing is changed by it.

What the changes mean is said in coordinator/actions/what_if.py.
"""

import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from coordinator.cli.entry import read
from coordinator.cli.planning import EFFORT, WORKERS, stop_on_interrupt

if TYPE_CHECKING:
    from coordinator.actions.what_if import Outcome

SECONDS = 20.0
_HEADINGS = ("变化", "未排入", "其中重点", "入户", "人半天", "借调人半天")


def _days(_: click.Context, __: click.Parameter, given: str | None) -> int:
    """Read a number of days such as 5d."""
    if given is None:
        return 0
    if not re.fullmatch(r"[1-9][0-9]{0,2}d", given):
        raise click.BadParameter("天数请写成 5d。")
    return int(given[:-1])


def _ratios(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Read tasks with their ratios, such as 任务=10%."""
    pairs = tuple(each.rpartition("=")[::2] for each in given)
    if any(not task or not ratio for task, ratio in pairs):
        raise click.BadParameter("请写成“任务=10%”。")
    return pairs


@click.command()
@click.argument("problem", type=click.Path(path_type=Path))
@click.option("--widen", "widen_days", metavar="5d", callback=_days, help="全部事项的检查期限推后这么多天。")
@click.option("--borrow", "areas", metavar="区域", multiple=True, help="借调该区域（代码或名称）的人员，可多次给出。")
@click.option(
    "--ratio",
    "ratios",
    metavar="任务=10%",
    multiple=True,
    callback=_ratios,
    help="改任务的抽查比例（估计），可多次给出。",
)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help=f"每个方案的用时上限，默认{SECONDS:g}秒。")
@EFFORT
@WORKERS
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def whatif(
    problem: Path,
    *,
    seconds: float | None,
    effort: int | None,
    workers: int,
    as_json: bool,
    **changes: Any,  # noqa: ANN401 - the options of the changes, by the names of Changes' fields
) -> None:
    """推算：如果放宽期限、借调人员、改抽查比例，会怎样。不改动任何文件。

    PROBLEM 是问题文件，或一轮的结果文件夹（OUT）。每种变化单独排一次，多于一种时再合起来排一次，与不变的方案对照。

    \b
    --widen   最后期限推后若干自然天，最早日期不变；超出本轮的工作日，按最后一天的半天安排，
              设人员都在、对象都可受检。
    --borrow  该区域的人员除本区域外还可派往相邻区域（任一方写明相邻即可），一律按借调计
              （在本区域也算），能不用则不用。派出范围为“不限”（reach = any）时借调不改变什么。
    --ratio   需要结果文件夹。只按事项推算，不另行抽取：减少时先减只被该任务抽中的对象；
              增加时先加已被其他任务抽中的对象，事项照已抽中对象的样子。结果是估计。
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from coordinator.actions.what_if import ROUND_FILES, Changes, outcomes, suppose
    from coordinator.cli.planning import limited
    from solver.planning.reading import read_problem
    from solver.planning.solve import solve

    limit = limited(seconds, effort, otherwise=SECONDS)
    folder = problem.is_dir()
    base = read_problem(read(problem / "problem.json" if folder else problem))
    asked = Changes(**changes)
    files = {name: read(problem / name) for name in ROUND_FILES} if folder and asked.ratios else {}
    supposed = suppose(base, asked, files)
    if not supposed:
        raise click.UsageError("请至少给出 --widen、--borrow、--ratio 中的一种变化。")
    stop = stop_on_interrupt()
    found = []
    for outcome in outcomes(
        base,
        supposed,
        lambda each: solve(each, limit=limit, now=time.monotonic, workers=workers, stop=lambda: bool(stop)),
    ):
        click.echo(f"已推算：{outcome.change}", err=True)
        found.append(outcome)
    if as_json:
        click.echo(msgspec.json.encode({"format": "onedoor/whatif/1", "round": base.round, "outcomes": found}))
    else:
        for line in table(found):
            click.echo(line)


def table(found: Sequence["Outcome"]) -> Iterator[str]:
    """Write outcomes as lines under headings, each figure with its difference from the unchanged plan."""
    rows = [_HEADINGS, *(_row(each) for each in found)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        yield "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
    for each in found:
        if each.note:
            yield f"{each.change}：{each.note}。"


def _row(outcome: "Outcome") -> tuple[str, ...]:
    from coordinator.actions.what_if import FIGURES

    figures = [_figure(getattr(outcome, name), (outcome.difference or {}).get(name)) for name in FIGURES]
    return (f"{outcome.change}（估计）" if outcome.is_estimate else outcome.change, *figures)


def _figure(value: float, difference: float | None) -> str:
    return f"{value:g}" if difference is None else f"{value:g}（{difference:+g}）"


def _width(text: str) -> int:
    """How many columns a terminal needs: two for each Chinese character or full-width sign."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
