"""Programs of two people set destinations up, see what was sent with every try, and have it sent again."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace
from postgres.outbox_world import FIRE, a_posting, posted
from support import rounds
from support.people import a_person
from support.programs import Programs, programs

from connectors.client import types
from coordinator.actions.connecting import connectors_for
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.destinations import set_secret
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Office
from coordinator.domain.deliveries import ConnectorKind
from coordinator.storage.connection import Pool

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FOLDER = ConnectorKind("folder")
NAME, SECRET = "fire-share", "ZWluIGdlaGVpbWVyIFNjaGx1ZXNzZWw="


@pytest.fixture
def services(pool: Pool, tmp_path: Path) -> Services:
    ticks = count()
    found = replace(rounds.world(pool), clock=lambda: NOON + timedelta(seconds=next(ticks)))
    return replace(found, settings=replace(found.settings, home=tmp_path / "home"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


def wish(root: Path, **other: object) -> types.DestinationWish:
    fields = {
        "name": NAME,
        "connector": "folder",
        "title": "消防共享文件夹",
        "department": FIRE,
        "wants": [types.Wanted("任务书和填报表")],
        "settings": {"root": str(root)},
    }
    return types.DestinationWish(**(fields | other))  # type: ignore[arg-type]


async def approved(all_: Programs, given: types.DestinationWish) -> types.DestinationShown:
    first, second = await all_.of(Office.COORDINATOR), await all_.of(Office.COORDINATOR)
    proposed = (await first.asks(lambda onedoor: onedoor.propose_destination(given))).proposed
    assert proposed is not None
    return await second.asks(lambda onedoor: onedoor.confirm_destination(NAME, proposed.id))


async def test_the_programs_of_two_people_set_a_destination_up_and_one_persons_do_not(
    services: Services, root: Path
) -> None:
    async with programs(services) as all_:
        first, second = await all_.of(Office.COORDINATOR), await all_.of(Office.COORDINATOR)
        shown = await first.asks(lambda onedoor: onedoor.propose_destination(wish(root)))
        assert (shown.standing, shown.proposed is not None) == (None, True)
        assert shown.proposed is not None
        seen = shown.proposed.id
        (line,) = await second.asks(lambda onedoor: onedoor.destinations())
        assert (line.name, line.state, line.proposal) == (NAME, None, seen)
        alone = await first.is_refused(lambda onedoor: onedoor.confirm_destination(NAME, seen))
        assert alone == (403, "not-permitted")
        other = await second.is_refused(lambda onedoor: onedoor.confirm_destination(NAME, uuid4()))
        assert other == (409, "conflict")
        stands = (await second.asks(lambda onedoor: onedoor.confirm_destination(NAME, seen))).standing
        assert stands is not None
        assert (stands.state, stands.settings) == (types.DestinationState.open, {"root": str(root)})
        (line,) = await first.asks(lambda onedoor: onedoor.destinations())
        assert (line.state, line.proposal, line.waiting) == (types.DestinationState.open, None, 0)


async def test_a_change_is_withdrawn_and_what_cannot_be_is_refused(services: Services, root: Path) -> None:
    async with programs(services) as all_:
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT)
        for bad in (wish(root, name="X"), wish(root, settings={}), wish(root, wants=[]), wish(root, connector="x")):
            refused = await office.is_refused(lambda onedoor, each=bad: onedoor.propose_destination(each))
            assert refused == (422, "invalid"), bad
        await approved(all_, wish(root))
        changed = await office.asks(lambda onedoor: onedoor.propose_destination(wish(root, title="共享")))
        assert changed.proposed is not None
        assert changed.proposed.title == "共享"
        await office.asks(lambda onedoor: onedoor.withdraw_destination(NAME))
        left = await office.asks(lambda onedoor: onedoor.destination(NAME))
        assert (left.proposed, left.standing is not None) == (None, True)
        assert await water.asks(lambda onedoor: onedoor.destinations()) == []
        refused = await water.is_refused(lambda onedoor: onedoor.propose_destination(wish(root)))
        assert refused == (403, "not-permitted")


async def test_no_answer_holds_a_secret(services: Services, root: Path) -> None:
    keeper = await a_person(services, "keeper")
    pushed = wish(root, connector="webhook", settings={"address": "https://hook.example.gov.cn/onedoor"})
    async with programs(services) as all_:
        await approved(all_, pushed)
        await set_secret(services, keeper.who.actor, NAME, "signing_key", f"whsec_{SECRET}")
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT, FIRE)
        shown = await office.asks(lambda onedoor: onedoor.destination(NAME))
        assert [each.name for each in shown.secrets] == ["signing_key"]
        assert SECRET not in repr(shown)
        assert (await water.asks(lambda onedoor: onedoor.destination(NAME))).secrets == []


async def test_what_was_sent_is_read_page_by_page_held_back_and_sent_again(services: Services, root: Path) -> None:
    ids = await posted(services, *(a_posting(f"第{n}批", connector=FOLDER, destination=NAME) for n in range(3)))
    async with programs(services) as all_:
        await approved(all_, wish(root))
        office = await all_.of(Office.COORDINATOR)
        held = await office.asks(lambda onedoor: onedoor.pause(ids[0]))
        assert held.delivery.state == types.DeliveryState.paused
        await deliver_waiting(services, WORKER, connectors_for(services))
        sent = await office.asks(lambda onedoor: list(onedoor.deliveries(NAME)))
        assert [each.outbox for each in sent] == [str(each) for each in reversed(ids)]
        waiting = await office.asks(lambda onedoor: list(onedoor.deliveries(state="paused")))
        assert [each.outbox for each in waiting] == [str(ids[0])]
        whole = await office.asks(lambda onedoor: onedoor.delivery(ids[1]))
        assert ([each.state for each in whole.attempts], len(whole.files)) == ([types.DeliveryState.delivered], 1)
        again = await office.asks(lambda onedoor: onedoor.replay(ids[1]))
        assert again.delivery.state == types.DeliveryState.waiting
        assert (await office.is_refused(lambda onedoor: onedoor.pause(ids[2])))[0] == 404, "it has arrived"
        supervisor = await all_.of(Office.SUPERVISOR)
        assert len(await supervisor.asks(lambda onedoor: list(onedoor.deliveries()))) == 3
        assert (await supervisor.is_refused(lambda onedoor: onedoor.replay(ids[1])))[0] == 403


async def test_a_test_is_sent_where_something_is_sent_at_all(services: Services, root: Path) -> None:
    async with programs(services) as all_:
        await approved(all_, wish(root))
        office = await all_.of(Office.COORDINATOR)
        tested = await office.asks(lambda onedoor: onedoor.send_test(NAME))
        assert (tested.delivery.destination, tested.attempts) == (NAME, [])
        paused = types.DestinationState.paused
        shown = await office.asks(lambda onedoor: onedoor.set_destination_state(NAME, paused))
        assert shown.standing is not None
        assert shown.standing.state == paused
        assert await office.is_refused(lambda onedoor: onedoor.send_test(NAME)) == (409, "conflict")
