"""The main job from a folder of workbooks to a folder of results, as one command."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from support.console import ROOT, a_round_folder, command, environment, no_traceback, onedoor

SECONDS = "3"
SEED = "5" * 64
LISTED = (
    "summary.json",
    "report.html",
    "problem.json",
    "plan.json",
    "teams.json",
    "statistics.xlsx",
    "statistics.json",
    "draws/targets/head.json",
    "draws/targets/entries.json",
    "draws/targets/frame.tsv",
    "draws/targets/excluded.tsv",
    "draws/targets/transcript.json",
    "draws/teams/head.json",
    "draws/teams/plan.json",
    "draws/teams/transcript.json",
)

pytestmark = pytest.mark.usefixtures("server")


class Finished:
    """One finished run of the small sample round."""

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder, self.out = folder, out
        self.ended = onedoor("run", folder, "--out", out, "--seconds", SECONDS)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("journey")
    return Finished(a_round_folder(folder / "round", f"journey-{folder.name}"), folder / "out")


def test_another_ratio_is_estimated_from_a_finished_round_and_nothing_in_it_changes(finished: Finished) -> None:
    before = {path: path.read_bytes() for path in finished.out.rglob("*") if path.is_file()}
    task = json.loads((finished.out / "round.json").read_text())["tasks"][0]["id"]
    ended = onedoor("whatif", finished.out, "--ratio", f"{task}=100%", "--effort", 0, "--json")
    assert ended.returncode == 0, ended.stderr
    base, more = json.loads(ended.stdout)["outcomes"]
    assert more["is_estimate"]
    assert more["visits"] >= base["visits"]
    assert {path: path.read_bytes() for path in finished.out.rglob("*") if path.is_file()} == before


def test_a_run_does_the_whole_job_and_says_what_it_could_not(finished: Finished) -> None:
    no_traceback(finished.ended)
    assert finished.ended.returncode == 1, finished.ended.stderr
    assert "计算可复核，但不能证明种子未经挑选" in finished.ended.stdout
    summary = json.loads((finished.out / "summary.json").read_text())
    assert summary["refused_rows"] > 0
    assert (
        summary["served"] + len([u for u in summary["unserved"] if u["matter"].startswith("M")]) == summary["matters"]
    )
    assert all(unserved["reasons"] for unserved in summary["unserved"])


def test_the_result_folder_holds_what_the_specification_lists(finished: Finished) -> None:
    for name in LISTED:
        assert (finished.out / name).stat().st_size > 0, name
    departments = list((finished.out / "departments").iterdir())
    assert len(departments) == 4
    for department in departments:
        assert {"任务书.xlsx", "检查结果填报.xlsx"} <= {path.name for path in department.iterdir()}
    notices = {path.stem for path in (finished.out / "targets").glob("*.html")}
    assert notices == {path.stem for path in (finished.out / "targets").glob("*.ics")}
    assert (finished.out / "public").is_dir()


@pytest.mark.parametrize("stage", ["targets", "teams"])
def test_both_draws_can_be_recomputed_by_anyone(finished: Finished, stage: str) -> None:
    transcript = finished.out / "draws" / stage / "transcript.json"
    assert onedoor("verify", transcript).returncode == 0
    alone = [sys.executable, str(ROOT / "solver" / "verify_draw.py"), str(transcript)]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 0


def test_the_plan_and_the_teams_are_lawful(finished: Finished) -> None:
    out = finished.out
    checked = onedoor("check", out / "problem.json", out / "plan.json", "--teams", out / "teams.json", "--json")
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["lawful"] is True


def test_the_selection_that_draw_recomputes_is_the_transcripts(finished: Finished, tmp_path: Path) -> None:
    transcript = json.loads((finished.out / "draws/targets/transcript.json").read_text())
    again = tmp_path / "selection.json"
    onedoor("draw", finished.out / "draws/targets", "--seed", transcript["seed"], "-o", again)
    assert json.loads(again.read_text())["result"] == transcript["result"]


def test_a_file_changed_after_the_draw_is_named(finished: Finished, tmp_path: Path) -> None:
    folder = shutil.copytree(finished.out / "draws/targets", tmp_path / "changed")
    lines = (folder / "frame.tsv").read_bytes().splitlines(keepends=True)
    (folder / "frame.tsv").write_bytes(b"".join(lines[:-1]))
    verdict = onedoor("verify", folder / "transcript.json")
    assert verdict.returncode == 1
    assert "frame.tsv" in verdict.stdout


def test_the_same_folder_again_gives_the_stored_round_back(finished: Finished, tmp_path: Path) -> None:
    again = Finished(finished.folder, tmp_path / "again")
    assert again.ended.returncode == finished.ended.returncode
    for name in ("draws/targets/transcript.json", "draws/teams/transcript.json", "plan.json", "teams.json"):
        assert (again.out / name).read_bytes() == (finished.out / name).read_bytes()


def test_a_form_filled_in_where_it_lies_and_a_persons_own_files_survive_another_run(finished: Finished) -> None:
    form = min((finished.out / "departments").glob("*/检查结果填报.xlsx"))
    before = form.read_bytes()
    form.write_bytes(before + b"filled in")
    note = finished.out / "targets" / "备注.txt"
    note.write_text("mine", encoding="utf-8")
    Finished(finished.folder, finished.out)
    assert form.read_bytes() == before + b"filled in"
    assert note.read_text(encoding="utf-8") == "mine"
    form.write_bytes(before)


def test_another_rounds_folder_is_never_written_over(finished: Finished, tmp_path: Path) -> None:
    other = a_round_folder(tmp_path / "round", f"other-{tmp_path.name}")
    ended = onedoor("run", other, "--out", finished.out)
    no_traceback(ended)
    assert ended.returncode == 2
    assert finished.folder.parent.name in ended.stderr


def test_a_changed_folder_for_a_drawn_round_is_refused_by_name(finished: Finished, tmp_path: Path) -> None:
    changed = shutil.copytree(finished.folder, tmp_path / "round")
    victim, other, *_ = sorted(changed.glob("*.xlsx"))
    shutil.copy(other, victim.with_name("多出来的.xlsx"))
    victim.unlink()
    ended = onedoor("run", changed, "--out", tmp_path / "out")
    no_traceback(ended)
    assert ended.returncode == 2
    assert victim.name in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_rehearsal_never_touches_the_real_draw_and_may_be_repeated(finished: Finished, tmp_path: Path) -> None:
    selections = []
    for attempt in ("one", "two"):
        out = tmp_path / attempt
        ended = onedoor("run", finished.folder, "--out", out, "--seed", SEED, "--seconds", SECONDS)
        no_traceback(ended)
        transcript = json.loads((out / "draws/targets/transcript.json").read_text())
        assert (transcript["rehearsal"], transcript["seed"]) == (True, SEED)
        assert "演练" in ended.stdout.splitlines()[0]
        for name in ("report.html", "演练.txt", "public/演练.txt"):
            assert "演练" in (out / name).read_text(encoding="utf-8"), name
        assert all(
            "演练" in sheet["A2"].value for sheet in openpyxl.load_workbook(out / "statistics.xlsx").worksheets[:-1]
        )
        assert "演练" in onedoor("verify", out / "draws/teams/transcript.json").stdout
        selections.append(transcript["result"])
    assert selections[0] == selections[1]
    again = Finished(finished.folder, tmp_path / "real")
    real = (finished.out / "draws/targets/transcript.json").read_bytes()
    assert (again.out / "draws/targets/transcript.json").read_bytes() == real
    assert not (again.out / "演练.txt").exists()


def announced(when: datetime) -> str:
    return f'beacon = {{ source = "福彩3D", when = {when.isoformat(timespec="seconds")}, pattern = "^[0-9]{{3}}$" }}'


def test_with_a_beacon_it_stops_after_fixing_and_goes_on_with_the_outcome(tmp_path: Path) -> None:
    later = announced(datetime(2099, 1, 1, tzinfo=UTC))
    folder, out = a_round_folder(tmp_path / "round", f"beacon-{tmp_path.name}", beacon=later), tmp_path / "out"
    waiting = onedoor("run", folder, "--out", out, "--beacon", "123")
    assert waiting.returncode == 3, waiting.stderr
    assert "--beacon 没有使用" in waiting.stdout
    assert not (out / "draws/targets/transcript.json").exists()
    fixed = (out / "draws/targets/frame.tsv").read_bytes()
    assert onedoor("run", folder, "--out", out).returncode == 3
    wrong = onedoor("run", folder, "--out", out, "--beacon", "12")
    assert wrong.returncode == 2
    no_traceback(wrong)
    ended = onedoor("run", folder, "--out", out, "--beacon", "123", "--seconds", SECONDS)
    assert ended.returncode == 1, ended.stderr
    assert "抽取早于公共随机事件的时间" in ended.stdout
    assert (out / "draws/targets/frame.tsv").read_bytes() == fixed
    assert json.loads((out / "draws/targets/transcript.json").read_text())["beacon"] == "123"
    assert onedoor("verify", out / "draws/targets/transcript.json").returncode == 0


def test_a_list_fixed_after_its_beacons_event_is_told_as_unproven(tmp_path: Path) -> None:
    past = announced(datetime(2020, 1, 1, tzinfo=UTC))
    folder, out = a_round_folder(tmp_path / "round", f"past-{tmp_path.name}", beacon=past), tmp_path / "out"
    waiting = onedoor("run", folder, "--out", out)
    assert waiting.returncode == 3, waiting.stderr
    assert "早于名单固定的时间" in waiting.stdout


def started(*arguments: object) -> subprocess.Popen[str]:
    """Start a command as a terminal does: with all its children in one group of processes."""
    return subprocess.Popen(
        command(*arguments),
        env=environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def pressed_ctrl_c(running: subprocess.Popen[str]) -> str:
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    return said


@pytest.mark.parametrize("seconds", [0.3, 0.8, 1.6])
def test_ctrl_c_at_the_beginning_is_never_blamed_on_a_workbook(tmp_path: Path, seconds: float) -> None:
    folder, out = a_round_folder(tmp_path / "round", f"early-{tmp_path.name}"), tmp_path / "out"
    running = started("run", folder, "--out", out, "--seconds", "120")
    time.sleep(seconds)
    said = pressed_ctrl_c(running)
    assert running.returncode in {130, -signal.SIGINT}, said
    assert "Traceback" not in said
    assert not out.exists()


def test_an_interrupted_run_leaves_nothing_half_written_and_goes_on(tmp_path: Path) -> None:
    folder, out = a_round_folder(tmp_path / "round", f"interrupt-{tmp_path.name}"), tmp_path / "out"
    running = started("run", folder, "--out", out, "--seconds", "120")
    assert running.stderr is not None
    while "排期" not in running.stderr.readline():
        assert running.poll() is None
    time.sleep(1)
    said = pressed_ctrl_c(running)
    assert running.returncode == 130, said
    assert "Traceback" not in said
    assert not out.exists()
    ended = onedoor("run", folder, "--out", out, "--seconds", SECONDS)
    assert ended.returncode == 1, ended.stderr
    assert onedoor("verify", out / "draws/teams/transcript.json").returncode == 0


def test_results_come_back_and_reach_the_statistics(finished: Finished, tmp_path: Path) -> None:
    forms = sorted((finished.out / "departments").glob("*/检查结果填报.xlsx"))
    taken = onedoor("results", finished.out, *forms, "--out", tmp_path / "results")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert "已记入数据库" in taken.stdout
    added = onedoor(
        "statistics", tmp_path / "results", "--year", time.localtime().tm_year, "--out", tmp_path / "statistics"
    )
    assert added.returncode == 0, added.stderr
    tables = json.loads((tmp_path / "statistics/statistics.json").read_text())["tables"]
    assert len(tables) == 5
