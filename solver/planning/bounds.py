"""Lower bounds that are proven: no lawful plan that serves the same matters can do with less.

Relaxations only, each with its argument; nothing here comes from a search that might have missed something.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from solver.planning.consolidate import Doorway, divide
from solver.planning.ground import Ground
from solver.planning.ids import TargetId
from solver.planning.problem import Matter
from solver.planning.staffing import MOST_PARTITIONED, Staffing


def visits_bound(
    ground: Ground, staffing: Staffing, served: Iterable[Matter], known: Mapping[TargetId, Doorway]
) -> int:
    """The fewest visits that can hold what was served, target by target (`known`: divisions of all of its matters).

    Fixed visits stand in every plan. A target counts as one where a division was not worked out exactly: many kinds of
    expertise at once, or fixed tours whose people might still be shared.
    """
    of_target: dict[TargetId, list[Matter]] = defaultdict(list)
    for matter in served:
        of_target[matter.target].append(matter)
    bound = sum(len(tour.visits) for tour in ground.problem.fixed)
    for target, matters in of_target.items():
        kinds = {expertise for matter in matters for expertise in matter.expertise}
        if len(kinds) > MOST_PARTITIONED or ground.problem.fixed:
            bound += _by_separation(matters)
        elif target in known and sum(len(door.matters) for door in known[target].doors) == len(matters):
            bound += known[target].bound
        else:
            bound += divide(ground, staffing, matters).bound
    return bound


def _by_separation(matters: list[Matter]) -> int:
    """Separate matters share their visit with none."""
    separate = sum(matter.separate for matter in matters)
    return separate + (separate < len(matters))


def officer_half_days_bound(ground: Ground, served: Iterable[Matter]) -> int:
    """The fewest officer half-days for what was served, by department: its minutes over the longest half-day.

    A department's officers stand at each of its targets for the setting-up and for all of its minutes there; on a tour
    they send at least as many officers as the most demanding matter asks. So for each number k, the tours that send at
    least k officers must hold the minutes of the matters that ask for at least k; the sum over k counts officers.
    """
    longest = max(ground.capacity, default=0)
    setup = ground.problem.policy.setup_minutes
    bound = sum(role.need for tour in ground.problem.fixed for role in tour.roles)
    minutes: dict[tuple[str, int], int] = defaultdict(int)
    targets: dict[tuple[str, int], set[TargetId]] = defaultdict(set)
    for matter in served:
        for officers in range(1, matter.officers + 1):
            minutes[matter.department, officers] += matter.minutes
            targets[matter.department, officers].add(matter.target)
    for level, total in minutes.items():
        visits = len(targets[level])
        by_time = -(-(total + setup * visits) // longest)
        by_count = -(-visits // ground.problem.policy.max_visits_per_tour)
        bound += max(by_time, by_count)
    return bound
