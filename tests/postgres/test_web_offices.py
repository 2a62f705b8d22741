"""Every address of a round crossed with every office and department: one's own part, and else the same as nothing."""

from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import UUID

import msgspec
import pytest
from support import rounds
from support.people import Person, a_person, with_second_factor
from support.web import BEFORE, World, at, dispatched_world, visiting, words

from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.target_draws import hold_target_draw
from coordinator.domain.actors import CONSOLE, Office
from coordinator.domain.ids import DepartmentId
from coordinator.domain.parts import part_of
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool
from coordinator.web.shown.draws import DrawShown
from solver.chance.head import Stage

DEPARTMENTS = tuple(DepartmentId(book.file.removesuffix(".xlsx")) for book in rounds.small().workbooks)
NOBODY = UUID("00000000-0000-4000-8000-000000000000")
ADDRESSES = (
    "/rounds/{round}",
    "/rounds/{round}/trail",
    "/rounds/{round}/schedule",
    "/rounds/{round}/timeline",
    "/rounds/{round}/map",
    "/rounds/{round}/merges",
    "/rounds/{round}/planning",
    "/rounds/{round}/planning/progress",
    "/rounds/{round}/planning/events",
    "/rounds/{round}/unserved",
    "/rounds/{round}/replanning",
    "/rounds/{round}/targets",
    "/rounds/{round}/targets/{target}",
    "/rounds/{round}/results",
    "/rounds/{round}/results/notices",
    "/rounds/{round}/letters",
    "/rounds/{round}/draws/targets",
    "/rounds/{round}/draws/teams",
    "/rounds/{round}/draws/targets/frame.tsv",
    *(f"/rounds/{{round}}/draws/teams/{page}" for page in ("ceremony", "screen", "record")),
    *(f"/rounds/{{round}}/draws/targets/{page}?seen=x" for page in ("ceremony/progress", "ceremony/events")),
    *(f"/rounds/{{round}}/draws/targets/{page}?seen=x" for page in ("screen/progress", "screen/events")),
    "/api/v1/rounds/{round}",
    "/api/v1/rounds/{round}/trail",
    "/api/v1/rounds/{round}/schedule",
    "/api/v1/rounds/{round}/tours/{tour}",
    "/api/v1/rounds/{round}/targets",
    "/api/v1/rounds/{round}/targets/{target}",
    "/api/v1/rounds/{round}/draws/targets",
    "/api/v1/rounds/{round}/draws/teams",
    "/api/v1/rounds/{round}/draws/targets/files/frame.tsv",
)
OF_THE_WHOLE = ("/planning", "/merges", "/unserved", "/replanning")
SEEING_ALL = (Office.COORDINATOR, Office.SUPERVISOR)


def expected(office: Office, address: str) -> int:
    """What the permissions table says of one's own round."""
    allowed = {
        Office.COORDINATOR: True,
        Office.SUPERVISOR: True,
        Office.DEPARTMENT: not any(part in address for part in OF_THE_WHOLE),
        Office.INSPECTOR: not any(part in address for part in (*OF_THE_WHOLE, "/letters", "/draws/", "/trail")),
        Office.AUDITOR: address == "/api/v1/rounds/{round}/trail",
        Office.ADMINISTRATOR: False,
    }[office]
    return 200 if allowed else 403


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def without_water(world: World) -> UUID:
    """A round in which the water bureau takes no part."""
    folder = rounds.without(rounds.with_code(rounds.small(), "without water"), rounds.WATER)
    return await rounds.frozen(world.services, folder)


async def person_of(world: World, office: Office, department: str | None = None) -> Person:
    count = len(await rounds.trail(world.services.pool))
    person = await a_person(world.services, f"p{count}", office, department)
    needs_more = office in {Office.ADMINISTRATOR, Office.AUDITOR}
    return (await with_second_factor(world.services, person))[0] if needs_more else person


@pytest.mark.parametrize(
    "office", [each for each in Office if each not in {Office.OPERATOR, Office.GATE, Office.PUBLIC, Office.ENTERPRISE}]
)
async def test_every_office_gets_what_the_table_says(world: World, office: Office) -> None:
    person = await person_of(world, office, DEPARTMENTS[0] if office in {Office.DEPARTMENT, Office.INSPECTOR} else None)
    own = part_of(await world.dispatch(), DEPARTMENTS[0])
    async with visiting(world.services, BEFORE, person.session) as browser:
        for address in ADDRESSES:
            asked = address.format(round=world.round, target=quote(next(iter(own.targets))), tour=own.plan.tours[0].id)
            assert (await browser.get(asked)).status_code == expected(office, address), address


@pytest.mark.parametrize("department", DEPARTMENTS)
async def test_a_round_of_others_is_as_if_it_were_not(world: World, department: DepartmentId) -> None:
    """For the department that took no part every address answers as for a round that nobody made."""
    other = await without_water(world)
    target = quote((await world.dispatch()).drawn[0].target)
    for office in (Office.DEPARTMENT, Office.INSPECTOR):
        person = await person_of(world, office, department)
        async with visiting(world.services, BEFORE, person.session) as browser:
            for address in ADDRESSES:
                asked = [address.format(round=id_, target=target, tour="T001") for id_ in (other, NOBODY)]
                theirs, nobodys = [await browser.get(each) for each in asked]
                same = theirs.text.replace(str(other), str(NOBODY)) == nobodys.text
                if department == rounds.WATER:
                    assert same, address
                    assert nobodys.status_code in {404, 403}, address
                elif office is Office.DEPARTMENT and address == "/rounds/{round}":
                    assert (theirs.status_code, nobodys.status_code) == (200, 404)
            listed = {each["id"] for each in (await browser.get("/api/v1/rounds")).json()}
            assert (str(other) in listed) is (department != rounds.WATER)
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


@pytest.mark.parametrize("department", DEPARTMENTS)
async def test_tours_and_targets_of_others_are_as_if_they_were_not(world: World, department: DepartmentId) -> None:
    dispatch = await world.dispatch()
    own = part_of(dispatch, department)
    person = await person_of(world, Office.DEPARTMENT, department)
    foreign = {str(tour.id) for tour in dispatch.plan.tours} - {str(tour.id) for tour in own.plan.tours}
    hidden = dispatch.targets.keys() - own.targets.keys()
    assert hidden
    async with visiting(world.services, BEFORE, person.session) as browser:
        for kind, theirs, nobodys in (("tours", foreign, "T999"), ("targets", hidden, "91419999MA00000000")):
            nothing = await browser.get(f"/api/v1/rounds/{world.round}/{kind}/{nobodys}")
            assert nothing.status_code == 404
            for each in theirs:
                answer = await browser.get(f"/api/v1/rounds/{world.round}/{kind}/{quote(each)}")
                assert answer.text.replace(each, nobodys) == nothing.text, each
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
