"""Planning in a child process: heard while it works, given what others found, asked to finish, killed when it must.

What the child says is in solve_child.py; who else works for it is known to the `Asker` alone.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from coordinator.jobs.child import OUT_OF_MEMORY, Child, ChildDied, start_child
from coordinator.jobs.solve_child import (
    GLANCE_SECONDS,
    Asked,
    Best,
    Came,
    Enough,
    Finish,
    Made,
    Order,
    OutOfMemory,
    Over,
    Under,
    Word,
)
from solver.planning.limits import Progress
from solver.planning.plan import Plan

OVERRUN_SECONDS = 60.0
"""How long after its limit, or after being asked to finish, a child may take to hand over its plan."""
PATIENCE_SECONDS = 2.0
"""So long after being asked to finish, when it has handed one over before: then that one is taken."""


class Asker(Protocol):
    """For whom a child plans."""

    finish: asyncio.Event
    """Set when the best so far is wanted now."""

    def report(self, progress: Progress) -> None:
        """Hear where the work stands."""

    async def keep(self, plan: Plan) -> None:
        """Take the best lawful plan so far."""

    def share(self, calls: Mapping[int, bytes], enough: asyncio.Event) -> AsyncIterator[tuple[int, bytes]]:
        """Have calls run elsewhere; yields each answer, once `enough` is set those only that come soon."""


async def solve_in_child(order: Order, asker: Asker, *, overrun: float = OVERRUN_SECONDS) -> Plan:
    """Plan in a process of its own; once the asker wants to finish the best plan so far comes back.

    Cancelling this kills the child and all it has started. Raises Unavailable when its memory does not suffice and
    ChildDied when it ends, or has to be ended, without a plan. The caller still has the checker judge the plan.
    """
    child = await start_child("coordinator.jobs.solve_child", order)
    solving = _Solving(child, order, asker)
    try:
        return await solving.plan(overrun)
    finally:
        await solving.stop()
        await child.end()


class _Solving:
    """One run: whoever ends first with a plan, or breaks, ends it."""

    def __init__(self, child: Child, order: Order, asker: Asker) -> None:
        self._child, self._order, self._asker = child, order, asker
        self._tasks: set[asyncio.Task[Plan | None]] = set()
        self._enough = asyncio.Event()
        self._best: Plan | None = None

    async def plan(self, overrun: float) -> Plan:
        self._begin(self._listen())
        self._begin(self._time_out(overrun))
        while True:
            ended, self._tasks = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for plan in [task.result() for task in ended]:
                if plan is not None:
                    return plan

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _begin(self, doing: Coroutine[Any, Any, Plan | None]) -> None:
        self._tasks.add(asyncio.create_task(doing))

    async def _listen(self) -> Plan:
        while True:
            match msgspec.json.decode(await self._child.hear(), type=Word):
                case Under(progress=progress):
                    self._asker.report(progress)
                case Best(plan=plan):
                    self._best = plan
                    self._begin(self._asker.keep(plan))
                case Asked(calls=calls):
                    self._enough.clear()
                    self._begin(self._share({number: bytes(call) for number, call in calls.items()}))
                case Enough():
                    self._enough.set()
                case Made(plan=plan):
                    return plan
                case OutOfMemory():
                    raise OUT_OF_MEMORY

    async def _share(self, calls: Mapping[int, bytes]) -> None:
        async for number, answer in self._asker.share(calls, self._enough):
            await self._child.say(Came(number=number, answer=msgspec.Raw(answer)))
        await self._child.say(Over())

    async def _time_out(self, overrun: float) -> Plan:
        """Take the best so far from a child that does not come to its end when it should.

        With a limit of effort only the wish to finish sets a time.
        """
        finish = self._asker.finish
        with suppress(TimeoutError):
            await asyncio.wait_for(finish.wait(), self._order.limit.seconds)
        if finish.is_set():
            await self._child.say(Finish())
        waited = 0.0
        while waited < overrun and not (finish.is_set() and self._best is not None and waited >= PATIENCE_SECONDS):
            await asyncio.sleep(GLANCE_SECONDS)
            waited += GLANCE_SECONDS
        if self._best is None:
            raise ChildDied("the planner did not hand over a plan in time")
        return self._best
