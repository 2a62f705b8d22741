"""Websites and mailboxes on bad days: a sender that is really killed, disks without room, servers that break off.

Run as a program: `PYTHONPATH=.:tests .venv/bin/python -m load.readers [packages [kind …]]` (10,000 of a kind take a
quarter of an hour); `unshare --mount … -m load.readers 10000 disk` gives websites a disk that fills up and turns
read-only. Scaled: tests/pure/connectors/test_bad_days.py. How bad days go is in `bad_days`.
"""

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
from load.bad_days import Days, Ended, Mishap, bad_days, moody, say
from load.dropping import NUMBERS, PATIENCE_SECONDS, Sending, package
from support.folders import new_folder

from connectors.contract import Package
from connectors.mail.message import attached
from connectors.partners.mail import Mailbox, standing_mailbox
from connectors.partners.website import ATOM, WebsitePartner
from connectors.website.dataset import Dataset, slug_of
from connectors.website.pages import FEED, INDEX, STYLE

TO = "water@department.test"
PAGE = 4096
MOST_BYTES = 1 << 30


class Sites:
    """The folders of all sites, and somebody who goes round them all the time, following their feeds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.broken: list[str] = []
        self.updates: dict[str, set[str]] = defaultdict(set)
        self.alone = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[None]:
        is_over = asyncio.Event()
        async with asyncio.TaskGroup() as reading:
            reading.create_task(self._read(is_over))
            try:
                yield
            finally:
                is_over.set()

    async def _read(self, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            async with self.alone:
                await asyncio.to_thread(self.look)
            await asyncio.sleep(0.1)

    def look(self) -> None:
        """Look at the site that was changed last as a reader would."""
        feeds = sorted(self.root.glob(f"*/{FEED}"), key=lambda feed: feed.stat().st_mtime_ns)
        for latest in feeds[-1:]:
            self.broken += WebsitePartner(latest.parent).broken()
            for entry in ET.fromstring(latest.read_bytes()).iter(f"{ATOM}entry"):  # noqa: S314 - our own
                self.updates[str(entry.findtext(f"{ATOM}id"))].add(str(entry.findtext(f"{ATOM}updated")))


async def websites_on_bad_days(root: Path, days: Days, *, disk: Path | None = None) -> Ended:
    """Folders that are gone, or in whose files' place others lie; a disk of one's own is also full, or read-only."""
    sending = Sending(kind="website", settings=str(root), count=days.count, duplicates=days.repeated)
    for place in range(sending.count):
        (root / package(place).recipient).mkdir(exist_ok=True)
    sites = Sites(root)
    mishaps = {"gone": _gone(sites), "blocked": _blocked(sites)}
    if disk:
        mishaps |= {"full": _full(disk), "read-only": _read_only(disk)}

    async def found() -> list[str]:
        return await asyncio.to_thread(_wrong_sites, sending, sites)

    async with sites.read():
        return await bad_days("website", sending, mishaps, found, days)


def _gone(sites: Sites) -> Mishap:
    """The sites are moved away, as by a share that is not mounted."""

    async def bring() -> Callable[[], Awaitable[None]]:
        await sites.alone.acquire()
        aside = sites.root.with_name("aside")
        sites.root.rename(aside)

        async def mend() -> None:
            aside.rename(sites.root)
            sites.alone.release()

        return mend

    return bring


def _blocked(sites: Sites) -> Mishap:
    """Folders lie where the index is to be written, at all sites."""

    async def bring() -> Callable[[], Awaitable[None]]:
        folders = [site / f"{INDEX}.onedoor.part" for site in sites.root.iterdir()]
        for folder in folders:
            folder.mkdir()

        async def mend() -> None:
            for folder in folders:
                folder.rmdir()

        return mend

    return bring


def _full(disk: Path) -> Mishap:
    """No room is left, or for a few pages only: the file that is written then ends half-way."""
    chance = random.Random(1)  # noqa: S311 - bad days are no secret

    async def bring() -> Callable[[], Awaitable[None]]:
        held = os.statvfs(disk)
        used = (held.f_blocks - held.f_bfree) * held.f_frsize
        await _remount(disk, f"size={used + chance.randrange(6) * PAGE}")
        return lambda: _remount(disk, f"size={MOST_BYTES}")

    return bring


def _read_only(disk: Path) -> Mishap:
    async def bring() -> Callable[[], Awaitable[None]]:
        await _remount(disk, "ro")
        return lambda: _remount(disk, "rw")

    return bring


async def _remount(disk: Path, options: str) -> None:
    mounting = await asyncio.create_subprocess_exec("mount", "-o", f"remount,{options}", disk)
    assert await mounting.wait() == 0


def _wrong_sites(sending: Sending, sites: Sites) -> list[str]:
    """Of every batch the last number, which names those before it; each announced once; nothing besides."""
    packages = [package(place) for place in range(sending.count)]
    of_site: dict[str, list[Package]] = defaultdict(list)
    for one in packages:
        of_site[one.recipient].append(one)
    wrong = [fault for name, own in of_site.items() for fault in _wrong_site(sites.root / name, own)]
    often = [name for name, updates in sites.updates.items() if len(updates) > NUMBERS]
    unread = [] if sites.updates else ["nobody read"]
    return wrong + sites.broken + [f"{name}: announced more than {NUMBERS} times" for name in often] + unread


def _wrong_site(site: Path, packages: Sequence[Package]) -> list[str]:
    wrong = WebsitePartner(site).unequal()
    names = {INDEX, FEED, STYLE, "schema-result.json"}
    keys: dict[str, list[str]] = defaultdict(list)
    for one in packages:
        keys[one.batch].append(one.key)
    for one in {one.batch: one for one in packages}.values():
        slug = slug_of(one.recipient, one.batch)
        names |= {f"{slug}.html", f"{slug}.json", f"{slug}-result.csv"}
        held = msgspec.json.decode((site / f"{slug}.json").read_bytes(), type=Dataset)
        if [*held.earlier, held.key] != keys[one.batch] or held.number != one.number:
            wrong.append(f"{held.title}: number {held.number} after {held.earlier}")
        if sum(len(table.rows) for table in held.tables) != one.files[0].row_count:
            wrong.append(f"{held.title}: other rows")
    return wrong + [f"{site.name}: {name}" for name in names ^ {path.name for path in site.iterdir()}]


async def mailbox_on_bad_days(days: Days) -> Ended:
    """Refused for now and for good, broken off, taken without a word, slow, and nobody at the door.

    A mail cannot be taken back: one whose answer was lost comes again. What is promised, and looked at here, is that
    it is then the same mail under the same Message-ID, so that who knows names by that has each package once.
    """
    mailbox, door = Mailbox(TO), AsyncExitStack()

    async def open_() -> None:
        await door.enter_async_context(standing_mailbox(mailbox, port=mailbox.port))

    async def close() -> Callable[[], Awaitable[None]]:
        await door.aclose()
        return open_

    await open_()
    given = {"to": TO, "sender": "onedoor@county.test", "host": "127.0.0.1", "port": mailbox.port}
    settings = msgspec.json.encode({**given, "networks": ["127.0.0.1/32"], "encryption": "none"}).decode()
    sending = Sending(kind="mail", settings=settings, count=days.count, duplicates=days.repeated)
    mishaps = {name: moody(mailbox, **mood) for name, mood in MOODS.items()} | {"refused": close}

    async def found() -> list[str]:
        return _wrong_mails(sending, mailbox)

    async with door:
        ended = await bad_days("mail", sending, mishaps, found, days)
    again = mailbox.told.total() - len(mailbox.taken)
    if again > ended.failed_tries + ended.repeated + 2 * ended.kills:
        ended.wrong.append(f"{again} mails came again")
    return ended._replace(kind=f"mail ({again} came again, the same under the same Message-ID)")


MOODS: dict[str, dict[str, object]] = {
    "later": {"answer": "451 4.3.0 later"},
    "never": {"answer": "552 5.3.4 too big"},
    "unsaid": {"is_hanging_up": True},
    "slow": {"pause": 2 * PATIENCE_SECONDS},
    **{f"reset after {most:,}": {"cut_after": most} for most in (0, 300, 2_000, 6_000)},
}


def _wrong_mails(sending: Sending, mailbox: Mailbox) -> list[str]:
    """Every package under one name, whole, those of a batch by their numbers; nothing besides."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for taken in mailbox.taken.values():
        numbers[taken.batch].append(taken.number)
    contents = {(taken.batch, taken.number): taken.attachments for taken in mailbox.taken.values()}
    wrong = [f"{name}: another mail under the same name" for name in mailbox.contradicted]
    wrong += [
        f"{one.batch} {one.number}: not there, or another content"
        for one in map(package, range(sending.count))
        if contents.pop((one.batch, one.number), None) != {file.name: file.content for file in attached(one)}
    ]
    wrong += [f"{batch}: in the order {came}" for batch, came in numbers.items() if came != sorted(set(came))]
    return wrong + [f"{named}: unexpected" for named in contents]


async def _to_websites(count: int) -> None:
    home = new_folder()
    (home / "sites").mkdir()
    say(await websites_on_bad_days(home / "sites", Days.of(count)))
    shutil.rmtree(home)


async def _to_websites_on_a_disk(count: int) -> None:
    disk = new_folder()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MOST_BYTES}", "tmpfs", disk], check=True)  # noqa: ASYNC221 - nothing else is under way
    (disk / "sites").mkdir()
    say(await websites_on_bad_days(disk / "sites", Days.of(count), disk=disk))
    subprocess.run(["umount", disk], check=True)  # noqa: ASYNC221 - nor now
    disk.rmdir()


async def _to_mailbox(count: int) -> None:
    say(await mailbox_on_bad_days(Days.of(count)))


RUNS = {"website": _to_websites, "disk": _to_websites_on_a_disk, "mail": _to_mailbox}

if __name__ == "__main__":
    count, *kinds = sys.argv[1:] or ["10000"]
    for kind in kinds or ("website", "mail"):
        asyncio.run(RUNS[kind](int(count)))
