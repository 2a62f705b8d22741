"""Once a day: personal data that have outlived their purpose are erased, and the trail says how much.

How long what is kept is said in domain/retention.py.
"""

from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.retention import ages_at
from coordinator.storage import audit, retention
from coordinator.storage.connection import transaction


async def erase_outlived(services: Services) -> None:
    """Erase what is old enough; twice changes nothing."""
    async with transaction(services.pool, WORKER) as db:
        counts = await retention.erase_outlived(db, ages_at(services.clock()))
        if any(counts.values()):
            await audit.append(db, WORKER, "personal_data_erased", None, "retention", **counts)
