"""The year's working days: seeded from a kept library's copy of the State Council's notices.

Counting working days is the domain's affair (`workdays`); years confirmed by an administrator come from storage.
"""

from collections import defaultdict
from datetime import date

from chinese_calendar.constants import holidays, workdays

from coordinator.domain.actors import Actor
from coordinator.domain.workdays import Calendar
from coordinator.storage import audit, calendars
from coordinator.storage.connection import Connection

SOURCE = "chinesecalendar（国务院办公厅节假日安排）"


def published_calendar() -> Calendar:
    """The calendar of all years whose notice the library knows."""
    return Calendar(
        holidays=frozenset(holidays),
        make_up_days=frozenset(workdays),
        confirmed_years=frozenset(day.year for day in holidays),
    )


async def calendar_of(db: Connection, actor: Actor) -> Calendar:
    """The calendar as the database has it, with the years that the library knows and the database does not yet."""
    known = await calendars.calendar(db)
    missing = sorted(published_calendar().confirmed_years - known.confirmed_years)
    if not missing:
        return known
    days: dict[int, list[date]] = defaultdict(list)
    make_up: dict[int, list[date]] = defaultdict(list)
    for day in holidays:
        days[day.year].append(day)
    for day in workdays:
        make_up[day.year].append(day)
    for year in missing:
        if await calendars.confirm_year(db, year, SOURCE, days[year], make_up[year]):
            await audit.append(db, actor, "calendar_year_confirmed", None, str(year), source=SOURCE)
    return await calendars.calendar(db)
