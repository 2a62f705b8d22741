"""Plan B: the same rows in an import format, as a workbook or as CSV, for a platform that cannot be reached.

Rows are translated and checked by the same field map; no text becomes a formula, wherever it is opened.
"""

import csv
import io
from datetime import UTC, datetime

from xlsxwriter import Workbook

from connectors.contract import File
from connectors.platforms.maps import FieldMap, MapTable, Row
from connectors.platforms.translating import Tables

_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r")
# fixed, so that the same rows give the same bytes
_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def workbook(fields: FieldMap, tables: Tables) -> File:
    """A sheet for each table that has rows: their field names, the Chinese ones, then the rows."""
    target = io.BytesIO()
    book = Workbook(
        target,
        {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True},
    )
    book.set_properties({"created": _CREATED})
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(_lines(fields.table_by_name[name], rows)):
            for column, text in enumerate(line):
                sheet.write_string(number, column, text)
    book.close()
    name = f"{fields.name}-{fields.version}.xlsx"
    return File(name=name, content=target.getvalue(), row_count=sum(map(len, tables.values())))


def sheets(fields: FieldMap, tables: Tables) -> list[File]:
    """A CSV for each table, in UTF-8 with the mark that spreadsheets want."""
    return [_sheet(fields.table_by_name[name], rows) for name, rows in tables.items()]


def _sheet(table: MapTable, rows: list[Row]) -> File:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows(_lines(table, rows))
    return File(name=f"{table.name}.csv", content=target.getvalue().encode("utf-8-sig"), row_count=len(rows))


def _lines(table: MapTable, rows: list[Row]) -> list[list[str]]:
    names = [field.theirs for field in table.fields]
    return [names, [field.title for field in table.fields], *([neutral(row[name]) for name in names] for row in rows)]


def neutral(text: str) -> str:
    return f"'{text}" if text.lstrip(" \u3000\n").startswith(_FORMULA_STARTS) else text
