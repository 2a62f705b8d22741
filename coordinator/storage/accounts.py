"""Accounts and what only the gate reads of them: password hashes, one-time codes and second factors.

Sessions, tokens and failed tries are in `sessions`; what an account may do is the domain's affair (`permissions`).
"""

from datetime import datetime

from msgspec import Struct

from coordinator.domain.accounts import Account, AccountId, NewAccount
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one, fetch_value

COLUMNS = """account.id, login, name, office, department, has_password, has_second_factor, created_at, locked_at,
    ended_at, successor"""


class AccountSecret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What opens an account; a row is there from the first one-time code on."""

    account: AccountId
    password_hash: str | None
    code_digest: bytes | None
    code_until: datetime | None
    totp_secret: str | None
    totp_step: int
    totp_proposed: str | None

    def __repr__(self) -> str:
        return f"AccountSecret(account={self.account})"


class KeptFactors(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account's second factors as they stand, the one in use and the one being set up."""

    account: AccountId
    totp_secret: str | None
    totp_proposed: str | None

    def __repr__(self) -> str:
        return f"KeptFactors(account={self.account})"

    @property
    def present(self) -> tuple[str, ...]:
        return tuple(each for each in (self.totp_secret, self.totp_proposed) if each is not None)


async def insert_account(db: Connection, id_: AccountId, wanted: NewAccount, now: datetime) -> bool:
    """Store a new account; False where its login is taken."""
    inserted = await execute(
        db,
        """
        INSERT INTO account (id, login, name, office, department, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (login) DO NOTHING
        """,
        *(id_, wanted.login, wanted.name, wanted.office.value, wanted.department, now),
    )
    return inserted == 1


async def accounts(db: Connection) -> list[Account]:
    """All accounts that the actor may see, by login."""
    return await fetch_all(db, Account, f"SELECT {COLUMNS} FROM account ORDER BY login")  # noqa: S608 - constant columns


async def account(db: Connection, id_: AccountId) -> Account | None:
    return await fetch_one(db, Account, f"SELECT {COLUMNS} FROM account WHERE id = $1", id_)  # noqa: S608 - constant columns


async def lock_account(db: Connection, id_: AccountId) -> Account | None:
    """An account, locked against a second change at the same time."""
    return await fetch_one(db, Account, f"SELECT {COLUMNS} FROM account WHERE id = $1 FOR NO KEY UPDATE", id_)  # noqa: S608 - constant columns


async def account_by_login(db: Connection, login: str) -> Account | None:
    return await fetch_one(db, Account, f"SELECT {COLUMNS} FROM account WHERE login = $1", login)  # noqa: S608 - constant columns


async def has_administrator(db: Connection) -> bool:
    """Whether somebody can manage accounts: an open administrator who has set a password."""
    sql = """
        SELECT EXISTS (SELECT FROM account WHERE office = 'administrator' AND has_password
                       AND locked_at IS NULL AND ended_at IS NULL)
    """
    return await fetch_value(db, bool, sql)


async def has_passwords(db: Connection) -> bool:
    """Whether anybody has ever set a password here."""
    return await fetch_value(db, bool, "SELECT EXISTS (SELECT FROM account WHERE has_password)")


async def set_locked(db: Connection, id_: AccountId, locked_at: datetime | None) -> None:
    await execute(db, "UPDATE account SET locked_at = $2 WHERE id = $1", id_, locked_at)


async def end(db: Connection, id_: AccountId, ended_at: datetime, successor: AccountId | None) -> None:
    await execute(db, "UPDATE account SET ended_at = $2, successor = $3 WHERE id = $1", id_, ended_at, successor)


# ---- what only the gate reads ---------------------------------------------------------------------------------


async def secret(db: Connection, id_: AccountId) -> AccountSecret | None:
    sql = """
        SELECT account, password_hash, code_digest, code_until, totp_secret, totp_step, totp_proposed
        FROM account_secret WHERE account = $1
    """
    return await fetch_one(db, AccountSecret, sql, id_)


async def lock_secret(db: Connection, id_: AccountId) -> AccountSecret | None:
    """What opens an account, locked so that a code is used once."""
    sql = """
        SELECT account, password_hash, code_digest, code_until, totp_secret, totp_step, totp_proposed
        FROM account_secret WHERE account = $1 FOR UPDATE
    """
    return await fetch_one(db, AccountSecret, sql, id_)


async def put_code(db: Connection, id_: AccountId, digest: bytes, until: datetime) -> None:
    """Let a one-time code open an account and nothing else: password and second factor are gone."""
    await execute(
        db,
        """
        INSERT INTO account_secret (account, code_digest, code_until) VALUES ($1, $2, $3)
        ON CONFLICT (account) DO UPDATE SET code_digest = excluded.code_digest, code_until = excluded.code_until,
            password_hash = NULL, totp_secret = NULL, totp_proposed = NULL
        """,
        *(id_, digest, until),
    )
    await execute(db, "UPDATE account SET has_password = false, has_second_factor = false WHERE id = $1", id_)


async def put_password(db: Connection, id_: AccountId, password_hash: str) -> None:
    """Set a password; a one-time code is used up by it."""
    await execute(
        db,
        "UPDATE account_secret SET password_hash = $2, code_digest = NULL, code_until = NULL WHERE account = $1",
        *(id_, password_hash),
    )
    await execute(db, "UPDATE account SET has_password = true WHERE id = $1", id_)


async def lock_factors(db: Connection) -> list[KeptFactors]:
    """All second factors that there are, locked against being sealed by two at once."""
    sql = """
        SELECT account, totp_secret, totp_proposed FROM account_secret
        WHERE totp_secret IS NOT NULL OR totp_proposed IS NOT NULL ORDER BY account FOR UPDATE
    """
    return await fetch_all(db, KeptFactors, sql)


async def put_factors(db: Connection, kept: KeptFactors) -> None:
    """Let second factors stand sealed otherwise; they are the same."""
    await execute(
        db,
        "UPDATE account_secret SET totp_secret = $2, totp_proposed = $3 WHERE account = $1",
        *(kept.account, kept.totp_secret, kept.totp_proposed),
    )


async def propose_second_factor(db: Connection, id_: AccountId, totp: str) -> None:
    await execute(db, "UPDATE account_secret SET totp_proposed = $2 WHERE account = $1", id_, totp)


async def take_second_factor(db: Connection, id_: AccountId, step: int) -> None:
    """Let the proposed second factor stand; its owner has shown the code of this time step."""
    await execute(
        db,
        """
        UPDATE account_secret SET totp_secret = totp_proposed, totp_proposed = NULL, totp_step = $2 WHERE account = $1
        """,
        *(id_, step),
    )
    await execute(db, "UPDATE account SET has_second_factor = true WHERE id = $1", id_)


async def use_step(db: Connection, id_: AccountId, step: int) -> None:
    """Remember that the code of this time step was used."""
    await execute(db, "UPDATE account_secret SET totp_step = $2 WHERE account = $1", id_, step)
