"""Result folders: written whole or not at all, and never over something that was not written here.

How files are put in place is in `writing_folders`, which files there are is for the actions to say.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from coordinator.documents.writing_folders import replace_folder, try_folder
from coordinator.domain.errors import Conflict, Invalid

MARK = ".onedoor"
"""Says in every folder that was written here what it holds: only a folder of the same, or an empty one, is replaced.

The first line names content and round, the others the files we wrote.
"""

_ROOM = 32 * 1024**2
"""More than a prefecture's round needs, old and new side by side."""


class Content(StrEnum):
    """What a folder holds; one kind never takes another's place."""

    RUN = "run"
    REHEARSAL = "rehearsal"
    INTAKE = "intake"
    RESULTS = "results"
    STATISTICS = "statistics"

    @property
    def words(self) -> str:
        return {
            "run": "结果",
            "rehearsal": "演练结果",
            "intake": "核对结果",
            "results": "回收结果",
            "statistics": "统计表",
        }[self.value]


class Mark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a folder says of itself: its content, whose round's (a statistics table's: nobody's), the files we wrote."""

    content: str
    round: str
    files: frozenset[str]


def refuse_foreign_folder(out: Path, content: Content, round_: str) -> None:
    """Refuse to write over a folder that holds something else, or another round; raises Conflict or Invalid."""
    if out.exists() and not out.is_dir():
        raise Invalid(f"“{out}”是一个文件，不能当作输出文件夹。", remedy="请换一个 --out。")
    if not out.is_dir() or not any(out.iterdir()):
        return
    mark = _mark_of(out)
    if mark is None:
        raise Conflict(f"文件夹“{out}”里已有其他内容，没有写入。", remedy="请换一个空文件夹作 --out。")
    if (mark.content, mark.round) != (content, round_):
        said = Content(mark.content).words if mark.content in set(Content) else "内容"
        whose = f"轮次“{mark.round}”的" if mark.round else ""
        raise Conflict(f"文件夹“{out}”里是{whose}{said}，没有写入。", remedy="请换一个空文件夹作 --out。")


def refuse_unwritable_folder(out: Path) -> None:
    """Refuse a place that cannot be written, before anything is done that cannot be undone; raises Unavailable."""
    try_folder(out.resolve(), _ROOM)


def write_folder(
    out: Path, content: Content, round_: str, files: Mapping[str, bytes], *, void: Collection[str] = ()
) -> None:
    """Put files (by relative name) in place of those that we wrote before, and of those named in `void`.

    What else people have put there stays.
    """
    refuse_foreign_folder(out, content, round_)
    mark = _mark_of(out)
    gone = {*files, *void, MARK, *(mark.files if mark else ())}
    keep = [name for name in _names(out) if name not in gone]
    written = "\n".join([f"{content} {round_}", *sorted(files)])
    replace_folder(out.resolve(), {**files, MARK: written.encode()}, keep=keep)


def holds(out: Path, name: str, content: bytes) -> bool:
    """Say whether a result folder already holds exactly this file."""
    return (out / name).is_file() and (out / name).read_bytes() == content


def open_folder(out: Path, name: str) -> Path:
    """Make a folder in a result folder, for others to write into; gives its absolute path."""
    folder = out.absolute() / name
    folder.mkdir(exist_ok=True)
    return folder


def files_under(out: Path, name: str) -> list[str]:
    """Name every file below a folder in a result folder."""
    return [f"{name}/{each}" for each in _names(out / name)]


def _mark_of(out: Path) -> Mark | None:
    if not (out / MARK).is_file():
        return None
    head, *files = (out / MARK).read_text(encoding="utf-8").split("\n")
    content, _, round_ = head.partition(" ")
    return Mark(content=content, round=round_, files=frozenset(files))


def _names(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)
