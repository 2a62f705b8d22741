"""A lawful plan laid out for moving: every tour in its half-day, with people who prove that its roles can be filled.

Where a visit may go is said in lifting.py.
"""

from collections.abc import Mapping, Sequence

import msgspec

from solver.planning.consolidate import Door, demand_of, visit_minutes
from solver.planning.ground import Ground, union
from solver.planning.ids import MatterId, TourId
from solver.planning.plan import Plan, Tour
from solver.planning.problem import Matter, Problem
from solver.planning.replanning.standing import as_it_was
from solver.planning.staffing import Demand, merged
from solver.planning.timetable import Timetable, TourNumber
from solver.planning.workers import site_of

Asked = dict[int, Demand]
"""By department."""


class Board(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """`tours` and their `numbers` are those that may be changed: neither announced, nor tied up by announced ones."""

    problem: Problem
    plan: Plan
    timetable: Timetable
    tours: dict[TourId, Tour]
    numbers: dict[TourId, TourNumber]
    asked: dict[TourNumber, Asked] = {}
    """What tours ask departments for, remembered for one look after another."""


def lay_out_plan(problem: Problem, plan: Plan) -> Board:
    """Lay a lawful plan out. Lawful tours whose people announced ones tie up stand beside these, as announced do."""
    announced = {tour.id for tour in problem.fixed}
    tours = {tour.id: tour for tour in plan.tours if tour.id not in announced}
    working = problem
    while True:
        site = site_of(working)
        timetable = Timetable(site.ground, site.staffing, site.travel)
        known = {matter.id: matter for matter in problem.matters}
        entered = {name: _entered(timetable, tour, known) for name, tour in tours.items()}
        numbers = {name: number for name, number in entered.items() if number is not None}
        tied = [name for name, number in entered.items() if number is None]
        if not tied:
            return Board(problem=problem, plan=plan, timetable=timetable, tours=tours, numbers=numbers)
        working = msgspec.structs.replace(working, fixed=(*working.fixed, *(tours.pop(name) for name in tied)))


def asked_by(doors: Sequence[Door]) -> Asked:
    """What visits ask each department for, all together."""
    return {demand.department: demand for demand in merged(each for door in doors for each in door.demands)}


def _entered(timetable: Timetable, tour: Tour, known: Mapping[MatterId, Matter]) -> TourNumber | None:
    ground = timetable.ground
    doors = tuple(door_of(ground, [known[matter] for matter in visit.matters]) for visit in tour.visits)
    half_day = ground.half_day[tour.half_day]
    for strictly in (False, True):
        stint = as_it_was(timetable, tour, doors, half_day, strictly=strictly)
        number = None if stint is None else timetable.resume(stint)
        if number is not None:
            return number
    return None


def door_of(ground: Ground, matters: Sequence[Matter]) -> Door:
    """The door of a visit as it stands; `half_days` are those that windows, closures and its length allow."""
    minutes = visit_minutes(ground, matters)
    mask = -1
    if minutes > min(ground.capacity):
        mask = union(place for place, capacity in enumerate(ground.capacity) if minutes <= capacity)
    for matter in matters:
        mask &= ground.open[matter.id]
    return Door(
        target=matters[0].target,
        matters=tuple(matters),
        demands=merged(demand_of(ground, matter) for matter in matters),
        minutes=minutes,
        half_days=mask,
        allowed=ground.allowed[matters[0].target],
    )
