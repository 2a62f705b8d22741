"""Running one of our modules as a child process that cannot take more than it is given.

Whatever parses a stranger's bytes runs here, so that no file can exhaust or crash the service. The child gets no
environment, writes no file unless it says so, and is killed at the wall clock. What the children do is their affair.
"""

import resource
import subprocess
import sys
from pathlib import Path

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def confine_self(*, memory_bytes: int, cpu_seconds: int, file_bytes: int = 0) -> None:
    """Called first of all in the child: bound address space, processor time and files written, forbid core dumps."""
    for limit, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def answer_of(module: str, request: bytes, *, seconds: float) -> bytes | None:
    """Start `module` as a child, give it `request` on its input and return its output; None if it died or overran."""
    try:
        # Our own module by name, no shell; -P keeps the working directory off the child's path.
        child = subprocess.run(  # noqa: S603 - see above
            [sys.executable, "-P", "-m", module],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_PACKAGE_ROOT)},
            timeout=seconds,
            start_new_session=True,  # Ctrl-C is for us alone: a child that it killed would have judged no file
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return child.stdout if child.returncode == 0 else None
