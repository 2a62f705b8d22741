"""The working-day calendar as confirmed year by year; counting with it is the domain's affair (`workdays`).

Where a year's holidays come from is for the actions to say.
"""

from collections.abc import Sequence
from datetime import date

from coordinator.domain.workdays import Calendar
from coordinator.storage.connection import Connection, execute, fetch_one


async def confirm_year(
    db: Connection, year: int, source: str, holidays: Sequence[date], make_up_days: Sequence[date]
) -> bool:
    """Write down one year's calendar; False where it was confirmed before."""
    if not await _insert_year(db, year, source):
        return False
    await _insert_days(db, "holiday", holidays)
    await _insert_days(db, "make_up", make_up_days)
    return True


async def calendar(db: Connection) -> Calendar:
    """The calendar of all confirmed years."""
    found = await fetch_one(
        db,
        Calendar,
        """
        SELECT array(SELECT day FROM calendar_day WHERE kind = 'holiday') AS holidays,
               array(SELECT day FROM calendar_day WHERE kind = 'make_up') AS make_up_days,
               array(SELECT year FROM calendar_year) AS confirmed_years
        """,
    )
    return found or Calendar(holidays=frozenset(), make_up_days=frozenset(), confirmed_years=frozenset())


async def _insert_year(db: Connection, year: int, source: str) -> int:
    return await execute(
        db, "INSERT INTO calendar_year (year, source) VALUES ($1, $2) ON CONFLICT DO NOTHING", year, source
    )


async def _insert_days(db: Connection, kind: str, days: Sequence[date]) -> None:
    await execute(
        db,
        "INSERT INTO calendar_day (day, kind) SELECT unnest($1::date[]), $2 ON CONFLICT DO NOTHING",
        list(days),
        kind,
    )
