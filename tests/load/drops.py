"""Drops on bad days: exchange databases and SFTP folders, a sender that is really killed, every fault of theirs.

Run as a program: `PYTHONPATH=.:tests .venv/bin/python -m load.drops [packages [kind …]]` (10,000 of a kind take a
quarter of an hour). Scaled: tests/postgres/test_drops_load.py. How bad days go is in `bad_days`.
"""

import asyncio
import random
import shutil
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
from load.bad_days import Days, Ended, bad_days, moody, say
from load.dropping import PATIENCE_SECONDS, Sending, package, way
from support.exchanges import Exchange, mysql_exchange, own_mariadb, postgres_exchange
from support.folders import new_folder

from connectors.file_drop.manifest import Manifest
from connectors.partners.sftp import sftp_partner
from coordinator.embedded import embedded
from coordinator.settings import Settings

USER, PASSWORD = "onedoor", "c0rrect"


async def exchange_on_bad_days(exchange: Exchange, days: Days) -> Ended:
    """Cut connections, a locked table, a renamed column."""
    settings = msgspec.json.encode(exchange.settings).decode()
    sending = Sending(kind="exchange", settings=settings, count=days.count, duplicates=days.repeated)

    chance = random.Random(days.count)  # noqa: S311 - bad days are no secret

    async def cut() -> Callable[[], Awaitable[None]]:
        exchange.relay.cut_after = chance.randrange(50, 12_000)
        exchange.relay.cut()

        async def mend() -> None:
            exchange.relay.cut_after = None

        return mend

    async def lock() -> Callable[[], Awaitable[None]]:
        held = AsyncExitStack()
        await held.enter_async_context(exchange.partner.locking("exchange_result"))
        return held.aclose

    async def rename() -> Callable[[], Awaitable[None]]:
        await exchange.partner.rename("exchange_result", "problem", "problem_2")

        async def mend() -> None:
            await exchange.partner.rename("exchange_result", "problem_2", "problem")

        return mend

    async def found() -> list[str]:
        return _wrong_rows(sending, await exchange.partner.batches(), await exchange.rows())

    kind = f"exchange {exchange.settings.engine.value}"
    return await bad_days(kind, sending, {"cut": cut, "locked": lock, "renamed": rename}, found, days)


def _wrong_rows(
    sending: Sending, batches: Sequence[tuple[str, str, int, str]], rows: Sequence[dict[str, object]]
) -> list[str]:
    """Every package once, and of every batch the rows of its last number."""
    expected = [(one.recipient, one.batch, one.number) for one in map(package, range(sending.count))]
    given = Counter((recipient, batch, number) for recipient, batch, number, _ in batches)
    wrong = [f"{each} {given[each]} times" for each in expected if given[each] != 1]
    last = {(one.recipient, one.batch): one for one in map(package, range(sending.count))}
    held: dict[tuple[object, object], list[dict[str, object]]] = {}
    for row in rows:
        held.setdefault((row["recipient"], row["batch"]), []).append(row)
    for key, one in last.items():
        own = held.pop(key, [])
        if {row["number"] for row in own} != {one.number} or len(own) != one.files[0].row_count:
            wrong.append(f"{key}: rows {len(own)}")
    return wrong + [f"{key}: unexpected" for key in held]


async def sftp_on_bad_days(root: Path, days: Days, first: int = 0) -> Ended:
    """Connections that end, half-written files, a full disk, a server that is too slow; packages from one place on."""
    async with sftp_partner(root, USER, PASSWORD) as partner:
        given = {"host": "127.0.0.1", "port": partner.port, "networks": ["127.0.0.1/32"], "user": USER}
        settings = msgspec.json.encode({**given, "host_key": partner.host_key}).decode()
        sending = Sending(
            kind="sftp", settings=settings, first=first, count=first + days.count, duplicates=days.repeated
        )
        mishaps = {name: moody(partner.mood, steps=0, **mood) for name, mood in MOODS.items()}

        async def found() -> list[str]:
            # what the server carries out late, after it was given up, is for the next delivery to tidy
            await asyncio.sleep(SLOW)
            await _repeat_last(sending)
            return await asyncio.to_thread(_wrong_files, sending, root)

        return await bad_days("sftp", sending, mishaps, found, days)


SLOW = 2 * PATIENCE_SECONDS
UNHURRIED_SECONDS = 60
SERVERS = 4
MOODS: dict[str, dict[str, object]] = {
    "half-written": {"keeps_half": True},
    "full": {"room": 10},
    "slow": {"pause": SLOW},
    "hang-up": {"hang_up_at": 6},
}


async def _repeat_last(sending: Sending) -> None:
    """Bring the last package of every folder once more."""
    connector = way(sending, UNHURRIED_SECONDS)
    for place in {package(place).recipient: place for place in sending.places}.values():
        await connector.deliver(package(place))
    await connector.aclose()


def _wrong_files(sending: Sending, root: Path) -> list[str]:
    """Of every batch the last number, whole, naming those before it; and nothing besides."""
    wrong = []
    last = {(one.recipient, one.batch): one for one in map(package, sending.places)}
    manifests = {
        (manifest.recipient, manifest.batch): (path, manifest)
        for path in root.glob("*/清单-*.json")
        for manifest in [msgspec.json.decode(path.read_bytes(), type=Manifest)]
    }
    for key, one in last.items():
        path, manifest = manifests.pop(key, (None, None))
        if path is None or manifest is None:
            wrong.append(f"{key}: no manifest")
            continue
        contents = {file.name: (path.parent / file.name).read_bytes() for file in manifest.files}
        if contents != {file.name: file.content for file in one.files} or manifest.number != one.number:
            wrong.append(f"{key}: another content")
        if [past.number for past in manifest.supersedes] != list(range(1, one.number)):
            wrong.append(f"{key}: numbers before it {[past.number for past in manifest.supersedes]}")
    left = [str(path) for path in root.glob("*/.*")] + [str(path) for path in root.glob("*/*.part")]
    return wrong + [f"{key}: unexpected" for key in manifests] + left


async def _to_databases(count: int) -> None:
    home = new_folder()
    with embedded(Settings(home=home, redis_url="unix:///dev/null")) as server, own_mariadb() as socket:
        async with postgres_exchange(str(server.superuser_url)) as exchange:
            say(await exchange_on_bad_days(exchange, Days(count)))
        async with mysql_exchange(socket) as exchange:
            say(await exchange_on_bad_days(exchange, Days(count)))
    shutil.rmtree(home)


async def _to_sftp(count: int) -> None:
    """To several servers at once: one waits for the other side most of the time."""
    async with asyncio.TaskGroup() as servers:
        for number in range(SERVERS):
            servers.create_task(_to_server(count // SERVERS, number))


async def _to_server(count: int, number: int) -> None:
    root = new_folder()
    say(await sftp_on_bad_days(root, Days(count), first=number * count))
    shutil.rmtree(root)


RUNS = {"exchange": _to_databases, "sftp": _to_sftp}

if __name__ == "__main__":
    count, *kinds = sys.argv[1:] or ["10000"]
    for kind in kinds or RUNS:
        asyncio.run(RUNS[kind](int(count)))
