"""Files into folders so that nobody ever finds half of them: written aside first, then put in place by renaming.

What the files hold is said by their own modules.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from coordinator.domain.errors import Unavailable


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other `onedoor` processes from changing what lies in a folder; the folder is made if need be."""
    with _or_unavailable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace_folder(folder: Path, files: Mapping[str, bytes], *, keep: Collection[str] = ()) -> None:
    """Make a folder hold exactly these files, by relative path, and what it held under the names in `keep`.

    Whatever else was in it before is gone.
    """
    with _or_unavailable(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            new, old = aside / "new", aside / "old"
            for name, content in files.items():
                _write(new / name, content)
            for name in keep:
                if (folder / name).exists():
                    # linked, not moved: at no moment is there only a copy that a failure could take along
                    shutil.copytree(folder / name, new / name, copy_function=os.link, dirs_exist_ok=True)
            _exchange(folder, new, old)
        finally:
            shutil.rmtree(aside)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder beside whatever it holds; each is replaced whole or not at all."""
    with _or_unavailable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing.", dir=folder))
        try:
            for name, content in files.items():
                _write(aside / name, content)
            for name in files:
                (aside / name).replace(folder / name)
        finally:
            shutil.rmtree(aside)


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
def _or_unavailable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"写不了文件夹“{folder}”（{error.strerror}）。", remedy="请检查权限和磁盘空间，或换一个位置。"
        ) from error
