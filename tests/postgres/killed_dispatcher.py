"""A program of its own: a dispatcher that drops a package into its folder and is killed before it can say so.

killed_dispatcher.py DATABASE_URL
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from postgres.outbox_world import Clock, world

from connectors.contract import Package, Receipt
from connectors.file_drop import FileDrop
from coordinator.actions.deliveries import deliver_waiting
from coordinator.domain.actors import WORKER
from coordinator.domain.deliveries import FILE_DROP
from coordinator.storage.connection import open_pool


class Fatal(FileDrop):
    """Does its work, and takes the whole process with it."""

    async def deliver(self, package: Package) -> Receipt:
        await super().deliver(package)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody lives to see this")


async def fatal(root: str) -> Fatal:
    return Fatal(Path(root))


async def main(url: str) -> None:
    async with open_pool(url, size=2) as pool:
        await deliver_waiting(world(pool, Clock()), WORKER, {FILE_DROP: fatal})


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
