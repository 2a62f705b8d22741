"""Programs of people's at a service that is served: what they ask through the client, and how they are refused."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import uuid4

import pytest
from support.browsers import served
from support.people import Person, a_person
from support.rounds import WATER

from connectors.client import OneDoor, Refused
from coordinator.actions.accounts import create_token
from coordinator.actions.services import Services
from coordinator.domain.actors import OF_DEPARTMENTS, Office
from coordinator.domain.permissions import BY_PROGRAM, may
from coordinator.web.app import create_app

T = TypeVar("T")


class Program:
    """A program of somebody's, at a service that is served."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address, token

    async def asks(self, asking: Callable[[OneDoor], T]) -> T:
        """Ask in a thread of its own, as another program would."""

        def go() -> T:
            with OneDoor(self._address, self._token, pause=lambda _: None) as onedoor:
                return asking(onedoor)

        return await asyncio.to_thread(go)

    async def is_refused(self, asking: Callable[[OneDoor], object]) -> tuple[int, str]:
        with pytest.raises(Refused) as refused:
            await self.asks(asking)
        return refused.value.status, refused.value.kind.rpartition(":")[2]


class Programs:
    """Programs of different people at one service."""

    def __init__(self, services: Services, address: str) -> None:
        self._services, self._address = services, address

    async def of(self, office: Office, department: str | None = None) -> Program:
        named = (department or WATER) if office in OF_DEPARTMENTS else None
        return await self.by(await a_person(self._services, f"p{uuid4().hex[:8]}", office, named))

    async def by(self, person: Person) -> Program:
        """Another program of somebody who is there, good for all that its owner may have done by one."""
        scopes = frozenset(act for act in BY_PROGRAM if may(person.who.actor, act))
        return Program(self._address, await create_token(self._services, person.who, "程序", scopes))


@asynccontextmanager
async def programs(services: Services) -> AsyncIterator[Programs]:
    async with served(create_app(services)) as address:
        yield Programs(services, address)
