"""Writing a result folder whole or not at all: everything goes to a folder beside it, which then takes its place.

What the files hold is said by their own modules.
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from coordinator.domain.errors import Conflict, Invalid

MARK = ".onedoor"
"""Stands in every folder that was written here: only such a folder, or an empty one, is ever replaced."""


def refuse_foreign_folder(out: Path) -> None:
    """Refuse to write over a folder that holds something else; raises Conflict or Invalid."""
    if out.exists() and not out.is_dir():
        raise Invalid(f"“{out}”是一个文件，不能当作输出文件夹。", remedy="请换一个 --out。")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise Conflict(f"文件夹“{out}”里已有其他内容，没有写入。", remedy="请换一个空文件夹作 --out。")


def write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Put files (by relative name) in place of a folder's former contents, whole or not at all."""
    refuse_foreign_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        made.chmod(0o755)
        _write_all(made, [*files.items(), (MARK, b"")])
        _exchange(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _exchange(made: Path, out: Path) -> None:
    """Move the former folder aside first; a failure in between puts it back."""
    if not out.exists():
        made.rename(out)
        return
    former = made.with_name(f"{made.name}.former")
    out.rename(former)
    try:
        made.rename(out)
    except BaseException:
        former.rename(out)
        raise
    shutil.rmtree(former, ignore_errors=True)
