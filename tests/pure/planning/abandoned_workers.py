"""A program for tests: two workers that note that they work, and wait for a bell that nobody rings."""

import os
import sys
import time
from functools import partial
from pathlib import Path

from pure.planning.making import a_big_county

from solver.planning.limits import Stop
from solver.planning.workers import Hands, Site, workers_for


def noted(_site: Site, stop: Stop, *, note: Path) -> None:
    note.write_text(str(os.getpid()), encoding="utf-8")
    while not stop():
        time.sleep(0.05)


if __name__ == "__main__":
    notes = [Path(sys.argv[1]) / name for name in ("one", "other")]
    with workers_for(a_big_county(), Hands(here=2)) as workers:
        workers.each([partial(noted, note=note) for note in notes], lambda _: None, lambda: False)
