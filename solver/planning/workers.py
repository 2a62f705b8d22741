"""Jobs on several processors: each job is a value, runs in a process that has laid the problem out once, gives a value.

With one worker everything runs here. Which worker does a job never changes its result, so plans do not depend on the
number of workers. Needs the usual guard in the caller's main module (processes are spawned, never forked). A caller who
has workers elsewhere is handed what is more than the workers here could do at once.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from threading import Thread
from typing import Any, Protocol, TypeVar

import msgspec

from solver.planning.ground import Ground, lay_out
from solver.planning.limits import Stop
from solver.planning.problem import Problem
from solver.planning.staffing import Staffing
from solver.planning.travel import Travel

GLANCE_SECONDS = 0.1
FEW_MATTERS = 100
"""So few are planned here, whatever workers there could be: before a process has begun, all is done."""
Answer = TypeVar("Answer")


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The problem laid out, with the memories of what was already worked out about it."""

    ground: Ground
    staffing: Staffing
    travel: Travel


Call = Callable[[Site, Stop], Answer]
"""A job as a value that can travel (calls.py)."""


class Each(Protocol):
    """Runs every call; None for those not begun when told to stop. `done` hears how many are finished."""

    def __call__(self, calls: Sequence[Call[Answer]], done: Callable[[int], None], stop: Stop) -> list[Answer | None]:
        """Run them wherever there are workers; the answers come in the order of the calls."""


class Hands(msgspec.Struct, frozen=True, kw_only=True):
    """Who works: so many processes here (1: none but this one), and whoever takes what is too much for them at once."""

    here: int = 1
    elsewhere: Each | None = None


def site_of(problem: Problem) -> Site:
    """Lay a problem out."""
    ground = lay_out(problem)
    return Site(ground=ground, staffing=Staffing(ground), travel=Travel(problem))


_process: dict[str, Any] = {}
"""What this worker process was given when it began: its site and the bell that ends its work."""


def _begin(problem: Problem, bell: Event) -> None:
    """Ctrl-C is for the process that asked; workers stop when it rings the bell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _process["site"] = site_of(problem)
    _process["bell"] = bell


def _end_with_parent() -> None:
    """Killed, the process that asked can ring no bell: without this its workers would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGKILL)


def _run(call: Call[Answer]) -> Answer:
    return call(_process["site"], _process["bell"].is_set)


class Workers:
    """Where jobs are handed in; opened by `workers_for`."""

    def __init__(self, site: Site, hands: Hands, executor: ProcessPoolExecutor | None, bell: Event | None) -> None:
        self.site = site
        self.count = hands.here
        self._elsewhere = hands.elsewhere
        self._executor = executor
        self._bell = bell

    def each(
        self, calls: Sequence[Call[Answer]], done: Callable[[int], None], stop: Stop, *, travels: bool = True
    ) -> list[Answer | None]:
        """Run every call; None for those not begun when told to stop. `done` hears how many are finished.

        Calls that take but a moment are not worth the way (`travels`).
        """
        if travels and self._elsewhere is not None and len(calls) > self.count:
            return self._elsewhere(calls, done, stop)
        if self._executor is None or self._bell is None:
            answers: list[Answer | None] = []
            for call in calls:
                answers.append(None if stop() else call(self.site, stop))
                done(len(answers))
            return answers
        self._bell.clear()
        futures = [self._executor.submit(_run, call) for call in calls]
        waiting = set(futures)
        while waiting:
            if stop():
                self._bell.set()
                waiting -= {each for each in waiting if each.cancel()}
            finished, waiting = wait(waiting, timeout=GLANCE_SECONDS, return_when=FIRST_COMPLETED)
            if finished:
                done(len(futures) - len(waiting))
        return [None if each.cancelled() else each.result() for each in futures]


@contextmanager
def workers_for(problem: Problem, hands: Hands) -> Iterator[Workers]:
    """Open the workers here; on leaving, all of them end."""
    site = site_of(problem)
    if hands.here <= 1 or len(problem.matters) <= FEW_MATTERS:
        yield Workers(site, Hands(here=1, elsewhere=hands.elsewhere), None, None)
        return
    context = multiprocessing.get_context("spawn")
    bell = context.Event()
    executor = ProcessPoolExecutor(hands.here, mp_context=context, initializer=_begin, initargs=(problem, bell))
    try:
        yield Workers(site, hands, executor, bell)
    finally:
        bell.set()
        executor.shutdown(wait=True, cancel_futures=True)
