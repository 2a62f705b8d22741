"""`plan`, `check`, `replan`, `bench`: planning by itself, from files to files; no database but for `plan --shared`.

What is planned, and how, is solver/planning.
"""

import asyncio
import signal
import time
from functools import partial
from pathlib import Path
from types import FrameType

import click
import msgspec

from coordinator.cli.entry import read, write
from coordinator.domain.plannings import PHASE_WORDS
from solver.planning.limits import Limit, Progress
from solver.planning.plan import Metrics, Plan
from solver.planning.problem import Problem

DEFAULT_SECONDS = 60.0

PROBLEM = click.argument("problem", type=click.Path(path_type=Path))
OUT = click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="写到哪个文件。")
SECONDS = click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), help=f"用时上限，默认{DEFAULT_SECONDS:g}秒。"
)
EFFORT = click.option("--effort", type=click.IntRange(min=0), help="改进轮数，代替 --seconds：每次得到同一方案。")
WORKERS = click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="并行进程数。")


def limited(seconds: float | None, effort: int | None, otherwise: float = DEFAULT_SECONDS) -> Limit:
    """Read the two ways to say how long to plan."""
    if seconds is not None and effort is not None:
        raise click.UsageError("--seconds 和 --effort 只能用一个。")
    return Limit(effort=effort) if effort is not None else Limit(seconds=seconds or otherwise)


@click.command()
@PROBLEM
@OUT
@SECONDS
@EFFORT
@WORKERS
@click.option("--shared", is_flag=True, help="与同一数据库上的所有后台作业进程一起排，不论问题大小。")
def plan(problem: Path, out: Path, seconds: float | None, effort: int | None, workers: int, *, shared: bool) -> None:
    """编排检查方案。按 Ctrl-C 采用目前最好的方案。"""
    from solver.planning.forced import forced
    from solver.planning.passed_over import passed_over
    from solver.planning.passed_over_words import in_words
    from solver.planning.reading import read_problem, write_plan
    from solver.planning.workers import site_of

    limit = limited(seconds, effort)
    content = read(problem)
    given = read_problem(content)
    made = _plan_shared(content, limit) if shared else _plan_here(content, given, limit, workers)
    write(out, write_plan(made))
    for line in in_words(passed_over(given, made)):
        click.echo(line, err=True)
    figures = made.metrics
    click.echo(
        f"{figures.visits}次入户，{figures.officer_half_days}人半天，未排入{len(made.unserved)}项。"
        f"各部门分头去：{figures.visits_apart}次入户，{figures.officer_half_days_apart}人半天。",
        err=True,
    )
    click.echo(_proven(figures), err=True)
    least = forced(site_of(given), ())
    if least.unserved:
        click.echo(f"任何方案都至少有{least.unserved}项排不进，其中重点事项{least.unserved_key}项。", err=True)


@click.command()
@PROBLEM
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--teams", type=click.Path(path_type=Path), help="抽签结果，一并检查。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def check(problem: Path, plan: Path, teams: Path | None, *, as_json: bool) -> None:
    """独立检查方案是否合规。退出码：0 合规，1 不合规，2 无法读取。"""
    from solver.planning.check import verdict_json
    from solver.planning.check.documents import check_documents

    verdict = check_documents(read(problem), read(plan), read(teams) if teams else None)
    if as_json:
        click.echo(verdict_json(verdict))
    else:
        for breach in verdict.breaches:
            click.echo(f"规则{breach.rule} {breach.place}：{breach.text}")
        click.echo("合规。" if verdict.lawful else f"不合规，共{len(verdict.breaches)}处。")
        if verdict.metrics is not None:
            click.echo(msgspec.json.format(msgspec.json.encode(verdict.metrics), indent=2).decode())
    raise click.exceptions.Exit(0 if verdict.lawful else 1)


@click.command()
@PROBLEM
@click.argument("old", metavar="OLD_PLAN", type=click.Path(path_type=Path))
@OUT
@SECONDS
@EFFORT
@WORKERS
@click.option("--json", "as_json", is_flag=True, help="变动清单以 JSON 输出。")
def replan(
    problem: Path, old: Path, out: Path, seconds: float | None, effort: int | None, workers: int, *, as_json: bool
) -> None:
    """情况有变后重新编排，尽量不动原方案。

    PROBLEM 是变动后的问题，OLD_PLAN 是原方案。仍然合规的组次原样保留（编号、半天、入户、岗位）；
    只是人员有变的，半天和入户不变，重算中签概率。其余围绕它们重排：先求未排入最少，再求改动的入户最少，
    再求入户最少（该户已排检查的，新增事项并入同一次），
    然后才是借调、人半天、路程最少。逐次列出保留、调整、改期、取消、新增及原因。
    """
    from solver.planning.reading import problem_digest, read_plan, read_problem, write_plan
    from solver.planning.replanning.again import replan as plan_again
    from solver.planning.replanning.moves import moves_in_words, moves_json

    limit = limited(seconds, effort)
    content = read(problem)
    given = read_problem(content)
    stop = stop_on_interrupt()
    found = plan_again(
        given,
        read_plan(read(old)),
        limit=limit,
        now=time.monotonic,
        workers=workers,
        stop=lambda: bool(stop),
        problem_sha256=problem_digest(content),
    )
    write(out, write_plan(found.plan))
    if as_json:
        click.echo(moves_json(found.plan, found.moves))
    else:
        for line in moves_in_words(given, found.plan, found.moves):
            click.echo(line)
        click.echo(_proven(found.plan.metrics), err=True)


def _proven(figures: Metrics) -> str:
    return (
        f"已证明：同样的事项至少{figures.visits_bound}次入户；"
        f"入户不多于本方案的，至少{figures.officer_half_days_bound}人半天。"
    )


def _plan_here(content: bytes, problem: Problem, limit: Limit, workers: int) -> Plan:
    from solver.planning.reading import problem_digest
    from solver.planning.solve import solve

    stop = stop_on_interrupt()
    return solve(
        problem,
        limit=limit,
        now=time.monotonic,
        workers=workers,
        progress=show,
        stop=lambda: bool(stop),
        problem_sha256=problem_digest(content),
    )


def _plan_shared(content: bytes, limit: Limit) -> Plan:
    from coordinator.domain.plannings import Wish
    from coordinator.wiring import plan_shared

    stop = stop_on_interrupt()
    return asyncio.run(plan_shared(content, Wish(limit=limit, shared_from=0), show, lambda: bool(stop)))


def show(progress: Progress) -> None:
    """Say on stderr where planning stands."""
    said = f"{progress.seconds:6.1f} 秒  {PHASE_WORDS[progress.phase]}"
    if progress.visits:
        bound = f"（下界 {progress.visits_bound}）" if progress.visits_bound else ""
        said += f"  入户 {progress.visits}{bound}  人半天 {progress.officer_half_days}  未排入 {progress.unserved}"
    click.echo(said, err=True)


def stop_on_interrupt() -> list[int]:
    """Note Ctrl-C instead of dying of it: a second one still kills."""
    noted: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        noted.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, note)
    return noted


@click.command()
@click.argument("problems", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--seconds", default=15.0, show_default=True, help="每个排期问题的用时上限。")
@click.option("--workers", default=2, show_default=True, help="并行进程数。")
@click.option("--units", type=click.IntRange(min=1000), default=400_000, show_default=True, help="抽样框的户次。")
@click.option("--peers", is_flag=True, help="改为与其他求解器比较：同样的问题，同样的秒数。只在源码克隆里可用。")
@click.option(
    "--scaling", is_flag=True, help="改为从每个问题裁出400至10,000个对象，看用时和内存怎样增长，另画一张图（SVG）。"
)
def bench(problems: tuple[Path, ...], seconds: float, workers: int, units: int, *, peers: bool, scaling: bool) -> None:
    """测量导入、抽取、抽签和排期。PROBLEMS 是另外要排的问题文件（如一轮结果里的 problem.json）。"""
    from coordinator.benchmark import comparison, table
    from coordinator.scaling import growth

    if (peers or scaling) and not problems:
        raise click.UsageError("--peers 和 --scaling 需要至少一个问题文件，如一轮结果里的 problem.json。")
    if scaling:
        for line in (line for path in problems for line in growth(path, Path(f"增长-{path.stem}.svg"))):
            click.echo(line)
        return
    compare = comparison() if peers else partial(table, units=units)
    if compare is None:
        raise click.UsageError("--peers 只在源码克隆里可用：这里没有 tests/peers。")
    for line in compare(problems, seconds, workers):
        click.echo(line)
