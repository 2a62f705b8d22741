"""Every peer plans a small round, and the checker passes what comes of it; a peer that is absent skips loudly."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from peers import by_cp_sat
from peers.compare import PEERS, Peer, missing
from peers.departments import only
from peers.measure import measure
from peers.task import Outing, plan_of, task_of
from pure.peers.sessions import solving_in
from pure.planning.making import DEPARTMENTS, a_county, breaches, problems

from solver.planning.problem import Problem
from solver.planning.reading import write_problem

SECONDS = 3.0


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_serves_a_small_county_lawfully_and_leaves_no_process_behind(peer: Peer, tmp_path: Path) -> None:
    if why := missing(peer):
        pytest.skip(f"{peer.name} NOT COMPARED: {why}")
    problem = a_county() if peer.whole_rounds else only(a_county(), DEPARTMENTS[0])
    path = tmp_path / "problem.json"
    path.write_bytes(write_problem(problem))
    found = measure(peer.module, path, SECONDS, 2, tmp_path)
    assert found.plan is not None, found.said
    assert breaches(problem, found.plan) == ()
    assert found.plan.unserved == ()
    assert found.mebibytes is None or found.mebibytes > 0
    assert solving_in(tmp_path) == []


@settings(max_examples=10, deadline=None)
@given(problems())
def test_the_monolithic_model_never_leads_to_an_unlawful_plan(problem: Problem) -> None:
    assert breaches(problem, by_cp_sat.solve(problem, 1.0, 1).plan) == ()


def test_doors_on_one_tour_cost_the_monolithic_model_fewer_officers_than_alone() -> None:
    problem = a_county()
    task = task_of(problem, SECONDS)
    alone = plan_of(task, [Outing(number % 4, (door,)) for number, door in enumerate(task.doors)]).plan
    found = by_cp_sat.solve(problem, SECONDS, 1).plan
    assert found.metrics.visits == alone.metrics.visits
    assert found.metrics.officer_half_days < alone.metrics.officer_half_days


def test_a_tour_that_nobody_can_make_is_counted_and_its_doors_go_elsewhere() -> None:
    problem = a_county()
    task = task_of(problem, SECONDS)
    answer = plan_of(task, [Outing(0, task.doors)])
    assert breaches(problem, answer.plan) == ()
    assert answer.changed == 1
    assert answer.plan.unserved == ()


def test_a_door_that_a_peer_left_out_stays_out_and_says_why() -> None:
    problem = a_county()
    task = task_of(problem, SECONDS)
    plan = plan_of(task, [Outing(0, task.doors[:1])]).plan
    assert breaches(problem, plan) == ()
    assert len(plan.unserved) == len(problem.matters) - len(task.doors[0].matters)
