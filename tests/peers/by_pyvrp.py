"""PyVRP: one department's doors as customers, a vehicle type for each half-day, a fixed cost for each tour.

All half-days lie one after another on one clock; a door that is closed in between is a group of customers, one for
each stretch of half-days in which it is open, of whom one is visited.
"""

from collections.abc import Iterator

from peers.task import Answer, Outing, Task, lines_of, plan_of, task_of
from pyvrp import Depot, Location, Model
from pyvrp.stop import MaxRuntime

from solver.planning.consolidate import Door
from solver.planning.ground import bits
from solver.planning.problem import Problem

APART = 10_000
"""Minutes from one half-day's start to the next one's: no tour can reach over."""
KEY, MATTER, OFFICER = 10**8, 10**6, 10**3
"""Weights of the levels: key matters, matters, officer half-days (the fixed cost of a tour), then travel minutes."""


def solve(problem: Problem, seconds: float, _workers: int) -> Answer:
    task = task_of(problem, seconds)
    if not task.doors:
        return plan_of(task, ())
    model = Model()
    places, depot = _places(model, task)
    _vehicles(model, task, depot)
    customers = list(_customers(model, task, places))
    result = model.solve(MaxRuntime(task.seconds_left), display=False, collect_stats=False)
    if not result.is_feasible():
        return plan_of(task, ())
    return plan_of(
        task,
        [
            Outing(route.vehicle_type(), tuple(customers[activity.idx] for activity in route if activity.is_client()))
            for route in result.best.routes()
        ],
    )


def _places(model: Model, task: Task) -> tuple[list[Location], Depot]:
    """Every door's place, and the depot at no distance from any of them."""
    home = model.add_location(0, 0)
    places = [model.add_location(0, 0) for _ in task.doors]
    minutes = task.site.travel.matrix([door.target for door in task.doors])
    for one, here in enumerate(places):
        model.add_edge(home, here, 0, 0)
        model.add_edge(here, home, 0, 0)
        for other, there in enumerate(places):
            if one != other:
                model.add_edge(here, there, minutes[one][other], minutes[one][other])
    return places, model.add_depot(home)


def _vehicles(model: Model, task: Task, depot: Depot) -> None:
    """As many tours in a half-day as there are cars and pairs of officers."""
    officers = next(line for line in lines_of(task) if line.is_officers)
    least = min(officers.needs)
    ground = task.site.ground
    for place, (cars, heads, minutes) in enumerate(
        zip(ground.tours_left, officers.heads, ground.capacity, strict=True)
    ):
        model.add_vehicle_type(
            min(cars, heads // least, len(task.doors)),
            capacity=ground.problem.policy.max_visits_per_tour,
            start_depot=depot,
            end_depot=depot,
            fixed_cost=OFFICER * least,
            tw_early=place * APART,
            tw_late=place * APART + max(0, minutes),
        )


def _customers(model: Model, task: Task, places: list[Location]) -> Iterator[Door]:
    """A customer for each stretch of a door's half-days; gives the doors in the order of the customers."""
    for door, place in zip(task.doors, places, strict=True):
        stretches = list(_stretches(door))
        worth = MATTER * len(door.matters) + KEY * sum(matter.key for matter in door.matters)
        group = model.add_client_group(required=False) if len(stretches) > 1 else None
        for first, last in stretches:
            model.add_client(
                place,
                delivery=1,
                service_duration=door.minutes,
                tw_early=first * APART,
                tw_late=(last + 1) * APART - 1,
                prize=worth,
                required=False,
                group=group,
            )
            yield door


def _stretches(door: Door) -> Iterator[tuple[int, int]]:
    """The first and last of each run of half-days without a gap."""
    run: list[int] = []
    for place in bits(door.half_days):
        if run and place != run[-1] + 1:
            yield run[0], run[-1]
            run = []
        run.append(place)
    yield run[0], run[-1]
