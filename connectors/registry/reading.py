"""Registrations from a file: CSV with the headings below, or JSON lines; a row with a fault is named and left out.

Reads bytes that somebody has chosen; size and origin are the caller's affair.
"""

import csv
import io
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from connectors.registry.rows import Registration

HEADINGS = {
    "统一社会信用代码": "code",
    "原注册号": "former_number",
    "名称": "name",
    "类型": "kind",
    "登记状态": "status",
    "住所": "address",
    "行政区划代码": "area",
    "行业代码": "industry",
    "成立日期": "registered_on",
    "名单": "lists",
}
NEEDED = ("统一社会信用代码", "名称")
_BETWEEN = "、"


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a row is left out; rows count from 1, the headings being the first."""

    row: int
    words: str


def read_registrations(name: str, content: bytes) -> Iterator[Registration | Fault]:
    """Read a file by its ending, `.jsonl` or `.csv`; raises ValueError in Chinese where it cannot be read at all."""
    if name.casefold().endswith(".jsonl"):
        return _lines(content)
    if name.casefold().endswith(".csv"):
        return _table(_text(content))
    raise ValueError("登记信息只能是 .csv 或 .jsonl 文件。请另存为 CSV（UTF-8 或 GB18030）再试。")


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("文件的文字编码既不是 UTF-8 也不是 GB18030。请另存后再试。")


def _lines(content: bytes) -> Iterator[Registration | Fault]:
    decoder = msgspec.json.Decoder(Registration)
    for number, line in enumerate(content.splitlines(), 1):
        try:
            yield decoder.decode(line)
        except msgspec.DecodeError as error:
            yield Fault(row=number, words=_words(error))


def _table(text: str) -> Iterator[Registration | Fault]:
    rows = csv.reader(io.StringIO(text, newline=""))
    headings = [heading.strip() for heading in next(rows, [])]
    missing = [heading for heading in NEEDED if heading not in headings]
    if missing:
        raise ValueError(f"第1行没有“{'”“'.join(missing)}”这样的标题。标题应为：{'，'.join(HEADINGS)}。")
    unknown = [heading for heading in headings if heading not in HEADINGS]
    if unknown:
        raise ValueError(f"不认识标题“{'”“'.join(unknown)}”。标题应为：{'，'.join(HEADINGS)}。")
    return _cells(headings, rows)


def _cells(headings: list[str], rows: Iterator[list[str]]) -> Iterator[Registration | Fault]:
    try:
        for number, cells in enumerate(rows, 2):
            if any(cells):
                yield _row(number, dict(zip(headings, cells, strict=False)))
    except csv.Error as error:
        raise ValueError("文件不是完整的 CSV。请重新导出。") from error


def _row(number: int, cells: Mapping[str, str]) -> Registration | Fault:
    given: dict[str, object] = {HEADINGS[heading]: cell.strip() for heading, cell in cells.items() if cell.strip()}
    if "lists" in given:
        given["lists"] = [each.strip() for each in str(given["lists"]).split(_BETWEEN)]
    try:
        return msgspec.convert(given, Registration)
    except msgspec.ValidationError as error:
        return Fault(row=number, words=_words(error))


def _words(error: msgspec.DecodeError) -> str:
    """Our own words where we have some, else which field is not as it should be."""
    if isinstance(error.__cause__, ValueError):
        return str(error.__cause__)
    told = str(error)
    named = (heading for heading, field in HEADINGS.items() if f"`{field}`" in told or f".{field}" in told)
    found = next(named, "")
    return f"“{found}”没有填写，或写法不对。" if found else "这一行不是登记信息的写法。"
