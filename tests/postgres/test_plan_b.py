"""Plan B: what waits for a platform that is down, as one workbook from the page, and nothing of what has arrived."""

import csv
import zipfile
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from postgres.outbox_world import FIRE, a_posting, posted
from pure.connectors.reported import a_penalty, a_result, code_of
from support.people import a_person
from support.rounds import world as world_of
from support.web import at, visiting, words

from connectors.records import AnyRecord, records_file
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Office
from coordinator.domain.deliveries import ConnectorKind, DeliveryReceipt, OutgoingFile, Partner, Posting
from coordinator.domain.destinations import Wanted, new_draft
from coordinator.storage import destinations, outbox
from coordinator.storage.connection import Pool, transaction

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PUBLICITY = ConnectorKind("publicity")
THERE = "/destinations/gsxt"


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(world_of(pool), NOON)


async def set_up(services: Services, name: str = "gsxt", connector: str = PUBLICITY, **settings: str) -> None:
    first, second = [await a_person(services, f"{who}.{name}") for who in ("li.na", "wang.li")]
    draft = new_draft(name, connector, "省公示系统", FIRE, [Wanted.PUBLICITY.value], settings)
    async with transaction(services.pool, first.who.actor) as db:
        await destinations.put_destination(db, draft, first.account, second.account, NOON)


def to_publicity(*rows: AnyRecord, batch: str) -> Posting:
    file = records_file("检查结果", rows)
    return Posting(
        partner=Partner(connector=PUBLICITY, destination="gsxt", recipient=FIRE),
        department=FIRE,
        round=None,
        batch=batch,
        files=(OutgoingFile(name=file.name, content=file.content, row_count=file.row_count),),
    )


async def arrived(services: Services, posting: Posting) -> None:
    await posted(services, posting)
    async with transaction(services.pool, WORKER) as db:
        claimed = await outbox.claim_delivery(db, posting.partner, NOON)
        assert claimed
        assert claimed.batch == posting.batch
        await outbox.record_receipt(db, claimed.lease, DeliveryReceipt(reference="H1", is_superseded=False), None)


async def test_what_waits_is_one_workbook_and_what_arrived_is_not_in_it(services: Services) -> None:
    await set_up(services, address="https://gsxt.example.gov.cn/api")
    await arrived(services, to_publicity(a_result(1), batch="T1 甲"))
    await posted(
        services,
        to_publicity(a_result(2, problem="先前"), batch="T1 乙"),
        to_publicity(a_result(2, problem="后来"), a_penalty(2), batch="T1 乙"),
        to_publicity(a_result(3), batch="T1 丙"),
    )
    office = await a_person(services, "zhao.lei")
    async with visiting(services, NOON, office.session) as browser:
        assert f'href="{THERE}/import"' in (await browser.get(THERE)).text
        answer = await browser.get(f"{THERE}/import")
        assert f'href="{THERE}/import?form=csv"' in (await browser.get(THERE)).text
        tables = zipfile.ZipFile(BytesIO((await browser.get(f"{THERE}/import?form=csv")).content))
        assert (await browser.get(f"{THERE}/import?form=pdf")).status_code == 400
    assert answer.headers["content-disposition"].endswith("gsxt-henan-publicity-1.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    names, _, *rows = book["SPOTCHECK"].iter_rows(values_only=True)
    found = {row[names.index("UNISCID")]: row[names.index("PROBLEM")] for row in rows}
    assert found == {code_of(3): "灭火器过期", code_of(2): "后来"}
    assert book["PENALTY"].max_row == 3
    assert set(tables.namelist()) == {"SPOTCHECK.csv", "PENALTY.csv"}
    lines = csv.reader(StringIO(tables.read("SPOTCHECK.csv").decode("utf-8-sig"), newline=""))
    assert list(lines)[2:] == [[cell or "" for cell in row] for row in rows]


async def test_a_row_that_cannot_be_exported_is_named(services: Services) -> None:
    await set_up(services, address="https://gsxt.example.gov.cn/api")
    await posted(services, to_publicity(a_result(target="乙局/7号"), batch="T1 乙"))
    office = await a_person(services, "zhao.lei")
    async with visiting(services, NOON, office.session) as browser:
        answer = await browser.get(f"{THERE}/import")
    assert answer.status_code == 409
    assert "SPOTCHECK 第1行 UNISCID：“乙局/7号”不是统一社会信用代码" in words(answer)


async def test_where_nothing_waits_or_nothing_is_imported_that_is_said(services: Services) -> None:
    await set_up(services, address="https://gsxt.example.gov.cn/api")
    await set_up(services, "fire-share", "folder", root="/tmp")  # noqa: S108 - never opened
    await posted(services, a_posting(connector=ConnectorKind("folder"), destination="fire-share"))
    office = await a_person(services, "zhao.lei")
    async with visiting(services, NOON, office.session) as browser:
        assert (await browser.get(f"{THERE}/import")).status_code == 409
        assert (await browser.get("/destinations/fire-share/import")).status_code == 404
        assert "下载导入文件" not in words(await browser.get("/destinations/fire-share"))
        assert (await browser.get("/destinations/nowhere/import")).status_code == 404


@pytest.mark.parametrize("office", [Office.DEPARTMENT, Office.SUPERVISOR, Office.ADMINISTRATOR, Office.INSPECTOR])
async def test_who_does_not_manage_deliveries_takes_nothing_away(services: Services, office: Office) -> None:
    await set_up(services, address="https://gsxt.example.gov.cn/api")
    await posted(services, to_publicity(a_result(1), batch="T1 甲"))
    person = await a_person(services, "other", office, FIRE if office.value in {"department", "inspector"} else None)
    async with visiting(services, NOON, person.session) as browser:
        assert (await browser.get(f"{THERE}/import")).status_code in {303, 403}
        assert "下载导入文件" not in words(await browser.get(THERE))
