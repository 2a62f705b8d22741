"""The project's own files, for the tests that read them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("solver", "coordinator", "connectors")


@cache
def modules(*folders: str) -> dict[str, str]:
    """Every Python module below the folders that is not empty, by its path in the project."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return {name: text for name, text in texts.items() if text.strip()}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def tracked() -> tuple[str, ...]:
    """What git knows of; a test that needs it is skipped where there is no git or no checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip(f"not a git checkout, tracked files cannot be looked at: {listed.stderr.decode().strip()}")
    return tuple(name.decode() for name in listed.stdout.split(b"\0") if name)
