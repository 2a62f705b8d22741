"""Exchange databases for tests: a MariaDB where Debian's is there, the run's PostgreSQL, and records to write."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct
from msgspec.structs import replace
from support.folders import new_folder

from connectors.contract import Package
from connectors.exchange_database import Engine, ExchangeDatabase, ExchangeDatabaseSettings
from connectors.exchange_database.connecting import connected
from connectors.exchange_database.fields import load_map
from connectors.exchange_database.settings import PASSWORD
from connectors.exchange_database.setup import WRITER
from connectors.outbound.network import look_up
from connectors.partners.exchange_database import ExchangePartner, Way, made, receiving, set_up
from connectors.partners.mariadb import mariadb
from connectors.partners.relay import Relay, relayed
from connectors.records import DrawnTarget, Result, ResultCode, TaskKind, records_file
from coordinator.cli.exchanges import behind_socket

FIELDS = load_map("onedoor-1")
RECIPIENT = "舞钢市水利局"
WRITER_SECRET, READER_SECRET = "57a1", "4ead"


class Exchange(Struct, frozen=True):
    """One department's database, its receiver, and the way to it."""

    settings: ExchangeDatabaseSettings
    partner: ExchangePartner
    relay: Relay

    def connector(self, **changes: object) -> ExchangeDatabase:
        return ExchangeDatabase(replace(self.settings, **changes), {PASSWORD: WRITER_SECRET}, resolve=here)

    async def rows(self, sort: str = "result") -> list[dict[str, object]]:
        return [dict(row) for row in await self.partner.rows(f"exchange_{sort}")]


async def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@contextmanager
def own_mariadb(*options: str) -> Iterator[Path]:
    folder = new_folder()
    with mariadb(folder, *options) as socket:
        yield socket
    shutil.rmtree(folder)


@asynccontextmanager
async def postgres_exchange(superuser_url: str) -> AsyncIterator[Exchange]:
    socket, way = behind_socket(superuser_url)
    async with _exchange(socket, way, "DROP DATABASE {} WITH (FORCE)") as exchange:
        yield exchange


@asynccontextmanager
async def mysql_exchange(socket: Path) -> AsyncIterator[Exchange]:
    way = Way(engine=Engine.MYSQL, port=0, database="mysql", administrator="root", password="")
    async with _exchange(socket, way, "DROP DATABASE {}") as exchange:
        yield exchange


@asynccontextmanager
async def _exchange(socket: Path, way: Way, drop: str) -> AsyncIterator[Exchange]:
    name = f"exchange_{uuid4().hex}"
    async with relayed(socket) as relay:
        own = await made(way, relay.port, name)
        first = replace(own, database=way.database)
        administrator = await connected(first.settings(first.administrator), {PASSWORD: first.password}, look_up)
        try:
            # accounts belong to the whole server, where others may be set up at the same time
            async with administrator.alone("accounts"):
                await set_up(own, FIELDS, WRITER_SECRET, READER_SECRET)
            async with receiving(own, FIELDS, READER_SECRET) as partner:
                relay.spare()
                yield Exchange(own.settings(WRITER), partner, relay)
        finally:
            relay.cut_after = None
            await administrator.fetch(drop.format(name))
            await administrator.close()


@contextmanager
def a_certificate(host: str) -> Iterator[Path]:
    """A key and a certificate that vouches for itself, in one file that servers may read."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = new_folder() / "server.pem"
    path.write_bytes(certificate.public_bytes(pem) + private)
    yield path
    shutil.rmtree(path.parent)


def a_package(
    number: int = 1, *, results: int = 3, drawn: int = 2, batch: str = "2026-Q1", salt: str = "", name: str = "豫菜馆"
) -> Package:
    """Results and drawn targets of a batch, of another content for each number."""
    return Package(
        key=f"{RECIPIENT}/{batch}/{number}/{salt}",
        recipient=RECIPIENT,
        batch=batch,
        number=number,
        files=(
            records_file("results", [a_result(row, number, name) for row in range(1, results + 1)]),
            records_file("drawn", [a_drawn_target(row) for row in range(1, drawn + 1)]),
        ),
    )


def a_result(row: int, number: int = 1, name: str = "豫菜馆") -> Result:
    return Result(
        round="2026-04",
        task="SC-2026-001",
        task_name="餐饮服务检查",
        task_kind=TaskKind.JOINT,
        initiator="舞钢市市场监督管理局",
        batch=1,
        department=RECIPIENT,
        target=f"92410481MA{row:08}",
        target_name=f"{name}𠮷{row}",
        target_kind="企业",
        item="SL-01",
        item_name="取水许可",
        inspected_on=date(2026, 4, row % 28 + 1),
        result=ResultCode.NO_PROBLEM,
        problem=f"第{number}次",
    )


def a_drawn_target(row: int) -> DrawnTarget:
    return DrawnTarget(
        round="2026-04",
        task="SC-2026-001",
        batch=1,
        drawn_on=date(2026, 3, 20),
        target=f"92410481MA{row:08}",
        target_name=f"豫菜馆{row}",
        target_kind="企业",
    )
