"""What programs do through the client before the lots: see where a visit may go, move it, take it back, as pages do."""

from uuid import UUID, uuid4

import pytest
from support import rounds
from support.programs import programs
from support.web import BEFORE, at

from connectors.client import OneDoor, Refused, types
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Office
from coordinator.storage import plans
from coordinator.storage.connection import Pool, transaction
from solver.planning.plan import Plan
from solver.planning.reading import read_plan


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


async def live(services: Services, round_: UUID) -> Plan:
    async with transaction(services.pool, WORKER) as db:
        found = await plans.live_plan(db, round_)
    assert found is not None
    return read_plan(found.document)


def movable(onedoor: OneDoor, round_: UUID, plan: Plan) -> tuple[str, str, types.PlacesShown]:
    """The first visit that may go somewhere and may not go everywhere."""
    for tour in plan.tours:
        for visit in tour.visits:
            shown = onedoor.move_places(round_, tour.id, visit.target)
            if not shown.places[0].obstacle and shown.places[-1].obstacle:
                return tour.id, visit.target, shown
    raise AssertionError("nothing can be moved")


async def test_a_visit_is_moved_once_taken_back_and_a_rule_that_forbids_it_is_said(services: Services) -> None:
    round_ = await rounds.planned(services)
    before = await live(services, round_)
    async with programs(services) as all_:
        office, supervisor = await all_.of(Office.COORDINATOR), await all_.of(Office.SUPERVISOR)
        tour, target, shown = await office.asks(lambda onedoor: movable(onedoor, round_, before))
        free, refused = shown.places[0], shown.places[-1]
        seen = {"half_day": refused.half_day, "join": refused.tour}
        in_full = await office.asks(lambda onedoor: onedoor.move_places(round_, tour, target, **seen))
        assert in_full.asked is not None
        assert in_full.asked.obstacle

        def wish(place: types.PlaceShown, plan: str = shown.plan) -> types.MoveWish:
            return types.MoveWish(plan=plan, tour=tour, target=target, half_day=place.half_day, join=place.tour)

        with pytest.raises(Refused, match="不能移到这里（规则"):
            await office.asks(lambda onedoor: onedoor.move(round_, wish(refused)))
        assert (await supervisor.is_refused(lambda onedoor: onedoor.move(round_, wish(free))))[0] == 403
        assert await live(services, round_) == before
        key = str(uuid4())
        made = [await office.asks(lambda onedoor: onedoor.move(round_, wish(free), key=key)) for _ in range(2)]
        assert made[0] == made[1]
        assert _at(await live(services, round_), made[0].tour, target) == free.half_day
        assert (await office.is_refused(lambda onedoor: onedoor.move(round_, wish(free))))[0] == 409
        back = await office.asks(lambda onedoor: onedoor.undo_move(round_, made[0].plan))
        assert await live(services, round_) == before
        assert (await office.is_refused(lambda onedoor: onedoor.undo_move(round_, back.plan)))[0] == 409


def _at(plan: Plan, tour: str, target: str) -> str:
    return next(
        each.half_day for each in plan.tours if each.id == tour and any(visit.target == target for visit in each.visits)
    )
