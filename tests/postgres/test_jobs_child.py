"""The planner's child process: plans, finishes early when asked, and dies with all it started when it must."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from pure.planning.making import a_big_county, a_county
from support.jobs import until

from coordinator.domain.errors import Unavailable
from coordinator.embedded.processes import is_running
from coordinator.jobs.child import ChildDied, solve_in_child
from coordinator.jobs.solve_child import Order
from solver.planning.check import check
from solver.planning.limits import Limit, Progress

LONG = Limit(seconds=600.0)


def an_order(*, limit: Limit, workers: int = 1, memory_mib: int = 4096) -> Order:
    problem = a_county() if workers == 1 else a_big_county()  # few matters need no other process
    return Order(problem=problem, limit=limit, workers=workers, memory_mib=memory_mib)


def children_of(parent: int) -> set[int]:
    """All descendants that still live, zombies left out."""
    born: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = stat.read_text().rpartition(")")[2].split()
            if after_name[0] != "Z":
                born.setdefault(int(after_name[1]), []).append(int(stat.parent.name))
    found, todo = set(), [parent]
    while todo:
        children = born.get(todo.pop(), [])
        found.update(children)
        todo.extend(children)
    return found


async def until_ended(processes: set[int]) -> None:
    async def ended() -> bool:
        return not any(is_running(each) for each in processes)

    await until(ended)


class Listener:
    """Hears progress, and says when the first word came."""

    def __init__(self) -> None:
        self.words: list[Progress] = []
        self.heard = asyncio.Event()

    def __call__(self, progress: Progress) -> None:
        self.words.append(progress)
        self.heard.set()


async def test_the_child_hands_over_a_lawful_plan_and_tells_of_its_progress() -> None:
    order, report = an_order(limit=Limit(effort=1)), Listener()
    plan = await solve_in_child(order, report=report, finish=asyncio.Event())
    assert check(order.problem, plan).lawful
    assert report.words


async def test_asked_to_finish_the_child_hands_over_its_best_plan_long_before_its_time() -> None:
    order, report, finish = an_order(limit=LONG), Listener(), asyncio.Event()
    solving = asyncio.create_task(solve_in_child(order, report=report, finish=finish))
    await report.heard.wait()
    finish.set()
    assert check(order.problem, await solving).lawful


async def test_cancelled_the_child_and_its_own_workers_are_killed() -> None:
    before, report = children_of(os.getpid()), Listener()
    solving = asyncio.create_task(
        solve_in_child(an_order(limit=LONG, workers=2), report=report, finish=asyncio.Event())
    )
    await report.heard.wait()
    started = children_of(os.getpid()) - before
    assert started
    solving.cancel()
    with suppress(asyncio.CancelledError):
        await solving
    await until_ended(started)


async def test_a_child_that_does_not_hand_over_in_time_is_killed() -> None:
    finish = asyncio.Event()
    finish.set()
    with pytest.raises(ChildDied):
        await solve_in_child(an_order(limit=LONG), report=Listener(), finish=finish, overrun=0.0)


async def test_a_child_killed_from_outside_is_noticed() -> None:
    before, report = children_of(os.getpid()), Listener()
    solving = asyncio.create_task(solve_in_child(an_order(limit=LONG), report=report, finish=asyncio.Event()))
    await report.heard.wait()
    for child in children_of(os.getpid()) - before:
        os.kill(child, signal.SIGKILL)
    with pytest.raises(ChildDied, match="-9"):
        await solving


async def test_a_child_without_enough_memory_ends_without_a_plan() -> None:
    with pytest.raises((Unavailable, ChildDied)):
        await solve_in_child(an_order(limit=Limit(effort=1), memory_mib=64), report=Listener(), finish=asyncio.Event())


async def test_the_child_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    """The parent is killed, so nobody asks the child for anything any more."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import asyncio\n"
        "from postgres.test_jobs_child import LONG, an_order\n"
        "from coordinator.jobs.child import solve_in_child\n"
        "asyncio.run(solve_in_child(an_order(limit=LONG), report=lambda p: print('under way', flush=True),"
        " finish=asyncio.Event()))\n"
    )
    root = Path(__file__).parents[2]
    parent = await asyncio.create_subprocess_exec(
        *(os.sys.executable, str(script)),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join((str(root), str(root / "tests")))},
    )
    await parent.stdout.readline()
    children = children_of(parent.pid)
    assert children
    parent.kill()
    await parent.wait()
    await until_ended(children)
    await parent.communicate()
