"""Shards in a process of their own: one problem laid out once, then call after call, until nobody has more.

Talks JSON lines with jobs/shards.py: in comes a `Ground`, then `Call`s, each perhaps followed by `Finish`; out goes one
`Answer` for each call. What calls are is said by solver/planning/calls.py.
"""

import logging
import os
import queue
import sys
import threading
from contextlib import suppress

import msgspec
from msgspec import Struct

from coordinator.jobs.solve_child import MEMORY_MIB, Finish, OutOfMemory, bound_memory, obeying, say
from solver.planning.calls import read_call, write_answer
from solver.planning.problem import Problem
from solver.planning.workers import Site, site_of

REST_SECONDS = 10.0
"""How long an idle child keeps the problem in memory."""


class Ground(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The problem of all calls that follow, and how much memory they may take."""

    problem: Problem
    memory_mib: int = MEMORY_MIB


class Call(Struct, frozen=True, kw_only=True, tag="call"):
    """One call to be run."""

    call: msgspec.Raw


class Answer(Struct, frozen=True, kw_only=True, tag="answer"):
    """What it gave."""

    answer: msgspec.Raw


Said = Call | Finish
Word = Answer | OutOfMemory


def main() -> None:
    """Lay the problem out, then answer until the parent is gone or has been silent for long."""
    logging.basicConfig(stream=sys.stderr)
    orders = os.fdopen(0, "rb", closefd=False)
    ground = msgspec.json.decode(orders.readline(), type=Ground)
    bound_memory(ground.memory_mib)
    calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
    finish = threading.Event()
    obeying(orders, lambda line: _obey(line, calls, finish))
    site = site_of(ground.problem)
    with suppress(queue.Empty):
        while True:
            say(_answer(site, calls.get(timeout=REST_SECONDS), finish))
    os._exit(0)


def _answer(site: Site, asked: Call, finish: threading.Event) -> Word:
    try:
        return Answer(answer=msgspec.Raw(write_answer(read_call(asked.call)(site, finish.is_set))))
    except MemoryError:
        return OutOfMemory()


def _obey(line: bytes, calls: queue.SimpleQueue[Call], finish: threading.Event) -> None:
    match msgspec.json.decode(line, type=Said):
        case Call() as asked:
            finish.clear()
            calls.put(asked)
        case Finish():
            finish.set()


if __name__ == "__main__":
    main()
