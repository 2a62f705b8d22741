"""The checker against worked cases, feasible and infeasible, rule by rule."""

import json

import pytest
from pure.planning_check.worked_cases import WorkedCase, our_cases, our_document, shared_cases

from solver.planning.check import verdict_json
from solver.planning.check.documents import check_documents


@pytest.mark.parametrize("case", our_cases())
def test_our_worked_cases_break_exactly_the_rules_they_name(case: WorkedCase) -> None:
    verdict = json.loads(verdict_json(check_documents(case.problem, case.plan)))
    assert {breach["rule"] for breach in verdict["breaches"]} == case.rules
    assert verdict["lawful"] == (not case.rules)
    assert case.metrics.items() <= verdict["metrics"].items()


@pytest.mark.parametrize("case", shared_cases())
def test_the_shared_worked_cases_come_out_as_written(case: WorkedCase) -> None:
    verdict = json.loads(verdict_json(check_documents(case.problem, case.plan)))
    assert {breach["rule"] for breach in verdict["breaches"]} == case.rules
    assert verdict["lawful"] == (not case.rules)
    assert case.metrics.items() <= verdict["metrics"].items()


def test_every_rule_has_a_case_that_keeps_it_and_one_that_breaks_it() -> None:
    cases = our_document()["cases"]
    assert any(not case["rules"] for case in cases)
    assert {rule for case in cases for rule in case["rules"]} == {1, 2, 3, 4, 5, 6, 7}
