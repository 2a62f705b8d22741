"""Answers of a page judged by the same rules as a form's rows, asked once for all tasks that want them."""

from datetime import date

from msgspec.structs import replace
from pure.results.building import (
    A_CASE,
    DAM,
    DAM_OWN,
    FIRM,
    FIRM_OWN,
    FIRM_WATER,
    JOINT,
    NO_PROBLEM,
    OWN,
    ROUND,
    TODAY,
    WATER,
    a_form,
    taken,
)

from coordinator.domain.columns import RESULTS
from coordinator.domain.entering import COLUMN_OF, Answers, Entered, Stop, asked_at, stops_of, take_entered, version_of
from coordinator.domain.findings import Facts
from coordinator.domain.result_forms import KEY_COLUMNS

FACTS = Facts(expectations=ROUND)
AT_THE_FIRM = Stop(day=date(2026, 3, 12), target=FIRM)
FINE = Answers(inspected_on="2026-03-12", result="未发现问题")


def entered(answers: Answers, *tasks: str) -> Entered:
    return Entered(item=FIRM_WATER.item, tasks=tuple(map(type(JOINT), tasks or (JOINT, OWN))), answers=answers)


def test_the_answers_are_the_forms_columns_after_its_key() -> None:
    assert (*KEY_COLUMNS, *COLUMN_OF.values()) == tuple(column.name for column in RESULTS.columns)


def test_a_matter_is_asked_once_for_all_its_tasks_and_stands_for_each() -> None:
    (asked,) = asked_at(FACTS, WATER, AT_THE_FIRM)
    assert (asked.tasks, asked.answers) == ((JOINT, OWN), Answers(inspected_on="2026-03-12"))
    made = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(FINE)], TODAY)
    assert (made.faults, set(made.facts.finding_by_key)) == ((), {FIRM_WATER, FIRM_OWN})
    by_form = taken(a_form(answers={FIRM_WATER: NO_PROBLEM, FIRM_OWN: NO_PROBLEM})).facts
    assert [each.content for each in made.facts.findings] == [each.content for each in by_form.findings]


def test_tasks_that_were_answered_differently_are_asked_apart() -> None:
    facts = taken(a_form(answers={FIRM_WATER: NO_PROBLEM, FIRM_OWN: A_CASE})).facts
    asked = asked_at(facts, WATER, AT_THE_FIRM)
    assert sorted(each.tasks for each in asked) == [(JOINT,), (OWN,)]
    again = [Entered(item=each.item, tasks=each.tasks, answers=each.answers) for each in asked]
    made = take_entered(facts, WATER, AT_THE_FIRM, again, TODAY)
    assert (made.faults, made.facts.finding_by_key) == ((), facts.finding_by_key)


def test_everything_that_a_form_can_say_comes_back_as_it_was_shown() -> None:
    whole = {
        **A_CASE,
        "问题描述": "无台账",
        "处理措施": "责令改正；移送办案",
        "罚没金额(元)": "1234.5",
        "移送机关": "某县公安局",
        "公示渠道": "公示系统",
        "公示日期": "2026-04-01",
    }
    facts = taken(a_form(answers={FIRM_WATER: whole, FIRM_OWN: whole})).facts
    (asked,) = asked_at(facts, WATER, AT_THE_FIRM)
    assert asked.answers.fine == "1234.50"
    made = take_entered(facts, WATER, AT_THE_FIRM, [entered(asked.answers)], TODAY)
    assert (made.faults, made.facts.finding_by_key) == ((), facts.finding_by_key)


def test_an_untouched_matter_is_left_and_one_that_stands_is_not_emptied() -> None:
    blank = Answers(inspected_on="2026-03-12")
    made = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(FINE, JOINT), entered(blank, OWN)], TODAY)
    assert (made.faults, set(made.facts.finding_by_key)) == ((), {FIRM_WATER})
    standing = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(FINE)], TODAY).facts
    emptied = take_entered(standing, WATER, AT_THE_FIRM, [entered(Answers())], TODAY)
    assert emptied.is_refused
    assert emptied.facts.finding_by_key == standing.finding_by_key


def test_a_page_saved_without_any_answer_is_sent_back_not_called_saved() -> None:
    made = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(Answers(inspected_on="2026-03-12"))], TODAY)
    assert made.is_refused
    assert [(fault.field, fault.message) for fault in made.faults] == [("result", "没有选检查结果")]
    assert made.facts.finding_by_key == {}


def test_a_fault_is_told_once_at_its_answer_and_a_hint_refuses_nothing() -> None:
    made = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(replace(FINE, filed="是"))], TODAY)
    assert made.is_refused
    assert [fault.field for fault in made.faults] == ["case", "filed_on"]
    hinted = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(replace(FINE, channel="部门网站"))], TODAY)
    assert [fault.field for fault in hinted.faults] == ["channel"]
    assert not hinted.is_refused


def test_what_nobody_is_owed_is_refused_as_a_whole() -> None:
    (fault,) = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(FINE, "XX-99")], TODAY).faults
    assert fault.field == ""


def test_rows_of_one_case_at_different_stops_agree() -> None:
    dam, day = Stop(day=AT_THE_FIRM.day, target=DAM), replace(FINE, filed="是", case="罚1号", filed_on="2026-03-20")
    first = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(replace(day, fine="100"))], TODAY).facts
    other = Entered(item=DAM_OWN.item, tasks=(OWN,), answers=replace(day, fine="200"))
    assert [fault.field for fault in take_entered(first, WATER, dam, [other], TODAY).faults] == ["fine"]


def test_the_version_tells_what_stands_and_not_where_it_was_handed_in() -> None:
    before = version_of(asked_at(FACTS, WATER, AT_THE_FIRM))
    by_page = take_entered(FACTS, WATER, AT_THE_FIRM, [entered(FINE)], TODAY).facts
    by_form = taken(a_form(answers={FIRM_WATER: NO_PROBLEM, FIRM_OWN: NO_PROBLEM})).facts
    after = {version_of(asked_at(facts, WATER, AT_THE_FIRM)) for facts in (by_page, by_form)}
    assert len(after) == 1
    assert before not in after


def test_stops_are_in_order_of_time() -> None:
    assert stops_of(ROUND.results_of(WATER)) == tuple(sorted(stops_of(ROUND.results_of(WATER))))
    assert AT_THE_FIRM in stops_of(ROUND.results_of(WATER))
