"""How planning grows with the number of targets (`onedoor bench --scaling`): neighbours cut from one problem.

The same effort for every size; time and memory are measured in a process of their own, so that sizes do not add up.
"""

import multiprocessing
import resource
import time
from collections.abc import Iterator
from math import hypot, log
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from coordinator.scaling_chart import Size, chart
from solver.planning.geometry import places
from solver.planning.limits import Limit
from solver.planning.problem import Problem
from solver.planning.reading import read_problem
from solver.planning.solve import solve

SIZES = (400, 1_000, 2_500, 5_000, 10_000)


def growth(path: Path, plot: Path) -> Iterator[str]:
    """Measure size by size; the table line by line (its last column is steady where growth is n log n), and a chart."""
    whole = read_problem(path.read_bytes())
    yield "| 对象 | 处理器秒 | 内存 MiB | 秒÷(n log n)×10⁶ |"
    yield "|---:|---:|---:|---:|"
    sizes: list[Size] = []
    for size in (each for each in SIZES if each <= len(whole.targets)):
        sizes.append(Size(size, *_apart(cut(whole, size))))
        seconds, mebibytes = sizes[-1].seconds, sizes[-1].mebibytes
        yield f"| {size:,} | {seconds:.1f} | {mebibytes} | {seconds / (size * log(size)) * 1e6:.0f} |"
    if sizes:
        plot.write_text(chart(f"排期的增长：{path.stem}", sizes), encoding="utf-8")
        yield f"\n图：{plot}"


def cut(problem: Problem, size: int) -> Problem:
    """The targets nearest to the first one that has a place, with their matters and as large a share of inspectors."""
    known = places(problem)
    first = known[next(target.id for target in problem.targets if target.id in known)]
    far = {target: hypot(spot.lat - first.lat, spot.lon - first.lon) for target, spot in known.items()}
    kept = sorted(problem.targets, key=lambda target: (far.get(target.id, 1e9), target.id))[:size]
    names = {target.id for target in kept}
    every = max(1, len(problem.targets) // size)
    people = problem.inspectors[::every]
    staff = {inspector.id for inspector in people}
    return msgspec.structs.replace(
        problem,
        targets=tuple(kept),
        matters=tuple(matter for matter in problem.matters if matter.target in names),
        inspectors=people,
        barred=tuple(pair for pair in problem.barred if pair.target in names and pair.inspector in staff),
        apart=tuple(pair for pair in problem.apart if staff.issuperset(pair.inspectors)),
        fixed=(),
    )


def _apart(problem: Problem) -> tuple[float, int]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(problem, there))
    process.start()
    there.close()
    answer: tuple[float, int] = here.recv()
    process.join()
    return answer


def _measured(problem: Problem, answer: Connection) -> None:
    solve(problem, limit=Limit(effort=0), now=time.monotonic)
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer.send((used.ru_utime + used.ru_stime, used.ru_maxrss // 1024))
