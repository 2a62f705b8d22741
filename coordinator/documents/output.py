"""Result folders: written whole or not at all, and never over something that was not written here."""

from collections.abc import Mapping
from pathlib import Path

from coordinator.documents.writing_folders import replace_folder
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
    """Put files (by relative name) in place of a folder's former contents."""
    refuse_foreign_folder(out)
    replace_folder(out, {**files, MARK: b""})


def open_folder(out: Path, name: str) -> Path:
    """Make a folder in a result folder, for others to write into; gives its absolute path."""
    folder = out.absolute() / name
    folder.mkdir(exist_ok=True)
    return folder
