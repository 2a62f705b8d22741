"""Where the embedded servers live: their folder, their sockets, and programs that their user can execute.

Layout: `postgres/` (data and passwords), `valkey/`, `run/` (sockets), `programs/` (only where the environment is out
of the servers' reach), two lock files. What is started there is not known here.
"""

import errno
import hashlib
import os
import re
import shutil
import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from coordinator.documents.disk_words import reason
from coordinator.domain.errors import Unavailable
from coordinator.embedded.processes import SERVER_USER, ServerUser, may_enter, server_user

FALLBACK = Path("/var/lib/onedoor")
SHORT_RUN = Path("/tmp")  # noqa: S108 - a socket path has 107 bytes; the folder in it is ours, 0700 and checked
LONGEST_RUN = 107 - len("/.s.PGSQL.5432.lock")
LEAST_FREE = 200 * 1024 * 1024
PLAIN = re.compile(r"[\w/.-]+")


class Place(Struct, frozen=True, kw_only=True):
    """One home's folder for servers, its folder for sockets, and as whom the servers run."""

    folder: Path
    run: Path
    user: ServerUser | None


def choose_place(home: Path) -> Place:
    """Make the folders and say where they are: below `home`, or below /var/lib where `nobody` cannot enter it.

    Raises Unavailable when they cannot be made, or the disk is full.
    """
    user = server_user()
    try:
        folder = _open_folder(home)
        if not may_enter(user, folder):
            folder = _open_folder(FALLBACK / _digest(home))
            sys.stderr.write(f"数据库服务以 {SERVER_USER} 用户运行，进不了 {home}，数据改放在 {folder}。\n")
    except OSError as error:
        raise unusable(home, error) from error
    if shutil.disk_usage(folder).free < LEAST_FREE and not (folder / "postgres").exists():
        raise Unavailable(f"磁盘空间不足：{folder} 所在的磁盘剩余不到 200 MB。", remedy="请清理磁盘后再试。")
    return Place(folder=folder, run=_run_folder(folder), user=user)


def has_data(home: Path) -> bool:
    """Whether servers for this home have ever been started, wherever their data lies; nothing is made."""
    return any((folder / "postgres").is_dir() for folder in (home, FALLBACK / _digest(home)))


def leave_place(place: Place) -> None:
    """Clear away the folder of sockets where it lies outside our own; what is still in it stays."""
    if place.run.parent != place.folder:
        with suppress(OSError):
            place.run.rmdir()


def unusable(path: Path, error: OSError) -> Unavailable:
    """Say in words why a folder cannot be used."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable(f"磁盘空间不足，无法写入 {path}。", remedy="请清理磁盘后再试。")
    return Unavailable(
        f"无法使用数据文件夹 {path}：{reason(error)}。",
        remedy="请用 ONEDOOR_HOME 指定一个可写的文件夹。",
    )


def own_folder(folder: Path, user: ServerUser | None) -> Path:
    """Make a folder that only the servers' user (and root) may enter; refuse one that belongs to someone else."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if folder.is_symlink() or folder.lstat().st_uid != (os.geteuid() if user is None else user.uid):
            raise PermissionError(errno.EACCES, "它属于另一个用户", str(folder)) from None
    else:
        if user is not None:
            os.chown(folder, user.uid, user.gid)
    return folder


def write_private(path: Path, content: bytes, reader: ServerUser | None) -> None:
    """Write a new file that only one user may read: the servers' or, with None, we ourselves."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if reader is not None:
            os.fchown(descriptor, reader.uid, reader.gid)


def programs(place: Place, distribution: str, package: str) -> Path | None:
    """Find a wheel's folder of programs, copied once to where the servers' user can execute them if need be.

    None where the wheel is not installed (there is no Valkey for Windows).
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    installed = Path(spec.submodule_search_locations[0])
    if may_enter(place.user, installed):
        return installed
    copied = place.folder / "programs" / f"{distribution}-{version(distribution)}"
    if not copied.exists():
        _copy(installed, copied)
    return copied / package


def _copy(installed: Path, copied: Path) -> None:
    """Copy a package and the libraries beside it, whole or not at all."""
    half = copied.with_name(f"{copied.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    for name in (installed.name, f"{installed.name}.libs"):
        if (installed.parent / name).exists():
            shutil.copytree(installed.parent / name, half / name, symlinks=True)
    for folder in (half.parent, half, *(path for path in half.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    for path in half.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
    half.rename(copied)


def _open_folder(folder: Path) -> Path:
    """Make a folder that others may enter whatever the umask says (what lies in it guards itself)."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        path.chmod(0o755)
    return folder.resolve()


def _run_folder(folder: Path) -> Path:
    run = folder / "run"
    is_fit = len(os.fsencode(run)) <= LONGEST_RUN and PLAIN.fullmatch(str(run))
    return run if is_fit else SHORT_RUN / f"onedoor-{_digest(folder)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]
