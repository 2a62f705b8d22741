"""Accounts on a real database: who may keep whose, what is handed over, what the trail says, what each office reads."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from support.people import WATER, a_person, with_second_factor
from support.rounds import SUPERVISOR, liaison_of, trail
from support.rounds import world as world_of
from support.web import at

from coordinator.actions.accounts import (
    code_at_console,
    create_account,
    create_token,
    end_account,
    first_invitation,
    give_code,
    has_accounts,
    listed_accounts,
    lock,
    own_account,
    propose_second_factor,
    unlock,
)
from coordinator.actions.reading import read_latest_trail
from coordinator.actions.services import Services
from coordinator.actions.signing_in import accept_invitation, in_session, sign_in
from coordinator.domain.accounts import MOST_FAILURES, AccountId, NewAccount
from coordinator.domain.actors import ANYONE, CONSOLE, GATE, WORKER, Actor, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, NotSignedIn
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Connection, Pool, execute, transaction

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = "the first day in the office"  # noqa: S105 - of people who do not exist
TABLES = ("account", "account_secret", "session", "api_token", "sign_in_failure")


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(world_of(pool), NOON)


def wanted(login: str, office: Office = Office.DEPARTMENT, department: str | None = WATER) -> NewAccount:
    return NewAccount(login=login, name="李娜", office=office, department=department)


async def seen(services: Services, actor: Actor, table: str) -> int:
    async with transaction(services.pool, actor) as db:
        return int(await db.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - one of TABLES


async def test_the_first_administrator_comes_by_a_code_of_the_console_until_there_is_one(services: Services) -> None:
    first, second = await first_invitation(services), await first_invitation(services)
    assert first is not None
    assert second is not None
    assert (first.account.login, first.account.office) == ("admin", Office.ADMINISTRATOR)
    assert not await has_accounts(services)
    with pytest.raises(NotSignedIn):
        await accept_invitation(services, "admin", first.code, PASSWORD, PASSWORD)
    with pytest.raises(NotSignedIn):
        await sign_in(services, "admin", "", "")
    assert await accept_invitation(services, "admin", second.code, PASSWORD, PASSWORD)
    assert await first_invitation(services) is None
    assert await has_accounts(services)


async def test_a_house_without_an_administrator_is_helped_by_the_console(services: Services) -> None:
    first = await first_invitation(services)
    assert first is not None
    await accept_invitation(services, "admin", first.code, PASSWORD, PASSWORD)
    await end_account(services, CONSOLE, first.account.id, "")
    second = await first_invitation(services)
    assert second is not None
    assert second.account.login != "admin"


async def test_only_the_administrator_keeps_accounts(services: Services) -> None:
    person = await a_person(services, "wang.li", Office.DEPARTMENT)
    for office in (Office.COORDINATOR, Office.DEPARTMENT, Office.INSPECTOR, Office.SUPERVISOR, Office.AUDITOR):
        other = (await a_person(services, f"the.{office.value}", office)).who.actor
        with pytest.raises(NotPermitted):
            await create_account(services, other, wanted("li.na"))
        for act in (lock, unlock, give_code):
            with pytest.raises(NotPermitted):
                await act(services, other, person.account.id)
        with pytest.raises(NotPermitted):
            await end_account(services, other, person.account.id, "")
    administrator = (await a_person(services, "the.administrator", Office.ADMINISTRATOR)).who.actor
    made = await create_account(services, administrator, wanted("li.na"))
    await lock(services, administrator, made.account.id)
    await unlock(services, administrator, made.account.id)
    await end_account(services, administrator, made.account.id, "")
    assert (await trail(services.pool))[-4:] == [
        "account_created",
        "account_locked",
        "account_unlocked",
        "account_ended",
    ]


async def test_administrators_do_not_shut_themselves_out_or_in(services: Services) -> None:
    own = await a_person(services, "the.administrator", Office.ADMINISTRATOR)
    for act in (lock, unlock, give_code):
        with pytest.raises(Conflict):
            await act(services, own.who.actor, own.account.id)
    with pytest.raises(Conflict):
        await end_account(services, own.who.actor, own.account.id, "")


async def test_a_name_is_given_once_and_never_again(services: Services) -> None:
    made = await create_account(services, CONSOLE, wanted("li.na"))
    await end_account(services, CONSOLE, made.account.id, "")
    with pytest.raises(Conflict):
        await create_account(services, CONSOLE, wanted("li.na"))


async def test_a_liaisons_work_is_handed_over_to_a_colleague_on_the_record(services: Services) -> None:
    leaving = await a_person(services, "wang.li", Office.DEPARTMENT)
    coming = await a_person(services, "li.na", Office.DEPARTMENT)
    await a_person(services, "zhao.yi", Office.DEPARTMENT, "禾川县林业局")
    for unfit in ("zhao.yi", "wang.li", "nobody"):
        with pytest.raises(Invalid):
            await end_account(services, CONSOLE, leaving.account.id, unfit)
    await end_account(services, CONSOLE, leaving.account.id, "Li.Na ")
    listed = {each.login: each for each in (await listed_accounts(services, CONSOLE)).accounts}
    assert (listed["wang.li"].ended_at, listed["wang.li"].successor) == (NOON, coming.account.id)
    assert listed["li.na"].is_open
    assert (await trail(services.pool))[-2:] == ["work_handed_over", "account_ended"]
    with pytest.raises(Conflict):
        await unlock(services, CONSOLE, leaving.account.id)


async def test_what_has_ended_stays_ended(services: Services, owner: Connection) -> None:
    made = await create_account(services, CONSOLE, wanted("li.na"))
    await end_account(services, CONSOLE, made.account.id, "")
    for actor in (CONSOLE, GATE):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(services.pool, actor) as db:
                await execute(db, "UPDATE account SET ended_at = NULL")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(services.pool, GATE) as db:
            await execute(db, "DELETE FROM account")
    assert await owner.fetchval("SELECT count(*) FROM account") == 0, "forced: the owner is nobody's administrator"


async def test_each_office_reads_of_accounts_what_it_must_and_secrets_nobody_but_the_gate(services: Services) -> None:
    offices = (Office.COORDINATOR, Office.DEPARTMENT, Office.INSPECTOR, Office.SUPERVISOR)
    people = {office: await a_person(services, f"the.{office.value}", office) for office in offices}
    for person in people.values():
        await create_token(services, person.who, "程序", frozenset({Act.SEE_ROUNDS}))
    auditor, _ = await with_second_factor(services, await a_person(services, "the.auditor", Office.AUDITOR))
    administrator = await a_person(services, "the.administrator", Office.ADMINISTRATOR)
    with pytest.raises(NotSignedIn):
        await sign_in(services, "nobody", "", "")
    for person in people.values():
        assert [await seen(services, person.who.actor, table) for table in TABLES] == [1, 0, 0, 1, 0]
    assert [await seen(services, auditor.who.actor, table) for table in TABLES] == [6, 0, 0, 0, 0]
    assert [await seen(services, administrator.who.actor, table) for table in TABLES] == [6, 0, 0, 0, 1]
    assert [await seen(services, GATE, table) for table in TABLES] == [6, 6, 6, 4, 1]
    for nobody in (ANYONE, WORKER, SUPERVISOR, liaison_of(DepartmentId(WATER))):
        assert [await seen(services, nobody, table) for table in TABLES] == [0] * 5
    assert [await seen(services, CONSOLE, table) for table in TABLES] == [6, 0, 0, 0, 0]


async def test_nobody_makes_an_account_or_token_past_the_actions(services: Services) -> None:
    own, other = await a_person(services, "wang.li"), await a_person(services, "li.na")
    statements = (
        "UPDATE account SET locked_at = now()",
        "UPDATE account SET has_password = false",
        "UPDATE account_secret SET totp_secret = NULL",
        "DELETE FROM session",
        "DELETE FROM sign_in_failure",
    )
    for statement in statements:
        async with transaction(services.pool, own.who.actor) as db:
            assert await execute(db, statement) == 0, statement
    made = (
        "INSERT INTO account (id, login, name, office, created_at)"
        " VALUES (gen_random_uuid(), 'me.too', 'x', 'administrator', now())"
    )
    key = (
        "INSERT INTO api_token (id, account, name, digest, scopes, created_at, expires_at)"
        " VALUES (gen_random_uuid(), $1, 'x', sha256('x'), '{see_rounds}', now(), now() + interval '1 day')"
    )
    session = "INSERT INTO session (digest, account, began_at, seen_at) VALUES (sha256('x'), $1, now(), now())"
    for statement, values in ((made, ()), (key, (other.account.id,)), (session, (other.account.id,))):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(services.pool, own.who.actor) as db:
                await db.execute(statement, *values)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(services.pool, CONSOLE) as db:
            await db.execute("UPDATE account SET office = 'administrator'")


async def test_the_auditor_reads_what_was_done_and_the_administrator_does_not(services: Services) -> None:
    await a_person(services, "wang.li")
    auditor = await a_person(services, "the.auditor", Office.AUDITOR)
    entries = await read_latest_trail(services, auditor.who.actor)
    assert {(each.action, each.subject) for each in entries} >= {
        ("account_created", "wang.li"),
        ("invitation_accepted", "wang.li"),
    }
    administrator = await a_person(services, "the.administrator", Office.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        await read_latest_trail(services, administrator.who.actor)
    assert await seen(services, administrator.who.actor, "audit_entry") == 0


async def test_the_list_says_whom_failures_have_locked(services: Services) -> None:
    person = await a_person(services, "wang.li")
    administrator = await a_person(services, "the.administrator", Office.ADMINISTRATOR)
    for _ in range(MOST_FAILURES):
        with pytest.raises(NotSignedIn):
            await sign_in(services, "wang.li", "wrong", "")
    assert (await listed_accounts(services, administrator.who.actor)).failing == {person.account.id}


async def test_ones_own_account_shows_what_is_being_set_up_and_no_more(services: Services) -> None:
    person = await a_person(services, "wang.li")
    await create_token(services, person.who, "程序", frozenset({Act.SEE_ROUNDS}))
    await propose_second_factor(services, person.who, "a long walk by the river")
    own = await own_account(services, person.who)
    assert [token.name for token in own.tokens] == ["程序"]
    assert own.session_count == 1
    assert own.proposed


async def test_an_account_that_nobody_has_is_not_found(services: Services) -> None:
    for act in (lock, unlock, give_code):
        with pytest.raises(NotFound):
            await act(services, CONSOLE, AccountId(UUID(int=0)))


async def test_an_administrator_who_lost_everything_is_let_in_from_the_console(services: Services) -> None:
    admin = await a_person(services, "chen.yan", Office.ADMINISTRATOR)
    await a_person(services, "wang.li")
    given = await code_at_console(services, "Chen.Yan")
    assert await in_session(services, admin.session) is None
    assert await in_session(services, await accept_invitation(services, "chen.yan", given.code, PASSWORD, PASSWORD))
    for login in ("wang.li", "nobody"):
        with pytest.raises(NotFound):
            await code_at_console(services, login)
