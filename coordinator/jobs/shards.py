"""Solving shards for any planning, by this worker's processors: each pair of hands has a child that keeps its problem.

What a shard is about is said by solver/planning/calls.py; who asked, and what becomes of the answer, by
coordinator/actions/sharding.py.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec

from coordinator.actions.services import Services
from coordinator.actions.sharding import answer_shard, asked_shard, problem_of_planning
from coordinator.domain.jobs import Job, JobId, Queue, lease_of
from coordinator.jobs.child import OUT_OF_MEMORY, Child, start_child
from coordinator.jobs.queue import hearing
from coordinator.jobs.shard_child import Call, Ground, Word
from coordinator.jobs.solve_child import Finish, OutOfMemory
from coordinator.jobs.worker import USUAL, Held, Pace, work
from coordinator.storage.shards import SOLVE_SHARD
from solver.planning.reading import read_problem

log = logging.getLogger("onedoor.jobs")

LOOK_SECONDS = 1.0
"""How often hands look for shards without a ring: a planning waits for each of them."""


class Hands:
    """One pair of hands: solves a shard at a time."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._planning: JobId | None = None

    async def solve(self, services: Services, job: Job, held: Held) -> Mapping[str, str]:
        """Solve one shard and store its answer under the shard's lease."""
        lease = lease_of(job)
        asked = await asked_shard(services, lease)
        child = await self._child_for(services, asked.planning)
        try:
            answer = await _answer(child, asked.call, held)
        except BaseException:
            await self.put_down()
            raise
        await answer_shard(services, lease, answer)
        return {"planning": str(asked.planning)}

    async def put_down(self) -> None:
        """End the child, whatever it is doing; one that was idle for long has ended by itself."""
        child, self._child = self._child, None
        if child is not None and child.is_running:
            await child.end()

    async def _child_for(self, services: Services, planning: JobId) -> Child:
        if self._child is None or not self._child.is_running or self._planning != planning:
            await self.put_down()
            problem = read_problem(await problem_of_planning(services, planning))
            self._planning = planning
            self._child = await start_child("coordinator.jobs.shard_child", Ground(problem=problem))
        return self._child


@asynccontextmanager
async def helping(services: Services, redis_url: str | None, pace: Pace = USUAL) -> AsyncIterator[None]:
    """Solve shards, whoever asks for them, with so many processes as the settings say, while the context lasts."""
    hands = [asyncio.create_task(_help(services, redis_url, pace)) for _ in range(services.settings.processes)]
    try:
        yield
    finally:
        for each in hands:
            each.cancel()
        await asyncio.gather(*hands, return_exceptions=True)


async def _help(services: Services, redis_url: str | None, pace: Pace) -> None:
    hands = Hands()
    brisk = msgspec.structs.replace(pace, look=min(pace.look, LOOK_SECONDS))
    try:
        async with hearing(redis_url, Queue.SHARD) as ear:
            log.info("a pair of hands is ready")
            await work(services, {SOLVE_SHARD: hands.solve}, Queue.SHARD, ear, brisk)
    except Exception:
        log.exception("a pair of hands is gone")
        raise
    finally:
        await hands.put_down()


async def _answer(child: Child, call: bytes, held: Held) -> bytes:
    await child.say(Call(call=msgspec.Raw(call)))
    finishing = asyncio.create_task(_pass_on(held.finish, child))
    try:
        word = msgspec.json.decode(await child.hear(), type=Word)
    finally:
        finishing.cancel()
    if isinstance(word, OutOfMemory):
        raise OUT_OF_MEMORY
    return bytes(word.answer)


async def _pass_on(finish: asyncio.Event, child: Child) -> None:
    await finish.wait()
    await child.say(Finish())
