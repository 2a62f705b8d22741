"""Of a small problem every tour, and so the fewest officers of all plans: where prices leave a gap, this closes it.

People count as if each tour were the only one, so that the answer holds for every lawful plan with as few visits.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations
from math import ceil

import numpy as np
from ortools.sat.python import cp_model

from solver.planning.consolidate import Door, Doorway
from solver.planning.ground import Ground, bits
from solver.planning.limits import Stop
from solver.planning.searching import search, searcher
from solver.planning.staffing import MOST_PARTITIONED, Staffing, merged
from solver.planning.tours.field import lay_field
from solver.planning.tours.quotes import quotes_for, sound
from solver.planning.tours.rows import Rows, lay_rows, stops_of

MOST_STOPS = 16
"""So many doors of all divisions make a small problem."""
MOST_VISITS = 6
"""Up to so many doors every order of a tour is tried."""
WORK = 1.0

Tour = tuple[int, ...]


def fewest_officers(ground: Ground, staffing: Staffing, ways: Sequence[Doorway], stop: Stop) -> int:
    """The least officer half-days of all plans that serve these targets in as few visits as can be; 0: not known."""
    stops = stops_of(ways)
    most = min(ground.problem.policy.max_visits_per_tour, len(ways))
    if not stops or len(stops) > MOST_STOPS or most > MOST_VISITS or not all(sound(ground, way) for way in ways):
        return 0
    priced = [
        (tour, officers)
        for tour, minutes in _tours(ground, ways, most)
        if (officers := _officers(ground, staffing, [stops[place] for place in tour], minutes)) is not None
    ]
    solver = searcher(WORK)
    found = search(solver, _covering(lay_rows(ways), priced), stop)
    return ceil(solver.best_objective_bound - 0.5) if found else 0


def _covering(rows: Rows, priced: Sequence[tuple[Tour, int]]) -> cp_model.CpModel:
    """Every row served once, at no more visits than allowed, at the least cost."""
    model = cp_model.CpModel()
    serving: list[list[cp_model.IntVar]] = [[] for _ in range(rows.count)]
    visiting: list[list[cp_model.IntVar]] = [[] for _ in rows.limits]
    taken = [model.new_bool_var("") for _ in priced]
    for takes, (tour, _) in zip(taken, priced, strict=True):
        for place in tour:
            limit = rows.limited[place]
            if limit is not None:
                visiting[limit].append(takes)
            for row in rows.served[place]:
                serving[row].append(takes)
    for each in serving:
        model.add_exactly_one(each)
    for each, (_, visits) in zip(visiting, rows.limits, strict=True):
        model.add(sum(each) <= visits)
    model.minimize(cp_model.LinearExpr.weighted_sum(taken, [officers for _, officers in priced]))
    return model


def _tours(ground: Ground, ways: Sequence[Doorway], most: int) -> Iterator[tuple[Tour, int]]:
    """Every set of stops that one half-day could hold, with its minutes; parts of a tour are tours."""
    field = lay_field(ground, quotes_for(ground, ways, [1] * len(stops_of(ways))))
    every = range(len(field.minutes))
    rows = np.arange(len(every))
    legs = field.travel(rows[:, None], rows[None, :]).tolist()
    together = field.together(rows, rows).tolist()
    lasts = field.minutes.tolist()
    longest = max(ground.capacity)
    found: list[Tour] = [(place,) for place in every]
    while found:
        longer: list[Tour] = []
        for tour in found:
            way = min(sum(legs[one][other] for one, other in pairwise(order)) for order in permutations(tour))
            minutes = way + sum(lasts[place] for place in tour)
            if minutes > longest:
                continue
            yield tour, minutes
            if len(tour) < most:
                more = (place for place in every if place > tour[-1] and all(together[place][one] for one in tour))
                longer += [(*tour, place) for place in more]
        found = longer


def _officers(ground: Ground, staffing: Staffing, doors: Sequence[Door], minutes: int) -> int | None:
    """The fewest officers that could make this tour in any half-day; None where nobody can."""
    demands = merged(demand for door in doors for demand in door.demands)
    half_days, allowed = -1, -1
    for door in doors:
        half_days &= door.half_days
        allowed &= door.allowed
    least = ground.problem.policy.team_minimum
    if ground.problem.fixed or any(len(demand.expertise) > MOST_PARTITIONED for demand in demands):
        return max(least, sum(demand.officers for demand in demands))
    found = [
        sum(min(crew.officers for crew in crews) for crews in every)
        for half_day in bits(half_days)
        if minutes <= ground.capacity[half_day]
        for every in [staffing.each(demands, allowed & ground.free[half_day])]
        if every is not None
    ]
    return max(least, min(found)) if found else None
