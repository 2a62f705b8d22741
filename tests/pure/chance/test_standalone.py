"""The stand-alone verifier as a citizen meets it: one file, no project around it, an exit code and plain words."""

import ast
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pure.chance.building import Files, frame_files, held, laid_out, plan_files

from solver import verify_draw
from solver.chance.errors import Unreadable
from solver.chance.numbers import Algorithm, digest_of
from solver.chance.transcript import TRANSCRIPT

SCRIPT = Path(verify_draw.__file__)


def run(arguments: list[str], place: Path) -> tuple[int, str, str]:
    """Run a copy of the script, alone in a folder, in isolated mode: nothing of the project can be found from there."""
    shutil.copy(SCRIPT, place / "verify_draw.py")
    done = subprocess.run(
        [sys.executable, "-I", "verify_draw.py", *arguments], cwd=place, capture_output=True, check=False, timeout=60
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse(SCRIPT.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_nothing_else_in_the_project_uses_it() -> None:
    for source in SCRIPT.parent.rglob("*.py"):
        assert source == SCRIPT or "verify_draw import" not in source.read_text()


@pytest.mark.parametrize("folder", [held(frame_files()), held(plan_files())], ids=["targets", "teams"])
def test_a_draw_that_holds_ends_with_0_and_lists_the_digests(folder: Files, tmp_path: Path) -> None:
    laid_out(folder, tmp_path)
    code, words, errors = run([TRANSCRIPT], tmp_path)
    assert (code, errors) == (0, "")
    assert words.startswith("成立。轮次 测试县-2031-1")
    assert "抽取之前已经确定的：" in words
    assert hashlib.sha256(folder[TRANSCRIPT]).hexdigest() in words
    assert run([], tmp_path) == (code, words, errors)


def test_a_changed_draw_ends_with_1_and_names_the_file(tmp_path: Path) -> None:
    folder = held(frame_files())
    laid_out({**folder, "frame.tsv": folder["frame.tsv"][:-1]}, tmp_path)
    code, words, errors = run([TRANSCRIPT], tmp_path)
    assert (code, errors) == (1, "")
    assert words.startswith("不成立。文件摘要 file digest 不符：frame.tsv：")


def test_what_cannot_be_read_ends_with_2_and_one_plain_line(tmp_path: Path) -> None:
    for content in (None, b"\xff", b"{}"):
        if content is not None:
            (tmp_path / TRANSCRIPT).write_bytes(content)
        code, words, errors = run([TRANSCRIPT], tmp_path)
        assert (code, errors) == (2, "")
        assert words.startswith("读不了：")
        assert words.count("\n") == 1


def test_without_sm3_it_says_so_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = laid_out(held(frame_files(hash=Algorithm.SM3)), tmp_path)
    monkeypatch.setattr(hashlib, "algorithms_available", {"sha256"})
    with pytest.raises(verify_draw.Verdict, match="SM3") as verdict:
        verify_draw.verify(path)
    assert verdict.value.args[0] == 2


def test_without_sm3_the_library_says_so_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_sm3(name: str, _: bytes) -> object:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", without_sm3)
    with pytest.raises(Unreadable, match="SM3"):
        digest_of(Algorithm.SM3, b"")
