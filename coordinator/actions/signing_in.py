"""Signing in and out: from a name with its secrets to a session, from a session or token to the account that acts.

Every answer to a wrong try is the same, whatever was wrong, after the same work. Accounts are kept in `accounts`.
"""

from datetime import datetime

from msgspec import Struct

from coordinator.actions.hashing import (
    code_digest,
    digest,
    hash_password,
    is_digest,
    is_password,
    new_session,
)
from coordinator.actions.second_factors import opened
from coordinator.actions.services import Services
from coordinator.domain.accounts import LOCKED_FOR, MOST_FAILURES, Account, acceptable_password, step_of
from coordinator.domain.actors import GATE, Actor
from coordinator.domain.errors import NotSignedIn
from coordinator.storage import accounts, audit, sessions
from coordinator.storage.accounts import AccountSecret
from coordinator.storage.connection import Connection, transaction

LONGEST = 256
"""Characters of a name or password that are looked at; what is longer is wrong."""
_WAIT = int(LOCKED_FOR.total_seconds() // 60)
WRONG = "账号名、密码或动态码不对，或者暂时不能登录。"
WRONG_CODE = "账号名或一次性代码不对，代码已过期，或者暂时不能登录。"
AGAIN = f"请核对后再试；连续 {MOST_FAILURES} 次不对，{_WAIT} 分钟内不再受理。"


class SignedIn(Struct, frozen=True, kw_only=True):
    """Who acts, through which account."""

    account: Account
    actor: Actor


class Known(Struct, frozen=True, kw_only=True):
    """What was found for a name, and whether this try may be looked at."""

    account: Account | None
    secret: AccountSecret | None
    failures: int

    @property
    def is_looked_at(self) -> bool:
        return self.failures <= MOST_FAILURES and self.account is not None and self.account.is_open


async def sign_in(services: Services, login: str, password: str, code: str, *, before: str = "") -> str:
    """Begin a session and give its secret, new each time; raises NotSignedIn for every kind of wrong in one way.

    `before` is the session of the same browser, which ends.
    """
    name, now = _name(login), services.clock()
    known = await _look_up(services, name, now)
    kept = known.secret.password_hash if known.secret and known.is_looked_at else None
    if await is_password(kept, password[:LONGEST]) and len(password) <= LONGEST and known.account is not None:
        async with transaction(services.pool, GATE) as db:
            if await _second_factor_holds(db, services, known.account, code, now):
                await sessions.delete_session(db, digest(before))
                return await _begin(db, known.account, name, now, "signed_in")
    await _note_failure(services, known)
    raise NotSignedIn(WRONG, remedy=AGAIN, field="login")


async def accept_invitation(services: Services, login: str, code: str, password: str, again: str) -> str:
    """Set the password with a one-time code, which is used up, and begin a session; raises NotSignedIn, Invalid."""
    name, now = _name(login), services.clock()
    acceptable_password(password, again, name)
    known = await _look_up(services, name, now)
    hashed = await hash_password(password)
    if known.is_looked_at and known.account is not None:
        async with transaction(services.pool, GATE) as db:
            secret = await accounts.lock_secret(db, known.account.id)
            if secret and is_digest(secret.code_digest, code_digest(code)) and _not_over(secret.code_until, now):
                await accounts.put_password(db, known.account.id, hashed)
                await sessions.delete_sessions(db, known.account.id)
                return await _begin(db, known.account, name, now, "invitation_accepted")
    await _note_failure(services, known)
    raise NotSignedIn(WRONG_CODE, remedy=AGAIN, field="login")


async def in_session(services: Services, secret: str) -> SignedIn | None:
    """Give who acts in a session; None where it has ended or never was."""
    async with transaction(services.pool, GATE) as db:
        account = await sessions.account_in_session(db, digest(secret), services.clock())
    return SignedIn(account=account, actor=account.actor()) if account else None


async def by_token(services: Services, token: str) -> SignedIn | None:
    """Give who acts through a token, as far as it is good for; None where it is not."""
    async with transaction(services.pool, GATE) as db:
        found = await sessions.scopes_of_token(db, digest(token), services.clock())
        account = await accounts.account(db, found[0]) if found else None
    if found is None or account is None or not account.is_open:
        return None
    return SignedIn(account=account, actor=account.actor(found[1]))


async def sign_out(services: Services, who: SignedIn, secret: str) -> None:
    """End this session."""
    async with transaction(services.pool, GATE) as db:
        if await sessions.delete_session(db, digest(secret)):
            await audit.append(db, who.actor, "signed_out", None, who.account.login)


async def sign_out_everywhere(services: Services, who: SignedIn) -> None:
    """End all sessions of the account, this one among them."""
    async with transaction(services.pool, GATE) as db:
        ended = await sessions.delete_sessions(db, who.account.id)
        await audit.append(db, who.actor, "signed_out_everywhere", None, who.account.login, sessions=ended)


def name_digest(login: str) -> bytes:
    """Give under what the tries of a name are counted."""
    return digest(f"name {login}")


def _name(login: str) -> str:
    return login[:LONGEST].strip().casefold()


def _not_over(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until


async def _look_up(services: Services, name: str, now: datetime) -> Known:
    """Count the try before it is looked at, and commit that, so that twenty at once are not five each."""
    async with transaction(services.pool, GATE) as db:
        await sessions.forget_old_tries(db, now)
        failures = await sessions.count_try(db, name_digest(name), now)
        account = await accounts.account_by_login(db, name)
        secret = await accounts.secret(db, account.id) if account else None
    return Known(account=account, secret=secret, failures=failures)


async def _second_factor_holds(db: Connection, services: Services, account: Account, code: str, now: datetime) -> bool:
    """Whether the code is right where there is a second factor; a right one is used up."""
    secret = await accounts.lock_secret(db, account.id)
    factor = opened(services, account.id, secret.totp_secret) if secret else None
    if secret is None or factor is None:
        return secret is not None
    step = step_of(factor, code[:LONGEST], now, after=secret.totp_step)
    if step is not None:
        await accounts.use_step(db, account.id, step)
    return step is not None


async def _begin(db: Connection, account: Account, name: str, now: datetime, action: str) -> str:
    session = new_session()
    await sessions.forget_tries(db, name_digest(name))
    await sessions.delete_ended_sessions(db, now)
    await sessions.insert_session(db, digest(session), account.id, now)
    await audit.append(db, account.actor(), action, None, account.login)
    return session


async def _note_failure(services: Services, known: Known) -> None:
    """Write down that a name is locked now; for names that nobody has as well, without the name: it may be anything."""
    if known.failures == MOST_FAILURES:
        async with transaction(services.pool, GATE) as db:
            subject = known.account.login if known.account else "（没有这个账号）"
            await audit.append(db, GATE, "sign_in_locked", None, subject)
