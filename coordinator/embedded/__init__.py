"""PostgreSQL and Valkey from wheels, for one machine without servers of its own.

`embedded` is all the rest of OneDoor sees: it yields addresses, whether the servers are ours or named by settings.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from coordinator.embedded.place import choose_place
from coordinator.embedded.postgres import find_postgres, start_postgres, stop_postgres
from coordinator.embedded.sharing import shared
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
    """Of the embedded server: for back-up and tests."""


@contextmanager
def embedded(settings: Settings) -> Iterator[Endpoints]:
    """Run what `settings` does not name, shared with every other process on the same home, and say where all answers.

    Starts in about a second, stops with the last process. Raises Unavailable when it cannot.
    """
    with _database(settings) as endpoints:
        yield endpoints


@contextmanager
def _database(settings: Settings) -> Iterator[Endpoints]:
    if settings.database_url is not None:
        owner = settings.database_owner_url or settings.database_url
        yield Endpoints(database_url=settings.database_url, database_owner_url=owner, redis_url=settings.redis_url)
        return
    place = choose_place(settings.home)
    server = find_postgres(place)
    with shared(place.folder, start=lambda: start_postgres(server), stop=lambda: stop_postgres(server)):
        yield Endpoints(
            database_url=server.url("app"),
            database_owner_url=server.url("owner"),
            redis_url=settings.redis_url,
            superuser_url=server.url("postgres"),
        )
