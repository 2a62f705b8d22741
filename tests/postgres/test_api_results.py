"""Programs of departments fetch their form, have it looked through, enter it once; nobody gets another's."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from postgres.test_web_result_uploads import BAD, FINE, LATER, filled
from support.programs import programs
from support.rounds import trail
from support.web import Stored, World, at, dispatched_database, world_like

from connectors.client import types
from coordinator.domain.actors import Office
from coordinator.domain.ids import DepartmentId
from coordinator.embedded import Endpoints

OTHER = DepartmentId("禾川县林业局")


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield World(at(made.services, LATER), made.round)


async def test_a_form_is_tried_and_entered_once_and_what_is_owed_grows_less(world: World) -> None:
    round_, key = world.round, str(uuid4())
    async with programs(world.services) as all_:
        water = await all_.of(Office.DEPARTMENT)
        owed = await water.asks(lambda onedoor: onedoor.results(round_))
        form = filled(await water.asks(lambda onedoor: onedoor.result_form(round_)), FINE, BAD)
        first, again = [
            await water.asks(lambda onedoor: onedoor.try_results(round_, "结果.xlsx", form, key=key)) for _ in range(2)
        ]
        assert first == again, "tried once for its key"
        assert first.trial is not None
        assert (first.trial.new, first.trial.refused, first.trial.corrections) == (1, 1, [])
        assert "很好" in first.trial.faults[0].found
        returned = await water.asks(lambda onedoor: onedoor.returned_results(round_, first.id))
        assert returned.startswith(b"PK")
        assert await water.is_refused(lambda onedoor: onedoor.enter_results(round_, first.id, first.seen)) == (
            409,
            "conflict",
        )
        other = await water.is_refused(
            lambda onedoor: onedoor.enter_results(round_, first.id, "0" * 64, with_faults=True)
        )
        assert other == (409, "conflict")
        done = [
            await water.asks(lambda onedoor: onedoor.enter_results(round_, first.id, first.seen, with_faults=True))
            for _ in range(2)
        ]
        assert done[0] == done[1]
        assert (done[0].trial, done[0].entered_at is not None) == (None, True)
        now = await water.asks(lambda onedoor: onedoor.results(round_))
        assert sum(each.missing for each in now) == sum(each.missing for each in owed) - 1
    assert (await trail(world.services.pool)).count("results_entered") == 1


async def test_nobody_gets_anothers_forms(world: World) -> None:
    round_ = world.round
    async with programs(world.services) as all_:
        water, forest = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, OTHER)
        supervisor = await all_.of(Office.SUPERVISOR)
        form = filled(await water.asks(lambda onedoor: onedoor.result_form(round_)), FINE)
        tried = await water.asks(lambda onedoor: onedoor.try_results(round_, "结果.xlsx", form))
        for program, status in ((forest, 404), (supervisor, 403)):
            for asking in (
                lambda onedoor: onedoor.tried_results(round_, tried.id),
                lambda onedoor: onedoor.enter_results(round_, tried.id, tried.seen),
                lambda onedoor: onedoor.returned_results(round_, tried.id),
            ):
                assert (await program.is_refused(asking))[0] == status
        theirs = await water.is_refused(lambda onedoor: onedoor.try_results(round_, "x.xlsx", b"no workbook"))
        assert theirs == (422, "invalid")
        tables = await supervisor.asks(lambda onedoor: onedoor.statistics(2026))
        assert tables.keys() == {"tables"}
        assert isinstance(first := (await water.asks(lambda onedoor: onedoor.results(round_)))[0], types.ResultsOwed)
        assert first.state in {*types.StopState}
