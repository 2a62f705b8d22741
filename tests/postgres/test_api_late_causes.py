"""What programs do through the client about caused inspections that come after the plan: try, file, take back."""

from uuid import uuid4

import pytest
from msgspec import convert
from msgspec.structs import asdict
from support import rounds
from support.late_causes import wish_of
from support.programs import programs
from support.rounds import trail
from support.web import BEFORE, at

from connectors.client import types
from coordinator.actions.services import Services
from coordinator.domain.actors import Office
from coordinator.storage.connection import Pool

OTHER = "禾川县林业局"


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


async def test_a_department_tries_files_once_and_withdraws_its_own(services: Services) -> None:
    round_, key = await rounds.planned(services), str(uuid4())
    fields = asdict(await wish_of(services, round_))
    wish = convert(fields, types.LateCauseWish)
    nameless = convert(fields | {"document": ""}, types.LateCauseWish)
    async with programs(services) as all_:
        water, forest = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, OTHER)
        supervisor = await all_.of(Office.SUPERVISOR)
        tried = await water.asks(lambda onedoor: onedoor.try_late_cause(round_, wish))
        assert (tried.target, tried.item) == (wish.target, wish.item)
        assert await water.asks(lambda onedoor: onedoor.late_causes(round_)) == []
        assert await water.is_refused(lambda onedoor: onedoor.file_late_cause(round_, nameless)) == (422, "invalid")
        assert (await forest.is_refused(lambda onedoor: onedoor.file_late_cause(round_, wish)))[0] == 404
        assert (await supervisor.is_refused(lambda onedoor: onedoor.late_causes(round_)))[0] == 403
        made = [await water.asks(lambda onedoor: onedoor.file_late_cause(round_, wish, key=key)) for _ in range(2)]
        assert made[0] == made[1]
        assert await water.asks(lambda onedoor: onedoor.late_causes(round_)) == [made[0]]
        assert (await water.is_refused(lambda onedoor: onedoor.file_late_cause(round_, wish)))[0] == 409
        assert await forest.asks(lambda onedoor: onedoor.late_causes(round_)) == []
        assert (await forest.is_refused(lambda onedoor: onedoor.withdraw_late_cause(round_, made[0].id)))[0] == 404
        gone = await water.asks(lambda onedoor: onedoor.withdraw_late_cause(round_, made[0].id))
        assert gone.outcome == "withdrawn"
    acts = await trail(services.pool)
    assert [acts.count(each) for each in ("late_cause_filed", "late_cause_withdrawn")] == [1, 1]
