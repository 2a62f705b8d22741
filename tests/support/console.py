"""The command line as its user calls it: a process of its own, on the test run's shared home."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "deploy" / "sample" / "small"
SHARED = ROOT.parent / "shared"


def onedoor(
    *arguments: object, home: Path | None = None, folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a folder; never raises on an exit code."""
    return subprocess.run(
        command(*arguments),
        env=environment(home) | dict(settings or {}),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "coordinator.cli", *(str(argument) for argument in arguments)]


def environment(home: Path | None = None) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return given | {"PYTHONPATH": str(ROOT), "ONEDOOR_HOME": str(home or os.environ["ONEDOOR_TEST_HOME"])}


def a_round_folder(folder: Path, code: str, *, beacon: str = "") -> Path:
    """Copy the small sample round under a code of its own."""
    shutil.copytree(SMALL, folder)
    settings = folder / "round.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    lines = [f'id = "{code}"' if line.startswith("id =") else line for line in lines]
    if beacon:
        lines = [*(line for line in lines if not line.startswith("beacon")), beacon]
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def no_traceback(ended: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in ended.stderr + ended.stdout
    assert "onedoor-incident" not in ended.stderr
