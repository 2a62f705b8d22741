"""What lists and pages of a round hold for a department: its own part. Every address is in test_web_every_route."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from urllib.parse import quote

import msgspec
import pytest
from support import rounds
from support.people import Person, a_person
from support.web import BEFORE, World, at, dispatched_world, links, visiting, words

from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.reading import find_round, read_round
from coordinator.actions.target_draws import hold_target_draw
from coordinator.domain.accounts import OFFICE_NAMES
from coordinator.domain.actors import CONSOLE, OF_DEPARTMENTS, Office
from coordinator.domain.ids import DepartmentId
from coordinator.domain.parts import part_of
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool
from coordinator.web.memory import Memory
from coordinator.web.shown.draws import DrawShown
from solver.chance.head import Stage

DEPARTMENTS = tuple(DepartmentId(book.file.removesuffix(".xlsx")) for book in rounds.small().workbooks)


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def person_of(world: World, office: Office, department: str | None) -> Person:
    count = len(await rounds.trail(world.services.pool))
    return await a_person(world.services, f"p{count}", office, department)


async def test_the_lists_hold_no_round_of_others(world: World) -> None:
    folder = rounds.without(rounds.with_code(rounds.small(), "without water"), rounds.WATER)
    other = await rounds.frozen(world.services, folder)
    for office in (Office.DEPARTMENT, Office.INSPECTOR):
        for department in DEPARTMENTS:
            person = await person_of(world, office, department)
            async with visiting(world.services, BEFORE, person.session) as browser:
                listed = {each["id"] for each in (await browser.get("/api/v1/rounds")).json()}
                page = await browser.get("/")
            assert (str(other) in listed) is (department != rounds.WATER)
            assert (str(other) in page.text) is (department != rounds.WATER)
            assert str(world.round) in listed


@pytest.mark.parametrize("department", DEPARTMENTS)
async def test_a_departments_pages_name_nobody_elses_people_rows_or_firms(
    world: World, department: DepartmentId
) -> None:
    dispatch = await world.dispatch()
    person = await person_of(world, Office.DEPARTMENT, department)
    own = next(each for each in dispatch.submissions if each.department.id == department)
    foreign = {
        *(man.name for each in dispatch.submissions if each is not own for man in each.inspectors),
        *(man.certificate for each in dispatch.submissions if each is not own for man in each.inspectors),
    } - {man.name for man in own.inspectors}
    async with visiting(world.services, BEFORE, person.session) as browser:
        tabs = ("", "/trail", "/draws/targets", "/schedule?week=all", "/targets")
        tabs += tuple(f"/schedule?week=all&tour={tour.id}" for tour in part_of(dispatch, department).plan.tours)
        tabs += tuple(f"/targets/{quote(target)}" for target in part_of(dispatch, department).targets)
        pages = [await browser.get(f"/rounds/{world.round}{tab}") for tab in tabs]
        shown = (await browser.get(f"/api/v1/rounds/{world.round}")).json()
        page = words(pages[0])
    assert {page.status_code for page in pages} == {200}
    assert [name for name in foreign if name and any(name in page.text for page in pages)] == []
    assert [each["name"] for each in shown["departments"]] == [department]
    assert shown["is_whole"] is False
    assert shown["figures"] is None
    assert f"这里只有{department}的部分" in page
    assert "密封" not in page


@pytest.mark.parametrize("office", [each for each in OFFICE_NAMES if each is not Office.AUDITOR])
async def test_nobody_is_led_to_a_page_that_is_refused(world: World, office: Office) -> None:
    tour = next(iter(part_of(await world.dispatch(), rounds.WATER).plan.tours))
    person = await person_of(world, office, rounds.WATER if office in OF_DEPARTMENTS else None)
    tabs = ("", f"/schedule?week=all&tour={tour.id}", "/targets", f"/targets/{quote(tour.visits[0].target)}")
    async with visiting(world.services, BEFORE, person.session) as browser:
        pages = [await browser.get(each) for each in ("/", *(f"/rounds/{world.round}{tab}" for tab in tabs))]
        led_to = {each for page in pages if page.is_success for each in links(page)}
        refused = {each for each in led_to if (await browser.get(each)).status_code == HTTPStatus.FORBIDDEN}
    assert not refused


@pytest.mark.parametrize("department", DEPARTMENTS)
async def test_a_part_cut_from_the_round_in_memory_is_the_part_that_is_read(
    world: World, department: DepartmentId
) -> None:
    actor = rounds.liaison_of(department)
    stored = await find_round(world.services, actor, world.round)
    recalled = (await Memory(world.services).recall(actor, world.round)).reading
    assert recalled.part is not None
    assert recalled == await read_round(world.services, actor, stored)


@pytest.mark.parametrize("department", DEPARTMENTS)
async def test_a_departments_schedule_counts_its_own_tours(world: World, department: DepartmentId) -> None:
    own = part_of(await world.dispatch(), department)
    person = await person_of(world, Office.DEPARTMENT, department)
    async with visiting(world.services, BEFORE, person.session) as browser:
        listed = (await browser.get(f"/api/v1/rounds/{world.round}/schedule")).json()
    assert listed["tours"] == len(own.plan.tours)


async def test_a_department_sees_a_draw_whole_but_no_secret_before_it_has_ended(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    round_ = await rounds.frozen(services)
    await commit_and_reveal(services, CONSOLE, await rounds.stored(pool, round_), Stage.TARGETS)
    liaison, supervisor = (
        await a_person(services, "liaison", Office.DEPARTMENT, DEPARTMENTS[0]),
        await a_person(services, "supervisor", Office.SUPERVISOR),
    )

    async def shown(person: Person) -> DrawShown:
        async with visiting(services, BEFORE, person.session) as browser:
            answer = await browser.get(f"/api/v1/rounds/{round_}/draws/targets")
        return msgspec.json.decode(answer.content, type=DrawShown)

    theirs, all_ = await shown(liaison), await shown(supervisor)
    assert [each.commitment for each in theirs.commitments] == [each.commitment for each in all_.commitments]
    assert len(theirs.commitments) > 1
    assert {each.secret for each in theirs.commitments} == {None}
    assert None not in {each.secret for each in all_.commitments}
    assert (theirs.reveals_digest, theirs.commitments_digest) == (all_.reveals_digest, all_.commitments_digest)
    assert theirs.reveals_digest is not None, "published before any secret"
    await hold_target_draw(services, CONSOLE, round_, "")
    assert await shown(liaison) == await shown(supervisor)
