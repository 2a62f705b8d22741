"""Debian's MariaDB in a folder of its own, reached by a socket file only: a real server for a partner on this machine.

What is set up in it is said in `exchange_database`.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.contract import PermanentError

START_SECONDS = 60
SOCKET = "server.sock"
SERVER_USER = "nobody"
"""The server refuses to run as root."""


def has_mariadb() -> bool:
    return bool(_program("mariadbd") and _program("mariadb-install-db"))


@contextmanager
def mariadb(folder: Path, *options: str) -> Iterator[Path]:
    """Run a server in an empty folder, whose `root` has no password; yields its socket file, stops it at the end.

    `options` are given to the server besides, for TLS and the like.
    """
    server, maker = _program("mariadbd"), _program("mariadb-install-db")
    if not server or not maker:
        raise PermanentError("这台机器没有装 MariaDB。请先执行：apt install mariadb-server-core mariadb-client-core")
    data = folder / "data"
    user = [f"--user={SERVER_USER}"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, SERVER_USER)
    making = [maker, "--no-defaults", *user, f"--datadir={data}", "--auth-root-authentication-method=normal"]
    subprocess.run([*making, "--skip-test-db"], check=True, capture_output=True)  # noqa: S603 - Debian's own program
    # a starting server takes away the temporary tables of any other that shares its folder for them
    own = [
        f"--datadir={data}",
        f"--tmpdir={folder}",
        f"--socket={folder / SOCKET}",
        "--skip-networking",
        f"--log-error={folder / 'log'}",
    ]
    small = ["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--performance-schema=OFF"]
    with subprocess.Popen([server, "--no-defaults", *user, *own, *small, *options]) as process:  # noqa: S603
        try:
            _await(folder / SOCKET, process)
            yield folder / SOCKET
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _await(socket: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise PermanentError(f"MariaDB 没有启动，日志在 {socket.with_name('log')}。")
        time.sleep(0.05)


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join((os.defpath, "/usr/sbin", "/usr/local/sbin", "/usr/local/bin")))
