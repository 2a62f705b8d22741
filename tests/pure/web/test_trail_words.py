"""Every action that the trail can hold has words of its own."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from support.sources import modules, tree

from coordinator.storage.audit import AuditEntry
from coordinator.web.shown.trail_facts import NAMES, fact_name, fact_words
from coordinator.web.shown.trails import trail_entry

# actions of signing in and of accounts whose name comes to the entry through a parameter
HANDED_ON = {"signed_in", "invitation_accepted", "account_created", "code_given"}
PLACE = 2


def recorded() -> Iterator[str]:
    """The names that stand in the calls of `audit.append`."""
    for name in modules("coordinator"):
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.append":
                yield from (
                    each.value
                    for each in ast.walk(node.args[PLACE])
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def facts() -> Iterator[str]:
    """The names of the facts that are given to `audit.append`, also of those that are gathered before."""
    for name in modules("coordinator/actions"):
        for function in ast.walk(tree(name)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                calls = [each for each in ast.walk(function) if isinstance(each, ast.Call)]
                appended = [each for each in calls if ast.unparse(each.func) == "audit.append"]
                given = [each for call in appended for each in call.keywords]
                yield from (each.arg for each in given if each.arg)
                yield from gathered(function, {ast.unparse(each.value) for each in given if not each.arg})


def gathered(function: ast.AST, names: set[str]) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign):
            places = node.targets if isinstance(node, ast.Assign) else [node.target]
            if names & {ast.unparse(each) for each in places}:
                dicts = [each for each in ast.walk(node.value) if isinstance(each, ast.Dict)]
                yield from (str(key.value) for each in dicts for key in each.keys if isinstance(key, ast.Constant))


def said(action: str, subject: str, **facts: object) -> str:
    entry = AuditEntry(at=datetime(2026, 3, 2, tzinfo=UTC), actor="x", action=action, subject=subject, facts=facts)
    return trail_entry(entry).words


@pytest.mark.parametrize("action", [each for each in sorted(recorded()) if each.startswith(("package_", "delivery_"))])
def test_what_was_sent_is_named_with_its_round(action: str) -> None:
    assert "给某县水利局的“2026-Q1 检查结果”（第2次）" in said(action, "某县水利局", batch="2026-Q1 检查结果", number=2)


@pytest.mark.parametrize("action", ["deliveries_paused", "deliveries_replayed"])
def test_what_was_held_back_or_sent_again_is_named(action: str) -> None:
    words = said(action, "outbox", packages=["1", "2"], batches=["某县水利局 2026-Q1 抄告", "某县公安局 2026-Q1 抄告"])
    assert "2件：某县水利局 2026-Q1 抄告；某县公安局 2026-Q1 抄告" in words


def test_days_are_written_as_everywhere() -> None:
    assert "移到 3月2日（周一）上午 组次 T2" in said("visit_moved", "某厂", half_day="2026-03-02/am", to="T2", of="T1")
    assert "3月6日（周五）前" in said("department_asked", "某县水利局", due_on="2026-03-06")


def test_every_action_is_said_in_words() -> None:
    actions = {*recorded(), *HANDED_ON}
    assert len(actions) > 25
    for action in actions:
        entry = AuditEntry(at=datetime(2026, 3, 2, tzinfo=UTC), actor="x", action=action, subject="y", facts={})
        assert action not in trail_entry(entry).words


def test_a_drawn_visit_that_moved_is_named_with_both_half_days_and_why() -> None:
    moved = {
        "of": "T1",
        "was_half_day": "2026-03-02/am",
        "to": "T1-1",
        "half_day": "2026-03-05/pm",
        "reason": "停产检修",
    }
    assert said("visit_rescheduled", "某厂", **moved) == (
        "改期：某厂 由3月2日（周一）上午组次 T1 改到3月5日（周四）下午组次 T1-1，人员不变，停产检修"
    )


def test_every_fact_is_named_in_chinese() -> None:
    found = set(facts())
    assert {"reason", "transcript", "was_half_day", "corrected"} <= found
    assert not {each for each in found if each not in NAMES}
    assert not {words for words in NAMES.values() if words.isascii()}


def test_facts_are_written_out() -> None:
    assert fact_words("granted", fact=True) == "是"
    assert fact_words("stop", "finish") == "用当前方案"
    assert fact_words("scopes", ["see_rounds", "see_trail"]) == "轮次、留痕"
    assert fact_words("payload", {"seconds": "20"}) == "用几秒：20"
    assert fact_words("files", {"任务书.xlsx": "ab12"}) == "任务书.xlsx：ab12"
    assert (fact_words("reference", None), fact_words("out", [])) == ("—", "—")
    assert fact_name("任务书.xlsx") == "任务书.xlsx"
