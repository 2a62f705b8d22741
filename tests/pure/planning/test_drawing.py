"""Tours are drawn in time: by whoever has begun, and what nobody has begun by the process that waits for it."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace
from pure.planning.making import a_county, a_wide_county

from solver.planning.calls import DivideDoors
from solver.planning.consolidate import Doorway, consolidate
from solver.planning.drawing import HASTY, TOURS_SHARE, Drawing
from solver.planning.limits import Stop
from solver.planning.problem import Policy
from solver.planning.tours.shards import Shard
from solver.planning.workers import Hands, Workers, site_of


class Short:
    """A clock on which the time for drawing with care is over at once, and the time for haste lasts."""

    def seconds(self, _: float) -> float:
        return 60.0

    def until(self, share: float) -> Stop:
        return lambda: share <= TOURS_SHARE


class Busy:
    """Workers elsewhere who never begin anything."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, calls: Sequence[Any], done: Callable[[int], None], stop: Stop) -> list[Any]:
        assert stop()
        done(0)
        self.asked += len(calls)
        return [None] * len(calls)


def test_what_busy_workers_have_not_begun_in_time_the_waiting_process_draws_itself() -> None:
    busy = Busy()
    problem = replace(a_wide_county(), policy=Policy())
    pool = Workers(site_of(problem), Hands(here=1, elsewhere=busy))
    ways = [*consolidate(pool.site.ground, pool.site.staffing, problem.matters).values()]
    tours = Drawing(pool, Short(), ways, lambda _: None).again()
    assert tours is not None
    assert busy.asked == 2
    assert sorted(door.target for tour in tours for door in tour) == sorted(way.doors[0].target for way in ways)
    assert len(tours) < len(ways)


def test_told_to_stop_before_it_begins_a_shard_is_not_drawn_at_all() -> None:
    problem = a_county()
    site = site_of(problem)
    ways: tuple[Doorway, ...] = (*consolidate(site.ground, site.staffing, problem.matters).values(),)
    assert DivideDoors(shard=Shard(ways=ways, effort=HASTY, seconds=None))(site, lambda: True) is None
