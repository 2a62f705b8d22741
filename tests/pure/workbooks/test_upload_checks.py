"""Files that are refused before or while they are parsed, each with a sentence for the person who sent it."""

import io
import random
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as NewWorkbook
from pure.workbooks.building import a_workbook, part_of, saved, with_parts

from coordinator.documents.upload_checks import MAX_FILE_BYTES
from coordinator.documents.workbook_reading import read_folder, read_upload, read_workbook
from coordinator.domain.errors import Invalid
from coordinator.domain.sheets import Workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
PLAIN = a_workbook()
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def refusal(content: bytes, file: str = "水利局.xlsx") -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_upload(file, content)
    return caught.value


def read_or_refused(content: bytes) -> Workbook | Invalid:
    try:
        return read_upload("水利局.xlsx", content)
    except Invalid as refused:
        return refused


def zip_of(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def with_twin_parts() -> bytes:
    content = io.BytesIO(PLAIN)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(content, "a") as archive:
        archive.writestr("XL/workbook.xml", b"<other/>")
    return content.getvalue()


def with_changed_directory(offset: int, value: bytes) -> bytes:
    """Change bytes of the first entry in the central directory."""
    place = PLAIN.index(b"PK\x01\x02") + offset
    return PLAIN[:place] + value + PLAIN[place + len(value) :]


def with_broken_checksum() -> bytes:
    return with_changed_directory(16, b"\x00\x00\x00\x00")


def with_document_type(encoding: str) -> bytes:
    declared = '<!DOCTYPE sst [<!ENTITY a "aaaa">]>'
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{declared}<sst><si><t>&a;</t></si></sst>'
    return with_parts(PLAIN, {STRINGS: xml.encode(encoding)})


def with_content_type(old: bytes, new: bytes) -> bytes:
    types = part_of(PLAIN, "[Content_Types].xml")
    assert old in types
    return with_parts(PLAIN, {"[Content_Types].xml": types.replace(old, new)})


BAD_FILES = {
    "空文件": (b"", "是空文件"),
    "文本": ("部门名称,区划代码\n某县水利局,419999\n".encode("gb18030"), "不是 Excel 工作簿"),
    "网页": (b"<html><table></table></html>", "不是 Excel 工作簿"),
    "旧版": (OLE + b"\0" * 2000 + "Workbook".encode("utf-16-le"), "旧版 .xls"),
    "加密": (OLE + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    "截断": (PLAIN[: len(PLAIN) // 2], "已损坏"),
    "只有文件头": (PLAIN[:4], "已损坏"),
    "压缩包": (zip_of({"a.txt": b"a"}), "不是 Excel 工作簿"),
    "文档": (zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>"}), "不是 Excel 工作簿"),
    "宏": (with_parts(PLAIN, {"xl/vbaProject.bin": b"x"}), "带有宏"),
    "宏表": (with_parts(PLAIN, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "带有宏"),
    "启用宏": (with_content_type(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"), "启用宏"),
    "模板": (with_content_type(b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml"), "模板"),
    "部件太多": (with_parts(PLAIN, {f"xl/media/{n}.png": b"x" for n in range(500)}), "超过 500 个"),
    "压缩比": (with_parts(PLAIN, {"xl/media/a.png": b"\0" * 30_000_000}), "压缩比"),
    "实体": (with_document_type("utf-8"), "实体声明"),
    "换编码的实体": (with_document_type("utf-16"), "实体声明"),
    "同名部件": (with_twin_parts(), "同名部件"),
    "加密部件": (with_changed_directory(8, b"\x01\x00"), "加密的压缩包"),
    "校验不符": (with_broken_checksum(), "已损坏"),
    "虚报大小": (with_changed_directory(24, struct.pack("<I", 10)), "已损坏"),
    "表里不是 XML": (with_parts(PLAIN, {SHEET: b"\0\1\2"}), "已损坏"),
    "缺关系": (with_parts(PLAIN, {"xl/_rels/workbook.xml.rels": None}), "内部结构有误"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_by_name_with_what_is_wrong_and_what_to_do(kind: str) -> None:
    content, words = BAD_FILES[kind]
    refused = refusal(content)
    assert str(refused).startswith("“水利局.xlsx”")
    assert words in str(refused)
    assert refused.remedy.startswith("请")
    assert refused.fields == {"file": "水利局.xlsx"}


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    assert "太大" in str(refusal(PLAIN + b"\0" * MAX_FILE_BYTES))


def test_many_parts_that_share_their_bytes_do_not_slip_past_the_ratio() -> None:
    noise = random.Random(1).randbytes(300_000)  # noqa: S311 - bytes that do not compress
    padded = with_parts(PLAIN, {"xl/media/a.png": noise, "xl/media/b.png": b"\0" * 25_000_000})
    assert "压缩比" in str(refusal(padded))


def test_a_sheet_with_cells_at_its_far_ends_is_refused_instead_of_filling_the_memory() -> None:
    workbook = NewWorkbook()
    workbook.worksheets[0]["A1"] = 1
    workbook.worksheets[0]["XFD1048576"] = 1
    assert "零散" in refusal(saved(workbook)).remedy


@pytest.mark.parametrize("file", ["水利局.xls", "水利局.xlsm", "水利局.csv", "水利局"])
def test_another_extension_is_refused_whatever_the_file_holds(file: str) -> None:
    assert ".xlsx" in str(refusal(PLAIN, file))


def test_an_upload_keeps_only_the_last_part_of_its_name() -> None:
    assert read_upload("C:\\桌面\\水利局.XLSX", PLAIN).file == "水利局.XLSX"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(st.tuples(st.integers(4, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_whatever_is_done_to_its_bytes_a_file_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(PLAIN)
    for place, value in changes:
        content[place] = value
    assert isinstance(read_or_refused(bytes(content)), Workbook | Invalid)


def test_links_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    real = tmp_path / "真.xlsx"
    real.write_bytes(PLAIN)
    (tmp_path / "链接.xlsx").symlink_to(real)
    (tmp_path / "文件夹.xlsx").mkdir()
    for name, words in (("链接.xlsx", "不是普通文件"), ("文件夹.xlsx", "不是普通文件"), ("没有.xlsx", "不存在")):
        with pytest.raises(Invalid, match=words):
            read_workbook(tmp_path / name)


def test_a_folder_is_read_in_order_and_a_bad_file_stops_no_other(tmp_path: Path) -> None:
    for name in ("乙.xlsx", "甲.xlsx", "~$甲.xlsx", ".隐藏.xlsx", "round.toml"):
        (tmp_path / name).write_bytes(PLAIN)
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    (tmp_path / "旧.xls").write_bytes(OLE)
    reading = read_folder(tmp_path)
    assert [workbook.file for workbook in reading.workbooks] == ["乙.xlsx", "甲.xlsx"]
    assert [refused.file for refused in reading.refused] == ["坏.xlsx", "旧.xls"]
    assert all(refused.message and refused.remedy for refused in reading.refused)
