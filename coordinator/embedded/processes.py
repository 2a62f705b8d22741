"""Starting other people's servers: as which user, detached from our terminal, and whether they still live.

PostgreSQL refuses to run as root, so root starts servers as `nobody`. Which servers those are is not known here.
"""

import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from msgspec import Struct

from coordinator.domain.errors import Unavailable

SERVER_USER = "nobody"
# `&` in a shell that ends at once: the server is adopted by init, so no process of ours has to outlive or reap it
DETACH = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'

ENDING = (signal.SIGTERM, signal.SIGHUP)
# the letters of /proc for a zombie and for what is hardly there any more
GONE = ("Z", "X")


class ServerUser(Struct, frozen=True, kw_only=True):
    """As whom servers run."""

    uid: int
    gid: int


def server_user() -> ServerUser | None:
    """Say as whom to start servers: `nobody` when we are root, else None for ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise Unavailable(
            f"以 root 运行时，自带的数据库要用 {SERVER_USER} 用户启动，但本机没有这个用户。",
            remedy="请改用普通用户运行，或者用 DATABASE_URL 指定现有的数据库。",
        ) from None
    return ServerUser(uid=entry.pw_uid, gid=entry.pw_gid)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end this program through its `finally`s, as SIGINT does, so that servers are stopped.

    A program that has handlers of its own keeps them; outside the main thread there is nothing to be set.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def run(
    user: ServerUser | None, command: Sequence[str | Path], *, stdin: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a command as the servers' user to its end; the exit code is the caller's to judge.

    Raises Unavailable where this machine does not let root become another user, or the command hangs.
    """
    try:
        return subprocess.run(  # noqa: S603 - programs from our own wheels, never a shell line
            [str(part) for part in command],
            input=stdin,
            text=True,
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            user=None if user is None else user.uid,
            group=None if user is None else user.gid,
            extra_groups=None if user is None else [],
        )
    except subprocess.TimeoutExpired as late:
        raise Unavailable(f"{Path(command[0]).name} 超过 {timeout:.0f} 秒没有结束。") from late
    except PermissionError as refused:
        raise Unavailable(
            f"无法以 {SERVER_USER} 用户运行 {Path(command[0]).name}：{refused.strerror}。",
            remedy="请改用普通用户运行，或者用 DATABASE_URL 和 REDIS_URL 指定现有的服务。",
        ) from refused


def spawn(user: ServerUser | None, command: Sequence[str | Path], log: Path) -> int:
    """Start a server that outlives us if need be, its output appended to `log`; returns its process id."""
    started = run(user, ["/bin/sh", "-c", DETACH, "sh", log, *command])
    if started.returncode != 0:
        raise Unavailable(f"无法启动 {Path(command[0]).name}：{started.stderr.strip()}")
    return int(started.stdout)


def may_enter(user: ServerUser | None, folder: Path) -> bool:
    """Whether the servers' user can reach a folder, asked of the kernel rather than guessed from modes."""
    return run(user, ["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0


def is_running(pid: int, *, of: str = "") -> bool:
    """Whether a process lives, and has `of` in its command line.

    A killed server can stay a zombie for seconds (or for ever, where nobody reaps), and its number can be given to
    someone else: both count as not running. Without /proc only the number can be asked.
    """
    process = Path("/proc", str(pid))
    if Path("/proc/self").exists():
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            return state not in GONE and os.fsencode(of) in (process / "cmdline").read_bytes()
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def log_tail(log: Path) -> str:
    """The last few lines of a server's log; empty where there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    except OSError:
        return ""


def _environment() -> dict[str, str]:
    """The least a server needs: nothing of the caller's environment may steer it (PGDATA, PGOPTIONS, LD_PRELOAD)."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
