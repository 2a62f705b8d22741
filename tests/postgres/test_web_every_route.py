"""Every route crossed with every office and department: allowed or refused as the table says, others' rows as none.

A route without its line in `support.every_route` fails.
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from typing import NamedTuple
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest
from support.every_route import EVERY_ROUTE
from support.every_row import ABSENT, DEPARTMENTS, Rows, every_row
from support.one_route import Route
from support.people import a_person, with_second_factor
from support.web import BEFORE, dispatched_world, send, visiting

from coordinator.actions.accounts import create_token, own_account
from coordinator.domain.actors import OF_DEPARTMENTS, WORKER, Actor, Office
from coordinator.domain.acts import Act
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import BY_PROGRAM, may
from coordinator.embedded import Endpoints
from coordinator.storage.connection import fetch_value, transaction
from coordinator.web.app import routed
from coordinator.web.metrics import Watch

OFFICES = [each for each in Office if each not in {Office.OPERATOR, Office.GATE, Office.PUBLIC, Office.ENTERPRISE}]
WITH_SECOND_FACTOR = {Office.ADMINISTRATOR, Office.AUDITOR}
EVERY_PAGE = [route for route in EVERY_ROUTE if route.acts and not route.is_api]
SIGN_IN, LETTER_SHUT = "/sign-in?next=", "/letter?done=ended"
TOGETHER = (("item_department", "item"), ("inspector", "recused_at"), ("stop", "stop_day"))
"""Names that mean a row only together."""
TAKEN_ONCE = {("/annual-plans/{year:int}", "line"), ("/api/v1/annual-plans/{year:int}/lines", "line")}
"""A line's number is the county's: that it is taken is said, not by whom."""


class Sender(NamedTuple):
    """Somebody with a browser, the key of its forms, and a token for programs where there can be one."""

    browser: httpx.AsyncClient
    key: str
    token: str = ""
    spare: str = ABSENT["token"]
    """The id of a token to be revoked."""

    async def send(self, route: Route, names: Mapping[str, str]) -> httpx.Response:
        address = route.address.format_map(names)
        fields = {name: v.format_map(names) if isinstance(v, str) else v for name, v in route.fields.items()}
        headers = {"Authorization": f"Bearer {self.token}"} if self.token and route.is_api else {}
        if route.method == "GET":
            return await self.browser.get(address, headers=headers)
        if route.is_api:
            return await self.browser.post(address, json=fields, headers=headers | {"Idempotency-Key": str(uuid4())})
        file = {route.file: ("上报.xlsx", b"no workbook")} if route.file else None
        return await self.browser.post(address, data={"form_key": self.key, **fields}, files=file)


@pytest.fixture(scope="module")
async def rows(server: Endpoints, template: str) -> AsyncIterator[Rows]:
    async with dispatched_world(server, template) as made:
        yield await every_row(made.services, made.round, await made.dispatch())


@pytest.fixture
async def opened() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def entered(opened: AsyncExitStack, rows: Rows, office: Office, department: str | None) -> tuple[Sender, Actor]:
    """Somebody new who has signed in, with a token that is good for all that a token can be good for."""
    person = await a_person(rows.services, f"p{uuid4().hex[:12]}", office, department)
    if office in WITH_SECOND_FACTOR:
        person, _ = await with_second_factor(rows.services, person)
    scopes = frozenset(act for act in BY_PROGRAM if may(person.who.actor, act))
    sender = await browsing(opened, rows, "/account/password", person.session)
    if scopes:
        await create_token(rows.services, person.who, "多余", scopes)
        spare = str((await own_account(rows.services, person.who)).tokens[0].id)
        token = await create_token(rows.services, person.who, "程序", scopes)
        sender = sender._replace(token=token, spare=spare)
    return sender, person.who.actor


async def browsing(opened: AsyncExitStack, rows: Rows, page: str, session: str = "", token: str = "") -> Sender:
    browser = await opened.enter_async_context(visiting(rows.services, BEFORE, session))
    found = re.search(r'name="form_key" value="([^"]+)"', (await browser.get(page)).text)
    assert found, page
    return Sender(browser, found[1], token)


def named(route: Route) -> set[str]:
    """The names of rows that stand in a route's address or in what is sent there."""
    texts = [route.address, *(value for value in route.fields.values() if isinstance(value, str))]
    return {name for text in texts for name in re.findall(r"{(\w+)}", text)}


def expected(route: Route, actor: Actor, sender: Sender, names: Mapping[str, str]) -> tuple[int, str]:
    """What the permissions table says of one's own rows."""
    if route.acts == (Act.USE_LETTER,):
        return 303, LETTER_SHUT
    if route.is_api and route.method == "POST" and not sender.token:
        return 403, ""
    if not all(may(actor, act) for act in route.acts):
        return route.refused, ""
    return there(route, names), ""


def there(route: Route, names: Mapping[str, str]) -> int:
    """What whoever may is answered; some departments have no row of a kind."""
    is_missing = any(f"{{{name}}}" in route.address and value == ABSENT.get(name) for name, value in names.items())
    return 404 if is_missing else route.then


def plain(answer: httpx.Response, names: Mapping[str, str]) -> tuple[int, str, str]:
    """An answer without the names that were asked for."""
    said = [answer.text, unquote(unquote(answer.headers.get("location", "")))]
    for name, value in names.items():
        said = [each.replace(value, ABSENT[name]) for each in said]
    return answer.status_code, said[0], said[1]


def is_as(answer: httpx.Response, wanted: tuple[int, str]) -> bool:
    status, leads_to = wanted
    return answer.status_code == status and answer.headers.get("location", "").startswith(leads_to)


def test_every_route_of_the_service_has_its_line(rows: Rows) -> None:
    table = routed(rows.services, None, Watch()).routes
    routes = {
        (method, route.path) for route in table for method in getattr(route, "methods", ()) if method != "OPTIONS"
    }
    assert {(each.method, each.pattern) for each in EVERY_ROUTE} == routes


@pytest.mark.parametrize("office", OFFICES)
async def test_every_office_gets_what_the_table_says(rows: Rows, opened: AsyncExitStack, office: Office) -> None:
    department = DEPARTMENTS[0] if office in OF_DEPARTMENTS else None
    sender, actor = await entered(opened, rows, office, department)
    own = rows.own(DEPARTMENTS[0]) | {"token": sender.spare}
    wrong = []
    for route in EVERY_ROUTE:
        by = (await entered(opened, rows, office, department))[0] if route.ends_session else sender
        wanted, answer = expected(route, actor, sender, own), await by.send(route, own)
        if not is_as(answer, wanted):
            wrong.append(f"{route.method} {route.address}: {answer.status_code}, not {wanted}")
        elif answer.status_code == 403 and not may(actor, Act.SEE_ROUNDS):
            nothing = {name: ABSENT[name] for name in named(route)}
            if plain(answer, {name: own[name] for name in nothing}) != plain(await by.send(route, nothing), nothing):
                wrong.append(f"{route.method} {route.address} tells what there is")
    assert wrong == []


async def test_whoever_has_not_signed_in_gets_what_is_open_to_anybody(rows: Rows, opened: AsyncExitStack) -> None:
    await strangers_walk(rows, await browsing(opened, rows, "/sign-in"), EVERY_ROUTE, is_firm=False)


async def test_a_firm_gets_its_own_pages_and_else_what_is_open_to_anybody(rows: Rows, opened: AsyncExitStack) -> None:
    browser = await opened.enter_async_context(visiting(rows.services, BEFORE))
    letter = rows.standing
    await send(browser, "/letter", "/letter", number=letter.letter.number, code=letter.code)
    found = re.search(r'name="form_key" value="([^"]+)"', (await browser.get("/letter/visits")).text)
    assert found
    await strangers_walk(rows, Sender(browser, found[1]), EVERY_ROUTE, is_firm=True)


async def strangers_walk(rows: Rows, sender: Sender, routes: Iterable[Route], *, is_firm: bool) -> None:
    """Ask for every row there is, and for rows that nobody made: both are answered alike."""
    own, wrong = rows.own(DEPARTMENTS[0]) | {"token": ABSENT["token"]}, []
    for route in sorted(routes, key=lambda each: each.ends_session):
        answer, wanted = await sender.send(route, own), of_strangers(route, is_firm=is_firm)
        nothing = {name: ABSENT[name] for name in named(route)}
        if not is_as(answer, wanted):
            wrong.append(f"{route.method} {route.address}: {answer.status_code}, not {wanted}")
        elif (
            route.acts
            and named(route)
            and plain(answer, {name: own[name] for name in nothing})
            != plain(await sender.send(route, nothing), nothing)
        ):
            wrong.append(f"{route.method} {route.address} tells what there is")
    assert wrong == []


def of_strangers(route: Route, *, is_firm: bool) -> tuple[int, str]:
    if not route.acts:
        return route.then, ""
    if route.acts == (Act.USE_LETTER,):
        return (route.then, "") if is_firm else (303, LETTER_SHUT)
    if route.is_api:
        return 401, ""
    return 303, SIGN_IN


@pytest.mark.parametrize("scope", BY_PROGRAM)
async def test_a_token_is_good_for_its_scope(rows: Rows, opened: AsyncExitStack, scope: Act) -> None:
    office = Office.DEPARTMENT if scope is Act.ENTER_RESULTS else Office.COORDINATOR
    person = await a_person(rows.services, f"p{uuid4().hex[:12]}", office)
    token = await create_token(rows.services, person.who, "程序", frozenset({scope}))
    program = await browsing(opened, rows, "/sign-in", token=token)
    before = await entries(rows)
    wrong = []
    own = rows.own(DEPARTMENTS[0])
    for route in (each for each in EVERY_ROUTE if each.is_api and each.acts):
        answer = await program.send(route, own)
        if answer.status_code != (there(route, own) if {*route.acts} <= {scope} else 403):
            wrong.append(f"{route.method} {route.address}: {answer.status_code}")
    assert wrong == []
    assert await entries(rows) == before


async def test_a_token_opens_no_page(rows: Rows, opened: AsyncExitStack) -> None:
    sender, _ = await entered(opened, rows, Office.COORDINATOR, None)
    program = await browsing(opened, rows, "/sign-in")
    program.browser.headers["Authorization"] = f"Bearer {sender.token}"
    await strangers_walk(rows, program, EVERY_PAGE, is_firm=False)


@pytest.mark.parametrize("department", DEPARTMENTS)
@pytest.mark.parametrize("office", [Office.DEPARTMENT, Office.INSPECTOR])
async def test_rows_of_others_are_as_if_they_were_not(
    rows: Rows, opened: AsyncExitStack, office: Office, department: DepartmentId
) -> None:
    """Every pair of departments: byte for byte what a row that nobody made is answered with."""
    sender, _ = await entered(opened, rows, office, department)
    before, wrong, tried = await entries(rows), [], set()
    own = rows.own(department) | {"token": ABSENT["token"]}
    others = [rows.foreign(each, department) for each in DEPARTMENTS if each != department]
    for route in (each for each in EVERY_ROUTE if each.acts):
        for group in groups(route):
            nothing = {name: ABSENT[name] for name in group}
            wanted = plain(await sender.send(route, own | nothing), nothing)
            for foreign in distinct(others, group):
                tried.update(foreign)
                if plain(await sender.send(route, own | foreign), foreign) != wanted:
                    wrong.append((route.method, route.address, foreign))
    assert wrong == []
    assert {"round", "collecting", "tour", "hand_in", "recusal", "item", "inspector", "line"} <= tried
    # chance may draw no target that is not this department's too
    assert ("target" in tried) is any(each["target"] != ABSENT["target"] for each in others)
    assert {"stop", "share", "delivery"} <= tried
    assert await entries(rows) == before


def groups(route: Route) -> Iterator[tuple[str, ...]]:
    """The names that can mean another department's row, those together that mean one only together."""
    there = named(route)
    yield from (group for group in TOGETHER if there & {*group})
    alone = there - {name for group in TOGETHER for name in group} - {"account", "absent", "token", "another"}
    yield from ((name,) for name in sorted(alone) if (route.pattern, name) not in TAKEN_ONCE or route.method == "GET")


def distinct(others: list[dict[str, str]], group: tuple[str, ...]) -> list[dict[str, str]]:
    """Each other row once; a department that has none of the kind leaves none."""
    found = [{name: each[name] for name in group} for each in others]
    rows = {tuple(each.values()): each for each in found}
    return [each for each in rows.values() if each != {name: ABSENT[name] for name in group}]


async def test_no_other_method_is_answered(rows: Rows, opened: AsyncExitStack) -> None:
    sender, _ = await entered(opened, rows, Office.COORDINATOR, None)
    own, there = rows.own(DEPARTMENTS[0]) | {"token": ABSENT["token"]}, {(r.method, r.pattern) for r in EVERY_ROUTE}
    answered = [
        (method, route.address)
        for route in EVERY_ROUTE
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if (method, route.pattern) not in there
        and (await sender.browser.request(method, route.address.format_map(own))).status_code != 405
    ]
    assert answered == []


async def entries(rows: Rows) -> int:
    """How much was written down: who is refused leaves nothing behind."""
    async with transaction(rows.services.pool, WORKER) as db:
        return await fetch_value(db, int, "SELECT count(*) FROM audit_entry")
