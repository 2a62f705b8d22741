"""Publishing a package: each file written aside and renamed, what is linked before what links, the feed and index last.

So whoever reads meanwhile finds every address whole and every link answered. A repeat writes only what is not so yet.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.contract import Confirmation, Package, PermanentError, Receipt, Standing
from connectors.file_drop.disk import LocalFolder, alone_in, in_words
from connectors.file_drop.place import Place
from connectors.website.dataset import Dataset, content_of, csv_of, dataset_of, schema_of, slug_of
from connectors.website.pages import FEED, INDEX, STYLE, entry_of, feed_of, index_of, page_of, style
from connectors.website.settings import WebsiteSettings

Clock = Callable[[], datetime]
DATA, PAGE, ASIDE = ".json", ".html", ".onedoor.part"
SCHEMA = "schema-"

SUPERSEDED = "已由第{}次公布取代。"
GONE = "网站的文件夹里已经没有这次公布的内容。"


class Website:
    """Publishes into one folder, by a thread of its own: a share that hangs holds up nobody else."""

    def __init__(self, settings: WebsiteSettings, secrets: Mapping[str, str], *, clock: Clock) -> None:  # noqa: ARG002 - as every kind is made
        self._settings, self._clock = settings, clock
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="website")

    async def deliver(self, package: Package) -> Receipt:
        """Publish a package at its stable addresses; `reference` is that of its page."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._hand, publish, self._settings, package, self._clock())

    async def ask(self, package: Package, receipt: Receipt) -> Confirmation:
        """Read back what is published."""
        return await asyncio.get_running_loop().run_in_executor(self._hand, _standing, self._settings, package, receipt)

    async def aclose(self) -> None:
        self._hand.shutdown(wait=False, cancel_futures=True)


def publish(settings: WebsiteSettings, package: Package, now: datetime) -> Receipt:
    """Publish; raises TemporaryError or PermanentError."""
    root = Path(settings.root)
    with in_words(f"网站的文件夹“{root}”"), alone_in(root):
        place = LocalFolder(root)
        before = _dataset(place, slug_of(package.recipient, package.batch) + DATA)
        receipt = Receipt(key=package.key, reference=f"{settings.address}/{_slug(package)}{PAGE}")
        if before and package.key in before.earlier:
            return receipt
        if before and before.number >= package.number and before.key != package.key:
            return _late(before, package, receipt)
        _write(place, settings, dataset_of(package, before, now))
        _tidy(place)
        return receipt


def _late(before: Dataset, package: Package, receipt: Receipt) -> Receipt:
    if before.number == package.number:
        raise PermanentError(
            f"网站上“{package.recipient}”的批次“{package.batch}”第{package.number}次公布的内容与这次不同，没有覆盖。"
            "请核对后移走它的文件，再重新投递。"
        )
    return Receipt(key=receipt.key, reference=receipt.reference, is_superseded=True)


def _write(place: Place, settings: WebsiteSettings, dataset: Dataset) -> None:
    """Write what differs: schemas and tables, the data, its page, then feed and index of all there is."""
    own = {
        **{table.schema: schema_of(table) for table in dataset.tables},
        **{table.csv: csv_of(table) for table in dataset.tables},
        dataset.slug + DATA: content_of(dataset),
        dataset.slug + PAGE: page_of(dataset, settings),
    }
    if place.read(INDEX) is None:
        # the first page of all links to them
        _list(place, settings, dataset)
    for name, content in own.items():
        _put(place, name, content)
    _list(place, settings, dataset)
    place.settle()


def _list(place: Place, settings: WebsiteSettings, newest: Dataset) -> None:
    """Write feed and index of every batch whose page stands."""
    listed = [entry_of(each, settings) for each in _published(place)]
    _put(place, STYLE, style())
    _put(place, FEED, feed_of(listed, settings, newest.updated_at))
    _put(place, INDEX, index_of(listed, settings))


def _put(place: Place, name: str, content: bytes) -> None:
    if place.read(name) != content:
        place.write(name + ASIDE, content)
        place.rename(name + ASIDE, name)


def _tidy(place: Place) -> None:
    """Take away what no page links to any more, and what was left aside."""
    published = _published(place)
    kept = {table.csv for dataset in published for table in dataset.tables}
    slugs = {dataset.slug for dataset in published}
    for name in place.names():
        is_ours = name.endswith(".csv") and name.rpartition("-")[0] in slugs
        if name.endswith(ASIDE) or (is_ours and name not in kept):
            place.remove(name)


def _published(place: Place) -> Sequence[Dataset]:
    """Every batch whose page stands."""
    return [*_with_pages(place, place.names())]


def _with_pages(place: Place, names: Sequence[str]) -> Iterator[Dataset]:
    for name in sorted(names):
        if name.endswith(DATA) and not name.startswith(SCHEMA) and name.removesuffix(DATA) + PAGE in names:
            dataset = _dataset(place, name)
            if dataset:
                yield dataset


def _dataset(place: Place, name: str) -> Dataset | None:
    """A batch's data as it stands; None where there is none, or where the file is none of ours."""
    try:
        return msgspec.json.decode(place.read(name) or b"", type=Dataset)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _standing(settings: WebsiteSettings, package: Package, receipt: Receipt) -> Confirmation:
    with in_words(f"网站的文件夹“{settings.root}”"):
        place = LocalFolder(Path(settings.root))
        found = _dataset(place, _slug(package) + DATA)
        if found is None or place.read(_slug(package) + PAGE) is None:
            return Confirmation(standing=Standing.MISSING, words=GONE)
    if found.key == receipt.key:
        return Confirmation(standing=Standing.TAKEN)
    if found.number > package.number:
        return Confirmation(standing=Standing.TAKEN, words=SUPERSEDED.format(found.number))
    return Confirmation(standing=Standing.MISSING, words=GONE)


def _slug(package: Package) -> str:
    return slug_of(package.recipient, package.batch)
