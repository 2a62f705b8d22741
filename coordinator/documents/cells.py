"""How we write workbooks: one look, text that never turns into a formula, drop-downs, same bytes for same values.

What is written is said by `templates` and its neighbours; giving back somebody's own workbook is `marking`.
"""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from coordinator.domain.columns import Column, Kind, SheetForm

CellContent = str | int | float | date | datetime | None

_FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_BORDER = {"border": 1, "border_color": "#BFC7D1"}
_LAST_ROW = 1_048_575
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?%?|-+")
_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r")
# Fixed, so that the same values give the same bytes.
_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class Styles(NamedTuple):
    """The formats of one workbook."""

    title: Format
    note: Format
    heading: Format
    required: Format
    text: Format
    date: Format
    number: Format
    example: Format


def neutral(text: str) -> str:
    """Make sure that no spreadsheet takes a text for a formula, now or after it was edited or saved as CSV.

    The sign may be full-width too, for input methods and some programs turn it into the narrow one. Plain numbers and
    dashes stay as they are.
    """
    is_formula = text.lstrip(" \u3000\n").startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text.strip())
    return f"'{text}" if is_formula else text


def new_workbook(target: Path | BytesIO) -> Workbook:
    """Begin a workbook that reads text as text, never as formula, number or link; close it to write it."""
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    workbook = Workbook(str(target) if isinstance(target, Path) else target, options)
    workbook.set_properties({"created": _CREATED})
    return workbook


def styles(workbook: Workbook) -> Styles:
    """Register our formats in a workbook."""
    cell = {**_FONT, **_BORDER, "text_wrap": True}
    heading = {**_FONT, **_BORDER, "bold": True, "text_wrap": True, "bg_color": "#E4EBF2"}
    return Styles(
        title=workbook.add_format({**_FONT, "font_size": 16, "bold": True}),
        note=workbook.add_format({**_FONT, "text_wrap": True, "valign": "top"}),
        heading=workbook.add_format(heading),
        required=workbook.add_format({**heading, "bg_color": "#C9D8E8"}),
        text=workbook.add_format({**cell, "num_format": "@"}),
        date=workbook.add_format({**cell, "num_format": "yyyy-mm-dd"}),
        number=workbook.add_format(cell),
        example=workbook.add_format({**cell, "num_format": "@", "italic": True, "font_color": "#7A8594"}),
    )


def style_of(column: Column, formats: Styles) -> Format:
    """Give the format in which a column's cells are written; codes are text, so that no digit is lost."""
    if column.kind is Kind.DATE:
        return formats.date
    return formats.number if column.kind in {Kind.WHOLE_NUMBER, Kind.DECIMAL} else formats.text


def write(sheet: Worksheet, place: tuple[int, int], value: CellContent, style: Format) -> None:
    """Write one value at a 0-based (row, column), texts neutralised."""
    row, column = place
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, neutral(value), style)
    elif isinstance(value, datetime | date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def write_headings(sheet: Worksheet, form: SheetForm, formats: Styles) -> None:
    """Write a form's headings in the first row, prepare its columns and keep the headings in sight."""
    for number, column in enumerate(form.columns):
        sheet.set_column(number, number, _width(column), style_of(column, formats))
        sheet.write_string(0, number, column.heading, formats.required if column.required else formats.heading)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 0)
    # Codes are text on purpose: no green corners.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def add_drop_downs(sheet: Worksheet, form: SheetForm, first_row: int) -> None:
    """Offer each code list from a 0-based row on, and show every column's help when a cell is chosen."""
    for number, column in enumerate(form.columns):
        options = _validation(column)
        if options:
            sheet.data_validation(first_row, number, _LAST_ROW, number, options)


def _validation(column: Column) -> dict[str, Any]:
    hint = {"input_title": column.name, "input_message": column.help} if column.help else {}
    if not column.choices:
        return {"validate": "any", **hint} if hint else {}
    return {
        "validate": "list",
        "source": list(column.choices),
        # Several values in one cell are no entry of the list; the intake checks them one by one.
        "show_error": column.kind is Kind.CHOICE,
        "error_title": "不在可选范围内",
        "error_message": "请从下拉列表中选择。",
        **hint,
    }


def _width(column: Column) -> float:
    longest = max(len(column.heading), len(column.example) * 0.7, *(len(choice) * 0.8 for choice in column.choices), 4)
    return min(longest * 2 + 2, 42)
