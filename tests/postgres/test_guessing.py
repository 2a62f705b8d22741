"""Guessing at letters: nothing opens, and no answer tells whether there is such a letter, in text, status or time."""

import time
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from load.guessing import guess, letters_made, opens
from support.web import BEFORE, World, at, dispatched_world, send, visiting

from coordinator.actions.letters import withdraw_letter
from coordinator.actions.opening import NOBODYS
from coordinator.domain.actors import CONSOLE, GATE
from coordinator.domain.letters import MOST_TRIES, OPEN_AFTER_ROUND
from coordinator.embedded import Endpoints
from coordinator.storage import letters
from coordinator.storage.connection import transaction

NOT_THERE = "ZZZZ-ZZZ"
ASKED = 240
CLEARLY_APART = 0.15
"""Chance alone takes the share of slower answers so far from a half once in many thousand runs of ASKED pairs."""


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def answer(browser: httpx.AsyncClient, number: str, code: str) -> tuple[int, str, list[tuple[str, str]]]:
    said = await send(browser, "/letter", "/letter", number=number, code=code)
    return said.status_code, said.text, sorted(said.headers.items())


async def test_no_code_opens_by_guessing_and_every_letter_tried_is_locked(world: World) -> None:
    made = await letters_made(world, 40)
    guessed = await guess(world.services, [number for number, _ in made], 400)
    assert (guessed.tries, guessed.opened) == (400, 0)
    assert not [number for number, code in made if await opens(world.services, number, code)]
    async with transaction(world.services.pool, GATE) as db:
        locked = await letters.locked_letters(db, world.round)
    assert len(locked) == len(made)


async def test_unknown_wrong_locked_withdrawn_and_expired_are_answered_word_for_word_alike(world: World) -> None:
    known, locked, withdrawn = await letters_made(world, 3)
    for _ in range(MOST_TRIES):
        assert not await opens(world.services, locked[0], "00000000")
    async with transaction(world.services.pool, CONSOLE) as db:
        found = await db.fetchval("SELECT id FROM letter WHERE number = $1", withdrawn[0])
    await withdraw_letter(world.services, CONSOLE, found)
    tries = [(f"{NOT_THERE}9", known[1]), (known[0], "00000000"), locked, withdrawn, ("", ""), ("9" * 500, "9" * 500)]
    async with visiting(world.services) as browser:
        answers = [await answer(browser, number, code) for number, code in tries]
    async with visiting(world.services, BEFORE + OPEN_AFTER_ROUND) as browser:
        answers.append(await answer(browser, *known))
    keys = {text.split('name="form_key" value="')[1][:64] for _, text, _ in answers}
    plain = [(status, *(text.replace(key, "") for key in keys if key in text)) for status, text, _ in answers]
    assert len(set(plain)) == 1
    assert plain[0][0] == 422
    assert all(number not in plain[0][1] for number, _ in tries if number)


async def test_unknown_and_wrong_take_the_same_time(world: World) -> None:
    """Asked in turns, so that whatever else the machine does falls on both; who is slower is told by ranks."""
    made = await letters_made(world, ASKED // (MOST_TRIES - 1))
    wrong = [number for number, _ in made for _ in range(MOST_TRIES - 1)]
    unknown = [f"ZZZZ{n:04}" for n in range(len(made)) for _ in range(MOST_TRIES - 1)]
    seconds: dict[str, list[float]] = {"wrong": [], "unknown": []}
    for pair in zip(wrong, unknown, strict=True):
        for kind, number in zip(seconds, pair, strict=True):
            began = time.perf_counter()
            assert not await opens(world.services, number, "00000000")
            seconds[kind].append(time.perf_counter() - began)
    assert abs(share_slower(seconds["wrong"], seconds["unknown"]) - 0.5) < CLEARLY_APART


def share_slower(some: Sequence[float], others: Sequence[float]) -> float:
    return sum(one > other for one in some for other in others) / (len(some) * len(others))


async def test_a_stranger_number_that_is_locked_leaves_the_same_trace(world: World) -> None:
    for _ in range(MOST_TRIES):
        assert not await opens(at(world.services, BEFORE), "YYYYYYYY", "00000000")
    async with transaction(world.services.pool, CONSOLE) as db:
        found = await db.fetchval(
            "SELECT count(*) FROM audit_entry WHERE action = 'letter_locked' AND subject = $1", NOBODYS
        )
    assert found == 1
