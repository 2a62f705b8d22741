"""Personal data go when their time is over and not before; what was decided stays, and still holds."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest
from postgres.outbox_world import a_posting, posted
from support.databases import Database, connected
from support.jobs import surroundings
from support.people import a_person
from support.rounds import contents, dispatched, trail

from coordinator.actions.accounts import end_account
from coordinator.actions.approving import open_paper
from coordinator.actions.invariants import broken_invariants
from coordinator.actions.paper_packages import package_papers
from coordinator.actions.posting import read_package_file, replay
from coordinator.actions.result_folder import RETURNED, department_files
from coordinator.actions.retention import erase_outlived
from coordinator.actions.round_records import load_round_record
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, GATE, WORKER, Office
from coordinator.domain.deliveries import DeliveryKey, DeliveryReceipt
from coordinator.domain.errors import NotFound, TooLate
from coordinator.domain.retention import CONTACTS, NAMES
from coordinator.storage import approvals, outbox
from coordinator.storage.connection import Pool, fetch_value, transaction

TODAY = datetime.now(UTC).date()
DECIDED = {
    "draw",
    "draw_file",
    "plan",
    "team_member",
    "drawn_target",
    "visit",
    "matter",
    "commitment",
    "role",
    "chance",
}
DAY = timedelta(days=1)
BOOK = sha256(b"book").hexdigest()


@pytest.fixture
def services(pool: Pool) -> Services:
    return surroundings(pool)


async def ended_on(database: Database, day: date) -> None:
    """Let all rounds and ended accounts have ended then: the database's own clock cannot be turned."""
    async with connected(database.superuser_url) as db:
        await db.execute("SET session_replication_role = replica")
        await db.execute(
            "UPDATE round SET settings = jsonb_set(settings, '{round,last_day}', to_jsonb($1::text))", day.isoformat()
        )
        await db.execute(
            "UPDATE account SET ended_at = $1 WHERE ended_at IS NOT NULL", datetime(*day.timetuple()[:3], tzinfo=UTC)
        )


async def personal(services: Services) -> dict[str, set[object]]:
    async with transaction(services.pool, CONSOLE) as db:
        return {
            "liaisons": {row[0] for row in await db.fetch("SELECT liaison || phone FROM submission")},
            "workbooks": {row[0] > 0 for row in await db.fetch("SELECT length(content) FROM submission")},
            "inspectors": {row[0] for row in await db.fetch("SELECT name FROM inspector")},
            "accounts": {row[0] for row in await db.fetch("SELECT name FROM account WHERE ended_at IS NOT NULL")},
        }


async def test_contacts_go_first_names_later_and_what_was_decided_never(services: Services, database: Database) -> None:
    round_ = await dispatched(services)
    gone, stays = [await a_person(services, login, Office.DEPARTMENT) for login in ("gone", "stays")]
    await end_account(services, CONSOLE, gone.account.id, "")
    before, decided = await personal(services), await contents(services.pool)

    await ended_on(database, TODAY - CONTACTS + 2 * DAY)
    await erase_outlived(services)
    assert await personal(services) == before
    assert "personal_data_erased" not in await trail(services.pool)

    await ended_on(database, TODAY - CONTACTS - 2 * DAY)
    await erase_outlived(services)
    after = await personal(services)
    assert after == {
        "liaisons": {""},
        "workbooks": {False},
        "inspectors": before["inspectors"],
        "accounts": {"（已删除）"},
    }

    await ended_on(database, TODAY - NAMES - 2 * DAY)
    for _ in range(2):
        await erase_outlived(services)
    assert (await personal(services))["inspectors"] == {"（已删除）"}
    assert (await trail(services.pool)).count("personal_data_erased") == 2

    now = await contents(services.pool)
    assert {table: now[table] for table in DECIDED} == {table: decided[table] for table in DECIDED}
    assert await broken_invariants(services, CONSOLE) == ()
    await ended_on(database, date(2026, 3, 31))
    async with transaction(services.pool, WORKER) as db:
        record = await load_round_record(db, WORKER, round_)
    assert not [file for _, files in department_files(record) for file in files if file.name == RETURNED]
    async with transaction(services.pool, GATE) as db:
        assert await db.fetchval("SELECT name FROM account WHERE id = $1", stays.account.id) == stays.account.name


async def test_the_service_cannot_erase_early(services: Services) -> None:
    early = (TODAY - DAY, TODAY - DAY, datetime.now(UTC) - DAY, datetime.now(UTC) - 2 * DAY)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(services.pool, WORKER) as db:
            await db.fetchval("SELECT erase_outlived($1, $2, $3, $4)", *early)


async def test_tries_and_sessions_that_are_over_go_and_who_is_signed_in_stays(services: Services) -> None:
    await a_person(services, "wang.li")
    async with transaction(services.pool, GATE) as db:
        await db.execute("INSERT INTO sign_in_failure VALUES (sha256('x'), 3, now() - interval '2 days')")
        await db.execute("INSERT INTO sign_in_failure VALUES (sha256('y'), 3, now())")
    await erase_outlived(services)
    async with transaction(services.pool, GATE) as db:
        assert await db.fetchval("SELECT count(*) FROM sign_in_failure") == 1
        assert await db.fetchval("SELECT count(*) FROM session") == 1


async def test_papers_and_what_was_delivered_go_with_the_names_and_their_digests_stay(
    services: Services, database: Database
) -> None:
    round_ = await dispatched(services)
    (sent,) = await posted(services, a_posting("送到", round_=round_))
    await arrive(services)
    (waiting,) = await posted(services, a_posting("未送到", round_=round_))
    async with transaction(services.pool, WORKER) as db:
        digests = await approvals.papers(db, (await approvals.approvals(db, round_))[0].id)
    assert (await digests_of(services, round_)).keys() == {line.digest for line in digests}

    await ended_on(database, TODAY - NAMES + 2 * DAY)
    await erase_outlived(services)
    assert all((await digests_of(services, round_)).values()), "names are still needed"
    await replay(services, CONSOLE, [sent])
    await arrive(services)

    await ended_on(database, TODAY - NAMES - 2 * DAY)
    await erase_outlived(services)
    assert await digests_of(services, round_) == {line.digest: 0 for line in digests}
    with pytest.raises(TooLate, match="按期删除"):
        await open_paper(services, CONSOLE, round_, 1, digests[0].kind, digests[0].subject)
    async with transaction(services.pool, WORKER) as db:
        assert [(each.size, each.sha256) for each in await outbox.posted_files(db, sent)] == [(0, BOOK)]
        assert [each.content for each in await outbox.package_files(db, waiting)] == [b"book"]
        key = DeliveryKey(await fetch_value(db, str, "SELECT key FROM outbox WHERE id = $1", sent))
    for doing in (read_package_file(services, CONSOLE, key, "任务书.xlsx"), replay(services, CONSOLE, [sent])):
        with pytest.raises(NotFound):
            await doing
    assert await broken_invariants(services, CONSOLE) == ()
    await erase_outlived(services)
    assert (await trail(services.pool)).count("personal_data_erased") == 1 + 1, "contacts, then names"
    await ended_on(database, date(2026, 3, 31))
    with pytest.raises(TooLate, match="按期删除"):
        await package_papers(services, CONSOLE, round_)


async def arrive(services: Services) -> None:
    """Let the package that was posted first arrive."""
    now = services.clock()
    async with transaction(services.pool, WORKER) as db:
        claimed = await outbox.claim_delivery(db, a_posting().partner, now)
        assert claimed
        assert claimed.batch == "送到"
        await outbox.record_receipt(db, claimed.lease, DeliveryReceipt(reference="H1", is_superseded=False), None)


async def digests_of(services: Services, round_: UUID) -> dict[str, int]:
    """How long each paper of the round is by its digest."""
    sql = (
        "SELECT paper.digest, length(content) FROM paper JOIN approval ON approval.id = paper.approval WHERE round = $1"
    )
    async with transaction(services.pool, CONSOLE) as db:
        return {row[0]: row[1] for row in await db.fetch(sql, round_)}
