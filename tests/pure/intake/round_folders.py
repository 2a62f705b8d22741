"""The small sample round, taken apart so that a test can plant one thing in it and write it out as a folder again."""

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.recomputation.sheets import columns, plain

SMALL = Path(__file__).parents[3] / "deploy" / "sample" / "small"
MARKET, WATER, POLICE, FIRE = "禾川县市场监督管理局", "禾川县水利局", "禾川县公安局", "禾川县消防救援大队"

Place = tuple[str, str, str]
"""Department, sheet, cell."""

PLANTED_BEFORE: frozenset[Place] = frozenset(
    {(MARKET, "检查对象名录", "I22"), (WATER, "检查对象名录", "G7"), (WATER, "回避登记", "A2")}
)
"""The faults that the sample comes with."""


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


class SmallRound:
    """The four workbooks of the small sample and its settings, still to be changed."""

    def __init__(self) -> None:
        self.settings = (SMALL / "round.toml").read_text(encoding="utf-8")
        self._changed: dict[str, Workbook] = {}

    def book(self, department: str) -> Workbook:
        """The workbook of a department, to be changed."""
        if department not in self._changed:
            self._changed[department] = load_workbook(io.BytesIO(_content(SMALL / f"{department}.xlsx")))
        return self._changed[department]

    def sheet(self, department: str, sheet: str) -> Worksheet:
        found = self.book(department)[sheet]
        assert isinstance(found, Worksheet)
        return found

    def row(self, department: str, sheet: str, key: str) -> int:
        """The first row in which some cell says `key`."""
        for line in self.sheet(department, sheet).iter_rows():
            if any(cell.value == key for cell in line):
                return int(line[0].row)
        raise KeyError(key)

    def put(self, department: str, sheet: str, key: str, values: dict[str, Any]) -> set[Place]:
        """Change cells of the row that says `key`; gives their places."""
        return self.fill(department, sheet, self.row(department, sheet, key), values)

    def add(self, department: str, sheet: str, values: dict[str, Any], *, like: str = "") -> int:
        """Write a new last row, otherwise like another one; gives its number."""
        worksheet = self.sheet(department, sheet)
        number = worksheet.max_row + 1
        if like:
            pattern = self.row(department, sheet, like)
            for cell in list(worksheet[pattern]):
                worksheet.cell(number, cell.column, cell.value)
        self.fill(department, sheet, number, values)
        return number

    def fill(self, department: str, sheet: str, number: int, values: dict[str, Any]) -> set[Place]:
        worksheet = self.sheet(department, sheet)
        places = set()
        for name, value in values.items():
            cell = worksheet.cell(number, self.column(department, sheet, name))
            cell.value = value
            places.add((department, sheet, cell.coordinate))
        return places

    def column(self, department: str, sheet: str, name: str) -> int:
        for line in self.sheet(department, sheet).iter_rows(max_row=3):
            for cell in line:
                if plain(str(cell.value)) == name:
                    return int(cell.column)
        raise KeyError(name)

    def take_out(self, department: str) -> None:
        """This department hands nothing in."""
        self._changed[department] = Workbook()

    def set_up(self, old: str, new: str) -> None:
        """Change the words of round.toml."""
        assert old in self.settings
        self.settings = self.settings.replace(old, new)

    def new_sheet(self, department: str, sheet: str, rows: Iterable[dict[str, Any]]) -> None:
        """Replace a sheet by one with its plain header and these rows."""
        book = self.book(department)
        if sheet in book.sheetnames:
            book.remove(book[sheet])
        worksheet = book.create_sheet(sheet)
        names = [name for name, _, _ in columns(sheet)]
        worksheet.append(names)
        for row in rows:
            worksheet.append([row.get(name) for name in names])

    def written(self, folder: Path) -> Path:
        """Write the round folder out."""
        folder.mkdir(exist_ok=True)
        (folder / "round.toml").write_text(self.settings, encoding="utf-8")
        for department in (MARKET, WATER, POLICE, FIRE):
            path = folder / f"{department}.xlsx"
            changed = self._changed.get(department)
            if changed is None:
                path.write_bytes(_content(SMALL / f"{department}.xlsx"))
            elif "部门" in changed.sheetnames:
                changed.save(path)
        return folder
