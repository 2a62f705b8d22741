"""Working days: public holidays, make-up days, and deadlines counted in working days.

The year's calendar is decided by the State Council's notice and kept as data; a year without it is never guessed
silently: its days count as Monday to Friday and every deadline that reaches it says that it is provisional.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

PUBLICATION_WORKING_DAYS = 20
"""国发〔2019〕5号 三（四）: results are published within 20 working days after the task ends."""

_SATURDAY = 5


class Calendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which days are worked; `confirmed_years` are those whose official notice is known."""

    holidays: frozenset[date]
    make_up_days: frozenset[date]
    confirmed_years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Say whether offices work on that day."""
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays


class Deadline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A due day; `provisional` where it reaches a year whose calendar is not confirmed."""

    due_on: date
    provisional: bool


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def working_days_after(calendar: Calendar, day: date, count: int) -> Deadline:
    """Count working days after a day, the day itself not included."""
    due = day
    while count:
        due += timedelta(days=1)
        count -= calendar.is_working_day(due)
    years = range(day.year, due.year + 1)
    return Deadline(due_on=due, provisional=any(year not in calendar.confirmed_years for year in years))


def publication_deadline(calendar: Calendar, task_ends_on: date) -> Deadline:
    """The day by which a task's results must be published."""
    return working_days_after(calendar, task_ends_on, PUBLICATION_WORKING_DAYS)


def month_after(today: date) -> tuple[date, date]:
    """First and last day of the next calendar month."""
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
