"""A worker in a process of its own that takes one job and never ends it, to be killed by a test.

Run as a program it takes the database's URL; once it has reported progress there is a row to see it by.
"""

import asyncio
import sys
from collections.abc import Mapping

from support.jobs import BRISK, KIND, surroundings

from coordinator.actions.services import Services
from coordinator.domain.jobs import Job
from coordinator.jobs.worker import Held, serve
from coordinator.storage.connection import open_pool
from solver.planning.limits import Phase, Progress


async def never_ending(_services: Services, _job: Job, held: Held) -> Mapping[str, str]:
    held.report(Progress(seconds=1.0, phase=Phase.IMPROVE))
    await asyncio.Event().wait()
    return {}


async def main(url: str) -> None:
    async with open_pool(url) as pool:
        await serve(surroundings(pool), {KIND: never_ending}, None, BRISK)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
