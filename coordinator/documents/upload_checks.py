"""What an uploaded file must be before anything parses it: a plain, whole, unencrypted .xlsx of bearable size.

The checks look at the first bytes, the zip directory and each part's prolog only. What the cells say comes later
(`reading_child`), and what they mean is the intake's affair.
"""

import io
import zipfile
import zlib
from typing import IO, NoReturn
from xml.parsers import expat

from coordinator.domain.errors import Invalid

MEBIBYTE = 1024 * 1024
MAX_FILE_BYTES = 20 * MEBIBYTE
MAX_ENTRIES = 500
MAX_UNPACKED_BYTES = 200 * MEBIBYTE
MAX_RATIO = 100
# Small parts compress beyond any ratio and harm nobody.
_HARMLESS_BYTES = MEBIBYTE
_PROLOG_BYTES = 4096

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_MAGIC = b"PK\x03\x04"
_WORKBOOK_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_PARTS = ("vbaproject", "macrosheets/", "vbadata")

_RESAVE = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后重新提交。"
_SPLIT = "请删去数据区以外的行、列和图片，或分成几个工作簿后重新提交。"
_REEXPORT = "请重新导出或从原处重新复制一份，能用 Excel 或 WPS 打开后再提交。"


def check_upload(content: bytes) -> None:
    """Refuse (`Invalid`) what is not a workbook that can be parsed safely.

    The sentence of the refusal goes on after the file's name ("“甲.xlsx”" + "是空文件。"), which is not known here.
    """
    check_size(len(content))
    _check_magic(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive, len(content))
            _check_kind(archive)
            for entry in archive.infolist():
                _check_part(archive, entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        expat.ExpatError,
        NotImplementedError,
        UnicodeDecodeError,
    ) as broken:
        raise Invalid("已损坏或不完整，打不开。", remedy=_REEXPORT) from broken


def check_size(byte_count: int) -> None:
    """Refuse a file by its size alone, before it is read into memory."""
    if byte_count == 0:
        raise Invalid("是空文件。", remedy=_REEXPORT)
    if byte_count > MAX_FILE_BYTES:
        raise Invalid(f"超过 {MAX_FILE_BYTES // MEBIBYTE} MB，太大。", remedy=_SPLIT)


def _check_magic(content: bytes) -> None:
    if content.startswith(_OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Invalid("设有打开密码，系统读不了。", remedy="请在 Excel 或 WPS 中取消密码，另存后重新提交。")
        raise Invalid("是旧版 .xls 格式，只是改了扩展名。", remedy=_RESAVE)
    if not content.startswith(_ZIP_MAGIC):
        raise Invalid("不是 Excel 工作簿（可能是文本、CSV 或网页改了扩展名）。", remedy=_RESAVE)


def _check_directory(archive: zipfile.ZipFile, byte_count: int) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Invalid(f"内含 {len(entries)} 个部件，超过 {MAX_ENTRIES} 个，不像普通工作簿。", remedy=_SPLIT)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Invalid("内含同名部件，不是正常保存的工作簿。", remedy=_RESAVE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid("是加密的压缩包，系统读不了。", remedy="请取消密码，另存后重新提交。")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES:
        raise Invalid(f"展开后超过 {MAX_UNPACKED_BYTES // MEBIBYTE} MB，太大。", remedy=_SPLIT)
    if _is_inflated(unpacked, byte_count) or any(_is_inflated(e.file_size, e.compress_size) for e in entries):
        raise Invalid(f"压缩比超过 {MAX_RATIO} 倍，不像普通工作簿。", remedy=_SPLIT)


def _is_inflated(unpacked: int, packed: int) -> bool:
    return unpacked > _HARMLESS_BYTES and unpacked > MAX_RATIO * packed


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = {name.lower() for name in archive.namelist()}
    if any(part in name for name in names for part in _MACRO_PARTS):
        raise Invalid("带有宏，为安全起见不予接收。", remedy=_RESAVE)
    if "[Content_Types].xml" not in archive.namelist() or "xl/workbook.xml" not in names:
        raise Invalid("不是 Excel 工作簿（可能是其他压缩文件改了扩展名）。", remedy=_RESAVE)
    types = archive.read("[Content_Types].xml")
    if b"macroenabled" in types.lower():
        raise Invalid("是启用宏的工作簿（.xlsm），为安全起见不予接收。", remedy=_RESAVE)
    if _WORKBOOK_TYPE not in types:
        raise Invalid("不是普通的 Excel 工作簿（可能是模板或二进制格式）。", remedy=_RESAVE)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read the part once to its end, so that lying sizes and broken checksums show, and look at its prolog."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(entry) as part:
        if is_xml:
            _check_prolog(part)
        while part.read(MEBIBYTE):
            pass


def _check_prolog(part: IO[bytes]) -> None:
    """A document type comes before the root element or not at all, so reading up to the root is enough."""
    elements: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = lambda name, _attributes: elements.append(name)
    while not elements and (chunk := part.read(_PROLOG_BYTES)):
        parser.Parse(chunk)


def _refuse_document_type(*_declaration: object) -> NoReturn:
    raise Invalid("内含文档类型或实体声明，不是正常保存的工作簿。", remedy=_RESAVE)
