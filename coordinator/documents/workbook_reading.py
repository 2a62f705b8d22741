"""Departments' workbooks from disk or upload to values, safely: each is parsed by a confined child process.

What may be parsed at all is said in `upload_checks`, what the child does in `reading_child`; finding headers and
meaning in the cells is the intake's affair.
"""

import os
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

import msgspec
from msgspec import Struct

from coordinator.documents.confined import answer_of
from coordinator.documents.reading_child import Given, GivenSheet, Refused, moment
from coordinator.documents.upload_checks import MEBIBYTE, check_size
from coordinator.domain.errors import Invalid
from coordinator.domain.sheets import Sheet, Workbook

_CHILD = "coordinator.documents.reading_child"
_SECONDS = 30.0
_CHILDREN_AT_ONCE = 2
_REMEMBERED = 24
_SMALL = MEBIBYTE // 2
_DECODER = msgspec.msgpack.Decoder(Given | Refused, ext_hook=moment)
_OTHER_SPREADSHEETS = {".xls", ".xlsm", ".xlsb", ".xltx", ".et", ".ett", ".ods", ".csv", ".numbers"}

_NOT_A_FILE = "不是普通文件（是文件夹、快捷方式或链接）。"


class RefusedFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that could not be read at all: the sentence says what is wrong, the remedy what to do."""

    file: str
    message: str
    remedy: str


class FolderReading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a folder held, each in the order of file names."""

    workbooks: tuple[Workbook, ...]
    refused: tuple[RefusedFile, ...]


def read_workbook(path: Path) -> Workbook:
    """Read one workbook from disk; `Invalid` with a sentence for its author where that cannot be done safely."""
    try:
        return _read_content(normalize("NFC", path.name), _content(path))
    except Invalid as refusal:
        raise _named(path.name, refusal) from refusal


def read_upload(file: str, content: bytes) -> Workbook:
    """Read one workbook as uploaded; `file` is the name its author gave it, of which only the last part counts."""
    name = normalize("NFC", file.replace("\\", "/").rpartition("/")[2])
    try:
        return _read_content(name, content)
    except Invalid as refusal:
        raise _named(name, refusal) from refusal


def read_upload_again(file: str, content: bytes) -> Workbook:
    """Read a workbook that will be asked for again and again; the last few of bearable size are remembered."""
    return _remembered(file, content) if len(content) <= _SMALL else read_upload(file, content)


def read_uploads(files: Iterable[tuple[str, bytes]]) -> list[Workbook]:
    """Read several workbooks as uploaded, two at a time; raises Invalid for the first that cannot be read."""
    with ThreadPoolExecutor(max_workers=_CHILDREN_AT_ONCE) as children:
        return list(children.map(lambda each: read_upload_again(*each), files))


def read_folder(folder: Path) -> FolderReading:
    """Read every workbook directly in a folder, two at a time; one that cannot be read does not stop the others.

    Hidden files and the `~$` files of an open Excel are passed over; other kinds of spreadsheet are refused by name.
    """
    paths = sorted((path for path in folder.iterdir() if _is_meant(path)), key=lambda path: normalize("NFC", path.name))
    with ThreadPoolExecutor(max_workers=_CHILDREN_AT_ONCE) as children:
        readings = list(children.map(_read_or_refuse, paths))
    return FolderReading(
        workbooks=tuple(reading for reading in readings if isinstance(reading, Workbook)),
        refused=tuple(reading for reading in readings if isinstance(reading, RefusedFile)),
    )


@lru_cache(maxsize=_REMEMBERED)
def _remembered(file: str, content: bytes) -> Workbook:
    return read_upload(file, content)


def _is_meant(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    return path.suffix.lower() == ".xlsx" or path.suffix.lower() in _OTHER_SPREADSHEETS


def _read_or_refuse(path: Path) -> Workbook | RefusedFile:
    try:
        return read_workbook(path)
    except Invalid as refusal:
        return RefusedFile(file=normalize("NFC", path.name), message=str(refusal), remedy=refusal.remedy)


def _named(file: str, refusal: Invalid) -> Invalid:
    return Invalid(f"“{file}”{refusal}", remedy=refusal.remedy, file=file)


def _content(path: Path) -> bytes:
    """Read a regular file's bytes; a link is not followed, so that a folder cannot hand in what lies elsewhere."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Invalid(_NOT_A_FILE, remedy="请放入工作簿文件本身。")
            check_size(status.st_size)
            return file.read()
    except FileNotFoundError as missing:
        raise Invalid("不存在。", remedy="请检查文件名和所在文件夹。") from missing
    except PermissionError as denied:
        raise Invalid("没有读取权限。", remedy="请修改文件权限后重试。") from denied
    except OSError as error:
        raise Invalid(_NOT_A_FILE, remedy="请放入工作簿文件本身。") from error


def _read_content(file: str, content: bytes) -> Workbook:
    if not file.lower().endswith(".xlsx"):
        raise Invalid("不是 .xlsx 工作簿。", remedy="请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”后重新提交。")
    check_size(len(content))
    answer = answer_of(_CHILD, content, seconds=_SECONDS)
    if answer is None:
        raise Invalid(
            "太大或结构异常，系统在限定的时间和内存内读不完。",
            remedy="请删去数据区以外零散的行、列和图片，另存为新的 .xlsx 后重新提交。",
        )
    given = _DECODER.decode(answer)
    if isinstance(given, Refused):
        raise Invalid(given.message, remedy=given.remedy)
    return Workbook(file=file, sha256=sha256(content).hexdigest(), sheets=tuple(map(_sheet, given.sheets)))


def _sheet(given: GivenSheet) -> Sheet:
    return Sheet(
        name=given.name,
        rows=tuple(tuple(row) for row in given.rows),
        percent_cells=frozenset(given.percent_cells),
    )
