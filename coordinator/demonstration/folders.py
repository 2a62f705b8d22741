"""The small sample round moved into the weeks to come, under a code and a name of its own.

Only its dates move, by whole weeks, so that days keep their names; a year without a confirmed calendar is not entered.
"""

import re
import tomllib
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl

from coordinator.documents.round_folder import SETTINGS, RoundFolder, read_round_folder
from coordinator.domain.workdays import Calendar

PREPARED = timedelta(days=7)
"""How far ahead a round is begun."""
LEAST = timedelta(days=14)
"""A round that the year's end would leave less than this is not moved at all."""


def weeks_to_move(folder: Path, today: date, calendar: Calendar) -> timedelta:
    """How far the sample's month has to move to lie ahead; nothing where this year's confirmed days do not reach."""
    first, _ = _month((folder / SETTINGS).read_text(encoding="utf-8"))
    weeks = -(-(today + PREPARED - first) // timedelta(weeks=1))
    moved = timedelta(weeks=max(0, weeks))
    is_known = first.year in calendar.confirmed_years
    return moved if is_known and first + moved + LEAST <= date(first.year, 12, 31) else timedelta()


def write_moved(folder: Path, to: Path, moved: timedelta, code: str, name: str) -> RoundFolder:
    """Write the folder with its dates moved, and read it as any other."""
    to.mkdir(parents=True)
    settings = (folder / SETTINGS).read_text(encoding="utf-8")
    first, last = _month(settings)
    for key, value in (("id", code), ("name", name)):
        settings = re.sub(rf'^{key} = "[^"]*"', f'{key} = "{value}"', settings, count=1, flags=re.MULTILINE)
    (to / SETTINGS).write_text(_moved(settings, first, last, moved), encoding="utf-8")
    for path in sorted(folder.glob("*.xlsx")):
        (to / path.name).write_bytes(_moved_workbook(path, first, last, moved))
    return read_round_folder(to)


def _month(settings: str) -> tuple[date, date]:
    head = tomllib.loads(settings)["round"]
    return head["first_day"], head["last_day"]


def _moved_workbook(path: Path, first: date, last: date, moved: timedelta) -> bytes:
    workbook = openpyxl.load_workbook(path)
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = _moved(cell.value, first, last, moved)
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _moved(text: str, first: date, last: date, moved: timedelta) -> str:
    """Move every date of the round's own weeks, to the year's end at most; others are history, or a certificate's."""

    def later(found: re.Match[str]) -> str:
        day = date.fromisoformat(found[0])
        return min(day + moved, date(first.year, 12, 31)).isoformat() if first <= day <= last else found[0]

    return re.sub(r"\d{4}-\d{2}-\d{2}", later, text)
