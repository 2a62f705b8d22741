"""Filled-in forms taken in: good rows stand, bad ones come back at their cells, a repeat changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pure.results.building import (
    A_CASE,
    DAM,
    DAM_ECOLOGY,
    DAM_OWN,
    ECOLOGY,
    FIRM,
    FIRM_ECOLOGY,
    FIRM_OWN,
    FIRM_WATER,
    JOINT,
    NO_PROBLEM,
    ROUND,
    SHOP,
    SHOP_WATER,
    TODAY,
    TRADE,
    WATER,
    Answers,
    a_batch,
    a_form,
    an_expected,
    cell_of,
    taken,
)

from coordinator.domain.codes import Disposition, PublicationChannel, ResultCode
from coordinator.domain.errors import Invalid
from coordinator.domain.expectations import Expectations, ExpectedTarget, ResultKey
from coordinator.domain.findings import Facts
from coordinator.domain.ids import RoundId, TargetId
from coordinator.domain.intake.cells import CellFault
from coordinator.domain.result_rows import fine_fen
from coordinator.domain.results import ResultsTaken
from coordinator.domain.sheets import CellFinding, CellValue, Severity

FIRM_ROW = 2
"""Where the firm's row of the joint task stands in 水利局's form."""


def faults(result: ResultsTaken) -> list[CellFinding]:
    return [found for form in result.forms for found in form.findings if found.severity is not Severity.WARNING]


def warnings(result: ResultsTaken) -> list[CellFinding]:
    return [found for form in result.forms for found in form.findings if found.severity is Severity.WARNING]


def places(result: ResultsTaken) -> list[tuple[int | None, int | None]]:
    return [(found.row, found.column) for found in faults(result)]


def with_answers(answers: Answers) -> ResultsTaken:
    return taken(a_form(answers={FIRM_WATER: answers}))


def test_a_filled_in_row_becomes_a_finding_with_all_it_says() -> None:
    answers = A_CASE | {
        "问题描述": "未建台账",
        "处理措施": "责令改正；抄告其他部门",
        "罚没金额(元)": 1234.5,
        "公示渠道": "公示系统",
        "公示日期": date(2026, 4, 2),
        "移送机关": "某县公安局",
    }
    (found,) = with_answers(answers).facts.findings
    assert found.key == FIRM_WATER
    assert (found.inspected_on, found.result, found.problem) == (date(2026, 3, 12), ResultCode.PENDING, "未建台账")
    assert found.dispositions == (Disposition.ORDER_CORRECTION, Disposition.NOTIFY_DEPARTMENT)
    assert found.case is not None
    assert (found.case.number, found.case.filed_on, found.case.fine_fen) == (
        "罚〔2026〕1号",
        date(2026, 3, 20),
        123450,
    )
    assert (found.channel, found.published_on) == (PublicationChannel.PUBLICITY_SYSTEM, date(2026, 4, 2))
    assert (found.referred_to, found.file, found.row) == ("某县公安局", "检查结果填报.xlsx", FIRM_ROW)


def test_rows_left_as_they_were_are_no_fault_and_no_result() -> None:
    result = taken(a_form())
    assert (result.facts.findings, result.refused_count, faults(result)) == ((), 0, [])


def test_good_rows_go_on_beside_refused_ones() -> None:
    result = taken(a_form(answers={FIRM_WATER: NO_PROBLEM, SHOP_WATER: {"检查结果": "未发现问题"}}))
    assert [found.key for found in result.facts.findings] == [FIRM_WATER]
    assert result.refused_count == 1
    assert places(result) == [cell_of("检查日期", 3)]


@pytest.mark.parametrize(
    ("answers", "column", "severity"),
    [
        ({"检查日期": "2026-03-12"}, "检查结果", Severity.ERROR),
        ({"检查结果": "未发现问题"}, "检查日期", Severity.ERROR),
        (NO_PROBLEM | {"检查日期": "三月十二日"}, "检查日期", Severity.ERROR),
        (NO_PROBLEM | {"检查日期": "2026-03-12上午"}, "检查日期", Severity.ERROR),
        (NO_PROBLEM | {"检查结果": "合格"}, "检查结果", Severity.ERROR),
        (NO_PROBLEM | {"处理措施": "罚款"}, "处理措施", Severity.ERROR),
        (NO_PROBLEM | {"立案": "有"}, "立案", Severity.ERROR),
        (NO_PROBLEM | {"公示渠道": "微信"}, "公示渠道", Severity.ERROR),
        (NO_PROBLEM | {"公示渠道": "公示系统", "公示日期": "下周"}, "公示日期", Severity.ERROR),
        (A_CASE | {"案件文号": ""}, "案件文号", Severity.ERROR),
        (A_CASE | {"立案日期": None}, "立案日期", Severity.ERROR),
        (A_CASE | {"罚没金额(元)": "500元"}, "罚没金额(元)", Severity.ERROR),
        (A_CASE | {"罚没金额(元)": -1}, "罚没金额(元)", Severity.ERROR),
        (NO_PROBLEM | {"公示渠道": "不予公示"}, "不予公示理由", Severity.ERROR),
        (
            NO_PROBLEM | {"公示渠道": "不予公示", "不予公示理由": "涉密", "公示日期": "2026-04-01"},
            "公示日期",
            Severity.CONFIRM,
        ),
        (NO_PROBLEM | {"公示日期": "2026-04-01"}, "公示渠道", Severity.CONFIRM),
        (A_CASE | {"立案": "否", "立案日期": None}, "案件文号", Severity.CONFIRM),
        (NO_PROBLEM | {"罚没金额(元)": 200}, "罚没金额(元)", Severity.CONFIRM),
        (NO_PROBLEM | {"任务编号": "LH-99"}, "任务编号", Severity.ERROR),
        (NO_PROBLEM | {"统一社会信用代码": "91419999MA0000009X"}, "统一社会信用代码", Severity.ERROR),
        (NO_PROBLEM | {"统一社会信用代码": 91419999}, "统一社会信用代码", Severity.ERROR),
        (NO_PROBLEM | {"统一社会信用代码": None}, "统一社会信用代码", Severity.ERROR),
        (NO_PROBLEM | {"统一社会信用代码": None, "对象编号": "坝-9"}, "对象编号", Severity.ERROR),
        (NO_PROBLEM | {"事项编码": "SL09"}, "事项编码", Severity.ERROR),
    ],
)
def test_a_bad_row_is_refused_at_its_cell(answers: Answers, column: str, severity: Severity) -> None:
    result = with_answers(answers)
    assert result.refused_count == 1
    assert result.facts.findings == ()
    assert (cell_of(column, FIRM_ROW), severity) in [
        ((found.row, found.column), found.severity) for found in faults(result)
    ]
    assert all(found.message and found.remedy for found in faults(result))


def test_every_fault_of_a_row_is_named_at_once_and_the_row_counts_once() -> None:
    result = with_answers({"检查日期": "昨天", "检查结果": "合格", "立案": "是"})
    assert {place[1] for place in places(result)} == {
        cell_of(name, 0)[1] for name in ("检查日期", "检查结果", "案件文号", "立案日期")
    }
    assert result.refused_count == 1


def test_a_matter_that_nobody_asked_for_is_refused_though_its_parts_are_known() -> None:
    result = with_answers(NO_PROBLEM | {"事项编码": "SL02"})
    assert [(found.row, found.column) for found in faults(result)] == [(FIRM_ROW, None)]


def test_another_department_s_result_cannot_be_entered() -> None:
    result = taken(
        a_form(extra_rows=[NO_PROBLEM | {"任务编号": "LH-01", "统一社会信用代码": FIRM, "事项编码": "HB01"}])
    )
    assert (result.refused_count, result.facts.findings) == (1, ())


@pytest.mark.parametrize("number", ["坝-1", "某县水利局/坝-1", " 坝－1 "])
def test_a_target_without_uscc_is_known_by_its_number_with_or_without_its_department(number: str) -> None:
    answers = NO_PROBLEM | {"对象编号": number}
    result = taken(a_form(ECOLOGY, {DAM_ECOLOGY: answers}))
    assert [found.key for found in result.facts.findings] == [DAM_ECOLOGY]


def with_ecology_s_own_dam() -> Expectations:
    """A round in which 生态局 checks two targets, each of which its department numbered 坝-1."""
    own = TargetId(f"{ECOLOGY}/坝-1")
    return replace(
        ROUND,
        batches=(a_batch(JOINT, FIRM, SHOP, DAM, own), *ROUND.batches[1:]),
        targets=(*ROUND.targets, ExpectedTarget(id=own, name="丁坝", kind="项目")),
        results=(*ROUND.results, an_expected(DAM_ECOLOGY._replace(target=own))),
    )


@pytest.mark.parametrize(("number", "owner"), [("坝-1", ECOLOGY), (f"{ECOLOGY}/坝-1", ECOLOGY), (DAM, WATER)])
def test_a_bare_number_is_the_own_department_s_where_two_gave_the_same(number: str, owner: str) -> None:
    row = NO_PROBLEM | {"任务编号": "LH-01", "对象编号": number, "事项编码": "HB01"}
    expectations = with_ecology_s_own_dam()
    form = a_form(ECOLOGY, extra_rows=[row], expectations=expectations)
    (found,) = taken(form, facts=Facts(expectations=expectations)).facts.findings
    assert found.target == f"{owner}/坝-1"


def test_a_bare_number_that_two_other_departments_gave_is_refused() -> None:
    other = TargetId(f"{TRADE}/坝-1")
    expectations = replace(
        ROUND,
        batches=(a_batch(JOINT, FIRM, SHOP, DAM, other), *ROUND.batches[1:]),
        targets=(*ROUND.targets, ExpectedTarget(id=other, name="丁坝", kind="项目")),
        results=(*ROUND.results, an_expected(DAM_ECOLOGY._replace(target=other))),
    )
    row = NO_PROBLEM | {"任务编号": "LH-01", "对象编号": "坝-1", "事项编码": "HB01"}
    result = taken(a_form(ECOLOGY, extra_rows=[row], expectations=expectations), facts=Facts(expectations=expectations))
    assert (result.refused_count, result.facts.findings) == (1, ())


def test_codes_are_known_whatever_their_width_and_case() -> None:
    answers = NO_PROBLEM | {"任务编号": "ｌｈ－01", "统一社会信用代码": "91419999ma0000 0014", "事项编码": "sl01"}
    assert [found.key for found in with_answers(answers).facts.findings] == [FIRM_WATER]


def test_what_is_odd_but_may_be_true_stands_with_a_warning() -> None:
    early = with_answers(NO_PROBLEM | {"公示渠道": "公示系统", "公示日期": "2026-03-01"})
    future = with_answers(NO_PROBLEM | {"检查日期": "2026-06-02"})
    elsewhere = with_answers(NO_PROBLEM | {"公示渠道": "部门网站"})
    for result, column in ((early, "公示日期"), (future, "检查日期"), (elsewhere, "公示渠道")):
        assert [(found.row, found.column) for found in warnings(result)] == [cell_of(column, FIRM_ROW)]
        assert (len(result.facts.findings), result.refused_count) == (1, 0)


def test_the_same_row_twice_counts_once() -> None:
    row = NO_PROBLEM | {"任务编号": "LH-01", "统一社会信用代码": FIRM, "事项编码": "SL01"}
    result = taken(a_form(answers={FIRM_WATER: NO_PROBLEM}, extra_rows=[row]))
    assert (len(result.facts.findings), result.refused_count, len(warnings(result))) == (1, 0, 1)


def test_one_result_given_differently_in_one_form_is_refused_at_both_rows() -> None:
    row = NO_PROBLEM | {"任务编号": "LH-01", "统一社会信用代码": FIRM, "事项编码": "SL01", "检查日期": "2026-03-13"}
    result = taken(a_form(answers={FIRM_WATER: NO_PROBLEM}, extra_rows=[row]))
    assert (len(result.facts.findings), result.refused_count) == (0, 2)


def test_handing_in_the_same_file_twice_changes_nothing() -> None:
    form = a_form(answers={FIRM_WATER: A_CASE, SHOP_WATER: {"检查结果": "合格"}})
    once = taken(form)
    assert taken(form, form).facts == taken(form, facts=once.facts).facts == once.facts
    assert taken(form, facts=once.facts).refused_count == once.refused_count == 1


def test_a_later_form_corrects_row_by_row_and_the_correction_is_kept() -> None:
    first = taken(a_form(answers={FIRM_WATER: NO_PROBLEM, SHOP_WATER: NO_PROBLEM}))
    second = taken(a_form(answers={FIRM_WATER: A_CASE}), facts=first.facts)
    (form,) = second.forms
    assert (form.new, form.unchanged, form.corrected) == (0, 0, 1)
    assert {found.key: found.result for found in second.facts.findings} == {
        FIRM_WATER: ResultCode.PENDING,
        SHOP_WATER: ResultCode.NO_PROBLEM,
    }
    (correction,) = second.facts.corrections
    assert (correction.before, correction.after.result) == (first.facts.finding_by_key[FIRM_WATER], ResultCode.PENDING)


def test_a_file_handed_in_again_never_undoes_a_correction() -> None:
    old, new = a_form(answers={FIRM_WATER: NO_PROBLEM}), a_form(answers={FIRM_WATER: A_CASE})
    corrected = taken(old, new)
    again = taken(old, facts=corrected.facts)
    assert again.facts == corrected.facts
    assert (again.forms[0].unchanged, again.refused_count, len(warnings(again))) == (1, 0, 1)


def test_rows_of_one_case_may_leave_the_fine_to_one_of_them() -> None:
    result = taken(a_form(answers={FIRM_WATER: A_CASE | {"罚没金额(元)": 500}, FIRM_OWN: A_CASE}))
    assert (len(result.facts.findings), result.refused_count) == (2, 0)


@pytest.mark.parametrize(
    ("column", "value"), [("罚没金额(元)", 600), ("立案日期", "2026-03-21"), ("罚没金额(元)", "500.01")]
)
def test_rows_of_one_case_that_contradict_each_other_wait_for_a_person(column: str, value: CellValue) -> None:
    case = A_CASE | {"罚没金额(元)": 500}
    result = taken(a_form(answers={FIRM_WATER: case, FIRM_OWN: case | {column: value}}))
    assert result.facts.findings == ()
    assert {found.severity for found in faults(result)} == {Severity.CONFIRM}
    assert places(result) == [cell_of(column, 2), cell_of(column, 4)]


def test_a_case_is_one_however_wide_its_number_is_written() -> None:
    wide = A_CASE | {"案件文号": "罚〔２０２６〕 1 号", "罚没金额(元)": 600}
    result = taken(a_form(answers={FIRM_WATER: A_CASE | {"罚没金额(元)": 500}, FIRM_OWN: wide}))
    assert result.refused_count == 2


def test_a_case_already_taken_in_stands_against_a_later_row_that_contradicts_it() -> None:
    before = taken(a_form(answers={FIRM_WATER: A_CASE | {"罚没金额(元)": 500}}))
    after = taken(a_form(answers={FIRM_OWN: A_CASE | {"罚没金额(元)": 600}}), facts=before.facts)
    assert after.facts.findings == before.facts.findings
    assert after.refused_count == 1


def test_a_correction_of_a_case_in_all_its_rows_is_taken() -> None:
    def both(fine: int) -> Answers:
        return A_CASE | {"罚没金额(元)": fine}

    before = taken(a_form(answers={FIRM_WATER: both(500), FIRM_OWN: both(500)}))
    after = taken(a_form(answers={FIRM_WATER: both(600), FIRM_OWN: both(600)}), facts=before.facts)
    assert {found.case.fine_fen for found in after.facts.findings if found.case} == {60000}


def test_the_same_number_in_two_departments_names_two_cases() -> None:
    result = taken(
        a_form(answers={FIRM_WATER: A_CASE | {"罚没金额(元)": 1}}),
        a_form(ECOLOGY, {FIRM_ECOLOGY: A_CASE | {"罚没金额(元)": 2}}),
    )
    assert (len(result.facts.findings), result.refused_count) == (2, 0)


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([FIRM_WATER, SHOP_WATER, FIRM_OWN, DAM_OWN]),
            st.sampled_from(["甲", "乙"]),
            st.sampled_from([None, 100, 200]),
            st.sampled_from(["2026-03-20", "2026-03-21"]),
            st.integers(0, 2),
        ),
        max_size=10,
    )
)
def test_whatever_is_handed_in_the_rows_that_stand_agree_on_every_case(
    rows: list[tuple[ResultKey, str, int | None, str, int]],
) -> None:
    facts = Facts(expectations=ROUND)
    for hand_in in range(3):
        answers = {
            key: A_CASE | {"案件文号": number, "罚没金额(元)": fine, "立案日期": filed_on}
            for key, number, fine, filed_on, when in rows
            if when == hand_in
        }
        facts = taken(a_form(answers=answers), facts=facts).facts
    for number in ("甲", "乙"):
        cases = [found.case for found in facts.findings if found.case and found.case.number == number]
        assert len({case.filed_on for case in cases}) <= 1
        assert len({case.fine_fen for case in cases} - {None}) <= 1


@given(st.integers(0, 10**12))
def test_an_amount_is_read_to_the_fen_however_it_is_written(fen: int) -> None:
    yuan = Decimal(fen) / 100
    assert fine_fen(str(yuan)) == fine_fen(f"{yuan:,}") == fine_fen(f"{yuan:.2f}") == fen
    assert fine_fen(float(yuan)) == fen


@pytest.mark.parametrize("value", ["0.005", 0.005, "1e3", "", "1,00", True, "１.２.３", 10**14, float("nan")])
def test_what_is_no_amount_in_yuan_and_fen_is_refused(value: CellValue) -> None:
    with pytest.raises(CellFault):
        fine_fen(value)


def test_a_computed_amount_is_read_though_the_machine_s_digits_are_noisy() -> None:
    assert (fine_fen(0.1 + 0.2), fine_fen("１２．５"), fine_fen(1.1 * 3)) == (30, 1250, 330)


def test_a_form_without_its_notes_is_known_by_its_rows_or_its_folder() -> None:
    answers = {FIRM_ECOLOGY: NO_PROBLEM}
    by_rows = taken(a_form(ECOLOGY, answers, with_notes=False))
    damaged = a_form(ECOLOGY, {FIRM_ECOLOGY: NO_PROBLEM | {"事项编码": "HB9"}}, with_notes=False)
    assert by_rows.forms[0].department == ECOLOGY
    with pytest.raises(Invalid, match="哪个部门"):
        taken(damaged)
    by_folder = a_form(
        ECOLOGY,
        {FIRM_ECOLOGY: NO_PROBLEM | {"事项编码": "HB9"}},
        with_notes=False,
        path=f"departments/{ECOLOGY}/检查结果填报.xlsx",
    )
    assert (taken(by_folder).forms[0].department, taken(by_folder).refused_count) == (ECOLOGY, 1)


def test_a_form_of_another_round_is_refused() -> None:
    other = a_form(expectations=replace(ROUND, round=RoundId("2026-Q2")))
    with pytest.raises(Invalid, match="轮次“2026-Q2”"):
        taken(other)


def test_a_workbook_without_the_results_sheet_is_refused() -> None:
    form = a_form(TRADE)
    notes_only = replace(form.workbook, sheets=form.workbook.sheets[1:])
    with pytest.raises(Invalid, match="没有带表头的“检查结果”工作表"):
        taken(replace(form, workbook=notes_only))


def test_today_itself_is_no_future() -> None:
    assert warnings(taken(a_form(answers={FIRM_WATER: NO_PROBLEM | {"检查日期": TODAY}}))) == []


def test_every_hand_in_is_told_what_became_of_it() -> None:
    result = taken(a_form(WATER, {FIRM_WATER: NO_PROBLEM}), a_form(ECOLOGY, {FIRM_ECOLOGY: NO_PROBLEM}))
    assert [(form.department, form.new) for form in result.forms] == [(WATER, 1), (ECOLOGY, 1)]
    assert [file.department for file in result.facts.files] == [WATER, ECOLOGY]
