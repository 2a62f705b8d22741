"""The demonstration: a round in every state, somebody for every office, and a second start that makes nothing twice."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from support.console import SMALL
from support.jobs import surroundings
from support.web import at, send, visiting, words

from coordinator.actions.annual_planning import read_year
from coordinator.actions.calendars import published_calendar
from coordinator.actions.connecting import connectors_for
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.duties import read_duties
from coordinator.actions.forwarding import forward_all
from coordinator.actions.opening import open_letter
from coordinator.actions.registry import read_batches
from coordinator.actions.services import Services
from coordinator.actions.signing_in import sign_in
from coordinator.demonstration.firms import a_firm_that_was_told
from coordinator.demonstration.folders import weeks_to_move, write_moved
from coordinator.demonstration.outside import DEPARTMENT, outside_systems
from coordinator.demonstration.people import PEOPLE, ready_to_sign_in
from coordinator.demonstration.rounds import EXAMPLES, a_round_in_every_state
from coordinator.demonstration.years import a_published_year
from coordinator.domain.accounts import TWO_FACTORS
from coordinator.domain.actors import WORKER, Actor, ActorId, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.duties import DutyKind
from coordinator.domain.errors import LetterShut
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.worker import run_until_done
from coordinator.storage import rounds
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.rounds import Stage

LETTER = "函号 (.{9})，密码 (.{9})，在 /letter 打开（(.+)）"
OFFICE = Actor(id=ActorId("office"), name="统筹", office=Office.COORDINATOR)
TODAY = datetime(2026, 5, 6, 9, tzinfo=LOCAL_TIME)


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(surroundings(pool), TODAY)


async def prepared(services: Services) -> None:
    await a_round_in_every_state(services, lambda job: run_until_done(services, HANDLERS, job), SMALL, "demo")


async def test_every_state_has_its_round_and_every_office_somebody(services: Services, tmp_path: Path) -> None:
    await prepared(services)
    async with transaction(services.pool, WORKER) as db:
        made = {each.code: each for each in await rounds.rounds(db)}
    stages = {each.removeprefix("demo-"): made[each].stage for each in made}
    assert stages == {
        "collecting": Stage.COLLECTED,
        "fixed": Stage.FROZEN,
        "drawn": Stage.DRAWN,
        "planned": Stage.PLANNED,
        "lots": Stage.LOTS_FROZEN,
        "approving": Stage.TEAMS_DRAWN,
        "approved": Stage.DISPATCHED,
        "carried-out": Stage.DISPATCHED,
    }
    ahead = {each.code for each in EXAMPLES if each.is_ahead}
    assert all(made[f"demo-{code}"].settings.round.first_day > TODAY.date() for code in ahead)
    await prepared(services)
    async with transaction(services.pool, WORKER) as db:
        assert len(await rounds.rounds(db)) == len(made)
    first, second = await ready_to_sign_in(services), await ready_to_sign_in(services)
    assert [each.login for each in second] == [person[0] for person in PEOPLE]
    assert {each.password for each in first}.isdisjoint(each.password for each in second)
    for each, (login, _, office, _) in zip(second, PEOPLE, strict=True):
        assert bool(each.second_factor) is (office in TWO_FACTORS)
        if not each.second_factor:
            session = await sign_in(services, login, each.password, "")
            async with visiting(services, TODAY, session) as browser:
                assert (await browser.get("/")).status_code == 200
    for _ in range(2):
        await outside_systems(services, tmp_path / "share")
    assert [each.rows for each in await read_batches(services, WORKER)] == [3, 3]
    await forward_all(services)
    await deliver_waiting(services, WORKER, connectors_for(services))
    assert [path.stat().st_size for path in (tmp_path / "share" / DEPARTMENT).glob("* 任务书.xlsx")]


async def test_a_year_is_published_and_a_firm_waits_for_an_answer(services: Services) -> None:
    await prepared(services)
    assert await ready_to_sign_in(services)
    for _ in range(2):
        await a_published_year(services)
    reading = await read_year(services, WORKER, TODAY.year)
    assert ([each.is_published for each in reading.issues], reading.has_changed) == ([True], False)
    first, second = [re.findall(LETTER, await a_firm_that_was_told(services, "demo-approved"))[0] for _ in range(2)]
    assert first[2] == second[2]
    with pytest.raises(LetterShut):
        await open_letter(services, first[0], first[1])
    async with visiting(services, TODAY) as firm:
        await send(firm, "/letter", "/letter", number=second[0], code=second[1])
        page = words(await firm.get("/letter/visits"))
    assert second[2] in page
    assert "希望改到" in page
    assert await a_firm_that_was_told(services, "demo-approving") == ""
    assert DutyKind.ANSWER_FIRMS in [each.kind for each in await read_duties(services, OFFICE)]


def test_days_move_by_whole_weeks_and_history_stays(tmp_path: Path) -> None:
    moved = weeks_to_move(SMALL, date(2026, 5, 6), published_calendar())
    assert moved % timedelta(weeks=1) == timedelta()
    folder = write_moved(SMALL, tmp_path / "round", moved, "code", "名称")
    head = folder.settings.round
    assert (head.id, head.name, head.first_day) == ("code", "名称", date(2026, 3, 2) + moved)
    assert head.first_day > date(2026, 5, 6)
    assert head.first_day.weekday() == 0
    text = repr(folder.workbooks)
    assert "2025-01-10" in text
    assert "2027-12-31" in text
    assert "2026-03-" not in text


def test_towards_the_years_end_a_round_is_shortened(tmp_path: Path) -> None:
    moved = weeks_to_move(SMALL, date(2026, 11, 27), published_calendar())
    head = write_moved(SMALL, tmp_path / "round", moved, "code", "名称").settings.round
    assert (head.first_day, head.last_day) == (date(2026, 12, 7), date(2026, 12, 31))


def test_a_year_without_a_confirmed_calendar_is_not_entered() -> None:
    assert weeks_to_move(SMALL, date(2026, 12, 15), published_calendar()) == timedelta()
    assert weeks_to_move(SMALL, date(2026, 1, 5), published_calendar()) == timedelta()
