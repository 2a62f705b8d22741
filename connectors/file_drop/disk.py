"""Files and folders so that a kill, a second writer or a full disk never leaves half of anything under a final name.

Errors of the disk become sentences here; what is written, and in which order, is said in `placing`.
"""

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from connectors.contract import PermanentError, TemporaryError

_LOCK_TRIES = 100
_LOCK_PAUSE_SECONDS = 0.05
_NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL})

_TEMPORARY = {
    errno.ENOSPC: "所在的磁盘已满，文件没有投递。请清理磁盘。",
    errno.EDQUOT: "的磁盘配额已用完，文件没有投递。请清理或增加配额。",
    errno.ENOENT: "不存在。请确认投递文件夹没有被移走、网络盘已经挂载。",
}
_PERMANENT = {
    errno.EACCES: "没有写入权限。请管理员开放权限后，再重新投递。",
    errno.EPERM: "不允许写入。请管理员开放权限后，再重新投递。",
    errno.EROFS: "是只读的。请管理员改为可写后，再重新投递。",
    errno.ENOTDIR: "不是文件夹。请核对投递位置后，再重新投递。",
    errno.EISDIR: "里有同名的文件夹挡住了文件。请移走它，再重新投递。",
    errno.ENAMETOOLONG: "的路径太长。请换一个较短的投递位置，再重新投递。",
}


@contextmanager
def in_words(place: str) -> Iterator[None]:
    """Turn what the disk refuses into TemporaryError or PermanentError, in words."""
    try:
        yield
    except OSError as error:
        if error.errno in _PERMANENT:
            raise PermanentError(place + _PERMANENT[error.errno]) from error
        said = _TEMPORARY.get(error.errno or 0, f"写入时出错（{error.strerror}），文件没有投递。请检查磁盘和网络盘。")
        raise TemporaryError(place + said) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep every other delivery out of a folder, of this process or another; the kernel frees it with its holder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder in one that exists: a missing parent is a share that is not mounted, and not ours to make."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    settle(folder.parent)


class LocalFolder:
    """A folder on a disk; see `place.Place`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        return [path.name for path in self._folder.iterdir()]

    def read(self, name: str) -> bytes | None:
        path = self._folder / name
        return path.read_bytes() if path.is_file() else None

    def contents(self, prefix: str) -> Mapping[str, bytes]:
        paths = [path for path in self._folder.iterdir() if path.name.startswith(prefix) and path.is_file()]
        return {path.name: path.read_bytes() for path in paths}

    def digest(self, name: str) -> str | None:
        path = self._folder / name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        path.unlink(missing_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, name: str, new: str) -> None:
        (self._folder / name).replace(self._folder / new)

    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def settle(self, name: str = "") -> None:
        settle(self._folder / name if name else self._folder)


def settle(path: Path) -> None:
    """Bring a folder's names, or a file's content, down to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE_SECONDS)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            raise PermanentError(
                f"文件夹“{folder}”所在的文件系统不支持加锁，无法保证只投递一次。请改用本机磁盘上的文件夹，再重新投递。"
            ) from error
        else:
            return
    raise TemporaryError(f"另一个程序正在向文件夹“{folder}”投递，一直没有结束。")
