"""Pages of what comes after the plan: found, looked at, filed by a department, planned in and taken by the office."""

import html
import re
from uuid import UUID, uuid4

import pytest
from support import rounds
from support.late_causes import LIAISON, about, filed, own_targets
from support.people import Person, a_person
from support.replannings import planned, worked_off
from support.rounds import WATER
from support.web import BEFORE, at, send, visiting, words

from coordinator.actions.late_causes import filed_causes
from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, Office
from coordinator.storage.connection import Pool

FIELDS = {
    "department": WATER,
    "item": "SL03",
    "source": "转办交办",
    "document": "县督〔2026〕12号",
    "note": "群众反映",
    "last": "2026-03-31",
}


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


def hidden(page: str, before: str) -> dict[str, str]:
    """The hidden fields of the form whose button says so."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if f">{before}</button>" in each)
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "form_key"}


async def liaison(services: Services) -> Person:
    return await a_person(services, "zhao.min", Office.DEPARTMENT, WATER)


async def test_a_department_files_and_the_office_plans_it_in(services: Services) -> None:
    round_ = await planned(services)
    page, again = f"/rounds/{round_}/late-causes", f"/rounds/{round_}/replanning"
    firm = (await own_targets(services, round_, in_plan=False))[0]
    person = await liaison(services)
    async with visiting(services, BEFORE, person.session) as browser:
        assert page in (await browser.get(f"/rounds/{round_}/schedule")).text
        assert "没有找到" in words(await browser.get(page, params={"q": "没有这一户"}))
        found = await browser.get(page, params={"q": firm.name})
        assert f'value="{firm.id}" checked' in found.text
        assert ">SL04 " not in found.text
        looked = await send(browser, "/account", page, **FIELDS, q=firm.name, target=firm.id)
        assert (looked.status_code, "还没有登记" in words(looked)) == (200, True)
        assert not await filed_causes(services, CONSOLE, round_)
        sent = await send(browser, "/account", page, **hidden(looked.text, "登记"))
        assert (sent.status_code, sent.headers["location"]) == (303, f"{page}?done=filed")
        assert "● 待排入" in words(await browser.get(sent.headers["location"]))
        assert (await browser.get(again)).status_code == 403
    office = await a_person(services, "wang.li")
    async with visiting(services, BEFORE, office.session) as browser:
        listed = await browser.get(again)
        assert f"临时增加任务：{WATER}到{firm.name}检查SL03" in words(listed)
        fewer = await send(browser, again, again, **hidden(listed.text, "按这些变动重排") | {"do": "leave_out"})
        assert "按这些变动重排" not in words(fewer)
        (cause,) = await filed_causes(services, CONSOLE, round_)
        assert f'name="number" value="{cause.matter}"' in fewer.text
        start = hidden(fewer.text, "加入") | {"do": "add"}
        more = await send(browser, again, again, **start, number=cause.matter)
        gone = await send(browser, again, again, **start, number="M9999")
        assert gone.status_code == 409
        asked = await send(browser, again, again, **hidden(more.text, "按这些变动重排"), seconds="20")
        here = asked.headers["location"]
        await worked_off(services, round_, UUID(here.rpartition("/")[2]))
        shown = words(await browser.get(here))
        assert "新增" in shown
        assert "不能再撤销" in shown
        done = await send(browser, here, f"{here}/take")
        assert done.headers["location"].startswith(f"/rounds/{round_}/schedule?done=added")
        stands = words(await browser.get(done.headers["location"]))
        assert "已经排入" in stands
        assert "撤销这次重排" not in stands
        trail = words(await browser.get(f"/rounds/{round_}/trail"))
        assert "临时增加的任务排入方案" in trail
        assert f"{WATER}临时增加任务：{firm.id} 的SL03" in trail
    async with visiting(services, BEFORE, person.session) as browser:
        assert "✓ 已排入方案" in words(await browser.get(page))


async def test_faults_are_said_beside_their_fields_and_warnings_before_anything_is_filed(services: Services) -> None:
    round_ = await planned(services)
    page = f"/rounds/{round_}/late-causes"
    visited = (await own_targets(services, round_, in_plan=True))[0]
    office = await a_person(services, "wang.li")
    async with visiting(services, BEFORE, office.session) as browser:
        for field in ("document", "note", "source", "item", "last"):
            wrong = FIELDS | {field: "", "q": visited.name, "target": visited.id}
            answer = await send(browser, "/account", page, **wrong)
            assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True), field
        strange = await send(browser, "/account", page, **FIELDS, q=visited.name, target="x")
        assert (strange.status_code, 'href="#target"' in strange.text) == (422, True)
        nobody = await send(browser, "/account", page, **FIELDS | {"department": "没有的局"}, target=visited.id)
        assert nobody.status_code == 404
        looked = await send(browser, "/account", page, **FIELDS, q=visited.name, target=visited.id)
        assert looked.status_code == 200
        await send(browser, "/account", page, **hidden(looked.text, "登记"))
        twice = await send(browser, "/account", page, **hidden(looked.text, "登记"))
        assert (twice.status_code, "已经登记" in words(twice)) == (409, True)
        (cause,) = await filed_causes(services, CONSOLE, round_)
        back = await send(browser, "/account", f"{page}/{cause.id}/withdraw")
        assert "已经撤回" in words(await browser.get(back.headers["location"]))
        assert (await send(browser, "/account", f"{page}/{uuid4()}/withdraw")).status_code == 404
        await fix_plan(services, CONSOLE, round_)
        assert "另建一个只有“特别检查”的轮次" in words(await browser.get(page))
        late = await send(browser, "/account", page, **FIELDS, target=visited.id)
        assert late.status_code == 409


async def test_others_see_and_file_nothing(services: Services) -> None:
    round_ = await planned(services)
    id_ = await filed(services, round_)
    page = f"/rounds/{round_}/late-causes"
    firm = about((await own_targets(services, round_, in_plan=False))[0].id).target
    police = await a_person(services, "qian.wu", Office.DEPARTMENT, "禾川县公安局")
    async with visiting(services, BEFORE, police.session) as browser:
        assert WATER not in words(await browser.get(page))
        assert (await send(browser, "/account", page, **FIELDS, target=firm)).status_code == 404
        assert (await send(browser, "/account", f"{page}/{id_}/withdraw")).status_code == 404
    stranger = await a_person(services, "zhou.qi", Office.DEPARTMENT, "禾川县没有的局")
    async with visiting(services, BEFORE, stranger.session) as browser:
        assert (await browser.get(page)).status_code == 404
        assert (await send(browser, "/account", page, **FIELDS, target=firm)).status_code == 404
    watching = (
        await a_person(services, "sun.yi", Office.SUPERVISOR),
        await a_person(services, "wu.di", Office.INSPECTOR, WATER),
    )
    for person in watching:
        async with visiting(services, BEFORE, person.session) as browser:
            assert (await browser.get(page)).status_code == 403
            assert (await send(browser, "/account", page, **FIELDS, target=firm)).status_code == 403
    (cause,) = await filed_causes(services, LIAISON, round_)
    assert cause.waits
