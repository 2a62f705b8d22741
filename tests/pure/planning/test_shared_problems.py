"""The shared problems are planned lawfully; the small ones within their proven bounds of visits."""

import time

import pytest
from pure.planning.making import breaches, planned, shared_problem

from solver.planning.limits import Limit
from solver.planning.solve import solve


@pytest.mark.parametrize("name", ["tiny-1.json", "tiny-2.json", "tiny-3.json"])
def test_tiny_problems_are_served_whole_with_the_fewest_visits(name: str) -> None:
    problem = shared_problem(name)
    plan = planned(problem, effort=3)
    assert breaches(problem, plan) == ()
    assert plan.unserved == ()
    assert plan.metrics.visits == plan.metrics.visits_bound
    assert plan.metrics.officer_half_days == plan.metrics.officer_half_days_bound


@pytest.mark.parametrize(("name", "impossible"), [("county-1.json", 0), ("county-2.json", 30), ("tight-1.json", 5)])
def test_a_county_is_served_but_for_what_is_impossible_by_itself(name: str, impossible: int) -> None:
    problem = shared_problem(name)
    plan = solve(problem, limit=Limit(seconds=8.0), now=time.monotonic, workers=2)
    assert breaches(problem, plan) == ()
    crowded_out = {reason.code for each in plan.unserved for reason in each.reasons} & {"capacity", "target_visited"}
    assert len(plan.unserved) >= impossible
    if not crowded_out:
        assert len(plan.unserved) == impossible
        assert plan.metrics.visits >= plan.metrics.visits_bound
