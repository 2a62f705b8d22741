"""Sessions, tokens of programs, and failed tries: what stands for an account while it is used.

Only digests are stored, so nobody who reads the database can act through it. Accounts themselves are in `accounts`.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.accounts import IDLE_FOR, LOCKED_FOR, MOST_FAILURES, SESSION_LASTS, Account, AccountId
from coordinator.domain.acts import Act
from coordinator.storage.accounts import COLUMNS
from coordinator.storage.connection import Connection, execute, fetch_all, fetch_one, fetch_value


class ApiToken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program's way in, as its owner sees it."""

    id: UUID
    account: AccountId
    name: str
    scopes: tuple[Act, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class _Scopes(Struct, frozen=True, kw_only=True):
    account: AccountId
    scopes: frozenset[Act]


# ---- sessions -------------------------------------------------------------------------------------------------


async def insert_session(db: Connection, digest: bytes, id_: AccountId, now: datetime) -> None:
    await execute(
        db, "INSERT INTO session (digest, account, began_at, seen_at) VALUES ($1, $2, $3, $3)", digest, id_, now
    )


async def account_in_session(db: Connection, digest: bytes, now: datetime) -> Account | None:
    """Whose session this is; being seen keeps it from ending. None where it has ended or its account is not open."""
    sql = f"""
        UPDATE session SET seen_at = $2 FROM account
        WHERE session.digest = $1 AND seen_at > $3 AND began_at > $4
          AND account.id = session.account AND locked_at IS NULL AND ended_at IS NULL
        RETURNING {COLUMNS}
    """  # noqa: S608 - constant columns
    return await fetch_one(db, Account, sql, digest, now, now - IDLE_FOR, now - SESSION_LASTS)


async def sessions_of(db: Connection, id_: AccountId, now: datetime) -> int:
    """How many sessions of an account have not ended."""
    sql = "SELECT count(*) FROM session WHERE account = $1 AND seen_at > $2 AND began_at > $3"
    return await fetch_value(db, int, sql, id_, now - IDLE_FOR, now - SESSION_LASTS)


async def delete_session(db: Connection, digest: bytes) -> int:
    return await execute(db, "DELETE FROM session WHERE digest = $1", digest)


async def delete_sessions(db: Connection, id_: AccountId) -> int:
    """End all sessions of an account; returns how many there were."""
    return await execute(db, "DELETE FROM session WHERE account = $1", id_)


async def delete_ended_sessions(db: Connection, now: datetime) -> None:
    sql = "DELETE FROM session WHERE seen_at <= $1 OR began_at <= $2"
    await execute(db, sql, now - IDLE_FOR, now - SESSION_LASTS)


# ---- tokens of programs ---------------------------------------------------------------------------------------


async def insert_token(db: Connection, token: ApiToken, digest: bytes) -> None:
    await execute(
        db,
        """
        INSERT INTO api_token (id, account, name, digest, scopes, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        *(token.id, token.account, token.name, digest, _texts(token.scopes), token.created_at, token.expires_at),
    )


async def tokens_of(db: Connection, id_: AccountId) -> list[ApiToken]:
    """An account's tokens, the newest first."""
    sql = """
        SELECT id, account, name, scopes, created_at, expires_at, revoked_at FROM api_token
        WHERE account = $1 ORDER BY created_at DESC, id
    """
    return await fetch_all(db, ApiToken, sql, id_)


async def scopes_of_token(db: Connection, digest: bytes, now: datetime) -> tuple[AccountId, frozenset[Act]] | None:
    """Whose token this is and what it is good for; None where it is no longer, or never was."""
    sql = "SELECT account, scopes FROM api_token WHERE digest = $1 AND expires_at > $2 AND revoked_at IS NULL"
    found = await fetch_one(db, _Scopes, sql, digest, now)
    return (found.account, found.scopes) if found else None


async def revoke_token(db: Connection, token: UUID, now: datetime) -> str | None:
    """Revoke a token that the actor sees; returns its name, None where there is nothing to revoke."""
    sql = "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING name"
    return await fetch_value(db, str | None, sql, token, now)  # type: ignore[arg-type] # a union is a type to msgspec


async def revoke_tokens(db: Connection, id_: AccountId, now: datetime) -> None:
    await execute(db, "UPDATE api_token SET revoked_at = $2 WHERE account = $1 AND revoked_at IS NULL", id_, now)


def _texts(scopes: Iterable[Act]) -> list[str]:
    return sorted(scope.value for scope in scopes)


# ---- failed tries ---------------------------------------------------------------------------------------------


async def count_try(db: Connection, name_digest: bytes, now: datetime) -> int:
    """Count a try as failed before it is looked at, so that parallel ones cannot slip through; returns which it is.

    Beyond MOST_FAILURES it may not be looked at; the count begins anew LOCKED_FOR after the last that might.
    """
    sql = """
        INSERT INTO sign_in_failure AS known (name_digest, failures, last_at) VALUES ($1, 1, $2)
        ON CONFLICT (name_digest) DO UPDATE SET
            failures = CASE WHEN known.last_at <= $3 THEN 1 ELSE least(known.failures + 1, $4 + 1) END,
            last_at = CASE WHEN known.last_at > $3 AND known.failures >= $4 THEN known.last_at ELSE $2 END
        RETURNING failures
    """
    return await fetch_value(db, int, sql, name_digest, now, now - LOCKED_FOR, MOST_FAILURES)


async def forget_tries(db: Connection, name_digest: bytes) -> None:
    await execute(db, "DELETE FROM sign_in_failure WHERE name_digest = $1", name_digest)


async def forget_old_tries(db: Connection, now: datetime) -> None:
    """Names that nobody tries any more leave nothing behind."""
    await execute(db, "DELETE FROM sign_in_failure WHERE last_at <= $1", now - LOCKED_FOR)


async def locked_names(db: Connection, now: datetime) -> set[bytes]:
    """The digests of the names that too many failures have locked for now."""
    sql = "SELECT name_digest FROM sign_in_failure WHERE failures >= $1 AND last_at > $2"
    return {bytes(row["name_digest"]) for row in await db.fetch(sql, MOST_FAILURES, now - LOCKED_FOR)}
