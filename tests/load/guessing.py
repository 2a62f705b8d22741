"""Guessing at letters: tries without end by somebody who knows every number, and how alike the answers take.

Run as a program it tries 1,000,000 codes against 10,000 letters on servers of its own (20 minutes on two quiet cores):
`PYTHONPATH=.:tests .venv/bin/python -m load.guessing [tries] [letters]`. Scaled: tests/postgres/test_guessing.py.
"""

import asyncio
import secrets
import shutil
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from support.databases import make_template
from support.folders import new_folder
from support.web import BEFORE, World, dispatched_world

from coordinator.actions.hashing import hash_letter_codes, letter_number_digest, new_letter_signs
from coordinator.actions.opening import open_letter
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, GATE
from coordinator.domain.errors import LetterShut
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.letters import Letter, LetterId, expiry
from coordinator.embedded import embedded
from coordinator.settings import Settings
from coordinator.storage import letters
from coordinator.storage.connection import act_as, execute_many, transaction

AT_ONCE = 8


class Guessed(NamedTuple):
    tries: int
    opened: int
    seconds: float


async def letters_made(world: World, count: int) -> list[tuple[str, str]]:
    """Number and code of that many letters, each to a target of its own."""
    made = [_letter(world.round, f"guessed-{uuid4().hex}") for _ in range(count)]
    codes = [new_letter_signs() for _ in made]
    hashes = await hash_letter_codes(codes)
    async with transaction(world.services.pool, CONSOLE) as db:
        rows = [(one.target, "某厂", "企业") for one in made]
        await execute_many(db, "INSERT INTO target (id, name, kind) VALUES ($1, $2, $3)", rows)
        await letters.insert_letters(db, made)
        await act_as(db, GATE)
        kept = zip(made, hashes, strict=True)
        await letters.insert_secrets(db, [(one.id, letter_number_digest(one.number), each) for one, each in kept])
    return [(one.number, code) for one, code in zip(made, codes, strict=True)]


async def guess(services: Services, numbers: Sequence[str], tries: int) -> Guessed:
    """Try codes that chance makes at each number in turn, several at once."""
    waiting, opened, began = iter(range(tries)), 0, time.monotonic()

    async def one_after_the_other() -> None:
        nonlocal opened
        for number in waiting:
            opened += await opens(services, numbers[number % len(numbers)], new_letter_signs())

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
    return Guessed(tries, opened, time.monotonic() - began)


async def opens(services: Services, number: str, code: str) -> bool:
    try:
        await open_letter(services, number, code)
    except LetterShut:
        return False
    return True


def _letter(round_: UUID, target: str) -> Letter:
    return Letter(
        id=LetterId(uuid4()),
        round=round_,
        target=TargetId(target),
        departments=(DepartmentId("禾川县水利局"),),
        number=new_letter_signs(),
        issued_at=BEFORE,
        expires_at=expiry(BEFORE.date()),
        first_opened_on=None,
        reopened_at=None,
        withdrawn_at=None,
    )


async def _main(tries: int, count: int) -> None:
    home = new_folder()
    with embedded(Settings(home=home, redis_url="unix:///dev/null")) as server:
        await make_template(server)
        async with dispatched_world(server, "onedoor_template") as world:
            made = await letters_made(world, count)
            guessed = await guess(world.services, [number for number, _ in made], tries)
            still = [await opens(world.services, *one) for one in secrets.SystemRandom().sample(made, min(20, count))]
    shutil.rmtree(home)
    sys.stdout.write(
        f"{guessed.tries:,} tries against {count:,} letters opened {guessed.opened}, "
        f"in {guessed.seconds:,.0f} s ({guessed.tries / guessed.seconds:,.0f} a second); "
        f"of {len(still)} letters whose own code was tried afterwards {sum(still)} opened\n"
    )


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:]]
    asyncio.run(_main(*(asked + [1_000_000, 10_000][len(asked) :])))
