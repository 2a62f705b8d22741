"""What one person alone may not do: proposed by one account, confirmed by another, once, in time, as it was seen."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace
from support.ceremonies import Clock
from support.people import Person, a_person
from support.rounds import SUPERVISOR, WATER, liaison_of, trail
from support.rounds import world as world_of

from coordinator.actions import two_people
from coordinator.actions.accounts import end_account, lock
from coordinator.actions.services import Services
from coordinator.domain.actors import ANYONE, CONSOLE, WORKER, Actor, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, NotPermitted, Refusal, TooLate
from coordinator.domain.proposals import LASTS, JointAct, Proposal
from coordinator.storage import proposals
from coordinator.storage.connection import Pool, transaction

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OVERRIDE = JointAct(act=Act.OVERRIDE_RULE, subject="visit 7", round=None, facts={"rule": "5", "plan": "a"})


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def services(pool: Pool, clock: Clock) -> Services:
    return replace(world_of(pool), clock=clock)


async def propose(services: Services, actor: Actor, joint: JointAct = OVERRIDE) -> Proposal:
    async with transaction(services.pool, actor) as db:
        return await two_people.propose(db, services, actor, joint)


async def confirm(services: Services, actor: Actor, seen: UUID, joint: JointAct = OVERRIDE) -> None:
    async with transaction(services.pool, actor) as db:
        await two_people.confirm(db, services, actor, joint, seen)


async def two(services: Services) -> tuple[Person, Person]:
    return await a_person(services, "zhao"), await a_person(services, "qian")


async def refused(
    services: Services, actor: Actor, seen: UUID, kind: type[Refusal], joint: JointAct = OVERRIDE
) -> None:
    with pytest.raises(kind):
        await confirm(services, actor, seen, joint)


async def test_one_proposes_and_another_confirms(services: Services) -> None:
    first, second = await two(services)
    seen = (await propose(services, first.who.actor)).id
    await refused(services, first.who.actor, seen, NotPermitted)
    await confirm(services, second.who.actor, seen)
    await refused(services, second.who.actor, seen, TooLate)
    assert (await trail(services.pool))[-2:] == ["act_proposed", "act_confirmed"]


async def test_only_who_may_do_it_alone_but_for_the_second_takes_part(services: Services) -> None:
    first, _ = await two(services)
    liaison = await a_person(services, "li.na", Office.DEPARTMENT)
    for actor in (liaison.who.actor, SUPERVISOR, ANYONE, CONSOLE, WORKER):
        with pytest.raises(NotPermitted):
            await propose(services, actor)
    seen = (await propose(services, first.who.actor)).id
    for actor in (liaison.who.actor, SUPERVISOR, ANYONE, CONSOLE, WORKER):
        await refused(services, actor, seen, NotPermitted)


async def test_a_proposal_is_confirmed_in_time_or_made_again(services: Services, clock: Clock) -> None:
    first, second = await two(services)
    seen = (await propose(services, first.who.actor)).id
    clock.passes(LASTS)
    await refused(services, second.who.actor, seen, TooLate)
    again = (await propose(services, first.who.actor)).id
    assert again != seen
    await confirm(services, second.who.actor, again)


async def test_facts_that_changed_since_are_not_confirmed(services: Services) -> None:
    first, second = await two(services)
    seen = (await propose(services, first.who.actor)).id
    changed = replace(OVERRIDE, facts={**OVERRIDE.facts, "plan": "b"})
    await refused(services, second.who.actor, seen, Conflict, changed)
    await propose(services, first.who.actor, changed)
    await refused(services, second.who.actor, seen, Conflict, changed)


@pytest.mark.parametrize("is_ended", [True, False], ids=["ended", "locked"])
async def test_who_has_gone_since_proposed_nothing(services: Services, *, is_ended: bool) -> None:
    first, second = await two(services)
    admin = await a_person(services, "admin2", Office.ADMINISTRATOR)
    seen = (await propose(services, first.who.actor)).id
    if is_ended:
        await end_account(services, admin.who.actor, first.account.id, "")
    else:
        await lock(services, admin.who.actor, first.account.id)
    await refused(services, second.who.actor, seen, NotPermitted)


async def test_pressed_together_it_is_proposed_once_and_confirmed_once(services: Services) -> None:
    people = [*await two(services), await a_person(services, "sun")]
    made = await asyncio.gather(*(propose(services, each.who.actor) for each in people * 3))
    assert len({each.id for each in made}) == 1
    others = [each.who.actor for each in people if each.account.id != made[0].proposer]
    ended = await asyncio.gather(*(confirm(services, each, made[0].id) for each in others * 3), return_exceptions=True)
    assert [each for each in ended if each is None] == [None]
    assert {type(each) for each in ended} == {type(None), TooLate}


async def test_proposals_are_the_coordinating_offices_and_supervisors_to_see(services: Services) -> None:
    first, _ = await two(services)
    await propose(services, first.who.actor)
    for actor, seen in ((WORKER, 1), (SUPERVISOR, 1), (liaison_of(WATER), 0), (ANYONE, 0)):
        async with transaction(services.pool, actor) as db:
            assert (await proposals.latest_proposal(db, OVERRIDE.act, OVERRIDE.subject) is not None) == seen, actor.name


async def test_the_database_lets_nobody_confirm_the_own_proposal_or_one_that_ended(services: Services) -> None:
    first, second = await two(services)
    proposal = await propose(services, first.who.actor)
    seen = proposal.id
    with pytest.raises(asyncpg.CheckViolationError, match="proposal_takes_two"):
        async with transaction(services.pool, WORKER) as db:
            await proposals.confirm(db, seen, first.account.id, "王力", NOON)
    with pytest.raises(asyncpg.CheckViolationError, match="proposal_confirmed_in_time"):
        async with transaction(services.pool, WORKER) as db:
            await proposals.confirm(db, seen, second.account.id, "王力", NOON + timedelta(days=1))
    with pytest.raises(asyncpg.UniqueViolationError, match="proposal_stands_once"):
        async with transaction(services.pool, WORKER) as db:
            await proposals.insert_proposal(db, replace(proposal, id=uuid4()), None)
    await confirm(services, second.who.actor, seen)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(services.pool, WORKER) as db:
            await proposals.withdraw(db, seen, NOON)
