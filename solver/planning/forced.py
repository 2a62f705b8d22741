"""What no plan can help: matters that nobody can serve, and draws in which somebody must be left without a chance.

Relaxations with their argument, like bounds.py; nothing here knows a plan. Plans are meant whose roles list only
expertise that their department's matters on the tour ask for. Beside fixed tours, whose people might be shared, nothing
is proven.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from solver.planning.consolidate import door, hopeless_of
from solver.planning.ground import Ground, bits
from solver.planning.ids import DepartmentId
from solver.planning.problem import Matter
from solver.planning.staffing import MOST_PARTITIONED, Staffing, merged
from solver.planning.travel import Travel
from solver.planning.workers import Site


class Forced(msgspec.Struct, frozen=True, kw_only=True):
    """What every lawful plan has at least: key matters and matters unserved, roles that leave somebody out."""

    unserved_key: int
    unserved: int
    chanceless: int


def forced(site: Site, served: Iterable[Matter]) -> Forced:
    """Count it; `chanceless` are roles of every plan that serves all of `served`."""
    ground, staffing, travel = site.ground, site.staffing, site.travel
    if ground.problem.fixed:
        return Forced(unserved_key=0, unserved=0, chanceless=0)
    simple = [each for each in ground.problem.matters if len(set(each.expertise)) <= MOST_PARTITIONED]
    hopeless = hopeless_of(ground, staffing, simple)
    alone: dict[DepartmentId, list[Matter]] = defaultdict(list)
    for matter in served:
        if _leaves_out(ground, staffing, travel, matter):
            alone[matter.department].append(matter)
    return Forced(
        unserved_key=sum(matter.key for matter in simple if matter.id in hopeless),
        unserved=len(hopeless),
        chanceless=sum(_tours(ground, staffing, travel, some) for some in alone.values()),
    )


def _leaves_out(ground: Ground, staffing: Staffing, travel: Travel, matter: Matter) -> bool:
    """Whether, whenever it is served, one officer goes for certain and so has no chance in a role beside that one.

    In each half-day one of its fields has one expert only. Of the two officers by law (行政处罚法 42) the other then
    sits in a role without that field, to which the expert is admitted too: certified, not borrowed, and holding every
    field that their department could be asked for on the same tour.
    """
    sole = [_sole(ground, matter, half_day) for half_day in bits(door(ground, staffing, (matter,)).half_days)]
    if not sole or not all(sole):
        return False
    others = set(matter.expertise)
    for each in ground.problem.matters:
        if each.department == matter.department and not others.issuperset(each.expertise):
            others.update(each.expertise if _could_share(ground, staffing, travel, matter, each) else ())
    return all(people & ground.expert.get(each, 0) for people in sole for each in others)


def _sole(ground: Ground, matter: Matter, half_day: int) -> int:
    """The one expert of some field of the matter then, as a bit set; 0 where there are several or none."""
    people = ground.of_department[ground.department[matter.department]]
    people &= ground.present[half_day] & ground.allowed[matter.target]
    for field in matter.expertise:
        able = people & ground.expert.get(field, 0)
        if able.bit_count() == 1 and able & ground.certified & ~ground.borrowed:
            return able
    return 0


def _tours(ground: Ground, staffing: Staffing, travel: Travel, matters: Sequence[Matter]) -> int:
    """The fewest tours that hold these matters: as many as there are of which no two can be on one tour."""
    chosen: list[Matter] = []
    for matter in sorted(matters, key=lambda each: (ground.open[each.id].bit_count(), each.id)):
        if not any(_could_share(ground, staffing, travel, matter, each) for each in chosen):
            chosen.append(matter)
    return len(chosen)


def _could_share(ground: Ground, staffing: Staffing, travel: Travel, one: Matter, other: Matter) -> bool:
    if one.target == other.target and not (one.separate or other.separate):
        return bool(door(ground, staffing, (one, other)).half_days)
    if one.target == other.target:
        return False
    here, there = door(ground, staffing, (one,)), door(ground, staffing, (other,))
    minutes = here.minutes + there.minutes + travel.minutes(one.target, other.target)
    long_enough = sum(1 << place for place, longest in enumerate(ground.capacity) if minutes <= longest)
    demands = merged((*here.demands, *there.demands))
    common = here.half_days & there.half_days & long_enough
    return bool(staffing.half_days(demands, here.allowed & there.allowed, common))
