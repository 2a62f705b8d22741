"""The page on which recusal is asked for and decided, and what other pages say afterwards."""

from uuid import UUID

import pytest
from support.people import a_person
from support.rounds import dispatched
from support.rounds import world as world_of
from support.web import BEFORE, at, send, visiting, words

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.recusing import read_recusals
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Office
from coordinator.storage.connection import Pool, transaction


@pytest.fixture
def world(pool: Pool) -> Services:
    return at(world_of(pool), BEFORE)


async def test_one_asks_another_grants_and_every_page_knows(world: Services) -> None:
    round_ = await dispatched(world)
    async with transaction(world.pool, WORKER) as db:
        dispatch = await load_dispatch(db, WORKER, round_)
    tour, visit = next(dispatch.visits())
    inspector = dispatch.teams[tour.roles[0].id][0]
    page = f"/rounds/{round_}/recusals"
    asker, head = await a_person(world, "li.si"), await a_person(world, "zhang.san")
    wish = {"target": visit.target, "inspector": inspector, "cause": "requested", "reason": "企业负责人申请"}
    async with visiting(world, session=asker.session) as browser:
        assert f"{page}?target=" in (await browser.get(f"/rounds/{round_}/targets/{visit.target}")).text
        wrong = await send(browser, page, page, **{**wish, "inspector": "nobody"})
        assert wrong.status_code == 422
        assert 'href="#inspector"' in wrong.text
        assert (await send(browser, page, page, **wish)).status_code == 303
        assert "请由另一位负责人决定" in words(await browser.get(page))
    async with visiting(world, session=head.session) as browser:
        before = words(await browser.get(f"/rounds/{round_}/papers"))
        assert "重新提请" not in before
        address = await waiting(world, round_)
        answer = await send(browser, page, f"{page}/{address}", decision="granted", reason="情况属实")
        assert answer.status_code == 303
        assert "准予回避" in words(await browser.get(page))
        assert "重新提请" in words(await browser.get(f"/rounds/{round_}/papers"))
        assert "接替" in words(await browser.get(f"/rounds/{round_}/trail"))


async def waiting(world: Services, round_: UUID) -> UUID:
    (only,) = (await read_recusals(world, WORKER, round_)).requests
    return only.id


async def test_an_inspector_of_another_department_sees_no_request(world: Services) -> None:
    round_ = await dispatched(world)
    async with transaction(world.pool, WORKER) as db:
        dispatch = await load_dispatch(db, WORKER, round_)
    tour, visit = next((tour, visit) for tour, visit in dispatch.visits() if tour.roles[0].department != "禾川县水利局")
    page = f"/rounds/{round_}/recusals"
    asker, other = await a_person(world, "li.si"), await a_person(world, "zhao.liu", Office.INSPECTOR)
    async with visiting(world, session=asker.session) as browser:
        team = dispatch.teams[tour.roles[0].id]
        wish = {"target": visit.target, "inspector": team[0], "cause": "declared", "reason": "亲属关系不便公开"}
        assert (await send(browser, page, page, **wish)).status_code == 303
    async with visiting(world, session=other.session) as browser:
        assert "亲属关系不便公开" not in words(await browser.get(page))
