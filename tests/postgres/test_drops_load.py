"""Bad days at exchange databases and SFTP folders, scaled: a sender killed twice, every fault, nothing wrong.

At full size it is a program: tests/load/drops.py.
"""

import shutil
from pathlib import Path

import pytest
from load.bad_days import Days, Ended
from load.drops import exchange_on_bad_days, sftp_on_bad_days
from support.exchanges import mysql_exchange, own_mariadb, postgres_exchange

from connectors.partners.mariadb import has_mariadb
from coordinator.embedded import Endpoints

DAYS = Days(count=12, kills=2, share=0.5)


def assert_well(ended: Ended) -> None:
    assert ended.wrong == []
    assert ended.kills == DAYS.kills
    assert ended.faults.total() >= 3


async def test_a_postgresql_exchange_database_has_everything_once(server: Endpoints) -> None:
    async with postgres_exchange(str(server.superuser_url)) as exchange:
        assert_well(await exchange_on_bad_days(exchange, DAYS))


async def test_a_mariadb_exchange_database_has_everything_once() -> None:
    if not has_mariadb():
        pytest.skip("MariaDB is not installed (mariadb-server-core, mariadb-client-core): nothing is tried with it")
    with own_mariadb() as socket:
        async with mysql_exchange(socket) as exchange:
            assert_well(await exchange_on_bad_days(exchange, DAYS))


async def test_an_sftp_folder_has_everything_once(tmp_path: Path) -> None:
    root = tmp_path / "departments"
    root.mkdir()
    assert_well(await sftp_on_bad_days(root, DAYS))
    shutil.rmtree(root)
