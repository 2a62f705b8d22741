"""Node stands in for the browser: what its verifier says, asked for in one call."""

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from solver.chance.transcript import TRANSCRIPT

NODE = shutil.which("node")
RUNNER = Path(__file__).with_name("run_verify.mjs")
SHARED_VECTORS = Path(__file__).parents[4] / "shared" / "spec" / "vectors" / "draw.json"

needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed: the browser's verifier cannot be run here")
needs_shared_vectors = pytest.mark.skipif(
    not SHARED_VECTORS.exists(), reason="the published vectors (../shared/spec/vectors) are not here"
)

Folder = dict[str, bytes]


def ask_node(**asked: Any) -> dict[str, list[Any]]:
    done = subprocess.run(
        [str(NODE), str(RUNNER)], input=json.dumps(asked).encode(), capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: dict[str, list[Any]] = json.loads(done.stdout)
    return answers


def in_browser(folders: list[Folder]) -> list[dict[str, Any]]:
    return ask_node(
        verdicts=[
            {
                "transcript": base64.b64encode(folder[TRANSCRIPT]).decode(),
                "files": {name: base64.b64encode(content).decode() for name, content in folder.items()},
            }
            for folder in folders
        ]
    )["verdicts"]


def vectors() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(SHARED_VECTORS.read_bytes())
    return cases


def roles_of(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A plan's roles as the browser's lots take them."""
    return [{**role, "halfDay": tour["half_day"]} for tour in plan["tours"] for role in tour["roles"]]
