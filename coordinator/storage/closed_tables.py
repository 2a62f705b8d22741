"""Statistics tables as they were reported, one for each unit and year.

What has changed since is worked out in the domain (`closed_tables`).
"""

from datetime import date, datetime

from msgspec import Struct

from coordinator.domain.closed_tables import ClosedTable
from coordinator.domain.statistics import StatisticsTable
from coordinator.storage.connection import Connection, execute, fetch_all


class StoredTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reported table, on which day and by whom."""

    content: StatisticsTable
    closed_on: date
    closed_by: str

    @property
    def closed(self) -> ClosedTable:
        return ClosedTable(table=self.content, closed_on=self.closed_on)


async def closed_tables(db: Connection, year: int) -> list[StoredTable]:
    """A year's reported tables, those that the actor may see."""
    sql = "SELECT content, closed_on, closed_by FROM closed_table WHERE year = $1 ORDER BY unit"
    return await fetch_all(db, StoredTable, sql, year)


async def insert_table(db: Connection, table: StatisticsTable, on: date, by: str, at: datetime) -> bool:
    """Keep a table as reported; False where one stands already."""
    sql = """
        INSERT INTO closed_table (unit, year, department, content, closed_on, closed_by, closed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
    """
    department = None if table.is_region else table.unit
    return bool(await execute(db, sql, table.unit, table.year, department, table, on, by, at))
