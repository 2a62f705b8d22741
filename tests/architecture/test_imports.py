"""The rooms of the house: who may import whom, as pyproject.toml says it."""

import subprocess
import sys

from support.sources import ROOT


def test_every_import_contract_is_kept() -> None:
    check = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    checked = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert checked.returncode == 0, checked.stdout
