"""进一次门，查多项事: the fewest visits that can hold a target's matters, before people are counted against each other.

A door is a visit not yet placed. What fits behind one door is judged exactly (windows, closed half-days, length,
whether each department has the people at all); competition between doors belongs to the timetable.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
from ortools.sat.python import cp_model

from solver.planning.ground import Ground, bits, union
from solver.planning.ids import TargetId
from solver.planning.problem import Matter
from solver.planning.searching import search, searcher
from solver.planning.staffing import Demand, Staffing, merged

ASSIGNMENT_WORK = 1.0
"""Deterministic seconds for one target with very many matters."""
EXACT_UP_TO = 9
"""So many matters of one target are divided by trying every division (3^9 steps)."""


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """A visit not yet placed: `half_days` are those in which it could take place if it were the only one.

    The team minimum is not counted in: it is a whole tour's, and other visits may bring the officers.
    """

    target: TargetId
    matters: tuple[Matter, ...]
    demands: tuple[Demand, ...]
    minutes: int
    half_days: int
    allowed: int


class Doorway(msgspec.Struct, frozen=True, kw_only=True):
    """One target's doors, and the number of visits below which no plan can go that serves the same matters.

    `choices` are the doors that some division into so few visits uses, `doors` first; `every` says whether none is
    missing.
    """

    doors: tuple[Door, ...]
    choices: tuple[Door, ...]
    bound: int
    every: bool


def demand_of(ground: Ground, matter: Matter) -> Demand:
    """What one matter asks its department for."""
    return Demand(ground.department[matter.department], matter.officers, tuple(sorted(set(matter.expertise))))


def visit_minutes(ground: Ground, matters: Iterable[Matter]) -> int:
    """Rule 2: departments work side by side, each one's matters after one another."""
    of_department: dict[str, int] = defaultdict(int)
    for matter in matters:
        of_department[matter.department] += matter.minutes
    return ground.problem.policy.setup_minutes + max(of_department.values())


def door(ground: Ground, staffing: Staffing, matters: Sequence[Matter]) -> Door:
    """Put these matters of one target behind one door; `half_days` is 0 when they cannot share a visit."""
    target = matters[0].target
    minutes = visit_minutes(ground, matters)
    demands = merged(demand_of(ground, matter) for matter in matters)
    allowed = ground.allowed[target]
    mask = -1
    for matter in matters:
        mask &= ground.open[matter.id]
    if len(matters) > 1 and any(matter.separate for matter in matters):
        mask = 0
    wanted = union(place for place in bits(mask) if minutes <= ground.capacity[place] and ground.tours_left[place])
    return Door(
        target=target,
        matters=tuple(matters),
        demands=demands,
        minutes=minutes,
        half_days=staffing.half_days(demands, allowed, wanted),
        allowed=allowed,
    )


def consolidate(ground: Ground, staffing: Staffing, matters: Iterable[Matter]) -> dict[TargetId, Doorway]:
    """Divide the matters of each target into the fewest doors; every matter must be possible by itself."""
    of_target: dict[TargetId, list[Matter]] = defaultdict(list)
    for matter in matters:
        of_target[matter.target].append(matter)
    return {target: divide(ground, staffing, of_target[target]) for target in sorted(of_target)}


def divide(ground: Ground, staffing: Staffing, matters: Sequence[Matter]) -> Doorway:
    """Divide one target's matters into the fewest doors, among those divisions the one with the fewest officers."""
    made: dict[tuple[Matter, ...], Door] = {}

    def behind(some: tuple[Matter, ...]) -> Door:
        if some not in made:
            made[some] = door(ground, staffing, some)
        return made[some]

    alone = tuple(behind((matter,)) for matter in matters if matter.separate)
    together = tuple(sorted((each for each in matters if not each.separate), key=lambda each: (each.last_day, each.id)))
    if not together:
        return Doorway(doors=alone, choices=alone, bound=len(alone), every=True)
    if behind(together).half_days:
        doors = (behind(together), *alone)
        return Doorway(doors=doors, choices=doors, bound=len(doors), every=True)
    if len(together) <= EXACT_UP_TO:
        doors, others = _exactly(together, behind)
        return Doorway(
            doors=(*doors, *alone), choices=(*doors, *alone, *others), bound=len(doors) + len(alone), every=True
        )
    doors, bound = _roughly(ground, together, behind)
    doors = (*doors, *alone)
    return Doorway(doors=doors, choices=doors, bound=bound + len(alone), every=False)


def _exactly(
    together: tuple[Matter, ...], behind: Callable[[tuple[Matter, ...]], Door]
) -> tuple[tuple[Door, ...], tuple[Door, ...]]:
    """The cheapest division, and the doors of all others into as few: dynamic programming over the sets of matters.

    Cost is (doors, officers asked for).
    """
    whole = (1 << len(together)) - 1
    doors = {mask: behind(tuple(together[place] for place in bits(mask))) for mask in range(1, whole + 1)}
    cheapest: list[tuple[tuple[int, int], tuple[Door, ...]]] = [((0, 0), ())]
    for mask in range(1, whole + 1):
        first = mask & -mask
        rest = part = mask ^ first
        found: tuple[tuple[int, int], tuple[Door, ...]] | None = None
        while True:
            here = doors[part | first]
            if here.half_days:
                (count, officers), others = cheapest[rest ^ part]
                cost = (count + 1, officers + sum(demand.officers for demand in here.demands))
                if found is None or cost < found[0]:
                    found = (cost, (here, *others))
            if part == 0:
                break
            part = (part - 1) & rest
        if found is None:
            msg = "a matter that cannot be served by itself reached consolidation"
            raise ValueError(msg)
        cheapest.append(found)
    (fewest, _), chosen = cheapest[whole]
    possible = (mask for mask in doors if doors[mask].half_days and cheapest[whole ^ mask][0][0] < fewest)
    return chosen, tuple(doors[mask] for mask in possible if doors[mask] not in chosen)


def _roughly(
    ground: Ground, together: tuple[Matter, ...], behind: Callable[[tuple[Matter, ...]], Door]
) -> tuple[tuple[Door, ...], int]:
    """Many matters at one target: the better of first-fit and CP-SAT, and CP-SAT's proven bound."""
    groups, bound = _by_half_day(ground, together)
    doors = tuple(behind(group) for group in groups)
    fitted = _first_fit(together, behind)
    if groups and all(each.half_days for each in doors) and len(doors) < len(fitted):
        return doors, bound
    return fitted, bound


def _first_fit(together: tuple[Matter, ...], behind: Callable[[tuple[Matter, ...]], Door]) -> tuple[Door, ...]:
    doors: list[Door] = []
    for matter in together:
        for place, known in enumerate(doors):
            wider = behind((*known.matters, matter))
            if wider.half_days:
                doors[place] = wider
                break
        else:
            doors.append(behind((matter,)))
    return tuple(doors)


def _by_half_day(ground: Ground, together: tuple[Matter, ...]) -> tuple[list[tuple[Matter, ...]], int]:
    """Assign matters to as few half-days as possible by windows and lengths alone; the bound holds for every plan."""
    model = cp_model.CpModel()
    used = [model.new_bool_var("") for _ in ground.capacity]
    load: dict[tuple[str, int], list[cp_model.LinearExprT]] = defaultdict(list)
    chosen: list[dict[int, cp_model.IntVar]] = []
    for matter in together:
        here = {place: model.new_bool_var("") for place in bits(ground.open[matter.id])}
        for place, takes in here.items():
            load[matter.department, place].append(matter.minutes * takes)
            model.add_implication(takes, used[place])
        model.add_exactly_one(here.values())
        chosen.append(here)
    for (_, place), minutes in load.items():
        model.add(sum(minutes) <= (ground.capacity[place] - ground.problem.policy.setup_minutes))
    model.minimize(sum(used))
    solver = searcher(ASSIGNMENT_WORK)
    if not search(solver, model, lambda: False):
        return [], 1
    groups: dict[int, list[Matter]] = defaultdict(list)
    for matter, here in zip(together, chosen, strict=True):
        groups[next(place for place, takes in here.items() if solver.boolean_value(takes))].append(matter)
    return [tuple(groups[place]) for place in sorted(groups)], max(1, round(solver.best_objective_bound))
