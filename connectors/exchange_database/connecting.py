"""From settings to a connection: the host is looked up once, judged, and its certificate verified by its name.

What is said over the connection is in `postgres` and `mysql`.
"""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connectors.contract import DeliveryError, PermanentError, TemporaryError
from connectors.exchange_database import mysql, postgres
from connectors.exchange_database.session import UNTRUSTED, Session, temporary
from connectors.exchange_database.settings import PASSWORD, Engine, ExchangeDatabaseSettings
from connectors.outbound.network import Resolve, judged_addresses

Opening = Callable[[ExchangeDatabaseSettings, str, str, ssl.SSLContext | None], Awaitable[Session]]
Failure = Callable[[str, BaseException], DeliveryError | None]

ENGINES: Mapping[Engine, tuple[Opening, Failure]] = {
    Engine.POSTGRESQL: (postgres.open_postgres, postgres.failure_of),
    Engine.MYSQL: (mysql.open_mysql, mysql.failure_of),
}


class _NamedContext(ssl.SSLContext):
    """Verifies a certificate against the name that was asked for, whatever address the driver connects to."""

    name: str

    def wrap_bio(self, *given: Any, **named: Any) -> ssl.SSLObject:  # noqa: ANN401 - the driver's, passed on
        return super().wrap_bio(*given, **{**named, "server_hostname": self.name})


async def connected(settings: ExchangeDatabaseSettings, secrets: Mapping[str, str], resolve: Resolve) -> Session:
    """Connect; raises TemporaryError or PermanentError."""
    password = secrets.get(PASSWORD)
    if password is None:
        raise PermanentError(f"{settings.place}没有填写密码，没有连接。请填写后再重新投递。")
    address = str((await judged_addresses(settings.at, resolve))[0])
    tls = _trust(settings) if settings.is_encrypted else None
    opening, failure_of = ENGINES[settings.engine]
    try:
        session = await opening(settings, address, password, tls)
    except Exception as error:
        said = _untrusted(settings.place, error) or failure_of(settings.place, error)
        if said is None:
            raise
        raise said from error
    return session


def _untrusted(place: str, error: Exception) -> TemporaryError | None:
    """Say so where it was the certificate: drivers wrap that in a failure to connect."""
    found = next((each for each in (error, error.__cause__) if isinstance(each, ssl.SSLCertVerificationError)), None)
    return temporary(place, UNTRUSTED, found.verify_message) if found else None


def _trust(settings: ExchangeDatabaseSettings) -> ssl.SSLContext:
    context = _NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.name = settings.host
    if settings.authority:
        context.load_verify_locations(cadata="\n".join(settings.authority))
    else:
        context.load_default_certs()
    return context
