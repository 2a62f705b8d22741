"""What programs get through the interface is what their owners get on pages: own and other department, wrong office."""

from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from support.people import a_person
from support.rounds import WATER, liaison_of, small
from support.web import World, dispatched_world, visiting

from coordinator.actions.accounts import create_token
from coordinator.actions.directories import target_directory
from coordinator.actions.services import Services
from coordinator.domain.actors import Office
from coordinator.domain.acts import Act
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import BY_PROGRAM, may
from coordinator.embedded import Endpoints

OTHER = next(DepartmentId(book.file.removesuffix(".xlsx")) for book in small().workbooks if WATER not in book.file)
DIRECTORIES = tuple(f"/directories/{each}" for each in ("targets", "items", "inspectors", "checks", "duplicates"))


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def program(
    services: Services, office: Office, department: str | None = None, *, scopes: frozenset[Act] | None = None
) -> httpx.AsyncClient:
    """A program of somebody's, with every scope that its owner may give unless others are said."""
    person = await a_person(services, f"p{uuid4().hex[:8]}", office, department)
    granted = frozenset(act for act in BY_PROGRAM if may(person.who.actor, act)) if scopes is None else scopes
    client = visiting(services)
    client.base_url = httpx.URL("http://127.0.0.1:8000/api/v1")
    client.headers["Authorization"] = f"Bearer {await create_token(services, person.who, '程序', granted)}"
    return client


async def test_a_department_reads_its_own_directories(world: World) -> None:
    own = {line.id for line in (await target_directory(world.services, liaison_of(WATER), "", most=1000)).lines}
    every = {line.id for line in (await target_directory(world.services, liaison_of(OTHER), "", most=1000)).lines}
    async with await program(world.services, Office.DEPARTMENT) as client:
        listed = (await client.get("/directories/targets?most=500")).json()
        assert {each["id"] for each in listed} == own
        assert {department for each in listed for department in each["departments"]} == {WATER}
        for path in DIRECTORIES[1:3]:
            assert {each["department"] for each in (await client.get(path)).json()} == {WATER}
        theirs = await client.get(f"/directories/targets/{quote(min(every - own))}")
        nowhere = await client.get("/directories/targets/91419999MA00000000")
    assert (theirs.status_code, nowhere.status_code) == (404, 404)
    assert theirs.json() | {"instance": ""} == nowhere.json() | {"instance": ""}


@pytest.mark.parametrize("office", [Office.INSPECTOR, Office.SUPERVISOR, Office.COORDINATOR])
async def test_whoever_may_not_see_the_directories_gets_none_and_a_token_does_no_more_than_its_scopes(
    world: World, office: Office
) -> None:
    sees = office is not Office.INSPECTOR
    async with await program(world.services, office) as client:
        for path in DIRECTORIES:
            assert (await client.get(path)).status_code == (200 if sees else 403), path
    async with await program(world.services, office, scopes=frozenset({Act.SEE_ROUNDS})) as client:
        for path in DIRECTORIES:
            assert (await client.get(path)).status_code == 403, path
