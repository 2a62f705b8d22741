"""The wrapper at the root: says in words what a machine lacks, and is readable by Pythons that are too old for us."""

import ast
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
from support.sources import ROOT

WRAPPER = ROOT / "onedoor"
OLDEST_READER = (3, 6)


@pytest.fixture
def wrapper(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("onedoor_wrapper", str(WRAPPER))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_an_old_python_can_read_it() -> None:
    ast.parse(WRAPPER.read_text(encoding="utf-8"), feature_version=OLDEST_READER)


def test_it_imports_the_standard_library_only() -> None:
    imports = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(WRAPPER.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imports <= sys.stdlib_module_names


def test_an_old_python_is_told_what_is_needed(tmp_path: Path) -> None:
    """With a path that holds no newer one to hand over to."""
    pretend = (
        "import runpy, sys; sys.version_info = (3, 6, 8); sys.argv = ['onedoor', 'demo'];"
        f"runpy.run_path({str(WRAPPER)!r}, run_name='__main__')"
    )
    told = subprocess.run(
        [sys.executable, "-c", pretend],
        env={"PATH": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 2
    assert "需要 Python 3.11" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("OSError: [Errno 28] No space left on device", "磁盘空间不足"),
        ("The virtual environment was not created successfully because ensurepip is not available.", "python3-venv"),
        ("error: Failed to fetch: `…`\n  dns error: failed to lookup address information", "连不上软件源"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "校验值不一致"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "无法写入项目文件夹"),
        ("something unheard of", "something unheard of"),
    ],
)
def test_what_installers_say_is_put_into_a_sentence(wrapper: ModuleType, words: str, meaning: str) -> None:
    chinese, english = wrapper.explained(words).args
    assert meaning in chinese
    assert english


def test_an_environment_counts_as_ready_only_for_the_very_lock_it_was_made_from(
    wrapper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1")
    monkeypatch.setattr(wrapper, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(wrapper, "UNFINISHED", tmp_path / "unfinished")
    monkeypatch.setattr(wrapper, "PYTHON", Path(sys.executable))
    assert not wrapper.is_ready(lock)
    (tmp_path / "stamp").write_text(wrapper.line_for(lock) + "\n")
    assert wrapper.is_ready(lock)
    (tmp_path / "unfinished").touch()
    assert not wrapper.is_ready(lock)
    (tmp_path / "unfinished").unlink()
    lock.write_text("a==2")
    assert not wrapper.is_ready(lock)
