"""The planner's child process: plans, finishes early when asked, and dies with all it started when it must."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from pure.planning.making import a_big_county, a_county, a_wide_county
from support.jobs import until

from coordinator.domain.errors import Unavailable
from coordinator.embedded.processes import is_running
from coordinator.jobs.child import ChildDied
from coordinator.jobs.solve_child import Order
from coordinator.jobs.solving import solve_in_child
from solver.planning.calls import read_call, write_answer
from solver.planning.check import check
from solver.planning.limits import Limit, Progress
from solver.planning.plan import Plan
from solver.planning.workers import site_of

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
    """For whom the child plans: hears it, and says when the first word and the first plan came."""

    def __init__(self) -> None:
        self.finish = asyncio.Event()
        self.words: list[Progress] = []
        self.heard = asyncio.Event()
        self.kept: list[Plan] = []
        self.has_kept = asyncio.Event()
        self.asked: list[int] = []

    def report(self, progress: Progress) -> None:
        self.words.append(progress)
        self.heard.set()

    async def keep(self, plan: Plan) -> None:
        self.kept.append(plan)
        self.has_kept.set()

    async def share(self, calls: Mapping[int, bytes], enough: asyncio.Event) -> AsyncIterator[tuple[int, bytes]]:
        """Works out the even ones only, and says so: the child goes on without the others."""
        del enough
        self.asked.append(len(calls))
        site = site_of(a_wide_county())
        for number, call in calls.items():
            if number % 2 == 0:
                yield number, write_answer(read_call(call)(site, lambda: False))


async def test_the_child_hands_over_a_lawful_plan_and_tells_of_its_progress() -> None:
    order, listener = an_order(limit=Limit(effort=1)), Listener()
    plan = await solve_in_child(order, listener)
    assert check(order.problem, plan).lawful
    assert listener.words


async def test_what_the_child_cannot_do_at_once_is_shared_and_what_does_not_come_back_is_done_without() -> None:
    order = Order(problem=a_wide_county(), limit=Limit(effort=1), workers=1, shares=True)
    listener = Listener()
    assert check(order.problem, await solve_in_child(order, listener)).lawful
    assert len(listener.asked) > 1


async def test_asked_to_finish_the_child_hands_over_its_best_plan_long_before_its_time() -> None:
    order, listener = an_order(limit=LONG), Listener()
    solving = asyncio.create_task(solve_in_child(order, listener))
    await listener.heard.wait()
    listener.finish.set()
    assert check(order.problem, await solving).lawful


async def test_a_child_that_does_not_finish_when_asked_is_done_without_once_it_has_a_plan() -> None:
    order, listener, before = an_order(limit=LONG), Listener(), children_of(os.getpid())
    solving = asyncio.create_task(solve_in_child(order, listener))
    await listener.has_kept.wait()
    for child in children_of(os.getpid()) - before:
        os.kill(child, signal.SIGSTOP)
    listener.finish.set()
    plan = await asyncio.wait_for(solving, 10)
    assert plan == listener.kept[-1]
    assert check(order.problem, plan).lawful


async def test_cancelled_the_child_and_its_own_workers_are_killed() -> None:
    before, listener = children_of(os.getpid()), Listener()
    solving = asyncio.create_task(solve_in_child(an_order(limit=LONG, workers=2), listener))
    await listener.heard.wait()
    started = children_of(os.getpid()) - before
    assert started
    solving.cancel()
    with suppress(asyncio.CancelledError):
        await solving
    await until_ended(started)


async def test_a_child_that_does_not_hand_over_in_time_is_killed() -> None:
    listener = Listener()
    listener.finish.set()
    with pytest.raises(ChildDied):
        await solve_in_child(an_order(limit=LONG), listener, overrun=0.0)


async def test_a_child_killed_from_outside_is_noticed() -> None:
    before, listener = children_of(os.getpid()), Listener()
    solving = asyncio.create_task(solve_in_child(an_order(limit=LONG), listener))
    await listener.heard.wait()
    for child in children_of(os.getpid()) - before:
        os.kill(child, signal.SIGKILL)
    with pytest.raises(ChildDied, match="-9"):
        await solving


async def test_a_child_without_enough_memory_ends_without_a_plan() -> None:
    with pytest.raises((Unavailable, ChildDied)):
        await solve_in_child(an_order(limit=Limit(effort=1), memory_mib=64), Listener())


async def test_the_child_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    """The parent is killed, so nobody asks the child for anything any more."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import asyncio\n"
        "from postgres.test_jobs_child import LONG, Listener, an_order\n"
        "from coordinator.jobs.solving import solve_in_child\n"
        "class Speaker(Listener):\n"
        "    def report(self, progress):\n"
        "        print('under way', flush=True)\n"
        "async def main():\n"
        "    await solve_in_child(an_order(limit=LONG), Speaker())\n"
        "asyncio.run(main())\n"
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
