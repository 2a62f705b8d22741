"""What tests share: one embedded PostgreSQL a run, and for each test a database of its own."""

import os
import shutil
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.databases import TEMPLATE, Database, connected, database_of, make_template
from support.folders import new_folder

from coordinator.embedded import Endpoints, embedded
from coordinator.settings import Settings
from coordinator.storage.connection import Connection, Pool, open_pool

HOME = "ONEDOOR_TEST_HOME"
made_here = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Make one home a run; xdist's workers find the controller's in their environment."""
    if threading.current_thread() is threading.main_thread():
        # started in the background, a shell has us ignore SIGINT, and all we start would inherit that
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if HOME not in os.environ:
        home = new_folder()
        os.environ[HOME] = str(home)
        config.stash[made_here] = home


def pytest_unconfigure(config: pytest.Config) -> None:
    if made_here in config.stash:
        shutil.rmtree(config.stash[made_here])
        del os.environ[HOME]


@pytest.fixture(scope="session")
def server() -> Iterator[Endpoints]:
    """The run's server; take `database` or `pool` instead unless the test is about servers."""
    with embedded(Settings(home=Path(os.environ[HOME]))) as endpoints:
        yield endpoints


@pytest.fixture(scope="session")
async def template(server: Endpoints) -> str:
    await make_template(server)
    return TEMPLATE


@pytest.fixture
async def database(server: Endpoints, template: str) -> AsyncIterator[Database]:
    """A migrated database that no other test sees."""
    async with database_of(server, template=template) as made:
        yield made


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """The service's way in: as the role `app`."""
    async with open_pool(database.app_url) as opened:
        yield opened


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[Connection]:
    """The owner's way in, to arrange what the service may not."""
    async with connected(database.owner_url) as db:
        yield db
