"""Lower bounds that are proven: no lawful plan that serves the same matters can do with less.

Relaxations only, each with its argument; nothing here comes from a search that might have missed something.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from solver.planning.consolidate import Doorway, divide
from solver.planning.ground import Ground
from solver.planning.ids import TargetId
from solver.planning.problem import Matter, Problem
from solver.planning.staffing import MOST_PARTITIONED, Staffing
from solver.planning.tours.field import SCALE
from solver.planning.tours.quotes import by_separation


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
            bound += by_separation(matters)
        elif target in known and sum(len(door.matters) for door in known[target].doors) == len(matters):
            bound += known[target].bound
        else:
            bound += divide(ground, staffing, matters).bound
    return bound


def officer_half_days_bound(ground: Ground, served: Sequence[Matter], priced: Mapping[TargetId, int], more: int) -> int:
    """The fewest officer half-days of all lawful plans that serve what was served in no more visits than this plan.

    The order of planning.md puts visits first: dividing visits can save officers, so that a bound over plans with more
    visits would say little of this one. `priced` are proven prices (quotes.py) of targets that are served whole in as
    few visits as can be; a plan with `more` visits than the bound divides at most so many targets further, whose
    prices are then left out: the dearest, whichever they are.
    """
    dearest = sorted(priced.values(), reverse=True)
    by_prices = -(-sum(dearest[more:]) // SCALE)
    return fixed_officers(ground.problem) + max(by_prices, _by_departments(ground, served))


def fixed_officers(problem: Problem) -> int:
    """What tours already announced take: in every plan the same, and nobody else's visits are on them."""
    return sum(role.need for tour in problem.fixed for role in tour.roles)


def _by_departments(ground: Ground, served: Iterable[Matter]) -> int:
    """By department: its minutes over the longest half-day.

    A department's officers stand at each of its targets for the setting-up and for all of its minutes there; on a tour
    they send at least as many officers as the most demanding matter asks. So for each number k, the tours that send at
    least k officers must hold the minutes of the matters that ask for at least k; the sum over k counts officers. This
    holds for any number of visits.
    """
    longest = max(ground.capacity, default=0)
    setup = ground.problem.policy.setup_minutes
    bound = 0
    minutes: dict[tuple[str, int], int] = defaultdict(int)
    targets: dict[tuple[str, int], set[TargetId]] = defaultdict(set)
    asked: dict[str, set[int]] = defaultdict(set)
    for matter in served:
        asked[matter.department].add(matter.officers)
    for matter in served:
        for officers in asked[matter.department]:
            if officers <= matter.officers:
                minutes[matter.department, officers] += matter.minutes
                targets[matter.department, officers].add(matter.target)
    for department, levels in asked.items():
        for below, level in pairwise((0, *sorted(levels))):
            visits = len(targets[department, level])
            by_time = -(-(minutes[department, level] + setup * visits) // longest)
            by_count = -(-visits // ground.problem.policy.max_visits_per_tour)
            bound += (level - below) * max(by_time, by_count)
    return bound
