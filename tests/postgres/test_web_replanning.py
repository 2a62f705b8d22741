"""Pages of planning again: remedies as buttons, changes listed and planned, two plans beside each other, two people."""

import html
import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from support import rounds
from support.people import Person, a_person
from support.replannings import asked, closing, lacking_days, made, planned, standing, worked_off
from support.web import BEFORE, at, send, visiting, words

from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.replanning import live_plan_of
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, Office
from coordinator.domain.wording import day_words
from coordinator.storage.connection import Pool


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the first form that has a button of the first rank."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'class="button go"' in each)
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "form_key"}


async def two(services: Services) -> tuple[Person, Person]:
    return await a_person(services, "wang.li"), await a_person(services, "li.na")


async def test_a_remedy_is_pressed_proposed_by_one_and_confirmed_by_another(services: Services) -> None:
    round_ = await lacking_days(services)
    one, other = await two(services)
    async with visiting(services, BEFORE, one.session) as browser:
        page = await browser.get(f"/rounds/{round_}/unserved")
        assert re.search(r"检查期限放宽到3月\d+日（周.） 至少排入 \d 项：", words(page))
        assert "停业" in words(page)
        again = f"/rounds/{round_}/replanning"
        sent = await send(browser, f"/rounds/{round_}/unserved", again, **hidden(page.text))
        assert sent.status_code == 303
        here = sent.headers["location"]
        assert "正在重排" in words(await browser.get(here))
        reading = await worked_off(services, round_, UUID(here.rpartition("/")[2]))
        assert reading.plan is not None
        assert len(reading.plan.unserved) < len(reading.base.unserved)
        shown = words(await browser.get(here))
        for said in ("未排入的事项", "✓ 更好", "放宽规则，须两人", "新增", "提请采用新方案"):
            assert said in shown
        assert (await send(browser, here, f"{here}/take")).status_code == 409
        unsaid = await send(browser, here, f"{here}/propose", reason="")
        assert (unsaid.status_code, 'href="#reason"' in unsaid.text) == (422, True)
        assert (await send(browser, here, f"{here}/propose", reason="部门书面同意")).status_code == 303
        waiting = await browser.get(here)
        assert "请由另一位登录后在这一页确认" in words(waiting)
        assert "/confirm" not in waiting.text
    async with visiting(services, BEFORE, other.session) as browser:
        fields = hidden((await browser.get(here)).text)
        done = await send(browser, here, f"{here}/confirm", **fields)
        assert done.headers["location"].startswith(f"/rounds/{round_}/schedule?done=replanned")
        assert "✓ 已采用重排的方案" in words(await browser.get(done.headers["location"]))
        assert "部门书面同意" in words(await browser.get(here))
        late = await send(browser, "/account", f"{here}/confirm", **fields)
        assert late.status_code == 409
        assert "override_rule" not in words(await browser.get(f"/rounds/{round_}/trail"))
    assert (await rounds.trail(services.pool))[-3:] == ["act_proposed", "act_confirmed", "replanning_taken"]


async def test_changes_are_listed_one_by_one_planned_and_taken_by_one(services: Services) -> None:
    round_ = await planned(services)
    problem, plan = await standing(services, round_)
    tour, person = plan.tours[0], problem.inspectors[0]
    day = next(each.date for each in problem.half_days if each.id == tour.half_day).isoformat()
    one, _ = await two(services)
    page = f"/rounds/{round_}/replanning"
    async with visiting(services, BEFORE, one.session) as browser:
        start = {"plan": str((await live_plan_of(services, CONSOLE, round_)).id)}
        away = await send(browser, page, page, **start, do="away", who=person.id, first=day)
        called = day_words(date.fromisoformat(day))
        assert f"（{person.id}）{called}上午、{called}下午不能出勤" in words(away)
        fields = hidden(away.text)
        both = await send(
            browser, page, page, **fields | {"do": "closed"}, who=tour.visits[0].target, first=day, last=day, part="am"
        )
        assert "停业或不便受检" in words(both)
        fields = hidden(both.text)
        fewer = await send(browser, page, page, **fields | {"do": "leave_out"}, number="0")
        assert f"（{person.id}）" not in words(fewer)
        sent = await send(browser, page, page, **fields, seconds="20")
        here = sent.headers["location"]
        await worked_off(services, round_, UUID(here.rpartition("/")[2]))
        shown = words(await browser.get(here))
        assert "动了哪些，为什么" in shown
        assert "采用新方案" in shown
        assert "提请" not in shown
        done = await send(browser, here, f"{here}/take")
        assert "撤销这次重排" in words(await browser.get(done.headers["location"]))
        assert "✓ 已采用" in words(await browser.get(page))
        again = await send(browser, "/account", f"{here}/take")
        assert again.status_code == 409


WRONG = (
    ({"do": "away", "who": "没有这个人", "first": "2026-03-03"}, "away-who"),
    ({"do": "away", "who": "市监-001", "first": "明天"}, "away-first"),
    ({"do": "away", "who": "市监-001", "first": "2026-03-05", "last": "2026-03-03"}, "away-last"),
    ({"do": "away", "who": "市监-001", "first": "2027-03-05"}, "away-first"),
    ({"do": "closed", "who": "某厂", "first": "2026-03-05"}, "closed-who"),
    ({"do": "window", "who": "TARGET", "last": ""}, "window-last"),
    ({"do": "window", "who": "TARGET", "last": "2026-03-13", "department": "没有这个局"}, "window-department"),
)


async def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_asked(services: Services) -> None:
    round_ = await planned(services)
    problem, _ = await standing(services, round_)
    one, _ = await two(services)
    page = f"/rounds/{round_}/replanning"
    start = {"plan": str((await live_plan_of(services, CONSOLE, round_)).id)}
    async with visiting(services, BEFORE, one.session) as browser:
        for fields, at_fault in WRONG:
            given = {name: value.replace("TARGET", problem.targets[0].id) for name, value in fields.items()}
            answer = await send(browser, page, page, **start, **given)
            assert (answer.status_code, f'href="#{at_fault}"' in answer.text) == (422, True), at_fault
        nothing = await send(browser, page, page, **start, do="plan")
        assert nothing.status_code == 422
        for bad in ("{", '[{"type":"nothing"}]', '[{"type":"smaller_teams","people":1}]'):
            assert (await send(browser, page, page, **start, alterations=bad)).status_code == 422
        closed = (await closing(services, round_)).half_days[0]
        event = f'[{{"type":"closed","target":"{problem.targets[0].id}","half_days":["{closed}"]}}]'
        stale = await send(browser, page, page, plan=str(uuid4()), alterations=event)
        assert stale.status_code == 409
    assert "replanning_asked" not in await rounds.trail(services.pool)


async def test_every_office_gets_what_the_table_says_of_planning_again(services: Services) -> None:
    round_ = await planned(services)
    id_ = (await made(services, round_, await closing(services, round_))).asked.id
    people = {
        Office.SUPERVISOR: (200, await a_person(services, "sun.yi", Office.SUPERVISOR)),
        Office.DEPARTMENT: (403, await a_person(services, "zhao.min", Office.DEPARTMENT)),
        Office.INSPECTOR: (403, await a_person(services, "qian.wu", Office.INSPECTOR)),
    }
    stranger = await a_person(services, "zhou.qi", Office.DEPARTMENT, "禾川县没有的局")
    base = f"/rounds/{round_}/replanning"
    read = (f"/rounds/{round_}/unserved", base, f"{base}/{id_}", f"{base}/{id_}/progress", f"{base}/{id_}/events")
    posts = {f"{base}/{id_}/{act}": {} for act in ("take", "leave", "withdraw")}
    posts |= {f"{base}/{id_}/propose": {"reason": "理由"}, f"{base}/{id_}/confirm": {"proposal": str(uuid4())}}
    posts |= {f"{base}/{id_}/stop": {"how": "cancel"}, base: {"plan": str(uuid4())}}
    before = await rounds.contents(services.pool, but=("session",))
    for status, person in people.values():
        async with visiting(services, BEFORE, person.session) as browser:
            assert [(await browser.get(each)).status_code for each in read] == [status] * len(read)
            for address, fields in posts.items():
                assert (await send(browser, "/account", address, **fields)).status_code == 403, address
    async with visiting(services, BEFORE, stranger.session) as browser:
        for address, fields in posts.items():
            theirs = await send(browser, "/account", address, **fields)
            nobodys = await send(browser, "/account", address.replace(str(round_), str(uuid4())), **fields)
            assert theirs.status_code in {403, 404}
            assert theirs.status_code == nobodys.status_code, address
    assert await rounds.contents(services.pool, but=("session",)) == before


async def test_once_the_lots_are_fixed_the_pages_say_why_not_and_what_instead(services: Services) -> None:
    round_ = await planned(services)
    id_ = (await made(services, round_, await closing(services, round_))).asked.id
    await fix_plan(services, CONSOLE, round_)
    one, _ = await two(services)
    base = f"/rounds/{round_}/replanning"
    async with visiting(services, BEFORE, one.session) as browser:
        assert "由公布的次序接替" in words(await browser.get(base))
        assert "方案已经固定用于抽签" in words(await browser.get(f"{base}/{id_}"))
        late = await send(browser, "/account", f"{base}/{id_}/take")
        assert (late.status_code, "由公布的次序接替" in words(late)) == (409, True)
        assert (await browser.get(f"{base}/{uuid4()}")).status_code == 404


async def test_one_that_was_called_off_says_that_nothing_has_changed(services: Services) -> None:
    round_ = await planned(services)
    id_ = await asked(services, round_, await closing(services, round_))
    one, _ = await two(services)
    here = f"/rounds/{round_}/replanning/{id_}"
    async with visiting(services, BEFORE, one.session) as browser:
        assert "等待后台进程接手" in (await browser.get(f"{here}/progress")).text
        await send(browser, here, f"{here}/stop", how="cancel")
        assert "现在的方案没有变" in words(await browser.get(here))
        assert (await browser.get(f"{here}/progress")).text == ""
