"""任务书.xlsx, read back: what stands where, codes as text, nothing that a spreadsheet would calculate."""

from datetime import datetime
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.dispatches import (
    BEFORE,
    FIRE,
    FIRM,
    SHOP,
    TRADE,
    WATER,
    Ask,
    Call,
    Outing,
    a_dispatch,
    an_outing,
    officer_names,
)

from coordinator.documents.task_books import task_book
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId


def book_of(dispatch: Dispatch, department: DepartmentId = WATER) -> Workbook:
    return load_workbook(BytesIO(task_book(dispatch, department, made_at=BEFORE)))


def table_of(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows under the heading row, which is the first with more than one value."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    start = next(n for n, row in enumerate(rows) if sum(value is not None for value in row) > 1)
    return [dict(zip(map(str, rows[start]), row, strict=True)) for row in rows[start + 1 :]]


def test_a_row_says_where_when_what_and_with_whom() -> None:
    dispatch = a_dispatch(an_outing(1, FIRM, Ask(WATER, name="取水检查"), Ask(FIRE), Ask(FIRE)))
    (row,) = table_of(book_of(dispatch)["上门检查"])
    assert row["日期"] == datetime(2026, 3, 2)  # noqa: DTZ001 - a workbook's date has no zone
    assert row["时间"] == "下午\n14:30–15:10"
    assert row["检查对象"] == "第0号厂"
    assert row["代码"] == FIRM
    assert row["地址"] == "城关镇0号路\n城关镇"
    assert row["检查事项"] == "项取水检查 取水检查"
    assert row["同行部门"] == "消防救援大队（带队）"
    assert row["告知"] == "提前告知"
    people = str(row["本部门人员"]).split("\n")
    assert len(people) == 2
    assert people[0].endswith("（组长）")
    assert all(person.split(" ")[0] in officer_names(WATER) for person in people)


def test_only_visits_with_an_own_matter_are_listed() -> None:
    dispatch = a_dispatch(Outing(0, (Call(FIRM, (Ask(FIRE),)), Call(SHOP, (Ask(WATER), Ask(FIRE))))))
    assert [row["代码"] for row in table_of(book_of(dispatch)["上门检查"])] == [SHOP]
    (outing, *_) = table_of(book_of(dispatch)["人员日程"])
    assert (outing["第一家"], outing["家数"], outing["时间"]) == ("第1号厂", 1, "上午\n09:20–10:00")


def test_an_unannounced_visit_is_marked() -> None:
    (row,) = table_of(book_of(a_dispatch(an_outing(0, FIRM, Ask(caused=True))))["上门检查"])
    assert row["告知"] == "不予告知"
    assert str(row["检查事项"]).endswith("（线索检查）")


def test_desk_matters_have_a_deadline_and_people() -> None:
    (row,) = table_of(book_of(a_dispatch(desk=[(FIRM, Ask())]))["书面网络检查"])
    assert row["截止日期"] == datetime(2026, 3, 13)  # noqa: DTZ001 - as above
    assert row["经办人员"] == "水员甲氏（水-001）\n水员乙氏（水-002）"


def test_what_could_not_be_served_stands_with_reason_and_remedy() -> None:
    (row,) = table_of(book_of(a_dispatch(unserved=[(FIRM, Ask())]))["未能安排"])
    assert (row["原因"], row["怎么办"]) == ("没有可用的半天", "请放宽检查时间。")


def test_the_notes_give_each_tasks_publication_deadline() -> None:
    rows = table_of(book_of(a_dispatch())["须知"])
    assert [row["任务编号"] for row in rows] == ["水-01"]
    assert rows[0]["公示截止日期"] == datetime(2026, 4, 10)  # noqa: DTZ001 - as above


def test_sheets_without_rows_are_left_out() -> None:
    assert book_of(a_dispatch(an_outing(0, FIRM, Ask(FIRE)))).sheetnames == ["须知", "上门检查"]


def test_no_cell_is_a_formula_and_codes_stay_text() -> None:
    wicked = '=HYPERLINK("http://evil")'
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(name=wicked, documents=("＝1+1", "@SUM(A1)"))), names={FIRM: wicked})
    for sheet in book_of(dispatch):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            assert cell.data_type in {"s", "d", "n"}
            assert not str(cell.value).startswith(("=", "＝", "@"))
            assert cell.hyperlink is None
    (row,) = table_of(book_of(dispatch)["上门检查"])
    assert row["代码"] == FIRM


def test_every_sheet_prints_on_landscape_a4_with_its_headings_on_each_page() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()), desk=[(FIRM, Ask())], unserved=[(SHOP, Ask())])
    book = book_of(dispatch)
    assert book.sheetnames == ["须知", "上门检查", "书面网络检查", "人员日程", "未能安排"]
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows
        assert sheet.freeze_panes


def test_the_same_round_gives_the_same_book() -> None:
    one, other = (task_book(a_dispatch(an_outing(0, FIRM, Ask())), TRADE, made_at=BEFORE) for _ in range(2))
    assert one == other
