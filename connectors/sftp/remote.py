"""A folder behind SFTP as a `Place`: asked from a thread, answered by the loop; failures become OSErrors.

How a package is put into it is said in connectors/file_drop.
"""

import asyncio
import errno
import hashlib
import posixpath
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, TypeVar

import asyncssh

from connectors.contract import TemporaryError

T = TypeVar("T")

LOCK = ".onedoor.lock"
"""Whoever could make this file is alone in a folder; receivers pass over what begins with a dot."""
PROBE = ".onedoor.probe"
READ_AT_ONCE = 32
LOCK_TRIES, LOCK_PAUSE_SECONDS = 20, 0.25

ERRORS: dict[type[asyncssh.SFTPError], int] = {
    asyncssh.SFTPNoSuchFile: errno.ENOENT,
    asyncssh.SFTPNoSuchPath: errno.ENOENT,
    asyncssh.SFTPPermissionDenied: errno.EACCES,
    asyncssh.SFTPWriteProtect: errno.EROFS,
    asyncssh.SFTPNoSpaceOnFilesystem: errno.ENOSPC,
    asyncssh.SFTPQuotaExceeded: errno.EDQUOT,
    asyncssh.SFTPNotADirectory: errno.ENOTDIR,
    asyncssh.SFTPFileIsADirectory: errno.EISDIR,
}


class Read(NamedTuple):
    """A file as it was read, and its size and moment in the folder's list before that."""

    size: int | None
    moment: int | None
    content: bytes


class RemoteFolder:
    """One folder; see `connectors.file_drop.place.Place`. What was read of it before is in `known`, by name."""

    def __init__(
        self,
        client: asyncssh.SFTPClient,
        loop: asyncio.AbstractEventLoop,
        folder: str,
        longest_seconds: float,
        known: dict[str, Read],
    ) -> None:
        self._client, self._loop, self._folder, self._longest = client, loop, folder, longest_seconds
        self._known = known

    def names(self) -> list[str]:
        return [*self._listed()]

    def read(self, name: str) -> bytes | None:
        return self._done(self._read(name))

    def contents(self, prefix: str) -> Mapping[str, bytes]:
        """What has changed since it was read is read anew, all at once: on a long way all files would take minutes."""
        listed = {name: attributes for name, attributes in self._listed().items() if name.startswith(prefix)}
        unread = [name for name, attributes in listed.items() if not self._is_known(name, attributes)]
        for name, content in zip(unread, self._done(self._read_all(unread)), strict=True):
            self._known.pop(name, None)
            if content is not None:
                self._known[name] = Read(listed[name].size, listed[name].mtime, content)
        return {name: self._known[name].content for name in listed if name in self._known}

    def digest(self, name: str) -> str | None:
        content = self.read(name)
        return None if content is None else hashlib.sha256(content).hexdigest()

    def write(self, name: str, content: bytes) -> None:
        self._done(self._write(name, content))

    def rename(self, name: str, new: str) -> None:
        self._done(self._rename(self._path(name), self._path(new)))

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._done(self._client.remove(self._path(name)))

    def settle(self, name: str = "") -> None:
        """Nothing: contents are brought down when they are written, and SFTP knows no way to do it for names."""

    def make(self) -> None:
        """Make the folder in one that exists."""
        if self._done(self._client.isdir(self._folder)):
            return
        try:
            self._done(self._client.mkdir(self._folder))
        except OSError:
            # another delivery may have been quicker
            if not self._done(self._client.isdir(self._folder)):
                raise

    @contextmanager
    def alone(self, stale_seconds: float) -> Iterator[None]:
        """Keep every other delivery out; what one that was killed has left is put aside after a while.

        How long is told by the server's own clock alone.
        """
        self._lock(stale_seconds)
        try:
            yield
        finally:
            self.remove(LOCK)

    def _lock(self, stale_seconds: float) -> None:
        for _ in range(LOCK_TRIES):
            if self._done(self._made(LOCK)):
                return
            if self._age(LOCK) >= stale_seconds:
                self.remove(LOCK)
                continue
            time.sleep(LOCK_PAUSE_SECONDS)
        raise TemporaryError(
            f"另一个程序正在向文件夹“{self._folder}”投递，一直没有结束；如果它已中断，几分钟后会自动放开。"
        )

    def _age(self, name: str) -> float:
        """How long ago a file was written, in seconds, by a probe; where either is gone meanwhile, it is not old."""
        try:
            self.write(PROBE, b"")
            now = self._done(self._client.stat(self._path(PROBE))).mtime or 0
            self.remove(PROBE)
            return now - (self._done(self._client.stat(self._path(name))).mtime or now)
        except FileNotFoundError:
            return -1

    def _listed(self) -> dict[str, asyncssh.SFTPAttrs]:
        listed = self._done(self._client.readdir(self._folder))
        return {str(entry.filename): entry.attrs for entry in listed if entry.filename not in {".", ".."}}

    def _is_known(self, name: str, attributes: asyncssh.SFTPAttrs) -> bool:
        """Say whether a file is as it was read; of a server that does not tell when it was written, nobody knows."""
        known, moment = self._known.get(name), attributes.mtime
        return known is not None and moment is not None and (known.size, known.moment) == (attributes.size, moment)

    async def _made(self, name: str) -> bool:
        """Make a file that nobody has made; servers of protocol 3 have one word for every way to fail."""
        try:
            async with self._client.open(self._path(name), "xb"):
                return True
        except (asyncssh.SFTPFileAlreadyExists, asyncssh.SFTPFailure):
            if await self._client.exists(self._path(name)):
                return False
            raise

    async def _read_all(self, names: Sequence[str]) -> Sequence[bytes | None]:
        turns = asyncio.Semaphore(READ_AT_ONCE)

        async def read(name: str) -> bytes | None:
            async with turns:
                return await self._read(name)

        return await asyncio.gather(*map(read, names))

    async def _read(self, name: str) -> bytes | None:
        """Read a plain file; what is none gives nothing."""
        try:
            async with self._client.open(self._path(name), "rb") as file:
                content = await file.read()
                return content if isinstance(content, bytes) else content.encode()
        except asyncssh.SFTPNoSuchFile:
            return None
        except asyncssh.SFTPError:
            if await self._client.isfile(self._path(name)):
                raise
            return None

    async def _write(self, name: str, content: bytes) -> None:
        async with self._client.open(self._path(name), "wb") as file:
            await file.write(content)
            with suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
        size = await self._client.getsize(self._path(name))
        if size != len(content):
            raise OSError(errno.EIO, f"“{name}”写了{len(content)}字节，对方只有{size}字节")

    async def _rename(self, old: str, new: str) -> None:
        """Rename in one step; where the server cannot take a name that is in use, that one goes first."""
        try:
            await self._client.posix_rename(old, new)
        except asyncssh.SFTPOpUnsupported:
            if await self._client.exists(new):
                await self._client.remove(new)
            await self._client.rename(old, new)

    def _path(self, name: str) -> str:
        return posixpath.join(self._folder, name)

    def _done(self, asked: Coroutine[Any, Any, T]) -> T:
        """Have the loop do it, and wait here; what goes wrong is an OSError, a closed connection a ConnectionError."""
        future = asyncio.run_coroutine_threadsafe(asked, self._loop)
        try:
            return future.result(self._longest)
        except TimeoutError as error:
            future.cancel()
            raise ConnectionError(f"{self._longest:g}秒没有答复") from error
        except asyncssh.SFTPError as error:
            raise _as_os_error(error) from error
        except asyncssh.Error as error:
            raise ConnectionError(error.reason) from error


def _as_os_error(error: asyncssh.SFTPError) -> OSError:
    if isinstance(error, asyncssh.SFTPNoConnection | asyncssh.SFTPConnectionLost):
        return ConnectionError(error.reason)
    code = next((code for kind, code in ERRORS.items() if isinstance(error, kind)), errno.EIO)
    return OSError(code, error.reason)
