"""A webhook from the page to the department's own receiver: approved by two, signed, pulled with a token, replayed."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from postgres.outbox_world import FIRE, WATER, a_posting, posted, state_of
from support.browsers import served
from support.people import Person, a_person, with_second_factor
from support.rounds import world as world_of
from support.web import at, send, visiting, words

from connectors.partners.http import standing
from connectors.partners.webhook import Pull, WebhookPartner
from connectors.webhook import SigningKey
from coordinator.actions.accounts import create_token
from coordinator.actions.connecting import connectors_for
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Office
from coordinator.domain.acts import Act
from coordinator.domain.deliveries import ConnectorKind, DeliveryState
from coordinator.storage.connection import Pool, transaction
from coordinator.web.app import create_app

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEBHOOK = ConnectorKind("webhook")
HERE = "127.0.0.0/8"
THERE = "/destinations/fire-hook"


@pytest.fixture
def services(pool: Pool, tmp_path: Path) -> Services:
    found = at(world_of(pool), NOON)
    return replace(found, settings=replace(found.settings, home=tmp_path / "home"))


@asynccontextmanager
async def a_department(services: Services, key: str, token: str) -> AsyncIterator[tuple[WebhookPartner, str, str]]:
    """The department's end, which pulls from the service as it is served; gives it, and both addresses."""
    async with served(create_app(services)) as service:
        pull = Pull(address=f"{service}/api/v1/packages", token=token, networks=(HERE,))
        partner = WebhookPartner([SigningKey(key)], lambda: NOON, pull=pull)
        async with standing(partner.handle, lambda: NOON) as address:
            yield partner, address, pull.address


async def set_up(services: Services, people: tuple[Person, Person], **settings: str) -> None:
    admin, second = people
    async with visiting(services, NOON, admin.session) as one, visiting(services, NOON, second.session) as other:
        form = {
            "connector": "webhook",
            "name": "fire-hook",
            "title": "消防消息",
            "department": FIRE,
            "want-PAPERS": "on",
        }
        asked = await send(one, "/destinations/new?connector=webhook", "/destinations", **form, **settings)
        assert asked.status_code == 303, words(asked)
        async with transaction(services.pool, WORKER) as db:
            seen = str(await db.fetchval("SELECT id FROM proposal"))
        assert (await send(other, THERE, f"{THERE}/confirm", seen=seen)).status_code == 303


async def two(services: Services) -> tuple[Person, Person]:
    admin, _ = await with_second_factor(services, await a_person(services, "admin", Office.ADMINISTRATOR))
    return admin, await a_person(services, "li.na")


async def token_of(services: Services, login: str, department: str) -> str:
    liaison = await a_person(services, login, Office.DEPARTMENT, department)
    return await create_token(services, liaison.who, "接收程序", frozenset({Act.SEE_DELIVERIES}))


async def test_a_department_is_told_pulls_its_files_and_knows_a_repeat(services: Services) -> None:
    key, people, token = (
        SigningKey.of(secrets.token_bytes(32)),
        await two(services),
        await token_of(services, "fire", FIRE),
    )
    async with a_department(services, key, token) as (partner, address, pull_from):
        await set_up(services, people, **{"set-address": address, "set-networks": HERE, "set-pull_from": pull_from})
        [id_] = await posted(services, a_posting(connector=WEBHOOK, destination="fire-hook"))
        [unsigned] = await deliver_waiting(services, WORKER, connectors_for(services))
        assert unsigned.state is DeliveryState.DEAD
        assert "签名密钥" in unsigned.error
        async with visiting(services, NOON, people[0].session) as admin:
            await send(admin, THERE, f"{THERE}/secret", name="signing_key", value=key)
            page = await admin.get(THERE)
            assert "王力" in words(page)
            assert key not in page.text
        async with visiting(services, NOON, people[1].session) as coordinator:
            for _ in range(2):
                await send(coordinator, f"/deliveries/{id_}", f"/deliveries/{id_}/replay")
                await deliver_waiting(services, WORKER, connectors_for(services))
        assert (await state_of(services, id_)).state is DeliveryState.DELIVERED
        [(_, held)] = partner.held.items()
        assert held.contents == {"任务书.xlsx": b"book"}
        assert len(partner.taken) == 1
        assert set(partner.told.values()) == {2}


async def test_files_are_pulled_by_the_department_whose_they_are_and_by_nobody_else(services: Services) -> None:
    tokens = {who: await token_of(services, login, who) for login, who in (("fire", FIRE), ("water", WATER))}
    await posted(services, a_posting(connector=WEBHOOK, destination="fire-hook"))
    async with transaction(services.pool, WORKER) as db:
        key = await db.fetchval("SELECT key FROM outbox")
    async with visiting(services, NOON) as program:

        async def pulled(token: str, name: str = "任务书.xlsx", of: str = key) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return await program.get(f"/api/v1/packages/{of}/{name}", headers=headers)

        assert (await pulled(tokens[FIRE])).content == b"book"
        foreign, none = await pulled(tokens[WATER]), await pulled(tokens[WATER], of="0" * 64)
        assert (foreign.status_code, foreign.json()["detail"]) == (404, none.json()["detail"])
        assert (await pulled(tokens[FIRE], name="另一个.xlsx")).status_code == 404
        assert (await pulled("")).status_code == 401


@pytest.mark.parametrize(
    ("address", "network", "said"),
    [
        ("http://127.1/", HERE, "写法不对"),
        ("ftp://hook.example.gov.cn/", "", "地址"),
        ("https://hook.example.gov.cn/", "10.1.2.3/8", "网段"),
    ],
)
async def test_an_address_in_disguise_is_not_even_proposed(
    services: Services, address: str, network: str, said: str
) -> None:
    admin, _ = await two(services)
    form = {"connector": "webhook", "name": "x-y", "title": "消息", "department": FIRE, "want-PAPERS": "on"}
    async with visiting(services, NOON, admin.session) as browser:
        asked = await send(
            browser,
            "/destinations/new?connector=webhook",
            "/destinations",
            **form,
            **{"set-address": address, "set-networks": network},
        )
    assert asked.status_code == 422
    assert said in words(asked)
    async with transaction(services.pool, WORKER) as db:
        assert await db.fetchval("SELECT count(*) FROM proposal") == 0


async def test_a_private_address_that_nobody_named_is_not_reached(services: Services) -> None:
    """The partner stands on loopback; without its network in the allow-list nothing is sent."""
    key, people, token = (
        SigningKey.of(secrets.token_bytes(32)),
        await two(services),
        await token_of(services, "fire", FIRE),
    )
    async with a_department(services, key, token) as (partner, address, _):
        await set_up(services, people, **{"set-address": address, "set-networks": "10.0.0.0/8"})
        async with visiting(services, NOON, people[0].session) as admin:
            await send(admin, THERE, f"{THERE}/secret", name="signing_key", value=key)
        [id_] = await posted(services, a_posting(connector=WEBHOOK, destination="fire-hook"))
        await deliver_waiting(services, WORKER, connectors_for(services))
        stored = await state_of(services, id_)
        assert stored.state is not DeliveryState.DELIVERED
        assert stored.last_error
        assert partner.told == {}
