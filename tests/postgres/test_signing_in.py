"""Signing in on a real database: one answer to every wrong try, five tries and no more, sessions that end."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from support.people import PASSWORD, a_person, with_second_factor
from support.rounds import trail
from support.rounds import world as world_of
from support.web import at

from coordinator.actions.accounts import (
    change_password,
    create_token,
    end_account,
    give_code,
    lock,
    revoke_token,
    unlock,
)
from coordinator.actions.services import Services
from coordinator.actions.signing_in import (
    accept_invitation,
    by_token,
    in_session,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from coordinator.domain.accounts import CODE_LASTS, IDLE_FOR, LOCKED_FOR, MOST_FAILURES, SESSION_LASTS, TOKEN_LASTS
from coordinator.domain.actors import CONSOLE, GATE, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid, NotSignedIn, Refusal
from coordinator.storage import sessions
from coordinator.storage.connection import Pool, transaction

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WRONG = "a long walk by the lake"
TRIES = 20


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(world_of(pool), NOON)


async def refusal(services: Services, login: str, password: str = WRONG, code: str = "") -> str:
    with pytest.raises(NotSignedIn) as refused:
        await sign_in(services, login, password, code)
    return refused.value.sentence()


async def test_who_knows_the_password_signs_in_to_a_new_session_each_time(services: Services) -> None:
    person = await a_person(services, "wang.li")
    first = await sign_in(services, "Wang.Li ", PASSWORD, "")
    second = await sign_in(services, "wang.li", PASSWORD, "")
    assert len({person.session, first, second}) == 3
    for session in (first, second):
        who = await in_session(services, session)
        assert who is not None
        assert who.account.login == "wang.li"


async def test_nothing_tells_an_unknown_name_from_a_wrong_password(services: Services) -> None:
    person = await a_person(services, "wang.li")
    await a_person(services, "li.na")
    locked = await a_person(services, "zhao.yi")
    await lock(services, CONSOLE, locked.account.id)
    said = {
        await refusal(services, person.account.login),
        await refusal(services, "nobody"),
        await refusal(services, ""),
        await refusal(services, "x" * 10_000, "y" * 10_000),
        await refusal(services, "zhao.yi", PASSWORD),
    }
    for _ in range(MOST_FAILURES + 1):
        said.add(await refusal(services, "li.na"))
    assert len(said) == 1


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(services: Services) -> None:
    await a_person(services, "wang.li")
    took: dict[str, list[float]] = {"wang.li": [], "nobody": []}
    for _ in range(8):
        for login, seconds in took.items():
            async with transaction(services.pool, GATE) as db:
                await db.execute("DELETE FROM sign_in_failure")
            began = time.perf_counter()
            await refusal(services, login)
            seconds.append(time.perf_counter() - began)
    known, unknown = (min(seconds) for seconds in took.values())
    assert abs(known - unknown) < max(known, unknown) / 2


async def test_of_twenty_tries_at_once_five_are_looked_at(services: Services) -> None:
    await a_person(services, "wang.li")
    tries = [sign_in(services, "wang.li", PASSWORD if n == TRIES - 1 else WRONG, "") for n in range(TRIES)]
    await asyncio.gather(*tries[:-1], return_exceptions=True)
    with pytest.raises(NotSignedIn):
        await tries[-1]
    async with transaction(services.pool, GATE) as db:
        assert await db.fetchval("SELECT failures FROM sign_in_failure") == MOST_FAILURES + 1
    assert (await trail(services.pool)).count("sign_in_locked") == 1


@pytest.mark.parametrize("login", ["wang.li", "nobody"])
async def test_a_lock_opens_after_its_time_and_waiting_tries_do_not_prolong_it(services: Services, login: str) -> None:
    await a_person(services, "wang.li")
    for minute in range(MOST_FAILURES + 5):
        await refusal(at(services, NOON + timedelta(minutes=minute)), login)
    fifth = NOON + timedelta(minutes=MOST_FAILURES - 1)
    async with transaction(services.pool, GATE) as db:
        assert await sessions.locked_names(db, fifth + LOCKED_FOR - timedelta(seconds=1))
        assert not await sessions.locked_names(db, fifth + LOCKED_FOR)
    if login == "wang.li":
        await refusal(at(services, fifth + LOCKED_FOR - timedelta(seconds=1)), login, PASSWORD)
        assert await sign_in(at(services, fifth + LOCKED_FOR), login, PASSWORD, "")


async def test_a_right_password_forgets_the_wrong_ones(services: Services) -> None:
    await a_person(services, "wang.li")
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            await refusal(services, "wang.li")
        assert await sign_in(services, "wang.li", PASSWORD, "")


async def test_the_administrator_opens_a_lock(services: Services) -> None:
    person = await a_person(services, "wang.li")
    for _ in range(MOST_FAILURES):
        await refusal(services, "wang.li")
    await refusal(services, "wang.li", PASSWORD)
    await unlock(services, CONSOLE, person.account.id)
    assert await sign_in(services, "wang.li", PASSWORD, "")


async def test_with_a_second_factor_the_password_alone_opens_nothing_and_a_code_opens_once(services: Services) -> None:
    person, authenticator = await with_second_factor(services, await a_person(services, "wang.li"))
    assert person.account.has_second_factor
    await refusal(services, "wang.li", PASSWORD)
    # the code that was shown when it was set up
    await refusal(services, "wang.li", PASSWORD, authenticator.at(NOON))
    later = at(services, NOON + timedelta(seconds=90))
    code = authenticator.at(later.clock())
    assert await sign_in(later, "wang.li", PASSWORD, code)
    await refusal(later, "wang.li", PASSWORD, code)


async def test_one_code_in_ten_browsers_opens_one_session(services: Services) -> None:
    _, authenticator = await with_second_factor(services, await a_person(services, "wang.li"))
    later = at(services, NOON + timedelta(seconds=90))
    code = authenticator.at(later.clock())
    ended = await asyncio.gather(
        *(sign_in(later, "wang.li", PASSWORD, code) for _ in range(10)), return_exceptions=True
    )
    assert len([each for each in ended if isinstance(each, str)]) == 1


async def test_a_one_time_code_works_once_until_it_ends(services: Services) -> None:
    person = await a_person(services, "wang.li")
    given = await give_code(services, CONSOLE, person.account.id)
    assert await in_session(services, person.session) is None
    await refusal(services, "wang.li", PASSWORD)
    with pytest.raises(NotSignedIn):
        await accept_invitation(at(services, NOON + CODE_LASTS), "wang.li", given.code, PASSWORD, PASSWORD)
    with pytest.raises(NotSignedIn):
        await accept_invitation(services, "wang.li", "AAAA-AAAA-AAAA-AAAA", PASSWORD, PASSWORD)
    assert await accept_invitation(services, "wang.li", given.code.lower().replace("-", " "), PASSWORD, PASSWORD)
    with pytest.raises(NotSignedIn):
        await accept_invitation(services, "wang.li", given.code, PASSWORD, PASSWORD)


async def test_a_session_ends_when_nobody_uses_it_and_at_the_latest_after_its_time(services: Services) -> None:
    session = (await a_person(services, "wang.li")).session
    assert await in_session(at(services, NOON + IDLE_FOR), session) is None
    now, step = NOON, IDLE_FOR - timedelta(seconds=1)
    while now + step < NOON + SESSION_LASTS:
        now += step
        assert await in_session(at(services, now), session) is not None
    assert await in_session(at(services, NOON + SESSION_LASTS), session) is None


async def test_sessions_end_when_told_to_and_with_the_account(services: Services) -> None:
    person = await a_person(services, "wang.li")
    again = [await sign_in(services, "wang.li", PASSWORD, "") for _ in range(3)]
    await sign_out(services, person.who, again[0])
    assert [await in_session(services, each) is not None for each in again] == [False, True, True]
    await sign_out_everywhere(services, person.who)
    assert [await in_session(services, each) for each in (*again, person.session)] == [None] * 4
    for shut in (lock, lambda *given: end_account(*given, "")):
        session = await sign_in(services, "wang.li", PASSWORD, "")
        await shut(services, CONSOLE, person.account.id)
        assert await in_session(services, session) is None
        await refusal(services, "wang.li", PASSWORD)
        if shut is lock:
            await unlock(services, CONSOLE, person.account.id)


async def test_a_new_password_asks_for_the_old_one_and_ends_all_sessions(services: Services) -> None:
    person = await a_person(services, "wang.li")
    new = "another walk by the lake"
    with pytest.raises(Invalid):
        await change_password(services, person.who, WRONG, new, new)
    await change_password(services, person.who, PASSWORD, new, new)
    assert await in_session(services, person.session) is None
    await refusal(services, "wang.li", PASSWORD)
    assert await sign_in(services, "wang.li", new, "")


async def test_an_open_browser_is_no_way_around_the_lock(services: Services) -> None:
    """Guessing the password on the own account's page counts as guessing at the door does."""
    person = await a_person(services, "wang.li")
    new = "another walk by the lake"
    for _ in range(MOST_FAILURES):
        with pytest.raises(Invalid):
            await change_password(services, person.who, WRONG, new, new)
    with pytest.raises(Invalid):
        await change_password(services, person.who, PASSWORD, new, new)


async def test_a_token_acts_for_its_owner_within_its_scopes_until_it_ends(services: Services) -> None:
    person = await a_person(services, "wang.li", Office.DEPARTMENT)
    scopes = frozenset({Act.SEE_ROUNDS})
    token = await create_token(services, person.who, "报表程序", scopes)
    who = await by_token(services, token)
    assert who is not None
    assert (who.actor.id, who.actor.department, who.actor.scopes) == (
        str(person.account.id),
        person.account.department,
        scopes,
    )
    assert await by_token(services, token + "x") is None
    assert await by_token(at(services, NOON + TOKEN_LASTS), token) is None
    async with transaction(services.pool, person.who.actor) as db:
        listed = await sessions.tokens_of(db, person.account.id)
    await revoke_token(services, person.who, listed[0].id)
    assert await by_token(services, token) is None


async def test_a_locked_persons_token_does_nothing_and_another_cannot_revoke_it(services: Services) -> None:
    person, other = await a_person(services, "wang.li"), await a_person(services, "li.na")
    token = await create_token(services, person.who, "报表程序", frozenset({Act.SEE_ROUNDS}))
    async with transaction(services.pool, GATE) as db:
        listed = await sessions.tokens_of(db, person.account.id)
    with pytest.raises(Refusal):
        await revoke_token(services, other.who, listed[0].id)
    await lock(services, CONSOLE, person.account.id)
    assert await by_token(services, token) is None


async def test_no_secret_stands_in_the_database_or_the_trail(services: Services) -> None:
    person = await a_person(services, "wang.li")
    token = await create_token(services, person.who, "报表程序", frozenset({Act.SEE_ROUNDS}))
    async with transaction(services.pool, GATE) as db:
        kept = [
            row["row"]
            for table in ("account", "account_secret", "session", "api_token", "sign_in_failure")
            for row in await db.fetch(f'SELECT t::text AS "row" FROM {table} AS t')  # noqa: S608 - one of five
        ]
    async with transaction(services.pool, CONSOLE) as db:
        kept += [row["row"] for row in await db.fetch('SELECT t::text AS "row" FROM audit_entry AS t')]
    assert len(kept) >= 5
    assert [secret for secret in (PASSWORD, person.session, token) if any(secret in row for row in kept)] == []
