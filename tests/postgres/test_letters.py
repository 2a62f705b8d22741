"""Letters to firms: the code opens one target's page and stands nowhere; wrong tries lock, and offices open again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from support import rounds
from support.web import BEFORE, Stored, World, at, dispatched_database, world_like

from coordinator.actions.letters import issue_letters, listed_letters, renew_letter, reopen_letter, withdraw_letter
from coordinator.actions.opening import WRONG, in_letter, leave_letter, open_letter
from coordinator.actions.services import Services
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import CONSOLE, GATE, Actor, ActorId, Office
from coordinator.domain.announcements import announcements
from coordinator.domain.errors import Conflict, LetterShut, NotFound, NotPermitted, TooLate
from coordinator.domain.letters import IDLE_FOR, MOST_TRIES, departments_told
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool, transaction

SITE = "https://ymc.example.gov.cn"


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield made


async def written(world: World, actor: Actor = CONSOLE) -> tuple[WrittenLetter, ...]:
    return await issue_letters(world.services, actor, world.round, SITE)


async def is_shut(services: Services, number: str, code: str) -> bool:
    try:
        await open_letter(services, number, code)
    except LetterShut as shut:
        return str(shut) == WRONG
    return False


async def lock(services: Services, letter: WrittenLetter) -> None:
    for _ in range(MOST_TRIES):
        assert await is_shut(services, letter.letter.number, "00000000")


async def test_every_firm_that_may_be_told_gets_one_letter_and_nobody_else(world: World) -> None:
    told = announcements(await world.dispatch())
    letters = await written(world)
    assert {one.letter.target for one in letters} == told.keys()
    assert all(one.letter.departments == departments_told(told[one.letter.target]) for one in letters)
    assert len({one.letter.number for one in letters} | {one.code for one in letters}) == 2 * len(told)
    with pytest.raises(Conflict):
        await written(world)
    assert (await rounds.trail(world.services.pool)).count("letters_issued") == 1


async def test_two_presses_at_once_write_to_each_firm_once(world: World) -> None:
    both = await asyncio.gather(written(world), written(world), return_exceptions=True)
    (letters,) = (each for each in both if isinstance(each, tuple))
    (refused,) = (each for each in both if not isinstance(each, tuple))
    assert isinstance(refused, Conflict)
    assert {one.letter.target for one in letters} == announcements(await world.dispatch()).keys()
    assert not await is_shut(world.services, letters[0].letter.number, letters[0].code)
    assert (await rounds.trail(world.services.pool)).count("letters_issued") == 1


async def test_number_and_code_open_the_page_of_that_target_however_they_are_typed(world: World) -> None:
    one = (await written(world))[0]
    typed = f" {one.letter.number[:4].lower()}－{one.letter.number[4:]} ", f"{one.code[:4]} {one.code[4:].lower()}"
    opened = await in_letter(world.services, await open_letter(world.services, *typed))
    assert opened is not None
    assert (opened.letter.id, opened.letter.target) == (one.letter.id, one.letter.target)
    assert (opened.actor.office, opened.actor.id) == (Office.ENTERPRISE, str(one.letter.id))
    assert (await rounds.trail(world.services.pool)).count("letter_opened") == 1
    await open_letter(world.services, *typed)
    assert (await rounds.trail(world.services.pool)).count("letter_opened") == 1


async def test_a_code_stands_nowhere_in_the_database(world: World) -> None:
    letters = await written(world)
    await open_letter(world.services, letters[0].letter.number, letters[0].code)
    for office in ("gate", "coordinator"):
        async with transaction(world.services.pool, Actor(id=ActorId("x"), name="x", office=Office(office))) as db:
            tables = [
                row["tablename"]
                for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ]
            kept = [str(row) for name in tables for row in await db.fetch(f'SELECT t::text FROM "{name}" t')]  # noqa: S608 - a name from the catalog
        assert any(letters[0].letter.number in row for row in kept)
        assert not any(one.code in row for one in letters for row in kept)


async def test_five_wrong_tries_lock_a_letter_also_for_its_own_code_until_the_liaison_opens_it(world: World) -> None:
    one = (await written(world))[0]
    await lock(world.services, one)
    assert await is_shut(world.services, one.letter.number, one.code)
    liaison = rounds.liaison_of(one.letter.departments[0])
    assert one.letter.id in (await listed_letters(world.services, liaison, world.round)).locked
    await reopen_letter(world.services, liaison, one.letter.id)
    assert not await is_shut(world.services, one.letter.number, one.code)
    listed = await listed_letters(world.services, liaison, world.round)
    assert not listed.locked
    assert next(each for each in listed.letters if each.id == one.letter.id).reopened_at == BEFORE
    trail = await rounds.trail(world.services.pool)
    assert (trail.count("letter_locked"), trail.count("letter_reopened")) == (1, 1)


async def test_tries_at_once_are_no_more_than_five(world: World) -> None:
    one = (await written(world))[0]
    await asyncio.gather(*(is_shut(world.services, one.letter.number, f"0000000{n}") for n in range(9)))
    assert await is_shut(world.services, one.letter.number, one.code)


async def test_a_right_code_forgets_the_wrong_tries_before_it(world: World) -> None:
    one = (await written(world))[0]
    for _ in range(3):
        for _ in range(MOST_TRIES - 1):
            assert await is_shut(world.services, one.letter.number, "00000000")
        assert not await is_shut(world.services, one.letter.number, one.code)


async def test_a_new_letter_ends_the_old_one_and_its_sessions(world: World) -> None:
    old = (await written(world))[0]
    session = await open_letter(world.services, old.letter.number, old.code)
    (new,) = await renew_letter(world.services, CONSOLE, old.letter.id, SITE)
    assert new.letter.target == old.letter.target
    assert await in_letter(world.services, session) is None
    assert await is_shut(world.services, old.letter.number, old.code)
    assert not await is_shut(world.services, new.letter.number, new.code)
    with pytest.raises(Conflict):
        await renew_letter(world.services, CONSOLE, old.letter.id, SITE)


async def test_a_withdrawn_letter_opens_nothing_and_the_firm_is_due_again(world: World) -> None:
    one = (await written(world))[0]
    await withdraw_letter(world.services, CONSOLE, one.letter.id)
    assert await is_shut(world.services, one.letter.number, one.code)
    assert [each.letter.target for each in await written(world)] == [one.letter.target]


async def test_a_letter_opens_until_its_end_and_a_session_until_it_is_idle_or_left(world: World) -> None:
    one = (await written(world))[0]
    assert await is_shut(at(world.services, one.letter.expires_at), one.letter.number, one.code)
    session = await open_letter(world.services, one.letter.number, one.code)
    assert await in_letter(world.services, session)
    assert await in_letter(at(world.services, BEFORE + IDLE_FOR), session) is None
    await leave_letter(world.services, session)
    assert await in_letter(world.services, session) is None


async def test_a_department_writes_to_the_firms_that_it_visits_and_sees_no_others(world: World) -> None:
    told = announcements(await world.dispatch())
    visited = {target for target, each in told.items() if rounds.WATER in departments_told(each)}
    assert 0 < len(visited) < len(told)
    water = rounds.liaison_of(rounds.WATER)
    assert {one.letter.target for one in await written(world, water)} == visited
    others = await written(world)
    assert {one.letter.target for one in others} == told.keys() - visited
    assert {each.target for each in (await listed_letters(world.services, water, world.round)).letters} == visited
    for doing in (reopen_letter, withdraw_letter):
        with pytest.raises(NotFound):
            await doing(world.services, water, others[0].letter.id)
        with pytest.raises(NotFound):
            await doing(world.services, water, uuid4())


async def test_a_firm_sees_its_own_letter_and_no_other_row_of_any_table(world: World) -> None:
    letters = await written(world)
    opened = await in_letter(
        world.services, await open_letter(world.services, letters[0].letter.number, letters[0].code)
    )
    assert opened is not None
    async with transaction(world.services.pool, opened.actor) as db:
        tables = [
            row["tablename"] for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        seen = {name: await db.fetch(f'SELECT * FROM "{name}"') for name in tables}  # noqa: S608 - a name from the catalog
    assert [row["id"] for row in seen["letter"]] == [letters[0].letter.id]
    assert {name for name, rows in seen.items() if rows} == {"letter", "migration", "calendar_day", "calendar_year"}


@pytest.mark.parametrize("office", [Office.SUPERVISOR, Office.AUDITOR, Office.ADMINISTRATOR, Office.INSPECTOR])
async def test_who_only_watches_writes_no_letters(world: World, office: Office) -> None:
    department = rounds.WATER if office is Office.INSPECTOR else None
    with pytest.raises(NotPermitted):
        await written(world, Actor(id=ActorId("x"), name="x", office=office, department=department))


async def test_no_letter_before_the_lots_and_none_of_a_rehearsal(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    with pytest.raises(TooLate):
        await issue_letters(services, CONSOLE, await rounds.planned(services), SITE)
    with pytest.raises(Conflict):
        await issue_letters(services, CONSOLE, await rounds.dispatched(services, seed=rounds.SEED), SITE)


async def test_what_strangers_typed_is_forgotten_and_a_locked_letter_stays_locked(world: World) -> None:
    locked, other = (await written(world))[:2]
    await lock(world.services, locked)
    assert await is_shut(world.services, "ZZZZZZZZ", "00000000")
    later = at(world.services, BEFORE + timedelta(days=2))
    await open_letter(later, other.letter.number, other.code)
    async with transaction(world.services.pool, GATE) as db:
        assert await db.fetchval("SELECT count(*) FROM letter_try") == 1
    assert await is_shut(later, locked.letter.number, locked.code)
