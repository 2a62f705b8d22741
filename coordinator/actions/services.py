"""What actions are handed: the database, the doorbell, the clock and the settings, wired once at the top.

Nothing is looked up elsewhere, so a test hands over its own.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from coordinator.domain.jobs import JobId, Queue
from coordinator.settings import Settings
from coordinator.storage.connection import Pool


class Bell(Protocol):
    """Tells workers that a job waits; when it cannot, they find the job by looking."""

    async def ring(self, job: JobId, queue: Queue) -> None:
        """Ring once, after the transaction that stored the job has been committed."""


class Services(Struct, frozen=True, kw_only=True):
    """The surroundings of every action."""

    pool: Pool
    queue: Bell
    clock: Callable[[], datetime]
    settings: Settings
