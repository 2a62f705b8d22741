"""This project's planner, called like its peers."""

import time

from peers.task import Answer

from solver.planning.limits import Limit
from solver.planning.problem import Problem
from solver.planning.solve import solve as planned


def solve(problem: Problem, seconds: float, workers: int) -> Answer:
    plan = planned(problem, limit=Limit(seconds=seconds), now=time.monotonic, workers=workers)
    return Answer(plan, 0)
