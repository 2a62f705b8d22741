"""Files into folders so that nobody ever finds half of them: written aside first, then put in place by renaming.

What the files hold is said by their own modules.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from coordinator.documents.disk_words import reason
from coordinator.domain.errors import Unavailable


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other `onedoor` processes from changing what lies in a folder; the folder is made if need be."""
    with or_unavailable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace_folder(folder: Path, files: Mapping[str, bytes], *, keep: Collection[str] = ()) -> None:
    """Make a folder hold exactly these files, by relative path, and those it held under the names in `keep`."""
    with or_unavailable(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            new, old = aside / "new", aside / "old"
            for name, content in files.items():
                _write(new / name, content)
            for name in keep:
                _link(folder / name, new / name)
            _exchange(folder, new, old)
        finally:
            shutil.rmtree(aside)


def try_folder(folder: Path, room: int) -> None:
    """Try, where a folder is to be written, a file of so many bytes, and leave nothing behind; raises Unavailable."""
    with or_unavailable(folder):
        if folder.is_mount():
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        place = next(parent for parent in folder.parents if parent.exists())
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(bytes(room))
            probe.flush()


def _link(kept: Path, place: Path) -> None:
    """Keep a file by a second name: at no moment is there only a copy that a failure could take along."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(kept, place, follow_symlinks=False)
    except OSError:  # a disk that knows no second names
        shutil.copy2(kept, place, follow_symlinks=False)


def _exchange(folder: Path, new: Path, old: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def or_unavailable(folder: Path) -> Iterator[None]:
    """Say in words what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"写不了文件夹“{folder}”（{reason(error)}）。", remedy="请检查权限和磁盘空间，或换一个位置。"
        ) from error
