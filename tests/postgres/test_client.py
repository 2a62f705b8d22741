"""The client against the service itself: everything readable is read, a change is made once through failures."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import httpx
import pytest
from support.browsers import served
from support.client_types import TYPES, made
from support.jobs import surroundings
from support.people import a_person
from support.rounds import dispatched, drawn, trail
from support.web import BEFORE, at

from connectors.client import OneDoor, Refused, client, types
from coordinator.actions.accounts import create_token
from coordinator.actions.services import Services
from coordinator.domain.permissions import BY_PROGRAM, may
from coordinator.storage.connection import Pool
from coordinator.web.app import create_app

T = TypeVar("T")


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(surroundings(pool), BEFORE)


async def a_token(services: Services) -> str:
    person = await a_person(services, "program")
    return await create_token(
        services, person.who, "程序", frozenset(a for a in BY_PROGRAM if may(person.who.actor, a))
    )


class Failing(httpx.HTTPTransport):
    """Loses the answers to the first few requests, after they were done."""

    def __init__(self, losses: int) -> None:
        super().__init__()
        self.losses, self.sent = losses, list[httpx.Request]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = super().handle_request(request)
        if len(self.sent) <= self.losses:
            answer.read()
            raise httpx.ReadError("the answer was lost")
        return answer


async def asked(
    address: str, token: str, asking: Callable[[OneDoor], T], transport: httpx.BaseTransport | None = None
) -> T:
    """Ask in a thread of its own, as another program would."""

    def go() -> T:
        with OneDoor(address, token, transport=transport, pause=lambda _: None) as onedoor:
            return asking(onedoor)

    return await asyncio.to_thread(go)


def test_the_types_are_those_of_the_description() -> None:
    assert TYPES.read_text(encoding="utf-8") == made(), "run python tests/support/client_types.py"


def in_directories(onedoor: OneDoor) -> list[bool]:
    found, items = list(onedoor.directory_targets()), list(onedoor.directory_items())
    whole = onedoor.directory_target(found[0].id)
    versions = onedoor.item_versions(items[0].department, items[0].item.code)
    return [
        *(len(found) > 50, whole.said[0].name == found[0].name),
        *(versions == items[:1], len(list(onedoor.directory_inspectors())) > 5),
        *(len(onedoor.work_lists()) >= 5, isinstance(onedoor.duplicates(), list)),
        [each.id for each in onedoor.directory_targets(found[0].id)] == [found[0].id],
    ]


async def test_a_long_list_is_read_page_after_page(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    await drawn(services)
    token = await a_token(services)
    transport = Failing(losses=0)

    def reading(onedoor: OneDoor) -> list[list[str]]:
        return [[each.id for each in onedoor.directory_targets()] for _ in range(2)]

    async with served(create_app(services)) as address:
        (whole, _) = await asked(address, token, reading)
        monkeypatch.setattr(client, "MOST", 9)
        first, second = await asked(address, token, reading, transport)
    assert first == second == whole
    assert len(transport.sent) == 2 * -(-len(whole) // 9)


async def test_everything_that_can_be_read_is_read(services: Services) -> None:
    round_ = await dispatched(services)
    token = await a_token(services)

    def reading(onedoor: OneDoor) -> list[object]:
        shown, schedule = onedoor.round(round_), onedoor.schedule(round_)
        targets = onedoor.targets(round_)
        return [
            *(onedoor.rounds()[0].id == str(round_), shown.figures.visits == schedule.visits),
            *(onedoor.tour(round_, "T001").line.id == "T001", len(onedoor.trail(round_)) > 10),
            onedoor.target(round_, targets[0].id).line.id == targets[0].id,
            onedoor.draw(round_, "teams").state == types.DrawState.held,
            onedoor.draw_file(round_, "targets", "frame.tsv").count(b"\n") > 10,
            onedoor.planning(round_).is_under_way is False,
            onedoor.public_round(round_).name == shown.round.name,
            *in_directories(onedoor),
        ]

    async with served(create_app(services)) as address:
        assert all(await asked(address, token, reading))


async def test_a_lost_answer_is_asked_for_again_and_what_was_asked_is_done_once(pool: Pool, services: Services) -> None:
    round_, token = await drawn(services), await a_token(services)
    failing = Failing(losses=2)
    async with served(create_app(services)) as address:
        shown = await asked(address, token, lambda onedoor: onedoor.plan(round_, 5), failing)
    assert shown.is_under_way
    assert len(failing.sent) == 3
    assert len({request.headers["Idempotency-Key"] for request in failing.sent}) == 1
    assert (await trail(pool)).count("job_requested") == 1


async def test_what_is_held_already_is_not_sent_again(services: Services) -> None:
    round_, token = await drawn(services), await a_token(services)
    transport = Failing(losses=0)

    def twice(onedoor: OneDoor) -> bool:
        return onedoor.round(round_) == onedoor.round(round_)

    async with served(create_app(services)) as address:
        assert await asked(address, token, twice, transport)
    first, second = transport.sent
    assert "If-None-Match" not in first.headers
    assert "If-None-Match" in second.headers


async def test_a_refusal_has_its_words_and_nothing_answering_is_an_error(services: Services) -> None:
    token = await a_token(services)
    async with served(create_app(services)) as address:
        with pytest.raises(Refused, match="没有这个轮次") as refused:
            await asked(address, token, lambda onedoor: onedoor.round("00000000-0000-4000-8000-000000000000"))
        assert (refused.value.status, refused.value.kind) == (404, "urn:onedoor:problem:not-found")
        with pytest.raises(Refused) as wrong:
            await asked(address, "wrong", lambda onedoor: onedoor.rounds())
        assert wrong.value.status == 401
    with pytest.raises(httpx.TransportError):
        await asked(address, token, lambda onedoor: onedoor.rounds())
