"""What programs do with the year's statistics tables through the client: see how they stand, and report one, once."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from msgspec.structs import replace
from support import rounds
from support.programs import programs
from support.rounds import WATER
from support.web import AFTER, Stored, World, at, dispatched_database, world_like

from coordinator.actions.recording import record_facts
from coordinator.domain.actors import CONSOLE, Office
from coordinator.embedded import Endpoints

YEAR, OTHER = 2026, "禾川县林业局"


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield World(at(made.services, AFTER), made.round)


async def test_a_department_reports_its_own_table_once_and_later_results_are_corrections(world: World) -> None:
    facts, key = await rounds.facts_of(world.services, world.round), str(uuid4())
    late = tuple(each for each in facts.findings if each.department == WATER)
    known = tuple(each for each in facts.findings if each.department != WATER)
    assert await record_facts(world.services, CONSOLE, replace(facts, findings=known))
    async with programs(world.services) as all_:
        water, forest = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, OTHER)
        supervisor = await all_.of(Office.SUPERVISOR)
        [own] = await water.asks(lambda onedoor: onedoor.statistics_tables(YEAR))
        assert (own.unit, own.closed_on, own.changes) == (WATER, None, [])
        assert (await forest.is_refused(lambda onedoor: onedoor.close_table(YEAR, WATER, own.digest)))[0] == 404
        assert (await supervisor.is_refused(lambda onedoor: onedoor.close_table(YEAR, WATER, own.digest)))[0] == 403
        assert (await water.is_refused(lambda onedoor: onedoor.close_table(YEAR, WATER, "0" * 64)))[0] == 409
        closed = [await water.asks(lambda onedoor: onedoor.close_table(YEAR, WATER, own.digest, key=key)) for _ in "12"]
        assert closed[0] == closed[1]
        assert (closed[0].closed_on, closed[0].changes) == (AFTER.date(), [])
        assert await record_facts(world.services, CONSOLE, replace(facts, findings=late))
        [now] = await water.asks(lambda onedoor: onedoor.statistics_tables(YEAR))
        assert now.closed_on == AFTER.date()
        assert now.changes
        assert now.digest != own.digest
        assert (await water.is_refused(lambda onedoor: onedoor.close_table(YEAR, WATER, now.digest)))[0] == 409
        seen = await supervisor.asks(lambda onedoor: onedoor.statistics_tables(YEAR))
        assert {each.unit: each.changes for each in seen}[WATER] == now.changes
