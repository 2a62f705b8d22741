"""Asking later: what a receiver took, refused or lost, and one that stays silent."""

from datetime import timedelta

import pytest
from postgres.outbox_world import WATER, Clock, Ledger, a_posting, posted, reached, state_of, trail, world

from connectors.contract import Confirmation, Package, Receipt, Standing, TemporaryError
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER
from coordinator.domain.deliveries import FIRST_ASKED, LONGEST_SILENCE, DeliveryStanding, DeliveryState, OutboxId
from coordinator.storage import inquiries
from coordinator.storage.connection import Pool, transaction

PENDING = Confirmation(standing=Standing.PENDING)


class Asked(Ledger):
    """A ledger that answers questions as it is told, the last answer for ever."""

    def __init__(self, *answers: Confirmation | TemporaryError) -> None:
        super().__init__()
        self.answers = list(answers)
        self.questions: list[tuple[str, str]] = []

    async def ask(self, package: Package, receipt: Receipt) -> Confirmation:
        self.questions.append((package.key, receipt.reference))
        assert package.files[0].content == b"book"
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, TemporaryError):
            raise answer
        return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(pool: Pool, clock: Clock) -> Services:
    return world(pool, clock)


async def pass_by(services: Services, clock: Clock, partner: Ledger, *, hours: int) -> None:
    """Hours go by, and every quarter of one the outbox is looked at."""
    for _ in range(hours * 4):
        clock.turn(timedelta(minutes=15))
        await deliver_waiting(services, WORKER, reached(partner))


async def delivered(services: Services, partner: Ledger) -> OutboxId:
    [id_] = await posted(services, a_posting())
    await deliver_waiting(services, WORKER, reached(partner))
    return id_


async def test_a_receiver_is_asked_after_a_while_and_never_again_once_it_took_the_package(
    services: Services, clock: Clock
) -> None:
    partner = Asked(PENDING, Confirmation(standing=Standing.TAKEN, words="已入库"))
    id_ = await delivered(services, partner)
    assert partner.questions == []
    clock.turn(FIRST_ASKED)
    await deliver_waiting(services, WORKER, reached(partner))
    assert [reference for _, reference in partner.questions] == [f"page of {key}" for key in partner.book]
    await pass_by(services, clock, partner, hours=48)
    assert len(partner.questions) == 2
    stored = await state_of(services, id_)
    assert stored.state is DeliveryState.DELIVERED
    assert stored.confirmation is not None
    assert (stored.confirmation.standing, stored.confirmation.words) == (DeliveryStanding.TAKEN, "已入库")
    assert (await trail(services))[-1] == "package_taken"


async def test_what_is_refused_later_waits_for_a_person_with_the_receivers_words(
    services: Services, clock: Clock
) -> None:
    partner = Asked(Confirmation(standing=Standing.REFUSED, words="第3行：统一社会信用代码不对"))
    id_ = await delivered(services, partner)
    await pass_by(services, clock, partner, hours=1)
    stored = await state_of(services, id_)
    assert stored.state is DeliveryState.DEAD
    assert stored.last_error is not None
    assert "第3行：统一社会信用代码不对" in stored.last_error
    assert sum(partner.calls.values()) == 1


async def test_what_a_receiver_lost_is_delivered_again(services: Services, clock: Clock) -> None:
    partner = Asked(Confirmation(standing=Standing.MISSING), Confirmation(standing=Standing.TAKEN))
    id_ = await delivered(services, partner)
    await pass_by(services, clock, partner, hours=3)
    assert sum(partner.calls.values()) == 2
    assert (await state_of(services, id_)).state is DeliveryState.DELIVERED
    async with transaction(services.pool, WORKER) as db:
        attempts = await inquiries.attempts_of(db, id_)
    assert [each.state for each in attempts] == [DeliveryState.DELIVERED] * 2


@pytest.mark.parametrize("answer", [PENDING, TemporaryError("没有应答")])
async def test_a_silent_receiver_is_asked_ever_more_seldom_and_in_the_end_no_more(
    services: Services, clock: Clock, answer: Confirmation | TemporaryError
) -> None:
    partner = Asked(answer)
    id_ = await delivered(services, partner)
    await pass_by(services, clock, partner, hours=24)
    assert len(partner.questions) <= 9
    await pass_by(services, clock, partner, hours=24 * 8)
    asked = len(partner.questions)
    assert asked <= 20
    clock.turn(LONGEST_SILENCE)
    await deliver_waiting(services, WORKER, reached(partner))
    assert len(partner.questions) == asked
    assert (await state_of(services, id_)).state is DeliveryState.DELIVERED


async def test_nobody_waits_for_the_answer_of_another(services: Services, clock: Clock) -> None:
    partner = Asked(TemporaryError("没有应答"))
    first = await delivered(services, partner)
    clock.turn(FIRST_ASKED)
    [second] = await posted(services, a_posting(recipient=WATER, department=WATER))
    await deliver_waiting(services, WORKER, reached(partner))
    assert [(await state_of(services, id_)).state for id_ in (first, second)] == [DeliveryState.DELIVERED] * 2
