"""进一次门，查多项事: the fewest visits that can hold a target's matters, before people are counted against each other.

A door is a visit not yet placed. What fits behind one door is judged exactly (windows, closed half-days, length,
whether each department has the people at all); competition between doors belongs to the timetable.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
from ortools.sat.python import cp_model

from solver.planning.ground import Ground, bits, union
from solver.planning.ids import MatterId, TargetId
from solver.planning.problem import Matter
from solver.planning.searching import search, searcher
from solver.planning.staffing import Demand, Staffing, merged

ASSIGNMENT_WORK = 1.0
"""Deterministic seconds for one target with very many matters."""
MOST_ASSIGNED = 300
"""Up to so many matters of one target are assigned to half-days by CP-SAT."""
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
    missing. Matters `beyond` are those for which the target has no half-day left: it is visited once in each.
    """

    doors: tuple[Door, ...]
    choices: tuple[Door, ...]
    bound: int
    every: bool
    beyond: tuple[Matter, ...] = ()


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


def hopeless_of(ground: Ground, staffing: Staffing, matters: Iterable[Matter]) -> set[MatterId]:
    """Those that could not be visited even if each were the only one; matters alike are judged once."""
    possible: dict[object, bool] = {}
    hopeless: set[MatterId] = set()
    for matter in matters:
        kind = (matter.target, demand_of(ground, matter), matter.minutes, ground.open[matter.id])
        if kind not in possible:
            possible[kind] = bool(door(ground, staffing, (matter,)).half_days)
        if not possible[kind]:
            hopeless.add(matter.id)
    return hopeless


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
        return _crowded(alone, len(alone), ())
    if behind(together).half_days:
        doors = (behind(together), *alone)
        return Doorway(doors=doors, choices=doors, bound=len(doors), every=True)
    if len(together) <= EXACT_UP_TO:
        doors, others = _exactly(together, behind)
        return Doorway(
            doors=(*doors, *alone), choices=(*doors, *alone, *others), bound=len(doors) + len(alone), every=True
        )
    doors, bound, beyond = _roughly(ground, together, behind)
    return _crowded((*doors, *alone), bound + len(alone), beyond)


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


def _crowded(doors: tuple[Door, ...], bound: int, beyond: tuple[Matter, ...]) -> Doorway:
    """As many doors as the target has half-days for, those with key matters and then with most matters first."""
    places = union(place for each in doors for place in bits(each.half_days)).bit_count()
    if len(doors) <= places and not beyond:
        return Doorway(doors=doors, choices=doors, bound=bound, every=all(len(each.matters) == 1 for each in doors))
    ranked = sorted(doors, key=lambda each: (not any(matter.key for matter in each.matters), -len(each.matters)))
    kept, others = tuple(ranked[:places]), ranked[places:]
    more = tuple(matter for each in others for matter in each.matters)
    return Doorway(doors=kept, choices=kept, bound=1, every=False, beyond=(*beyond, *more))


def _roughly(
    ground: Ground, together: tuple[Matter, ...], behind: Callable[[tuple[Matter, ...]], Door]
) -> tuple[tuple[Door, ...], int, tuple[Matter, ...]]:
    """Many matters at one target: the better of first-fit and CP-SAT, CP-SAT's proven bound, and what no door holds."""
    if len(together) > MOST_ASSIGNED:
        fitted, beyond = _short_ones_first(ground, together, behind)
        return fitted, 1, beyond
    fitted, _ = _first_fit(ground, together, behind, len(together))
    groups, bound = _by_half_day(ground, together)
    doors = tuple(behind(group) for group in groups)
    if groups and all(each.half_days for each in doors) and len(doors) < len(fitted):
        return doors, bound, ()
    return fitted, bound, ()


def _short_ones_first(
    ground: Ground, together: tuple[Matter, ...], behind: Callable[[tuple[Matter, ...]], Door]
) -> tuple[tuple[Door, ...], tuple[Matter, ...]]:
    """Very many matters: as many as go into a door for each half-day, key ones before all."""
    places = union(place for matter in together for place in bits(ground.open[matter.id])).bit_count()
    ordered = sorted(together, key=lambda each: (not each.key, each.minutes, each.last_day, each.id))
    return _first_fit(ground, ordered, behind, places)


class _Pile(msgspec.Struct, kw_only=True):
    """Matters that are put behind one door one after another."""

    door: Door
    minutes: dict[str, int]
    longest: int


def _first_fit(
    ground: Ground, together: Sequence[Matter], behind: Callable[[tuple[Matter, ...]], Door], most: int
) -> tuple[tuple[Door, ...], tuple[Matter, ...]]:
    """Each matter behind the first of at most so many doors that it fits; and those that fit none."""
    piles: list[_Pile] = []
    beyond: list[Matter] = []
    for matter in together:
        if any(_put(ground, pile, matter, behind) for pile in piles):
            continue
        if len(piles) == most:
            beyond.append(matter)
            continue
        door = behind((matter,))
        piles.append(_Pile(door=door, minutes={matter.department: matter.minutes}, longest=_longest(ground, door)))
    return tuple(pile.door for pile in piles), tuple(beyond)


def _put(ground: Ground, pile: _Pile, matter: Matter, behind: Callable[[tuple[Matter, ...]], Door]) -> bool:
    """Add a matter if that leaves the door a half-day; what surely does not is seen without asking for people."""
    minutes = pile.minutes.get(matter.department, 0) + matter.minutes
    if minutes > pile.longest or not pile.door.half_days & ground.open[matter.id]:
        return False
    wider = behind((*pile.door.matters, matter))
    if not wider.half_days:
        return False
    pile.door = wider
    pile.minutes[matter.department] = minutes
    pile.longest = _longest(ground, wider)
    return True


def _longest(ground: Ground, door: Door) -> int:
    """The most minutes that one department can have there."""
    return max(ground.capacity[place] for place in bits(door.half_days)) - ground.problem.policy.setup_minutes


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
