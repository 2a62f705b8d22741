"""What the same matters would cost with every department going alone: what merging saves, planned by the same code.

It is a comparison only: nobody is ever sent by it.
"""

from collections.abc import Callable

import msgspec

from solver.planning.consolidate import consolidate
from solver.planning.dispatch import dispatch
from solver.planning.ids import MatterId
from solver.planning.timetable import Timetable
from solver.planning.tours.cover import Effort
from solver.planning.tours.shards import Shard, split, tours_of
from solver.planning.workers import Site

SHARD = 240
EFFORT = Effort(width=400, rounds=4, keep=1500, work=0.1)


class Alone(msgspec.Struct, frozen=True, kw_only=True):
    """Visits and officer half-days of departments that go alone; what found no place costs nothing here."""

    visits: int = 0
    officer_half_days: int = 0


def alone(site: Site, stop: Callable[[], bool], *, matters: frozenset[MatterId], seconds: float | None) -> Alone:
    """Plan one department's matters as if there were no other department."""
    own = [matter for matter in site.ground.problem.matters if matter.id in matters]
    doors = [door for way in consolidate(site.ground, site.staffing, own).values() for door in way.doors]
    timetable = Timetable(site.ground, site.staffing, site.travel)
    for doors_here in split(site.ground, doors, SHARD):
        shard = Shard(doors=doors_here, effort=EFFORT, seconds=seconds)
        tours = tours_of(site.ground, site.staffing, site.travel, shard, stop)
        dispatch(timetable, [[doors_here[member] for member in tour] for tour in tours])
    stints = timetable.stints.values()
    return Alone(
        visits=sum(len(stint.doors) for stint in stints),
        officer_half_days=sum(stint.officers for stint in stints),
    )
