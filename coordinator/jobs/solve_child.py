"""The planner in a process of its own, so that it can be stopped, killed and kept within its memory.

Talks JSON lines with jobs/child.py: in comes an `Order`, then perhaps `finish`; out go progress and at last a plan.
When its parent is gone it ends itself and all it has started.
"""

import logging
import os
import resource
import signal
import sys
import threading
import time
from io import BufferedReader

import msgspec
from msgspec import Struct

from solver.planning.ids import Sha256
from solver.planning.limits import Limit, Progress
from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.solve import solve

FINISH = b"finish\n"
MIB = 1024 * 1024
GRACE_SECONDS = 1.0
"""From the signal that lets semaphores be cleared up to the one that cannot be ignored."""


class Order(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to plan and within which bounds; `memory_mib` holds for each process."""

    problem: Problem
    limit: Limit
    workers: int
    memory_mib: int
    problem_sha256: Sha256 | None = None


class Under(Struct, frozen=True, kw_only=True, tag="under_way"):
    """A word on the way."""

    progress: Progress


class Made(Struct, frozen=True, kw_only=True, tag="made"):
    """The plan; the last word."""

    plan: Plan


class OutOfMemory(Struct, frozen=True, kw_only=True, tag="out_of_memory"):
    """The planner needed more than it may have; the last word."""


Word = Under | Made | OutOfMemory


def main() -> None:
    """Read one order, plan, and end at once, whatever threads still run."""
    logging.basicConfig(stream=sys.stderr)
    orders = os.fdopen(0, "rb", closefd=False)
    order = msgspec.json.decode(orders.readline(), type=Order)
    resource.setrlimit(resource.RLIMIT_AS, (order.memory_mib * MIB, order.memory_mib * MIB))
    finish = threading.Event()
    threading.Thread(target=_obey, args=(orders, finish), daemon=True).start()
    _say(_plan(order, finish))
    os._exit(0)


def _plan(order: Order, finish: threading.Event) -> Made | OutOfMemory:
    try:
        plan = solve(
            order.problem,
            limit=order.limit,
            now=time.monotonic,
            workers=order.workers,
            progress=lambda progress: _say(Under(progress=progress)),
            stop=finish.is_set,
            problem_sha256=order.problem_sha256,
        )
    except MemoryError:
        return OutOfMemory()
    return Made(plan=plan)


def _say(word: Word) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(word) + b"\n")
    sys.stdout.buffer.flush()


def _obey(orders: BufferedReader, finish: threading.Event) -> None:
    """Wait for `finish`; when the parent is gone there is nobody to plan for, so end the whole process group."""
    for line in orders:
        if line == FINISH:
            finish.set()
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
