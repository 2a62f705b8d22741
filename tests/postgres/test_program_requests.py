"""The interface's manners: a request is done once for its key, and what one has already is not sent again."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from support.jobs import surroundings
from support.people import a_person
from support.rounds import SUPERVISOR, WATER, drawn, frozen, liaison_of, stage_of, trail
from support.web import BEFORE, at, visiting

from coordinator.actions.accounts import create_token
from coordinator.actions.program_requests import IN_HAND, KEPT, begin, settle
from coordinator.actions.services import Services
from coordinator.domain.actors import ANYONE, CONSOLE, GATE, WORKER, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.permissions import BY_PROGRAM, may
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.program_requests import StoredAnswer
from coordinator.storage.rounds import Stage

OWNER, PRINT = b"o" * 32, b"f" * 32
ANSWER = StoredAnswer(status=202, headers={"location": "/x"}, content=b"{}")


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(surroundings(pool), BEFORE)


async def a_token(services: Services, office: Office = Office.COORDINATOR) -> str:
    person = await a_person(services, f"p{uuid4().hex[:8]}", office)
    scopes = frozenset(act for act in BY_PROGRAM if may(person.who.actor, act))
    return await create_token(services, person.who, "程序", scopes)


def headers(token: str, key: str | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})


async def test_ten_at_once_and_ten_more_later_ask_for_one_planning(pool: Pool, services: Services) -> None:
    round_ = await drawn(services)
    token, key = await a_token(services), str(uuid4())
    address = f"/api/v1/rounds/{round_}/planning"

    async def ask() -> httpx.Response:
        async with visiting(services) as program:
            return await program.post(address, json={"seconds": 5}, headers=headers(token, key))

    at_once = await asyncio.gather(*(ask() for _ in range(10)))
    assert {each.status_code for each in at_once} <= {202, 409}
    assert 202 in {each.status_code for each in at_once}
    later = [await ask() for _ in range(10)]
    assert {(each.status_code, each.headers["idempotent-replayed"]) for each in later} == {(202, "true")}
    assert {each.headers["location"] for each in later} == {address}
    assert len({each.content for each in later}) == 1
    assert (await trail(pool)).count("job_requested") == 1


async def test_a_key_belongs_to_one_request_of_one_token(services: Services) -> None:
    round_ = await drawn(services)
    token, other, key = await a_token(services), await a_token(services), str(uuid4())
    address = f"/api/v1/rounds/{round_}/planning"
    async with visiting(services) as program:
        assert (await program.post(address, json={"seconds": 5}, headers=headers(token, key))).status_code == 202
        changed = await program.post(address, json={"seconds": 6}, headers=headers(token, key))
        assert (changed.status_code, changed.json()["type"]) == (422, "urn:onedoor:problem:invalid")
        theirs = await program.post(address, json={"seconds": 6}, headers=headers(other, key))
        assert theirs.status_code == 202
        assert "idempotent-replayed" not in theirs.headers


async def test_who_may_not_see_the_answer_does_nothing_and_without_a_token_nobody_asks(
    pool: Pool, services: Services
) -> None:
    round_ = await drawn(services)
    person = await a_person(services, "planner")
    half = await create_token(services, person.who, "程序", frozenset({Act.PLAN_ROUND}))
    address = f"/api/v1/rounds/{round_}/planning"
    async with visiting(services) as program:
        refused = await program.post(address, json={"seconds": 5}, headers=headers(half, str(uuid4())))
        unknown = await program.post(address, json={"seconds": 5}, headers={"Idempotency-Key": str(uuid4())})
    assert (refused.status_code, unknown.status_code) == (403, 401)
    assert unknown.headers["www-authenticate"] == "Bearer"
    assert "job_requested" not in await trail(pool)


@pytest.mark.parametrize("key", [None, "x" * 201, "键"])
async def test_without_a_usable_key_nothing_is_done(pool: Pool, services: Services, key: str | None) -> None:
    round_, token = await drawn(services), await a_token(services)
    sent = {name: value.encode() for name, value in headers(token, key).items()}
    async with visiting(services) as program:
        answer = await program.post(f"/api/v1/rounds/{round_}/planning", json={"seconds": 5}, headers=sent)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]
    assert "job_requested" not in await trail(pool)


async def test_a_refusal_is_an_answer_too_and_a_request_killed_in_hand_can_be_sent_again(services: Services) -> None:
    round_, token, key = await frozen(services), await a_token(services), str(uuid4())
    async with visiting(services) as program:
        address = f"/api/v1/rounds/{round_}/planning"
        first, again = [await program.post(address, json={"seconds": 5}, headers=headers(token, key)) for _ in "ab"]
    assert first.status_code == again.status_code == 409
    assert (first.json(), again.headers["idempotent-replayed"]) == (again.json(), "true")
    assert await begin(services, OWNER, "k", PRINT) is None
    with pytest.raises(Conflict):
        await begin(services, OWNER, "k", PRINT)
    late = at(services, BEFORE + IN_HAND)
    assert await begin(late, OWNER, "k", PRINT) is None
    await settle(late, OWNER, "k", ANSWER)
    assert await begin(late, OWNER, "k", PRINT) == ANSWER
    with pytest.raises(Invalid):
        await begin(late, OWNER, "k", b"g" * 32)
    next_day = at(services, BEFORE + IN_HAND + KEPT + timedelta(seconds=1))
    assert await begin(next_day, OWNER, "k", b"g" * 32) is None


async def test_a_session_in_a_browser_is_no_token(services: Services) -> None:
    """Else a foreign page could send what a person did not mean."""
    round_ = await drawn(services)
    person = await a_person(services, "wang.li")
    async with visiting(services, BEFORE, person.session) as browser:
        address = f"/api/v1/rounds/{round_}/planning"
        answer = await browser.post(address, json={"seconds": 5}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 403


async def test_a_token_does_no_more_than_its_scopes(pool: Pool, services: Services) -> None:
    round_ = await drawn(services)
    person = await a_person(services, "wang.li")
    token = await create_token(services, person.who, "程序", frozenset({Act.SEE_ROUNDS}))
    async with visiting(services) as program:
        address = f"/api/v1/rounds/{round_}/planning"
        assert (await program.post(address, json={"seconds": 5}, headers=headers(token, "k"))).status_code == 403
        assert (await program.get(address, headers=headers(token))).status_code == 403
    assert await stage_of(pool, round_) is Stage.DRAWN


async def test_what_was_read_before_is_not_sent_again(services: Services) -> None:
    round_, token = await drawn(services), await a_token(services)
    async with visiting(services) as program:
        address = f"/api/v1/rounds/{round_}"
        first = await program.get(address, headers=headers(token))
        tag = first.headers["etag"]
        same = await program.get(address, headers=headers(token) | {"If-None-Match": f'"other", W/{tag}'})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        other = await program.get(address, headers=headers(token) | {"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)
        assert "etag" not in (await program.get(f"/api/v1/rounds/{uuid4()}", headers=headers(token))).headers


async def test_nobody_reads_what_programs_asked(pool: Pool, services: Services) -> None:
    await begin(services, OWNER, "k", PRINT)
    for actor in (CONSOLE, WORKER, SUPERVISOR, liaison_of(WATER), ANYONE):
        async with transaction(pool, actor) as db:
            assert await db.fetchval("SELECT count(*) FROM program_request") == 0
    async with transaction(pool, GATE) as db:
        assert await db.fetchval("SELECT count(*) FROM program_request") == 1
