"""What every route can ask for by name: the services, the round in the address, one of its draws, the moment.

Who may see what is asked in the routes, of the domain.
"""

from datetime import datetime
from typing import TypeAlias, TypeVar
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from coordinator.actions.reading import DrawReading, read_draw
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor, ActorId, Office
from coordinator.web.known import Known
from coordinator.web.memory import Memory
from solver.chance.head import Stage

LOCAL = Actor(id=ActorId("local"), name="本机网页", office=Office.COORDINATOR)
"""Who looks, until there are accounts: whoever sits at this machine, in the coordinating office's name."""
T = TypeVar("T")
Given: TypeAlias = NamedDependency[T]
"""Marks a route's parameter that `dependencies` provides by its name."""


def dependencies(services: Services) -> dict[str, Provide]:
    """Bind the routes' parameters to the services of this process."""
    memory = Memory(services, LOCAL)

    async def known(round_id: FromPath[UUID]) -> Known:
        return await memory.recall(round_id)

    async def draw(round_id: FromPath[UUID], stage: FromPath[Stage]) -> DrawReading:
        return await read_draw(services, LOCAL, round_id, stage)

    async def given_services() -> Services:
        return services

    async def now() -> datetime:
        return services.clock()

    return {
        "services": Provide(given_services),
        "known": Provide(known),
        "draw": Provide(draw),
        "now": Provide(now),
    }
