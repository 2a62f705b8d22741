"""Pages and the feed, as text: a page for each batch, an index of all, an Atom feed of what was last published.

Nothing is written here; in which order that happens is said in `publishing`.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from connectors.records import BEIJING
from connectors.website.dataset import Dataset, columns_of, lines_of
from connectors.website.settings import WebsiteSettings

INDEX, FEED, STYLE = "index.html", "feed.xml", "onedoor.css"
TEMPLATES = Path(__file__).with_name("templates")
IN_FEED = 50


class Entry(Struct, frozen=True, kw_only=True):
    """One batch as index and feed list it."""

    id: str
    slug: str
    title: str
    recipient: str
    published_at: datetime
    updated_at: datetime


def entry_of(dataset: Dataset, settings: WebsiteSettings) -> Entry:
    return Entry(
        id=dataset.id_under(settings.address),
        slug=dataset.slug,
        title=dataset.title,
        recipient=dataset.recipient,
        published_at=dataset.published_at,
        updated_at=dataset.updated_at,
    )


def page_of(dataset: Dataset, settings: WebsiteSettings) -> bytes:
    tables = [(table, list(columns_of(table).values()), lines_of(table)) for table in dataset.tables]
    return _filled("page.html", site=settings, dataset=dataset, tables=tables)


def index_of(entries: Sequence[Entry], settings: WebsiteSettings) -> bytes:
    """All batches, the newest first."""
    return _filled(INDEX, site=settings, entries=_newest_first(entries))


def feed_of(entries: Sequence[Entry], settings: WebsiteSettings, now: datetime) -> bytes:
    """The batches last published or changed, as Atom (RFC 4287); without any, it was changed now."""
    listed = _newest_first(entries)[:IN_FEED]
    return _filled(
        FEED,
        site=settings,
        entries=listed,
        updated_at=listed[0].updated_at if listed else now,
        id=uuid5(NAMESPACE_URL, settings.address).urn,
    )


def style() -> bytes:
    return (TEMPLATES / STYLE).read_bytes()


def _newest_first(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.updated_at, entry.slug), reverse=True)


def _filled(template: str, **values: object) -> bytes:
    return _templates().get_template(template).render(**values).encode()


@cache
def _templates() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["day"] = lambda moment: moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    made.filters["atom"] = lambda moment: moment.isoformat(timespec="seconds")
    return made
