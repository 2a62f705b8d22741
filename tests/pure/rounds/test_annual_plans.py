"""The annual plan: lines as changes leave them, read from a form without guessing, written as open data."""

import csv
import io
from datetime import date

import msgspec
import pytest
from msgspec.structs import replace
from support.dispatches import BEFORE, FIRE, WATER

from coordinator.domain.annual_plans import (
    COLUMNS,
    AnnualChange,
    AnnualLine,
    issue_content,
    issue_digest,
    new_line,
    plan_csv,
    refuse_unlike,
    standing_lines,
)
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.ids import DepartmentId, TaskId

WRITTEN = {
    "id": "水-01",
    "name": "取水检查",
    "kind": "系统内",
    "cooperating": "",
    "items": "取水许可",
    "targets": "企业",
    "ratio": "5%",
    "first_day": "2026-03-02",
    "last_day": "2026-06-30",
}


def a_line(**said: str) -> AnnualLine:
    return new_line(2026, WATER, WRITTEN | said)


def a_change(number: int, content: AnnualLine | None, line: str = "水-01") -> AnnualChange:
    return AnnualChange(
        number=number, line=TaskId(line), department=WATER, content=content, reason="年初", by_name="某", at=BEFORE
    )


def test_a_line_is_read_as_written() -> None:
    line = a_line()
    assert (line.id, line.department, line.first_day) == ("水-01", WATER, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("id", ""),
        ("name", " "),
        ("kind", "别的"),
        ("cooperating", ""),
        ("ratio", "待定"),
        ("ratio", "5"),
        ("first_day", "3月2日"),
        ("first_day", "2025-12-31"),
        ("last_day", "2027-01-01"),
        ("last_day", "2026-03-01"),
    ],
)
def test_what_is_not_certain_leads_to_its_field(field: str, said: str) -> None:
    joint = {"kind": "部门联合", "cooperating": "某县消防救援大队"} if field == "cooperating" else {}
    with pytest.raises(Invalid) as refused:
        a_line(**(joint | {field: said}))
    assert refused.value.fields["field"] == field


def test_the_last_change_of_a_line_stands_until_it_is_withdrawn() -> None:
    first, second = a_line(), a_line(ratio="10%")
    other = replace(first, id=TaskId("水-02"))
    changes = [a_change(1, first), a_change(2, other, "水-02"), a_change(3, second)]
    assert standing_lines(reversed(changes)) == (second, other)
    assert standing_lines([*changes, a_change(4, None)]) == (other,)


def test_a_change_changes_something_of_ones_own() -> None:
    line = a_line()
    refuse_unlike([line], replace(line, ratio="10%"))
    with pytest.raises(Conflict):
        refuse_unlike([line], line)
    with pytest.raises(Conflict, match="已经用过"):
        refuse_unlike([line], replace(line, department=DepartmentId(FIRE)))


def test_the_published_bytes_have_the_approved_digest_and_say_every_field() -> None:
    line = a_line()
    assert msgspec.json.decode(issue_content([line]), type=list[AnnualLine]) == [line]
    assert issue_digest([line]) != issue_digest([replace(line, ratio="10%")])
    assert tuple(COLUMNS) == tuple(sorted(AnnualLine.__struct_fields__, key=list(COLUMNS).index))


def test_open_data_computes_nothing_in_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(plan_csv([a_line(name="=1+1", items="＝取水")]).decode("utf-8-sig"))))
    assert rows[0] == list(COLUMNS.values())
    assert (rows[1][1], rows[1][5]) == ("'=1+1", "'＝取水")
