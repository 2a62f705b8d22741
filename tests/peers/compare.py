"""The table of `onedoor bench --peers`: the same problems, the same seconds, judged by the checker.

What each peer does stands in its by_*.py; a peer that this machine lacks is named, never passed over in silence.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from peers.departments import largest_department, only
from peers.measure import Measured, measure

from solver.planning.check import check
from solver.planning.problem import Problem
from solver.planning.reading import problem_digest, read_problem, write_problem

LOCK = "requirements-peers.lock"
HEADER = (
    "| 问题 | 求解器 | 限时/用时（秒） | 合规 | 未排入（重点） | 入户 | 人半天 | 单薄岗位 | 组次（改派） | 内存 MiB |",
    "|---|---|---:|---|---:|---:|---:|---:|---:|---:|",
)


class Peer(NamedTuple):
    """A solver, the distribution it comes in, and what it can be given."""

    name: str
    module: str
    package: str
    whole_rounds: bool
    single_departments: bool
    needs_java: bool = False
    leaves_out: str = ""


PEERS = (
    Peer("一门查", "by_onedoor", "ortools", whole_rounds=True, single_departments=True),
    Peer(
        "单一 CP-SAT 模型",
        "by_cp_sat",
        "ortools",
        whole_rounds=True,
        single_departments=False,
        leaves_out="未含每人半天数上限、互斥和单薄岗位；回避只看两户能否同组；每户只在最合适的16户里找同组；"
        "路程按各户到第一户计",
    ),
    Peer(
        "Timefold",
        "by_timefold",
        "timefold",
        whole_rounds=True,
        single_departments=False,
        needs_java=True,
        leaves_out="未含回避、区域范围、每人半天数上限、互斥、单薄岗位和同一户不同半天；Python 版（Java 版更快），"
        "启动 JVM 不计时",
    ),
    Peer(
        "PyVRP",
        "by_pyvrp",
        "pyvrp",
        whole_rounds=False,
        single_departments=True,
        leaves_out="只有一个部门；未含专长、回避、区域范围、每人半天数上限、互斥、单薄岗位和同一户不同半天；"
        "每组一律按本部门最少的持证人数计",
    ),
)
THE_SAME = (
    "各求解器用同样的秒数和同样的合并结果（一门查自己合并）；组次排上人员、中签概率和未排入的原因都由一门查的代码补齐，"
    "再由独立的检查程序判定。CP-SAT 和 Timefold 从“每户单独成组，放不下的并入别组”的方案改起。"
    "“改派”是对方排出而人员凑不齐、换了半天或拆开的组次。"
)


class Given(NamedTuple):
    """One problem to solve, as a file for the solvers and read for the checker."""

    name: str
    content: bytes
    problem: Problem
    is_single: bool


def table(files: Sequence[Path], seconds: float, workers: int) -> Iterator[str]:
    """Measure and give the table line by line, then what each peer leaves out."""
    lacking = {peer.name: why for peer in PEERS if (why := missing(peer)) is not None}
    for name, why in lacking.items():
        sys.stderr.write(f"{name} 未参加比较：{why}\n")
    yield from HEADER
    for given in _given(files):
        for peer in PEERS:
            if peer.single_departments if given.is_single else peer.whole_rounds:
                yield _line(given, peer, seconds, workers, lacking.get(peer.name))
    yield f"\n{THE_SAME}\n"
    for peer in PEERS:
        if peer.leaves_out:
            yield f"- {titled(peer)}：{peer.leaves_out}。"


def missing(peer: Peer) -> str | None:
    """Why a peer cannot run here and how to change that, or None when it can."""
    try:
        version(peer.package)
    except PackageNotFoundError:
        return f"没有安装；安装：.venv/bin/python -m pip install --require-hashes -r {LOCK}"
    if peer.needs_java and shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "没有 Java；请安装 Java 17 或更新的版本（Debian：apt install openjdk-17-jre-headless）"
    return None


def titled(peer: Peer) -> str:
    """A peer's name with the version that is installed."""
    try:
        return f"{peer.name} {version(peer.package)}" if peer.leaves_out else peer.name
    except PackageNotFoundError:
        return peer.name


def row(given: Given, peer: Peer, seconds: float, found: Measured) -> str:
    """One line of the table: the checker's word on what a peer handed in."""
    memory = "—" if found.mebibytes is None else f"{found.mebibytes:,}"
    if found.plan is None:
        return _cells(given, peer, f"{seconds:g}/—", f"没有方案：{found.said}", *["—"] * 5, memory)
    verdict = check(given.problem, found.plan, problem_digest(given.content))
    broken = sorted({breach.rule for breach in verdict.breaches})
    lawful = "是" if verdict.lawful else f"否（规则{'、'.join(map(str, broken))}）"
    figures = verdict.metrics
    if figures is None:
        return _cells(given, peer, f"{seconds:g}/{found.seconds:.1f}", lawful, *["—"] * 5, memory)
    return _cells(
        given,
        peer,
        f"{seconds:g}/{found.seconds:.1f}",
        lawful,
        f"{figures.matters - figures.served}（{figures.unserved_key}）",
        f"{figures.visits}",
        f"{figures.officer_half_days:,}",
        f"{figures.thin_roles}",
        f"{figures.tours}（{found.changed}）",
        memory,
    )


def _given(files: Sequence[Path]) -> Iterator[Given]:
    """Every problem whole, then cut down to its largest department."""
    for path in files:
        content = path.read_bytes()
        problem = read_problem(content)
        yield Given(path.stem, content, problem, is_single=False)
        department = largest_department(problem)
        single = only(problem, department)
        yield Given(f"{path.stem}（{department}）", write_problem(single), single, is_single=True)


def _line(given: Given, peer: Peer, seconds: float, workers: int, lacking: str | None) -> str:
    if lacking is not None:
        return _cells(given, peer, "—", f"未参加：{lacking}", *["—"] * 6)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "problem.json").write_bytes(given.content)
        found = measure(peer.module, folder / "problem.json", seconds, workers, folder)
    if found.plan is None:
        sys.stderr.write(f"{given.name}：{peer.name}没有交出方案：{found.said}\n")
    return row(given, peer, seconds, found)


def _cells(given: Given, peer: Peer, *cells: str) -> str:
    return "| " + " | ".join((given.name, titled(peer), *cells)) + " |"
