"""Keeping accounts: what an administrator does with others', what everyone does with the own.

How one signs in is in `signing_in`. Secrets are written by the gate, in the same transaction as what they belong to.
"""

from uuid import UUID, uuid4

from msgspec import Struct

from coordinator.actions.hashing import (
    code_digest,
    digest,
    hash_password,
    is_password,
    new_code,
    new_second_factor,
    new_token,
)
from coordinator.actions.second_factors import opened, sealed
from coordinator.actions.services import Services
from coordinator.actions.signing_in import SignedIn, name_digest
from coordinator.domain.accounts import (
    CODE_LASTS,
    MOST_FAILURES,
    TOKEN_LASTS,
    Account,
    AccountId,
    NewAccount,
    acceptable_password,
    step_of,
    successor_of,
    wanted_scopes,
)
from coordinator.domain.actors import CONSOLE, GATE, Actor, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, Invalid, NotFound
from coordinator.domain.permissions import permit
from coordinator.storage import accounts, audit, sessions
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.sessions import ApiToken

FIRST_LOGIN = "admin"


class Invitation(Struct, frozen=True, kw_only=True):
    """An account and the one-time code with which its owner sets a password; the code is shown once."""

    account: Account
    code: str


class Listing(Struct, frozen=True, kw_only=True):
    """All accounts, and those whose names too many failures have locked for now."""

    accounts: tuple[Account, ...]
    failing: frozenset[AccountId]


class OwnAccount(Struct, frozen=True, kw_only=True):
    """What one may know of the own account; `proposed` is a second factor that is being set up."""

    account: Account
    tokens: tuple[ApiToken, ...]
    session_count: int
    proposed: str | None


# ---- the administrator ----------------------------------------------------------------------------------------


async def first_invitation(services: Services) -> Invitation | None:
    """Give the code of the first administrator, a new one each time, until somebody has set that password."""
    async with transaction(services.pool, CONSOLE) as db:
        if await accounts.has_administrator(db):
            return None
        known = await accounts.account_by_login(db, FIRST_LOGIN)
        if known is not None and known.is_open and known.office is Office.ADMINISTRATOR:
            return await _invite(db, services, CONSOLE, known, "code_given")
        free = FIRST_LOGIN if known is None else f"{FIRST_LOGIN}{len(await accounts.accounts(db))}"
        wanted = NewAccount(login=free, name="系统管理员", office=Office.ADMINISTRATOR, department=None)
        return await _create(db, services, CONSOLE, wanted)


async def code_at_console(services: Services, login: str) -> Invitation:
    """Let an administrator in again who lost password or second factor, when no other is left to do it.

    Raises NotFound for a login that is no administrator's: the others are let in by an administrator.
    """
    async with transaction(services.pool, CONSOLE) as db:
        known = await accounts.account_by_login(db, login.strip().casefold())
        if known is None or not known.is_open or known.office is not Office.ADMINISTRATOR:
            raise NotFound("没有这个系统管理员账号。", remedy="其他岗位的账号由系统管理员在网页里发代码。")
        return await _invite(db, services, CONSOLE, known, "code_given")


async def has_accounts(services: Services) -> bool:
    """Whether anybody has set a password here."""
    async with transaction(services.pool, CONSOLE) as db:
        return await accounts.has_passwords(db)


async def listed_accounts(services: Services, actor: Actor) -> Listing:
    """All accounts, by login."""
    permit(actor, Act.SEE_ACCOUNTS)
    async with transaction(services.pool, actor) as db:
        listed = await accounts.accounts(db)
        locked = await sessions.locked_names(db, services.clock())
    failing = frozenset(each.id for each in listed if name_digest(each.login) in locked)
    return Listing(accounts=tuple(listed), failing=failing)


async def create_account(services: Services, actor: Actor, wanted: NewAccount) -> Invitation:
    """Make an account that a one-time code opens; raises Conflict where its login is taken."""
    permit(actor, Act.MANAGE_ACCOUNTS)
    async with transaction(services.pool, actor) as db:
        return await _create(db, services, actor, wanted)


async def give_code(services: Services, actor: Actor, id_: AccountId) -> Invitation:
    """Let a new one-time code open an account instead of its password and second factor."""
    permit(actor, Act.MANAGE_ACCOUNTS)
    async with transaction(services.pool, actor) as db:
        return await _invite(db, services, actor, await _others(db, actor, id_), "code_given")


async def lock(services: Services, actor: Actor, id_: AccountId) -> None:
    """Keep an account out until it is unlocked; its sessions end at once."""
    permit(actor, Act.MANAGE_ACCOUNTS)
    async with transaction(services.pool, actor) as db:
        found = await _others(db, actor, id_)
        await accounts.set_locked(db, id_, services.clock())
        await audit.append(db, actor, "account_locked", None, found.login)
        await act_as(db, GATE)
        await sessions.delete_sessions(db, id_)


async def unlock(services: Services, actor: Actor, id_: AccountId) -> None:
    """Let an account in again, also one that too many failures had locked."""
    permit(actor, Act.MANAGE_ACCOUNTS)
    async with transaction(services.pool, actor) as db:
        found = await _others(db, actor, id_)
        await accounts.set_locked(db, id_, None)
        await audit.append(db, actor, "account_unlocked", None, found.login)
        await act_as(db, GATE)
        await sessions.forget_tries(db, name_digest(found.login))


async def end_account(services: Services, actor: Actor, id_: AccountId, successor: str) -> None:
    """End an account for good, and where a successor's login is given hand its work over to that person.

    Work belongs to departments, so no row changes its owner: the successor of the same office and department carries
    it on, and the trail says from when.
    """
    permit(actor, Act.MANAGE_ACCOUNTS)
    async with transaction(services.pool, actor) as db:
        found, now = await _others(db, actor, id_), services.clock()
        taking_over = await _successor(db, found, successor) if successor.strip() else None
        await accounts.end(db, id_, now, taking_over.id if taking_over else None)
        if taking_over:
            await audit.append(db, actor, "work_handed_over", None, found.login, successor=taking_over.login)
        await audit.append(db, actor, "account_ended", None, found.login)
        await act_as(db, GATE)
        await sessions.delete_sessions(db, id_)
        await sessions.revoke_tokens(db, id_, now)


# ---- everyone, of the own account -----------------------------------------------------------------------------


async def own_account(services: Services, who: SignedIn) -> OwnAccount:
    """Give what one may know of the own account."""
    permit(who.actor, Act.KEEP_OWN_ACCOUNT)
    async with transaction(services.pool, GATE) as db:
        secret = await accounts.secret(db, who.account.id)
        return OwnAccount(
            account=who.account,
            tokens=tuple(await sessions.tokens_of(db, who.account.id)),
            session_count=await sessions.sessions_of(db, who.account.id, services.clock()),
            proposed=opened(services, who.account.id, secret.totp_proposed if secret else None),
        )


async def change_password(services: Services, who: SignedIn, old: str, password: str, again: str) -> None:
    """Set a new password, for which the old one is asked; all sessions end. Raises Invalid."""
    permit(who.actor, Act.KEEP_OWN_ACCOUNT)
    acceptable_password(password, again, who.account.login)
    await _prove_password(services, who, old)
    hashed = await hash_password(password)
    async with transaction(services.pool, GATE) as db:
        await accounts.put_password(db, who.account.id, hashed)
        await sessions.delete_sessions(db, who.account.id)
        await audit.append(db, who.actor, "password_changed", None, who.account.login)


async def propose_second_factor(services: Services, who: SignedIn, password: str) -> None:
    """Make a secret for an authenticator, for which the password is asked; it counts once a code was shown."""
    permit(who.actor, Act.KEEP_OWN_ACCOUNT)
    await _prove_password(services, who, password)
    async with transaction(services.pool, GATE) as db:
        made = sealed(services, who.account.id, new_second_factor())
        await accounts.propose_second_factor(db, who.account.id, made)
        await audit.append(db, who.actor, "second_factor_proposed", None, who.account.login)


async def confirm_second_factor(services: Services, who: SignedIn, code: str) -> None:
    """Let the proposed second factor stand, once its code was shown; raises Invalid."""
    permit(who.actor, Act.KEEP_OWN_ACCOUNT)
    async with transaction(services.pool, GATE) as db:
        secret = await accounts.lock_secret(db, who.account.id)
        proposed = opened(services, who.account.id, secret.totp_proposed if secret else None)
        step = step_of(proposed, code, services.clock(), after=0) if proposed else None
        if step is None:
            raise Invalid("动态码不对。", remedy="请核对手机的时间，用最新的动态码再试。", field="code")
        await accounts.take_second_factor(db, who.account.id, step)
        await audit.append(db, who.actor, "second_factor_set", None, who.account.login)


async def create_token(services: Services, who: SignedIn, name: str, scopes: frozenset[Act]) -> str:
    """Make a token for a program and give it, this once; raises Invalid."""
    permit(who.actor, Act.KEEP_OWN_ACCOUNT)
    name, now, secret = name.strip(), services.clock(), new_token()
    if not 1 <= len(name) <= 40:  # noqa: PLR2004 - said in the sentence
        raise Invalid("请写明令牌给哪个程序用，不超过 40 个字。", field="program")
    token = ApiToken(
        id=uuid4(),
        account=who.account.id,
        name=name,
        scopes=tuple(sorted(wanted_scopes(who.account, scopes))),
        created_at=now,
        expires_at=now + TOKEN_LASTS,
        revoked_at=None,
    )
    async with transaction(services.pool, who.actor) as db:
        await sessions.insert_token(db, token, digest(secret))
        await audit.append(db, who.actor, "token_created", None, who.account.login, token=name, scopes=token.scopes)
    return secret


async def revoke_token(services: Services, who: SignedIn, token: UUID) -> None:
    """Take a token out of use; raises NotFound for one that is not one's own or no longer good."""
    permit(who.actor, Act.KEEP_OWN_ACCOUNT)
    async with transaction(services.pool, who.actor) as db:
        name = await sessions.revoke_token(db, token, services.clock())
        if name is None:
            raise NotFound("没有这个令牌。")
        await audit.append(db, who.actor, "token_revoked", None, who.account.login, token=name)


# ---- parts ----------------------------------------------------------------------------------------------------


async def _create(db: Connection, services: Services, actor: Actor, wanted: NewAccount) -> Invitation:
    id_ = AccountId(uuid4())
    if not await accounts.insert_account(db, id_, wanted, services.clock()):
        raise Conflict(f"账号名“{wanted.login}”已经有人用了。", remedy="请换一个。", field="login")
    made = await accounts.account(db, id_)
    if made is None:
        raise NotFound("没有这个账号。")
    return await _invite(db, services, actor, made, "account_created")


async def _invite(db: Connection, services: Services, actor: Actor, account: Account, action: str) -> Invitation:
    code = new_code()
    await audit.append(
        db, actor, action, None, account.login, office=account.office.value, department=account.department
    )
    await act_as(db, GATE)
    await accounts.put_code(db, account.id, code_digest(code), services.clock() + CODE_LASTS)
    await sessions.delete_sessions(db, account.id)
    await act_as(db, actor)
    return Invitation(account=account, code=code)


async def _others(db: Connection, actor: Actor, id_: AccountId) -> Account:
    """Give somebody else's account that has not ended, locked; raises NotFound, Conflict."""
    found = await accounts.lock_account(db, id_)
    if found is None:
        raise NotFound("没有这个账号。")
    if found.ended_at is not None:
        raise Conflict(f"账号“{found.login}”已经停用。", remedy="停用的账号不能再改，请新建一个。")
    if str(found.id) == actor.id:
        raise Conflict("不能对自己的账号这样做。", remedy="请由另一位系统管理员办理。")
    return found


async def _successor(db: Connection, ending: Account, login: str) -> Account:
    found = await accounts.account_by_login(db, login.strip().casefold())
    if found is None:
        raise Invalid("没有这个接手的账号。", field="successor")
    successor_of(ending, found)
    return found


async def _prove_password(services: Services, who: SignedIn, password: str) -> None:
    """Ask for the password once more; failures count as those of signing in do. Raises Invalid."""
    async with transaction(services.pool, GATE) as db:
        failures = await sessions.count_try(db, name_digest(who.account.login), services.clock())
        secret = await accounts.secret(db, who.account.id)
    kept = secret.password_hash if secret and failures <= MOST_FAILURES else None
    if not await is_password(kept, password):
        raise Invalid("现在的密码不对，或者因多次输错暂时不能办理。", field="old")
    async with transaction(services.pool, GATE) as db:
        await sessions.forget_tries(db, name_digest(who.account.login))
