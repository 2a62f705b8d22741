"""The round folder on disk: round.toml and one workbook a department, read together or refused together.

What the cells mean is the intake's affair; what goes back out is written by `deliveries`.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from coordinator.documents.disk_words import reason
from coordinator.documents.workbook_reading import RefusedFile, read_folder
from coordinator.domain.errors import Invalid
from coordinator.domain.intake.drafts import is_empty_template
from coordinator.domain.rounds import Round, read_round
from coordinator.domain.sheets import Workbook

SETTINGS = "round.toml"


class RoundFolder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a folder holds; `content_digest` is the same for the same contents, whatever the files are called.

    A template that nobody has filled in is no workbook of a round: it may come and go.
    """

    settings: Round
    workbooks: tuple[Workbook, ...]
    refused: tuple[RefusedFile, ...]
    originals: dict[str, bytes]
    """Each workbook's own bytes by file name: what is given back marked is what was handed in."""
    content_digest: str


def read_round_folder(folder: Path) -> RoundFolder:
    """Read a round folder; raises Invalid where there is nothing to work with."""
    if not folder.is_dir():
        raise Invalid(f"找不到文件夹“{folder}”。", remedy="请核对路径。")
    toml = folder / SETTINGS
    if not toml.is_file():
        raise Invalid(
            f"文件夹“{folder.name}”里没有 {SETTINGS}。", remedy="请用 onedoor new 生成，填写后与各部门工作簿放在一起。"
        )
    content = _read(toml)
    settings = read_round(content)
    reading = read_folder(folder)
    if not reading.workbooks and not reading.refused:
        raise Invalid(f"文件夹“{folder.name}”里没有工作簿（*.xlsx）。", remedy="请把各部门交来的工作簿放进来。")
    workbooks = tuple(each for each in reading.workbooks if not is_empty_template(each)) or reading.workbooks
    return RoundFolder(
        settings=settings,
        workbooks=workbooks,
        refused=reading.refused,
        originals=_originals(folder, workbooks),
        content_digest=content_digest(content, (workbook.sha256 for workbook in workbooks)),
    )


def refuse_unreadable(folder: RoundFolder) -> None:
    """Refuse the whole folder where a workbook cannot be read: a draw without a department cannot be made good."""
    if folder.refused:
        said = "".join(f"{refused.message}{refused.remedy}" for refused in folder.refused)
        raise Invalid(said, remedy="在它能读取之前，什么也没有抽取。")


def _workbook_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix.lower() == ".xlsx" and path.is_file()]


def _originals(folder: Path, workbooks: tuple[Workbook, ...]) -> dict[str, bytes]:
    by_digest = {hashlib.sha256(content).hexdigest(): content for content in map(_read, _workbook_files(folder))}
    changed = [workbook.file for workbook in workbooks if workbook.sha256 not in by_digest]
    if changed:
        raise Invalid(f"读取期间“{changed[0]}”被改动了。", remedy="请关闭正在编辑它的程序后重新运行。")
    return {workbook.file: by_digest[workbook.sha256] for workbook in workbooks}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"读不了 {path.name}（{reason(error)}）。", remedy="请检查文件权限。") from error


def content_digest(settings: bytes, workbooks: Iterable[str]) -> str:
    """The digest of a round's contents: round.toml byte for byte, and the workbooks by their own digests."""
    parts = [hashlib.sha256(settings).hexdigest(), *sorted(workbooks)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
