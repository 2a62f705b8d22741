"""CP-SAT's manners in this house: one worker, a fixed seed, a deterministic limit, and it lets itself be stopped.

What is searched for is said by whoever builds the model.
"""

from collections.abc import Callable
from threading import Event, Thread

from ortools.sat.python import cp_model

GLANCE_SECONDS = 0.1
"""How often a running search looks whether it should stop."""
SEED = 1


def searcher(work: float, seconds: float | None = None) -> cp_model.CpSolver:
    """A solver that gives the same answer every time, unless the clock (`seconds`) cuts it short."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    # Ctrl-C is for the caller to hear: CP-SAT would take it over, and leave the default handler behind
    solver.parameters.catch_sigint_signal = False
    if seconds is not None:
        solver.parameters.max_time_in_seconds = max(GLANCE_SECONDS, seconds)
    return solver


def search(solver: cp_model.CpSolver, model: cp_model.CpModel, stop: Callable[[], bool]) -> bool:
    """Solve until done, out of work or told to stop; whether there is a solution to read."""
    over = Event()

    def watch() -> None:
        while not over.wait(GLANCE_SECONDS):
            if stop():
                solver.stop_search()
                return

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        status = solver.solve(model)
    finally:
        over.set()
        watcher.join()
    return status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
