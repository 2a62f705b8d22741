"""Counting what a process does to the disk, so that it can be cut short before any step.

Python tells of every open, rename, remove and mkdir (audit events): nothing of the code under test is replaced.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEPS = frozenset({"open", "os.rename", "os.remove", "os.mkdir"})

AtStep = Callable[[int], None]


class _Disk:
    """The one audit hook of this process: it can be quiet, but never taken away again."""

    def __init__(self) -> None:
        self.taken = 0
        self.at_step: AtStep | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self.at_step and event in STEPS:
            self.taken += 1
            self.at_step(self.taken)


_disk: list[_Disk] = []


class PowerCut(BaseException):
    """Not an error that anyone may handle: here the process ends."""


@contextmanager
def watched(at_step: AtStep) -> Iterator[None]:
    """Call `at_step` with 1, 2, 3… before each step on the disk."""
    if not _disk:
        _disk.append(_Disk())
    disk = _disk[0]
    disk.taken, disk.at_step = 0, at_step
    try:
        yield
    finally:
        disk.at_step = None


@contextmanager
def power_cut_before(step: int) -> Iterator[None]:
    """End what is done in it before that step; no later step succeeds either, so no clean-up can follow."""

    def cut(taken: int) -> None:
        if taken >= step:
            raise PowerCut

    with watched(cut):
        yield
