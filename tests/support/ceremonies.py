"""A draw held by its parties: the people who take part, a clock that goes when told, secrets made at their places."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace
from support.people import Person, a_person
from support.rounds import planning_lease, small, solved
from support.rounds import stored as stored_round

from coordinator.actions.ceremonies import commit, fix_together, reveal
from coordinator.actions.ceremony_ends import confirm_to_hold, propose_to_hold
from coordinator.actions.planning import store_plan
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor, Office
from coordinator.domain.acts import Act
from coordinator.domain.ids import DepartmentId
from coordinator.domain.proposals import Proposal
from coordinator.storage import draws, proposals
from coordinator.storage.connection import transaction
from coordinator.storage.draws import StoredDraw
from solver.chance.document import identify
from solver.chance.head import Stage
from solver.chance.identifiers import Digest, Party, Secret
from solver.chance.seed import commitment

COORDINATING = small().settings.round.coordinator
FIRE = DepartmentId("禾川县消防救援大队")
"""Takes part in the round, and not in its draws: it initiates no task."""
PARTIES = tuple(
    sorted(DepartmentId(book.file.removesuffix(".xlsx")) for book in small().workbooks if book.file != f"{FIRE}.xlsx")
)
OTHERS = tuple(each for each in PARTIES if each != COORDINATING)
LASTS = timedelta(minutes=20)
"""Less than a session may be idle."""


class Clock:
    """Says what it was set to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


class Hall(NamedTuple):
    """Who comes together for a draw: two coordinators, and a liaison for each other party."""

    services: Services
    clock: Clock
    first: Person
    second: Person
    liaisons: dict[str, Person]

    def party(self, department: str) -> Actor:
        """Who acts for a party."""
        return self.first.who.actor if department == COORDINATING else self.liaisons[department].who.actor

    async def draw(self, round_: UUID, stage: Stage) -> StoredDraw:
        """The latest attempt."""
        async with transaction(self.services.pool, WORKER) as db:
            return (await draws.attempts(db, round_, stage))[-1]

    async def files(self, round_: UUID, stage: Stage) -> dict[str, bytes]:
        draw = await self.draw(round_, stage)
        async with transaction(self.services.pool, WORKER) as db:
            return await draws.files(db, draw.id)

    async def commitment(self, round_: UUID, stage: Stage, department: str) -> Digest:
        """What a party publishes for the secret it keeps."""
        document = identify(await self.files(round_, stage))
        return commitment(document, Party(department), await self.secret(round_, stage, department))

    async def secret(self, round_: UUID, stage: Stage, department: str) -> Secret:
        """A secret for this draw, attempt and party alone; known to tests beforehand."""
        draw = await self.draw(round_, stage)
        return Secret(hashlib.sha256(f"{draw.id} {department}".encode()).hexdigest())

    async def commits(self, round_: UUID, stage: Stage, *departments: str) -> None:
        for department in departments or PARTIES:
            published = await self.commitment(round_, stage, department)
            await commit(self.services, self.party(department), round_, stage, published)

    async def reveals(self, round_: UUID, stage: Stage, *departments: str) -> None:
        for department in departments or PARTIES:
            secret = await self.secret(round_, stage, department)
            await reveal(self.services, self.party(department), round_, stage, secret)

    async def proposal(self, round_: UUID, stage: Stage) -> Proposal:
        draw = await self.draw(round_, stage)
        async with transaction(self.services.pool, WORKER) as db:
            found = await proposals.latest_proposal(db, Act.HOLD_DRAW, str(draw.id))
        assert found is not None
        return found

    async def holds(self, round_: UUID, stage: Stage, outcome: str = "") -> None:
        """Let the first coordinator propose and the second confirm."""
        await propose_to_hold(self.services, self.first.who.actor, round_, stage, outcome)
        seen = (await self.proposal(round_, stage)).id
        await confirm_to_hold(self.services, self.second.who.actor, round_, stage, seen)

    async def fixes(self, round_: UUID, stage: Stage = Stage.TARGETS) -> None:
        await fix_together(self.services, self.first.who.actor, round_, stage, LASTS)

    async def draws(self, round_: UUID, stage: Stage) -> None:
        """Go through a whole draw."""
        await self.fixes(round_, stage)
        await self.commits(round_, stage)
        await self.reveals(round_, stage)
        await self.holds(round_, stage)

    async def plans(self, round_: UUID) -> None:
        problem, plan = await solved(self.services, round_)
        lease = await planning_lease(self.services, round_)
        await store_plan(self.services, WORKER, round_, problem, plan, lease)

    async def stage(self, round_: UUID) -> str:
        return (await stored_round(self.services.pool, round_)).stage.value


async def a_hall(services: Services, now: datetime) -> Hall:
    clock = Clock(now)
    ticking = replace(services, clock=clock)
    liaisons = {
        department: await a_person(ticking, f"liaison{n}", Office.DEPARTMENT, department)
        for n, department in enumerate(OTHERS)
    }
    return Hall(
        services=ticking,
        clock=clock,
        first=await a_person(ticking, "zhao"),
        second=await a_person(ticking, "qian"),
        liaisons=liaisons,
    )
