"""Workbooks for tests: plain ones from rows, and broken ones by exchanging parts of the archive."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

PLAIN = {"部门": [["部门名称", "区划代码", "层级"], ["某县水利局", "419999", "县"]]}


def a_workbook(sheets: Mapping[str, Sequence[Sequence[object]]] = PLAIN) -> bytes:
    """Write rows from A1 on."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """Exchange, add or (None) take out parts of a workbook's archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        all_parts = {name: archive.read(name) for name in archive.namelist()} | dict(parts)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in all_parts.items():
            if part is not None:
                archive.writestr(name, part)
    return result.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)
