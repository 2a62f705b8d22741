"""Clock times of one day as the documents write them (08:30), and as minutes after midnight for reckoning.

Dates and half-days are in problem.py.
"""

import re

MINUTES_PER_DAY = 24 * 60

_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def minute_of(text: str) -> int | None:
    """Give the minute after midnight, or None where the text is no clock time."""
    matched = _CLOCK_TIME.fullmatch(text)
    return int(matched[1]) * 60 + int(matched[2]) if matched else None


def clock_time(minute: int) -> str:
    """Write a minute after midnight as a clock time; what runs past midnight counts on (25:10) and equals no time."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
