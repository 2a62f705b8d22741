"""What a firm says without its name: once, read by those who supervise, and traced by nobody who inspects."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from support.people import a_person
from support.web import BEFORE, Stored, World, dispatched_database, send, visiting, words, world_like

from coordinator.actions.letters import issue_letters, renew_letter
from coordinator.actions.opening import in_letter, open_letter
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import CONSOLE, WORKER, Actor, ActorId, Office
from coordinator.embedded import Endpoints
from coordinator.storage.connection import transaction

SITE = "http://127.0.0.1:8000"
WORDS = "态度很好，来得准时"


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield made


@pytest.fixture
async def letter(world: World) -> WrittenLetter:
    return (await issue_letters(world.services, CONSOLE, world.round, SITE))[0]


async def said(world: World, one: WrittenLetter, kind: str, after: timedelta, **form: str) -> tuple[int, str]:
    """What a firm is answered when it rates or complains that long after its visit began."""
    moment = one.announcement.visits[0].begins_at + after
    async with visiting(world.services, moment) as firm:
        await send(firm, "/letter", "/letter", number=one.letter.number, code=one.code)
        address = f"/letter/feedback/{kind}"
        answer = await send(firm, address, address, **form)
        return answer.status_code, words(answer) or words(await firm.get("/letter/visits"))


async def test_a_firm_rates_once_and_not_before_somebody_came(world: World, letter: WrittenLetter) -> None:
    rating = {"stars": "5", "about": letter.letter.departments[0], "words": WORDS}
    early, _ = await said(world, letter, "rating", -timedelta(seconds=1), **rating)
    wrong, _ = await said(world, letter, "rating", timedelta(), stars="6")
    taken, page = await said(world, letter, "rating", timedelta(), **rating)
    again, twice = await said(world, letter, "rating", timedelta(), **rating)
    assert (early, wrong, taken, again) == (409, 422, 303, 422)
    assert "已经提交过评价" in twice
    assert "投诉" in page


async def test_a_complaint_needs_words_and_no_visit(world: World, letter: WrittenLetter) -> None:
    early = BEFORE - letter.announcement.visits[0].begins_at
    assert (await said(world, letter, "complaint", early, words=" "))[0] == 422
    assert (await said(world, letter, "complaint", early, words="要了两遍材料", about="别的部门"))[0] == 422
    assert (await said(world, letter, "complaint", early, words="要了两遍材料"))[0] == 303


@pytest.mark.parametrize("office", [Office.SUPERVISOR, Office.COORDINATOR, Office.DEPARTMENT, Office.INSPECTOR])
async def test_those_who_supervise_read_it_and_nobody_who_inspects(
    world: World, letter: WrittenLetter, office: Office
) -> None:
    await said(world, letter, "rating", timedelta(), stars="5", words=WORDS)
    reads = office is Office.SUPERVISOR
    department = letter.letter.departments[0] if office in {Office.DEPARTMENT, Office.INSPECTOR} else None
    person = await a_person(world.services, "someone", office, department)
    async with visiting(world.services, BEFORE, person.session) as browser:
        page = await browser.get("/feedback")
        trail = await browser.get("/trail")
    assert page.status_code == (200 if reads else 403)
    assert (WORDS in page.text) is reads
    assert ("不记名" in words(trail)) is reads


async def test_no_row_ties_it_to_the_firm_for_anyone_but_the_firm(world: World, letter: WrittenLetter) -> None:
    await said(world, letter, "rating", timedelta(), stars="1", words=WORDS)
    supervisor = Actor(id=ActorId("s"), name="监察", office=Office.SUPERVISOR)
    async with transaction(world.services.pool, supervisor) as db:
        row = await db.fetchrow("SELECT * FROM feedback")
        entry = await db.fetchrow("SELECT * FROM audit_entry WHERE action = 'feedback_given'")
        assert await db.fetch("SELECT * FROM feedback_mark") == []
    firm = (str(letter.letter.id), letter.letter.number, letter.letter.target, letter.announcement.target.name)
    assert not [each for each in firm if each in f"{row}{entry}"]
    assert row["given_on"] == letter.announcement.visits[0].begins_at.date()
    async with transaction(world.services.pool, WORKER) as db:
        for table in ("feedback", "feedback_mark"):
            assert await db.fetch(f"SELECT * FROM {table}") == []  # noqa: S608 - two names from above
        assert not await db.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'feedback_given'")
    opened = await in_letter(world.services, await open_letter(world.services, letter.letter.number, letter.code))
    assert opened is not None
    async with transaction(world.services.pool, opened.actor) as db:
        assert len(await db.fetch("SELECT * FROM feedback_mark")) == 1
        assert await db.fetch("SELECT * FROM feedback") == []


async def test_one_firms_word_does_not_stop_another(world: World, letter: WrittenLetter) -> None:
    async with transaction(world.services.pool, CONSOLE) as db:
        id_ = await db.fetchval("SELECT id FROM letter WHERE target <> $1 LIMIT 1", letter.letter.target)
    (other,) = await renew_letter(world.services, CONSOLE, id_, SITE)
    for one in (letter, other):
        assert (await said(world, one, "complaint", timedelta(), words="太慢"))[0] == 303
