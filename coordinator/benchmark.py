"""How good and how fast (`onedoor bench`): steps of a round and whole problems, measured and given as a table.

No figure here is a promise of the tests; the README quotes this table. Other solvers are compared in tests/peers.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, TypeVar

from coordinator.actions.calendars import published_calendar
from coordinator.documents.round_folder import read_round_folder
from coordinator.domain.frames import TaskFrame, task_frames
from coordinator.domain.intake.taking import take_in
from solver.chance.document import ENTRIES, FRAME
from solver.chance.frame import Entry, StratumRule, entries_file, frame_file, read_frame
from solver.chance.head import HEAD, Head, Stage
from solver.chance.identifiers import EntryId, Party, Seed, StratumId
from solver.chance.lots import draw_lots
from solver.chance.numbers import Algorithm
from solver.chance.plan import read_plan
from solver.chance.reading import write
from solver.chance.targets import draw
from solver.planning.check import check
from solver.planning.ids import RoundId, TargetId
from solver.planning.limits import Limit
from solver.planning.reading import plan_document, problem_digest, read_problem
from solver.planning.solve import solve

SAMPLE = Path(__file__).parents[1] / "deploy" / "sample"
UNITS = 400_000
SEED = Seed("0" * 63 + "1")

Result = TypeVar("Result")
Table = Callable[[Sequence[Path], float, int], Iterator[str]]


class Line(NamedTuple):
    """One line of the table."""

    what: str
    seconds: float
    found: str


def table(problems: Sequence[Path], seconds: float, workers: int) -> Iterator[str]:
    """Measure and give the table line by line; `seconds` is the limit for each problem."""
    yield "| 项目 | 秒 | 结果 |"
    yield "|---|---:|---|"
    for line in _lines(problems, seconds, workers):
        yield f"| {line.what} | {line.seconds:.2f} | {line.found} |"
    used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    yield f"\n单个进程内存峰值 {used // 1024} MiB。"


def comparison() -> Table | None:
    """Give the comparison with other solvers, or None away from a clone: like the tests it is a tool of development."""
    tests = Path(__file__).parents[1] / "tests"
    if not (tests / "peers").is_dir():
        return None
    sys.path.append(str(tests))
    compare: Table = import_module("peers.compare").table
    return compare


def _lines(problems: Sequence[Path], seconds: float, workers: int) -> Iterator[Line]:
    yield from _importing(SAMPLE / "round")
    yield from _drawing()
    for problem in problems:
        yield from _planning(problem, seconds, workers)


def _importing(folder: Path) -> Iterator[Line]:
    spent, read = _timed(lambda: read_round_folder(folder))
    rows = sum(len(sheet.rows) for workbook in read.workbooks for sheet in workbook.sheets)
    yield Line("读取样例县工作簿", spent, f"{len(read.workbooks)}个工作簿，{rows}行")
    spent, taken = _timed(lambda: take_in(read.settings, published_calendar(), read.workbooks))
    yield Line("核对各行", spent, f"退回{sum(len(one.refused) for one in taken)}行")
    spent, frames = _timed(lambda: task_frames(read.settings, [one.submission for one in taken]))
    units = sum(len(frame.units) for frame in frames if isinstance(frame, TaskFrame))
    yield Line("编制抽样框", spent, f"{len(frames)}项任务，{units}户次")


def _drawing() -> Iterator[Line]:
    files = _made_frame()
    spent, frame = _timed(lambda: read_frame(files))
    yield Line(f"读入并核对{UNITS:,}户的抽样框", spent, frame.document.digest[:12])
    spent, drawn = _timed(lambda: draw(frame, SEED))
    yield Line(f"从{UNITS:,}户中抽取", spent, f"抽中{sum(len(each.selected) for each in drawn)}户")


def _planning(path: Path, seconds: float, workers: int) -> Iterator[Line]:
    content = path.read_bytes()
    problem = read_problem(content)
    digest = problem_digest(content)
    spent, plan = _timed(
        lambda: solve(problem, limit=Limit(seconds=seconds), now=time.monotonic, workers=workers, problem_sha256=digest)
    )
    figures = plan.metrics
    yield Line(
        f"排期 {path.stem}",
        spent,
        f"入户{figures.visits}（下界{figures.visits_bound}，各自{figures.visits_apart}），"
        f"人半天{figures.officer_half_days}（下界{figures.officer_half_days_bound}），未排入{len(plan.unserved)}，"
        f"公平均值{figures.fairness_mean:.4f}",
    )
    spent, verdict = _timed(lambda: check(problem, plan, digest))
    yield Line("　独立检查", spent, "合规" if verdict.lawful else f"不合规{len(verdict.breaches)}处")
    lots = read_plan(plan_document(plan))
    spent, teams = _timed(lambda: draw_lots(lots, SEED, Algorithm.SHA256))
    yield Line("　抽签", spent, f"{len(teams)}个岗位")


def _made_frame() -> dict[str, bytes]:
    """Invent a frame of one task with four strata."""
    rules = [
        StratumRule(id=StratumId(name), ratio=ratio)
        for name, ratio in zip("ABCD", ("0.05", "0.1", "0.2", "0.5"), strict=True)
    ]
    entry = EntryId("任务")
    units = ((entry, rules[number % 4].id, TargetId(f"9199999900000{number:07}")) for number in range(UNITS))
    head = Head(
        stage=Stage.TARGETS,
        round=RoundId("bench"),
        attempt=1,
        hash=Algorithm.SHA256,
        parties=(Party("乙"), Party("甲")),
        reveal_by="2026-01-01T00:00:00+08:00",
        beacon=None,
        previous=None,
        targets=None,
    )
    return {HEAD: write(head), ENTRIES: entries_file([Entry(id=entry, strata=tuple(rules))]), FRAME: frame_file(units)}


def _timed(run: Callable[[], Result]) -> tuple[float, Result]:
    begun = time.monotonic()
    result = run()
    return time.monotonic() - begun, result
