"""Result folders: written whole or not at all, and never over something that was not written here.

How files are put in place is in `writing_folders`, which files there are is for the actions to say.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from coordinator.documents.writing_folders import replace_folder
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.ids import RoundId

MARK = ".onedoor"
"""Names the round in every folder that was written here: only that round's folder, or an empty one, is replaced."""


def refuse_foreign_folder(out: Path, round_: RoundId) -> None:
    """Refuse to write over a folder that holds something else, or another round; raises Conflict or Invalid."""
    if out.exists() and not out.is_dir():
        raise Invalid(f"“{out}”是一个文件，不能当作输出文件夹。", remedy="请换一个 --out。")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not (out / MARK).is_file():
        raise Conflict(f"文件夹“{out}”里已有其他内容，没有写入。", remedy="请换一个空文件夹作 --out。")
    held = (out / MARK).read_text(encoding="utf-8")
    if held != round_:
        raise Conflict(f"文件夹“{out}”里是轮次“{held}”的结果，没有写入。", remedy="请换一个空文件夹作 --out。")


def write_folder(out: Path, round_: RoundId, files: Mapping[str, bytes], *, keep: Collection[str] = ()) -> None:
    """Put files (by relative name) in place of a round's former result folder, all but what it has under `keep`."""
    refuse_foreign_folder(out, round_)
    replace_folder(out, {**files, MARK: round_.encode()}, keep=keep)


def holds(out: Path, name: str, content: bytes) -> bool:
    """Say whether a result folder already holds exactly this file."""
    return (out / name).is_file() and (out / name).read_bytes() == content


def open_folder(out: Path, name: str) -> Path:
    """Make a folder in a result folder, for others to write into; gives its absolute path."""
    folder = out.absolute() / name
    folder.mkdir(exist_ok=True)
    return folder
