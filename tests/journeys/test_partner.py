"""The partner kit from the command line: it stands, verifies, shows what it holds, and goes when it is told to."""

import asyncio
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from pure.connectors.reported import a_penalty, a_result, code_of, reported
from support.console import ROOT, command, environment, no_traceback, onedoor
from support.exchanges import a_package as an_exchange

from connectors.contract import File, Package, Standing
from connectors.exchange_database import Engine, ExchangeDatabase, ExchangeDatabaseSettings
from connectors.mail import Encryption, Mail, MailSettings
from connectors.partners.mariadb import has_mariadb
from connectors.publicity import Publicity, PublicitySettings
from connectors.sftp import Sftp, SftpSettings
from connectors.webhook import Webhook, WebhookSettings
from connectors.website import Website, WebsiteSettings

PACKAGE = Package(
    key="a" * 64,
    recipient="舞钢市水利局",
    batch="2026-Q1",
    number=1,
    files=(File(name="任务书.xlsx", content=b"book", row_count=1),),
)


@asynccontextmanager
async def partner(*arguments: str) -> AsyncIterator[Process]:
    call = command("partner", *arguments)
    process = await asyncio.create_subprocess_exec(*call, cwd=ROOT, env=environment(), stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            # told, not killed: it has a server of its own to stop
            process.terminate()
            await process.communicate()


async def said(process: Process, pattern: str) -> str:
    """Read what a partner says until it says this."""
    assert process.stdout
    async with asyncio.timeout(60):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(pattern, line):
                return found[1]
    raise AssertionError(pattern)


async def test_a_department_tries_its_webhook_with_the_kit() -> None:
    async with partner("webhook") as process:
        key = await said(process, "签名密钥：(.*)")
        address = await said(process, r"地址：(http://127\.0\.0\.1:\d+)")
        settings = WebhookSettings(address=address, networks=("127.0.0.1/32",))
        way = Webhook(settings, {"signing_key": key}, clock=lambda: datetime.now(UTC))
        for _ in range(2):
            await way.deliver(PACKAGE)
        await way.aclose()
        assert await said(process, "已收 (.*)") == "舞钢市水利局｜2026-Q1｜第 1 次｜1 个文件"
        async with httpx.AsyncClient(trust_env=False) as browser:
            [held] = (await browser.get(address)).json()
        assert (held["batch"], held["number"], held["files"]) == ("2026-Q1", 1, ["任务书.xlsx"])
        process.send_signal(signal.SIGTERM)
        out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    assert out.decode() == "共收到 1 个包裹，重复 1 次。\n"


@pytest.mark.parametrize("kind", ["exchange-postgres", "exchange-mysql"])
async def test_a_department_tries_its_exchange_database_with_the_kit(kind: str) -> None:
    if kind == "exchange-mysql" and not has_mariadb():
        pytest.skip("MariaDB is not installed (mariadb-server-core, mariadb-client-core): nothing is tried with it")
    async with partner(kind) as process:
        port = await said(process, r"端口：(\d+)")
        password = await said(process, "密码：(.*)")
        way = exchange_database(kind.removeprefix("exchange-"), int(port), password)
        receipt = await way.deliver(an_exchange())
        assert await said(process, f"已读 ({receipt.key})")
        assert (await way.ask(an_exchange(), receipt)).standing is Standing.TAKEN
        await way.aclose()
        process.send_signal(signal.SIGTERM)
        out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    assert "exchange_result 3\n" in out.decode()


async def test_a_receiver_that_refuses_says_so() -> None:
    async with partner("exchange-postgres", "--misbehave", "refuse") as process:
        port = await said(process, r"端口：(\d+)")
        password = await said(process, "密码：(.*)")
        way = exchange_database("postgres", int(port), password)
        receipt = await way.deliver(an_exchange())
        await said(process, f"退回 ({receipt.key})")
        assert (await way.ask(an_exchange(), receipt)).standing is Standing.REFUSED
        await way.aclose()


async def test_a_department_tries_its_sftp_folder_with_the_kit() -> None:
    async with partner("sftp") as process:
        port = await said(process, r"端口：(\d+)")
        password = await said(process, "密码：(.*)")
        host_key = await said(process, "主机公钥：(.*)")
        settings = SftpSettings(
            host="127.0.0.1", port=int(port), networks=("127.0.0.1/32",), user="onedoor", host_key=host_key
        )
        way = Sftp(settings, {"password": password})
        receipt = await way.deliver(PACKAGE)
        await said(process, f"taken ({PACKAGE.key})")
        assert (await way.ask(PACKAGE, receipt)).standing is Standing.TAKEN
        await way.aclose()
        process.send_signal(signal.SIGTERM)
        out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    assert out.decode() == "共 3 个文件。\n"


async def test_a_department_tries_its_website_with_the_kit() -> None:
    async with partner("website") as process:
        address = await said(process, r"公开地址：(http://127\.0\.0\.1:\d+)")
        folder = await said(process, "文件夹：(.*)")
        way = Website(WebsiteSettings(root=folder, address=address), {}, clock=lambda: datetime.now(UTC))
        receipt = await way.deliver(an_exchange())
        await way.aclose()
        async with httpx.AsyncClient(trust_env=False) as browser:
            assert "检查结果（3）" in (await browser.get(receipt.reference)).text
        process.send_signal(signal.SIGTERM)
        out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    assert "，0 处不一致。" in out.decode()


async def test_a_department_tries_its_mailbox_with_the_kit() -> None:
    async with partner("mail") as process:
        to = await said(process, "收件邮箱：(.*)")
        port = await said(process, r"端口：(\d+)")
        settings = MailSettings(
            to=to,
            sender="onedoor@county.test",
            host="127.0.0.1",
            port=int(port),
            networks=("127.0.0.1/32",),
            encryption=Encryption.NONE,
        )
        for _ in range(2):
            await Mail(settings, {}, clock=lambda: datetime.now(UTC)).deliver(PACKAGE)
        assert await said(process, "已收 (.*)") == "[一门查] 舞钢市水利局 2026-Q1（第1次）：任务书.xlsx"
        process.send_signal(signal.SIGTERM)
        out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    assert out.decode() == "共收到 1 封，重复 1 次。\n"


def exchange_database(server: str, port: int, password: str) -> ExchangeDatabase:
    settings = ExchangeDatabaseSettings(
        engine=Engine.POSTGRESQL if server == "postgres" else Engine.MYSQL,
        host="127.0.0.1",
        port=port,
        networks=("127.0.0.1/32",),
        database="exchange",
        user="onedoor_writer",
        is_encrypted=False,
    )
    return ExchangeDatabase(settings, {"password": password})


def test_the_script_for_a_database_administrator_is_printed() -> None:
    ended = onedoor("partner", "exchange-mysql", "--sql")
    assert "CREATE TABLE exchange_batch" in ended.stdout


async def test_a_platform_of_the_kit_shows_what_is_gathered_under_an_entity() -> None:
    package = reported(a_result(), a_penalty())
    async with partner("publicity") as process:
        token = await said(process, "接口令牌：(.*)")
        address = await said(process, r"地址：(http://127\.0\.0\.1:\d+)")
        settings = PublicitySettings(address=address, networks=("127.0.0.1/32",))
        way = Publicity(settings, {"token": token}, clock=lambda: datetime.now(UTC))
        receipt = await way.deliver(package)
        confirmed = await way.ask(package, receipt)
        await way.aclose()
        async with httpx.AsyncClient(trust_env=False) as browser:
            gathered = (await browser.get(f"{address}/entities/{code_of(1)}")).json()
    assert confirmed.standing is Standing.TAKEN
    assert gathered["SPOTCHECK"][0]["insRes_CN"] == "发现问题已责令改正"
    assert gathered["PENALTY"][0]["penAm"] == "1234.05"


def test_a_map_that_is_not_there_is_said_in_a_sentence() -> None:
    ended = onedoor("partner", "supervision", "--map", "henan-9")
    no_traceback(ended)
    assert ended.returncode == 2
    assert "没有字段对照表“henan-9”" in ended.stderr


def test_what_cannot_be_ordered_is_said_in_a_sentence() -> None:
    ended = onedoor("partner", "webhook", "--misbehave", "teapot")
    no_traceback(ended)
    assert ended.returncode == 2
    assert "“teapot”看不懂" in ended.stderr
