"""The planner in a process of its own, so that it can be stopped, killed and kept within its memory.

Talks JSON lines with jobs/solving.py: in comes an `Order`, then `Said`; out go `Word`s, the plan the last. When its
parent is gone it ends itself and all it has started.
"""

import logging
import os
import queue
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from io import BufferedReader
from typing import Any

import msgspec
from msgspec import Struct

from solver.planning.calls import read_answer, write_call
from solver.planning.ids import Sha256
from solver.planning.limits import Limit, Progress, Stop
from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.replanning.again import replan
from solver.planning.solve import solve
from solver.planning.workers import Hands

MIB = 1024 * 1024
MEMORY_MIB = 4096
"""How much a process may have."""
GRACE_SECONDS = 1.0
"""From the signal that lets semaphores be cleared up to the one that cannot be ignored."""
GLANCE_SECONDS = 0.1


class Order(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to plan and within which bounds; `memory_mib` holds for each process.

    With `shares` the parent is asked to have run what is more than the workers here can do at once. With `old` it is
    planned again from there, moving little; that is done here.
    """

    problem: Problem
    limit: Limit
    workers: int
    memory_mib: int = MEMORY_MIB
    problem_sha256: Sha256 | None = None
    shares: bool = False
    old: Plan | None = None


class Finish(Struct, frozen=True, kw_only=True, tag="finish"):
    """The best so far is wanted now."""


class Came(Struct, frozen=True, kw_only=True, tag="came"):
    """An answer to a call that was asked for."""

    number: int
    answer: msgspec.Raw


class Over(Struct, frozen=True, kw_only=True, tag="over"):
    """No more answers will come to what was asked for last."""


Said = Finish | Came | Over


class Under(Struct, frozen=True, kw_only=True, tag="under_way"):
    """A word on the way."""

    progress: Progress


class Best(Struct, frozen=True, kw_only=True, tag="best"):
    """The best lawful plan so far."""

    plan: Plan


class Asked(Struct, frozen=True, kw_only=True, tag="asked"):
    """Calls to be run elsewhere, by number; `Came` for each that was, then `Over`."""

    calls: dict[int, msgspec.Raw]


class Enough(Struct, frozen=True, kw_only=True, tag="enough"):
    """No more than is being worked on is wanted of what was asked for last, and that soon."""


class Made(Struct, frozen=True, kw_only=True, tag="made"):
    """The plan; the last word."""

    plan: Plan


class OutOfMemory(Struct, frozen=True, kw_only=True, tag="out_of_memory"):
    """The planner needed more than it may have; the last word."""


Word = Under | Best | Asked | Enough | Made | OutOfMemory


class Elsewhere:
    """The workers beyond this process: asked through the parent, a batch at a time."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[Came | Over] = queue.SimpleQueue()
        self._asked = 0

    def __call__(self, calls: Sequence[Any], done: Callable[[int], None], stop: Stop) -> list[Any]:
        """Ask for all calls and wait for the answers; once told to stop, for those only that come soon."""
        first, self._asked = self._asked, self._asked + len(calls)
        say(Asked(calls={first + place: msgspec.Raw(write_call(call)) for place, call in enumerate(calls)}))
        answers: list[Any] = [None] * len(calls)
        came, is_enough = 0, False
        while not isinstance(word := self._next(), Over):
            if word is not None:
                answers[word.number - first] = read_answer(calls[word.number - first], word.answer)
                came += 1
                done(came)
            if not is_enough and stop():
                is_enough = True
                say(Enough())
        return answers

    def _next(self) -> Came | Over | None:
        try:
            return self.inbox.get(timeout=GLANCE_SECONDS)
        except queue.Empty:
            return None


def main() -> None:
    """Read one order, plan, and end at once, whatever threads still run."""
    logging.basicConfig(stream=sys.stderr)
    orders = os.fdopen(0, "rb", closefd=False)
    order = msgspec.json.decode(orders.readline(), type=Order)
    bound_memory(order.memory_mib)
    finish, elsewhere = threading.Event(), Elsewhere()
    obeying(orders, lambda line: _obey(line, finish, elsewhere))
    say(_plan(order, finish, elsewhere if order.shares else None))
    os._exit(0)


def _plan(order: Order, finish: threading.Event, elsewhere: Elsewhere | None) -> Made | OutOfMemory:
    try:
        plan = _replan(order, order.old, finish) if order.old else _solve(order, finish, elsewhere)
    except MemoryError:
        return OutOfMemory()
    return Made(plan=plan)


def _solve(order: Order, finish: threading.Event, elsewhere: Elsewhere | None) -> Plan:
    return solve(
        order.problem,
        limit=order.limit,
        now=time.monotonic,
        workers=Hands(here=order.workers, elsewhere=elsewhere),
        progress=lambda progress: say(Under(progress=progress)),
        incumbent=lambda plan: say(Best(plan=plan)),
        stop=finish.is_set,
        problem_sha256=order.problem_sha256,
    )


def _replan(order: Order, old: Plan, finish: threading.Event) -> Plan:
    return replan(
        order.problem,
        old,
        limit=order.limit,
        now=time.monotonic,
        workers=order.workers,
        stop=finish.is_set,
        problem_sha256=order.problem_sha256,
        progress=lambda progress: say(Under(progress=progress)),
    ).plan


def _obey(line: bytes, finish: threading.Event, elsewhere: Elsewhere) -> None:
    match msgspec.json.decode(line, type=Said):
        case Finish():
            finish.set()
        case Came() | Over() as word:
            elsewhere.inbox.put(word)


def say(word: Struct) -> None:
    """Write one line to the parent."""
    sys.stdout.buffer.write(msgspec.json.encode(word) + b"\n")
    sys.stdout.buffer.flush()


def bound_memory(memory_mib: int) -> None:
    """Let this process, and each that it starts, have so much memory and no more."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * MIB, memory_mib * MIB))


def obeying(orders: BufferedReader, obey: Callable[[bytes], None]) -> None:
    """Hear the parent in a thread; when it is gone there is nobody to work for, so end the whole process group."""

    def listen() -> None:
        for line in orders:
            obey(line)
        os.killpg(os.getpgrp(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=listen, daemon=True).start()


if __name__ == "__main__":
    main()
