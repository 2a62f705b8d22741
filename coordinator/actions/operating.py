"""What those who keep the service running may know: how much waits, how long, and what has failed.

Counts alone leave here; how they are written for a dashboard is in coordinator/web/metrics.py.
"""

from collections.abc import Sequence

from msgspec import Struct

from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.storage import operating
from coordinator.storage.connection import transaction
from coordinator.storage.operating import Counted


class Load(Struct, frozen=True, kw_only=True):
    """Everything counted at one moment."""

    jobs: Sequence[Counted]
    deliveries: Sequence[Counted]
    rounds: Sequence[Counted]


async def load_now(services: Services) -> Load:
    """Count; raises Unavailable when the database does not answer."""
    async with transaction(services.pool, WORKER) as db:
        return Load(
            jobs=await operating.jobs(db),
            deliveries=await operating.deliveries(db),
            rounds=await operating.rounds(db),
        )
