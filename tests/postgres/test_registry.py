"""The registry into the directories: each change kept and counted, pulls that go on where they ended, work lists."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import httpx
import msgspec
import pytest
from pure.connectors.test_registry import HEADINGS, TOKEN, a_firm, as_cells, as_csv, code_of, way_to
from support.people import WATER, a_person
from support.rounds import collected, liaison_of, trail
from support.rounds import world as world_of
from support.web import at, visiting, words

from connectors.partners.http import standing
from connectors.partners.misbehaving import Fault as Trouble
from connectors.partners.misbehaving import Misbehaviour
from connectors.partners.registry import RegistryPartner
from connectors.registry import Registration
from coordinator.actions.registry import pull_registry, read_batch, take_registry_file
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER, Office
from coordinator.domain.directory_checks import Doubt
from coordinator.domain.errors import Invalid, NotPermitted, Unavailable
from coordinator.domain.ids import DepartmentId
from coordinator.domain.registry import RegistryBatch, RegistryChange
from coordinator.storage import directory_checks
from coordinator.storage.connection import Pool, transaction

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FILE = "登记.csv"


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(world_of(pool), NOON)


def as_file(firms: Sequence[Registration]) -> bytes:
    return as_csv([list(HEADINGS), *map(as_cells, firms)]).encode()


async def taken(services: Services, *firms: Registration) -> RegistryBatch:
    return await take_registry_file(services, CONSOLE, FILE, as_file(firms))


async def total(services: Services, batch: RegistryBatch) -> dict[RegistryChange, int]:
    reading = await read_batch(services, CONSOLE, batch.id, None)
    return {each.change: each.count for each in reading.counted if each.department is None}


async def test_each_kind_of_change_is_counted_and_what_has_not_changed_is_not(services: Services) -> None:
    first = await taken(services, *(a_firm(number) for number in range(6)))
    assert await total(services, first) == {RegistryChange.NEW: 6}
    second = await taken(
        services,
        a_firm(0),
        a_firm(1, name="改名公司", address="新地址"),
        a_firm(2, status="注销"),
        a_firm(3, lists=["经营异常名录"]),
        a_firm(4, name="又改名又吊销", status="吊销"),
        a_firm(6),
    )
    assert await total(services, second) == {
        RegistryChange.NEW: 1,
        RegistryChange.CHANGED: 2,
        RegistryChange.CLOSED: 2,
        RegistryChange.LISTED: 1,
    }
    third = await taken(services, a_firm(2), a_firm(3))
    assert await total(services, third) == {RegistryChange.REOPENED: 1, RegistryChange.UNLISTED: 1}
    reading = await read_batch(services, CONSOLE, second.id, RegistryChange.CHANGED)
    assert [(each.before or {})["name"] for each in reading.changes] == ["第1公司", "第4公司"]
    again = await taken(services, a_firm(2), a_firm(3))
    assert await total(services, again) == {}


async def test_rows_with_faults_are_left_out_and_named_and_a_file_without_good_ones_is_refused(
    services: Services,
) -> None:
    bad = as_csv([list(HEADINGS), as_cells(a_firm(1)), ["91", "", "某公司", *[""] * 7]]).encode()
    batch = await take_registry_file(services, CONSOLE, FILE, bad)
    assert (batch.rows, [each.row for each in batch.refused]) == (2, [3])
    with pytest.raises(Invalid, match="第2行"):
        await take_registry_file(services, CONSOLE, FILE, as_csv([list(HEADINGS), ["91"]]).encode())
    assert (await trail(services.pool)).count("registry_taken") == 1


@pytest.mark.parametrize("office", [Office.DEPARTMENT, Office.SUPERVISOR, Office.ADMINISTRATOR])
async def test_only_the_coordinating_office_takes_in(services: Services, office: Office) -> None:
    person = await a_person(services, "somebody", office)
    with pytest.raises(NotPermitted):
        await take_registry_file(services, person.who.actor, FILE, as_file([a_firm(1)]))


async def test_a_pull_that_breaks_goes_on_after_the_last_page_and_nothing_is_counted_twice(services: Services) -> None:
    partner = RegistryPartner(TOKEN, [a_firm(number) for number in range(30)])
    batches = []
    trouble = Misbehaviour({Trouble.RESET: 0.5}, seed=3)
    async with standing(partner.handle, lambda: NOON, misbehaviour=trouble) as address:
        for _ in range(60):
            try:
                if (batch := await pull_registry(services, WORKER, "registry", way_to(address))) is None:
                    break
                batches.append(batch)
            except Unavailable:
                continue
    async with transaction(services.pool, WORKER) as db:
        assert await db.fetchval("SELECT count(*) FROM registration") == 30
        assert await db.fetchval("SELECT count(*) FROM registration_change") == 30
        cursors = [row["cursor"] for row in await db.fetch("SELECT cursor FROM registry_batch ORDER BY cursor::int")]
    assert cursors[-1] == "30"
    assert len(cursors) > 1, "it broke at least once"
    assert batches


async def a_listed_target(services: Services) -> tuple[str, str]:
    async with transaction(services.pool, WORKER) as db:
        row = await db.fetchrow(
            "SELECT id, name FROM target_entry WHERE department = $1 AND id ~ '^[0-9A-Z]{18}$' ORDER BY id", WATER
        )
    return row["id"], row["name"]


async def test_a_change_is_counted_in_the_directory_of_who_lists_the_firm_and_stands_on_work_lists(
    services: Services,
) -> None:
    await collected(services)
    code, name = await a_listed_target(services)
    await taken(services, msgspec.structs.replace(a_firm(1), code=code, name=name))
    closed = await taken(services, msgspec.structs.replace(a_firm(1, status="注销"), code=code, name="另一个名称"))
    reading = await read_batch(services, liaison_of(DepartmentId(WATER)), closed.id, None)
    own = {each.change: each.count for each in reading.counted if each.department == WATER}
    assert own == {RegistryChange.CLOSED: 1, RegistryChange.CHANGED: 1}
    async with transaction(services.pool, liaison_of(DepartmentId(WATER))) as db:
        for doubt, found in ((Doubt.CLOSED, "注销"), (Doubt.RENAMED, "另一个名称")):
            rows = await directory_checks.doubtful(db, doubt, 10, NOON.date())
            assert [(row.code, found in row.found) for row in rows] == [(code, True)]


async def test_a_target_under_its_former_number_is_matched_to_the_unified_code(services: Services) -> None:
    await collected(services)
    old = "410481000012345"
    async with transaction(services.pool, CONSOLE) as db:
        await db.execute("INSERT INTO target (id, name, kind) VALUES ($1, '老公司', '企业')", old)
        await db.execute(
            """
            INSERT INTO target_entry SELECT (jsonb_populate_record(NULL::target_entry,
                to_jsonb(e) || jsonb_build_object('id', $1::text, 'row', 9999))).*
            FROM target_entry e WHERE department = $2 LIMIT 1
            """,
            old,
            WATER,
        )
    batch = await taken(services, a_firm(7, former_number=old, status="吊销"))
    reading = await read_batch(services, CONSOLE, batch.id, None)
    assert {each.department for each in reading.counted} == {None, WATER}
    async with transaction(services.pool, CONSOLE) as db:
        [row] = await directory_checks.doubtful(db, Doubt.OLD_CODE, 10, NOON.date())
        assert code_of(7) in row.found
        assert old in [row.code for row in await directory_checks.doubtful(db, Doubt.CLOSED, 10, NOON.date())]


async def upload(browser: httpx.AsyncClient, name: str, content: bytes) -> httpx.Response:
    key = (await browser.get("/registry")).text.partition('name="form_key" value="')[2].partition('"')[0]
    return await browser.post("/registry", data={"form_key": key}, files={"file": (name, content)})


async def test_a_file_is_uploaded_and_its_changes_are_shown(services: Services) -> None:
    coordinator = await a_person(services, "li.na")
    async with visiting(services, NOON, coordinator.session) as browser:
        bad = await upload(browser, "登记.xlsx", b"PK")
        assert bad.status_code == 422
        assert "CSV" in words(bad)
        await upload(browser, FILE, as_file([a_firm(1)]))
        sent = await upload(browser, FILE, as_file([a_firm(1, name="改名公司")]))
        page = await browser.get(sent.headers["location"])
        assert "名称：第1公司 → 改名公司" in words(page)
        assert "登记.csv" in words(await browser.get("/registry"))
        assert (await browser.get(f"/registry/{UUID(int=1)}")).status_code == 404
