"""Second factors stand sealed: after an upgrade, under a new key, and without one nobody is told they are whole."""

from pathlib import Path

import asyncpg
import pyotp
import pytest
from cryptography.fernet import Fernet
from msgspec.structs import replace
from support.people import PASSWORD, Person, a_person, with_second_factor
from support.rounds import trail
from support.rounds import world as world_of
from support.web import BEFORE, at

from coordinator.actions.invariants import broken_invariants
from coordinator.actions.second_factors import seal_second_factors
from coordinator.actions.services import Services
from coordinator.actions.signing_in import sign_in
from coordinator.domain.actors import CONSOLE, GATE, Office
from coordinator.domain.errors import Unavailable
from coordinator.storage.connection import Connection, Pool, transaction

STEP = 30
CHECK = "account_secret_totp_secret_is_sealed"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "seal.keys"


@pytest.fixture
def services(pool: Pool, keys: Path) -> Services:
    found = at(world_of(pool), BEFORE)
    return replace(found, settings=replace(found.settings, seal_key_file=keys))


@pytest.fixture
async def admin(services: Services) -> tuple[Person, pyotp.TOTP]:
    return await with_second_factor(services, await a_person(services, "the.admin", Office.ADMINISTRATOR))


async def kept(services: Services, login: str = "the.admin") -> str:
    async with transaction(services.pool, GATE) as db:
        found: str = await db.fetchval(
            "SELECT totp_secret FROM account_secret JOIN account ON account = id WHERE login = $1", login
        )
    return found


async def comes_in(services: Services, authenticator: pyotp.TOTP) -> bool:
    """Whether the next code opens the account; raises Unavailable where nobody here can know."""
    later = at(services, BEFORE.fromtimestamp(BEFORE.timestamp() + STEP, BEFORE.tzinfo))
    return bool(await sign_in(later, "the.admin", PASSWORD, authenticator.at(later.clock())))


def put_on_top(keys: Path) -> None:
    keys.write_text(f"{Fernet.generate_key().decode()}\n{keys.read_text()}")


def keep_the_first(keys: Path) -> None:
    keys.write_text(keys.read_text().split()[0] + "\n")


def move(keys: Path, to: Path) -> None:
    keys.rename(to)


async def test_what_stands_in_the_table_is_no_authenticators(
    services: Services, admin: tuple[Person, pyotp.TOTP]
) -> None:
    authenticator = admin[1]
    assert authenticator.secret not in await kept(services)
    assert await comes_in(services, authenticator)
    assert await broken_invariants(services, CONSOLE) == ()


async def test_what_an_older_version_left_in_clear_is_sealed_once_and_opens_as_before(
    services: Services, admin: tuple[Person, pyotp.TOTP], owner: Connection
) -> None:
    authenticator = admin[1]
    with pytest.raises(asyncpg.CheckViolationError):
        async with transaction(services.pool, GATE) as db:
            await db.execute("UPDATE account_secret SET totp_secret = $1", authenticator.secret)
    await owner.execute(f"ALTER TABLE account_secret DROP CONSTRAINT {CHECK}")
    async with transaction(services.pool, GATE) as db:
        await db.execute("UPDATE account_secret SET totp_secret = $1", authenticator.secret)
    await owner.execute(
        f"ALTER TABLE account_secret ADD CONSTRAINT {CHECK} CHECK (totp_secret LIKE 'gAAAA%') NOT VALID"
    )
    assert [sentence for sentence in await broken_invariants(services, CONSOLE) if "没有加密" in sentence]
    assert [await seal_second_factors(services) for _ in range(2)] == [1, 0]
    assert (await trail(services.pool)).count("second_factors_sealed") == 1
    assert authenticator.secret not in await kept(services)
    assert await comes_in(services, authenticator)


async def test_a_new_key_on_top_seals_anew_and_the_old_one_may_go(
    services: Services, admin: tuple[Person, pyotp.TOTP], keys: Path
) -> None:
    put_on_top(keys)
    assert await seal_second_factors(services) == 1
    keep_the_first(keys)
    assert await broken_invariants(services, CONSOLE) == ()
    assert await comes_in(services, admin[1])


async def test_without_its_key_nobody_comes_in_and_doctor_says_so(
    services: Services, admin: tuple[Person, pyotp.TOTP], keys: Path
) -> None:
    aside = keys.with_name("aside")
    move(keys, aside)
    with pytest.raises(Unavailable):
        await comes_in(services, admin[1])
    (said,) = await broken_invariants(services, CONSOLE)
    assert said.startswith("1个账号：找不到可用的密钥文件")
    assert await seal_second_factors(services) == 0, "nothing is lost by starting without the key"
    move(aside, keys)
    assert await comes_in(services, admin[1])


async def test_one_accounts_second_factor_opens_no_other(services: Services, admin: tuple[Person, pyotp.TOTP]) -> None:
    other, attackers = await with_second_factor(services, await a_person(services, "an.attacker"))
    async with transaction(services.pool, GATE) as db:
        await db.execute(
            "UPDATE account_secret SET totp_secret = $1 WHERE account = $2",
            *(await kept(services, "an.attacker"), admin[0].account.id),
        )
    assert other.account.has_second_factor
    with pytest.raises(Unavailable, match="不是这个账号的"):
        await comes_in(services, attackers)
