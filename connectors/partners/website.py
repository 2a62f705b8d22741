"""A department's website on loopback: serves a folder, and checks it as its readers would.

At any moment every file is whole and every link answered; at rest, page, data and feed say the same. What is published
there, and in which order, is the connector's affair.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError

import msgspec
from defusedxml import ElementTree
from msgspec import Struct

from connectors.partners.http import Reply, Request
from connectors.records import AnyRecord

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/atom+xml",
    ".css": "text/css; charset=utf-8",
}
ATOM = "{http://www.w3.org/2005/Atom}"
END = "</html>"
INDEX, FEED, SCHEMA = "index.html", "feed.xml", "schema-"


class _Table(Struct, frozen=True):
    """What the open data say of one table."""

    record: str
    csv: str
    schema: str
    rows: list[dict[str, Any]]


class _Data(Struct, frozen=True):
    number: int
    updated_at: datetime
    tables: tuple[_Table, ...]


class WebsitePartner:
    """A folder with its files, read anew whenever somebody asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle(self, request: Request) -> Reply:
        """Serve a file; the index where none is named."""
        name = unquote(request.path.partition("?")[0].lstrip("/")) or INDEX
        path = self._folder / name
        if request.method not in {"GET", "HEAD"}:
            return Reply(status=HTTPStatus.METHOD_NOT_ALLOWED)
        if path.suffix not in KINDS or "/" in name or not path.is_file():
            return Reply(status=HTTPStatus.NOT_FOUND, content=b"404", kind="text/plain")
        return Reply(content=path.read_bytes(), kind=KINDS[path.suffix])

    def held(self) -> Mapping[str, bytes]:
        """Every file that readers may have."""
        paths = sorted(path for path in self._folder.iterdir() if path.suffix in KINDS)
        return {path.name: path.read_bytes() for path in paths}

    def broken(self) -> list[str]:
        """What a reader would find broken right now: half a file, a link without an answer, a feed that is none."""
        if not (self._folder / INDEX).exists():
            return []
        return [*self._broken_pages(), *self._broken_data(), *self._broken_feed()]

    def unequal(self) -> list[str]:
        """What does not agree at rest: rows of the data with its table and its page, the feed with the data."""
        held = self.held()
        return self.broken() or [
            fault for name, content in held.items() if _is_data(name) for fault in _unequal(name, content, held)
        ]

    def _broken_pages(self) -> Iterator[str]:
        for name, content in self.held().items():
            if name.endswith(".html"):
                text = content.decode(errors="replace")
                if not text.rstrip().endswith(END):
                    yield f"“{name}”只有一半"
                links = _Links()
                links.feed(text)
                yield from (f"“{name}”里的链接“{link}”打不开" for link in links.found if not self._answers(link))

    def _broken_data(self) -> Iterator[str]:
        for name, content in self.held().items():
            if _is_data(name):
                try:
                    data = msgspec.json.decode(content, type=_Data)
                    for table in data.tables:
                        msgspec.convert(table.rows, list[AnyRecord])
                except msgspec.MsgspecError as error:
                    yield f"“{name}”不是约定的数据：{error}"
                else:
                    links = [link for table in data.tables for link in (table.csv, table.schema)]
                    yield from (f"“{name}”写到的“{link}”打不开" for link in links if not self._answers(link))

    def _broken_feed(self) -> Iterator[str]:
        if not (self._folder / FEED).exists():
            return
        try:
            root = ElementTree.fromstring((self._folder / FEED).read_bytes())
        except ParseError as error:
            yield f"“{FEED}”不是 XML：{error}"
            return
        ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
        if root.tag != f"{ATOM}feed" or not root.findtext(f"{ATOM}id") or None in ids or len(set(ids)) != len(ids):
            yield f"“{FEED}”不是完整的 Atom：编号缺少或重复"
        for each in (root, *root.iter(f"{ATOM}entry")):
            if _moment(each.findtext(f"{ATOM}updated")) is None or not each.findtext(f"{ATOM}title"):
                yield f"“{FEED}”里有一条没有题目或更新时间"
        links = [link.get("href", "").rpartition("/")[2] for link in root.iter(f"{ATOM}link")]
        yield from (f"“{FEED}”里的“{link}”打不开" for link in links if not self._answers(link))

    def _answers(self, link: str) -> bool:
        return "/" not in link and (self._folder / unquote(link)).is_file()


class _Links(HTMLParser):
    """The addresses that a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"a", "link"}:
            self.found += [value for name, value in attrs if name == "href" and value]


def _unequal(name: str, content: bytes, held: Mapping[str, bytes]) -> Iterator[str]:
    data = msgspec.json.decode(content, type=_Data)
    page = held.get(name.replace(".json", ".html"), b"").decode()
    for table in data.tables:
        lines = list(csv.reader(io.StringIO(held[table.csv].decode("utf-8-sig"))))
        if len(lines) - 1 != len(table.rows):
            yield f"“{table.csv}”有{len(lines) - 1}行，数据里有{len(table.rows)}行"
    if f"第 {data.number} 次公布" not in page or page.count("<tr>") != sum(len(each.rows) + 1 for each in data.tables):
        yield f"“{name}”与它的网页不一致"
    if data.updated_at.isoformat(timespec="seconds") not in held[FEED].decode():
        yield f"“{name}”的更新时间不在“{FEED}”里"


def _is_data(name: str) -> bool:
    return name.endswith(".json") and not name.startswith(SCHEMA)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
