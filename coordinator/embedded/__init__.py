"""PostgreSQL and Valkey from wheels, for one machine without servers of its own.

`embedded` is all the rest of OneDoor sees: it yields addresses, whether the servers are ours or named by settings.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from coordinator.embedded.place import Place, choose_place, leave_place, own_folder, unusable
from coordinator.embedded.postgres import Postgres, find_postgres, start_postgres, stop_postgres
from coordinator.embedded.processes import ended_in_order
from coordinator.embedded.sharing import shared
from coordinator.embedded.valkey import Valkey, find_valkey, start_valkey, stop_valkey
from coordinator.settings import Settings


class Endpoints(Struct, frozen=True, kw_only=True):
    """Where the servers answer; URLs hold passwords and never go to a log."""

    database_url: str
    """As the service: without rights of ownership."""
    database_owner_url: str
    """As the owner: for migrations only."""
    redis_url: str | None
    """None where there is no doorbell: jobs are then found by polling."""
    superuser_url: str | None = None
    """For backups and tests: the embedded server's own, or what DATABASE_BACKUP_URL names."""


class Servers(Struct, frozen=True, kw_only=True):
    """What we run ourselves; None for a server that the settings name."""

    postgres: Postgres | None = None
    valkey: Valkey | None = None


@contextmanager
def embedded(settings: Settings) -> Iterator[Endpoints]:
    """Run what `settings` does not name, shared with every other process on the same home, and say where all answers.

    Starts in about a second, stops with the last process. Raises Unavailable when it cannot.
    """
    if settings.database_url is not None and settings.redis_url is not None:
        yield _endpoints(settings, Servers())
        return
    place = choose_place(settings.home)
    with (
        ended_in_order(),
        shared(
            place.folder,
            find=lambda: _find(settings, place),
            start=lambda found: _start(place, found),
            stop=lambda found: _stop(place, found),
        ) as servers,
    ):
        yield _endpoints(settings, servers)


def _find(settings: Settings, place: Place) -> Servers:
    try:
        own_folder(place.run, place.user)
        return Servers(
            postgres=find_postgres(place) if settings.database_url is None else None,
            valkey=find_valkey(place) if settings.redis_url is None else None,
        )
    except OSError as error:
        raise unusable(place.folder, error) from error


def _start(place: Place, servers: Servers) -> None:
    try:
        if servers.postgres is not None:
            start_postgres(servers.postgres)
        if servers.valkey is not None:
            start_valkey(servers.valkey)
    except OSError as error:
        raise unusable(place.folder, error) from error


def _stop(place: Place, servers: Servers) -> None:
    if servers.valkey is not None:
        stop_valkey(servers.valkey)
    if servers.postgres is not None:
        stop_postgres(servers.postgres)
    leave_place(place)


def _endpoints(settings: Settings, servers: Servers) -> Endpoints:
    redis_url = settings.redis_url if servers.valkey is None else servers.valkey.url
    if servers.postgres is not None:
        return Endpoints(
            database_url=servers.postgres.url("app"),
            database_owner_url=servers.postgres.url("owner"),
            superuser_url=servers.postgres.url("postgres"),
            redis_url=redis_url,
        )
    service = settings.database_url or ""
    return Endpoints(
        database_url=service,
        database_owner_url=settings.database_owner_url or service,
        superuser_url=settings.database_backup_url,
        redis_url=redis_url,
    )
