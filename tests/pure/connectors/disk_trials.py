"""A program of its own that drops packages and is killed, limited or shut out while it does; run by test_file_drop.

    disk_trials.py killed ROOT      for each step on the disk a process that is killed before it, in ROOT/<step>
    disk_trials.py torn ROOT        for each of some sizes a process that is killed within a write, in ROOT/<bytes>
    disk_trials.py full ROOT        a disk of 64 KiB is mounted at ROOT and filled (in a mount namespace of one's own)
    disk_trials.py shut-out ROOT    a user comes who may not write there

Number 1 of the batch lies there whole already, but for the last; number 2 is dropped.
"""

import itertools
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from connectors.contract import DeliveryError
from connectors.file_drop.drop import drop

sys.path.insert(0, str(Path(__file__).parent))

from disk_steps import watched
from dropping import RECIPIENT, a_package, contents

NOBODY = 65534
PAGE = 4096
SIZES = range(0, 2600, 200)


def in_child(act: Callable[[], object]) -> bool:
    """Act in a process of its own; says whether it was killed."""
    child = os.fork()
    if child == 0:
        act()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def killed(root: Path) -> None:
    for step in itertools.count(1):
        if not in_child(partial(drop_until, prepared(root / str(step)), step)):
            return


def drop_until(root: Path, step: int) -> None:
    def kill(taken: int) -> None:
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with watched(kill):
        drop(root, a_package(2))


def torn(root: Path) -> None:
    for size in SIZES:
        in_child(partial(drop_within, prepared(root / str(size)), size))


def drop_within(root: Path, size: int) -> None:
    """Drop where no file may grow past so many bytes: the kernel kills who writes on."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    drop(root, a_package(2))


def prepared(root: Path) -> Path:
    root.mkdir(parents=True)
    drop(root, a_package(1))
    return root


def full(root: Path) -> None:
    """Print how a drop ends that finds room for its first file only, what it leaves, and whether room then suffices."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", root], check=True)
    folder = prepared(root / "share") / RECIPIENT
    before = contents(folder)
    filler = root / "filler"
    filler.write_bytes(bytes(os.statvfs(root).f_bavail * PAGE - PAGE))
    said = outcome(root / "share")
    is_unchanged = contents(folder) == before
    filler.unlink()
    sys.stdout.write("\n".join((said, str(is_unchanged), outcome(root / "share"))))


def shut_out(root: Path) -> None:
    os.chdir(root)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    sys.stdout.write(outcome(Path()))


def outcome(root: Path) -> str:
    try:
        return drop(root, a_package(2)).reference
    except DeliveryError as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    trial = {"killed": killed, "torn": torn, "full": full, "shut-out": shut_out}[sys.argv[1]]
    trial(Path(sys.argv[2]))
