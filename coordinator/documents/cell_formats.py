"""The second look at a worksheet, for what calamine does not tell: percent formats, error cells, uncalculated formulas.

Works on the parts of an archive that `check_upload` has passed (no document types, bounded size). Values in general
are calamine's affair.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, iterparse

from msgspec import Struct

_BUILT_IN_PERCENT = {9, 10}
_NEEDS_A_LOOK = re.compile(rb"""\bt=["']e["']|<(\w+:)?f[ />]""")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class SecondLook(Struct, frozen=True, kw_only=True):
    """What one sheet's cells are besides their values, by 1-based (row, column)."""

    percent_cells: frozenset[tuple[int, int]] = frozenset()
    texts: dict[tuple[int, int], str] = {}
    """What stands in cells that calamine gives as empty: `#N/A`, or the text of a formula never calculated."""


def look_again(archive: zipfile.ZipFile) -> dict[str, SecondLook]:
    """Look at every sheet of a workbook that may need it; sheets without anything to tell are left out."""
    percent_styles = _percent_styles(archive)
    looks = {}
    for name, part in _sheet_parts(archive):
        content = archive.read(part)
        if percent_styles or _NEEDS_A_LOOK.search(content):
            looks[name] = _look(content, percent_styles)
    return looks


def _elements(content: bytes, *local_names: str) -> Iterator[tuple[str, Element]]:
    """Yield finished elements of those names whatever their namespace: strict and transitional files differ there."""
    # check_upload has refused document types, so no entity can expand here.
    for _event, element in iterparse(io.BytesIO(content)):  # noqa: S314 - see above
        name = element.tag.rpartition("}")[2]
        if name in local_names:
            yield name, element


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield each worksheet's name and the part it is in."""
    relations = archive.read("xl/_rels/workbook.xml.rels")
    parts = {
        element.get("Id", ""): posixpath.normpath(posixpath.join("/xl", element.get("Target", "")))[1:]
        for _name, element in _elements(relations, "Relationship")
        if element.get("Type", "").endswith("/worksheet")
    }
    for _name, element in _elements(archive.read("xl/workbook.xml"), "sheet"):
        # The relation's id is the one attribute of a sheet that has a namespace.
        relation = next((value for key, value in element.items() if key.endswith("}id")), "")
        if parts.get(relation) in archive.NameToInfo:
            yield element.get("name", ""), parts[relation]


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Give the style numbers (as cells write them) whose number format shows a percentage."""
    if "xl/styles.xml" not in archive.NameToInfo:
        return frozenset()
    percent_formats, styles = set(_BUILT_IN_PERCENT), []
    for name, element in _elements(archive.read("xl/styles.xml"), "numFmt", "xf", "cellStyleXfs"):
        if name == "numFmt" and "%" in _QUOTED.sub("", element.get("formatCode", "")):
            percent_formats.add(int(element.get("numFmtId", "0")))
        elif name == "xf":
            styles.append(int(element.get("numFmtId", "0")))
        elif name == "cellStyleXfs":
            # These come before the cells' own formats, and cells do not point at them.
            styles.clear()
    return frozenset(str(number) for number, number_format in enumerate(styles) if number_format in percent_formats)


def _look(content: bytes, percent_styles: frozenset[str]) -> SecondLook:
    percent_cells, texts = set(), {}
    for place, cell in _cells(content):
        kind, value = cell.get("t", "n"), _child_text(cell, "v")
        formula = _child_text(cell, "f")
        if kind == "n" and value and cell.get("s") in percent_styles:
            percent_cells.add(place)
        elif kind == "e":
            texts[place] = value or "#N/A"
        elif formula and not value and kind != "str":
            # An empty string result is written with t="str"; no result at all means that nothing ever calculated it.
            texts[place] = f"={formula}"
    return SecondLook(percent_cells=frozenset(percent_cells), texts=texts)


def _cells(content: bytes) -> Iterator[tuple[tuple[int, int], Element]]:
    """Yield each cell with its 1-based (row, column); rows and cells without a reference follow the one before."""
    row = column = 0
    all_rows = Element("sheetData")
    # check_upload has refused document types, so no entity can expand here.
    for event, element in iterparse(io.BytesIO(content), events=("start", "end")):  # noqa: S314 - see above
        name = element.tag.rpartition("}")[2]
        if (name, event) == ("sheetData", "start"):
            all_rows = element
        elif (name, event) == ("row", "start"):
            row, column = int(element.get("r", row + 1)), 0
        elif (name, event) == ("row", "end"):
            # Sheets formatted down to their last row have a million of these.
            all_rows.clear()
        elif (name, event) == ("c", "end"):
            column = _column_number(element.get("r", "")) or column + 1
            yield (row, column), element


def _column_number(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _child_text(cell: Element, local_name: str) -> str:
    return next((child.text or "" for child in cell if child.tag.rpartition("}")[2] == local_name), "")
