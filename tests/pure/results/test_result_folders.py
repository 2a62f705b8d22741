"""From OUT and filled-in workbooks to OUT2, as `onedoor results` does it: on disk, whole or not at all."""

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook
from pure.results.building import (
    A_CASE,
    ECOLOGY,
    FIRM_ECOLOGY,
    FIRM_WATER,
    NO_PROBLEM,
    ROUND,
    SHOP_WATER,
    TODAY,
    TRADE,
    WATER,
    Answers,
)

from coordinator.actions.results import ResultsReport, take_filled_forms
from coordinator.actions.statistics import add_up_folders
from coordinator.documents.result_forms import result_form
from coordinator.domain.columns import RESULTS, RETURN_SHEET, header_key
from coordinator.domain.errors import Conflict, Invalid, Refusal, Unavailable
from coordinator.domain.expectations import Expectations, ResultKey
from coordinator.domain.ids import DepartmentId, RoundId
from coordinator.domain.result_files import read_facts, write_expectations

PUBLISHED: Answers = NO_PROBLEM | {"公示渠道": "公示系统", "公示日期": date(2026, 4, 1)}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return a_round_folder(tmp_path / "OUT")


def a_round_folder(folder: Path, expectations: Expectations = ROUND) -> Path:
    folder.mkdir()
    (folder / "round.json").write_bytes(write_expectations(expectations))
    return folder


def a_filled_form(
    path: Path,
    department: DepartmentId,
    answers: Mapping[ResultKey, Answers],
    expectations: Expectations = ROUND,
) -> Path:
    """Fill rows of a department's form in with openpyxl, as a person would with Excel."""
    workbook = load_workbook(io.BytesIO(result_form(expectations, department)))
    sheet = workbook[RESULTS.name]
    places = {header_key(str(cell.value)): cell.column for cell in sheet[1]}
    owed = expectations.results_of(department)
    for row, expected in enumerate(owed, start=2):
        for name, value in answers.get(expected.key, {}).items():
            sheet.cell(row, places[header_key(name)], value)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def tables(folder: Path) -> dict[str, list[dict[str, object]]]:
    content = json.loads((folder / "statistics.json").read_bytes())
    return {table["unit"]: table["rows"] for table in content["tables"]}


def test_results_come_back_as_lists_notices_returned_forms_and_the_table(tmp_path: Path, out: Path) -> None:
    water = a_filled_form(
        tmp_path / WATER / "检查结果填报.xlsx",
        WATER,
        {FIRM_WATER: PUBLISHED, SHOP_WATER: {"检查结果": "未发现问题"}},
    )
    ecology = a_filled_form(
        tmp_path / ECOLOGY / "检查结果填报.xlsx",
        ECOLOGY,
        {FIRM_ECOLOGY: A_CASE | {"罚没金额(元)": 25_000}},
    )
    out2 = tmp_path / "OUT2"
    report = take_filled_forms(out, [water, ecology], out2, TODAY)
    assert (report.refused_rows, report.entered, report.missing, report.expected) == (1, 2, 5, 7)
    assert [(form.department, form.new, form.refused) for form in report.forms] == [(WATER, 1, 1), (ECOLOGY, 1, 0)]
    assert set(contents(out2)) == {
        ".onedoor",
        "facts.json",
        "summary.json",
        "publication.json",
        "statistics.json",
        "statistics.xlsx",
        *(f"publication/{name}.xlsx" for name in ("公示系统", "专业系统", "部门网站", "不予公示", "未定渠道")),
        "overdue.xlsx",
        "missing.xlsx",
        "defects.xlsx",
        f"departments/{WATER}/退回.xlsx",
        f"departments/{WATER}/抄告.xlsx",
        f"departments/{TRADE}/抄告.xlsx",
    }
    joint_county = tables(out2)[WATER][3]
    assert (joint_county["batches"], joint_county["targets"]) == (1, 1)
    assert joint_county["published"] == {"公示系统": 1, "专业系统": 0, "部门网站": 0}
    assert (tables(out2)[ECOLOGY][3]["cases"], tables(out2)[ECOLOGY][3]["fines_wan"]) == (1, "2.50")


def test_a_returned_form_is_the_department_s_own_with_the_bad_cell_marked(tmp_path: Path, out: Path) -> None:
    form = a_filled_form(tmp_path / "水利.xlsx", WATER, {FIRM_WATER: NO_PROBLEM | {"检查结果": "合格"}})
    take_filled_forms(out, [form], tmp_path / "OUT2", TODAY)
    returned = load_workbook(tmp_path / "OUT2" / "departments" / WATER / "退回.xlsx")
    assert returned.sheetnames[0] == RETURN_SHEET
    comment = returned[RESULTS.name]["F2"].comment
    assert comment is not None
    assert "可选值" in comment.text


def test_handing_in_again_changes_nothing_and_what_others_handed_in_before_stays(tmp_path: Path, out: Path) -> None:
    water = a_filled_form(tmp_path / "水利.xlsx", WATER, {FIRM_WATER: PUBLISHED})
    ecology = a_filled_form(tmp_path / "生态.xlsx", ECOLOGY, {FIRM_ECOLOGY: A_CASE})
    together, one_by_one = tmp_path / "together", tmp_path / "one-by-one"
    take_filled_forms(out, [water, ecology], together, TODAY)
    for form in (water, ecology, water):
        last = take_filled_forms(out, [form], one_by_one, TODAY)
    assert (last.forms[0].new, last.forms[0].unchanged) == (0, 1)
    same = {"facts.json", "statistics.json", "publication.json", "overdue.xlsx", "missing.xlsx"}
    assert {name: contents(one_by_one)[name] for name in same} == {name: contents(together)[name] for name in same}
    assert add_up_folders([together, one_by_one, together], 2026, tmp_path / "sum").statistics.tables
    assert tables(tmp_path / "sum") == tables(together)


def test_a_corrected_form_replaces_what_stood_and_nothing_of_the_old_return_remains(tmp_path: Path, out: Path) -> None:
    out2 = tmp_path / "OUT2"
    bad = {FIRM_WATER: PUBLISHED, SHOP_WATER: NO_PROBLEM | {"检查日期": "昨天"}}
    take_filled_forms(out, [a_filled_form(tmp_path / "1.xlsx", WATER, bad)], out2, TODAY)
    good = {FIRM_WATER: NO_PROBLEM, SHOP_WATER: NO_PROBLEM}
    report = take_filled_forms(out, [a_filled_form(tmp_path / "2.xlsx", WATER, good)], out2, TODAY)
    assert (report.refused_rows, report.forms[0].corrected, report.forms[0].new) == (0, 1, 1)
    assert f"departments/{WATER}/退回.xlsx" not in contents(out2)
    assert tables(out2)[WATER][3]["published"] == {"公示系统": 0, "专业系统": 0, "部门网站": 0}
    assert len(read_facts((out2 / "facts.json").read_bytes()).corrections) == 1


def test_a_file_named_twice_in_one_command_is_one_hand_in(tmp_path: Path, out: Path) -> None:
    bad = {FIRM_WATER: PUBLISHED, SHOP_WATER: {"检查结果": "未发现问题"}}
    form = a_filled_form(tmp_path / "1.xlsx", WATER, bad)
    once = take_filled_forms(out, [form], tmp_path / "once", TODAY)
    assert take_filled_forms(out, [form, form], tmp_path / "twice", TODAY) == once
    assert contents(tmp_path / "twice")["facts.json"] == contents(tmp_path / "once")["facts.json"]


def refused(out: Path, filled: list[Path], out2: Path) -> Refusal:
    before = contents(out2) if out2.is_dir() else None
    with pytest.raises(Refusal) as refusal:
        take_filled_forms(out, filled, out2, TODAY)
    assert (contents(out2) if out2.is_dir() else None) == before
    assert [path.name for path in out2.parent.iterdir() if path.name.startswith(".")] == []
    return refusal.value


def test_what_cannot_be_used_is_refused_in_words_and_leaves_nothing_behind(tmp_path: Path, out: Path) -> None:
    good = a_filled_form(tmp_path / "好.xlsx", WATER, {FIRM_WATER: PUBLISHED})
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK nothing")
    elsewhere = a_filled_form(tmp_path / "别.xlsx", WATER, {}, replace(ROUND, round=RoundId("2026-Q2")))
    empty = tmp_path / "空"
    empty.mkdir()
    for refusal, words in (
        (refused(tmp_path / "没有", [good], tmp_path / "X"), "找不到文件夹"),
        (refused(empty, [good], tmp_path / "X"), r"round.json"),
        (refused(out, [], tmp_path / "X"), "没有给出"),
        (refused(out, [tmp_path / "无.xlsx"], tmp_path / "X"), "“无.xlsx”不存在"),
        (refused(out, [good, broken], tmp_path / "X"), "“坏.xlsx”"),
        (refused(out, [good, elsewhere], tmp_path / "X"), "轮次“2026-Q2”"),
        (refused(out, [good], out), "已有其他内容"),
    ):
        assert words in str(refusal)
        assert isinstance(refusal, Invalid | Conflict)
        assert refusal.sentence()


def test_a_folder_of_another_draw_is_not_written_over(tmp_path: Path, out: Path) -> None:
    out2 = tmp_path / "OUT2"
    take_filled_forms(out, [a_filled_form(tmp_path / "1.xlsx", WATER, {FIRM_WATER: PUBLISHED})], out2, TODAY)
    redrawn = replace(ROUND, batches=ROUND.batches[1:], results=())
    other = a_round_folder(tmp_path / "OUT-b", redrawn)
    refusal = refused(other, [a_filled_form(tmp_path / "2.xlsx", WATER, {}, redrawn)], out2)
    assert "另一次抽取" in str(refusal)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, out: Path) -> None:
    form = a_filled_form(tmp_path / "1.xlsx", WATER, {FIRM_WATER: PUBLISHED})
    with pytest.raises(Unavailable, match="写不了文件夹"):
        take_filled_forms(out, [form], form / "OUT2", TODAY)


def test_statistics_add_up_rounds_that_are_only_drawn_as_well(tmp_path: Path, out: Path) -> None:
    second = a_round_folder(tmp_path / "OUT-Q2", replace(ROUND, round=RoundId("2026-Q2")))
    form = a_filled_form(tmp_path / "1.xlsx", WATER, {FIRM_WATER: PUBLISHED})
    take_filled_forms(out, [form], tmp_path / "OUT2", TODAY)
    report = add_up_folders([tmp_path / "OUT2", second], 2026, tmp_path / "sum", TODAY)
    assert report.rounds == ("2026-Q1", "2026-Q2")
    row = tables(tmp_path / "sum")[WATER][3]
    assert (row["batches"], row["targets"]) == (2, 1)
    assert {".onedoor", "statistics.json", "statistics.xlsx"} == set(contents(tmp_path / "sum"))


def test_folders_without_facts_and_contradicting_ones_are_refused(tmp_path: Path, out: Path) -> None:
    with pytest.raises(Invalid, match="没有给出"):
        add_up_folders([], 2026, tmp_path / "sum")
    with pytest.raises(Invalid, match=r"facts\.json"):
        add_up_folders([tmp_path], 2026, tmp_path / "sum")
    redrawn = a_round_folder(tmp_path / "OUT-b", replace(ROUND, results=()))
    with pytest.raises(Conflict, match="抽取结果不同"):
        add_up_folders([out, redrawn], 2026, tmp_path / "sum")


def test_a_rehearsal_s_table_says_so(tmp_path: Path) -> None:
    out = a_round_folder(tmp_path / "OUT", replace(ROUND, rehearsal=True))
    form = a_filled_form(tmp_path / "1.xlsx", WATER, {FIRM_WATER: PUBLISHED})
    report: ResultsReport = take_filled_forms(out, [form], tmp_path / "OUT2", TODAY)
    sheet = load_workbook(tmp_path / "OUT2" / "statistics.xlsx").worksheets[0]
    assert report.rehearsal
    assert "演练" in str(sheet["A2"].value)
    assert add_up_folders([tmp_path / "OUT2"], 2026, tmp_path / "sum").rehearsals == ("2026-Q1",)
