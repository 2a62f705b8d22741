"""`onedoor replan` as its user calls it: a changed problem and an old plan in, a lawful plan and the moves out."""

import json
from pathlib import Path

import pytest
from support.console import SHARED, no_traceback, onedoor

TINY = SHARED / "data" / "problems" / "tiny-1.json"

pytestmark = pytest.mark.skipif(not TINY.is_file(), reason="the given material is not beside the project: NOT CHECKED")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "plan.json"
    assert onedoor("plan", TINY, "-o", path, "--effort", 0).returncode == 0
    return path


def a_changed_problem(path: Path, old: Path) -> Path:
    """The first firm visited closes in the half-day in which it was to be visited."""
    problem = json.loads(TINY.read_text(encoding="utf-8"))
    tour = json.loads(old.read_text(encoding="utf-8"))["tours"][0]
    target = next(each for each in problem["targets"] if each["id"] == tour["visits"][0]["target"])
    target["closed"] = [*target.get("closed", []), tour["half_day"]]
    path.write_text(json.dumps(problem, ensure_ascii=False), encoding="utf-8")
    return path


def test_replan_moves_the_firm_that_closed_and_says_so(old: Path, tmp_path: Path) -> None:
    problem, new = a_changed_problem(tmp_path / "problem.json", old), tmp_path / "new.json"
    ended = onedoor("replan", problem, old, "-o", new, "--effort", 1)
    assert ended.returncode == 0, ended.stderr
    moved = [line for line in ended.stdout.splitlines() if line.startswith("改期")]
    assert len(moved) == 1
    assert "规则1" in moved[0]
    assert onedoor("check", problem, new).returncode == 0
    listed = json.loads(onedoor("replan", problem, old, "-o", new, "--effort", 1, "--json").stdout)
    assert listed["counts"]["moved"] == 1
    (move,) = [move for move in listed["moves"] if move["kind"] == "moved"]
    assert move["from"]["half_day"] != move["to"]["half_day"]
    assert move["why"][0]["rule"] == 1


def test_replan_refuses_the_plan_of_another_round_in_one_line(old: Path, tmp_path: Path) -> None:
    other = SHARED / "data" / "problems" / "tiny-2.json"
    ended = onedoor("replan", other, old, "-o", tmp_path / "new.json")
    no_traceback(ended)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "轮次" in ended.stderr
    assert not (tmp_path / "new.json").exists()
