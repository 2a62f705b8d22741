"""`python -m peers.run MODULE PROBLEM SECONDS WORKERS OUT`: one solver, one problem, in this process.

Loading the solver and reading the problem do not count as its time. When whoever measures is gone (our standard input
ends), so is the whole session: workers, Java and all.
"""

import os
import signal
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

import msgspec
from peers.measure import Handed

from solver.planning.reading import problem_digest, read_problem


def end_with_who_measures() -> None:
    os.read(0, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main(module: str, problem: str, seconds: str, workers: str, out: str) -> None:
    solver = import_module(f"peers.{module}")
    content = Path(problem).read_bytes()
    read = read_problem(content)
    begun = time.monotonic()
    answer = solver.solve(read, float(seconds), int(workers))
    handed = Handed(
        plan=msgspec.structs.replace(answer.plan, problem_sha256=problem_digest(content)),
        changed=answer.changed,
        seconds=time.monotonic() - begun,
    )
    Path(out).write_bytes(msgspec.json.encode(handed))


if __name__ == "__main__":
    threading.Thread(target=end_with_who_measures, daemon=True).start()
    main(*sys.argv[1:])
