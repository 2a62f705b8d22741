"""The problem laid out for searching: numbers for names, bits of an int for people and for half-days.

One bit set stands for "these inspectors" or "these half-days", so that a rule becomes one `&`. Inspectors are numbered
with those first whom a plan should use up first; nothing here decides anything. Fixed tours appear as what they leave.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from solver.planning.ids import DepartmentId, Expertise, HalfDayId, InspectorId, MatterId, TargetId
from solver.planning.problem import Inspector, Problem, Reach


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What every step of planning looks things up in; positions are those of `inspectors` and `problem.half_days`."""

    problem: Problem
    inspectors: tuple[Inspector, ...]
    position: dict[InspectorId, int]
    half_day: dict[HalfDayId, int]
    department: dict[DepartmentId, int]
    capacity: tuple[int, ...]
    """Minutes for visits and the travel between them, by half-day."""
    of_department: tuple[int, ...]
    certified: int
    borrowed: int
    several: int
    """Who serves more than one department."""
    expert: dict[Expertise, int]
    present: tuple[int, ...]
    """Not unavailable, by half-day: who is admitted."""
    free: tuple[int, ...]
    """Present, below the ceiling and without a chance on a fixed tour, by half-day: who can be counted on."""
    allowed: dict[TargetId, int]
    """Within reach of the target and not barred from it."""
    reached: dict[TargetId, int]
    """Within reach of the target."""
    barred: dict[TargetId, int]
    """Barred from the target; a target that is missing has nobody barred."""
    ceiling: tuple[int | None, ...]
    """Half-days that the round still holds for each inspector."""
    apart: tuple[tuple[int, int], ...]
    tours_left: tuple[int, ...]
    """Further tours in each half-day (`max_tours` less the fixed ones)."""
    open: dict[MatterId, int]
    """Half-days within the matter's window in which the target is neither closed nor visited by a fixed tour."""
    settled: frozenset[MatterId]
    """Matters of fixed tours."""


def bits(mask: int) -> Iterator[int]:
    """Yield the positions in a bit set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def union(positions: Iterable[int]) -> int:
    """Return the bit set of these positions."""
    mask = 0
    for position in positions:
        mask |= 1 << position
    return mask


def holding(ground: Ground, people: int, expertise: Iterable[Expertise], *, certified: bool) -> int:
    """Those of these people who hold every expertise, and the certificate if asked."""
    able = people & ground.certified if certified else people
    for each in expertise:
        able &= ground.expert.get(each, 0)
    return able


def lay_out(problem: Problem) -> Ground:
    """Number the people and half-days of a problem and work out every bit set once."""
    inspectors = tuple(sorted(problem.inspectors, key=_spent_first))
    position = {inspector.id: place for place, inspector in enumerate(inspectors)}
    half_day = {each.id: place for place, each in enumerate(problem.half_days)}
    department = {each.id: place for place, each in enumerate(problem.departments)}
    present = _present(problem, inspectors, half_day)
    ceiling = _ceilings(problem, inspectors)
    within = _within_reach(problem, inspectors)
    reached = {target.id: within[target.area] for target in problem.targets}
    barred = _barred(problem, position)
    return Ground(
        problem=problem,
        inspectors=inspectors,
        position=position,
        half_day=half_day,
        department=department,
        capacity=tuple(each.minutes - 2 * problem.policy.approach_minutes for each in problem.half_days),
        of_department=tuple(_of_department(inspectors, each.id) for each in problem.departments),
        certified=union(place for place, each in enumerate(inspectors) if each.certified),
        borrowed=union(place for place, each in enumerate(inspectors) if each.borrowed),
        several=union(place for place, each in enumerate(inspectors) if set(each.serves) - {each.department}),
        expert=_experts(inspectors),
        present=present,
        free=_free(problem, present, position, half_day, union(at for at, each in enumerate(ceiling) if each == 0)),
        allowed={target: reach & ~barred.get(target, 0) for target, reach in reached.items()},
        reached=reached,
        barred=barred,
        ceiling=ceiling,
        apart=tuple((position[one], position[other]) for one, other in (pair.inspectors for pair in problem.apart)),
        tours_left=_tours_left(problem, half_day),
        open=_open(problem, half_day),
        settled=frozenset(matter for tour in problem.fixed for visit in tour.visits for matter in visit.matters),
    )


def _spent_first(inspector: Inspector) -> tuple[bool, bool, bool, int, str]:
    ceiled = inspector.max_half_days is not None
    return (inspector.borrowed, bool(inspector.serves), ceiled, len(inspector.expertise), inspector.id)


def _of_department(inspectors: tuple[Inspector, ...], department: DepartmentId) -> int:
    return union(
        place for place, each in enumerate(inspectors) if department == each.department or department in each.serves
    )


def _experts(inspectors: tuple[Inspector, ...]) -> dict[Expertise, int]:
    experts: dict[Expertise, int] = defaultdict(int)
    for place, inspector in enumerate(inspectors):
        for expertise in inspector.expertise:
            experts[expertise] |= 1 << place
    return experts


def _present(problem: Problem, inspectors: tuple[Inspector, ...], half_day: dict[HalfDayId, int]) -> tuple[int, ...]:
    present = [(1 << len(inspectors)) - 1] * len(problem.half_days)
    for place, inspector in enumerate(inspectors):
        for away in set(inspector.unavailable):
            present[half_day[away]] &= ~(1 << place)
    return tuple(present)


def _free(
    problem: Problem,
    present: tuple[int, ...],
    position: dict[InspectorId, int],
    half_day: dict[HalfDayId, int],
    spent: int,
) -> tuple[int, ...]:
    free = [each & ~spent for each in present]
    for tour in problem.fixed:
        for role in tour.roles:
            taken = union(position[each] for each, chance in role.chances.items() if chance > 0)
            free[half_day[tour.half_day]] &= ~taken
    return tuple(free)


def _barred(problem: Problem, position: dict[InspectorId, int]) -> dict[TargetId, int]:
    barred: dict[TargetId, int] = defaultdict(int)
    for pair in problem.barred:
        barred[pair.target] |= 1 << position[pair.inspector]
    return dict(barred)


def _within_reach(problem: Problem, inspectors: tuple[Inspector, ...]) -> dict[object, int]:
    """By area (and None, a target without one): who may go there."""
    everyone = (1 << len(inspectors)) - 1
    areas: list[object] = [None, *(area.id for area in problem.areas)]
    if problem.policy.reach is Reach.ANY:
        return dict.fromkeys(areas, everyone)
    within: dict[object, int] = dict.fromkeys(areas, 0)
    neighbours = {area.id: area.neighbours for area in problem.areas}
    for place, inspector in enumerate(inspectors):
        reached: list[object] = areas if inspector.area is None else [inspector.area]
        if inspector.area is not None and problem.policy.reach is Reach.NEIGHBOURS:
            reached += neighbours[inspector.area]
        for area in reached:
            within[area] |= 1 << place
    return within


def _ceilings(problem: Problem, inspectors: tuple[Inspector, ...]) -> tuple[int | None, ...]:
    """Rule 5: chances on fixed tours count by department, each department's total rounded up."""
    spent: dict[InspectorId, Counter[DepartmentId]] = defaultdict(Counter)
    for tour in problem.fixed:
        for role in tour.roles:
            for inspector, chance in role.chances.items():
                spent[inspector][role.department] += chance
    scale = problem.policy.scale
    return tuple(
        None
        if each.max_half_days is None
        else max(0, each.max_half_days - sum(-(-total // scale) for total in spent[each.id].values()))
        for each in inspectors
    )


def _tours_left(problem: Problem, half_day: dict[HalfDayId, int]) -> tuple[int, ...]:
    most = len(problem.matters) if problem.policy.max_tours is None else problem.policy.max_tours
    left = [most] * len(problem.half_days)
    for tour in problem.fixed:
        left[half_day[tour.half_day]] -= 1
    return tuple(max(0, each) for each in left)


def _open(problem: Problem, half_day: dict[HalfDayId, int]) -> dict[MatterId, int]:
    closed = {target.id: union(half_day[each] for each in target.closed) for target in problem.targets}
    for tour in problem.fixed:
        for visit in tour.visits:
            closed[visit.target] |= 1 << half_day[tour.half_day]
    days: dict[date, int] = defaultdict(int)
    for place, each in enumerate(problem.half_days):
        days[each.date] |= 1 << place
    window: dict[tuple[date, date], int] = {}
    for matter in problem.matters:
        span = (matter.first_day, matter.last_day)
        if span not in window:
            window[span] = union(
                place for day, mask in days.items() if span[0] <= day <= span[1] for place in bits(mask)
            )
    return {matter.id: window[matter.first_day, matter.last_day] & ~closed[matter.target] for matter in problem.matters}
