"""At the edges of what can be asked there still is a lawful plan that accounts for every matter."""

import time
from functools import cache

import pytest
from pure.planning.edges import every_edge
from pure.planning.making import breaches, matter_ids

from solver.planning.limits import Limit
from solver.planning.problem import Problem
from solver.planning.solve import solve

SECONDS = 1.0
edges = cache(every_edge)


@pytest.mark.parametrize("name", list(edges()))
def test_an_edge_is_planned_lawfully_and_comes_to_an_end(name: str) -> None:
    problem: Problem = edges()[name]
    plan = solve(problem, limit=Limit(seconds=SECONDS), now=time.process_time)
    assert breaches(problem, plan) == ()
    assert matter_ids(plan) | {each.matter for each in plan.unserved} == {matter.id for matter in problem.matters}
    assert plan.metrics.officer_half_days_bound <= plan.metrics.officer_half_days
