"""Another OneDoor process, for tests of what several do to one home: it holds the servers until it is told to go.

Run as a program it takes a home, says `ready` with its endpoints, and waits for the end of its input.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from coordinator.embedded import Endpoints, embedded
from coordinator.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = Path(msgspec.__file__).parents[1]


class Process:
    """A running one; `notes` is what it said on stderr, to be read after its end."""

    def __init__(self, home: Path, *, python: str = sys.executable, first: str = "", **identity: object) -> None:
        path = os.pathsep.join(filter(None, (first, str(ROOT), str(ROOT / "tests"), str(PACKAGES))))
        self.child = subprocess.Popen(
            [python, "-m", "support.processes", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            **identity,
        )
        self.notes = ""

    def endpoints(self) -> Endpoints:
        """Wait until it is ready."""
        line = self.child.stdout.readline()
        if not line:
            self.notes = self.child.stderr.read()
            raise RuntimeError(self.notes)
        return msgspec.json.decode(line, type=Endpoints)

    def leave(self) -> None:
        """Let it end in an orderly way, and wait."""
        _, self.notes = self.child.communicate()
        assert self.child.returncode == 0, self.notes

    def kill(self) -> None:
        self.child.kill()
        self.child.communicate()


@contextmanager
def holding(home: Path, **options: object) -> Iterator[Process]:
    process = Process(home, **options)
    try:
        yield process
    finally:
        process.child.kill()
        process.child.communicate() if not process.child.stdout.closed else None


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as a terminal starts it, though nohup may have started the tests
    with embedded(Settings(home=Path(arguments[0]))) as endpoints:
        sys.stdout.write(msgspec.json.encode(endpoints).decode() + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
