"""Whatever stands in a cell or in round.toml ends in a finding, a refusal in words or a lawful document.

Every string that may become an identifier of the draw is tried with what identifiers may not hold (spec/draw.md 1).
"""

import json
import math
from datetime import datetime
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pure.intake.comparing import CALENDAR, RealRound, drawn_with, real_round, workbook_of
from pure.intake.round_folders import SMALL

from coordinator.domain.columns import ALL_FORMS
from coordinator.domain.errors import Invalid
from coordinator.domain.frames import excluded_file
from coordinator.domain.intake.grid import data_rows, lay_out, sheet_named
from coordinator.domain.intake.taking import refused_targets
from coordinator.domain.matters import wanted_matters
from coordinator.domain.problems import planning_problem
from coordinator.domain.rounds import Round, read_round
from coordinator.domain.sheets import CellValue, Workbook
from solver.chance.identifiers import refuse_identifier
from solver.planning.reading import read_problem

NASTY = "\x00\x01\t\n\r\x1f\x7f\x85\x9f\u00ad\u061c\u200b\u200f\u2028\u2029\u202e\u2060\u2066\ufeff\ud800\u0301"
AWKWARD = "eé/\\ .-;、％５¼²"
ORDINARY = "SL01市监家户所抽≥≤%‰5０x至年月日上午"
TEXTS = st.text(alphabet=st.sampled_from(NASTY + AWKWARD + ORDINARY), max_size=12)
ENORMOUS = "9" * 5000
EDGES: st.SearchStrategy[CellValue] = st.sampled_from(
    [
        math.nan,
        math.inf,
        -5,
        10**18,
        "9" * 30,
        ENORMOUS,
        f"{ENORMOUS}%",
        f"{ENORMOUS}家",
        f"≤{ENORMOUS}所抽≥2所;>10所≥50%",
        "0." + "1" * 400,
        "٣٤",
        "a\x00b",
        "a\u200b\u0301",
        "9999-12-31",
        "0000-01-01",
        datetime(9999, 12, 31),  # noqa: DTZ001 - a cell
        "特别检查/x/1",
    ]
)
CELLS: st.SearchStrategy[CellValue] = st.one_of(
    TEXTS,
    EDGES,
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
SETTINGS = read_round((SMALL / "round.toml").read_bytes())


@cache
def workbooks() -> tuple[Workbook, ...]:
    return tuple(workbook_of(path.name, path.read_bytes()) for path in sorted(SMALL.glob("*.xlsx")))


@cache
def places() -> tuple[tuple[int, str, int, int], ...]:
    """A cell of each column of each sheet, in its first row of data: workbook, sheet, row, column."""
    found: dict[tuple[str, str], tuple[int, str, int, int]] = {}
    for number, book in enumerate(workbooks()):
        for form in ALL_FORMS:
            sheet = sheet_named(book, form.name)
            table = lay_out(sheet, form) if sheet else None
            row = next(data_rows(table), None) if table else None
            if sheet and table and table.header and row:
                for name, column in table.header.columns.items():
                    found.setdefault((form.name, name), (number, sheet.name, row[0] - 1, column - 1))
    return tuple(found.values())


def with_cell(place: tuple[int, str, int, int], value: CellValue) -> list[Workbook]:
    number, name, row, column = place
    books = list(workbooks())
    sheets = []
    for sheet in books[number].sheets:
        if sheet.name == name:
            rows = [list(cells) for cells in sheet.rows]
            rows[row][column] = value
            sheet = replace(sheet, rows=tuple(map(tuple, rows)))  # noqa: PLW2901 - the changed one in its place
        sheets.append(sheet)
    books[number] = replace(books[number], sheets=tuple(sheets))
    return books


def stands(real: RealRound) -> None:
    """All that is made of a round can be written down, and read again by those who judge it."""
    selected = drawn_with(real)
    wanted = wanted_matters(real.round, CALENDAR, real.submissions, real.tasks, real.targets, selected)
    problem = planning_problem(real.round, CALENDAR, real.submissions, real.targets, wanted.matters)
    read_problem(msgspec.json.encode(problem))
    excluded_file(
        each for one in real.taken for each in refused_targets(one.submission.department.id, one.refused)
    ).decode()
    stored = msgspec.json.encode(real.taken)
    assert b"\\u0000" not in stored, "no database takes it"
    json.loads(stored)
    for task in real.tasks:
        for name in (task.id, task.initiator, *task.items, *(item.code for item in task.all_items)):
            refuse_identifier("task", name)
    for submission in real.submissions:
        for person in submission.inspectors:
            refuse_identifier("person", person.id)


@settings(max_examples=150, deadline=None)
@given(st.data(), CELLS)
def test_any_cell_gives_findings_or_a_refusal_in_words(data: st.DataObject, value: CellValue) -> None:
    changed = with_cell(data.draw(st.sampled_from(places())), value)
    try:
        real = real_round(SETTINGS, changed)
    except Invalid as refusal:
        tells_what_to_do(refusal)
    else:
        stands(real)


STRINGS = ("id", "name", "region", "coordinator")


@given(st.sampled_from(STRINGS), TEXTS.filter(lambda text: "\ud800" not in text))
def test_any_string_of_the_settings_may_stand_in_a_document_or_is_refused(name: str, text: str) -> None:
    lines = [
        f"{name} = {json.dumps(text)}" if line.startswith(f"{name} =") else line
        for line in (SMALL / "round.toml").read_text(encoding="utf-8").splitlines()
    ]
    try:
        read = read_round("\n".join(lines).replace("\\u007f", "\x7f").encode())
    except Invalid as refusal:
        tells_what_to_do(refusal)
    else:
        identifiable(read)


def tells_what_to_do(refusal: Invalid) -> None:
    assert refusal.remedy


def identifiable(read: Round) -> None:
    for text in (read.id, read.round.name, read.round.coordinator):
        if text:
            refuse_identifier("round.toml", text)
    assert read.id
    assert read.round.coordinator


@pytest.mark.parametrize("place", ["id", "name", "coordinator", "source"])
@pytest.mark.parametrize("sign", ["\\u0000", "\\t", "\\n", "\\u200b", "\\ufeff", "e\\u0301"])
def test_a_sign_that_nobody_sees_is_refused_at_its_place(place: str, sign: str) -> None:
    text = (SMALL / "round.toml").read_text(encoding="utf-8").partition("# beacon")[0]
    text += '\nbeacon = { source = "彩票", when = 2026-02-25T21:30:00+08:00, pattern = "^1$" }\n'
    key = f'{place} = "'
    with pytest.raises(Invalid, match=place):
        read_round(text.replace(key, key + sign, 1).encode())


def test_a_task_may_not_be_named_like_a_caused_inspection() -> None:
    number, sheet, row, _ = next(place for place in places() if place[1] == "抽查计划")
    [plan] = [each for each in workbooks()[number].sheets if each.name == sheet]
    column = next(at for at, value in enumerate(plan.rows[row]) if str(value).startswith("HC-"))
    real = real_round(SETTINGS, with_cell((number, sheet, row, column), "特别检查/禾川县水利局/1"))
    assert any("留给特别检查" in finding.message for one in real.taken for finding in one.findings)
