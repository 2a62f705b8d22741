"""Run one solver in a process of its own: its plan, its seconds, the memory of it and all that it starts.

Nothing outlives the measurement: the solver's whole session is ended with it, whatever happens.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from solver.planning.plan import Plan

ROOT = Path(__file__).parents[2]
GRACE_SECONDS = 240
"""For loading, and for overrunning: later than that, a solver has failed."""
GLANCE_SECONDS = 0.2
SESSION, RESIDENT = 3, 21
"""Fields of /proc/*/stat after the command's name (proc(5), counted from its state)."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a solver handed in; without a plan, `said` is its last word."""

    plan: Plan | None
    changed: int
    seconds: float
    mebibytes: int | None
    said: str


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What the solver's process writes down (run.py)."""

    plan: Plan
    changed: int
    seconds: float


def measure(module: str, problem: Path, seconds: float, workers: int, folder: Path) -> Measured:
    """Let `peers.<module>` solve the problem; `folder` takes its files."""
    out, words = folder / "handed.json", folder / "words.txt"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "peers.run", module, str(problem), str(seconds), str(workers), str(out)]
    us = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    with words.open("w", encoding="utf-8") as heard:
        solving = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=heard, stderr=heard, env=us, start_new_session=True
        )
        try:
            mebibytes = _watched(solving, time.monotonic() + seconds + GRACE_SECONDS)
        finally:
            _end(solving)
    if solving.returncode == 0:
        handed = msgspec.json.decode(out.read_bytes(), type=Handed)
        return Measured(plan=handed.plan, changed=handed.changed, seconds=handed.seconds, mebibytes=mebibytes, said="")
    said = (words.read_text(encoding="utf-8").strip().splitlines() or [f"{-solving.returncode}"])[-1]
    return Measured(plan=None, changed=0, seconds=seconds, mebibytes=mebibytes, said=said)


def _watched(solving: subprocess.Popen[bytes], until: float) -> int | None:
    """Wait for the end, or for `until`; the greatest memory seen, or None where the system does not say."""
    most = 0
    while solving.poll() is None and time.monotonic() < until:
        most = max(most, resident(solving.pid))
        time.sleep(GLANCE_SECONDS)
    return most // 2**20 or None


def resident(session: int) -> int:
    """Bytes that all processes of a session hold now."""
    pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(fields[SESSION]) == session:
            pages += int(fields[RESIDENT])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _end(solving: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # all ended by themselves
        os.killpg(solving.pid, signal.SIGKILL)
    solving.communicate()
