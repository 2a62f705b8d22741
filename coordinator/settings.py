"""What the surroundings say: the one reader of environment variables.

Everything else gets a `Settings`. What people decide about rounds and rules lives in the database, not here.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from coordinator.domain.errors import Invalid

POSTGRESQL_SCHEMES = ("postgresql://", "postgres://")
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where data lives and which servers to use; a server without a URL is started from its wheel."""

    home: Path
    database_url: str | None = None
    database_owner_url: str | None = None
    """For migrations; without it they run as the user of `database_url`."""
    redis_url: str | None = None


def read_settings(environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read ONEDOOR_HOME, DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL; empty is the same as unset.

    `cwd` is the project's folder: home defaults to `.onedoor` in it. Raises Invalid for a URL of another kind.
    """
    return Settings(
        home=(cwd / Path(environ.get("ONEDOOR_HOME") or ".onedoor").expanduser()).absolute(),
        database_url=_url(environ, "DATABASE_URL", POSTGRESQL_SCHEMES),
        database_owner_url=_url(environ, "DATABASE_OWNER_URL", POSTGRESQL_SCHEMES),
        redis_url=_url(environ, "REDIS_URL", REDIS_SCHEMES),
    )


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    url = environ.get(name, "").strip()
    if url and not url.startswith(schemes):
        raise Invalid(f"环境变量 {name} 的值不是可用的地址。", remedy=f"它应当以 {' 或 '.join(schemes)} 开头。")
    return url or None
