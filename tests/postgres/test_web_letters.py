"""Letters in the browser: the offices write, lock and open; the firm presses one button and sees its own page."""

import io
import re
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest
from support import rounds
from support.people import Person, a_person
from support.web import AFTER, BEFORE, Stored, World, dispatched_database, send, visiting, words, world_like

from coordinator.actions.letters import issue_letters
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import CONSOLE, Office
from coordinator.domain.announcements import announcements
from coordinator.domain.ids import TargetId
from coordinator.domain.letters import departments_told
from coordinator.embedded import Endpoints

SITE = "https://ymc.example.gov.cn"


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield made


async def one_letter(world: World, target: TargetId | None = None) -> WrittenLetter:
    written = await issue_letters(world.services, CONSOLE, world.round, SITE)
    return next(one for one in written if target in {None, one.letter.target})


async def opened(browser: httpx.AsyncClient, one: WrittenLetter) -> httpx.Response:
    answer = await send(browser, "/letter", "/letter", number=one.letter.number, code=one.code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/letter/visits")
    return await browser.get("/letter/visits")


async def test_the_qr_shows_a_button_and_uses_nothing_up(world: World) -> None:
    one = await one_letter(world)
    async with visiting(world.services) as browser:
        for _ in range(9):
            page = await browser.get(one.full_address.removeprefix(SITE))
            assert page.status_code == 200
        assert "打开" in words(page)
        assert not browser.cookies.get("onedoor_letter")
        assert (await opened(browser, one)).status_code == 200


async def test_the_page_tells_a_firm_everything_of_its_announced_visits(world: World) -> None:
    dispatch = await world.dispatch()
    told = max(announcements(dispatch).values(), key=lambda each: len(departments_told(each)))
    async with visiting(world.services) as browser:
        page = await opened(browser, await one_letter(world, told.target.id))
    said = words(page)
    for visit in told.visits:
        assert f"{visit.begins_at.hour}:{visit.begins_at.minute:02}" in said
        for matter in visit.matters:
            assert matter.item.name in said
        for member in visit.members:
            assert member.inspector.name in said
            assert not member.inspector.certificate or member.inspector.certificate not in page.text
            assert member.inspector.certificate[-4:] in said
    listed = re.search(r'<ul class="papers">(.*?)</ul>', page.text)
    asked = re.findall(r"<li>(.*?)</li>", listed[1]) if listed else []
    assert asked == list(told.documents), "what to prepare is asked once"
    assert told.target.name in said


async def test_a_firm_sees_nothing_of_other_firms(world: World) -> None:
    dispatch, one = await world.dispatch(), await one_letter(world)
    others = {
        t.name
        for t in dispatch.targets.values()
        if t.id != one.letter.target and t.name not in one.announcement.target.name
    }
    async with visiting(world.services, AFTER) as browser:
        page = await opened(browser, one)
        assert not [name for name in others if name in page.text]
        for path in ("/", f"/rounds/{world.round}", f"/rounds/{world.round}/targets/{one.letter.target}"):
            answer = await browser.get(path)
            assert answer.headers["location"].startswith("/sign-in"), "a firm's session is nobody's account"


async def test_without_an_open_letter_the_page_leads_to_where_one_opens_it(world: World) -> None:
    async with visiting(world.services) as browser:
        answer = await browser.get("/letter/visits")
        assert (answer.status_code, answer.headers["location"]) == (303, "/letter?done=ended")
        await opened(browser, await one_letter(world))
        left = await send(browser, "/letter/visits", "/letter/leave")
        assert left.headers["location"] == "/letter?done=left"
        assert (await browser.get("/letter/visits")).status_code == 303


async def test_a_letter_is_not_opened_by_a_foreign_form(world: World) -> None:
    one = await one_letter(world)
    async with visiting(world.services) as browser:
        answer = await browser.post("/letter", data={"number": one.letter.number, "code": one.code})
    assert answer.status_code == 403


async def signed_in(world: World, office: Office, department: str | None = None) -> Person:
    return await a_person(world.services, f"someone.{office.value[:8]}", office, department)


async def test_the_office_gets_a_package_once_and_the_list_shows_how_each_letter_stands(world: World) -> None:
    person = await signed_in(world, Office.COORDINATOR)
    address = f"/rounds/{world.round}/letters"
    async with visiting(world.services, BEFORE, person.session) as browser:
        count = len(announcements(await world.dispatch()))
        assert f"签发 {count} 封" in words(await browser.get(address))
        given = await send(browser, address, address)
        assert given.headers["content-type"] == "application/zip"
        assert given.headers["cache-control"] == "no-store"
        files = zipfile.ZipFile(io.BytesIO(given.content))
        assert len(files.namelist()) == 1 + 2 * count
        page = next(files.read(name).decode() for name in files.namelist() if name.endswith(".html"))
        number, code = re.findall(r'<dd class="code">([0-9A-Z]{4}-[0-9A-Z]{4})', page)
        async with visiting(world.services) as firm:
            answer = await send(firm, "/letter", "/letter", number=number, code=code)
            assert answer.status_code == 303
        listed = words(await browser.get(address))
        assert (listed.count("已打开"), listed.count("已发出")) == (1, count - 1)
        assert code not in listed
        again = await browser.get(address)
        key = re.search(r'name="form_key" value="([^"]+)"', again.text)
        assert key
        assert (await browser.post(address, data={"form_key": key[1]})).status_code == 409


async def test_the_liaison_opens_a_locked_letter_again_and_replaces_a_lost_one(world: World) -> None:
    written = await issue_letters(world.services, CONSOLE, world.round, SITE)
    one = next(each for each in written if rounds.WATER in each.letter.departments)
    other = next(each for each in written if rounds.WATER not in each.letter.departments)
    person = await signed_in(world, Office.DEPARTMENT, rounds.WATER)
    address = f"/rounds/{world.round}/letters"
    async with visiting(world.services) as firm, visiting(world.services, BEFORE, person.session) as liaison:
        for _ in range(5):
            await send(firm, "/letter", "/letter", number=one.letter.number, code="00000000")
        shown = await liaison.get(address)
        assert "输错锁住" in words(shown)
        assert other.announcement.target.name not in shown.text
        done = await send(liaison, address, f"/letters/{one.letter.id}/reopen")
        assert done.headers["location"] == f"{address}?done=reopened"
        await opened(firm, one)
        given = await send(liaison, address, f"/letters/{one.letter.id}/renew")
        assert given.headers["content-type"] == "application/zip"
        assert (await firm.get("/letter/visits")).status_code == 303
        taken = await send(liaison, address, f"/letters/{other.letter.id}/withdraw")
        nobodys = await send(liaison, address, f"/letters/{world.round}/withdraw")
        assert taken.status_code == nobodys.status_code == 404
        assert words(taken) == words(nobodys)


@pytest.mark.parametrize(
    ("office", "status"), [(Office.SUPERVISOR, 200), (Office.INSPECTOR, 403), (Office.COORDINATOR, 200)]
)
async def test_who_may_see_the_letters(world: World, office: Office, status: int) -> None:
    person = await signed_in(world, office)
    async with visiting(world.services, BEFORE, person.session) as browser:
        page = await browser.get(f"/rounds/{world.round}/letters")
    assert page.status_code == status
    assert ("签发" in page.text and "<form" in page.text) is (office is Office.COORDINATOR)
