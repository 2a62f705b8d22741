"""One server for all OneDoor processes on one folder: the first starts it, the last one out stops it.

Two lock files and no list of processes: the kernel lets go of a dead process's locks, so nothing goes stale. After a
`kill -9` of the last process its servers stay up; the next process takes them over and its end stops them.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def shared(
    folder: Path, *, find: Callable[[], T], start: Callable[[T], None], stop: Callable[[T], None]
) -> Iterator[T]:
    """Hold a share in what `find` names and `start` makes run; whoever gives up the last share calls `stop`.

    All three run while no other process finds, starts or stops. `start` must accept that it runs already (or runs in
    part), `stop` that it does not.
    """
    with _opened(folder / "users.lock") as users:
        with _alone(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            servers = find()
        try:
            with _alone(folder):
                start(servers)
            yield servers
        finally:
            with _alone(folder):
                if _is_last(users):
                    stop(servers)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with _opened(folder / "start.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
