"""What each owes at each stage of a real round, and nothing that is somebody else's."""

from datetime import date, datetime, time
from uuid import uuid4

import pytest
from msgspec import structs
from support import rounds
from support.late_causes import filed
from support.people import a_person
from support.programs import programs
from support.rounds import WATER, liaison_of, small
from support.web import at, visiting, words

from coordinator.actions.beginning import begin_round
from coordinator.actions.ceremonies import fix_together
from coordinator.actions.duties import read_duties
from coordinator.actions.handing_in import hand_in, try_workbook
from coordinator.actions.late_causes import withdraw_cause
from coordinator.actions.recording import record_facts
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import CONSOLE, Actor, ActorId, Office
from coordinator.domain.acts import Act
from coordinator.domain.ceremonies import SHORTEST
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.duties import DutyKind
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Pool
from solver.chance.head import Stage

NOW = datetime(2026, 2, 12, 9, tzinfo=LOCAL_TIME)
LATER = datetime(2026, 4, 3, 9, tzinfo=LOCAL_TIME)
OFFICE = Actor(id=ActorId("office"), name="统筹", office=Office.COORDINATOR)
BOOKS = small().originals


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), NOW)


async def kinds(services: Services, actor: Actor) -> list[DutyKind]:
    return [each.kind for each in await read_duties(services, actor)]


async def test_while_a_round_is_collected_a_department_hands_in_then_mends_and_the_office_chases(
    services: Services,
) -> None:
    asked = "\n".join(file.removesuffix(".xlsx") for file in BOOKS)
    round_ = await begin_round(services, CONSOLE, uuid4(), settings_file(small().settings), "2026-02-25", asked)
    [owed] = await read_duties(services, liaison_of(WATER))
    assert (owed.kind, owed.due_on, owed.days_left) == (DutyKind.HAND_IN, date(2026, 2, 25), 5)
    [chase] = await read_duties(services, OFFICE)
    assert (chase.kind, chase.count) == (DutyKind.CHASE, len(BOOKS))
    for file, content in BOOKS.items():
        id_ = await try_workbook(services, CONSOLE, round_, file, content)
        await hand_in(services, CONSOLE, round_, id_, with_faults=True)
    assert await kinds(services, OFFICE) == [DutyKind.FIX_FRAME]
    assert await kinds(services, liaison_of(WATER)) == [DutyKind.MEND]
    [late] = await read_duties(at(services, LATER), liaison_of(WATER))
    assert late.days_left is not None
    assert late.days_left < 0
    assert await kinds(services, rounds.SUPERVISOR) == []
    assert await kinds(services, liaison_of(DepartmentId("禾川县林业局"))) == []


async def test_parties_of_a_draw_commit_and_others_owe_nothing(services: Services) -> None:
    round_ = await rounds.collected(services)
    assert await kinds(services, OFFICE) == [DutyKind.FIX_FRAME]
    await fix_together(services, OFFICE, round_, Stage.TARGETS, SHORTEST)
    owed = {file: await kinds(services, liaison_of(DepartmentId(file.removesuffix(".xlsx")))) for file in BOOKS}
    assert [DutyKind.COMMIT] in owed.values()
    assert await kinds(services, OFFICE) == [DutyKind.DRAW_TARGETS]


async def test_what_came_after_the_plan_is_planned_in_before_the_lots(services: Services) -> None:
    round_ = await rounds.planned(services)
    assert await kinds(services, OFFICE) == [DutyKind.DRAW_TEAMS]
    id_ = await filed(services, round_)
    [owed] = await read_duties(services, OFFICE)
    assert (owed.kind, owed.count) == (DutyKind.TAKE_IN, 1)
    await withdraw_cause(services, CONSOLE, round_, id_)
    assert await kinds(services, OFFICE) == [DutyKind.DRAW_TEAMS]


async def test_results_are_owed_until_each_is_entered(services: Services) -> None:
    round_ = await rounds.dispatched(services)
    assert await kinds(services, liaison_of(WATER)) == []
    [owed] = await read_duties(at(services, LATER), liaison_of(WATER))
    assert (owed.kind, owed.provisional) == (DutyKind.ENTER_RESULTS, False)
    facts = await rounds.facts_of(services, round_)
    assert owed.count == sum(each.department == WATER for each in facts.findings)
    assert await record_facts(services, CONSOLE, facts)
    assert await kinds(at(services, LATER), liaison_of(WATER)) == []


async def test_a_result_is_owed_from_the_day_that_is_planned_for_it(services: Services) -> None:
    """As the list says to which the home page leads."""
    round_ = await rounds.dispatched(services)
    results = (await rounds.facts_of(services, round_)).expectations.results_of(WATER)
    days = sorted({each.planned_on for each in results})
    for day in (days[0], days[1]):
        noon = datetime.combine(day, time(12), tzinfo=LOCAL_TIME)
        [owed] = await read_duties(at(services, noon), liaison_of(WATER))
        assert owed.count == sum(each.planned_on <= day for each in results) < len(results)


async def test_a_program_reads_what_its_owner_owes_and_nothing_that_it_may_not_do(services: Services) -> None:
    asked = "\n".join(file.removesuffix(".xlsx") for file in BOOKS)
    round_ = await begin_round(services, CONSOLE, uuid4(), settings_file(small().settings), "2026-02-25", asked)
    async with programs(services) as all_:
        liaison, supervisor = await all_.of(Office.DEPARTMENT), await all_.of(Office.SUPERVISOR)
        [owed] = await liaison.asks(lambda onedoor: onedoor.duties())
        assert (owed.kind, owed.round, owed.due_on, owed.days_left) == ("hand_in", str(round_), date(2026, 2, 25), 5)
        assert await supervisor.asks(lambda onedoor: onedoor.duties()) == []
        office = await all_.of(Office.COORDINATOR)
        [chase] = await office.asks(lambda onedoor: onedoor.duties())
        assert (chase.kind, chase.names) == ("chase", [each.removesuffix(".xlsx") for each in BOOKS])
    reader = structs.replace(liaison_of(WATER), scopes=frozenset({Act.SEE_ROUNDS}))
    assert await kinds(services, reader) == []


async def test_the_home_page_leads_to_each_task_by_one_link(services: Services) -> None:
    asked = "\n".join(file.removesuffix(".xlsx") for file in BOOKS)
    round_ = await begin_round(services, CONSOLE, uuid4(), settings_file(small().settings), "2026-02-25", asked)
    liaison = await a_person(services, "liaison", Office.DEPARTMENT)
    office = await a_person(services, "office")
    for person, said in ((liaison, "提交本部门的工作簿"), (office, "催交工作簿：4 个部门")):
        async with visiting(services, NOW, person.session) as browser:
            home = await browser.get("/")
        assert said in words(home)
        assert "还有 5 个工作日" in words(home)
        assert f'href="/rounds/{round_}/hand-in"' in home.text
