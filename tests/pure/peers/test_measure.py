"""A solver is measured in a session of its own, which never outlives the measurement."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from peers.measure import ROOT, measure, resident
from pure.peers.sessions import seen, solving_in
from pure.planning.making import a_county

from solver.planning.reading import write_problem

PATIENCE = 60.0
MEASURING = "from pathlib import Path; from peers.measure import measure; import sys; folder = Path(sys.argv[1]);"
MEASURING += "measure('by_onedoor', folder / 'problem.json', 300.0, 2, folder)"

Answer = TypeVar("Answer")


def wait_for(question: Callable[[], Answer]) -> Answer:
    until = time.monotonic() + PATIENCE
    while not (answer := question()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
    return answer


def test_a_solver_that_fails_is_heard_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text("{", encoding="utf-8")
    failed = measure("by_cp_sat", path, 1.0, 1, tmp_path)
    assert failed.plan is None
    assert "Unreadable" in failed.said


@seen
def test_when_who_measures_is_killed_the_solver_and_its_workers_end_too(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_bytes(write_problem(a_county()))
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    measuring = subprocess.Popen([sys.executable, "-c", MEASURING, str(tmp_path)], env=surroundings)
    try:
        (session,) = wait_for(lambda: solving_in(tmp_path))
        wait_for(lambda: resident(session) > 0)
    finally:
        measuring.kill()
        measuring.wait()
    wait_for(lambda: resident(session) == 0)
