"""The declaration of sheets and columns agrees with itself and with what people write as headers."""

import pytest
from stdnum.cn import uscc

from coordinator.domain.columns import (
    ALL_FORMS,
    EXAMPLE_MARK,
    RESULTS,
    SHEETS_WE_ADD,
    TARGETS,
    Kind,
    SheetForm,
    header_key,
    is_example,
)

FORMS = (*ALL_FORMS, RESULTS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_no_two_headers_of_a_sheet_can_be_taken_for_each_other(form: SheetForm) -> None:
    assert len({header_key(column.name) for column in form.columns}) == len(form.columns)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_code_list_belongs_to_a_column_of_choices_and_its_example_is_on_it(form: SheetForm) -> None:
    for column in form.columns:
        assert bool(column.choices) == (column.kind in {Kind.CHOICE, Kind.CHOICES})
        parts = column.example.split("、") if column.kind is Kind.CHOICES else [column.example]
        assert not column.choices or set(parts) <= {*column.choices, ""}
        assert column.or_else is None or form.column(column.or_else)


@pytest.mark.parametrize(
    "written",
    [
        "检查时长（分钟）",
        "★检查时长(分钟)",
        " 检查时长 (分钟) ",
        "检查时长\n（分钟）",
        "检查时长",
        "*检查时长（单位:分钟）",
    ],
)
def test_width_blanks_stars_and_brackets_do_not_make_another_header(written: str) -> None:
    assert header_key(written) == header_key("检查时长(分钟)")


def test_different_headers_stay_different() -> None:
    assert header_key("立案") != header_key("立案日期")
    assert header_key("A级比例") == header_key("Ａ级比例") != header_key("B级比例")


def test_an_example_row_is_known_by_its_mark_in_any_column() -> None:
    assert is_example((None, 3, f" {EXAMPLE_MARK}SL01"))
    assert not is_example(("示例县水利局", None, 3))


def test_the_example_code_is_lawful_and_of_an_area_that_does_not_exist() -> None:
    example = TARGETS.column("统一社会信用代码").example
    assert uscc.is_valid(example)
    assert example[2:8] == "419999"


def test_sheets_we_add_are_no_sheets_that_departments_fill_in() -> None:
    assert not SHEETS_WE_ADD & {form.name for form in FORMS}
