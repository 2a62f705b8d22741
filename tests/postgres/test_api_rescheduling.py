"""What programs do through the client after the lots: see where a visit may go, and move it once, as pages do."""

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
from support.programs import programs
from support.web import Stored, World, dispatched_database, world_like

from connectors.client import OneDoor, Refused, types
from coordinator.domain.actors import Office
from coordinator.embedded import Endpoints


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Stored]:
    async with dispatched_database(server, template) as made:
        yield made


@pytest.fixture
async def world(server: Endpoints, stored: Stored) -> AsyncIterator[World]:
    async with world_like(server, stored) as made:
        yield made


async def test_a_drawn_visit_is_moved_once_and_a_rule_that_forbids_it_is_said(world: World) -> None:
    dispatch = await world.dispatch()
    last_day = dispatch.problem.half_days[-1].date
    tour, visit = next(
        each
        for each in dispatch.visits()
        if any(matter.window.last_day < last_day for matter in dispatch.matters_of(each[1]))
    )
    matter, key = visit.matters[0], str(uuid4())
    async with programs(world.services) as all_:
        office, supervisor = await all_.of(Office.COORDINATOR), await all_.of(Office.SUPERVISOR)
        shown = await office.asks(lambda onedoor: onedoor.places(world.round, matter))
        assert (shown.tour, shown.half_day) == (tour.id, tour.half_day)
        free = next(each.half_day for each in shown.places if not each.obstacle)
        refused = next(each for each in shown.places if each.obstacle)

        def move(half_day: str, reason: str = "停产检修") -> Callable[[OneDoor], types.Rescheduled]:
            return lambda onedoor: onedoor.reschedule(
                world.round, matter, half_day, seen=tour.half_day, reason=reason, key=key if reason else None
            )

        assert await office.is_refused(move(free, "")) == (422, "invalid")
        assert (await supervisor.is_refused(move(free)))[0] == 403
        made = [await office.asks(move(free)) for _ in range(2)]
        assert made[0] == made[1]
        assert (made[0].was_half_day, made[0].half_day, made[0].target) == (tour.half_day, free, visit.target)
        with pytest.raises(Refused, match="不能改到这个时间"):
            await office.asks(
                lambda onedoor: onedoor.reschedule(world.round, matter, refused.half_day, seen=free, reason="停产检修")
            )
    assert len((await world.dispatch()).rescheduled) == 1
