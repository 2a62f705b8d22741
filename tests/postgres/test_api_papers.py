"""Programs fetch a round's papers one by one and in a package, and give causes for what the year's plan lacks."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import uuid4

import pytest
from docx import Document
from pypdf import PdfReader
from support import rounds
from support.people import a_person
from support.programs import Program, programs
from support.rounds import WATER, teams_drawn, trail
from support.web import AFTER, BEFORE, World, at, dispatched_world

from connectors.client import types
from coordinator.actions.annual_planning import decide_year, draw_up_year, put_line, read_year
from coordinator.actions.approving import read_approvals
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Office
from coordinator.domain.approvals import Decision
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool

OTHER = "禾川县林业局"
"""It takes no part in the small round."""
NOWHERE = "10000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def listed(world: World, moment: datetime) -> list[types.PaperShown]:
    async with programs(at(world.services, moment)) as all_:
        office = await all_.of(Office.COORDINATOR)
        return await office.asks(lambda onedoor: onedoor.papers(world.round))


def words_of(file: bytes) -> str:
    """What a paper says, in its tables too."""
    if file.startswith(b"%PDF"):
        return PdfReader(io.BytesIO(file)).pages[0].extract_text()
    word = Document(io.BytesIO(file))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in word.paragraphs), *cells])


async def test_every_paper_is_listed_with_whose_it_is_and_when(world: World) -> None:
    dispatch = await world.dispatch()
    found = await listed(world, BEFORE)
    stored = (await read_approvals(world.services, WORKER, world.round)).papers
    assert [(each.kind.value, each.subject, each.digest) for each in found] == [
        (each.kind.value, each.subject, each.digest) for each in stored
    ]
    notices = [each for each in found if each.kind is types.PaperKind.notice]
    visits = {(visit.target, dispatch.begins_at(tour, visit)) for tour, visit in dispatch.visits()}
    unannounced = {
        (visit.target, dispatch.begins_at(tour, visit))
        for tour, visit in dispatch.visits()
        if dispatch.is_unannounced(visit)
    }
    assert {(each.target, each.begins_at) for each in notices} == visits
    assert {(each.target, each.begins_at) for each in found if each.is_early} == unannounced
    assert {each.target for each in found if each.kind is types.PaperKind.scheme} == {None}
    sheets = {each.target for each in found if each.kind is types.PaperKind.approval_sheet}
    assert sheets >= {visit.target for _, visit in dispatch.visits()}
    assert not any(each.is_early for each in await listed(world, AFTER))


async def test_a_paper_opens_in_word_and_as_pdf_but_no_notice_before_an_unannounced_visit(world: World) -> None:
    dispatch = await world.dispatch()
    papers = await listed(world, BEFORE)
    early = next(each for each in papers if each.is_early)
    chosen = [next(each for each in papers if each.kind is kind and not each.is_early) for kind in types.PaperKind]
    async with programs(world.services) as all_:
        for office in (await all_.of(Office.COORDINATOR), await all_.of(Office.SUPERVISOR)):
            for paper in chosen:
                word = await office.asks(lambda onedoor, each=paper: onedoor.paper(world.round, each))
                pdf = await office.asks(lambda onedoor, each=paper: onedoor.paper(world.round, each, "pdf"))
                name = dispatch.targets[paper.target].name if paper.target else dispatch.round.round.name
                assert name in words_of(word), paper
                assert pdf.startswith(b"%PDF")
                assert words_of(pdf)
            refused = await office.is_refused(lambda onedoor: onedoor.paper(world.round, early))
            assert refused == (409, "not-now")
    async with programs(at(world.services, AFTER)) as all_:
        office = await all_.of(Office.COORDINATOR)
        begun = await office.asks(lambda onedoor: onedoor.paper(world.round, early))
        assert dispatch.targets[early.target].name in words_of(begun)


async def test_papers_are_for_who_may_see_them_and_the_package_holds_ones_own(world: World) -> None:
    (scheme,) = [each for each in await listed(world, BEFORE) if each.kind is types.PaperKind.scheme]
    unknown = types.PaperShown(**{name: getattr(scheme, name) for name in scheme.__struct_fields__} | {"subject": "x"})
    async with programs(at(world.services, AFTER)) as all_:
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT)
        other = await all_.of(Office.DEPARTMENT, OTHER)
        for program in (water, await all_.of(Office.INSPECTOR)):
            assert (await program.is_refused(lambda onedoor: onedoor.paper(world.round, scheme)))[0] == 403
        assert await other.is_refused(lambda onedoor: onedoor.paper(world.round, scheme)) == (404, "not-found")
        for round_, paper in ((world.round, unknown), (NOWHERE, scheme)):
            refused = await office.is_refused(lambda onedoor, at=round_, of=paper: onedoor.paper(at, of))
            assert refused == (404, "not-found")
        assert await office.is_refused(lambda onedoor: onedoor.papers(NOWHERE)) == (404, "not-found")
        assert "联合抽查实施方案.docx" in await packed(office, world)
        assert {name.split("/")[0] for name in await packed(water, world)} == {"检查通知书", "departments"}
        for round_ in (str(world.round), NOWHERE):
            refused = await other.is_refused(lambda onedoor, at=round_: onedoor.papers_package(at))
            assert refused == (404, "not-found")


async def packed(program: Program, world: World) -> list[str]:
    content = await program.asks(lambda onedoor: onedoor.papers_package(world.round))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


async def test_a_task_outside_the_years_plan_gets_its_cause_once(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    round_ = await teams_drawn(services)
    await published(services)
    async with programs(services) as all_:
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT)
        supervisor = await all_.of(Office.SUPERVISOR)
        lacking = await office.asks(lambda onedoor: onedoor.unplanned_tasks(round_))
        assert lacking == await supervisor.asks(lambda onedoor: onedoor.unplanned_tasks(round_))
        assert (await office.is_refused(lambda onedoor: onedoor.draw_up_papers(round_)))[0] == 409
        first, key = lacking[0].id, str(uuid4())
        for stranger in (water, supervisor):
            assert (await stranger.is_refused(lambda onedoor: onedoor.give_cause(round_, first, "上级交办")))[0] == 403
        assert (await water.is_refused(lambda onedoor: onedoor.unplanned_tasks(round_)))[0] == 403
        assert await office.is_refused(lambda onedoor: onedoor.give_cause(round_, first, "")) == (422, "invalid")
        unknown = await office.is_refused(lambda onedoor: onedoor.give_cause(round_, "没有的任务", "上级交办"))
        assert unknown == (404, "not-found")
        for _ in range(2):
            left = await office.asks(lambda onedoor: onedoor.give_cause(round_, first, "上级交办", key=key))
            assert left == lacking[1:]
        again = await office.is_refused(lambda onedoor: onedoor.give_cause(round_, first, "再写一次"))
        assert again == (409, "conflict")
        for task in left:
            await office.asks(lambda onedoor, each=task: onedoor.give_cause(round_, each.id, "上级交办"))
        await office.asks(lambda onedoor: onedoor.draw_up_papers(round_))
    assert (await trail(pool)).count("cause_given") == len(lacking)


async def published(services: Services) -> None:
    """The year's plan, with a line that is no task of the round's."""
    line = {"id": "水-01", "name": "取水检查", "kind": "系统内", "items": "取水许可", "targets": "企业", "ratio": "5%"}
    days = {"first_day": "2026-03-02", "last_day": "2026-06-30", "cooperating": ""}
    await put_line(services, WORKER, 2026, WATER, line | days, "年初报送")
    await draw_up_year(services, WORKER, 2026)
    head = (await a_person(services, "head")).who.actor
    digest = (await read_year(services, WORKER, 2026)).issues[0].digest
    await decide_year(services, head, 2026, digest, Decision.APPROVED, "1号")
