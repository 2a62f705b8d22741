"""Workbooks as departments lay them out: a title above the header, columns in their own order, a sum row at the end.

The cells come from `directories` and `faults`; columns from the project's own declaration.
"""

from datetime import date
from pathlib import Path
from random import Random

from xlsxwriter.worksheet import Worksheet

from coordinator.documents.cells import new_workbook
from coordinator.domain.columns import ALL_FORMS, SheetForm
from deploy.sample.directories import Cell, Department, Sheets

_TITLED = {"应急", "公安"}
_SHUFFLED = {"文旅"}
_WIDE_BRACKETS = {"消防"}
_SUMMED = {"市监"}


def write_workbook(folder: Path, department: Department, sheets: Sheets) -> None:
    """Write one department's sheets in its own layout; the same rows give the same bytes."""
    workbook = new_workbook(folder / f"{department.name}.xlsx")
    formats = {
        "title": workbook.add_format({"bold": True, "font_size": 16, "align": "center"}),
        "heading": workbook.add_format({"bold": True}),
        "percent": workbook.add_format({"num_format": "0%"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
    }
    for form in ALL_FORMS:
        if form.name not in sheets:
            continue
        sheet = workbook.add_worksheet(form.name)
        names = _headers(form, department)
        first_row = 0
        if department.mark in _TITLED and form.name == "检查对象名录":
            sheet.merge_range(0, 0, 0, len(names) - 1, f"{department.name}检查对象名录（2026年）", formats["title"])
            first_row = 1
        for number, name in enumerate(names):
            wide = department.mark in _WIDE_BRACKETS
            heading = name.replace("(", "（").replace(")", "）") if wide else name
            sheet.write_string(first_row, number, heading, formats["heading"])
        rows = [[row.get(name) for name in names] for row in sheets[form.name]]
        if department.mark in _SUMMED and form.name == "执法检查人员名录":
            rows.append(["合计", len(rows), *[None] * (len(names) - 2)])
        for row, cells in enumerate(rows, start=first_row + 1):
            for number, value in enumerate(cells):
                _write(sheet, (row, number), value, formats["percent" if "比例" in names[number] else "date"])
    workbook.close()


def _headers(form: SheetForm, department: Department) -> list[str]:
    names = [column.name for column in form.columns]
    if department.mark in _SHUFFLED:
        Random(form.name).shuffle(names)  # noqa: S311 - an order of columns, no secret
    return names


def _write(sheet: Worksheet, place: tuple[int, int], value: Cell, number_format: object) -> None:
    row, column = place
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, number_format)
    elif isinstance(value, float) and value < 1:
        sheet.write_number(row, column, value, number_format)
    elif value is not None:
        sheet.write_number(row, column, value)
