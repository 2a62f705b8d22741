"""前置库, PostgreSQL and MariaDB: a batch whole or not at all, once, the newest number; what changed there is named."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from support.exchanges import (
    FIELDS,
    RECIPIENT,
    Exchange,
    a_certificate,
    a_package,
    mysql_exchange,
    own_mariadb,
    postgres_exchange,
)

from connectors.contract import File, Package, PermanentError, Receipt, Standing, TemporaryError
from connectors.exchange_database import Engine, ExchangeDatabase
from connectors.exchange_database.fields import load_map, unplaced
from connectors.exchange_database.settings import PASSWORD
from connectors.exchange_database.setup import script
from connectors.partners.mariadb import has_mariadb
from connectors.records import SORTS, sort_of
from coordinator.embedded import Endpoints

NO_MARIADB = "MariaDB is not installed (mariadb-server-core, mariadb-client-core): nothing is tried with it"
SCRIPTS = Path(__file__).parents[2] / "connectors" / "exchange_database" / "maps"


@pytest.fixture(scope="session")
def mariadb_socket() -> Iterator[Path]:
    if not has_mariadb():
        pytest.skip(NO_MARIADB)
    with own_mariadb() as socket:
        yield socket


@pytest.fixture(params=list(Engine), ids=[engine.value for engine in Engine])
async def exchange(request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    if request.param is Engine.POSTGRESQL:
        server: Endpoints = request.getfixturevalue("server")
        async with postgres_exchange(str(server.superuser_url)) as made:
            yield made
    else:
        async with mysql_exchange(request.getfixturevalue("mariadb_socket")) as made:
            yield made


async def deliver(connector: ExchangeDatabase, package: Package) -> Receipt:
    try:
        return await connector.deliver(package)
    finally:
        await connector.aclose()


async def test_a_package_lies_in_its_tables_with_its_own_line(exchange: Exchange) -> None:
    receipt = await deliver(exchange.connector(), a_package())
    rows = await exchange.rows()
    assert receipt == Receipt(key=a_package().key, reference=a_package().key)
    assert [(row["row_no"], row["target_code"], row["target_name"]) for row in rows] == [
        (number, f"92410481MA{number:08}", f"豫菜馆𠮷{number}") for number in (1, 2, 3)
    ]
    assert rows[0]["inspected_on"] == date(2026, 4, 2)
    assert rows[0]["published_on"] is None
    assert not rows[0]["is_correction"]
    assert len(await exchange.rows("drawn_target")) == 2
    assert await exchange.partner.batches() == [(RECIPIENT, "2026-Q1", 1, "new")]


async def test_a_repeat_changes_nothing_and_gives_the_same_receipt(exchange: Exchange) -> None:
    first = await deliver(exchange.connector(), a_package())
    await exchange.partner.take()
    before = await exchange.partner.held()
    assert await deliver(exchange.connector(), a_package()) == first
    assert await exchange.partner.held() == before == {**before, "exchange_batch.read": 1}


async def test_a_greater_number_takes_the_place_of_a_smaller_one_row_for_row(exchange: Exchange) -> None:
    connector = exchange.connector()
    first = await connector.deliver(a_package(1))
    await connector.deliver(a_package(2, results=2, drawn=0))
    assert [(row["row_no"], row["number"], row["problem"]) for row in await exchange.rows()] == [
        (1, 2, "第2次"),
        (2, 2, "第2次"),
    ]
    assert await exchange.rows("drawn_target") == []
    assert await connector.deliver(a_package(1)) == first
    await connector.aclose()


async def test_a_smaller_number_that_comes_late_has_no_effect(exchange: Exchange) -> None:
    await deliver(exchange.connector(), a_package(2))
    late = await deliver(exchange.connector(), a_package(1, results=5))
    assert late.is_superseded
    assert await deliver(exchange.connector(), a_package(1, results=5)) == late
    assert {row["number"] for row in await exchange.rows()} == {2}
    assert len(await exchange.partner.batches()) == 1


async def test_another_content_under_the_same_number_is_refused(exchange: Exchange) -> None:
    await deliver(exchange.connector(), a_package())
    with pytest.raises(PermanentError, match="内容与这次不同"):
        await deliver(exchange.connector(), a_package(salt="other", results=9))
    assert len(await exchange.rows()) == 3


async def test_batches_lie_side_by_side(exchange: Exchange) -> None:
    await deliver(exchange.connector(), a_package(batch="甲"))
    await deliver(exchange.connector(), a_package(batch="乙", results=1))
    assert [row["batch"] for row in await exchange.rows()].count("甲") == 3
    assert len(await exchange.rows()) == 4


async def test_many_at_once_end_with_the_newest_and_nothing_mixed(exchange: Exchange) -> None:
    packages = [a_package(number, results=8 - number) for number in (3, 1, 2, 3, 2, 1, 3)]
    connectors = [exchange.connector(lock_seconds=20) for _ in packages]
    await asyncio.gather(*(connector.deliver(package) for connector, package in zip(connectors, packages, strict=True)))
    for connector in connectors:
        await connector.aclose()
    assert [(row["row_no"], row["number"]) for row in await exchange.rows()] == [(row, 3) for row in range(1, 6)]
    numbers = [number for _, _, number, _ in await exchange.partner.batches()]
    assert len(numbers) == len(set(numbers))
    assert 3 in numbers


async def test_a_connection_torn_anywhere_leaves_all_or_nothing_and_a_repeat_ends_it(exchange: Exchange) -> None:
    """The way is cut after so many bytes: within the log-in, the check, the rows, before and after the last word."""
    await deliver(exchange.connector(), a_package(1))
    ended = broken = 0
    for cut_after in range(50, 20_000, 450):
        exchange.relay.cut_after = cut_after
        try:
            await deliver(exchange.connector(), a_package(2, results=6))
        except TemporaryError:
            broken += 1
        else:
            ended += 1
        exchange.relay.cut_after = None
        numbers = {row["number"] for row in await exchange.rows()}
        assert (len(await exchange.rows()), numbers) in ((3, {1}), (6, {2}))
        if ended:
            break
    assert ended
    assert broken > 10
    await deliver(exchange.connector(), a_package(2, results=6))
    assert len(await exchange.partner.batches()) == 2
    assert {row["number"] for row in await exchange.rows()} == {2}


async def test_the_receivers_mark_is_what_is_answered_later(exchange: Exchange) -> None:
    connector = exchange.connector()
    receipt = await connector.deliver(a_package())
    assert (await connector.ask(a_package(), receipt)).standing is Standing.PENDING
    exchange.partner.is_refusing = True
    [marked] = await exchange.partner.take()
    answer = await connector.ask(a_package(), receipt)
    assert (answer.standing, answer.words) == (Standing.REFUSED, marked.words)
    exchange.partner.is_refusing = False
    second = await connector.deliver(a_package(2))
    assert (await connector.ask(a_package(), receipt)).standing is Standing.TAKEN
    await exchange.partner.take()
    assert (await connector.ask(a_package(2), second)).standing is Standing.TAKEN
    await exchange.partner.order("DELETE FROM exchange_batch")
    assert (await connector.ask(a_package(2), second)).standing is Standing.MISSING
    await connector.aclose()


async def test_a_mark_that_nobody_agreed_on_is_named(exchange: Exchange) -> None:
    connector = exchange.connector()
    receipt = await connector.deliver(a_package())
    await exchange.partner.order("UPDATE exchange_batch SET state = 'done'")
    with pytest.raises(PermanentError, match=r"exchange_batch.*state.*done"):
        await connector.ask(a_package(), receipt)
    await connector.aclose()


async def test_a_receiver_finds_rows_that_are_missing(exchange: Exchange) -> None:
    await deliver(exchange.connector(), a_package())
    await exchange.partner.order("DELETE FROM exchange_result WHERE row_no = 2")
    [marked] = await exchange.partner.take()
    assert (marked.state, marked.words) == ("refused", "批次写明5行，各表里有4行。")


async def test_a_locked_table_is_waited_for_a_moment_and_tried_again_later(exchange: Exchange) -> None:
    async with exchange.partner.locking("exchange_result"):
        with pytest.raises(TemporaryError, match="正被占用"):
            await asyncio.wait_for(deliver(exchange.connector(), a_package()), 10)
    assert await exchange.partner.batches() == []
    await deliver(exchange.connector(), a_package())
    assert len(await exchange.rows()) == 3


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE exchange_result RENAME COLUMN problem TO wenti", "表“exchange_result”缺少列“problem”"),
        ("ALTER TABLE exchange_batch DROP COLUMN words", "表“exchange_batch”缺少列“words”"),
        ("DROP TABLE exchange_penalty", "没有表“exchange_penalty”"),
        ("ALTER TABLE exchange_task ADD COLUMN jigou varchar(9) NOT NULL", "多了必填的列“jigou”"),
    ],
)
async def test_a_changed_table_or_column_is_named_before_anything_is_written(
    exchange: Exchange, change: str, named: str
) -> None:
    connector = exchange.connector()
    await connector.deliver(a_package(1))
    await exchange.partner.order(change)
    with pytest.raises(PermanentError, match=named):
        await connector.deliver(a_package(2))
    await connector.aclose()
    assert [number for _, _, number, _ in await exchange.partner.batches()] == [1]


async def test_a_column_of_another_type_is_named(exchange: Exchange) -> None:
    type_ = {Engine.POSTGRESQL: "TYPE text", Engine.MYSQL: "text"}[exchange.settings.engine]
    modify = {Engine.POSTGRESQL: "ALTER COLUMN", Engine.MYSQL: "MODIFY COLUMN"}[exchange.settings.engine]
    await exchange.partner.order(f"ALTER TABLE exchange_result {modify} inspected_on {type_}")
    with pytest.raises(PermanentError, match="表“exchange_result”的列“inspected_on”类型变成了text"):
        await deliver(exchange.connector(), a_package())


async def test_rows_whose_key_no_longer_is_unique_are_not_written(exchange: Exchange) -> None:
    drop = {Engine.POSTGRESQL: "DROP CONSTRAINT exchange_result_pkey", Engine.MYSQL: "DROP PRIMARY KEY"}
    await exchange.partner.order(f"ALTER TABLE exchange_result {drop[exchange.settings.engine]}")
    with pytest.raises(PermanentError, match="表“exchange_result”没有以 recipient、batch、row_no 为唯一键"):
        await deliver(exchange.connector(), a_package())


async def test_another_unique_key_that_rows_could_run_into_is_named(exchange: Exchange) -> None:
    await exchange.partner.order("CREATE UNIQUE INDEX eins ON exchange_result (target_code)")
    with pytest.raises(PermanentError, match="“target_code”另有唯一约束"):
        await deliver(exchange.connector(), a_package())


async def test_a_text_too_long_for_its_column_is_named_and_not_cut(exchange: Exchange) -> None:
    with pytest.raises(PermanentError, match="“exchange_result”的列“target_name”只放得下300个字，第1行有402个字"):
        await deliver(exchange.connector(), a_package(name="长" * 400))
    assert await exchange.partner.batches() == []


async def test_a_wrong_password_or_database_needs_a_person(exchange: Exchange) -> None:
    with pytest.raises(PermanentError, match="拒绝登录"):
        await ExchangeDatabase(exchange.settings, {PASSWORD: "wrong"}).deliver(a_package())
    with pytest.raises(PermanentError, match="没有填写密码"):
        await ExchangeDatabase(exchange.settings, {}).deliver(a_package())
    with pytest.raises(PermanentError, match="拒绝登录"):
        await exchange.connector(database="nowhere").deliver(a_package())


async def test_a_server_without_encryption_never_hears_a_password(exchange: Exchange) -> None:
    with pytest.raises(PermanentError, match="不提供加密连接"):
        await exchange.connector(is_encrypted=True).deliver(a_package())


async def test_a_certificate_is_verified_by_the_name_that_was_asked_for() -> None:
    """The driver connects to an address, looked up before; who answers there must show that it is the host."""
    if not has_mariadb():
        pytest.skip(NO_MARIADB)
    with (
        a_certificate("exchange.test") as certificate,
        own_mariadb(f"--ssl-cert={certificate}", f"--ssl-key={certificate}") as socket,
    ):
        known = {"is_encrypted": True, "authority": tuple(certificate.read_text().splitlines())}
        async with mysql_exchange(socket) as made:
            await deliver(made.connector(host="exchange.test", **known), a_package())
            with pytest.raises(TemporaryError, match="证书不能信任"):
                await deliver(made.connector(host="other.test", **known), a_package(2))
            with pytest.raises(TemporaryError, match="证书不能信任"):
                await deliver(made.connector(host="exchange.test", is_encrypted=True), a_package(2))
            assert len(await made.partner.batches()) == 1


async def test_the_writer_cannot_touch_what_the_receiver_marks(exchange: Exchange) -> None:
    connector = exchange.connector()
    await connector.deliver(a_package())
    session = connector._session  # noqa: SLF001 - as our account would, if it could
    assert session is not None
    with pytest.raises(Exception, match=r"(?i)denied"):
        await session.fetch("UPDATE exchange_batch SET state = 'read'")
    await connector.aclose()


async def test_a_server_that_says_nothing_is_given_up(exchange: Exchange) -> None:
    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.6)
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(exchange.connector(port=port).deliver(a_package()), 0.3)
    silent.close()
    with pytest.raises(TemporaryError, match="连不上或连接中断"):
        await exchange.connector(port=port).deliver(a_package())


async def test_what_is_no_row_is_refused(exchange: Exchange) -> None:
    book = File(name="任务书.xlsx", content=b"PK", row_count=1)
    with pytest.raises(PermanentError, match="前置库只接收数据行"):
        await exchange.connector().deliver(msgspec.structs.replace(a_package(), files=(book,)))
    with_book = msgspec.structs.replace(a_package(), files=(*a_package().files, book))
    await deliver(exchange.connector(), with_book)
    assert len(await exchange.rows()) == 3
    broken = msgspec.structs.replace(a_package(), files=(File(name="r.jsonl", content=b'{"record":1}\n', row_count=1),))
    with pytest.raises(PermanentError, match=r"“r\.jsonl”里的数据行不合规定"):
        await exchange.connector().deliver(broken)


async def test_ten_thousand_rows_are_one_package(exchange: Exchange) -> None:
    await deliver(exchange.connector(), a_package(results=10_000, drawn=0))
    assert len(await exchange.rows()) == 10_000
    [marked] = await exchange.partner.take()
    assert marked.state == "read"


def test_a_map_of_another_name_is_asked_for_in_words() -> None:
    for name in ("none", "../fields", "/etc/passwd"):
        with pytest.raises(PermanentError, match="没有名为"):
            load_map(name)


def test_every_field_of_every_record_has_its_column() -> None:
    tables = {table.record: table for table in FIELDS.tables}
    assert {sort_of(sort): unplaced(tables[sort_of(sort)], sort) for sort in SORTS} == {
        sort_of(sort): set() for sort in SORTS
    }


@pytest.mark.parametrize("engine", list(Engine))
def test_the_scripts_for_departments_are_those_that_the_partner_runs(engine: Engine) -> None:
    assert (SCRIPTS / f"onedoor-1.{engine.value}.sql").read_text(encoding="utf-8") == script(engine, FIELDS)
