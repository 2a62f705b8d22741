"""Result folders: written whole or not at all, and never over something that was not written here.

How files are put in place is in `writing_folders`, which files there are is for the actions to say.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path

from coordinator.documents.writing_folders import replace_folder
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.ids import RoundId

MARK = ".onedoor"
"""Says in every folder that was written here what it holds: only a folder of the same, or an empty one, is replaced."""


class Content(StrEnum):
    """What a folder holds; one kind never takes another's place."""

    RUN = "run"
    REHEARSAL = "rehearsal"
    INTAKE = "intake"

    @property
    def words(self) -> str:
        return {"run": "结果", "rehearsal": "演练结果", "intake": "核对结果"}[self.value]


def refuse_foreign_folder(out: Path, content: Content, round_: RoundId) -> None:
    """Refuse to write over a folder that holds something else, or another round; raises Conflict or Invalid."""
    if out.exists() and not out.is_dir():
        raise Invalid(f"“{out}”是一个文件，不能当作输出文件夹。", remedy="请换一个 --out。")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not (out / MARK).is_file():
        raise Conflict(f"文件夹“{out}”里已有其他内容，没有写入。", remedy="请换一个空文件夹作 --out。")
    kind, _, held = (out / MARK).read_text(encoding="utf-8").partition(" ")
    if (kind, held) != (content, round_):
        said = Content(kind).words if kind in set(Content) else "内容"
        raise Conflict(
            f"文件夹“{out}”里是轮次“{held or kind}”的{said}，没有写入。", remedy="请换一个空文件夹作 --out。"
        )


def write_folder(
    out: Path, content: Content, round_: RoundId, files: Mapping[str, bytes], *, keep: Collection[str] = ()
) -> None:
    """Put files (by relative name) in place of a round's former folder of that kind, but for what is under `keep`."""
    refuse_foreign_folder(out, content, round_)
    replace_folder(out, {**files, MARK: f"{content} {round_}".encode()}, keep=keep)


def holds(out: Path, name: str, content: bytes) -> bool:
    """Say whether a result folder already holds exactly this file."""
    return (out / name).is_file() and (out / name).read_bytes() == content


def open_folder(out: Path, name: str) -> Path:
    """Make a folder in a result folder, for others to write into; gives its absolute path."""
    folder = out.absolute() / name
    folder.mkdir(exist_ok=True)
    return folder
