"""The pages of a draw by its parties: each button an action, nothing told before its time, the record whole."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace
from support.ceremonies import COORDINATING, LASTS, OTHERS, PARTIES, Hall, a_hall
from support.people import Person, a_person
from support.rounds import SEED, collected, small, with_cells, with_code
from support.rounds import world as world_of
from support.web import send, visiting, words

from coordinator.actions.ceremony_ends import declare_attempt_void
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import Office
from coordinator.domain.codes import Announcement
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.rounds import Beacon
from coordinator.storage.connection import Pool
from solver.chance.head import Stage

TARGETS = Stage.TARGETS
NOON = datetime(2026, 2, 25, 12, tzinfo=LOCAL_TIME)
EVENT = NOON + timedelta(minutes=25)
FIRST, SECOND = OTHERS


@pytest.fixture
async def hall(pool: Pool) -> Hall:
    return await a_hall(world_of(pool), NOON)


@asynccontextmanager
async def browsing(hall: Hall, person: Person) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(hall.services, hall.clock.now, person.session) as browser:
        yield browser


async def press(hall: Hall, person: Person, round_: UUID, button: str, **fields: str) -> httpx.Response:
    """Send a form of the ceremony's page at the hall's hour, offered there or not; its key is the session's."""
    async with browsing(hall, person) as browser:
        return await send(browser, "/account", f"/rounds/{round_}/draws/targets/ceremony/{button}", **fields)


async def look(hall: Hall, person: Person, round_: UUID, page: str = "ceremony") -> httpx.Response:
    async with browsing(hall, person) as browser:
        found = await browser.get(f"/rounds/{round_}/draws/targets/{page}".rstrip("/"))
    assert found.status_code == 200
    return found


async def all_revealed(hall: Hall, folder: RoundFolder | None = None) -> UUID:
    round_ = await collected(hall.services, folder)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS)
    return round_


def with_beacon() -> RoundFolder:
    folder = with_code(small(), "with a beacon")
    beacon = Beacon(source="福彩3D", when=EVENT, pattern="^[0-9]{3}$")
    return replace(folder, settings=replace(folder.settings, draw=replace(folder.settings.draw, beacon=beacon)))


def announced() -> RoundFolder:
    """The small round where no item is inspected without notice."""
    return with_cells(small(), "抽查事项清单", Announcement.UNANNOUNCED.value, Announcement.ANNOUNCED.value)


async def test_the_whole_draw_goes_through_forms_alone(hall: Hall) -> None:
    round_ = await collected(hall.services)
    assert (await press(hall, hall.first, round_, "fix", minutes="30")).status_code == 303
    for department in PARTIES:
        person = hall.first if department == COORDINATING else hall.liaisons[department]
        commitment = await hall.commitment(round_, TARGETS, department)
        assert (await press(hall, person, round_, "commitment", commitment=commitment)).status_code == 303
    for department in PARTIES:
        person = hall.second if department == COORDINATING else hall.liaisons[department]
        secret = await hall.secret(round_, TARGETS, department)
        assert (await press(hall, person, round_, "secret", secret=secret.upper())).status_code == 303
    assert (await press(hall, hall.first, round_, "propose")).status_code == 303
    seen = str((await hall.proposal(round_, TARGETS)).id)
    assert "确认，现在抽取" not in (await look(hall, hall.first, round_)).text
    assert "确认，现在抽取" in (await look(hall, hall.second, round_)).text
    refused = await press(hall, hall.first, round_, "confirm", proposal=seen)
    assert refused.status_code == 403
    assert (await press(hall, hall.second, round_, "confirm", proposal=seen)).status_code == 303
    assert await hall.stage(round_) == "drawn"
    assert "✓ 已抽取" in words(await look(hall, hall.liaisons[FIRST], round_))


async def test_no_secret_leaves_before_the_draw_has_ended(hall: Hall) -> None:
    round_ = await all_revealed(hall)
    supervisor = await a_person(hall.services, "supervisor", Office.SUPERVISOR)
    secrets = [await hall.secret(round_, TARGETS, department) for department in PARTIES]
    base = f"/rounds/{round_}"
    pages = (
        *(f"{base}/draws/targets{page}" for page in ("", "/ceremony", "/screen", "/record")),
        *(f"/api/v1{base}/draws/targets", f"{base}/trail", f"/public{base}", f"/api/v1/public{base}"),
    )

    async def told(person: Person) -> list[str]:
        async with browsing(hall, person) as browser:
            texts = [(await browser.get(page)).text for page in pages]
        assert not [text for text in texts if "没有找到" in text]
        return [secret for secret in secrets for text in texts if secret in text]

    people = (hall.first, hall.second, supervisor, *hall.liaisons.values())
    for person in people:
        assert await told(person) == []
    await hall.holds(round_, TARGETS)
    assert set(await told(hall.liaisons[FIRST])) == set(secrets)


async def test_liaisons_see_no_button_of_the_coordinators_and_press_none(hall: Hall) -> None:
    round_ = await collected(hall.services)
    liaison = hall.liaisons[FIRST]
    assert "固定并公布摘要" not in (await look(hall, liaison, round_)).text
    await hall.fixes(round_)
    page = (await look(hall, liaison, round_)).text
    assert set(re.findall(r'action="[^"]*/(\w+)"', page)) == {"commitment"}
    nothing = str(UUID(int=1))
    for button, fields in (
        ("fix", {"minutes": "30"}),
        ("close", {}),
        ("void", {"reason": "不想抽"}),
        ("propose", {}),
        ("confirm", {"proposal": nothing}),
        ("withdraw", {}),
    ):
        assert (await press(hall, liaison, round_, button, **fields)).status_code == 403, button


async def test_what_is_refused_is_said_on_the_page_beside_its_field(hall: Hall) -> None:
    round_ = await collected(hall.services, with_beacon())
    await hall.fixes(round_)
    wrong = await press(hall, hall.liaisons[FIRST], round_, "commitment", commitment="abc")
    assert wrong.status_code == 422
    assert 'href="#commitment"' in wrong.text
    await hall.commits(round_, TARGETS)
    early = await press(hall, hall.first, round_, "propose", outcome="123")
    assert early.status_code == 409
    await hall.reveals(round_, TARGETS)
    early = await press(hall, hall.first, round_, "propose", outcome="123")
    assert early.status_code == 409
    assert "还没有发生" in early.text
    hall.clock.now = EVENT
    wrong = await press(hall, hall.first, round_, "propose", outcome="12")
    assert wrong.status_code == 422
    assert 'href="#outcome"' in wrong.text
    assert (await press(hall, hall.first, round_, "propose", outcome="123")).status_code == 303
    shown = words(await look(hall, hall.second, round_))
    assert "公共随机事件的结果是 123" in shown
    stale = await press(hall, hall.second, round_, "confirm", proposal=str(UUID(int=1)))
    assert stale.status_code == 409
    assert "重新提出" in stale.text


@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "announced"])
async def test_names_and_seed_stand_on_the_wall_only_where_no_visit_is_unannounced(
    hall: Hall, *, is_sealed: bool
) -> None:
    round_ = await all_revealed(hall, None if is_sealed else announced())
    await hall.holds(round_, TARGETS)
    draw = await hall.draw(round_, TARGETS)
    wall, paper = await look(hall, hall.first, round_, "screen"), await look(hall, hall.first, round_, "record")
    assert draw.seed is not None
    for page in (wall, paper):
        assert (draw.seed in page.text) is not is_sealed
        assert ("密封" in page.text) is is_sealed
        assert str(draw.transcript_digest) in page.text or page is wall
    assert ("抽中名单" in wall.text) is not is_sealed


async def test_the_record_says_who_took_part_when_and_which_attempts_were_void(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await declare_attempt_void(hall.services, hall.first.who.actor, round_, TARGETS, "会场停电")
    void = await hall.draw(round_, TARGETS)
    assert "会场停电" in words(await look(hall, hall.liaisons[FIRST], round_)), "the next attempt is awaited"
    await hall.draws(round_, TARGETS)
    draw = await hall.draw(round_, TARGETS)
    for page in ("record", "screen"):
        assert "第 1 次" in words(await look(hall, hall.first, round_, page))
    said = words(await look(hall, hall.liaisons[FIRST], round_, "record"))
    for fact in (
        *PARTIES,
        "会场停电",
        void.transcript_digest,
        draw.document_digest,
        draw.transcript_digest,
        "王力、王力",
    ):
        assert str(fact) in said, fact


async def test_the_second_draw_has_the_same_pages_once_the_plan_stands(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.draws(round_, TARGETS)
    page = "../teams/ceremony"
    assert "还没有固定" in words(await look(hall, hall.first, round_, page))
    await hall.plans(round_)
    assert "固定方案和中签概率" in words(await look(hall, hall.first, round_, page))
    await hall.fixes(round_, Stage.TEAMS)
    assert "要做的" in words(await look(hall, hall.liaisons[FIRST], round_, page))
    await hall.commits(round_, Stage.TEAMS)
    await hall.reveals(round_, Stage.TEAMS)
    await hall.holds(round_, Stage.TEAMS)
    draw = await hall.draw(round_, Stage.TEAMS)
    for each in ("ceremony", "screen", "record"):
        assert str(draw.document_digest) in (await look(hall, hall.liaisons[FIRST], round_, f"../teams/{each}")).text


async def test_a_rehearsal_says_so_everywhere(hall: Hall) -> None:
    round_ = await collected(hall.services, seed=SEED)
    for _ in range(2):
        for page in ("ceremony", "screen", "record"):
            assert "演练" in words(await look(hall, hall.first, round_, page)), page
        if await hall.stage(round_) == "collected":
            await hall.fixes(round_)
            await hall.holds(round_, TARGETS)


async def test_events_tell_what_goes_on_and_end_once_something_else_is_to_be_done(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    person = hall.liaisons[FIRST]
    seen = re.search(r'data-events="([^"]+)"', (await look(hall, person, round_)).text)
    assert seen is not None
    async with browsing(hall, person) as browser, asyncio.timeout(60):
        asked = asyncio.create_task(browser.get(seen[1]))
        await asyncio.sleep(1)
        await hall.commits(round_, TARGETS, SECOND)
        await asyncio.sleep(2.5)
        await hall.commits(round_, TARGETS, FIRST)
        told = (await asked).text
    assert told.count("已提交承诺") >= 1
    assert told.rstrip().rpartition("event: ")[2].startswith("over")
    async with browsing(hall, person) as browser:
        assert (await browser.get(seen[1].replace("events", "progress"))).text == ""


async def test_when_the_time_is_over_the_page_offers_what_is_left(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS)
    await hall.reveals(round_, TARGETS, FIRST)
    hall.clock.passes(LASTS + timedelta(seconds=1))
    page = await look(hall, hall.first, round_)
    assert "✕ 这一次抽不成" in words(page)
    assert set(re.findall(r'action="[^"]*/(\w+)"', page.text)) == {"void"}
    assert (await press(hall, hall.first, round_, "void", reason="两方没有公布")).status_code == 303
    assert set(re.findall(r'action="[^"]*/(\w+)"', (await look(hall, hall.first, round_)).text)) == {"fix"}


async def test_a_void_attempt_stands_in_public_with_its_reason_and_as_no_result(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await press(hall, hall.first, round_, "void", reason="会场停电")
    void = await hall.draw(round_, TARGETS)

    async def said() -> tuple[str, dict[str, Any]]:
        async with visiting(hall.services, hall.clock.now) as anyone:
            page = await anyone.get(f"/public/rounds/{round_}")
            answer = await anyone.get(f"/api/v1/public/rounds/{round_}")
        return words(page), answer.json()

    page, answer = await said()
    assert "（第 1 次） ✕ 已作废，没有抽出任何结果" in page
    assert "这一步现在没有抽取结果" in page
    assert "作废的原因 会场停电" in page
    assert "2026-02-25 12:00:00" in page
    assert "✓ 已抽取" not in page
    assert answer["draws"] == []
    assert [(each["attempt"], each["reason"], each["transcript_digest"]) for each in answer["void"]] == [
        (1, "会场停电", void.transcript_digest)
    ]
    await hall.draws(round_, TARGETS)
    page, answer = await said()
    assert "公布截止 2026-02-25 12:20:00" in words(await look(hall, hall.first, round_, ""))
    assert "（第 2 次） ✓ 已抽取" in page
    assert "（第 1 次） ✕ 已作废，没有抽出任何结果" in page
    assert "这一步现在没有抽取结果" not in page
    assert [each["attempt"] for each in answer["draws"]] == [2]
