"""The child process that parses one workbook: its bytes on the input, the cells as MessagePack on the output.

Started by `workbook_reading` under limits; imports little, since every file pays for its start. Whatever it cannot
explain by a refusal it dies of, and the parent says so.
"""

import io
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from coordinator.documents.cell_formats import SecondLook, look_again
from coordinator.documents.confined import confine_self
from coordinator.documents.upload_checks import MEBIBYTE, check_upload
from coordinator.domain.errors import Invalid

MEMORY_BYTES = 512 * MEBIBYTE
CPU_SECONDS = 20
# Beyond this a float no longer holds every whole number.
_LARGEST_EXACT = 2**53

_DATE, _DATETIME, _TIME, _DURATION = range(1, 5)


class GivenSheet(Struct, frozen=True, kw_only=True):
    """A sheet on its way to the parent: empty cells None, moments as extension types (see `moment`)."""

    name: str
    rows: list[list[Any]]
    percent_cells: list[tuple[int, int]]


class Given(Struct, frozen=True, kw_only=True, tag=True):
    sheets: list[GivenSheet]


class Refused(Struct, frozen=True, kw_only=True, tag=True):
    message: str
    remedy: str


def moment(code: int, content: memoryview) -> object:
    """Read a date, a time or a length of time out of its extension type: the inverse of what the child writes."""
    text = bytes(content).decode()
    if code == _DATE:
        return date.fromisoformat(text)
    if code == _DATETIME:
        return datetime.fromisoformat(text)
    return time.fromisoformat(text) if code == _TIME else timedelta(seconds=float(text))


def _extension(value: date | time | timedelta) -> msgspec.msgpack.Ext:
    if isinstance(value, datetime):
        return msgspec.msgpack.Ext(_DATETIME, value.isoformat().encode())
    if isinstance(value, date):
        return msgspec.msgpack.Ext(_DATE, value.isoformat().encode())
    if isinstance(value, time):
        return msgspec.msgpack.Ext(_TIME, value.isoformat().encode())
    return msgspec.msgpack.Ext(_DURATION, repr(value.total_seconds()).encode())


def _cell(value: str | float | bool | date | time | timedelta) -> object:  # noqa: FBT001 - a cell may hold a truth value
    """Empty is None; calamine turns every number into a float, so whole ones are turned back."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _LARGEST_EXACT else value
    if isinstance(value, bool | int):
        return value
    return _extension(value)


def _sheet(sheet: CalamineSheet, look: SecondLook) -> GivenSheet:
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), text in look.texts.items():
        _set(rows, row, column, text)
    return GivenSheet(name=sheet.name, rows=rows, percent_cells=sorted(look.percent_cells))


def _set(rows: list[list[object]], row: int, column: int, text: str) -> None:
    """Put a text where calamine saw nothing, which may lie beyond what it saw at all."""
    rows.extend([] for _missing in range(row - len(rows)))
    cells = rows[row - 1]
    cells.extend(None for _missing in range(column - len(cells)))
    if cells[column - 1] is None:
        cells[column - 1] = text


def read(content: bytes) -> Given | Refused:
    """Check and parse one workbook."""
    try:
        check_upload(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            looks = look_again(archive)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return Given(sheets=[_sheet(workbook.get_sheet_by_name(name), looks.get(name, SecondLook())) for name in names])
    except Invalid as refusal:
        return Refused(message=str(refusal), remedy=refusal.remedy)
    except (CalamineError, KeyError, ValueError):
        return Refused(
            message="内部结构有误，系统读不了。", remedy="请用 Excel 或 WPS 打开，另存为新的 .xlsx 后重新提交。"
        )


def main() -> None:
    """Answer the one request on standard input."""
    confine_self(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    answer = read(sys.stdin.buffer.read())
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
