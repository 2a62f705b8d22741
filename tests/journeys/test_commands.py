"""The commands that need no database: draw, lots, verify, plan, check, from files to files."""

import json
import shutil
from pathlib import Path

import pytest
from support.console import SHARED, no_traceback, onedoor

DRAW = SHARED / "spec" / "vectors" / "draw.json"

TINY = SHARED / "data" / "problems" / "tiny-1.json"

given = pytest.mark.skipif(not SHARED.is_dir(), reason="the given material is not beside the project: NOT CHECKED")


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
    return path


def a_frame_folder(folder: Path, case: dict[str, object]) -> Path:
    folder.mkdir()
    written(folder / "head.json", case["head"])
    entries = [
        {**entry, "strata": sorted(entry["strata"], key=lambda stratum: stratum["id"])}
        for entry in sorted(case["entries"], key=lambda entry: entry["id"])
    ]
    written(folder / "entries.json", entries)
    units = sorted("\t".join(unit).encode() + b"\n" for unit in case["units"])
    (folder / "frame.tsv").write_bytes(b"".join(units))
    return folder


@given
@pytest.mark.parametrize("number", range(3))
def test_draw_writes_the_published_selection(number: int, tmp_path: Path) -> None:
    case = json.loads(DRAW.read_text(encoding="utf-8"))[number]
    out = tmp_path / "selection.json"
    ended = onedoor("draw", a_frame_folder(tmp_path / "frame", case), "--seed", case["seed"], "-o", out)
    assert ended.returncode == 0, ended.stderr
    selection = json.loads(out.read_text(encoding="utf-8"))
    assert selection["document_digest"] == case["document_digest"]
    assert selection["format"] == "onedoor/selection/1"


@given
def test_a_frame_with_a_unit_twice_is_refused_not_repaired(tmp_path: Path) -> None:
    case = json.loads(DRAW.read_text(encoding="utf-8"))[0]
    folder = a_frame_folder(tmp_path / "frame", case)
    lines = (folder / "frame.tsv").read_bytes().splitlines(keepends=True)
    (folder / "frame.tsv").write_bytes(b"".join([lines[0], *lines]))
    ended = onedoor("draw", folder, "--seed", case["seed"], "-o", tmp_path / "selection.json")
    no_traceback(ended)
    assert ended.returncode == 2
    assert "frame.tsv" in ended.stderr
    assert not (tmp_path / "selection.json").exists()


@given
def test_plan_check_and_lots_go_hand_in_hand(tmp_path: Path) -> None:
    plan, teams = tmp_path / "plan.json", tmp_path / "teams.json"
    assert onedoor("plan", TINY, "-o", plan, "--effort", 0).returncode == 0
    assert onedoor("lots", plan, "--seed", "7" * 64, "-o", teams).returncode == 0
    checked = onedoor("check", TINY, plan, "--teams", teams, "--json")
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["breaches"] == []


@given
def test_check_names_the_rule_of_a_breach_and_exits_1(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    onedoor("plan", TINY, "-o", plan, "--effort", 0)
    content = json.loads(plan.read_text(encoding="utf-8"))
    content["tours"][0]["visits"][0]["end"] = "23:59"
    checked = onedoor("check", TINY, written(tmp_path / "changed.json", content), "--json")
    assert checked.returncode == 1
    assert {breach["rule"] for breach in json.loads(checked.stdout)["breaches"]} <= {2, 3}


@given
def test_plan_says_who_is_never_sent_and_why(tmp_path: Path) -> None:
    problem = json.loads(TINY.read_text(encoding="utf-8"))
    ill = problem["inspectors"][0]
    ill["unavailable"] = [each["id"] for each in problem["half_days"]]
    changed = tmp_path / "problem.json"
    changed.write_text(json.dumps(problem, ensure_ascii=False), encoding="utf-8")
    said = onedoor("plan", changed, "-o", tmp_path / "plan.json", "--effort", 0).stderr
    (line,) = [line for line in said.splitlines() if line.startswith(ill["id"])]
    assert "全轮没有中签机会" in line
    assert "当日不可用" in line


@pytest.mark.parametrize("command", ["verify", "plan", "check", "lots"])
def test_what_is_no_file_of_ours_is_unreadable(command: str, tmp_path: Path) -> None:
    junk = tmp_path / "junk.json"
    junk.write_text("{", encoding="utf-8")
    arguments = {
        "verify": [junk],
        "plan": [junk, "-o", tmp_path / "out"],
        "check": [junk, junk],
        "lots": [junk, "--seed", "0" * 64, "-o", tmp_path / "out"],
    }[command]
    ended = onedoor(command, *arguments)
    no_traceback(ended)
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_new_makes_what_intake_reads(tmp_path: Path) -> None:
    folder = tmp_path / "轮次"
    assert onedoor("new", folder).returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == ["round.toml", "部门模板.xlsx"]
    again = onedoor("new", folder)
    assert again.returncode == 2
    no_traceback(again)
    shutil.copy(folder / "部门模板.xlsx", folder / "某局.xlsx")
    assert "空白模板" in onedoor("intake", folder, "--out", tmp_path / "out").stderr


@pytest.mark.parametrize(
    ("called", "words"),
    [
        (["run"], "缺少 FOLDER"),
        (["run", "round"], "缺少 --out"),
        (["run", "round", "--out"], "--out 的写法不对"),
        (["run", "round", "--out", "out", "--seconds", "many"], "--seconds 的值不对：应为不小于 1 的数字"),
        (["run", "round", "--out", "out", "--seed", "12"], "种子应为64位小写十六进制数"),
        (["run", "round", "other", "--out", "out"], "多余"),
        (["run", "--nope"], "没有“--nope”这个选项"),
        (["runn"], "没有“runn”这个命令"),
        (["statistics", "--year", "x", "--out", "out"], "--year 的值不对：应为整数"),
        (["lots", "plan", "--seed", "0" * 64, "-o", "out", "--hash", "md5"], "可以是 sha256、sm3"),
        (["serve", "--port", "99999"], "不大于 65535"),
        (["plan", "problem", "-o", "out", "--seconds", "1", "--effort", "2"], "只能用一个"),
        (["bench", "nothing"], "找不到这个文件"),
    ],
)
def test_a_call_that_is_not_understood_gets_one_sentence(called: list[str], words: str, tmp_path: Path) -> None:
    ended = onedoor(*called, folder=tmp_path)
    assert ended.returncode == 2
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    assert words in sentence
    assert "--help" in sentence
    assert not list(tmp_path.iterdir())


def test_without_a_command_the_help_is_shown() -> None:
    ended = onedoor()
    assert ended.returncode == 0
    assert "statistics" in ended.stdout


@pytest.mark.parametrize("kind", ["--peers", "--scaling"])
def test_a_comparison_asks_for_a_problem(tmp_path: Path, kind: str) -> None:
    ended = onedoor("bench", kind)
    no_traceback(ended)
    assert ended.returncode == 2
    assert "problem.json" in ended.stderr
    (tmp_path / "junk.json").write_text("{", encoding="utf-8")
    ended = onedoor("bench", kind, tmp_path / "junk.json")
    no_traceback(ended)
    assert ended.returncode == 2
