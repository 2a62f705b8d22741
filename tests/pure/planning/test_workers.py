"""Worker processes are started where they are worth it, and end with the process that asked, however that one ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from peers.measure import ROOT, resident
from pure.peers.sessions import seen
from pure.planning.making import a_big_county, a_county

from solver.planning.limits import Stop
from solver.planning.workers import Hands, Site, workers_for

PATIENCE = 60.0


def comes_true(question: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not question() and time.monotonic() < until:
        time.sleep(0.05)
    return question()


def test_few_matters_are_planned_without_another_process() -> None:
    with workers_for(a_county(), Hands(here=2)) as workers:
        assert workers.count == 1
        assert workers.each([where], lambda _: None, lambda: False) == [os.getpid()]


def where(_site: Site, _stop: Stop) -> int:
    return os.getpid()


def test_who_does_not_stop_is_given_up_once_the_time_is_over(tmp_path: Path) -> None:
    busy = tmp_path / "busy"
    with workers_for(a_big_county(), Hands(here=2)) as workers:
        workers.give_up_when(busy.exists)
        calls = [partial(deaf, note=busy), partial(deaf, note=tmp_path / "busy too"), where]
        assert workers.each(calls, lambda _: None, busy.exists) == [None, None, None]
        assert workers.each([where], lambda _: None, lambda: False) == [os.getpid()]


def deaf(_site: Site, _stop: Stop, *, note: Path) -> str:
    """Hears no bell."""
    note.write_text("", encoding="utf-8")
    time.sleep(PATIENCE)
    return "woken"


@seen
def test_workers_end_when_the_process_that_asked_is_killed(tmp_path: Path) -> None:
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    command = [sys.executable, "-P", "-m", "pure.planning.abandoned_workers", str(tmp_path)]
    asking = subprocess.Popen(command, env=surroundings, start_new_session=True)
    try:
        assert comes_true(lambda: len(list(tmp_path.iterdir())) == 2)
        asking.kill()
        asking.wait()
        assert comes_true(lambda: resident(asking.pid) == 0)
    finally:
        if resident(asking.pid):
            os.killpg(asking.pid, signal.SIGKILL)
