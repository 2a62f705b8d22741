"""Worker processes end with the process that asked for them, however that one ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from peers.measure import ROOT, resident
from pure.peers.sessions import seen

PATIENCE = 60.0


def comes_true(question: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not question() and time.monotonic() < until:
        time.sleep(0.05)
    return question()


@seen
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM], ids=lambda blow: blow.name)
def test_workers_end_when_the_process_that_asked_is_killed(tmp_path: Path, blow: signal.Signals) -> None:
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    command = [sys.executable, "-P", "-m", "pure.planning.abandoned_workers", str(tmp_path)]
    asking = subprocess.Popen(command, env=surroundings, start_new_session=True)
    try:
        assert comes_true(lambda: len(list(tmp_path.iterdir())) == 2)
        asking.send_signal(blow)
        asking.wait()
        assert comes_true(lambda: resident(asking.pid) == 0)
    finally:
        if resident(asking.pid):
            os.killpg(asking.pid, signal.SIGKILL)
