"""Planning in a child process: started with an order, heard while it works, asked to finish, killed when it must be.

CP-SAT can overrun its time, hold the processor and eat memory; nothing of that may harm the worker, which has leases
to keep. What the child says is in solve_child.py.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from coordinator.domain.errors import Unavailable
from coordinator.jobs.solve_child import FINISH, GRACE_SECONDS, Made, Order, OutOfMemory, Under, Word
from solver.planning.limits import Progress
from solver.planning.plan import Plan

PACKAGES = Path(__file__).parents[2]
LONGEST_LINE = 512 * 1024 * 1024
OVERRUN_SECONDS = 60.0
"""How long after its limit, or after being asked to finish, a child may take to hand over its plan."""
LAST_WORDS = 4000


class ChildDied(RuntimeError):  # noqa: N818 - named for what happened
    """The planner ended without a plan: a fault of ours, or killed from outside."""


async def solve_in_child(
    order: Order, *, report: Callable[[Progress], None], finish: asyncio.Event, overrun: float = OVERRUN_SECONDS
) -> Plan:
    """Plan in a process of its own; once `finish` is set the best plan so far comes back.

    Cancelling this kills the child and all it has started. Raises Unavailable when its memory does not suffice and
    ChildDied when it ends, or has to be ended, without a plan. The caller still has the checker judge the plan.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "coordinator.jobs.solve_child"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=LONGEST_LINE,
        start_new_session=True,
        env={"PYTHONPATH": str(PACKAGES)},
    )
    tasks = [
        asyncio.create_task(_instruct(child, order, finish)),
        asyncio.create_task(_time_out(child, order, finish, overrun)),
    ]
    complaint = asyncio.create_task(_last_words(child))
    try:
        return await _listen(child, report, complaint)
    finally:
        for task in tasks:
            task.cancel()
        await _end(child)
        await asyncio.wait([*tasks, complaint, asyncio.create_task(child.wait())])


async def _listen(child: Process, report: Callable[[Progress], None], complaint: asyncio.Task[str]) -> Plan:
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    async for line in child.stdout:
        match msgspec.json.decode(line, type=Word):
            case Under(progress=progress):
                report(progress)
            case Made(plan=plan):
                return plan
            case OutOfMemory():
                raise Unavailable("规划所需的内存超过上限，没有得出方案。", remedy="请把轮次分成几次，或提高内存上限。")
    raise ChildDied(f"the planner ended with {await child.wait()} and no plan: {await complaint}")


async def _instruct(child: Process, order: Order, finish: asyncio.Event) -> None:
    """Hand over the order and, once asked, the wish to finish; the pipe stays open, its end would end the child."""
    assert child.stdin is not None  # noqa: S101 - a pipe was asked for
    with suppress(ConnectionError):  # a child that died says so at the other pipe
        child.stdin.write(msgspec.json.encode(order) + b"\n")
        await child.stdin.drain()
        await finish.wait()
        child.stdin.write(FINISH)
        await child.stdin.drain()


async def _time_out(child: Process, order: Order, finish: asyncio.Event, overrun: float) -> None:
    """End a child that does not come to its end when it should; with a limit of effort only `finish` sets a time."""
    with suppress(TimeoutError):
        await asyncio.wait_for(finish.wait(), order.limit.seconds)
    await asyncio.sleep(overrun)
    await _end(child)


async def _last_words(child: Process) -> str:
    """What it said to its error stream, the end of it."""
    assert child.stderr is not None  # noqa: S101 - a pipe was asked for
    words = b""
    while chunk := await child.stderr.read(LAST_WORDS):
        words = (words + chunk)[-LAST_WORDS:]
    return words.decode(errors="replace").strip()


async def _end(child: Process) -> None:
    """End the child and its own workers, which share its process group: first so that they can clear up, then surely.

    What clears up is Python's resource tracker, which survives the first signal and removes its clients' semaphores.
    """
    clock = asyncio.get_running_loop().time
    surely_at = clock() + GRACE_SECONDS
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
        while clock() < surely_at:
            await asyncio.sleep(0.02)
            os.killpg(child.pid, 0)
        os.killpg(child.pid, signal.SIGKILL)
