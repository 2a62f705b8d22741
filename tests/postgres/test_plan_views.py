"""One plan in linked views: calendar, timeline and map under one filter, and the merge board with its reasons."""

import html
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from support.web import World, dispatched_world, links, looking, words

from coordinator.domain.ledger import ledger
from coordinator.embedded import Endpoints
from coordinator.web.shown.schedules import monday, tour_lines


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def test_the_merge_board_accounts_for_every_door_and_says_why_some_stayed_apart(world: World) -> None:
    dispatch = await world.dispatch()
    entries = ledger(dispatch)
    before, after = sum(each.visits_apart for each in entries), sum(len(each.visits) for each in entries)
    async with looking(world.services) as client:
        page = words(await client.get(f"/rounds/{world.round}/merges"))
        parted = words(await client.get(f"/rounds/{world.round}/merges?only=parted"))
        one = words(await client.get(f"/rounds/{world.round}/merges?q={entries[0].target}"))
    assert f"各部门各自去至少开门 {before} 次，合并后 {after} 次" in page
    for entry in entries:
        assert dispatch.targets[entry.target].name in page
        assert all(obstacle in parted for obstacle in entry.obstacles)
        assert (dispatch.targets[entry.target].name in parted) == bool(entry.obstacles)
    assert "1 户：" in one


@pytest.mark.parametrize("view", ["schedule", "timeline"])
async def test_one_filter_holds_in_every_view(world: World, view: str) -> None:
    lines = tour_lines(await world.dispatch())
    area, department, day = lines[0].areas[0], lines[-1].crew[0].department, str(lines[0].day)
    asked = (
        {"area": area},
        {"department": department},
        {"day": day},
        {"notice": "unannounced"},
        {"notice": "announced", "area": area},
    )
    kept = (
        {each.id for each in lines if area in each.areas},
        {each.id for each in lines if department in {crew.department for crew in each.crew}},
        {each.id for each in lines if str(each.day) == day},
        {each.id for each in lines if each.is_unannounced},
        {each.id for each in lines if not each.is_unannounced and area in each.areas},
    )
    async with looking(world.services) as client:
        for given, expected in zip(asked, kept, strict=True):
            page = await client.get(f"/rounds/{world.round}/{view}?{urlencode({'week': 'all', **given})}")
            assert {each.id for each in lines if f"tour={each.id}#" in page.text} == expected
            assert any("map" in link and urlencode({"week": "all"}) in link for link in links(page))


async def test_the_filter_says_what_is_shown_and_a_day_leads_out_of_the_week(world: World) -> None:
    lines = tour_lines(await world.dispatch())
    first, last = lines[0].day, lines[-1].day
    assert monday(first) != monday(last)
    async with looking(world.services) as client:
        week, whole, day = [
            words(await client.get(f"/rounds/{world.round}/schedule?{asked}"))
            for asked in (f"week={first}", "week=all", f"week={first}&day={last}")
        ]
    assert "这一周的每天" in week
    assert "全部日子" in whole
    assert f"入户 {sum(len(each.stops) for each in lines)} 次" in whole
    assert f"{sum(each.day == last for each in lines)} 个组次" in day


async def test_the_map_draws_the_doors_that_were_asked_for(world: World) -> None:
    dispatch = await world.dispatch()
    day = dispatch.problem.half_days[0].date
    half_days = {each.id for each in dispatch.problem.half_days if each.date == day}
    names = {
        dispatch.targets[visit.target].name
        for tour in dispatch.plan.tours
        if tour.half_day in half_days
        for visit in tour.visits
    }
    everyone = {dispatch.targets[visit.target].name for tour in dispatch.plan.tours for visit in tour.visits}
    async with looking(world.services) as client:
        whole = html.unescape((await client.get(f"/rounds/{world.round}/map?week=all")).text)
        page = html.unescape((await client.get(f"/rounds/{world.round}/map?day={day}")).text)
    drawn = {name for name in everyone if f"<title>{name}</title>" in whole}
    assert drawn
    assert {name for name in everyone if f"<title>{name}</title>" in page} == drawn & names
