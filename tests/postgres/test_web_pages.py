"""The pages: all of them can be reached, say what is stored, and need nothing from elsewhere."""

import re
from collections import Counter, deque
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from structlog.testing import capture_logs
from support import rounds
from support.people import a_person
from support.web import AFTER, BEFORE, World, at, dispatched_world, links, looking, visiting, words

from coordinator.actions.services import Services
from coordinator.domain.actors import Office
from coordinator.domain.coverage import debts, item_coverage
from coordinator.domain.disclosure import SHUT, seal_of
from coordinator.domain.summaries import unserved_groups
from coordinator.domain.wording import moment_words, remedy_words
from coordinator.embedded import Endpoints
from coordinator.storage import audit, draws
from coordinator.storage.connection import Pool, transaction
from solver.chance.head import Stage
from solver.chance.transcript import TRANSCRIPT

SCRIPT_BYTES = 120_000


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def walk(client: httpx.AsyncClient, start: str, limit: int = 400) -> list[httpx.Response]:
    """Follow every link from a page on; what lies outside the service is a fault."""
    seen, waiting, pages = {start}, deque([start]), []
    while waiting and len(pages) < limit:
        page = await client.get(waiting.popleft())
        pages.append(page)
        if page.headers["content-type"].startswith("text/html"):
            fresh = sorted(links(page) - seen)
            seen.update(fresh)
            waiting.extend(fresh)
    return pages


async def test_a_fresh_database_says_what_to_do_first(pool: Pool) -> None:
    async with looking(rounds.world(pool)) as client:
        page = await client.get("/")
    assert "还没有轮次" in words(page)
    assert "./onedoor demo" in words(page)


@pytest.mark.parametrize(
    ("office", "says"), [(Office.COORDINATOR, "在网页上新建轮次"), (Office.SUPERVISOR, "建立轮次之后")]
)
async def test_an_empty_list_says_what_each_can_do(pool: Pool, office: Office, says: str) -> None:
    services = at(rounds.world(pool), BEFORE)
    person = await a_person(services, "somebody", office)
    async with visiting(services, BEFORE, person.session) as browser:
        page = await browser.get("/")
    assert says in words(page)
    assert ('<a class="button go" href="/rounds/new">' in page.text) is (office is Office.COORDINATOR)


async def test_every_page_of_every_stage_can_be_reached_and_stands_alone(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    small = rounds.small()
    await rounds.collected(services, rounds.with_code(small, "collected"))
    await rounds.frozen(services, rounds.with_code(small, "frozen"))
    await rounds.drawn(services, rounds.with_code(small, "drawn"))
    await rounds.planned(services)
    await rounds.dispatched(services, seed=rounds.SEED)
    async with looking(services) as client:
        pages = await walk(client, "http://127.0.0.1:8000/")
    assert [str(page.url) for page in pages if page.status_code != httpx.codes.OK] == []
    assert {page.url.host for page in pages} == {"127.0.0.1"}
    shown = [page for page in pages if page.headers["content-type"].startswith("text/html")]
    assert len(shown) > 60
    inline = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:")
    assert [str(page.url) for page in shown if inline.search(page.text)] == []


async def test_no_page_loads_more_script_than_a_slow_network_bears(world: World) -> None:
    async with looking(world.services) as client:
        page = await client.get(f"/rounds/{world.round}/draws/targets")
        scripts = {address for address in links(page) if address.endswith(".js")}
        waiting = deque(scripts)
        size = 0
        while waiting:
            address = waiting.popleft()
            script = await client.get(address)
            size += len(script.content)
            imported = {str(httpx.URL(address).join(name)) for name in re.findall(r'from "(\./[^"]+)"', script.text)}
            waiting.extend(imported - scripts)
            scripts |= imported
    assert len(scripts) > 5
    assert size < SCRIPT_BYTES


async def test_the_round_says_what_was_saved_and_what_could_not_be_served_and_why(world: World) -> None:
    dispatch = await world.dispatch()
    async with looking(world.services) as client:
        said = words(await client.get(f"/rounds/{world.round}"))
    metrics = dispatch.plan.metrics
    assert f"各自检查 {metrics.visits_apart} 次" in said
    assert f"进一次门 {metrics.visits} 次" in said
    assert dispatch.plan.unserved
    for group in unserved_groups(dispatch.plan.unserved):
        for reason in group.reasons:
            assert reason.text in said
            assert remedy_words(reason.remedy) in said
    for owing in debts(item_coverage(dispatch)):
        assert f"本年还差 {owing.debt} 户" in said


async def test_the_coordinator_hears_until_when_a_round_is_sealed(world: World) -> None:
    dispatch = await world.dispatch()
    seal = seal_of(dispatch, BEFORE)
    assert seal != SHUT
    assert seal.opens_at is not None
    async with looking(world.services) as client:
        assert moment_words(seal.opens_at) in words(await client.get(f"/rounds/{world.round}"))
        assert "■ 密封" in words(await client.get(f"/rounds/{world.round}/schedule"))
    async with looking(world.services, seal.opens_at) as client:
        assert "密封" not in words(await client.get(f"/rounds/{world.round}"))


async def test_the_schedule_shows_the_tours_that_were_asked_for_and_no_others(world: World) -> None:
    dispatch = await world.dispatch()
    half_days = {half.id: half for half in dispatch.problem.half_days}
    picked = dispatch.plan.tours[-1]
    department, inspector = picked.roles[0].department, dispatch.teams[picked.roles[0].id][0]
    day = half_days[picked.half_day].date
    everything = {tour.id: tour for tour in dispatch.plan.tours}
    expected = {
        f"day={day}": {tour for tour, its in everything.items() if half_days[its.half_day].date == day},
        f"week=all&department={quote(department)}": {
            tour for tour, its in everything.items() if any(role.department == department for role in its.roles)
        },
        f"team={picked.id}": {picked.id},
        f"team={quote(inspector)}": {
            tour for tour, its in everything.items() if any(inspector in dispatch.teams[role.id] for role in its.roles)
        },
        "week=all": set(everything),
    }
    async with looking(world.services) as client:
        for asked, tours in expected.items():
            page = await client.get(f"/rounds/{world.round}/schedule?{asked}")
            assert set(re.findall(r"<b>(T\d+)</b>", page.text)) == tours, asked


async def test_a_picked_tour_shows_everyones_chance_and_who_was_drawn(world: World) -> None:
    dispatch = await world.dispatch()
    tour = dispatch.plan.tours[0]
    async with looking(world.services) as client:
        said = words(await client.get(f"/rounds/{world.round}/schedule?tour={tour.id}"))
    for role in tour.roles:
        for inspector, chance in role.chances.items():
            share = f"{chance * 100 / dispatch.plan.scale:.1f}%"
            drawn = " ✓ 中签" if inspector in dispatch.teams[role.id] else ""
            assert f"{dispatch.inspectors[inspector][1].name} {inspector} {share}{drawn}" in said


async def test_what_a_firm_may_see_of_an_unannounced_visit_begins_with_the_visit(world: World) -> None:
    dispatch = await world.dispatch()
    visits_at = Counter(visit.target for _, visit in dispatch.visits())
    tour, visit = next(
        (tour, visit)
        for tour, visit in dispatch.visits()
        if dispatch.is_unannounced(visit) and visits_at[visit.target] == 1
    )
    address = f"/rounds/{world.round}/targets/{quote(visit.target)}"
    begins_at = dispatch.begins_at(tour, visit)
    for moment, hidden in ((begins_at - timedelta(minutes=1), True), (begins_at, False)):
        async with looking(world.services, moment) as client:
            firm = words(await client.get(address)).partition("企业此刻能看到的")[2]
        assert ("什么也看不到" in firm) is hidden
        assert (dispatch.matters_of(visit)[0].item.name in firm) is not hidden


async def test_an_announced_visit_is_told_as_one_notice_with_certificates_cut_short(world: World) -> None:
    dispatch = await world.dispatch()
    tour, visit = next((tour, visit) for tour, visit in dispatch.visits() if not dispatch.is_unannounced(visit))
    async with looking(world.services) as client:
        page = await client.get(f"/rounds/{world.round}/targets/{quote(visit.target)}")
    firm = words(page).partition("企业此刻能看到的")[2]
    assert moment_words(dispatch.begins_at(tour, visit)) in firm
    for _, team in dispatch.roles_at(tour, visit):
        for inspector in team:
            officer = dispatch.inspectors[inspector][1]
            assert officer.name in firm
            assert officer.certificate not in page.text
            assert inspector not in firm


async def test_targets_are_found_by_name_and_by_code_even_with_a_slash(world: World) -> None:
    dispatch = await world.dispatch()
    code = next(matter.target for matter in dispatch.wanted.matters if "/" in matter.target)
    name = dispatch.targets[code].name
    async with looking(world.services) as client:
        for query in (name[3:], code[-6:].lower()):
            assert name in words(await client.get(f"/rounds/{world.round}/targets", params={"q": query}))
        assert name in words(await client.get(f"/rounds/{world.round}/targets/{quote(code)}"))
        assert "没有找到" in words(await client.get(f"/rounds/{world.round}/targets?q=没有这一家"))


async def test_a_draws_files_are_given_byte_for_byte(world: World) -> None:
    async with transaction(world.services.pool, rounds.SUPERVISOR) as db:
        for stage in Stage:
            draw = await draws.standing_draw(db, world.round, stage)
            assert draw is not None
            expected = await draws.files(db, draw.id) | {TRANSCRIPT: draw.transcript}
            async with looking(world.services) as client:
                page = await client.get(f"/rounds/{world.round}/draws/{stage.value}")
                for name, content in expected.items():
                    file = await client.get(f"/rounds/{world.round}/draws/{stage.value}/{name}")
                    assert file.content == content
                    assert "attachment" in file.headers["content-disposition"]
            for digest in (draw.document_digest, draw.seed, draw.transcript_digest):
                assert str(digest) in page.text


async def test_the_trail_of_everything_says_of_which_round_each_entry_is(world: World) -> None:
    code = rounds.small().settings.id
    async with looking(world.services) as client:
        whole, own = await client.get("/trail"), await client.get(f"/rounds/{world.round}/trail")
    assert re.search(rf"<td class=\"nowrap\">{code}<td class=\"name\">“抽取检查人员”的文书固定", whole.text)
    assert "<th>轮次" not in own.text
    assert "None" not in words(whole) + words(own)


async def test_the_trail_says_every_entry_in_words(world: World) -> None:
    async with transaction(world.services.pool, rounds.SUPERVISOR) as db:
        entries = await audit.entries(db, world.round)
    async with looking(world.services) as client:
        said = words(await client.get(f"/rounds/{world.round}/trail"))
    assert len(entries) > 10
    assert said.count("2026-") >= len(entries)
    for entry in entries:
        assert f"{entry.action}：{entry.subject}" not in said, "an action without words of its own"
        assert entry.actor in said


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/rounds/{other}", 404, "没有这个轮次。"),
        ("/rounds/{round}/targets/nobody", 404, "本轮没有要检查的这个对象。"),
        ("/rounds/{round}/schedule?tour=T999", 404, "排期里没有这个组次。"),
        ("/rounds/{round}/schedule?day=yesterday", 422, "“yesterday”不是日期。"),
        ("/rounds/{round}/draws/targets/plan.json", 404, "没有这个文件。"),
        ("/rounds/{round}/draws/third", 400, "地址里的参数不对"),
        ("/nowhere", 404, "没有这个页面"),
        ("/static/../app.py", 404, "没有"),
    ],
)
async def test_what_cannot_be_shown_is_said_in_a_sentence(
    world: World, address: str, status: int, sentence: str
) -> None:
    given = address.format(round=world.round, other="00000000-0000-4000-8000-000000000000")
    async with looking(world.services) as client:
        page = await client.get(given)
    assert page.status_code == status
    assert sentence in words(page)
    assert "回到首页" in words(page)


async def test_whoever_has_signed_in_is_still_in_where_something_cannot_be_shown(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    session = (await a_person(services, "li.si")).session
    async with visiting(services, session=session) as browser:
        for address in ("/nowhere", "/accounts", f"/rounds/{uuid4()}"):
            page = await browser.get(address)
            assert page.status_code in {403, 404}
            assert 'href="/sign-in"' not in page.text, address
        assert 'href="/account"' in (await browser.get("/accounts")).text
    async with visiting(services) as browser:
        assert 'href="/sign-in"' in (await browser.get("/nowhere")).text


async def test_a_firm_is_led_back_to_its_own_pages(pool: Pool) -> None:
    async with visiting(at(rounds.world(pool), BEFORE)) as browser:
        page = await browser.get("/letter/nothing")
    assert page.status_code == 404
    assert re.findall(r'<a href="([^"#]*)"', page.text) == ["/letter/visits"]


async def test_a_page_before_its_time_says_so(pool: Pool) -> None:
    services = rounds.world(pool)
    round_ = await rounds.collected(services)
    async with looking(services) as client:
        for page in ("schedule", "targets"):
            answer = await client.get(f"/rounds/{round_}/{page}")
            assert answer.status_code == 409
            assert "还没有排期" in words(answer)
        assert (await client.get(f"/rounds/{round_}/draws/targets")).status_code == 404


async def test_a_fault_of_ours_shows_its_number_and_nothing_else(world: World) -> None:
    async with looking(Services(**closed(world.services))) as client:
        with capture_logs() as logs:
            page = await client.get(f"/rounds/{world.round}")
    assert page.status_code == 500
    incident = next(each for each in logs if each["event"] == "incident")
    assert incident["number"] in page.text
    assert incident["kind"] not in page.text
    assert "Traceback" not in page.text


def closed(services: Services) -> dict[str, object]:
    """Services whose database connection was never made: nobody thought of that, so it is a fault."""
    return {name: getattr(services, name) for name in services.__struct_fields__} | {"pool": None}


async def test_the_log_holds_routes_and_no_names(world: World) -> None:
    dispatch = await world.dispatch()
    target = dispatch.drawn[0].target
    with capture_logs() as logs:
        async with looking(world.services, AFTER) as client:
            await client.get(f"/rounds/{world.round}/targets/{quote(target)}")
            await client.get(f"/rounds/{world.round}/targets", params={"q": dispatch.targets[target].name})
    assert [each["route"] for each in logs] == ["/rounds/{round_id}/targets/{code}", "/rounds/{round_id}/targets"]
    assert all(set(each) == {"event", "log_level", "method", "route", "status", "ms"} for each in logs)
