"""A child process of ours that talks JSON lines: started, spoken to, heard, and ended with all it has started.

CP-SAT can overrun its time, hold the processor and eat memory; nothing of that may harm the worker, which has leases
to keep. What is said is the affair of solving.py and shards.py.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from coordinator.domain.errors import Unavailable
from coordinator.jobs.solve_child import GRACE_SECONDS

PACKAGES = Path(__file__).parents[2]
LONGEST_LINE = 512 * 1024 * 1024
LAST_WORDS = 4000
OUT_OF_MEMORY = Unavailable("规划所需的内存超过上限，没有得出方案。", remedy="请把轮次分成几次，或提高内存上限。")


class ChildDied(RuntimeError):  # noqa: N818 - named for what happened
    """It ended without what was asked of it: a fault of ours, or killed from outside."""


class Child:
    """One running child; `end` must be called."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._complaint = asyncio.create_task(_last_words(process))

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    async def say(self, word: Struct) -> None:
        """Write one line to it; one that died says so at its other pipe."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        with suppress(ConnectionError):
            self._process.stdin.write(msgspec.json.encode(word) + b"\n")
            await self._process.stdin.drain()

    async def hear(self) -> bytes:
        """Wait for its next line; raises ChildDied when there is none."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        if line := await self._process.stdout.readline():
            return line
        raise ChildDied(f"the child ended with {await self._process.wait()}: {await self._complaint}")

    async def end(self) -> None:
        """End it and its own workers, which share its process group: first so that they can clear up, then surely.

        What clears up is Python's resource tracker: it survives the first signal and removes its clients' semaphores.
        """
        clock = asyncio.get_running_loop().time
        surely_at = clock() + GRACE_SECONDS
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
            while clock() < surely_at:
                await asyncio.sleep(0.02)
                os.killpg(self._process.pid, 0)
            os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.wait([self._complaint, asyncio.create_task(self._process.wait())])


async def start_child(module: str, first_word: Struct) -> Child:
    """Start one of our programs and say its first word."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", module),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=LONGEST_LINE,
        start_new_session=True,
        env={"PYTHONPATH": str(PACKAGES)},
    )
    child = Child(process)
    try:
        await child.say(first_word)
    except BaseException:
        await child.end()
        raise
    return child


async def _last_words(process: Process) -> str:
    """What it said to its error stream, the end of it."""
    assert process.stderr is not None  # noqa: S101 - a pipe was asked for
    words = b""
    while chunk := await process.stderr.read(LAST_WORDS):
        words = (words + chunk)[-LAST_WORDS:]
    return words.decode(errors="replace").strip()
