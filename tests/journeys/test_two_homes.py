"""Two machines that share nothing but a database and a queue plan together, and the plan is the one that one makes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pure.planning.making import a_wide_county
from support.console import command, environment, onedoor
from support.databases import Database

from coordinator.embedded import Endpoints
from solver.planning.reading import write_problem

SECONDS_TO_END = 30


@contextmanager
def a_worker(surroundings: dict[str, str], said: Path) -> Iterator[None]:
    """A worker that has begun; what it says is written down, and it ends with the context."""
    with said.open("w") as file:
        worker = subprocess.Popen(command("worker"), env=surroundings, stdout=subprocess.PIPE, stderr=file)
        try:
            yield
        finally:
            worker.terminate()
            worker.communicate(timeout=SECONDS_TO_END)


def test_workers_of_two_homes_share_a_planning(tmp_path: Path, database: Database, server: Endpoints) -> None:
    """One pair of hands each: the planning asks for two parts at a time."""
    problem, shared, alone, said = (tmp_path / name for name in ("problem.json", "shared.json", "alone.json", "said"))
    problem.write_bytes(write_problem(a_wide_county()))
    common = {
        "DATABASE_URL": database.app_url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": str(server.redis_url),
        "ONEDOOR_PROCESSES": "1",
    }
    with a_worker(environment(tmp_path / "there") | common, said):
        ended = onedoor(
            *("plan", problem, "-o", shared, "--effort", 1, "--shared"), home=tmp_path / "here", settings=common
        )
    assert ended.returncode == 0, ended.stderr
    assert onedoor("plan", problem, "-o", alone, "--effort", 1).returncode == 0
    assert shared.read_bytes() == alone.read_bytes()
    assert "(solve_shard) is done" in said.read_text(encoding="utf-8")
    assert not (tmp_path / "here").exists()
    assert not (tmp_path / "there").exists()
