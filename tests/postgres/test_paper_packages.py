"""All papers of a round in one package: the office all, a department its own, nobody what has not begun."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from support import rounds
from support.people import a_person
from support.web import AFTER, BEFORE, World, at, dispatched_world, visiting

from coordinator.documents.official.visit_notices import notice_subject
from coordinator.domain.actors import Office
from coordinator.domain.dispatches import Dispatch
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def package(world: World, moment: datetime, login: str, office: Office, department: str = "") -> dict[str, bytes]:
    """What somebody new gets at that moment."""
    person = await a_person(at(world.services, moment), login, office, department or None)
    async with visiting(world.services, moment, person.session) as browser:
        answer = await browser.get(f"/rounds/{world.round}/papers.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def notices(files: dict[str, bytes]) -> int:
    return sum(name.startswith("检查通知书/") for name in files)


def visits(dispatch: Dispatch, *, early: bool, of: str = "") -> set[str]:
    return {
        notice_subject(dispatch, tour, visit)
        for tour, visit in dispatch.visits()
        if (early or not dispatch.is_unannounced(visit))
        and (not of or of in {matter.department for matter in dispatch.matters_of(visit)})
    }


async def test_the_office_gets_every_paper_and_those_of_unannounced_visits_once_they_have_begun(world: World) -> None:
    dispatch = await world.dispatch()
    before = await package(world, BEFORE, "li.si", Office.COORDINATOR)
    after = await package(world, AFTER, "zhang.san", Office.COORDINATOR)
    assert notices(before) == len(visits(dispatch, early=False)) < notices(after) == len(visits(dispatch, early=True))
    assert "未附的通知书.txt" in before
    assert "未附的通知书.txt" not in after
    assert "联合抽查实施方案.docx" in before
    for submission in dispatch.submissions:
        assert f"departments/{submission.department.id}/任务书.xlsx" in before


async def test_a_department_gets_its_own_and_nobody_elses(world: World) -> None:
    dispatch = await world.dispatch()
    files = await package(world, AFTER, "wang.wu", Office.DEPARTMENT, rounds.WATER)
    assert notices(files) == len(visits(dispatch, early=True, of=rounds.WATER)) < len(visits(dispatch, early=True))
    others = [name for name in files if not name.startswith(("检查通知书/", f"departments/{rounds.WATER}/"))]
    assert others == []
    assert f"departments/{rounds.WATER}/检查结果填报.xlsx" in files


async def test_nothing_is_packed_before_approval_nor_for_who_takes_no_part(pool: Pool) -> None:
    services = rounds.world(pool)
    round_ = await rounds.teams_drawn(services)
    person, admin = await a_person(services, "li.si"), await a_person(services, "zhao.liu", Office.DEPARTMENT, "禾川县")
    async with visiting(services, BEFORE, person.session) as browser:
        assert (await browser.get(f"/rounds/{round_}/papers.zip")).status_code == 409
    async with visiting(services, BEFORE, admin.session) as browser:
        nobodys = await browser.get("/rounds/10000000-0000-4000-8000-000000000000/papers.zip")
        answer = await browser.get(f"/rounds/{round_}/papers.zip")
        assert (answer.status_code, answer.text) == (404, nobodys.text)
