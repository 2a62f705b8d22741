"""From files to a verdict that a command line can print."""

import json
from typing import Any

import pytest
from pure.planning_check.building import MILL, a_plan, a_problem, a_role, a_tour, an_inspector
from pure.planning_check.worked_cases import our_document

from solver.planning.check import check, measure, verdict_json
from solver.planning.check.documents import check_documents
from solver.planning.ids import InspectorId, Sha256
from solver.planning.plan import Plan
from solver.planning.problem import Policy
from solver.planning.reading import Unreadable, problem_digest, write_plan, write_problem


def bytes_of(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def test_the_verdict_is_printed_as_the_specification_writes_it() -> None:
    printed = json.loads(verdict_json(check(a_problem(), a_plan(scale=10))))
    assert printed.keys() == {"lawful", "breaches", "metrics"}
    assert printed["lawful"] is False
    assert [breach.keys() for breach in printed["breaches"]] == [{"rule", "place", "text"}]
    assert printed["metrics"].keys() == our_document()["metrics"].keys()


def test_bounds_and_seconds_are_claims_and_stand_in_no_verdict() -> None:
    assert (
        not {"visits_bound", "visits_apart", "seconds"}
        & json.loads(verdict_json(check(a_problem(), a_plan())))["metrics"].keys()
    )


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("tours", {}, 7),
        ("problem_sha256", None, 7),
        ("names", ["某人"], 7),
        ("scale", 10**400, 7),
        ("tours", [{"id": "T1"}], 7),
    ],
)
def test_a_plan_of_the_wrong_form_breaks_rule_7(field: str, value: Any, rule: int) -> None:
    plan = json.loads(write_plan(a_plan())) | {field: value}
    verdict = check_documents(write_problem(a_problem()), bytes_of(plan))
    assert [breach.rule for breach in verdict.breaches] == [rule]
    assert json.loads(verdict_json(verdict))["metrics"] == {}


@pytest.mark.parametrize(("table", "entry"), [("chances", 2500.5), ("chances", "5000"), ("left_out", "懒")])
def test_a_table_of_chances_that_is_none_breaks_rule_5(table: str, entry: Any) -> None:
    plan = json.loads(write_plan(a_plan()))
    plan["tours"][0]["roles"][0][table] = {"消1": entry}
    verdict = check_documents(write_problem(a_problem()), bytes_of(plan))
    assert [breach.rule for breach in verdict.breaches] == [5]


@pytest.mark.parametrize("plan", [b"", b"[]", b'{"format": "onedoor/problem/1"}'])
def test_a_file_that_is_no_plan_is_unreadable_not_unlawful(plan: bytes) -> None:
    with pytest.raises(Unreadable):
        check_documents(write_problem(a_problem()), plan)


def test_a_problem_of_the_wrong_form_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        check_documents(b'{"format": "onedoor/problem/1"}', write_plan(a_plan()))


def stating(digest: str) -> Plan:
    return a_plan(problem_sha256=Sha256(digest))


def test_a_plan_states_the_digest_of_the_problems_file_or_none() -> None:
    file = json.dumps(json.loads(write_problem(a_problem())), indent=1).encode()
    assert check_documents(file, write_plan(stating(problem_digest(file)))).lawful
    assert check_documents(file, write_plan(stating("0" * 64))).lawful
    assert not check_documents(file, write_plan(stating("f" * 64))).lawful


def test_a_problem_that_leaves_defaults_out_has_a_digest_of_its_own() -> None:
    full = json.loads(write_problem(a_problem()))
    del full["policy"]
    file = bytes_of(full)
    assert problem_digest(file) != problem_digest(a_problem())
    assert check(a_problem(), stating(problem_digest(a_problem()))).lawful
    assert check(a_problem(), stating(problem_digest(file)), problem_digest(file)).lawful
    assert not check(a_problem(), stating(problem_digest(file))).lawful


def test_borrowed_help_is_measured_in_officer_half_days() -> None:
    problem = a_problem(inspectors=tuple(an_inspector(f"消{n}", borrowed=n < 3) for n in range(1, 5)))
    assert measure(problem, a_plan()).borrowed == 1.0


def test_a_draw_of_two_among_three_is_thin() -> None:
    chances = {InspectorId("消1"): 6667, InspectorId("消2"): 6667, InspectorId("消3"): 6666, InspectorId("消4"): 0}
    plan = a_plan(tours=(a_tour(roles=(a_role(chances=chances),)),))
    assert measure(a_problem(), plan).thin_roles == 1
    assert measure(a_problem(policy=Policy(pool_factor=1.5)), plan).thin_roles == 0
    assert measure(a_problem(), a_plan()).thin_roles == 0


def test_fairness_is_the_least_chance_against_the_even_share() -> None:
    chances = {InspectorId(f"消{n}"): c for n, c in enumerate((4000, 5000, 5000, 6000), start=1)}
    plan = a_plan(tours=(a_tour(roles=(a_role(chances=chances),)),))
    assert (measure(a_problem(), plan).fairness_min, measure(a_problem(), a_plan()).fairness_mean) == (0.8, 1.0)


def test_fixed_tours_count_but_not_in_thinness_and_fairness() -> None:
    chances = {InspectorId("消1"): 10_000, InspectorId("消2"): 10_000, InspectorId("消3"): 0, InspectorId("消4"): 0}
    fixed = a_tour(roles=(a_role(chances=chances),))
    measures = measure(a_problem(fixed=(fixed,)), a_plan(tours=(fixed,)))
    assert (measures.visits, measures.officer_half_days, measures.served) == (1, 2, 1)
    assert (measures.thin_roles, measures.fairness_min) == (0, 0.0)


def test_the_lawful_plan_of_the_builders_is_lawful() -> None:
    assert check(a_problem(), a_plan()).lawful
    assert a_plan().tours[0].visits[0].target == MILL
