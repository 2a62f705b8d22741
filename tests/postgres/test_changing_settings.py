"""A round's settings changed while it is collected: shown first, everybody's rows with them, refused when late."""

import html
import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import asyncpg
import httpx
import pytest
from msgspec.structs import replace
from postgres.test_handing_in import COORDINATOR, NOW, OFFICE, OTHERS, begun, handed_in, rows_of, tried
from support import rounds
from support.databases import TEMPLATE, database_of
from support.people import a_person
from support.rounds import SUPERVISOR, WATER, liaison_of, small
from support.web import at, send, visiting, words

from coordinator.actions.changing_settings import StaleSettings, change_settings, try_settings
from coordinator.actions.handing_in import Stale, hand_in
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import CONSOLE, Office
from coordinator.domain.changed_rounds import changed_settings, differences, fields_of
from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.errors import Invalid, NotFound, NotPermitted, TooLate
from coordinator.domain.ids import DepartmentId
from coordinator.domain.rounds import Round, RoundPolicy, read_round
from coordinator.embedded import Endpoints
from coordinator.storage import hand_ins
from coordinator.storage.connection import Pool, open_pool, transaction

SEEN = small().settings


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), NOW)


def shorter() -> Round:
    """The round ends a week earlier."""
    return replace(SEEN, round=replace(SEEN.round, last_day=SEEN.round.last_day - timedelta(days=7)))


async def test_what_is_changed_is_what_a_folder_with_those_settings_would_give(
    services: Services, server: Endpoints
) -> None:
    async with database_of(server, template=TEMPLATE) as other, open_pool(other.app_url) as pool:
        folder = at(rounds.world(pool), NOW)
        expected = await rows_of(folder, await rounds.collected(folder, replace(small(), settings=shorter())))
    round_ = await begun(services)
    await handed_in(services, round_, *OTHERS, WATER, COORDINATOR)
    assert await rows_of(services, round_) != expected
    found = await change_settings(services, OFFICE, round_, shorter(), SEEN)
    assert [each.words for each in found] == ["检查结束日期"]
    assert await rows_of(services, round_) == expected
    async with transaction(services.pool, OFFICE) as db:
        assert read_round(await hand_ins.settings_file(db, round_)) == shorter()
    assert (await rounds.stored(services.pool, round_)).settings == shorter()
    before = await rounds.contents(services.pool)
    assert await change_settings(services, OFFICE, round_, shorter(), SEEN) == ()
    assert await rounds.contents(services.pool) == before
    assert (await rounds.trail(services.pool))[-1] == "settings_changed"


async def test_trying_says_what_would_be_refused_and_stores_nothing(services: Services) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, *OTHERS, WATER, COORDINATOR)
    before = await rounds.contents(services.pool)
    last = SEEN.round.first_day + timedelta(days=3)
    found = await try_settings(services, OFFICE, round_, replace(SEEN, round=replace(SEEN.round, last_day=last)), SEEN)
    assert [each.words for each in found.differences] == ["检查结束日期"]
    assert any(each.after > each.before for each in found.effects)
    assert await rounds.contents(services.pool) == before


async def test_what_was_tried_under_other_settings_has_to_be_looked_at_again(services: Services) -> None:
    round_ = await begun(services)
    id_ = await tried(services, round_, WATER)
    await change_settings(services, OFFICE, round_, shorter(), SEEN)
    with pytest.raises(Stale):
        await hand_in(services, liaison_of(WATER), round_, id_, with_faults=True)


async def test_of_two_who_change_at_once_one_is_told_what_the_other_changed(services: Services) -> None:
    round_ = await begun(services)
    await change_settings(services, OFFICE, round_, shorter(), SEEN)
    mine = replace(SEEN, policy=replace(SEEN.policy, gap_days=33))
    for late in (change_settings, try_settings):
        with pytest.raises(StaleSettings) as refused:
            await late(services, OFFICE, round_, mine, SEEN)
        assert [each.words for each in refused.value.changes] == ["检查结束日期"]


async def test_what_cannot_be_is_refused_and_so_is_everything_once_the_names_are_fixed(services: Services) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, *OTHERS, WATER, COORDINATOR)
    head = SEEN.round
    for wrong in (
        SEEN,
        replace(SEEN, round=replace(head, coordinator=WATER)),
        replace(SEEN, round=replace(head, first_day=NOW.date())),
        replace(SEEN, round=replace(head, last_day=head.last_day.replace(year=2031))),
    ):
        with pytest.raises(Invalid):
            await try_settings(services, OFFICE, round_, wrong, SEEN)
    for stranger in (SUPERVISOR, liaison_of(WATER)):
        with pytest.raises(NotPermitted):
            await change_settings(services, stranger, round_, shorter(), SEEN)
    with pytest.raises(NotFound):
        await change_settings(services, OFFICE, uuid4(), shorter(), SEEN)
    await fix_frame(services, CONSOLE, round_)
    with pytest.raises(TooLate):
        await change_settings(services, OFFICE, round_, shorter(), SEEN)
    async with transaction(services.pool, OFFICE) as db:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await hand_ins.replace_settings_file(db, round_, b"")


def test_the_form_reads_back_what_stands_and_keeps_what_it_does_not_show() -> None:
    odd = replace(
        SEEN,
        policy=RoundPolicy(cap=3, max_tours=7, team_minimum=3, gap_days=9),
        limits=replace(SEEN.limits, quiet_days=(1, 20)),
    )
    for settings in (SEEN, odd):
        assert changed_settings(settings, fields_of(settings)) == settings
    fields = fields_of(odd) | {"gap_days": "10", f"cap_{CreditRiskClass.D.value}": "6", "name": "改名"}
    changed = changed_settings(odd, fields)
    said = [each.sentence() for each in differences(odd, changed)]
    assert said == [
        f"名称：{SEEN.round.name}改为改名",
        "每年最多检查次数：3改为A 3，B 3，C 3，D 6",
        "两次检查至少相隔天数：9改为10",
    ]
    assert (changed.policy.max_tours, changed.limits.quiet_days) == (7, (1, 20))


def fields_on(page: str) -> Mapping[str, str]:
    """The long form as it stands on the page."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="first_day"' in each)
    found = re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', form, re.DOTALL)
    return {name: html.unescape(value) for name, value in found if name != "form_key"} | {"hash": "sha256"}


def hidden(page: str) -> Mapping[str, str]:
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if "确认修改" in each)
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "form_key"}


async def test_on_the_pages_a_change_is_seen_first_and_then_made_and_a_stale_one_is_answered_409(
    services: Services,
) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, *OTHERS, WATER, COORDINATOR)
    person = await a_person(services, "wang.li")
    page = f"/rounds/{round_}/settings"
    async with visiting(services, NOW, person.session) as browser:
        assert "修改设置" in words(await browser.get(f"/rounds/{round_}/hand-in"))
        fields = fields_on((await browser.get(page)).text)
        new = {**fields, "gap_days": "33"}
        looked = await send(browser, page, page, **new)
        assert re.search(r"要改的是这些.*两次检查至少相隔天数 \d+ 33", words(looked))
        same = await send(browser, page, page, **fields)
        assert (same.status_code, "设置没有改动" in words(same)) == (422, True)
        wrong = await send(browser, page, page, **{**fields, "last_day": "2026-02-30"})
        assert (wrong.status_code, 'href="#last_day"' in wrong.text) == (422, True)
        done = await send(browser, page, f"{page}/change", **hidden(looked.text))
        assert "设置已经修改" in words(await browser.get(done.headers["location"]))
        stale = await send(browser, page, page, **{**fields, "gap_days": "44"})
        assert stale.status_code == 409
        assert re.search(r"别人改了哪些.*两次检查至少相隔天数 \d+ 33", words(stale))
        twice = await send(browser, page, f"{page}/change", **hidden(looked.text))
        assert twice.status_code == 303
        assert "两次检查至少相隔天数" in words(await browser.get(f"/rounds/{round_}/trail"))
        file = settings_file(replace(SEEN, policy=replace(SEEN.policy, gap_days=33, max_tours=5)))
        by_file = await upload(browser, page, file)
        assert "每半天最多组次 不设 5" in words(by_file)
        assert (await upload(browser, page, b"x")).status_code == 422
    assert (await rounds.trail(services.pool)).count("settings_changed") == 1


async def upload(browser: httpx.AsyncClient, page: str, content: bytes) -> httpx.Response:
    """Choose a file on the page and send it."""
    shown = (await browser.get(page)).text
    key = re.search(r'name="form_key" value="([^"]+)"', shown)
    assert key
    fields = {"form_key": key[1], "seen": fields_on(shown)["seen"]}
    return await browser.post(f"{page}/file", data=fields, files={"settings": ("round.toml", content)})


async def test_only_the_coordinating_office_sees_and_changes_settings(services: Services) -> None:
    round_ = await begun(services)
    page = f"/rounds/{round_}/settings"
    change = {"seen": settings_file(SEEN).decode(), "settings": settings_file(shorter()).decode()}
    people = [
        await a_person(services, "sun.yi", Office.SUPERVISOR),
        await a_person(services, "zhao.min", Office.DEPARTMENT, WATER),
        await a_person(services, "zhou.qi", Office.DEPARTMENT, DepartmentId("禾川县没有的局")),
        await a_person(services, "qian.wu", Office.INSPECTOR, WATER),
    ]
    before = await rounds.contents(services.pool, but=("session",))
    for person in people:
        async with visiting(services, NOW, person.session) as browser:
            assert (await browser.get(page)).status_code == 403
            for address, fields in ((page, {"seen": "x"}), (f"{page}/change", change), (f"{page}/file", {})):
                assert (await send(browser, "/account", address, **fields)).status_code == 403, address
    assert await rounds.contents(services.pool, but=("session",)) == before
