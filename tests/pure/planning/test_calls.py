"""Calls and answers survive the journey as bytes: a plan does not depend on where its parts were worked out."""

from collections.abc import Callable, Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from pure.planning.making import a_county, a_wide_county, planned, problems

from solver.planning.calls import (
    AnyCall,
    CheckPrices,
    DivideDoors,
    GoAlone,
    ReplanBlock,
    read_answer,
    read_call,
    write_answer,
    write_call,
)
from solver.planning.consolidate import consolidate
from solver.planning.limits import Stop
from solver.planning.problem import Problem
from solver.planning.tours.cover import Effort
from solver.planning.tours.shards import Shard
from solver.planning.workers import Hands, Site, site_of

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


class FarAway:
    """Workers that get nothing but bytes and a problem of their own."""

    def __init__(self, problem: Problem) -> None:
        self._site: Site = site_of(problem)
        self.kinds: set[type] = set()

    def __call__(self, calls: Sequence[AnyCall], done: Callable[[int], None], stop: Stop) -> list[object]:
        self.kinds |= {type(call) for call in calls}
        answers = [write_answer(read_call(write_call(call))(self._site, stop)) for call in calls]
        done(len(answers))
        return [read_answer(call, answer) for call, answer in zip(calls, answers, strict=True)]


@given(problem=problems())
@settings(PATIENT, max_examples=25)
def test_a_plan_whose_parts_travelled_is_the_plan_made_here(problem: Problem) -> None:
    assert planned(problem, workers=Hands(elsewhere=FarAway(problem))) == planned(problem)


def test_what_is_more_than_can_be_done_here_at_once_goes_elsewhere() -> None:
    problem = a_wide_county()
    far_away = FarAway(problem)
    plan = planned(problem, workers=Hands(elsewhere=far_away))
    assert plan == planned(problem)
    assert far_away.kinds == {CheckPrices, DivideDoors, ReplanBlock}


def test_a_department_alone_travels_as_well() -> None:
    call = GoAlone(matters=frozenset(matter.id for matter in a_county().matters[::3]))
    (answer,) = FarAway(a_county())([call], lambda _: None, lambda: False)
    assert answer == call(site_of(a_county()), lambda: False)


def test_a_shard_that_travelled_is_divided_as_it_is_here() -> None:
    site = site_of(a_county())
    ways = consolidate(site.ground, site.staffing, site.ground.problem.matters)
    effort = Effort(width=20, rounds=2, keep=100, work=0.1)
    shard = Shard(ways=tuple(ways.values()), effort=effort, seconds=None)
    call = DivideDoors(shard=shard)
    (answer,) = FarAway(a_county())([call], lambda _: None, lambda: False)
    assert answer == call(site, lambda: False)
    assert sorted(door for tour in call(site, lambda: False).tours for door in tour) == list(range(6))


@pytest.mark.parametrize("content", [b"", b"{}", b'{"type":"eval"}', b'{"type":"go_alone","matters":7}'])
def test_bytes_that_are_no_call_are_refused(content: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        read_call(content)
