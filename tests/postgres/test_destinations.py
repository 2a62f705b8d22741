"""Destinations through the real pages: proposed, approved by another, tested, paused; what was sent and every try."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace
from postgres.outbox_world import FIRE, Clock, Ledger, Moody, a_posting, posted, reached, state_of
from support.people import Person, a_person, with_second_factor
from support.rounds import world as world_of
from support.web import at, send, visiting, words

from connectors.contract import PermanentError, TemporaryError
from coordinator.actions.connecting import connectors_for
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.destinations import set_secret
from coordinator.actions.invariants import broken_invariants
from coordinator.actions.sealing import key_file, seal
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, GATE, WORKER, Office
from coordinator.domain.deliveries import ConnectorKind, DeliveryState, OutboxId
from coordinator.domain.errors import NotFound
from coordinator.storage import destinations
from coordinator.storage.connection import Pool, transaction

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER, LAST = NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)
FOLDER = ConnectorKind("folder")


@pytest.fixture
def services(pool: Pool, tmp_path: Path) -> Services:
    found = at(world_of(pool), NOON)
    return replace(found, settings=replace(found.settings, home=tmp_path / "home"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


async def administrator(services: Services, login: str = "admin") -> Person:
    person, _ = await with_second_factor(services, await a_person(services, login, Office.ADMINISTRATOR))
    return person


async def propose(browser: httpx.AsyncClient, root: Path, **other: str) -> httpx.Response:
    form = {
        "connector": "folder",
        "name": "fire-share",
        "title": "消防共享文件夹",
        "department": FIRE,
        "want-PAPERS": "on",
        "set-root": str(root),
    }
    return await send(browser, "/destinations/new?connector=folder", "/destinations", **(form | other))


async def proposal(services: Services) -> UUID:
    async with transaction(services.pool, WORKER) as db:
        found: UUID = await db.fetchval("SELECT id FROM proposal WHERE withdrawn_at IS NULL ORDER BY proposed_at DESC")
    return found


async def approved(services: Services, root: Path) -> tuple[Person, Person]:
    admin, coordinator = await administrator(services), await a_person(services, "li.na")
    async with (
        visiting(services, NOON, admin.session) as first,
        visiting(services, NOON, coordinator.session) as second,
    ):
        assert (await propose(first, root)).status_code == 303
        seen = str(await proposal(services))
        confirmed = await send(second, "/destinations/fire-share", "/destinations/fire-share/confirm", seen=seen)
        assert confirmed.status_code == 303
    return admin, coordinator


async def test_nothing_goes_out_before_a_second_person_has_approved(services: Services, root: Path) -> None:
    [id_] = await posted(services, a_posting(connector=FOLDER, destination="fire-share"))
    admin = await administrator(services)
    async with visiting(services, NOON, admin.session) as browser:
        assert (await propose(browser, root)).headers["location"] == "/destinations/fire-share"
        page = await browser.get("/destinations/fire-share")
        assert "请由另一位有权限的人确认" in words(page)
        assert str(root) in words(page)
        seen = str(await proposal(services))
        alone = await send(browser, "/destinations/fire-share", "/destinations/fire-share/confirm", seen=seen)
        assert alone.status_code == 403
        assert await deliver_waiting(services, WORKER, connectors_for(services)) == ()
    coordinator = await a_person(services, "li.na")
    async with visiting(services, NOON, coordinator.session) as browser:
        assert (
            await send(browser, "/destinations/fire-share", "/destinations/fire-share/confirm", seen=seen)
        ).is_redirect
        assert "✓ 启用" in words(await browser.get("/destinations/fire-share"))
    [attempt] = await deliver_waiting(services, WORKER, connectors_for(services))
    assert (attempt.outbox, attempt.state) == (id_, DeliveryState.DELIVERED)
    assert (root / FIRE / "任务书.xlsx").read_bytes() == b"book"


async def test_a_change_waits_for_the_second_person_and_shows_what_it_changes(services: Services, root: Path) -> None:
    admin, coordinator = await approved(services, root)
    there, elsewhere = "/destinations/fire-share", root.parent / "elsewhere"
    async with (
        visiting(services, LATER, admin.session) as first,
        visiting(services, LATER, coordinator.session) as second,
    ):
        unchanged = await propose(first, root)
        assert unchanged.status_code == 422
        assert "没有要改的" in words(unchanged)
        await propose(first, elsewhere, **{"want-RESULTS": "on"})
        shown = words(await second.get(there))
        assert f"文件夹 {root} {elsewhere}" in shown
        assert "任务书和填报表、本部门的检查结果" in shown
        seen = str(await proposal(services))
    async with (
        visiting(services, LAST, admin.session) as first,
        visiting(services, LAST, coordinator.session) as second,
    ):
        await propose(first, root.parent / "third")
        stale = await send(second, there, f"{there}/confirm", seen=seen)
        assert stale.status_code == 409
        await send(first, there, f"{there}/withdraw")
        assert str(root) in words(await second.get(there))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "Fire Share"}, "代号只用小写字母"),
        ({"title": " "}, "请填写名称"),
        ({"want-PAPERS": ""}, "请至少选择一项"),
        ({"want-REGISTRATIONS": "on"}, "这种对接不能发送取回登记信息"),
        ({"set-root": ""}, "“文件夹”不能这样填写"),
    ],
)
async def test_what_is_filled_in_wrongly_is_said_and_kept(
    services: Services, root: Path, other: dict[str, str], said: str
) -> None:
    admin = await administrator(services)
    async with visiting(services, NOON, admin.session) as browser:
        page = await propose(browser, root, **other)
        assert page.status_code == 422
        assert said in words(page)
        assert FIRE in page.text


async def test_while_paused_packages_wait_and_once_closed_it_takes_two_again(services: Services, root: Path) -> None:
    admin, _ = await approved(services, root)
    await posted(services, a_posting(connector=FOLDER, destination="fire-share"))
    there = "/destinations/fire-share"
    async with visiting(services, NOON, admin.session) as browser:
        await send(browser, there, f"{there}/state", state="paused")
        assert await deliver_waiting(services, WORKER, connectors_for(services)) == ()
        await send(browser, there, f"{there}/state", state="open")
        assert len(await deliver_waiting(services, WORKER, connectors_for(services))) == 1
        await send(browser, there, f"{there}/state", state="closed")
        again = await send(browser, "/accounts", f"{there}/state", state="open")
        assert again.status_code == 409


async def test_a_test_is_sent_and_every_try_is_shown_with_its_answer(services: Services, root: Path) -> None:
    _, coordinator = await approved(services, root)
    there = "/destinations/fire-share"
    async with visiting(services, NOON, coordinator.session) as browser:
        sent = await send(browser, there, f"{there}/test")
        page = sent.headers["location"]
        id_ = OutboxId(UUID(page.rpartition("/")[2]))
        moody = Moody([TemporaryError("对方没有应答。")])
        ways = {FOLDER: next(iter(reached(moody).values()))}
        await deliver_waiting(services, WORKER, ways)
        shown = words(await browser.get(page))
        assert "对方没有应答。" in shown
        assert "● 待投递" in shown
        await send(browser, page, f"{page}/pause")
        assert (await state_of(services, id_)).state is DeliveryState.PAUSED
        await send(browser, page, f"{page}/replay")
        await deliver_waiting(services, WORKER, ways)
        shown = words(await browser.get(page))
        assert shown.count("✓ 已送达") == 2
        assert "page of" in shown
        assert "测试" in words(await browser.get(f"{there}?only=delivered"))
        assert "没有。" in words(await browser.get(f"{there}?only=dead"))


async def test_secrets_are_sealed_apart_and_never_shown(services: Services, root: Path, pool: Pool) -> None:
    admin, _ = await approved(services, root)
    async with transaction(pool, GATE) as db:
        await destinations.put_secret(db, "fire-share", "password", "sealed", "张三", NOON)
    for office in (WORKER, admin.who.actor):
        async with transaction(pool, office) as db:
            assert await destinations.kept_secrets(db, "fire-share") == []
    with pytest.raises(NotFound):
        await set_secret(services, admin.who.actor, "fire-share", "no-such", "x")


async def test_doctor_names_the_destination_whose_secret_cannot_be_opened(
    services: Services, root: Path, pool: Pool
) -> None:
    await approved(services, root)
    async with transaction(pool, GATE) as db:
        await destinations.put_secret(db, "fire-share", "password", seal(services.settings, "x"), "张三", NOON)
    assert await broken_invariants(services, CONSOLE) == ()
    key_file(services.settings).unlink()
    [fault] = [each for each in await broken_invariants(services, CONSOLE) if "fire-share" in each]
    assert "密钥文件" in fault


async def test_a_department_sees_its_own_and_changes_nothing(services: Services, root: Path) -> None:
    await approved(services, root)
    [id_] = await posted(services, a_posting(connector=FOLDER, destination="fire-share"))
    own = await a_person(services, "fire", Office.DEPARTMENT, FIRE)
    other = await a_person(services, "water", Office.DEPARTMENT)
    async with visiting(services, NOON, own.session) as browser:
        page = await browser.get("/destinations/fire-share")
        assert "任务书和填报表" in words(page)
        assert "<form" not in page.text
        assert (await browser.get(f"/deliveries/{id_}")).status_code == 200
        assert (await browser.get("/destinations/new?connector=folder")).status_code == 403
    async with visiting(services, NOON, other.session) as browser:
        foreign, none = await browser.get("/destinations/fire-share"), await browser.get("/destinations/no-such")
        assert (foreign.status_code, foreign.text) == (none.status_code, none.text)
        assert foreign.status_code == 404
        missing = await browser.get(f"/deliveries/{UUID(int=1)}")
        foreign = await browser.get(f"/deliveries/{id_}")
        assert (foreign.status_code, foreign.text) == (404, missing.text)
        assert "消防共享文件夹" not in (await browser.get("/destinations")).text


async def test_a_partner_whose_way_breaks_keeps_nobody_waiting(services: Services, root: Path) -> None:
    """A destination that cannot be opened at all is another's trouble only until it is mended."""
    await approved(services, root)
    ledger, clock = Ledger(), Clock(NOON)
    await posted(services, a_posting(connector=FOLDER, destination="no-such"))
    [fine] = await posted(services, a_posting(connector=FOLDER, destination="fire-share"))
    await deliver_waiting(replace(services, clock=clock), WORKER, connectors_for(services))
    assert (await state_of(services, fine)).state is DeliveryState.DELIVERED
    assert ledger.book == {}


async def test_what_waits_for_a_person_is_said_on_the_home_page_of_who_can_mend_it(
    services: Services, root: Path
) -> None:
    _, coordinator = await approved(services, root)
    [id_] = await posted(services, a_posting(connector=FOLDER, destination="fire-share"))
    ways = {FOLDER: next(iter(reached(Moody([PermanentError("没有写入权限。")])).values()))}
    liaison = await a_person(services, "fire", Office.DEPARTMENT, FIRE)
    async with visiting(services, NOON, coordinator.session) as one, visiting(services, NOON, liaison.session) as other:
        assert "要人处理" not in words(await one.get("/"))
        await deliver_waiting(services, WORKER, ways)
        assert "1 件投递没有成功" in words(await one.get("/"))
        assert "没有成功" not in words(await other.get("/"))
        await send(one, f"/deliveries/{id_}", f"/deliveries/{id_}/replay")
        assert "要人处理" not in words(await one.get("/"))
