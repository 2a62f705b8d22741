"""Delivering: once in effect whoever is killed, patient by the schedule, and no partner slowed by another."""

import asyncio
import itertools
import logging
from datetime import timedelta

import pytest
from postgres.outbox_world import (
    START,
    WATER,
    Clock,
    Ledger,
    Moody,
    Slow,
    a_posting,
    posted,
    reached,
    reached_by,
    state_of,
    trail,
    world,
)

from connectors.contract import Package, PermanentError, Receipt, TemporaryError
from coordinator.actions.deliveries import BROKEN, INTERRUPTED, TOO_SLOW, deliver_waiting
from coordinator.actions.posting import pause, post, replay
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.deliveries import LEASE, MOST_ATTEMPTS, ConnectorKind, DeliveryState
from coordinator.storage.connection import Pool, transaction

DOWN = "对方没有应答。"
FULL = TemporaryError(DOWN)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(pool: Pool, clock: Clock) -> Services:
    return world(pool, clock)


async def test_ten_dispatchers_at_once_deliver_a_hundred_packages_once_each(services: Services) -> None:
    ids = await posted(
        services,
        *(a_posting(f"批次{batch}", recipient=f"部门{n}", content=f"{batch}") for n in range(20) for batch in range(5)),
    )
    partner = Ledger()
    attempts = await asyncio.gather(*(deliver_waiting(services, WORKER, reached(partner)) for _ in range(10)))
    assert len(partner.calls) == 100
    assert set(partner.calls.values()) == {1}
    assert sorted(one.outbox for each in attempts for one in each) == sorted(ids)
    assert (await trail(services)).count("package_delivered") == 100
    assert await deliver_waiting(services, WORKER, reached(partner)) == ()


async def test_a_receipt_is_kept(services: Services) -> None:
    [id_] = await posted(services, a_posting())
    partner = Ledger()
    [attempt] = await deliver_waiting(services, WORKER, reached(partner))
    stored = await state_of(services, id_)
    [key] = partner.book
    assert attempt.state is stored.state is DeliveryState.DELIVERED
    assert stored.receipt
    assert stored.receipt.reference == f"page of {key}"
    assert partner.book[key].files[0].content == b"book"


async def test_a_failed_try_is_made_again_when_its_pause_is_over_and_not_before(
    services: Services, clock: Clock
) -> None:
    [id_] = await posted(services, a_posting())
    partner = Moody([FULL])
    [attempt] = await deliver_waiting(services, WORKER, reached(partner))
    assert (attempt.state, attempt.error) == (DeliveryState.WAITING, DOWN)
    clock.turn(5 * SECOND - timedelta(microseconds=1))
    assert await deliver_waiting(services, WORKER, reached(partner)) == ()
    clock.turn(timedelta(microseconds=1))
    [attempt] = await deliver_waiting(services, WORKER, reached(partner))
    stored = await state_of(services, id_)
    assert (stored.state, stored.attempts, stored.last_error) == (DeliveryState.DELIVERED, 2, None)
    assert await trail(services) == ["package_posted", "delivery_failed", "package_delivered"]


async def test_tries_go_on_for_four_hours_and_three_days_and_then_a_person_is_asked(
    services: Services, clock: Clock
) -> None:
    [id_] = await posted(services, a_posting())
    partner = Moody([FULL] * 200)
    tried_at = []
    while (stored := await state_of(services, id_)).state is DeliveryState.WAITING:
        clock.now = stored.next_try_at
        tried_at.append(clock.now - START)
        await deliver_waiting(services, WORKER, reached(partner))
    pauses = [later - earlier for earlier, later in itertools.pairwise(tried_at)]
    assert tried_at[0] == timedelta()
    assert pauses[:3] == [5 * SECOND, 30 * SECOND, 120 * SECOND]
    assert pauses[3:51] == [timedelta(minutes=5)] * 48
    assert pauses[51:] == [timedelta(hours=1)] * 72
    assert (stored.state, stored.last_error, stored.attempts) == (DeliveryState.DEAD, DOWN, 124)
    assert (await trail(services))[-1] == "delivery_dead"


@pytest.mark.parametrize(
    ("asked", "granted"),
    [(2 * SECOND, 5 * SECOND), (60 * SECOND, 60 * SECOND), (timedelta(days=9999), timedelta(days=1))],
)
async def test_a_receiver_may_ask_for_patience_but_not_for_ever(
    services: Services, asked: timedelta, granted: timedelta
) -> None:
    [id_] = await posted(services, a_posting())
    await deliver_waiting(services, WORKER, reached(Moody([TemporaryError(DOWN, retry_after=asked)])))
    assert (await state_of(services, id_)).next_try_at == START + granted


async def test_what_no_retry_can_mend_waits_for_a_person_and_then_goes(services: Services, clock: Clock) -> None:
    [id_] = await posted(services, a_posting())
    partner = Moody([PermanentError("没有权限。")])
    [attempt] = await deliver_waiting(services, WORKER, reached(partner))
    assert (attempt.state, attempt.error) == (DeliveryState.DEAD, "没有权限。")
    clock.turn(timedelta(days=30))
    assert await deliver_waiting(services, WORKER, reached(partner)) == ()
    await replay(services, WORKER, [id_])
    [attempt] = await deliver_waiting(services, WORKER, reached(partner))
    assert attempt.state is DeliveryState.DELIVERED
    assert (await trail(services))[1:] == ["delivery_dead", "deliveries_replayed", "package_delivered"]


async def test_a_partner_in_trouble_is_not_pressed_with_all_the_rest(services: Services) -> None:
    await posted(services, a_posting("甲"), a_posting("乙"), a_posting("丙", recipient=WATER))
    partner = Moody([FULL, FULL])
    attempts = await deliver_waiting(services, WORKER, reached(partner))
    assert len(attempts) == 2, "one for each recipient"


class Awaited(Ledger):
    """Tells when it has as many packages as it waited for."""

    def __init__(self, awaited: int) -> None:
        super().__init__()
        self.awaited = awaited
        self.has_all = asyncio.Event()

    async def deliver(self, package: Package) -> Receipt:
        receipt = await super().deliver(package)
        if len(self.book) == self.awaited:
            self.has_all.set()
        return receipt


async def test_a_partner_that_never_answers_holds_up_no_other(services: Services) -> None:
    dead, alive = Slow(), Awaited(30)
    await posted(
        services,
        *(a_posting(f"批次{n}", destination="dead") for n in range(3)),
        *(a_posting(f"批次{n}", destination="alive") for n in range(30)),
    )
    reaching = reached_by({"dead": dead, "alive": alive})
    delivering = asyncio.create_task(deliver_waiting(services, WORKER, reaching))
    async with asyncio.timeout(60):
        await alive.has_all.wait()
    assert dead.book
    assert not delivering.done()
    delivering.cancel()
    await asyncio.wait([delivering])


async def test_only_the_destination_asked_for_is_served(services: Services) -> None:
    await posted(services, a_posting(destination="here"), a_posting(destination="there"))
    partner = Ledger()
    [attempt] = await deliver_waiting(services, WORKER, reached(partner), destination="here")
    assert attempt.partner.destination == "here"


async def test_kinds_without_a_connector_keep_waiting(services: Services) -> None:
    [id_] = await posted(services, a_posting(connector=ConnectorKind("pigeon")))
    assert await deliver_waiting(services, WORKER, reached(Ledger())) == ()
    assert (await state_of(services, id_)).attempts == 0


async def test_numbers_of_a_batch_arrive_in_order_also_when_the_first_one_fails(
    services: Services, clock: Clock
) -> None:
    partner = Moody([FULL])
    for content in ("one", "two", "three"):
        await posted(services, a_posting(content=content))
    await deliver_waiting(services, WORKER, reached(partner))
    assert await deliver_waiting(services, WORKER, reached(partner)) == ()
    clock.turn(5 * SECOND)
    await deliver_waiting(services, WORKER, reached(partner))
    assert partner.order == [("2026-Q1", 1), ("2026-Q1", 2), ("2026-Q1", 3)]


async def test_a_dead_number_holds_up_the_next_one_no_longer(services: Services) -> None:
    partner = Moody([PermanentError("没有权限。")])
    for content in ("one", "two"):
        await posted(services, a_posting(content=content))
    await deliver_waiting(services, WORKER, reached(partner))
    assert partner.order == [("2026-Q1", 2)]


async def test_a_dispatcher_stopped_between_effect_and_record_has_no_second_effect(
    services: Services, clock: Clock
) -> None:
    [id_] = await posted(services, a_posting())
    partner = Slow()
    first = asyncio.create_task(deliver_waiting(services, WORKER, reached(partner)))
    await partner.has_written.wait()
    first.cancel()
    await asyncio.wait([first])
    assert await deliver_waiting(services, WORKER, reached(partner)) == (), "its lease still runs"
    clock.turn(LEASE)
    partner.may_answer.set()
    [attempt] = await deliver_waiting(services, WORKER, reached(partner))
    assert attempt.state is DeliveryState.DELIVERED
    assert list(partner.calls.values()) == [2]
    assert len(partner.order) == 1
    assert (await state_of(services, id_)).attempts == 2


async def test_a_dispatcher_that_wakes_up_after_its_lease_has_nothing_more_to_say(
    services: Services, clock: Clock
) -> None:
    await posted(services, a_posting())
    partner = Slow()
    zombie = asyncio.create_task(deliver_waiting(services, WORKER, reached(partner)))
    await partner.has_written.wait()
    clock.turn(LEASE)
    other = Moody([PermanentError("没有权限。")])
    await deliver_waiting(services, WORKER, reached(other))
    partner.may_answer.set()
    await zombie
    assert await trail(services) == ["package_posted", "delivery_dead"]


async def test_a_try_that_takes_too_long_is_given_up(services: Services) -> None:
    [id_] = await posted(services, a_posting())
    await deliver_waiting(services, WORKER, reached(Slow()), longest_try=timedelta(milliseconds=20))
    stored = await state_of(services, id_)
    assert (stored.state, stored.last_error) == (DeliveryState.WAITING, TOO_SLOW)


class Faulty(Ledger):
    """A translator with a fault of its own."""

    async def deliver(self, package: Package) -> Receipt:
        raise KeyError(package.batch)


async def test_a_fault_of_ours_is_logged_and_tried_again(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    [id_] = await posted(services, a_posting())
    with caplog.at_level(logging.ERROR, logger="onedoor.deliveries"):
        await deliver_waiting(services, WORKER, reached(Faulty()))
    stored = await state_of(services, id_)
    assert (stored.state, stored.last_error) == (DeliveryState.WAITING, BROKEN)
    assert "KeyError" in caplog.text


async def test_a_package_that_kills_every_dispatcher_is_left_to_a_person(
    services: Services, clock: Clock, pool: Pool
) -> None:
    [id_] = await posted(services, a_posting())
    async with transaction(pool, WORKER) as db:
        await db.execute("UPDATE delivery SET attempts = $1", MOST_ATTEMPTS)
    partner = Ledger()
    clock.turn(LEASE)
    await deliver_waiting(services, WORKER, reached(partner))
    stored = await state_of(services, id_)
    assert (stored.state, stored.last_error) == (DeliveryState.DEAD, INTERRUPTED)
    assert not partner.calls


async def test_a_paused_package_waits_for_the_person_who_paused_it(services: Services, clock: Clock) -> None:
    [id_] = await posted(services, a_posting())
    partner = Ledger()
    await pause(services, WORKER, [id_])
    clock.turn(timedelta(days=1))
    assert await deliver_waiting(services, WORKER, reached(partner)) == ()
    await replay(services, WORKER, [id_])
    await deliver_waiting(services, WORKER, reached(partner))
    assert len(partner.book) == 1


@pytest.mark.parametrize("answers", [[], [FULL]])
async def test_what_is_paused_while_under_way_is_recorded_as_it_ended(
    services: Services, answers: list[TemporaryError]
) -> None:
    [id_] = await posted(services, a_posting())
    partner = Slow()
    delivering = asyncio.create_task(deliver_waiting(services, WORKER, reached(partner)))
    await partner.has_written.wait()
    await pause(services, WORKER, [id_])
    if answers:
        delivering.cancel()
    partner.may_answer.set()
    await asyncio.wait([delivering])
    expected = DeliveryState.PAUSED if answers else DeliveryState.DELIVERED
    assert (await state_of(services, id_)).state is expected


async def test_posting_again_delivers_again_and_the_partner_knows_the_key(services: Services) -> None:
    partner = Ledger()
    [first] = await posted(services, a_posting())
    await deliver_waiting(services, WORKER, reached(partner))
    async with transaction(services.pool, WORKER) as db:
        [second] = await post(db, services, WORKER, [a_posting()], again=True)
    [attempt] = await deliver_waiting(services, WORKER, reached(partner))
    assert first == second == attempt.outbox
    assert list(partner.calls.values()) == [2]
    assert len(partner.order) == 1
