"""A department's own workbook given back with its faults marked (退回.xlsx): red cells, comments, a list in front.

The marking itself happens in a confined child process (`marking_child`); what is at fault is found by the intake.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from coordinator.documents.confined import answer_of
from coordinator.domain.errors import Unavailable
from coordinator.domain.sheets import CellFinding

_CHILD = "coordinator.documents.marking_child"
_SECONDS = 90.0


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the child is asked: everything found in a workbook, and its bytes; without bytes, the list alone."""

    file: str
    original: bytes | None
    findings: tuple[CellFinding, ...]


def mark(file: str, original: bytes, findings: Iterable[CellFinding]) -> bytes:
    """Give the workbook back with every cell in question filled and commented, and the sheet 退回说明 in front.

    `original` is a workbook that `read_upload` or `read_workbook` has accepted. Values, formulas, widths and formats
    stay; marks of an earlier return are taken off. All findings of one cell stand in one comment. A workbook that
    openpyxl cannot hold or read comes back as the list alone, which says so.
    """
    request = Request(file=file, original=original, findings=tuple(findings))
    marked = _marked(request) or _marked(msgspec.structs.replace(request, original=None))
    if marked is None:
        raise Unavailable("退回表没有做成：系统内存不足。", remedy="请稍后重试。", file=file)
    return marked


def _marked(request: Request) -> bytes | None:
    return answer_of(_CHILD, msgspec.msgpack.encode(request), seconds=_SECONDS)
