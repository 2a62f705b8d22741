"""However a liaison lays a workbook out, the same rows are found in it; templates and examples count for nothing."""

import random
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from pure.intake.comparing import real_round, real_round_of, workbook_of
from pure.intake.planting import faults, taken_in
from pure.intake.round_folders import FIRE, MARKET, POLICE, WATER, SmallRound

from coordinator.documents.templates import template
from coordinator.domain.columns import ALL_FORMS, SheetForm, header_key
from coordinator.domain.errors import Invalid
from coordinator.domain.intake.grid import data_rows, lay_out
from coordinator.domain.sheets import Sheet

DIRECTORY = "检查对象名录"


def shuffle(worksheet: Worksheet, order: random.Random) -> None:
    columns = [[copy(cell.value) for cell in column] for column in worksheet.iter_cols()]
    order.shuffle(columns)
    for number, column in enumerate(columns, start=1):
        for row, value in enumerate(column, start=1):
            worksheet.cell(row, number).value = value


def test_nothing_planted_nothing_found(tmp_path: Path) -> None:
    assert faults(taken_in(SmallRound(), tmp_path)) == set()


@pytest.mark.parametrize("seed", range(3))
def test_columns_in_any_order_hold_the_same(seed: int, tmp_path: Path) -> None:
    small, plain_round = SmallRound(), real_round_of(SmallRound().written(tmp_path / "plain"))
    for sheet in ("抽查事项清单", DIRECTORY, "执法检查人员名录", "抽查计划"):
        shuffle(small.sheet(MARKET, sheet), random.Random(seed))  # noqa: S311 - a fixed order
    real = taken_in(small, tmp_path)
    assert real.submissions == plain_round.submissions


def test_title_rows_and_merged_cells_above_the_header_are_tolerated(tmp_path: Path) -> None:
    small = SmallRound()
    for sheet in (DIRECTORY, "执法检查人员名录", "抽查计划"):
        worksheet = small.sheet(MARKET, sheet)
        worksheet.insert_rows(1, 3)
        worksheet["A1"] = f"{MARKET}{sheet}（2026年第一季度）"
        worksheet.merge_cells("A1:H1")
        worksheet["A2"] = "填报单位（盖章）："
        worksheet["D2"] = "填报日期：2026年2月10日"
    # the sample's fault in the directory has moved down with its row
    assert faults(taken_in(small, tmp_path)) == {(MARKET, DIRECTORY, "I25")}


def test_a_row_of_groups_above_the_header_is_not_the_header(tmp_path: Path) -> None:
    """Group headings may be called as a column is: the header is the row that names most."""
    small = SmallRound()
    worksheet = small.sheet(WATER, "抽查计划")
    worksheet.insert_rows(1)
    for cell, heading in {"A1": "任务名称", "E1": "配合部门", "G1": "对象范围", "I1": "抽查比例"}.items():
        worksheet[cell] = heading
    worksheet.merge_cells("A1:D1")
    worksheet.merge_cells("I1:M1")
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    assert {"HC-03", "HC-04"} <= {task.id for task in real.tasks}


@pytest.mark.parametrize(
    "write",
    [
        lambda name: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
        lambda name: f"★{name}",
        lambda name: f" {name[:2]} {name[2:]}\n",
        lambda name: name.replace("(", "（").replace(")", "）"),
        lambda name: name.replace("(分钟)", "\n(分钟)"),
    ],
)
def test_the_width_of_a_header_makes_no_difference(write: Any, tmp_path: Path) -> None:
    small, plain_round = SmallRound(), real_round_of(SmallRound().written(tmp_path / "plain"))
    for sheet in ("抽查事项清单", DIRECTORY, "抽查计划"):
        for cell in small.sheet(MARKET, sheet)[1]:
            cell.value = write(str(cell.value))
    real = real_round_of(small.written(tmp_path / "round"))
    assert real.submissions == plain_round.submissions


@pytest.mark.parametrize("word", ["合计", "合 计", "　合计　"])
def test_a_sum_row_is_skipped(word: str, tmp_path: Path) -> None:
    small = SmallRound()
    worksheet = small.sheet(FIRE, DIRECTORY)
    worksheet.append([word, None, 20])
    worksheet.append([])
    worksheet.append([None, word, "20户"])
    assert faults(taken_in(small, tmp_path)) == set()


def test_extra_columns_are_kept_aside_with_a_warning(tmp_path: Path) -> None:
    small = SmallRound()
    worksheet = small.sheet(FIRE, DIRECTORY)
    worksheet.insert_cols(1)
    worksheet["A1"] = "序号"
    for number in range(2, worksheet.max_row + 1):
        worksheet.cell(number, 1).value = number - 1
    worksheet.cell(1, worksheet.max_column + 1).value = "备注"
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    fire = next(one for one in real.taken if one.submission.department.id == FIRE)
    assert {f.found for f in fire.findings if "没有这一列" in f.message} == {"序号", "备注"}


def test_a_column_that_stands_twice_counts_where_it_stands_first(tmp_path: Path) -> None:
    small = SmallRound()
    worksheet = small.sheet(FIRE, DIRECTORY)
    at = worksheet.max_column + 1
    worksheet.cell(1, at).value = "地址"
    worksheet.cell(2, at).value = "另一处"
    real = real_round_of(small.written(tmp_path / "round"))
    assert faults(real) == set()
    assert any("出现了两次" in warning for warning in real.warnings())
    assert "另一处" not in {entry.address for one in real.submissions for entry in one.targets}


def test_rows_of_a_sheet_without_a_required_column_are_all_refused(tmp_path: Path) -> None:
    small = SmallRound()
    small.sheet(POLICE, DIRECTORY).delete_cols(small.column(POLICE, DIRECTORY, "地址"))
    real = real_round_of(small.written(tmp_path / "round"))
    police = next(one for one in real.taken if one.submission.department.id == POLICE)
    assert len([row for row in police.refused if row.sheet == DIRECTORY]) == 9
    assert police.submission.targets == ()
    assert any("地址" in f.message and f.row == 2 for f in police.findings)


def test_the_number_alone_may_stand_where_nobody_has_a_code(tmp_path: Path) -> None:
    small = SmallRound()
    worksheet = small.sheet(WATER, "回避登记")
    worksheet.delete_cols(small.column(WATER, "回避登记", "统一社会信用代码"))
    real = real_round_of(small.written(tmp_path / "round"))
    water = next(one.submission for one in real.taken if one.submission.department.id == WATER)
    assert {each.target for each in water.recusals} == {f"{WATER}/GC-{n:03}" for n in (2, 5, 8, 12)}


@pytest.mark.parametrize("sheet", ["回避登记", "特别检查", "人员互斥"])
def test_a_sheet_that_does_not_concern_a_department_may_be_missing(sheet: str, tmp_path: Path) -> None:
    small = SmallRound()
    small.book(POLICE).remove(small.sheet(POLICE, sheet))
    assert faults(taken_in(small, tmp_path)) == set()


def test_a_missing_main_sheet_is_said(tmp_path: Path) -> None:
    small = SmallRound()
    small.book(POLICE).remove(small.sheet(POLICE, DIRECTORY))
    real = real_round_of(small.written(tmp_path / "round"))
    police = next(one for one in real.taken if one.submission.department.id == POLICE)
    assert any(f.sheet == DIRECTORY and "缺少工作表" in f.message for f in police.findings)


def test_areas_of_others_than_the_coordinator_are_put_aside(tmp_path: Path) -> None:
    small = SmallRound()
    small.new_sheet(POLICE, "区划", [{"代码": "419999777", "名称": "警务区"}])
    planted = small.put(POLICE, DIRECTORY, "91419999MA1015913G", {"所在区域": "警务区"})
    real = taken_in(small, tmp_path)
    assert faults(real) == planted
    assert any("区划" in warning and "牵头部门" in warning for warning in real.warnings())


def test_area_names_and_codes_mean_the_same(tmp_path: Path) -> None:
    small, plain_round = SmallRound(), real_round_of(SmallRound().written(tmp_path / "plain"))
    names = {str(line[1].value): str(line[0].value) for line in small.sheet(MARKET, "区划").iter_rows(min_row=2)}
    for department in (MARKET, FIRE, POLICE, WATER):
        for line in small.sheet(department, DIRECTORY).iter_rows():
            for cell in line:
                if cell.value in names:
                    cell.value = names[str(cell.value)]
    real = taken_in(small, tmp_path)
    assert {target.area for target in real.targets.values()} <= set(names.values())
    assert [frame.units for frame in real.frames] == [frame.units for frame in plain_round.frames]


def test_dates_may_be_cells_and_lists_may_be_parted_in_four_ways(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(MARKET, "抽查计划", "HC-12", {"开始日期": datetime(2026, 3, 2), "结束日期": datetime(2026, 3, 31)})  # noqa: DTZ001 - a cell
    small.put(FIRE, "执法检查人员名录", "消防-001", {"不可用日期": datetime(2026, 3, 5)})  # noqa: DTZ001 - a cell
    small.put(
        FIRE, "执法检查人员名录", "消防-004", {"不可用日期": "2026-03-05上午；2026.3.6、2026年3月9日下午\n2026.03.10"}
    )
    small.put(FIRE, "执法检查人员名录", "消防-005", {"不可用日期": "2026-03-05;2026-03-06 下午；"})
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    fire = next(one.submission for one in real.taken if one.submission.department.id == FIRE)
    people = {each.id: [(o.date.isoformat(), o.part) for o in each.unavailable] for each in fire.inspectors}
    assert people["消防-001"] == [("2026-03-05", None)]  # type: ignore[index]
    assert people["消防-004"] == [  # type: ignore[index]
        ("2026-03-05", "am"),
        ("2026-03-06", None),
        ("2026-03-09", "pm"),
        ("2026-03-10", None),
    ]
    assert people["消防-005"] == [("2026-03-05", None), ("2026-03-06", "pm")]  # type: ignore[index]


def test_a_percent_cell_is_its_value_and_a_plain_one_only_below_one(tmp_path: Path) -> None:
    small = SmallRound()
    for key, value, style in (("HC-12", 0.2, "0%"), ("HC-05", 0.1, "General")):
        department = POLICE if key == "HC-05" else MARKET
        ((_, _, place),) = small.put(department, "抽查计划", key, {"抽查比例": value})
        small.sheet(department, "抽查计划")[place].number_format = style
    ((_, _, place),) = small.put(WATER, "抽查计划", "HC-04", {"D级比例": 1})
    small.sheet(WATER, "抽查计划")[place].number_format = "0.00%"
    real = taken_in(small, tmp_path)
    assert faults(real) == set()
    ratios = {(frame.entry.id, rule.id): rule.ratio for frame in real.frames for rule in frame.entry.strata}
    assert (ratios["HC-12", "*"], ratios["HC-05", "*"], ratios["HC-04", "D"]) == ("0.2", "0.1", "1")  # type: ignore[index]


def test_file_names_do_not_matter_and_hidden_sheets_are_read(tmp_path: Path) -> None:
    small = SmallRound()
    small.sheet(POLICE, DIRECTORY).sheet_state = "hidden"
    folder = small.written(tmp_path / "round")
    plain_round = real_round_of(SmallRound().written(tmp_path / "plain"))
    (folder / f"{POLICE}.xlsx").rename(folder / "a.xlsx")
    assert real_round_of(folder).submissions == plain_round.submissions


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_makes_no_difference(seed: int, tmp_path: Path) -> None:
    folder = SmallRound().written(tmp_path / "round")
    books = [workbook_of(path.name, path.read_bytes()) for path in sorted(folder.glob("*.xlsx"))]
    one = real_round_of(folder)
    random.Random(seed).shuffle(books)  # noqa: S311 - a fixed order
    other = real_round(one.round, books)
    assert (other.taken, other.targets, other.frames) == (one.taken, one.targets, one.frames)
    assert [each.department.id for each in other.submissions] == [MARKET, *sorted((FIRE, POLICE, WATER))]


def test_a_template_left_in_the_folder_is_passed_over(tmp_path: Path) -> None:
    plain_round = real_round_of(SmallRound().written(tmp_path / "plain"))
    folder = SmallRound().written(tmp_path / "round")
    (folder / "部门模板.xlsx").write_bytes(template())
    assert real_round_of(folder).submissions == plain_round.submissions


def test_the_example_rows_of_a_filled_template_count_for_nothing(tmp_path: Path) -> None:
    small = SmallRound()
    for form in ALL_FORMS:
        if form.name in small.book(POLICE).sheetnames:
            worksheet = small.sheet(POLICE, form.name)
            header = 2 if form.name == DIRECTORY else 1
            worksheet.insert_rows(header + 1)
            worksheet.cell(header + 1, 1).value = f"【示例】{form.columns[0].example}"
            worksheet.cell(header + 1, 2).value = "随便写的"
    real = real_round_of(small.written(tmp_path / "round"))
    assert faults(real) == set()
    assert len(next(one.submission for one in real.taken if one.submission.department.id == POLICE).targets) == 9


def test_a_folder_of_nothing_but_templates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "round.toml").write_text(SmallRound().settings, encoding="utf-8")
    (tmp_path / "部门模板.xlsx").write_bytes(template())
    with pytest.raises(Invalid, match="空白模板"):
        real_round_of(tmp_path)


def test_a_workbook_that_does_not_say_whose_it_is_cannot_be_used(tmp_path: Path) -> None:
    small = SmallRound()
    small.put(POLICE, "部门", POLICE, {"部门名称": None})
    with pytest.raises(Invalid, match="部门名称"):
        real_round_of(small.written(tmp_path / "round"))


def test_two_workbooks_of_one_department_cannot_both_count(tmp_path: Path) -> None:
    folder = SmallRound().written(tmp_path / "round")
    (folder / "又一份.xlsx").write_bytes((folder / f"{POLICE}.xlsx").read_bytes())
    with pytest.raises(Invalid, match=POLICE):
        real_round_of(folder)


FORMS = st.sampled_from(ALL_FORMS)
WORDS = st.text(alphabet="填报单位盖章年度附件12", min_size=1, max_size=12)


@st.composite
def headed_sheets(draw: st.DrawFn) -> tuple[SheetForm, Sheet, int]:
    """A form's sheet with its header in any order, extra columns among it, and up to 20 title rows above it."""
    form = draw(FORMS)
    names = [column.name for column in form.columns]
    extra = draw(st.lists(WORDS.filter(lambda word: header_key(word) not in map(header_key, names)), max_size=3))
    header = draw(st.permutations([*names, *extra]))
    marked = [draw(st.sampled_from([name, f"★{name}", f" {name}\n"])) for name in header]
    titles = draw(st.lists(st.lists(st.one_of(st.none(), WORDS), max_size=4), max_size=20))
    data = [f"值{number}" for number in range(len(header))]
    rows = [*map(tuple, titles), tuple(marked), tuple(data)]
    return form, Sheet(name=form.name, rows=tuple(rows)), len(titles)


@given(headed_sheets())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_the_header_is_found_under_any_title_rows_in_any_order(drawn: tuple[SheetForm, Sheet, int]) -> None:
    form, sheet, titles = drawn
    table = lay_out(sheet, form)
    assert table.header is not None
    assert table.header.row == titles + 1
    assert {header_key(str(sheet.rows[titles][place - 1])): name for name, place in table.header.columns.items()} == {
        header_key(column.name): column.name for column in form.columns
    }
    assert [number for number, _ in data_rows(table)] == [titles + 2]


@given(FORMS, st.lists(st.lists(st.one_of(st.none(), WORDS), max_size=4), max_size=8))
def test_a_sheet_without_a_header_holds_no_rows_and_says_so_unless_it_is_empty(
    form: SheetForm, rows: list[list[str | None]]
) -> None:
    table = lay_out(Sheet(name=form.name, rows=tuple(map(tuple, rows))), form)
    assert list(data_rows(table)) == []
    assert bool(table.findings) == any(cell for row in rows for cell in row)
