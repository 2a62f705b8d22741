"""Whatever stands in a record: it is refused here, or what is sent passes the receiver's check, as text."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure.connectors.reported import a_penalty, a_result

from connectors import publicity, supervision
from connectors.contract import PermanentError
from connectors.platforms.exporting import workbook
from connectors.platforms.maps import FieldMap, map_named
from connectors.platforms.translating import translated
from connectors.records import AnyRecord, Disposition, ResultCode, TaskKind, read_records, records_file

GSXT = map_named("henan-1", publicity.MAPS)
JG = map_named("henan-1", supervision.MAPS)
GIVEN = {"catalog_code": {"FIRE-01": "C1"}, "task_code": {"FIRE-01": "T1"}}

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=70)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))
results = st.builds(
    a_result,
    st.integers(0, 9_999_999),
    task=texts,
    target_name=texts,
    item_name=texts,
    problem=texts,
    inspected_on=days,
    result=st.sampled_from(ResultCode),
    task_kind=st.sampled_from(TaskKind),
    dispositions=st.lists(st.sampled_from(Disposition), unique=True).map(tuple),
)
penalties = st.builds(
    a_penalty,
    st.integers(0, 9_999_999),
    case_number=texts,
    filed_on=days,
    decided_on=st.none() | days,
    fine_fen=st.none() | st.integers(0, 2**63),
)
rows = st.lists(results | penalties, max_size=6)


@pytest.mark.parametrize("fields", [GSXT, JG], ids=["publicity", "supervision"])
@given(records=rows)
def test_what_is_sent_passes_the_receivers_check(fields: FieldMap, records: list[AnyRecord]) -> None:
    assert read_records(records_file("行", records)) == tuple(records)
    try:
        tables = translated(fields, records, GIVEN)
    except PermanentError:
        return
    assert sum(map(len, tables.values())) == len(records)
    assert not [fault for name, kept in tables.items() for fault in fields.faults_of(fields.table_by_name[name], kept)]


@given(words=texts)
def test_no_text_becomes_a_formula_on_its_way_into_a_workbook(words: str) -> None:
    file = workbook(GSXT, translated(GSXT, [a_result(problem=words)]))
    sheet = openpyxl.load_workbook(BytesIO(file.content))["SPOTCHECK"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    [_, _, row] = sheet.iter_rows(values_only=True)
    shown = str(row[11] or "")
    assert not shown.lstrip(" \u3000\n").startswith(tuple("=+-@＝＋－＠"))
