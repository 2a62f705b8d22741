"""Bad days for any kind of partner: packages in order, faults before some, a sender that is really killed in between.

Which faults there are, and what must then be at the receiver, is said beside each kind (`drops`, `readers`). The sender
is a process of its own (`load.dropping`).
"""

import asyncio
import os
import random
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from load.dropping import Sending

ROOT = Path(__file__).parents[2]
MANY = 100

Mishap = Callable[[], Awaitable[Callable[[], Awaitable[None]]]]
"""Brings a fault about, and gives what ends it."""


class Days(NamedTuple):
    """How many packages are sent, how often the sender is killed, and how many of them meet a fault."""

    count: int
    kills: int = 5
    share: float = 0.05

    @classmethod
    def of(cls, count: int) -> "Days":
        """Few packages meet more faults."""
        return cls(count) if count >= MANY else cls(count, kills=1, share=0.5)

    @property
    def repeated(self) -> float:
        return self.share / 5


class Ended(NamedTuple):
    """What it took."""

    kind: str
    packages: int
    repeated: int
    faults: Counter[str]
    failed_tries: int
    kills: int
    wrong: list[str]
    seconds: float

    def __str__(self) -> str:
        faults = "、".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        return (
            f"{self.kind}: {self.packages:,} packages, {self.repeated} again, {self.failed_tries} tries failed "
            f"({faults}), the sender killed {self.kills} times; "
            f"wrong at the receiver: {self.wrong or 'nothing'}; {self.seconds:,.0f} s"
        )


def moody(of: object, **mood: object) -> Mishap:
    """Something that behaves in another way for a while."""

    async def bring() -> Callable[[], Awaitable[None]]:
        before = {name: getattr(of, name) for name in mood}
        _change(of, mood)

        async def mend() -> None:
            _change(of, before)

        return mend

    return bring


def _change(of: object, mood: Mapping[str, object]) -> None:
    for name, value in mood.items():
        setattr(of, name, value)


async def bad_days(
    kind: str,
    sending: Sending,
    mishaps: dict[str, Mishap],
    found: Callable[[], Awaitable[list[str]]],
    days: Days,
) -> Ended:
    """Send all packages, with a fault before some and the sender killed in between; say what is wrong then."""
    chance, began = random.Random(f"{kind} {sending.first}"), time.monotonic()  # noqa: S311 - bad days are no secret
    deadly = {sending.first + days.count * (number + 1) // (days.kills + 1) for number in range(days.kills)}
    faults: Counter[str] = Counter()
    failed, kills, done = 0, 0, sending.first
    while done < sending.count:
        async with sender(msgspec.structs.replace(sending, first=done)) as process:
            mend: Callable[[], Awaitable[None]] | None = None
            while line := await _line(process):
                word, _, place = line.partition(" ")
                if word == "failed":
                    failed += 1
                    mend = await _mended(mend)
                    await _go(process)
                    continue
                done = int(place) + 1
                mend = await _mended(mend)
                if chance.random() < days.share:
                    name = chance.choice(sorted(mishaps))
                    faults[name] += 1
                    mend = await mishaps[name]()
                await _go(process)
                if done in deadly:
                    deadly.discard(done)
                    await asyncio.sleep(chance.random() * 0.05)
                    process.kill()
                    kills += 1
            await _mended(mend)
    wrong = await found()
    repeated = sum(map(sending.is_repeated, sending.places))
    return Ended(kind, days.count, repeated, faults, failed, kills, wrong, time.monotonic() - began)


async def _mended(mend: Callable[[], Awaitable[None]] | None) -> None:
    if mend:
        await mend()


async def _line(process: Process) -> str:
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()


async def _go(process: Process) -> None:
    assert process.stdin
    process.stdin.write(b"\n")


@asynccontextmanager
async def sender(sending: Sending) -> AsyncIterator[Process]:
    """A process that sends from one place on; gone at the end."""
    call = (sys.executable, "-m", "load.dropping", msgspec.json.encode(sending).decode())
    process = await asyncio.create_subprocess_exec(*call, stdin=PIPE, stdout=PIPE, env=surroundings())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def say(ended: Ended) -> None:
    sys.stdout.write(f"{ended}\n")
    sys.stdout.flush()


def surroundings() -> dict[str, str]:
    """What a process of its own needs to find this project and its tests."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
