"""Second factors as they are kept: sealed under the service's own key, each bound to its account.

When one is asked for is said in `signing_in`, how it is set up in `accounts`. The web service seals at its start what
an older version left in clear, or an older key has sealed.
"""

from coordinator.actions.sealing import is_current, seal, unseal
from coordinator.actions.services import Services
from coordinator.domain.accounts import AccountId
from coordinator.domain.actors import GATE
from coordinator.domain.errors import Unavailable
from coordinator.storage import accounts, audit
from coordinator.storage.accounts import KeptFactors
from coordinator.storage.connection import transaction

IN_CLEAR = "动态码还没有加密。启动一次网页服务就会加密。"


async def seal_second_factors(services: Services) -> int:
    """Seal with the newest key whatever is not; gives how many accounts that concerned.

    What cannot be opened here stays as it is: `doctor` says so.
    """
    async with transaction(services.pool, GATE) as db:
        kept = await accounts.lock_factors(db)
        changed = [anew for each in kept if (anew := _sealed_anew(services, each)) != each]
        for each in changed:
            await accounts.put_factors(db, each)
        if changed:
            await audit.append(db, GATE, "second_factors_sealed", None, "", accounts=len(changed))
    return len(changed)


def sealed(services: Services, account: AccountId, secret: str) -> str:
    """Seal a second factor for its account."""
    return seal(services.settings, f"{account}:{secret}")


def opened(services: Services, account: AccountId, kept: str | None) -> str | None:
    """Give a second factor as an authenticator knows it; raises Unavailable where it cannot be opened here."""
    if kept is None:
        return None
    of, _, secret = unseal(services.settings, kept).partition(":")
    if of != str(account):
        raise Unavailable("动态码不是这个账号的。", remedy="数据库被人改过：请给账号发新的一次性代码，并查明原因。")
    return secret


async def faults_of_factors(services: Services) -> tuple[str, ...]:
    """Say in words whose second factors stand in clear or cannot be opened here."""
    async with transaction(services.pool, GATE) as db:
        kept = await accounts.lock_factors(db)
    said = [_fault(services, each) for each in kept]
    return tuple(f"{said.count(words)}个账号：{words}" for words in sorted({*said}) if words)


def _sealed_anew(services: Services, kept: KeptFactors) -> KeptFactors:
    def anew(secret: str | None) -> str | None:
        if secret is None or is_current(services.settings, secret):
            return secret
        if not _is_sealed(secret):
            return sealed(services, kept.account, secret)
        try:
            return sealed(services, kept.account, opened(services, kept.account, secret) or "")
        except Unavailable:
            return secret

    return KeptFactors(account=kept.account, totp_secret=anew(kept.totp_secret), totp_proposed=anew(kept.totp_proposed))


def _is_sealed(kept: str) -> bool:
    """A sealed one begins with its version; an authenticator's own letters are all capitals."""
    return kept.startswith("gAAAA")


def _fault(services: Services, kept: KeptFactors) -> str:
    if not all(map(_is_sealed, kept.present)):
        return IN_CLEAR
    try:
        for each in kept.present:
            opened(services, kept.account, each)
    except Unavailable as fault:
        return fault.sentence()
    return ""
