"""Machines that share nothing but a database and a queue plan together, and the plan is the one that one makes."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pure.planning.making import a_wide_county
from support.console import command, environment, onedoor
from support.databases import Database

from coordinator.embedded import Endpoints
from solver.planning.reading import write_problem

SECONDS_TO_END = 30
READY, SOLVED = "a pair of hands is ready", "(solve_shard) is done"
IMPROVING = "改进"


@contextmanager
def a_worker(surroundings: dict[str, str], said: Path) -> Iterator[None]:
    """A worker that is ready; what it says is written down, and it ends with the context."""
    with said.open("w") as file:
        worker = subprocess.Popen(command("worker"), env=surroundings, stdout=subprocess.PIPE, stderr=file)
        try:
            while READY not in said.read_text(encoding="utf-8"):
                assert worker.poll() is None, said.read_text(encoding="utf-8")
                time.sleep(0.1)
            yield
        finally:
            worker.terminate()
            worker.communicate(timeout=SECONDS_TO_END)


def shared(database: Database, server: Endpoints) -> dict[str, str]:
    """What two machines have in common; each has one pair of hands."""
    return {
        "DATABASE_URL": database.app_url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": str(server.redis_url),
        "ONEDOOR_PROCESSES": "1",
    }


def test_workers_of_two_homes_share_a_planning(tmp_path: Path, database: Database, server: Endpoints) -> None:
    """The planning asks for two parts at a time."""
    problem, together, alone, said = (tmp_path / name for name in ("problem", "together", "alone", "said"))
    problem.write_bytes(write_problem(a_wide_county()))
    common = shared(database, server)
    with a_worker(environment(tmp_path / "there") | common, said):
        arguments = ("plan", problem, "-o", together, "--effort", 1, "--shared")
        ended = onedoor(*arguments, home=tmp_path / "here", settings=common)
    assert ended.returncode == 0, ended.stderr
    assert onedoor("plan", problem, "-o", alone, "--effort", 1).returncode == 0
    assert together.read_bytes() == alone.read_bytes()
    assert SOLVED in said.read_text(encoding="utf-8")
    assert not (tmp_path / "here").exists()
    assert not (tmp_path / "there").exists()


def test_interrupted_a_shared_planning_gives_its_best_plan_so_far(
    tmp_path: Path, database: Database, server: Endpoints
) -> None:
    problem, plan = tmp_path / "problem", tmp_path / "plan"
    problem.write_bytes(write_problem(a_wide_county()))
    planning = subprocess.Popen(
        command("plan", problem, "-o", plan, "--seconds", 600, "--shared"),
        env=environment(tmp_path / "home") | shared(database, server),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert planning.stderr is not None
    said = next(line for line in planning.stderr if IMPROVING in line)
    planning.send_signal(signal.SIGINT)
    _, rest = planning.communicate(timeout=SECONDS_TO_END)
    assert planning.returncode == 0, said + rest
    assert onedoor("check", problem, plan).returncode == 0
