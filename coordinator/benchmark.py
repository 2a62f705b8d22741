"""How good and how fast (`onedoor bench`): steps of a round and whole problems, measured and given as a table.

No figure here is a promise of the tests; the README quotes this table. Other solvers are compared in tests/peers.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from coordinator.actions.calendars import published_calendar
from coordinator.documents.round_folder import read_round_folder
from coordinator.domain.frames import TaskFrame, task_frames
from coordinator.domain.intake.taking import take_in
from coordinator.drawing_benchmark import SEED, drawing
from coordinator.measuring import Line, timed
from solver.chance.lots import draw_lots
from solver.chance.numbers import Algorithm
from solver.chance.plan import read_plan
from solver.planning.check import check
from solver.planning.forced import forced
from solver.planning.limits import Limit
from solver.planning.plan import Plan
from solver.planning.reading import plan_document, problem_digest, read_problem
from solver.planning.solve import solve
from solver.planning.workers import site_of

SAMPLE = Path(__file__).parents[1] / "deploy" / "sample"
Table = Callable[[Sequence[Path], float, int], Iterator[str]]


def table(problems: Sequence[Path], seconds: float, workers: int, *, units: int) -> Iterator[str]:
    """Measure and give the table line by line; `seconds` is the limit for each problem, `units` how large the draw."""
    yield "| 项目 | 秒 | 结果 |"
    yield "|---|---:|---|"
    for line in _lines(problems, seconds, workers, units):
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


def _lines(problems: Sequence[Path], seconds: float, workers: int, units: int) -> Iterator[Line]:
    yield from _importing(SAMPLE / "round")
    yield from drawing(units)
    for problem in problems:
        yield from _planning(problem, seconds, workers)


def _importing(folder: Path) -> Iterator[Line]:
    spent, read = timed(lambda: read_round_folder(folder))
    rows = sum(len(sheet.rows) for workbook in read.workbooks for sheet in workbook.sheets)
    yield Line("读取样例县工作簿", spent, f"{len(read.workbooks)}个工作簿，{rows}行")
    spent, taken = timed(lambda: take_in(read.settings, published_calendar(), read.workbooks))
    yield Line("核对各行", spent, f"退回{sum(len(one.refused) for one in taken)}行")
    spent, frames = timed(lambda: task_frames(read.settings, [one.submission for one in taken]))
    units = sum(len(frame.units) for frame in frames if isinstance(frame, TaskFrame))
    yield Line("编制抽样框", spent, f"{len(frames)}项任务，{units}户次")


def _planning(path: Path, seconds: float, workers: int) -> Iterator[Line]:
    content = path.read_bytes()
    problem = read_problem(content)
    digest = problem_digest(content)
    spent, plan = timed(
        lambda: solve(problem, limit=Limit(seconds=seconds), now=time.monotonic, workers=workers, problem_sha256=digest)
    )
    figures = plan.metrics
    gone = {each.matter for each in plan.unserved}
    least = forced(site_of(problem), [matter for matter in problem.matters if matter.id not in gone])
    yield Line(
        f"排期 {path.stem}",
        spent,
        f"入户{figures.visits}（下界{figures.visits_bound}，各自{figures.visits_apart}），"
        f"人半天{figures.officer_half_days}（下界{figures.officer_half_days_bound}），"
        f"未排入{len(plan.unserved)}（下界{least.unserved}），公平均值{figures.fairness_mean:.4f}，"
        f"有人概率为0的岗位{_chanceless(plan)}（下界{least.chanceless}）",
    )
    spent, verdict = timed(lambda: check(problem, plan, digest))
    yield Line("　独立检查", spent, "合规" if verdict.lawful else f"不合规{len(verdict.breaches)}处")
    lots = read_plan(plan_document(plan))
    spent, teams = timed(lambda: draw_lots(lots, SEED, Algorithm.SHA256))
    yield Line("　抽签", spent, f"{len(teams)}个岗位")


def _chanceless(plan: Plan) -> int:
    return sum(0 in role.chances.values() for tour in plan.tours for role in tour.roles)
