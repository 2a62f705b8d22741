"""Programs hand registrations in as a file, once, and read what each batch of them changed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pure.connectors.test_registry import HEADINGS, a_firm, as_cells, as_csv
from support import rounds
from support.programs import programs
from support.web import at

from connectors.client import types
from connectors.registry import Registration
from coordinator.actions.services import Services
from coordinator.domain.actors import Office
from coordinator.storage.connection import Pool

FILE = "登记.csv"


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), datetime(2026, 3, 2, 12, tzinfo=UTC))


def as_file(firms: Sequence[Registration], *more: list[str]) -> bytes:
    return as_csv([list(HEADINGS), *map(as_cells, firms), *more]).encode()


async def test_a_file_is_taken_in_once_and_its_report_names_what_changed_and_what_was_left_out(
    services: Services,
) -> None:
    first, key = as_file([a_firm(0), a_firm(1)], ["坏", *[""] * (len(HEADINGS) - 1)]), str(uuid4())
    async with programs(services) as all_:
        office = await all_.of(Office.COORDINATOR)
        report, again = [
            await office.asks(lambda onedoor: onedoor.take_registry_file(FILE, first, key=key)) for _ in range(2)
        ]
        assert report == again
        assert (report.batch.rows, [each.row for each in report.batch.refused]) == (3, [4])
        assert [(each.department, each.change, each.count) for each in report.counted] == [
            (None, types.RegistryChange.new, 2)
        ]
        closed = as_file([a_firm(1, status="注销")])
        second = await office.asks(lambda onedoor: onedoor.take_registry_file(FILE, closed))
        assert [each.code for each in second.changes] == [a_firm(1).code]
        listed = await office.asks(lambda onedoor: onedoor.registry_batches())
        assert {each.id for each in listed} == {report.batch.id, second.batch.id}
        assert await office.asks(lambda onedoor: onedoor.registry_batch(second.batch.id)) == second


async def test_a_file_without_a_good_row_and_a_department_are_refused(services: Services) -> None:
    async with programs(services) as all_:
        office, water = await all_.of(Office.COORDINATOR), await all_.of(Office.DEPARTMENT)
        refused = await office.is_refused(lambda onedoor: onedoor.take_registry_file(FILE, b"no table"))
        assert refused == (422, "invalid")
        good = as_file([a_firm(0)])
        assert (await water.is_refused(lambda onedoor: onedoor.take_registry_file(FILE, good)))[0] == 403
        assert await office.asks(lambda onedoor: onedoor.registry_batches()) == []
