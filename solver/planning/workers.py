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
LAST_GLANCES = 20
"""So often it is looked whether somebody who was told to stop has stopped, once the time is over."""
FEW_MATTERS = 100
"""So few are planned here, whatever workers there could be: before a process has begun, all is done."""
MOST_FINISHED = 10_000
"""Where somebody was given up, so many are finished here: done sooner than new processes begin."""
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

    def __init__(self, site: Site, hands: Hands) -> None:
        self.site = site
        self.count = hands.here
        self._elsewhere = hands.elsewhere
        self._over: Stop = lambda: False
        self._pool: _Pool | None = None

    def give_up_when(self, over: Stop) -> None:
        """Whatever still runs a while after `over` is given up with its process, if the asker wants it to stop too."""
        self._over = over

    def close(self) -> None:
        """End every process here; what it does is finished first."""
        if self._pool is not None:
            self._pool.bell.set()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def each(
        self, calls: Sequence[Call[Answer]], done: Callable[[int], None], stop: Stop, *, travels: bool = True
    ) -> list[Answer | None]:
        """Run every call; None for those not begun when told to stop. `done` hears how many are finished.

        Calls that take but a moment are not worth the way (`travels`).
        """
        if travels and self._elsewhere is not None and len(calls) > self.count:
            return self._elsewhere(calls, done, stop)
        if self.count == 1:
            answers: list[Answer | None] = []
            for call in calls:
                answers.append(None if stop() else call(self.site, stop))
                done(len(answers))
            return answers
        self._pool = pool = self._pool or _Pool(self.count, self.site.ground.problem)
        pool.bell.clear()
        futures = [pool.submit(_run, call) for call in calls]
        waiting, late = set(futures), 0
        while waiting and late < LAST_GLANCES:
            if stop():
                pool.bell.set()
                waiting -= {each for each in waiting if each.cancel()}
                late += self._over()
            finished, waiting = wait(waiting, timeout=GLANCE_SECONDS, return_when=FIRST_COMPLETED)
            if finished:
                done(len(futures) - len(waiting))
        if waiting:
            pool.kill()
            self._pool = None
            self.count = 1 if len(self.site.ground.problem.matters) <= MOST_FINISHED else self.count
        return [None if each in waiting or each.cancelled() else each.result() for each in futures]


class _Pool(ProcessPoolExecutor):
    """Processes that have laid the problem out, and the bell that tells them to stop."""

    def __init__(self, count: int, problem: Problem) -> None:
        context = multiprocessing.get_context("spawn")
        self.bell = context.Event()
        super().__init__(count, mp_context=context, initializer=_begin, initargs=(problem, self.bell))

    def kill(self) -> None:
        """End the processes in the middle of what they do."""
        for each in list(self._processes.values()):
            each.kill()
        self.shutdown(wait=True, cancel_futures=True)


@contextmanager
def workers_for(problem: Problem, hands: Hands) -> Iterator[Workers]:
    """Open the workers here; on leaving, all of them end."""
    site = site_of(problem)
    few = hands.here <= 1 or len(problem.matters) <= FEW_MATTERS
    workers = Workers(site, Hands(here=1, elsewhere=hands.elsewhere) if few else hands)
    try:
        yield workers
    finally:
        workers.close()
