"""What the public can look for: the rounds of which something is public, and the years whose plan is.

What of a round is public from when is in domain/disclosure.py.
"""

from msgspec import Struct

from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION
from coordinator.storage import annual_plans, rounds
from coordinator.storage.connection import transaction
from coordinator.storage.rounds import StoredRound


class Published(Struct, frozen=True, kw_only=True):
    """The newest come first; no rehearsal, and no round of which nothing was ever fixed."""

    rounds: tuple[StoredRound, ...]
    years: tuple[int, ...]


async def read_published(services: Services) -> Published:
    """Everything that has a public page with something on it."""
    async with transaction(services.pool, PUBLICATION) as db:
        found = await rounds.drawn_rounds(db)
        years = await annual_plans.published_years(db)
    return Published(rounds=tuple(found), years=tuple(years))
