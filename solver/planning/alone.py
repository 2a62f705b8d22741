"""What the same matters would cost with every department going alone: what merging saves.

Quick and greedy, so that it is always worked out; the same doors, crews and roster as in the plan. It is a comparison
only: nobody is ever sent by it.
"""

from collections.abc import Sequence

import msgspec

from solver.planning.consolidate import Door, consolidate
from solver.planning.dispatch import squeeze
from solver.planning.ground import Ground
from solver.planning.ids import MatterId
from solver.planning.staffing import merged
from solver.planning.timetable import Timetable
from solver.planning.tours.shards import split
from solver.planning.travel import Travel
from solver.planning.workers import Site

NEIGHBOURHOOD = 60
"""So many doors are packed into tours together."""


class Alone(msgspec.Struct, frozen=True, kw_only=True):
    """Visits and officer half-days of departments that go alone."""

    visits: int = 0
    officer_half_days: int = 0


class _Load(msgspec.Struct, kw_only=True):
    """A tour that is being packed."""

    doors: list[Door]
    minutes: int
    half_days: int


def alone(site: Site, *, matters: frozenset[MatterId]) -> Alone:
    """Plan one department's matters as if there were no other department.

    What then finds no place still counts, as a tour for each door: the same matters are compared.
    """
    ground, staffing = site.ground, site.staffing
    own = [matter for matter in ground.problem.matters if matter.id in matters]
    parts = split(ground, list(consolidate(ground, staffing, own).values()), NEIGHBOURHOOD)
    timetable = Timetable(ground, staffing, site.travel)
    tours = [
        tour for some in parts for tour in packed(ground, site.travel, [door for way in some for door in way.doors])
    ]
    waiting = [door for tour in tours if timetable.place(tour) is None for door in tour]
    left = [matter for door in waiting for matter in squeeze(timetable, door)]
    beyond = [door for way in consolidate(ground, staffing, left).values() for door in way.doors]
    least = ground.problem.policy.team_minimum
    stints = timetable.stints.values()
    return Alone(
        visits=sum(len(stint.doors) for stint in stints) + len(beyond),
        officer_half_days=sum(stint.officers for stint in stints) + sum(max(least, _officers(door)) for door in beyond),
    )


def packed(ground: Ground, travel: Travel, doors: Sequence[Door]) -> list[list[Door]]:
    """Doors of one department on few tours: the longest first, each to the tour that it makes the least longer."""
    longest = max(ground.capacity, default=0)
    most = ground.problem.policy.max_visits_per_tour
    loads: list[_Load] = []
    for door in sorted(doors, key=lambda each: (-_officers(each), -each.minutes, each.target)):
        best: tuple[int, _Load] | None = None
        for load in loads:
            if len(load.doors) < most and load.half_days & door.half_days and _alike(load, door):
                more = door.minutes + min(travel.minutes(door.target, each.target) for each in load.doors)
                if load.minutes + more <= longest and (best is None or more < best[0]):
                    best = (more, load)
        if best is None:
            loads.append(_Load(doors=[door], minutes=door.minutes, half_days=door.half_days))
        else:
            more, load = best
            load.doors.append(door)
            load.minutes += more
            load.half_days &= door.half_days
    return [load.doors for load in loads]


def _officers(door: Door) -> int:
    return max(demand.officers for demand in door.demands)


def _alike(load: _Load, door: Door) -> bool:
    """Whether the door sends nobody along who is not on the tour anyway."""
    (together,) = merged((*load.doors[0].demands, *door.demands))
    return together.officers == load.doors[0].demands[0].officers
