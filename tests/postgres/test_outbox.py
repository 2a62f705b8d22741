"""Posting: a package stands in the outbox with the transaction that made it, once, unchanged, and for its own eyes."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from postgres.outbox_world import (
    FIRE,
    LEDGER,
    WATER,
    Clock,
    Ledger,
    a_posting,
    liaison_of,
    posted,
    reached,
    state_of,
    trail,
    world,
)

from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.posting import delivery_states, pause, post, replay
from coordinator.actions.services import Services
from coordinator.domain.actors import ANYONE, WORKER, Actor, ActorId, Office
from coordinator.domain.deliveries import DeliveryState
from coordinator.domain.errors import NotPermitted
from coordinator.storage.connection import Connection, Pool, transaction

SUPERVISOR = Actor(id=ActorId("s"), name="监察", office=Office.SUPERVISOR)
OUTBOX_TABLES = ("outbox", "outbox_file", "delivery")


@pytest.fixture
def services(pool: Pool) -> Services:
    return world(pool, Clock())


async def count(services: Services, table: str, actor: Actor = WORKER) -> int:
    async with transaction(services.pool, actor) as db:
        return int(await db.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - our own table names


async def test_a_package_waits_from_the_moment_its_transaction_is_committed(services: Services) -> None:
    [id_] = await posted(services, a_posting())
    stored = await state_of(services, id_)
    assert (stored.state, stored.attempts, stored.number) == (DeliveryState.WAITING, 0, 1)
    assert stored.next_try_at == services.clock()
    assert await trail(services) == ["package_posted"]


async def test_a_transaction_that_fails_posts_nothing(services: Services) -> None:
    async def post_and_fail() -> None:
        async with transaction(services.pool, WORKER) as db:
            await post(db, services, WORKER, [a_posting()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await post_and_fail()
    assert [await count(services, table) for table in (*OUTBOX_TABLES, "audit_entry")] == [0, 0, 0, 0]


async def test_the_same_content_is_posted_once_whoever_comes_at_the_same_time(services: Services) -> None:
    ids = await asyncio.gather(*(posted(services, a_posting("甲"), a_posting("乙")) for _ in range(10)))
    assert len(set(ids)) == 1
    assert await count(services, "outbox") == 2


async def test_posting_many_batches_in_any_order_never_deadlocks(services: Services) -> None:
    batches = [a_posting(f"批次{n}", content=f"{n}") for n in range(10)]
    orders = [batches[shift:] + batches[:shift] for shift in range(10)]
    await asyncio.gather(*(posted(services, *order) for order in orders))
    assert await count(services, "outbox") == 10


async def test_another_content_of_a_batch_gets_the_next_number_and_another_key(services: Services) -> None:
    ids = [(await posted(services, a_posting(content=content)))[0] for content in ("one", "two", "one")]
    assert [(await state_of(services, id_)).number for id_ in ids] == [1, 2, 3]
    async with transaction(services.pool, WORKER) as db:
        keys = await db.fetch("SELECT DISTINCT key FROM outbox")
    assert len(keys) == 3


async def test_each_partner_counts_its_own_numbers(services: Services) -> None:
    ids = await posted(
        services,
        a_posting(content="one"),
        a_posting(content="two", recipient=WATER),
        a_posting(content="three", destination="other books"),
    )
    assert [(await state_of(services, id_)).number for id_ in ids] == [1, 1, 1]


async def test_what_was_posted_never_changes(services: Services, owner: Connection) -> None:
    await posted(services, a_posting())
    await owner.execute("SELECT set_config('onedoor.office', 'coordinator', false)")
    for statement in ("UPDATE outbox SET batch = 'x'", "UPDATE outbox_file SET content = 'x'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(services.pool, WORKER) as db:
                await db.execute(statement)


async def test_a_file_that_is_not_its_digest_cannot_be_stored(services: Services) -> None:
    [id_] = await posted(services, a_posting())
    with pytest.raises(asyncpg.CheckViolationError, match="outbox_file_is_what_was_posted"):
        async with transaction(services.pool, WORKER) as db:
            await db.execute("INSERT INTO outbox_file VALUES ($1, 'x', 'content', 0, $2)", id_, "0" * 64)


async def test_a_department_sees_its_own_packages_only(services: Services) -> None:
    own, _ = await posted(services, a_posting(), a_posting(recipient=WATER, department=WATER))
    for table in OUTBOX_TABLES:
        seen = [await count(services, table, actor) for actor in (WORKER, SUPERVISOR, liaison_of(FIRE), ANYONE)]
        assert seen == [2, 2, 1, 0], table
    async with transaction(services.pool, liaison_of(FIRE)) as db:
        assert [row["id"] for row in await db.fetch("SELECT id FROM outbox")] == [own]


async def test_a_department_posts_for_itself_and_for_no_other(services: Services) -> None:
    await posted(services, a_posting(), actor=liaison_of(FIRE))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await posted(services, a_posting("other", department=WATER), actor=liaison_of(FIRE))


async def test_another_departments_package_gets_no_files_and_no_delivery_from_outside(services: Services) -> None:
    [id_] = await posted(services, a_posting(department=WATER))
    for statement in (
        "INSERT INTO outbox_file VALUES ($1, 'x', '', 0, encode(sha256(''), 'hex'))",
        "INSERT INTO delivery (outbox, next_try_at) VALUES ($1, now())",
    ):
        for actor in (liaison_of(FIRE), SUPERVISOR):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with transaction(services.pool, actor) as db:
                    await db.execute(statement, id_)


@pytest.mark.parametrize("actor", [liaison_of(FIRE), SUPERVISOR, ANYONE])
async def test_only_the_coordinating_office_delivers_pauses_and_replays(services: Services, actor: Actor) -> None:
    [id_] = await posted(services, a_posting())
    partner = Ledger()
    assert await deliver_waiting(services, actor, reached(partner)) == ()
    for act in (pause, replay):
        with pytest.raises(NotPermitted):
            await act(services, actor, [id_])
    assert not partner.calls
    assert (await state_of(services, id_)).state is DeliveryState.WAITING


async def test_a_rehearsals_packages_go_with_it_and_a_real_rounds_stay(services: Services) -> None:
    rehearsal = uuid4()
    async with transaction(services.pool, WORKER) as db:
        await db.execute(
            "INSERT INTO round (id, code, rehearsal_seed, settings, content_digest) VALUES ($1, 'Q1', $2, '{}', $2)",
            rehearsal,
            "0" * 64,
        )
    await posted(services, a_posting(round_=rehearsal), a_posting("other"))
    async with transaction(services.pool, WORKER) as db:
        await db.execute("DELETE FROM round WHERE id = $1", rehearsal)
    assert [await count(services, table) for table in OUTBOX_TABLES] == [1, 1, 1]


async def test_who_asks_after_packages_hears_of_those_it_may_see(services: Services) -> None:
    ids = await posted(services, a_posting(), a_posting(recipient=WATER, department=WATER))
    assert [one.department for one in await delivery_states(services, liaison_of(WATER), ids)] == [WATER]
    assert {one.connector for one in await delivery_states(services, WORKER, ids)} == {LEDGER}
