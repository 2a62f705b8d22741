"""What the surroundings say: the one reader of environment variables.

Everything else gets a `Settings`. What people decide about rounds and rules lives in the database, not here.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from coordinator.domain.errors import Invalid

HTTPS = ("https://",)
HOST = re.compile(r"https://([a-z0-9.-]+)(?::\d+)?/?", re.IGNORECASE)
POSTGRESQL_SCHEMES = ("postgresql://", "postgres://")
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
PROCESSES, MOST_PROCESSES = 2, 256


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where data lives and which servers to use; a server without a URL is started from its wheel."""

    home: Path
    database_url: str | None = None
    database_owner_url: str | None = None
    """For migrations; without it they run as the user of `database_url`."""
    database_backup_url: str | None = None
    """For backups and restoring: a role that sees past row-level security."""
    redis_url: str | None = None
    processes: int = PROCESSES
    """How many this machine spends on planning."""
    public_host: str | None = None
    """The name under which a TLS proxy on this machine serves the pages to others; without it nobody else comes in."""
    seal_key_file: Path | None = None
    """The keys under which outside systems' passwords are stored; without it `seal.keys` in the home."""


def read_settings(environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read ONEDOOR_HOME, _PROCESSES, _PUBLIC_URL, _SEAL_KEY_FILE, DATABASE_URL, _OWNER_URL, _BACKUP_URL, REDIS_URL.

    Empty is unset. `cwd` is the project's folder: home defaults to `.onedoor` in it. Raises Invalid for a URL of
    another kind and for a number of processes that is none.
    """
    given = environ.get("ONEDOOR_SEAL_KEY_FILE", "").strip()
    return Settings(
        home=(cwd / Path(environ.get("ONEDOOR_HOME") or ".onedoor").expanduser()).absolute(),
        database_url=_url(environ, "DATABASE_URL", POSTGRESQL_SCHEMES),
        database_owner_url=_url(environ, "DATABASE_OWNER_URL", POSTGRESQL_SCHEMES),
        database_backup_url=_url(environ, "DATABASE_BACKUP_URL", POSTGRESQL_SCHEMES),
        redis_url=_url(environ, "REDIS_URL", REDIS_SCHEMES),
        processes=_processes(environ),
        public_host=_public_host(environ),
        seal_key_file=(cwd / Path(given).expanduser()).absolute() if given else None,
    )


def _processes(environ: Mapping[str, str]) -> int:
    given = environ.get("ONEDOOR_PROCESSES", "").strip() or str(PROCESSES)
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= MOST_PROCESSES):
        raise Invalid(
            "环境变量 ONEDOOR_PROCESSES 的值不是可用的进程数。", remedy=f"它应当是 1 到 {MOST_PROCESSES} 的整数。"
        )
    return int(given)


def _public_host(environ: Mapping[str, str]) -> str | None:
    url = _url(environ, "ONEDOOR_PUBLIC_URL", HTTPS)
    found = HOST.fullmatch(url) if url else None
    if url and not found:
        raise Invalid("环境变量 ONEDOOR_PUBLIC_URL 只写网址的开头。", remedy="例如 https://ymc.example.gov.cn。")
    return found[1].casefold() if found else None


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    url = environ.get(name, "").strip()
    if url and not url.startswith(schemes):
        raise Invalid(f"环境变量 {name} 的值不是可用的地址。", remedy=f"它应当以 {' 或 '.join(schemes)} 开头。")
    return url or None
