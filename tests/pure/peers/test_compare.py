"""The table of `onedoor bench --peers`: the checker's word in every line, and a peer that is missing is said loudly."""

from pathlib import Path

import msgspec
import pytest
from peers import compare
from peers.compare import HEADER, Given, Peer, missing, row
from peers.measure import Measured
from pure.planning.making import a_county, planned

from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.reading import problem_digest, write_problem

OURS = Peer("某求解器", "by_cp_sat", "ortools", whole_rounds=True, single_departments=False)


def given(problem: Problem) -> Given:
    return Given("某县", write_problem(problem), problem, is_single=False)


def found(plan: Plan | None, said: str = "") -> Measured:
    return Measured(plan=plan, changed=3, seconds=12.34, mebibytes=1234, said=said)


def cells(line: str) -> list[str]:
    return [each.strip() for each in line.strip("|").split("|")]


def test_a_lawful_plan_is_shown_with_what_it_costs() -> None:
    problem = a_county()
    plan = planned(problem)
    line = row(given(problem), OURS, 20, found(plan))
    officers = sum(role.need for tour in plan.tours for role in tour.roles)
    assert cells(line)[:8] == ["某县", "某求解器", "20/12.3", "是", "0（0）", "6", f"{officers}", "0"]
    assert cells(line)[8:] == [f"{len(plan.tours)}（3）", "1,234"]
    assert len(cells(line)) == len(cells(HEADER[0]))


def test_an_unlawful_plan_is_shown_with_the_rules_it_breaks() -> None:
    problem = a_county()
    plan = planned(problem)
    first = msgspec.structs.replace(plan.tours[0], visits=())
    broken = msgspec.structs.replace(plan, tours=(first, *plan.tours[1:]), problem_sha256=problem_digest(problem))
    assert cells(row(given(problem), OURS, 20, found(broken)))[3].startswith("否（规则")


def test_a_solver_without_a_plan_is_shown_with_its_last_word() -> None:
    line = row(given(a_county()), OURS, 20, found(None, "MemoryError"))
    assert cells(line)[3] == "没有方案：MemoryError"
    assert len(cells(line)) == len(cells(HEADER[0]))


def test_a_peer_that_is_missing_is_said_in_the_table_and_on_stderr_with_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = OURS._replace(name="没装的", package="no-such-distribution", leaves_out="什么都不含")
    monkeypatch.setattr(compare, "PEERS", (absent,))
    path = tmp_path / "某县.json"
    path.write_bytes(write_problem(a_county()))
    lines = "\n".join(compare.table([path], 1.0, 1))
    assert "| 某县 | 没装的 | — | 未参加：没有安装" in lines
    for said in (lines, capsys.readouterr().err):
        assert "没装的" in said
        assert "-r requirements-peers.lock" in said


def test_a_peer_that_needs_java_says_so_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing(OURS) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "Java 17" in str(missing(OURS._replace(needs_java=True)))


def test_peers_are_pinned_in_a_lock_of_their_own_that_neither_users_nor_tests_install() -> None:
    root = Path(__file__).parents[3]
    others = [(root / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock")]
    own = (root / compare.LOCK).read_text(encoding="utf-8")
    for package in ("timefold==", "pyvrp=="):
        assert f"\n{package}" in own
        assert not any(package in text for text in others)
