"""Programs read the plan as its pages show it: the merge board, what is unserved; and the directories as workbooks."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from openpyxl import load_workbook
from support.people import a_person
from support.programs import programs
from support.rounds import WATER
from support.web import BEFORE, World, dispatched_world, visiting

from connectors.client import types
from coordinator.domain.actors import Office
from coordinator.domain.ledger import ledger
from coordinator.embedded import Endpoints

NOWHERE = "10000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def test_the_merge_board_says_what_was_merged_what_not_and_why(world: World) -> None:
    dispatch = await world.dispatch()
    entries = ledger(dispatch)
    async with programs(world.services) as all_:
        office = await all_.of(Office.SUPERVISOR)
        found = await office.asks(lambda onedoor: onedoor.merges(world.round))
        parted = await office.asks(lambda onedoor: onedoor.merges(world.round, only="parted"))
        merged = await office.asks(lambda onedoor: onedoor.merges(world.round, only="merged", department=WATER))
        one = await office.asks(lambda onedoor: onedoor.merges(world.round, q=entries[0].target))
    assert [(each.target, each.departments, each.before, each.saved) for each in found] == [
        (each.target, each.departments, each.visits_apart, each.saved) for each in entries
    ]
    visits = [
        (tour.id, len(visit.matters), obstacle)
        for entry in entries
        for (tour, visit), obstacle in zip(entry.visits, (*entry.obstacles, ""), strict=True)
    ]
    assert [(visit.tour, visit.matters, visit.obstacle) for line in found for visit in line.visits] == visits
    assert parted == [each for each in found if len(each.visits) > 1]
    assert merged == [each for each in found if each.saved and WATER in each.departments]
    assert one == found[:1]


async def test_what_is_unserved_is_said_with_reasons_and_its_remedies_name_the_same_matters(world: World) -> None:
    dispatch = await world.dispatch()
    reasons = {str(each.matter): [reason.text for reason in each.reasons] for each in dispatch.plan.unserved}
    async with programs(world.services) as all_:
        office = await all_.of(Office.COORDINATOR)
        groups = await office.asks(lambda onedoor: onedoor.unserved(world.round))
    assert {
        matter.id: [reason.text for reason in group.reasons] for group in groups for matter in group.matters
    } == reasons
    assert [len(each.matters) for each in groups] == sorted((len(each.matters) for each in groups), reverse=True)


async def test_the_schedule_is_chosen_by_area_and_by_notice(world: World) -> None:
    async with programs(world.services) as all_:
        office = await all_.of(Office.COORDINATOR)
        whole = await office.asks(lambda onedoor: onedoor.schedule(world.round))
        tours = [tour for day in whole.days for tour in (*day.morning, *day.afternoon)]
        area = tours[0].areas[0]
        there = await office.asks(lambda onedoor: onedoor.schedule(world.round, area=area))
        told = await office.asks(lambda onedoor: onedoor.schedule(world.round, notice="announced"))
        assert await office.is_refused(lambda onedoor: onedoor.schedule(world.round, notice="x")) == (400, "http")
    assert there.tours == sum(area in tour.areas for tour in tours)
    assert told.tours == sum(not tour.is_unannounced for tour in tours)


async def test_departments_see_neither_board_nor_what_is_unserved(world: World) -> None:
    async with programs(world.services) as all_:
        office = await all_.of(Office.COORDINATOR)
        for program in (await all_.of(Office.DEPARTMENT), await all_.of(Office.INSPECTOR)):
            assert (await program.is_refused(lambda onedoor: onedoor.merges(world.round)))[0] == 403
            assert (await program.is_refused(lambda onedoor: onedoor.unserved(world.round)))[0] == 403
        assert await office.is_refused(lambda onedoor: onedoor.merges(NOWHERE)) == (404, "not-found")
        assert await office.is_refused(lambda onedoor: onedoor.unserved(NOWHERE)) == (404, "not-found")


@pytest.mark.parametrize("directory", types.Directory)
async def test_a_directory_comes_as_the_workbook_of_its_page_ones_own_for_a_department(
    world: World, directory: types.Directory
) -> None:
    async with programs(world.services) as all_:
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT)
        whole = await office.asks(lambda onedoor: onedoor.directory_workbook(directory))
        own = await water.asks(lambda onedoor: onedoor.directory_workbook(directory))
        inspector = await all_.of(Office.INSPECTOR)
        refused = await inspector.is_refused(lambda onedoor: onedoor.directory_workbook(directory))
        assert refused[0] == 403
        one = lines(own)[1][1]
        found = lines(await water.asks(lambda onedoor: onedoor.directory_workbook(directory, one)))
    person = await a_person(world.services, f"reader.{directory.value}")
    async with visiting(world.services, BEFORE, person.session) as browser:
        page = await browser.get(f"/directories/export/{directory.value}")
    assert lines(whole) == lines(page.content)
    assert 1 < len(lines(own)) < len(lines(whole))
    place = lines(own)[0].index("部门")
    assert {line[place] for line in lines(own)[1:]} == {WATER}
    assert one in {line[1] for line in found[1:]}


def lines(workbook: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(workbook)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))
