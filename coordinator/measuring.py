"""A measured step: how long it takes, and what it found, as a line of `onedoor bench`.

Which steps are measured is said in benchmark.py and drawing_benchmark.py.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")


class Line(NamedTuple):
    """One line of the table."""

    what: str
    seconds: float
    found: str


def timed(run: Callable[[], Result]) -> tuple[float, Result]:
    """Run a step and say how many seconds it took."""
    begun = time.monotonic()
    result = run()
    return time.monotonic() - begun, result
